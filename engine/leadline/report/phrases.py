"""Expressions in words, for people who do not read the language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from leadline.expression import nodes as n
from leadline.expression.catalog import Type
from leadline.expression.functions import Function, function_table
from leadline.expression.unparse import unparse

_FUNCTIONS = function_table()
_MOMENTS = (Type.DATE, Type.INSTANT)
_TIMES = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
_TESTS = {
    "contains": ("contains", "does not contain"),
    "starts with": ("starts with", "does not start with"),
    "ends with": ("ends with", "does not end with"),
}
_COMPARED = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}
_DATED = {"<": "before", "<=": "not after", ">": "after", ">=": "not before"}
#: Patterns that are no more than a few words, whole or not, in any case or not.
_WORDS = r"[\w &/'-]+(?:\|[\w &/'-]+)*"
_PLAIN_PATTERN = re.compile(
    rf"(?P<folded>\(\?i\))?"
    rf"(?:\\b(?:\((?:\?:)?(?P<whole>{_WORDS})\)|(?P<one>[\w &/'-]+))\\b|(?P<part>{_WORDS}))"
)
_CONTRARY: dict[n.Comparison, n.Comparison] = {
    "=": "!=",
    "!=": "=",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
}
# How tightly a phrase holds together; a looser one inside a tighter one stands in brackets.
_ANY, _ALL, _CONDITION, _SUM, _PRODUCT, _VALUE = range(6)


def in_words(node: n.Node) -> str:
    """Say an expression in plain English.

    Args:
        node: the expression, its names resolved or not.

    Returns:
        A phrase without a full stop: ``the asset's kind is "white paper"``. Values stay as they
        are written in the data; names of columns lose their underscores.
    """
    return _say(node)[0]


def spoken(name: str) -> str:
    """Return a column or event type as words: ``seconds_watched`` is ``seconds watched``."""
    return name.replace("_", " ").strip() or name


def figure(value: float) -> str:
    """Return a number as people write it, without exponent and needless zeros."""
    text = f"{Decimal(repr(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def counted(number: float, noun: str) -> str:
    """Return a number and its noun: ``1 point``, ``2.5 points``."""
    return f"{figure(number)} {noun}{'' if abs(number) == 1 else 's'}"


def listed(words: Sequence[str], joint: str = "and") -> str:
    """Return words as a list: ``a, b and c``."""
    *first, last = words or ("",)
    return f"{', '.join(first)} {joint} {last}" if first else last


def _inside(node: n.Node, at_least: int) -> str:
    text, holds = _say(node)
    return text if holds >= at_least else f"({text})"


def _say(node: n.Node) -> tuple[str, int]:  # noqa: C901 - one case a node
    match node:
        case n.Number(value):
            return figure(value), _VALUE
        case n.Text("true" | "false" as value):
            return value, _VALUE  # without the columns of the data a truth value is a text
        case n.Percent() | n.Text() | n.Truth() | n.Date() | n.Duration():
            return unparse(node), _VALUE
        case n.Name(path):
            return _field(path[0] if len(path) > 1 else "", path[-1]), _VALUE
        case n.Field(scope, column):
            return _field(scope, column), _VALUE
        case n.Call(function, arguments):
            return _call(_FUNCTIONS.get(function), function, arguments), _VALUE
        case n.EventCount(event, days):
            return f"the number of {spoken(event)} events{_in_the_last(days)}", _VALUE
        case n.ScoreWindow("quiet", score, days):
            return f"{score} has not risen for {counted(days, 'day')}", _CONDITION
        case n.ScoreWindow(_, score, days):
            return f"the change of {score}{_in_the_last(days)}", _VALUE
        case n.Rank():
            return f"the lead is among {_rank(node)}", _CONDITION
        case n.Minus(operand):
            return f"minus {_inside(operand, _VALUE)}", _PRODUCT
        case n.Arithmetic():
            return _arithmetic(node)
        case n.LocalDate(operand):
            return _say(operand)
        case n.Compare() | n.In() | n.Between() | n.Tested() | n.Has() | n.Missing():
            return _condition(node), _CONDITION
        case n.Not(operand):
            return _negated(operand)
        case n.All(operands):
            return " and ".join(_truth(operand, _ALL) for operand in operands), _ALL
        case n.Any(operands):
            return " or ".join(_either(operand) for operand in operands), _ANY
        case _:
            assert_never(node)


def _field(scope: str, column: str) -> str:
    name = spoken(column)
    match scope:
        case "lead" | "account" | "asset":
            return f"the {scope}'s {name}"
        case "tag":
            return f"the tag {name}"
        case "score":
            return column
        case "grade":
            return f"the grade of {column}"
        case "model":
            return "the cell of the matrix" if column == "matrix" else f"the {name}"
    return name


def _call(function: Function | None, name: str, arguments: tuple[n.Node, ...]) -> str:
    words = [in_words(argument) for argument in arguments]
    if function is None or len(words) < len(function.parameters):
        return f"{name} of {listed(words)}" if words else name
    sentence = function.sentence.split(";")[0]
    return sentence.format(*words, all=listed(words))


def _in_the_last(days: float | None) -> str:
    return "" if days is None else f" in the last {counted(days, 'day')}"


def _rank(node: n.Rank) -> str:
    amount = figure(node.amount)
    many = f"{amount}%" if node.percent else f"{amount} leads"
    return f"the {node.direction} {many} by {node.score}"


def _arithmetic(node: n.Arithmetic) -> tuple[str, int]:
    match node:
        case n.Arithmetic("*", n.Percent() as share, whole):
            return f"{unparse(share)} of {_inside(whole, _VALUE)}", _PRODUCT
        case n.Arithmetic("*", n.Number(value), n.Field("score") as whole) if 0 < value < 1:
            return f"{figure(round(value * 100, 9))}% of {in_words(whole)}", _PRODUCT
    holds = _SUM if node.operator in "+-" else _PRODUCT
    left = _inside(node.left, holds)
    left = f"({left})" if _ends_open(node.left) and not left.endswith(")") else left
    return f"{left} {_TIMES[node.operator]} {_inside(node.right, holds + 1)}", holds


def _ends_open(node: n.Node) -> bool:
    """Say whether a phrase would take in what follows: ``the largest of a and b plus 5``."""
    return isinstance(node, n.Call) or (isinstance(node, n.Arithmetic) and _ends_open(node.right))


def _condition(node: n.Node) -> str:
    match node:
        case n.Compare(_, n.EventCount() as count, n.Number()):
            return _how_many(node, count)
        case n.Compare(operator, left, right):
            return f"{_subject(left)} {_compared(operator, left, right)}"
        case n.In(operand, items):
            return f"{_subject(operand)} {listed(_values(items), 'or') or 'in an empty list'}"
        case n.Between(operand, low, high):
            between = f"between {_inside(low, _SUM)} and {_inside(high, _SUM)}"
            return f"{_subject(operand)} {between}"
        case n.Tested(test, operand, text):
            return f"{_inside(operand, _SUM)} {_tested(test, text)[0]}"
        case n.Has(operand, member):
            return f"{_inside(operand, _SUM)} {_includes(operand)} {_inside(member, _SUM)}"
        case n.Missing(operand):
            return f"{_subject(operand)} missing"
    return f"{_subject(node)} true"


def _subject(node: n.Node) -> str:
    """Say what a condition is about, with its verb: ``the account's employees are``."""
    return f"{_inside(node, _SUM)} {'are' if _is_plural(node) else 'is'}"


