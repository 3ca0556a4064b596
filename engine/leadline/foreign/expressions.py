"""Expressions in the making: nodes without a place in any file, and their text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from leadline.diagnostic import Place
from leadline.expression import nodes as n

_NOWHERE = Place("", 0, 0, 0, 0)


def column(scope: str, name: str) -> n.Node:
    """Return a column of a table; those of events have no scope."""
    return n.Name((scope, name) if scope else (name,), quoted=False, place=_NOWHERE)


def can_be_named(node: n.Node) -> bool:
    """Say whether a column's name can be written: in backquotes, on one line."""
    return not isinstance(node, n.Name) or not set("`\n\r\0") & set("".join(node.path))


def number(value: float) -> n.Node:
    """Return a number."""
    return n.Number(value, _NOWHERE)


def on(day: date) -> n.Node:
    """Return a date."""
    return n.Date(day, _NOWHERE)


def folded(node: n.Node) -> n.Node:
    """Return a text in small letters."""
    return n.Call("lower", (node,), _NOWHERE)


def days_since(node: n.Node) -> n.Node:
    """Return the whole days from a date to that of the score."""
    return n.Call("days_since", (node,), _NOWHERE)


def compared(operator: n.Comparison, left: n.Node, right: n.Node | str | bool) -> n.Node:
    """Return a comparison."""
    return n.Compare(operator, left, _value(right), _NOWHERE)


def is_any(node: n.Node, values: Iterable[str]) -> n.Node:
    """Say that a text is one of some."""
    items = tuple(n.Text(value, _NOWHERE) for value in values)
    return compared("=", node, items[0]) if len(items) == 1 else n.In(node, items, _NOWHERE)


def tested(test: n.TextTest, node: n.Node, text: str) -> n.Node:
    """Return a test on text."""
    return n.Tested(test, node, n.Text(text, _NOWHERE), _NOWHERE)


def has(node: n.Node, member: str) -> n.Node:
    """Say that a text or list has a member."""
    return n.Has(node, n.Text(member, _NOWHERE), _NOWHERE)


def between(node: n.Node, low: float, high: float) -> n.Node:
    """Say that a number is between two, both included."""
    return n.Between(node, number(low), number(high), _NOWHERE)


def is_missing(node: n.Node) -> n.Node:
    """Say that there is no value."""
    return n.Missing(node, _NOWHERE)


def is_present(node: n.Node) -> n.Node:
    """Say that there is a value."""
    return n.Not(is_missing(node), _NOWHERE)


def not_so(node: n.Node) -> n.Node:
    """Return the exact inverse."""
    return n.Not(node, _NOWHERE)


def all_of(parts: Iterable[n.Node]) -> n.Node:
    """Join conditions of which all must hold; there is at least one."""
    flat = [
        each for part in parts for each in (part.operands if isinstance(part, n.All) else (part,))
    ]
    return n.All(tuple(flat), _NOWHERE) if len(flat) > 1 else flat[0]


def any_of(parts: Iterable[n.Node]) -> n.Node:
    """Join conditions of which one must hold; there is at least one."""
    flat = [
        each for part in parts for each in (part.operands if isinstance(part, n.Any) else (part,))
    ]
    return n.Any(tuple(flat), _NOWHERE) if len(flat) > 1 else flat[0]


def none_of(parts: Iterable[n.Node]) -> n.Node:
    """Say that no condition holds; there is at least one."""
    return not_so(any_of(parts))


def _value(value: n.Node | str | bool) -> n.Node:
    if isinstance(value, bool):
        return n.Truth(value, _NOWHERE)
    return n.Text(value, _NOWHERE) if isinstance(value, str) else value
