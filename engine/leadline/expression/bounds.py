"""Which values a part of an expression can take, whatever the data holds.

What is said here may be too wide and is never too narrow: a value outside of it cannot occur.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from leadline.expression import nodes as n
from leadline.expression import ranges as r
from leadline.expression.catalog import Type
from leadline.expression.ranges import Ranges

Kind = Literal["number", "text", "date", "duration", "truth", "order", "any"]
Ends = tuple[float, float]

_KINDS: dict[Type, Kind] = {
    Type.NUMBER: "number",
    Type.TEXT: "text",
    Type.DATE: "date",
    Type.INSTANT: "date",
    Type.DURATION: "duration",
    Type.TRUTH: "truth",
}
_CONDITIONS = (n.Compare, n.In, n.Between, n.Tested, n.Has, n.Missing, n.Not, n.All, n.Any)
_WHOLE = ("length", "days_since", "round", "floor", "ceil")


@dataclass(frozen=True, slots=True)
class Domain:
    """The values that something can take.

    Attributes:
        kind: of which sort they are; dates are counted in days, durations in seconds.
        missing: whether it can be missing.
        values: what it can be otherwise.
        finite: whether every number among them is finite.
        why: where that is known from, in words; empty where it goes without saying.
    """

    kind: Kind
    missing: bool = True
    values: Ranges = r.EVERYTHING
    finite: bool = True
    why: str = ""

    @property
    def ends(self) -> Ends:
        """The least and the greatest number, infinite where there is none."""
        low, high = self.values.low, self.values.high
        return (
            low if isinstance(low, float | int) else -math.inf,
            high if isinstance(high, float | int) else math.inf,
        )


#: What is known of a part from elsewhere, such as the range of a score; None where nothing is.
Known = Callable[[n.Node], Domain | None]


def nothing_known(_: n.Node) -> Domain | None:
    """Know nothing but what an expression itself says."""
    return None


def is_condition(node: n.Node) -> bool:
    """Say whether a node is true or false and never missing."""
    return isinstance(node, (*_CONDITIONS, n.Rank)) or (
        isinstance(node, n.ScoreWindow) and node.function == "quiet"
    )


def domain(node: n.Node, known: Known = nothing_known) -> Domain:
    """Return the values that a node can take.

    Args:
        node: a resolved expression.
        known: what is known of its parts from elsewhere.
    """
    return known(node) or _literal(node) or _simple(node) or _computed(node, known)


def _simple(node: n.Node) -> Domain | None:
    """Return the values of what says by itself which it can take."""
    if is_condition(node):
        return Domain("truth", False, r.points((0.0, 1.0)))
    match node:
        case n.EventCount():
            why = "a count is never below 0"
            return Domain("number", False, r.above(0.0, included=True).whole(), why=why)
        case n.ScoreWindow():
            return Domain("number", False)
        case n.Field(type=Type.TRUTH):
            return Domain("truth", True, r.points((0.0, 1.0)))
        case n.Field(type=type_):
            return Domain(_KINDS.get(type_, "any"))
        case _:
            return None


def _computed(node: n.Node, known: Known) -> Domain:
    match node:
        case n.LocalDate(operand):
            return Domain("date", domain(operand, known).missing)
        case n.Minus(operand):
            low, high = domain(operand, known).ends
            return _spanning((-high, -low), domain(operand, known))
        case n.Arithmetic(operator, left, right):
            return _arithmetic(operator, domain(left, known), domain(right, known))
        case n.Call(function, arguments):
            return _called(function, [domain(argument, known) for argument in arguments])
        case _:
            return Domain("any")


def _literal(node: n.Node) -> Domain | None:
    match node:
        case n.Number(value) | n.Percent(value):
            return Domain("number", False, r.points((value,)))
        case n.Text(text):
            return Domain("text", False, r.points((text,)))
        case n.Truth(truth):
            return Domain("truth", False, r.points((float(truth),)))
        case n.Date(day):
            return Domain("date", False, r.points((float(day.toordinal()),)))
        case n.Duration(seconds):
            return Domain("duration", False, r.points((seconds,)))
        case _:
            return None


def _spanning(ends: Ends, *parts: Domain, missing: bool = False) -> Domain:
    """Return the numbers between two ends, which come from finite parts."""
    absent = missing or any(part.missing for part in parts)
    if any(part.kind != "number" for part in parts):
        return Domain("any", absent, finite=False)
    if any(part.values.is_empty for part in parts):
        return Domain("number", absent, r.NOTHING)
    if not all(part.finite for part in parts) or any(math.isnan(end) for end in ends):
        return Domain("number", absent, finite=False)
    finite = all(math.isfinite(end) for end in ends)
    return Domain("number", absent, r.between(*ends), finite)


def _arithmetic(operator: n.Operator, left: Domain, right: Domain) -> Domain:
    (a, b), (c, d) = left.ends, right.ends
    if operator == "+":
        return _spanning((a + c, b + d), left, right)
    if operator == "-":
        return _spanning((a - d, b - c), left, right)
    if operator == "*":
        corners = [_product(x, y) for x in (a, b) for y in (c, d)]
        return _spanning((min(corners), max(corners)), left, right)
    if (c, d) == (0.0, 0.0):
        return Domain("number", True, r.NOTHING)
    if c <= 0.0 <= d or not all(map(math.isfinite, (a, b, c, d))):
        return replace(_spanning((-math.inf, math.inf), left, right, missing=True), finite=False)
    quotients = [x / y for x in (a, b) for y in (c, d)]
    return _spanning((min(quotients), max(quotients)), left, right, missing=True)


def _product(x: float, y: float) -> float:
    """Multiply two ends; an infinite end stands for any finite number, however large."""
    return 0.0 if 0.0 in (x, y) else x * y


def _called(function: str, arguments: Sequence[Domain]) -> Domain:
    missing = any(argument.missing for argument in arguments)
    lows = [argument.ends[0] for argument in arguments]
    highs = [argument.ends[1] for argument in arguments]
    match function:
        case "share":
            never = arguments[1].ends[1] <= 0.0 or any(a.values.is_empty for a in arguments)
            values = r.NOTHING if never else r.between(0.0, 1.0)
            why = "a share is between 0 and 1"
            return Domain("number", True, values, why=why)
        case "min":
            return _spanning((min(lows), min(highs)), *arguments)
        case "max":
            return _spanning((max(lows), max(highs)), *arguments)
        case "abs":
            low = max(0.0, lows[0], -highs[0])
            return _spanning((low, max(-lows[0], highs[0])), *arguments)
        case "round" | "floor" | "ceil":
            ends = (_rounded(lows[0], math.floor), _rounded(highs[0], math.ceil))
            found = _spanning(ends, *arguments)
            return replace(found, values=found.values.whole())
        case "length":
            values = r.above(0.0, included=True).whole()
            return Domain("number", missing, values, why="a length is never below 0")
        case "days_since":
            return Domain("number", missing, r.EVERYTHING)
        case "lower" | "upper":
            return Domain("text", missing)
        case "coalesce":
            return _first_present(arguments)
        case _:
            return Domain("any", finite=False)


def _rounded(end: float, rounding: Callable[[float], int]) -> float:
    return float(rounding(end)) if math.isfinite(end) else end


def _first_present(arguments: Sequence[Domain]) -> Domain:
    missing = all(argument.missing for argument in arguments)
    kinds = {argument.kind for argument in arguments}
    kind: Kind = kinds.pop() if len(kinds) == 1 else "any"
    if kind != "number":
        return Domain(kind, missing)
    some = [argument for argument in arguments if not argument.values.is_empty]
    if not some:
        return Domain(kind, missing, r.NOTHING)
    ends = min(each.ends[0] for each in some), max(each.ends[1] for each in some)
    return _spanning(ends, *(replace(each, missing=missing) for each in some))


def is_whole(node: n.Node) -> bool:
    """Say whether the numbers or days that a node can take are whole."""
    match node:
        case n.EventCount() | n.LocalDate() | n.Field(type=Type.DATE):
            return True
        case n.Call(function):
            return function in _WHOLE
        case _:
            return False
