"""Values between text and the forms of the store: SQL expressions, nothing per row in Python.

``fits`` decides what form an undeclared text column has, and is strict: ``01234``, ``1_000``
and ``NaN`` are texts. ``parsed`` reads a text whose form is known, and is not: ``NaN`` in a
number column is a missing number. Both never raise for a value.
"""

from __future__ import annotations

from typing import assert_never

from leadline.sql import quote
from leadline.store.forms import Form

#: A number that is surely meant as one: no leading zero, at most 18 digits before the point,
#: and a sign in the exponent, as programs write it (`1E5` may be an article's code).
_WHOLE = r"-?(0|[1-9][0-9]{0,17})"
_NUMBER = _WHOLE + r"(\.[0-9]+)?([eE][+-][0-9]{1,3})?"
#: What a number column may hold besides: DuckDB alone would read `1_000` and `0x10` too.
_LOOSE_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?"
_NO_NUMBER = r"(?i)[+-]?(nan|inf|infinity)"

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?"
_OFFSET = r"Z|UTC|[+-](?:0[0-9]|1[0-5])(?::?[0-5][0-9])?"
#: A day alone, or a day and a time with or without an offset.
_INSTANT = rf"^({_DAY}$|{_DAY}[T ]{_CLOCK})(?: ?({_OFFSET}))?$"
_INSTANT_START = rf"{_DAY}(?:[T ].*)?"

#: The years that Python and every output can hold, less a day for the offset of a time zone.
FIRST_DAY, LAST_DAY = "0001-01-02", "9999-12-30"

_YES = "('true', 't', 'yes', 'y', '1')"
_NO = "('false', 'f', 'no', 'n', '0')"
_BLANKS = quote.text(" \t\r\n")
_SEPARATORS = quote.text("[;,|]")


def is_blank(text: str) -> str:
    """Return SQL that is true for a text of blanks only; NULL for NULL.

    Every blank sorts before ``!``: the cheap comparison spares most rows the trimming.
    """
    return f"({text} < '!' AND trim({text}, {_BLANKS}) = '')"


def trimmed(text: str) -> str:
    """Return SQL for a text without blanks around it; NULL where nothing is left."""
    bare = f"nullif(trim({text}, {_BLANKS}), '')"
    return f"CASE WHEN {text} < '!' OR right({text}, 1) < '!' THEN {bare} ELSE {text} END"


def fits(form: Form, text: str) -> str:
    """Return SQL that says whether a trimmed text surely means a value of the form.

    Args:
        form: any form but a list, which no plain text surely is.
        text: an SQL expression of a trimmed text, not NULL.
    """
    match form:
        case Form.TEXT:
            return "true"
        case Form.WHOLE:
            return _matches(text, _WHOLE)
        case Form.NUMBER:
            return _matches(text, _NUMBER)
        case Form.TRUTH:
            return f"(lower({text}) IN ('true', 'false'))"
        case Form.DATE:
            return f"({_matches(text, _DAY)} AND {_day(text)} IS NOT NULL)"
        case Form.INSTANT:
            return f"({local_time(instant_parts(text))} IS NOT NULL)"
        case Form.LIST:
            return "false"
        case _:
            assert_never(form)


def parsed(form: Form, text: str) -> str:
    """Return SQL that reads a trimmed text as the form; NULL where it cannot be.

    Args:
        form: any form but an instant, whose reading needs a time zone.
        text: an SQL expression of a trimmed text.
    """
    match form:
        case Form.TEXT:
            return text
        case Form.WHOLE:
            return f"CASE WHEN {_matches(text, _WHOLE)} THEN TRY_CAST({text} AS BIGINT) END"
        case Form.NUMBER:
            number = f"TRY_CAST({text} AS DOUBLE)"
            return f"CASE WHEN {_matches(text, _LOOSE_NUMBER)} THEN {finite(number)} END"
        case Form.TRUTH:
            low = f"lower({text})"
            return f"CASE WHEN {low} IN {_YES} THEN true WHEN {low} IN {_NO} THEN false END"
        case Form.DATE:
            start = _matches(text, _INSTANT_START)
            return f"CASE WHEN {start} THEN {_day(f'left({text}, 10)')} END"
        case Form.INSTANT:
            raise ValueError("an instant is read with instant_parts, local_time and a time zone")
        case Form.LIST:
            return _split(text)
        case _:
            assert_never(form)