def _includes(node: n.Node) -> str:
    return "include" if _is_plural(node) else "includes"


def _is_plural(node: n.Node) -> bool:
    """Guess whether a column's name is a plural: ``employees`` is, ``status`` is not."""
    match node:
        case n.Name((*_, name)) | n.Field("event" | "lead" | "account" | "asset", name):
            pass
        case _:
            return False
    return name.endswith("s") and not name.endswith(("ss", "us", "is"))


def _either(node: n.Node) -> str:
    """Say one of several alternatives: parts joined by "and" stand in brackets."""
    return _truth(node, _CONDITION if isinstance(node, n.All) else _ANY)


def _truth(node: n.Node, at_least: int) -> str:
    """Say a condition; a column of truth values becomes one."""
    if isinstance(node, n.Name | n.Field | n.Call):
        return _condition(node)
    return _inside(node, at_least)


def _values(items: tuple[n.Node, ...]) -> list[str]:
    return [_inside(item, _SUM) for item in items]


def _compared(operator: n.Comparison, left: n.Node, right: n.Node) -> str:
    value = _inside(right, _SUM)
    if operator in ("=", "!="):
        return value if operator == "=" else f"not {value}"
    return f"{(_DATED if _is_dated(left, right) else _COMPARED)[operator]} {value}"


