"""What is offered to complete a text: forms without a protocol."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from leadline.expression.unparse import KEYWORDS, quoted_name, quoted_text
from leadline.language_server.figures import Value

Kind = Literal["key", "value", "field", "function", "name", "word", "event"]

_WORD = re.compile(r"[^\W\d]\w*")
#: Bare words that mean something else than a text right of `is`.
_NO_TEXT = frozenset(("missing", "present", "true", "false"))
#: What YAML reads otherwise at the beginning of an unquoted value, or inside of one.
_YAML = re.compile(r"""^[-?:,\[\]{}#&*!|>'"%@`\s]|:(\s|$)|\s#|\s$|[\[\]{},]|^$""")


@dataclass(frozen=True, slots=True)
class Offer:
    """One completion.

    Attributes:
        label: what the list shows.
        insert: what takes the place of what was typed.
        kind: what it is.
        detail: a few words beside the label.
        says: what it means.
    """

    label: str
    insert: str
    kind: Kind
    detail: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Offers:
    """Completions in the order in which they are shown; they replace the text from ``start``."""

    start: int
    offers: tuple[Offer, ...] = ()


def counted_values(values: Iterable[Value], *, bare: bool, typed: str) -> tuple[Offer, ...]:
    """Return the values of a field as an expression writes them, commonest first.

    Args:
        values: the values.
        bare: whether a bare word is a text here: right of ``is`` and ``in``, and nowhere else.
        typed: what is typed of one so far; a quote stays a quote.
    """
    quoted = typed.startswith('"') or not bare
    return tuple(
        Offer(value.text, _as_text(value.text, quoted=quoted), "value", rows_of(value.rows))
        for value in values
    )


def rows_of(count: int) -> str:
    """Return how many rows have a value, for a person; nothing where nobody counted."""
    if not count:
        return ""
    return f"{count:,} row" if count == 1 else f"{count:,} rows"


def _as_text(text: str, *, quoted: bool) -> str:
    plain = _WORD.fullmatch(text) and text not in KEYWORDS and text not in _NO_TEXT
    return text if plain and not quoted else quoted_text(text)


def name_offer(name: str, kind: Kind, detail: str = "", says: str = "") -> Offer:
    """Return a name, in backquotes where an expression needs them."""
    return Offer(name, quoted_name(name), kind, detail, says)


def plain_value(text: str) -> str:
    """Return a text as an unquoted YAML value, or in single quotes where it needs them."""
    return "'" + text.replace("'", "''") + "'" if _YAML.search(text) else text


def within(insert: str, quote: str) -> str:
    """Return a piece of an expression as it stands inside of a YAML value in quotes."""
    if quote == "'":
        return insert.replace("'", "''")
    if quote == '"':
        return insert.replace("\\", "\\\\").replace('"', '\\"')
    return insert
