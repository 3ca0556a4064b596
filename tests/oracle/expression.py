"""Evaluate an expression over Python values; None is a missing value."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from tests.oracle.exact import nearest
from tests.oracle.syntax import Call, Literal, Name, Node, Operation, Rank, Value

Row = Mapping[str, Value]


class Recall(Protocol):
    """What a segment can ask about the past of a lead's scores, and about the other leads."""

    def quiet(self, score: str, days: float) -> bool:
        """Return whether the score has not risen in so many days."""

    def change(self, score: str, days: float) -> float:
        """Return by how much the score differs from the end of the day so many days back."""

    def ranks(self, rank: Rank) -> bool:
        """Return whether the lead is among those leads."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the names of an expression stand for.

    `tables` holds a row a prefix: "" for the event, else asset, lead, account, tag, score, grade.
    `ages` holds the ages in days of the lead's events by type, for `count`; `recall` answers
    `quiet`, `change` and ranks, in a segment.
    """

    zone: ZoneInfo
    today: date
    tables: Mapping[str, Row] = field(default_factory=dict)
    definitions: Mapping[str, Node] = field(default_factory=dict)
    ages: Mapping[str, Sequence[int]] = field(default_factory=dict)
    recall: Recall | None = None


def local_day(value: date | datetime, zone: ZoneInfo) -> date:
    """Return the calendar date of an instant in the zone; a date is its own."""
    if isinstance(value, datetime):
        return value.astimezone(zone).date()
    return value


def holds(node: Node, scope: Scope) -> bool:
    """Return whether a condition is true; a missing one is not."""
    return evaluate(node, scope) is True


def evaluate(node: Node, scope: Scope) -> Value:
    """Return the value of an expression.

    Raises:
        TypeError: An operator met a value of a type it is not for.
        KeyError: A function or table of that name is not part of the language.
    """
    match node:
        case Literal(value):
            return value
        case Name("", name) if name in scope.definitions:
            return evaluate(scope.definitions[name], scope)
        case Name(table, name):
            return scope.tables[table].get(name)
        case Operation(operator, operands):
            return _operation(operator, operands, scope)
        case Call(function, arguments):
            return _called(function, arguments, scope)
        case Rank():
            return _recall(scope).ranks(node)


def _called(function: str, arguments: tuple[Node, ...], scope: Scope) -> Value:
    if function == "count":
        return _count(arguments, scope)
    if function in ("quiet", "change"):
        return _over_time(function, arguments, scope)
    values = [evaluate(argument, scope) for argument in arguments]
    if function == "coalesce":
        return next((value for value in values if value is not None), None)
    if any(value is None for value in values):
        return None
    if function == "days_since":
        return float((scope.today - _day(values[0], scope)).days)
    return _FUNCTIONS[function](*values)


def _over_time(function: str, arguments: tuple[Node, ...], scope: Scope) -> Value:
    score, window = arguments
    if not isinstance(score, Name):
        raise TypeError(f"{score} is no score")
    days = _number(evaluate(window, scope))
    if function == "quiet":
        return _recall(scope).quiet(score.field, days)
    return _recall(scope).change(score.field, days)


def _recall(scope: Scope) -> Recall:
    if scope.recall is None:
        raise TypeError("only a segment can look back, or at other leads")
    return scope.recall


def _operation(operator: str, operands: tuple[Node, ...], scope: Scope) -> Value:
    if operator == "and":
        return all(holds(operand, scope) for operand in operands)
    if operator == "or":
        return any(holds(operand, scope) for operand in operands)
    if operator == "not":
        return not holds(operands[0], scope)
    values = [evaluate(operand, scope) for operand in operands]
    if operator == "missing":
        return values[0] is None
    if operator == "in":
        return any(_compared("is", values[0], other, scope) for other in values[1:])
    if operator == "between":
        value, low, high = values
        return _compared(">=", value, low, scope) and _compared("<=", value, high, scope)
    if operator in _ARITHMETIC:
        if any(value is None for value in values):
            return None
        return _ARITHMETIC[operator](*(_number(value) for value in values))
    return _compared(operator, values[0], values[1], scope)


def _compared(operator: str, left: Value, right: Value, scope: Scope) -> bool:
    if left is None or right is None:
        return False
    if operator in _TEXT_TESTS:
        return _TEXT_TESTS[operator](_text(left), _text(right))
    if operator == "has":
        return _text(right) in _members(left)
    if _kind(left) == "date" and _kind(right) == "date":
        both_instants = isinstance(left, datetime) and isinstance(right, datetime)
        if not both_instants:
            left, right = _day(left, scope), _day(right, scope)
    elif _kind(left) != _kind(right):
        raise TypeError(f"{left!r} {operator} {right!r} compares two different types")
    return _ORDERS[operator](left, right)


def _kind(value: Value) -> str:
    if isinstance(value, date):
        return "date"
    return type(value).__name__


def _number(value: Value) -> float:
    if not isinstance(value, float):
        raise TypeError(f"{value!r} is no number")
    return value


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _day(value: Value, scope: Scope) -> date:
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is no date")
    return local_day(value, scope.zone)


def _members(value: Value) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    parts = (part.strip() for part in re.split("[;,|]", _text(value)))
    return tuple(part for part in parts if part)


def _count(arguments: tuple[Node, ...], scope: Scope) -> float:
    event = arguments[0]
    name = event.field if isinstance(event, Name) else _text(evaluate(event, scope))
    window = math.inf
    if len(arguments) > 1:
        window = _number(evaluate(arguments[1], scope))
    return float(sum(1 for age in scope.ages.get(name, ()) if age < window))


def _share(part: float, whole: float) -> float | None:
    return min(1.0, max(0.0, part / whole)) if whole > 0 else None


def _quotient(left: float, right: float) -> float | None:
    return left / right if right != 0 else None


# re.ASCII, because \d, \w and \b know only ASCII in RE2.
_TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "starts with": lambda text, part: text.startswith(part),
    "ends with": lambda text, part: text.endswith(part),
    "matches": lambda text, pattern: re.search(pattern, text, re.ASCII) is not None,
}
_ORDERS: dict[str, Callable[..., bool]] = {
    "is": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
_ARITHMETIC: dict[str, Callable[..., float | None]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _quotient,
    "negative": lambda value: -value,
}
_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "share": _share,
    "min": min,
    "max": max,
    "round": lambda value: float(nearest(value)),
    "floor": lambda value: float(math.floor(value)),
    "ceil": lambda value: float(math.ceil(value)),
    "abs": abs,
    "lower": str.lower,
    "upper": str.upper,
    "length": lambda text: float(len(text)),
}