def _is_dated(*sides: n.Node) -> bool:
    return any(
        isinstance(side, n.Date | n.LocalDate)
        or (isinstance(side, n.Field) and side.type in _MOMENTS)
        for side in sides
    )


def _how_many(node: n.Compare, count: n.EventCount) -> str:
    """Say a comparison of a count of events as what the lead has."""
    value = node.right.value if isinstance(node.right, n.Number) else 0.0
    operator = node.operator
    if (operator, value) in (("=", 0), ("<", 1), ("<=", 0)):
        return f"the lead has no {spoken(count.event)} event{_in_the_last(count.days)}"
    if (operator, value) in ((">", 0), ("!=", 0)):
        operator, value = ">=", 1
    amount = {
        ">=": "at least ",
        ">": "more than ",
        "<": "fewer than ",
        "<=": "at most ",
        "=": "exactly ",
        "!=": "any number but ",
    }[operator]
    events = counted(value, f"{spoken(count.event)} event")
    return f"the lead has {amount}{events}{_in_the_last(count.days)}"


def _tested(test: n.TextTest, text: n.Node) -> tuple[str, str]:
    """Return a test on text, and its contrary."""
    if test != "matches":
        value = _inside(text, _SUM)
        affirmed, denied = _TESTS[test]
        return f"{affirmed} {value}", f"{denied} {value}"
    plain = _PLAIN_PATTERN.fullmatch(text.value) if isinstance(text, n.Text) else None
    if plain is None:
        value = _inside(text, _SUM)
        return f"matches the pattern {value}", f"does not match the pattern {value}"
    whole = plain["whole"] or plain["one"]
    words = listed([f'"{word}"' for word in (whole or plain["part"]).split("|")], "or")
    said = f"{'the word ' if whole else ''}{words}{' in any case' if plain['folded'] else ''}"
    return f"contains {said}", f"does not contain {said}"


def _negated(operand: n.Node) -> tuple[str, int]:
    """Say that something is not so; of parts joined, each is denied by itself."""
    match operand:
        case n.All(operands, place):
            return _say(n.Any(tuple(n.Not(part, place) for part in operands), place))
        case n.Any(operands, place):
            return _say(n.All(tuple(n.Not(part, place) for part in operands), place))
        case n.Not(inner):
            return _say(inner)
        case n.Compare(operator, n.EventCount(), n.Number()):
            return _say(replace(operand, operator=_CONTRARY[operator]))
        case n.Compare("!="):
            return _say(replace(operand, operator="="))
    return _denied(operand), _CONDITION


def _denied(operand: n.Node) -> str:  # noqa: C901 - one case a node
    match operand:
        case n.Compare(operator, left, right) if not (_is_dated(left, right) and "=" in operator):
            return f"{_subject(left)} not {_compared(operator, left, right)}"
        case n.In(inner, (item,)):
            return f"{_subject(inner)} not {_inside(item, _SUM)}"
        case n.In(inner, ()):
            return f"{_subject(inner)} not in an empty list"
        case n.In(inner, items):
            return f"{_subject(inner)} neither {' nor '.join(_values(items))}"
        case n.Between(inner, low, high):
            between = f"between {_inside(low, _SUM)} and {_inside(high, _SUM)}"
            return f"{_subject(inner)} not {between}"
        case n.Tested(test, inner, text):
            return f"{_inside(inner, _SUM)} {_tested(test, text)[1]}"
        case n.Has(inner, member):
            verb = "do" if _is_plural(inner) else "does"
            return f"{_inside(inner, _SUM)} {verb} not include {_inside(member, _SUM)}"
        case n.Missing(inner):
            return f"{_subject(inner)} present"
        case n.ScoreWindow("quiet", score, days):
            return f"{score} has risen, or the lead begun,{_in_the_last(days)}"
        case n.Rank():
            return f"the lead is not among {_rank(operand)}"
        case n.Name() | n.Field() | n.Call():
            return f"{_subject(operand)} not true"
    return f"it is not so that {_truth(operand, _CONDITION)}"


def condition_in_words(node: n.Node) -> str:
    """Say an expression that is true or not; a bare column reads ``... is true``."""
    return _truth(node, _ANY)
