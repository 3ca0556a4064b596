"""No expression takes a value outside of the bounds that are found for it: the oracle judges it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.checks.test_proof import NUMBERS, TODAY, ZONE
from tests.expression.reading import resolved
from tests.oracle.expression import Scope, evaluate
from tests.oracle.syntax import parse

from leadline.expression import nodes as n
from leadline.expression import ranges as r
from leadline.expression.bounds import Domain, domain

LEAVES = ("number", "other", "0", "0.5", "1", "3", "10", "50%", "count(visit)", "length(text)")


def known(node: n.Node) -> Domain | None:
    """Know of ``number`` that it is from 0 to 3, and never missing."""
    if isinstance(node, n.Field) and node.column == "number":
        return Domain("number", False, r.between(0.0, 3.0))
    return None


SCOPES = tuple(
    Scope(ZONE, TODAY, {"": {"number": number, "other": other, "text": text}}, {}, {"visit": ages})
    for number, other, text, ages in itertools.product(
        (0.0, 0.3, 1.0, 2.5, 3.0),
        NUMBERS.columns["other"],
        (None, "", "abc"),
        NUMBERS.ages,
    )
)


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(parts, parts)
    return st.one_of(
        st.tuples(parts, st.sampled_from("+-*/"), parts).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(st.sampled_from(("share", "min", "max", "coalesce")), two).map(
            lambda p: f"{p[0]}({p[1][0]}, {p[1][1]})"
        ),
        st.tuples(st.sampled_from(("abs", "round", "floor", "ceil", "-")), parts).map(
            lambda p: f"{p[0]}({p[1]})"
        ),
    )


EXPRESSIONS = st.recursive(st.sampled_from(LEAVES), _joined, max_leaves=6)


@given(EXPRESSIONS)
@settings(max_examples=250, deadline=None)
def test_every_value_is_within_the_bounds(text: str) -> None:
    found, node = domain(resolved(text), known), parse(text)
    for scope in SCOPES:
        value = evaluate(node, scope)
        if value is None:
            assert found.missing, text
        else:
            assert isinstance(value, float)
            assert not r.points((value,)).intersect(found.values).is_empty, (text, value, found)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("20 * share(other, number)", (0.0, 20.0)),
        ("0.6 * number + 0.4 * 10", (4.0, 5.8)),
        ("10 - number", (7.0, 10.0)),
        ("-number", (-3.0, 0.0)),
        ("number * number", (0.0, 9.0)),
        ("min(number, 2) + max(number, 2)", (2.0, 5.0)),
        ("abs(number - 2)", (0.0, 2.0)),
        ("abs(0 - number - 2)", (2.0, 5.0)),
        ("round(number / 2)", (0.0, 2.0)),
        ("coalesce(share(other, 2), 5)", (0.0, 5.0)),
        ("number / (number + 1)", (0.0, 3.0)),
    ],
)
def test_bounds_are_as_narrow_as_that(text: str, ends: Sequence[float]) -> None:
    assert domain(resolved(text), known).ends == pytest.approx(tuple(ends))
