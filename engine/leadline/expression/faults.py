"""Why a text is no expression, said in the author's terms."""

from __future__ import annotations

import re

from leadline.diagnostic import Diagnostic, Place
from leadline.document.values import Cut, Scalar
from leadline.expression import codes
from leadline.expression.advice import EXAMPLES, UNITS_HINT, advice
from leadline.expression.unparse import KEYWORDS


class Unexpected(Exception):
    """A place where a text leaves the grammar.

    Attributes:
        at: the offset in the text; its length where the text ends too early.
        word: what stands there, ``""`` at the end.
        kind: the terminal it was read as, ``$END`` at the end, ``""`` where it is none.
        expected: the terminals that could have stood there.
    """

    def __init__(self, at: int, word: str, kind: str, expected: frozenset[str]) -> None:
        super().__init__(word)
        self.at, self.word, self.kind, self.expected = at, word, kind, expected


class Impossible(Exception):
    """A word that is well formed and means nothing, such as 30 February."""

    def __init__(self, place: Place, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.place, self.message, self.hint = place, message, hint


_TERMINALS = {
    "NUMBER": "a number",
    "PERCENT": "a percentage",
    "DURATION": "a time such as `30 days`",
    "STRING": 'a "text"',
    "NAME": "a name",
    "OPERATOR": "a comparison such as `is`",
    "$END": "the end",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "LSQB": "`[`",
    "RSQB": "`]`",
    "COMMA": "`,`",
    "POINTS": "`points`",
    "LEADS": "`leads`",
}
#: What goes without saying where it can stand: the rest of what is expected tells enough.
_UNSAID = frozenset(
    (
        *("DOT", "MINUS", "PLUS", "SIGN", "PLUS_MINUS", "TIMES_OVER", "QUOTED", "CALLED"),
        *("RANK", "DATE", "FIGURE"),
    )
)
_VALUE = frozenset(("NUMBER", "PERCENT", "DURATION", "STRING", "NAME", "LPAR", "NOT", "RSQB"))
_COMPARISONS = frozenset(
    ("IS", "IN", "BETWEEN", "CONTAINS", "STARTS", "ENDS", "MATCHES", "HAS", "NOT")
)
_NAMES = {
    "combine": "`sum`, `max`, `average` or `top`",
    "stage_source": "`score`, `content` or `tag`",
}


def explain(scalar: Scalar, fault: Unexpected, start: str) -> Diagnostic:
    """Return the diagnostic of a text that leaves the grammar.

    Args:
        scalar: the text and where it stands.
        fault: where it leaves the grammar.
        start: what it was read as, a key of :data:`~leadline.expression.advice.EXAMPLES`.
    """
    cut = scalar.cut
    if (
        cut is not None
        and _ends_too_early(fault)
        and (cut.kind == "comment" or is_open(scalar.text))
    ):
        return _cut(cut)
    if start in ("days", "seconds"):
        return _no_time(scalar, start)
    if fault.word in ('"', "`"):
        return _never_closed(scalar, fault)
    if fault.kind == "$END":
        end = len(scalar.text.rstrip())
        place = scalar.span(end - 1, end)
        found = "this is not finished"
    else:
        fault = _keyword_before(scalar.text, fault)
        place = scalar.span(fault.at, fault.at + len(fault.word))
        found = f"`{fault.word}` cannot stand here"
    message = f"{found}; expected {_expected(fault.expected, start)}"
    hint = advice(scalar.text, fault.at, fault.word, fault.kind, fault.expected, start)
    return Diagnostic(codes.SYNTAX, message, place, hint)


def is_open(text: str) -> bool:
    """Say whether a text ends inside of brackets or quotes."""
    bare = re.sub(r'"(\\.|[^"\\])*"', "", text)
    return '"' in bare or bare.count("(") > bare.count(")") or bare.count("[") > bare.count("]")


def _ends_too_early(fault: Unexpected) -> bool:
    return fault.kind == "$END" or fault.word == '"'


def _cut(cut: Cut) -> Diagnostic:
    hint = "write the whole expression in single quotes"
    if cut.kind == "flow":
        message = f"inside braces YAML ends an unquoted value at `{cut.character}`"
        return Diagnostic(codes.CUT, f"{message}; what is left does not parse", cut.place, hint)
    hint += ", or below the key after `|`"
    message = "YAML takes ` #` and what follows for a comment; what is left does not parse"
    return Diagnostic(codes.CUT, message, cut.place, hint)


def _no_time(scalar: Scalar, start: str) -> Diagnostic:
    text = scalar.text.strip()
    begin = scalar.text.index(text)
    hint = f"{EXAMPLES[start]}; {UNITS_HINT}"
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        hint = f"say the unit, such as `{text} {'days' if start == 'days' else 'minutes'}`"
    place = scalar.span(begin, begin + len(text))
    return Diagnostic(codes.SYNTAX, f"`{text}` is no time", place, hint)


def _never_closed(scalar: Scalar, fault: Unexpected) -> Diagnostic:
    what, quote = ("text", "double quote") if fault.word == '"' else ("name", "backquote")
    return Diagnostic(
        codes.SYNTAX,
        f"the {what} that begins here is never closed",
        scalar.span(fault.at, fault.at + 1),
        f"write a {quote} behind it",
    )


def _keyword_before(text: str, fault: Unexpected) -> Unexpected:
    """Point to ``NOT`` in ``NOT opted_out``: it was read as a name, and the next word failed."""
    before = re.search(r"(?<![\w.`])([^\W\d]\w*)\s+\Z", text[: fault.at])
    if before is None or before[1].lower() not in KEYWORDS or "IS" not in fault.expected:
        return fault
    return Unexpected(before.start(), before[1], "NAME", _VALUE)


def _expected(terminals: frozenset[str], start: str) -> str:
    said: list[str] = []
    left = terminals - _UNSAID
    if {"NUMBER", "STRING", "NAME"} <= left:
        said.append("a value")
        left -= _VALUE
    if {"IS", "IN"} <= left:
        left -= _COMPARISONS
    names = {"NAME": _NAMES[start]} if start in _NAMES and "$END" not in terminals else {}
    words = {**_TERMINALS, **names}
    said += sorted(
        (words.get(name, f"`{name.lower()}`") for name in left),
        key=lambda word: (word == "the end", word.startswith("`"), word),
    )
    return " or ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)