def misfit(form: Form, text: str, value: str) -> str:
    """Return SQL that says whether a text that is there is no value of its known form.

    Args:
        form: the form that the column has.
        text: an SQL expression of a trimmed text.
        value: what reading it gave.
    """
    if form in (Form.TEXT, Form.LIST):
        return "false"
    wrong = f"{text} IS NOT NULL AND {value} IS NULL"
    if form is Form.NUMBER:
        known = rf"{_LOOSE_NUMBER}|{_NO_NUMBER}"
        return f"({wrong} AND NOT {_matches(text, known)})"
    return f"({wrong})"


def instant_parts(text: str) -> str:
    """Return SQL that cuts a text into ``at`` (day and time) and ``zone`` (offset, may be '')."""
    return f"regexp_extract({text}, {quote.text(_INSTANT)}, ['at', 'zone'])"


def local_time(parts: str) -> str:
    """Return SQL for the time as it is written, before any offset; NULL where it is none.

    Microseconds are kept, which end at the 26th character; what is finer is cut off.
    """
    return in_range(f"TRY_CAST(left({parts}.at, 26) AS TIMESTAMP)", "TIMESTAMP")


def instant(parts: str, local: str, local_as_utc: str) -> str:
    """Return SQL for the UTC of a text cut by ``instant_parts``.

    Args:
        parts: the cut text.
        local: the time as it is written.
        local_as_utc: the same taken as a local time of the source's zone.
    """
    zone = f"{parts}.zone"
    hours = f"TRY_CAST({zone}[2:3] AS BIGINT)"
    minutes = f"CASE WHEN length({zone}) > 3 THEN TRY_CAST(right({zone}, 2) AS BIGINT) ELSE 0 END"
    size = f"(({hours} * 60 + {minutes}) * 60000000)"
    signed = f"CASE WHEN {zone}[1] = '-' THEN -{size} ELSE {size} END"
    return (
        f"CASE WHEN {zone} = '' THEN {local_as_utc} WHEN {zone} IN ('Z', 'UTC') THEN {local} "
        f"ELSE make_timestamp(epoch_us({local}) - ({signed})) END"
    )


def finite(number: str) -> str:
    """Return SQL for a number, or NULL where it is NaN or infinite."""
    return f"CASE WHEN isfinite({number}) THEN {number} END"


def in_range(value: str, type: str) -> str:
    """Return SQL for a DATE or TIMESTAMP, or NULL outside of the years that can be held."""
    bounds = f"{type} '{FIRST_DAY}' AND {type} '{LAST_DAY}'"
    return f"CASE WHEN {value} BETWEEN {bounds} THEN {value} END"


def as_text(form: Form, value: str) -> str:
    """Return SQL for the text that a person would write for a value of the form."""
    match form:
        case Form.TEXT:
            return value
        case Form.WHOLE | Form.TRUTH | Form.DATE:
            return f"CAST({value} AS VARCHAR)"
        case Form.NUMBER:
            whole = f"CAST(CAST({value} AS BIGINT) AS VARCHAR)"
            small = f"abs({value}) < 1e15 AND {value} = trunc({value})"
            return f"CASE WHEN {small} THEN {whole} ELSE CAST({value} AS VARCHAR) END"
        case Form.INSTANT:
            second = f"strftime({value}, '%Y-%m-%dT%H:%M:%S')"
            exact = f"strftime({value}, '%Y-%m-%dT%H:%M:%S.%f')"
            return (
                f"CASE WHEN epoch_us({value}) % 1000000 = 0 THEN {second} ELSE {exact} END || 'Z'"
            )
        case Form.LIST:
            return f"array_to_string({value}, ';')"
        case _:
            assert_never(form)


def exact_text(form: Form, value: str) -> str:
    """Return SQL for a text that is equal for equal values only, on every version of DuckDB."""
    match form:
        case Form.NUMBER:
            return f"printf('%.17g', {value})"
        case Form.INSTANT:
            return f"CAST(epoch_us({value}) AS VARCHAR)"
        case Form.LIST:
            return f"CAST(to_json({value}) AS VARCHAR)"
        case _:
            return as_text(form, value)


def _matches(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, {quote.text(pattern)})"


def _day(text: str) -> str:
    return in_range(f"TRY_CAST({text} AS DATE)", "DATE")


def _split(text: str) -> str:
    """Return SQL for the members of a text: split at ``;``, ``,`` or ``|``, blanks dropped."""
    members = f"string_split_regex({text}, {_SEPARATORS})"
    return f"[trim(member, {_BLANKS}) FOR member IN {members} IF trim(member, {_BLANKS}) <> '']"
