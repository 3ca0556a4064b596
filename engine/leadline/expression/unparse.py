"""Nodes back to text: the one way an expression is written."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import assert_never

from leadline.expression import nodes as n

_WORD = re.compile(r"[^\W\d]\w*\Z")
#: Words that an expression would read otherwise than as a name.
KEYWORDS = frozenset(
    ("and", "or", "not", "is", "in", "between", "contains", "starts", "ends", "matches", "has")
)
#: The scopes whose names stand without a part before them.
_BARE = ("event", "opportunity", "handoff", "model")
# How tightly each node binds; an operand that binds less tightly stands in parentheses.
_ANY, _ALL, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _ATOM = range(8)


def unparse(node: n.Node) -> str:
    """Return the text of an expression, parseable into the same tree."""
    return _write(node)[0]


def quoted_name(name: str) -> str:
    """Return a name as an expression writes it, in backquotes where it is no word."""
    return name if _WORD.match(name) and name not in KEYWORDS else f"`{name}`"


def quoted_text(text: str) -> str:
    """Return a text literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _inside(node: n.Node, at_least: int) -> str:
    text, binding = _write(node)
    return text if binding >= at_least else f"({text})"


def _value(node: n.Node) -> str:
    """Write what stands right of ``=`` or in a list, where a bare word would be a text."""
    match node:
        case n.Name((word,)) | n.Field("event" | "model" | "opportunity" | "handoff", word):
            return f"`{word}`"
        case _:
            return _inside(node, _SUM)


def _equal(operator: str, right: n.Node) -> str:
    words = {"=": "is", "!=": "is not"} if isinstance(right, n.Text | n.Truth) else {}
    return f"{words.get(operator, operator)} {_value(right)}"


def _write(node: n.Node) -> tuple[str, int]:  # noqa: C901 - one case a node
    match node:
        case n.Number(value):
            return _number(value), _SIGN if value < 0 else _ATOM
        case n.Percent(value):
            return f"{Decimal(repr(value)).scaleb(2):f}%", _ATOM
        case n.Text(value):
            return quoted_text(value), _ATOM
        case n.Truth(value):
            return str(value).lower(), _ATOM
        case n.Date(value):
            return value.isoformat(), _ATOM
        case n.Duration(seconds):
            return _duration(seconds), _ATOM
        case n.Name():
            return _name(node), _ATOM
        case n.Field(scope, column):
            name = quoted_name(column)
            return (name if scope in _BARE else f"{scope}.{name}"), _ATOM
        case n.Call(function, arguments):
            return f"{function}({', '.join(map(unparse, arguments))})", _ATOM
        case n.EventCount(event, days):
            window = f", {_days(days)}" if days is not None else ""
            name = quoted_text(event) if "`" in event else quoted_name(event)
            return f"count({name}{window})", _ATOM
        case n.ScoreWindow(function, score, days):
            return f"{function}({quoted_name(score)}, {_days(days)})", _ATOM
        case n.Rank(direction, amount, percent, score):
            sign = "%" if percent else ""
            return f"{direction} {_decimal(amount)}{sign} by {quoted_name(score)}", _ATOM
        case n.Minus(operand):
            return f"-{_inside(operand, _SIGN)}", _SIGN
        case n.Arithmetic(operator, left, right):
            binding = _SUM if operator in "+-" else _PRODUCT
            operands = _inside(left, binding), _inside(right, binding + 1)
            return f" {operator} ".join(operands), binding
        case n.LocalDate(operand):
            return _write(operand)
        case n.Compare(operator, left, right):
            if operator in ("=", "!="):
                return f"{_inside(left, _SUM)} {_equal(operator, right)}", _COMPARE
            return f"{_inside(left, _SUM)} {operator} {_inside(right, _SUM)}", _COMPARE
        case n.In(operand, items):
            return f"{_inside(operand, _SUM)} in [{', '.join(map(_value, items))}]", _COMPARE
        case n.Between(operand, low, high):
            between = f"between {_inside(low, _SUM)} and {_inside(high, _SUM)}"
            return f"{_inside(operand, _SUM)} {between}", _COMPARE
        case n.Tested(test, operand, text):
            return f"{_inside(operand, _SUM)} {test} {_inside(text, _SUM)}", _COMPARE
        case n.Has(operand, member):
            return f"{_inside(operand, _SUM)} has {_inside(member, _SUM)}", _COMPARE
        case n.Missing(operand):
            return f"{_inside(operand, _SUM)} is missing", _COMPARE
        case n.Not(n.Missing(operand)):
            return f"{_inside(operand, _SUM)} is present", _COMPARE
        case n.Not(operand):
            return f"not {_inside(operand, _NOT)}", _NOT
        case n.All(operands):
            return " and ".join(_inside(operand, _NOT) for operand in operands), _ALL
        case n.Any(operands):
            return " or ".join(_inside(operand, _ALL) for operand in operands), _ANY
        case _:
            assert_never(node)


def _name(node: n.Name) -> str:
    *first, last = node.path
    return ".".join([*map(quoted_name, first), f"`{last}`" if node.quoted else quoted_name(last)])


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _decimal(value: float) -> str:
    """Write a number that takes no exponent."""
    return str(int(value)) if value == int(value) else f"{Decimal(repr(value)):f}"


def _days(days: float) -> str:
    return f"{_decimal(days)} day{'' if days == 1 else 's'}"


def _duration(seconds: float) -> str:
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds % length == 0:
            count = int(seconds // length)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{_decimal(seconds)} seconds"
