"""Small changes of an expression, one at a time: what a slip of the hand would write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from leadline.diagnostic import Place
from leadline.expression import nodes as n
from leadline.expression.unparse import unparse

_TURNED: dict[n.Comparison, n.Comparison] = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "=": "!=",
    "!=": "=",
}
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Variant:
    """An expression with one thing changed: what stood at ``place`` and what stands there now."""

    place: Place
    before: str
    after: str
    node: n.Node


def variants(node: n.Node) -> Iterator[Variant]:
    """Yield an expression with one comparison, number or clause changed, in reading order.

    A comparison is moved over its bound or turned round, a number is one more, a clause of
    ``and``, ``or`` or a list is left out.
    """
    below = n.children(node)
    for number, child in enumerate(below):
        for variant in variants(child):
            if isinstance(node, n.Not) and variant.node == n.Not(child, child.place):
                # What is turned round already is turned back, not round once more.
                yield _changed(node, child)
                continue
            others = (*below[:number], variant.node, *below[number + 1 :])
            yield replace(variant, node=n.with_children(node, others))
    yield from _own(node)


def _own(node: n.Node) -> Iterator[Variant]:  # noqa: C901 - one case a node
    match node:
        case n.Compare(operator):
            yield _changed(node, replace(node, operator=_TURNED[operator]))
        case n.Number(value):
            yield _changed(node, replace(node, value=more(value)))
        case n.Percent(value):
            yield _changed(node, replace(node, value=round(value + 0.01, 12)))
        case n.Date(day):
            later = next_day(day)
            if later is not None:
                yield _changed(node, replace(node, value=later))
        case n.Duration(seconds):
            longer = _DAY if seconds % _DAY == 0 else 60
            yield _changed(node, replace(node, seconds=seconds + longer))
        case n.EventCount(_, float(days)) | n.ScoreWindow(_, _, days):
            yield _changed(node, replace(node, days=days + 1))
        case n.Rank(_, amount):
            yield _changed(node, replace(node, amount=more(amount)))
        case n.All(operands) | n.Any(operands):
            yield from _without_one(node, operands)
        case n.In(_, items):
            yield from _shorter(node, items)
            yield _changed(node, n.Not(node, node.place))
        case n.Tested() | n.Has() | n.Missing():
            yield _changed(node, n.Not(node, node.place))


def _changed(before: n.Node, after: n.Node) -> Variant:
    return Variant(before.place, unparse(before), unparse(after), after)


def _without_one(node: n.All | n.Any, operands: tuple[n.Node, ...]) -> Iterator[Variant]:
    for number, operand in enumerate(operands):
        rest = (*operands[:number], *operands[number + 1 :])
        left = rest[0] if len(rest) == 1 else replace(node, operands=rest)
        yield Variant(operand.place, unparse(operand), "", left)


def _shorter(node: n.In, items: tuple[n.Node, ...]) -> Iterator[Variant]:
    for number, item in enumerate(items if len(items) > 1 else ()):
        rest = (*items[:number], *items[number + 1 :])
        yield Variant(item.place, unparse(item), "", replace(node, items=rest))


def more(value: float) -> float:
    """Return a number that is a little larger: by one, or a small one by a tenth."""
    step = 1.0 if value == int(value) or abs(value) >= 10 else 0.1
    return round(value + step, 12)


def next_day(day: date) -> date | None:
    """Return the day after a day; None after the last that there is, which stands for ever."""
    return day + timedelta(days=1) if day < date.max else None
