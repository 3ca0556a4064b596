"""The blanks of an expression: one around a word or operator, none inside of brackets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from leadline.document import Scalar
from leadline.document.source import source_of
from leadline.document.values import Raw
from leadline.expression.parse import ExpressionError, parse_expression
from leadline.expression.unparse import KEYWORDS

_TOKEN = re.compile(
    r"""
    (?P<text>   "(?:\\["\\]|[^"\\]|\\(?!["\\]))*" | `[^`\n]+` )
  | (?P<date>   [0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w-]) )
  | (?P<number> [0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.]) (?:\s*%)?
              | [0-9]+(?:\.[0-9]+)? (?=[^\W\d]) | [0-9]+(?:\.[0-9]+)?\s*% )
  | (?P<word>   [^\W\d]\w* )
  | (?P<sign>   <=|>=|!=|[-+*/=<>(),.\[\]] )
  | (?P<blank>  \s+ )
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"[^\W\d]")
#: Words that no call begins with, and behind which a sign belongs to the number.
_WORDS = KEYWORDS | {"with", "by", "where", "of"}
_OPENING = ("(", "[", ".")
_CLOSING = (")", "]", ",", ".")
_OPERATORS = ("<=", ">=", "!=", "=", "<", ">", "+", "-", "*", "/", "(", "[", ",")


def spaced(scalar: Scalar, read: Callable[[Scalar], object] = parse_expression) -> str:
    """Return the text of an expression with canonical blanks.

    A text that is none, or that would mean anything else, comes back as it is.

    Args:
        scalar: the expression.
        read: what it is read by, such as ``parse_metric``.
    """
    text = _spaced(scalar.text)
    if text is None or text == scalar.text:
        return scalar.text
    try:
        same = read(scalar) == read(_alone(scalar, text))
    except ExpressionError:
        return scalar.text
    return text if same else scalar.text


def _spaced(text: str) -> str | None:
    written, at = "", 0
    before, sign_of_number = "", False
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            return None
        at = found.end()
        if found.lastgroup == "blank":
            continue
        token = found[0] if found.lastgroup == "text" else "".join(found[0].split())
        if written and not sign_of_number and _apart(before, token):
            written += " "
        sign_of_number = token in ("-", "+") and (
            not before or before in _OPERATORS or before in _WORDS
        )
        written += token
        before = token
    return written


def _apart(before: str, token: str) -> bool:
    if before in _OPENING or token in _CLOSING:
        return False
    if token.startswith("("):
        return before in _WORDS or not _WORD.match(before)
    return True


def _alone(scalar: Scalar, text: str) -> Scalar:
    raw = Raw(source_of(scalar.place.file, text), 0, len(text))
    return replace(scalar, text=text, style="plain", raw=raw)
