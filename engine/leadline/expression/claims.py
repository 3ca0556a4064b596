"""A condition as claims about its terms: which values each comparison allows, and its opposite."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from leadline.expression import nodes as n
from leadline.expression import ranges as r
from leadline.expression.bounds import (
    Domain,
    Kind,
    Known,
    domain,
    is_condition,
    is_whole,
    nothing_known,
)
from leadline.expression.logic import Atom, Claim, Fixed, Joined, Logic, TextTest, negated
from leadline.expression.ranges import Ranges
from leadline.expression.unparse import unparse

_LITERALS = (n.Number, n.Percent, n.Text, n.Truth, n.Date, n.Duration)
_MIRRORED: dict[str, n.Comparison] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
#: Functions that are present where their arguments are, or one of them.
_AS_PRESENT = (
    *("min", "max", "round", "floor", "ceil", "abs", "lower", "upper", "length", "days_since"),
    "coalesce",
)
#: What a pattern may hold and still be a plain text: escaped signs, and signs without a meaning.
_PLAIN = re.compile(r"(?:\\[./?+*()\[\]|^$\\{}-]|[A-Za-z0-9 _/,:@#%&=!~<>'\"-])+")


def claims(node: n.Node, known: Known = nothing_known) -> Logic:  # noqa: C901 - one case a node
    """Return what a condition claims.

    Args:
        node: a resolved condition.
        known: what is known of its parts from elsewhere.
    """
    match node:
        case n.All(operands) | n.Any(operands):
            return Joined(isinstance(node, n.All), tuple(claims(o, known) for o in operands))
        case n.Not(operand):
            return negated(claims(operand, known))
        case n.Compare("!=", left, right, place):
            return negated(claims(n.Compare("=", left, right, place), known))
        case n.Compare("=", left, n.Truth(value)) if is_condition(left):
            found = claims(left, known)
            return found if value else negated(found)
        case n.Compare(operator, left, right):
            return _compared(operator, left, right, known)
        case n.In(operand, items):
            return _listed(operand, items, node, known)
        case n.Between(operand, low, high, place):
            ends = n.Compare(">=", operand, low, place), n.Compare("<=", operand, high, place)
            return Joined(True, tuple(claims(end, known) for end in ends))
        case n.Tested():
            return _tested(node, known)
        case n.Has(operand, n.Text(member)):
            test = TextTest("has", member, True)
            return _about(operand, known, "any", r.EVERYTHING, test)
        case n.Missing(operand):
            return _missing(operand, known)
        case n.Rank(direction, amount, percent, score):
            term = f"{direction} {'%' if percent else ''} by {score}"
            return _measured(term, r.below(amount, included=True))
        case n.ScoreWindow("quiet", score, days):
            return _measured(f"quiet {score}", r.above(days, included=True))
        case n.Truth(value):
            return Fixed(value)
        case n.Has():
            return _opaque(node, (node.operand, node.member))
        case _:
            return _about(node, known, "truth", r.points((1.0,)))


def _compared(operator: n.Comparison, left: n.Node, right: n.Node, known: Known) -> Logic:
    value = _constant(right)
    if value is None and _constant(left) is not None:
        return _compared(_MIRRORED.get(operator, operator), right, left, known)
    if value is None:
        return _ordered(operator, left, right, known)
    if isinstance(left, n.Minus) and value.kind == "number":
        turned = n.Minus(right, right.place)
        return _compared(_MIRRORED.get(operator, operator), left.operand, turned, known)
    return _about(left, known, value.kind, _allowed(operator, value))


def _allowed(operator: n.Comparison, value: Domain) -> Ranges:
    """Return what compares so with a single value."""
    single = value.values.low
    if single is None or operator in ("=", "!="):
        return value.values
    include = "=" in operator
    if operator in ("<", "<="):
        return r.below(single, included=include)
    return r.above(single, included=include)


def _constant(node: n.Node) -> Domain | None:
    """Return the one value of what names no field, or None."""
    if not isinstance(node, (*_LITERALS, n.Minus, n.Arithmetic)):
        return None
    found = domain(node)
    single = found.values.points
    return found if not found.missing and single is not None and len(single) == 1 else None


def _ordered(operator: n.Comparison, left: n.Node, right: n.Node, known: Known) -> Logic:
    """Return what is claimed of how two terms compare, as a sign: -1, 0 or 1."""
    if _side(left) > _side(right):
        return _ordered(_MIRRORED.get(operator, operator), right, left, known)
    sign = _allowed(operator, Domain("order", False, r.points((0.0,))))
    given = Domain("order", True, _signs(left, right, known))
    needs = tuple({term: None for side in (left, right) for term in _needed(side)})
    return _claimed(f"{_side(left)} <=> {_side(right)}", given, "order", sign, None, needs)


def _side(node: n.Node) -> str:
    # The date of an instant is another value than the instant itself.
    return f"date of {unparse(node)}" if isinstance(node, n.LocalDate) else unparse(node)


def _signs(left: n.Node, right: n.Node, known: Known) -> Ranges:
    """Return the signs that the difference of two terms can have."""
    if _side(left) == _side(right):
        return r.points((0.0,))
    one, other = domain(left, known), domain(right, known)
    if one.values.is_empty or other.values.is_empty:
        return r.NOTHING
    if not (one.kind == other.kind == "number"):
        return r.points((-1.0, 0.0, 1.0))
    (low, high), (least, most) = one.ends, other.ends
    signs = [
        sign
        for sign, can_be in (
            (-1.0, low < most),
            (0.0, low <= most and least <= high),
            (1.0, high > least),
        )
        if can_be or not (one.finite and other.finite)
    ]
    return r.points(signs)


def _listed(operand: n.Node, items: tuple[n.Node, ...], node: n.In, known: Known) -> Logic:
    values = [_constant(item) for item in items]
    kinds = {value.kind for value in values if value is not None}
    if None in values or len(kinds) != 1:
        same = (n.Compare("=", operand, item, node.place) for item in items)
        return Joined(False, tuple(claims(one, known) for one in same))
    low = [value.values.low for value in values if value is not None]
    allowed = r.points(single for single in low if single is not None)
    return _about(operand, known, kinds.pop(), allowed)


def _tested(node: n.Tested, known: Known) -> Logic:
    if not isinstance(node.text, n.Text):
        return _opaque(node, (node.operand, node.text))
    test: str = node.test
    text = node.text.value
    if test == "matches":
        plain = _plain(text)
        if plain is None:
            return _about(node.operand, known, "text", r.EVERYTHING, TextTest(test, text, True))
        test, text = plain
    if test == "is":
        return _about(node.operand, known, "text", r.points((text,)))
    if test == "starts with":
        return _about(node.operand, known, "text", r.beginning(text), TextTest(test, text, True))
    return _about(node.operand, known, "text", r.EVERYTHING, TextTest(test, text, True))


def _plain(pattern: str) -> tuple[str, str] | None:
    """Return the test and text that a pattern without any choice comes to, or None."""
    begins, ends = pattern.startswith("^"), pattern.endswith("$") and not pattern.endswith("\\$")
    inner = pattern[int(begins) : len(pattern) - int(ends)]
    if not _PLAIN.fullmatch(inner):
        return None
    text = re.sub(r"\\(.)", r"\1", inner)
    if begins and ends:
        return "is", text
    return ("starts with" if begins else "ends with" if ends else "contains"), text


def _missing(operand: n.Node, known: Known) -> Logic:
    if not domain(operand, known).missing:
        return Fixed(False)
    match operand:
        case n.Minus(below):
            return _missing(below, known)
        case n.Arithmetic("+" | "-" | "*", left, right):
            return Joined(False, (_missing(left, known), _missing(right, known)))
        case n.Call(function, arguments) if function in _AS_PRESENT:
            every = function == "coalesce"
            return Joined(every, tuple(_missing(argument, known) for argument in arguments))
    term, given = _term(operand), domain(operand, known)
    holds = Claim(term, given, "any", True, r.NOTHING)
    fails = Claim(term, given, "any", False, r.EVERYTHING, None, _needed(operand))
    return Atom(holds, fails)


def _about(
    node: n.Node, known: Known, kind: Kind, values: Ranges, test: TextTest | None = None
) -> Logic:
    """Return the claim that a term is among some values."""
    given = domain(node, known)
    if kind == "any" and test is None:
        kind = given.kind
    atom = _claimed(_term(node), given, kind, values, test, _needed(node), is_whole(node))
    if isinstance(node, n.Call) and node.function in ("lower", "upper") and kind == "text":
        return replace(atom, holds=_of_one_case(atom.holds, node.function == "upper"))
    return atom


def _claimed(
    term: str,
    given: Domain,
    kind: Kind,
    values: Ranges,
    test: TextTest | None,
    needs: tuple[str, ...],
    whole: bool = False,
) -> Atom:
    holds = Claim(term, given, kind, False, values, test, needs, whole)
    if test is None or test.name == "starts with":
        opposite, otherwise = values.complement(), None
    else:
        opposite, otherwise = r.EVERYTHING, replace(test, passes=False)
    fails = Claim(term, given, kind, True, opposite, otherwise, (), whole)
    return Atom(holds, fails)


def _of_one_case(claim: Claim, upper: bool) -> Claim:
    """Take out of a claim about ``lower(..)`` or ``upper(..)`` what no such text can be."""
    wrong: Callable[[str], bool] = _has_small if upper else _has_capital
    single = claim.values.points
    if claim.test is not None and claim.test.name != "matches" and wrong(claim.test.text):
        return replace(claim, values=r.NOTHING)
    if single is not None:
        kept = [value for value in single if not (isinstance(value, str) and wrong(value))]
        return replace(claim, values=r.points(kept))
    return claim


def _has_capital(text: str) -> bool:
    return re.search("[A-Z]", text) is not None


def _has_small(text: str) -> bool:
    return re.search("[a-z]", text) is not None


def _measured(term: str, values: Ranges) -> Logic:
    given = Domain("number", False)
    return _claimed(term, given, "number", values, None, ())


def _opaque(node: n.Node, compared: tuple[n.Node, ...]) -> Logic:
    """Return the claim that a comparison is true of which no more is known."""
    given = Domain("truth", False, r.points((0.0, 1.0)))
    needs = tuple({term: None for side in compared for term in _needed(side)})
    return _claimed(unparse(node), given, "truth", r.points((1.0,)), None, needs)


def _term(node: n.Node) -> str:
    return _term(node.operand) if isinstance(node, n.LocalDate) else unparse(node)


def _needed(node: n.Node) -> tuple[str, ...]:
    """Return the terms that are present wherever a node is."""
    match node:
        case n.LocalDate(operand) | n.Minus(operand):
            below = _needed(operand)
        case n.Arithmetic(_, left, right):
            below = (*_needed(left), *_needed(right))
        case n.Call(function, arguments) if function != "coalesce":
            below = tuple(term for argument in arguments for term in _needed(argument))
        case n.Field() | n.Name() | n.Call():
            below = ()
        case _:
            return ()
    return (_term(node), *below)
