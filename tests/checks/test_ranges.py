"""Sets of values: what is in an intersection, a complement, a span of whole numbers."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from leadline.expression import ranges as r
from leadline.expression.ranges import Ranges

VALUES = [x / 4 for x in range(-10, 11)]
BOUNDS = st.sampled_from(VALUES[::2])
SIMPLE = st.one_of(
    st.builds(r.below, BOUNDS, included=st.booleans()),
    st.builds(r.above, BOUNDS, included=st.booleans()),
    st.builds(r.points, st.lists(BOUNDS, max_size=4)),
    st.sampled_from((r.EVERYTHING, r.NOTHING)),
)
SETS = st.recursive(
    SIMPLE,
    lambda sets: st.one_of(
        st.builds(Ranges.intersect, sets, sets), st.builds(Ranges.complement, sets)
    ),
    max_leaves=6,
)


def members(found: Ranges) -> set[float]:
    return {value for value in VALUES if not found.intersect(r.points((value,))).is_empty}


@given(SETS, SETS)
def test_sets_have_the_members_that_they_should(one: Ranges, other: Ranges) -> None:
    assert members(one.intersect(other)) == members(one) & members(other)
    assert members(one.complement()) == set(VALUES) - members(one)
    assert one.complement().complement() == one
    assert one.intersect(other) == other.intersect(one)
    whole = {value for value in VALUES if value == math.floor(value)}
    assert members(one.whole()) & whole == members(one) & whole
    assert members(one.whole()) <= members(one)
    if one.points is not None:
        assert r.points(one.points) == one


@given(st.text("ab\U0010ffff\ud7ff", max_size=4), st.text("abc\U0010ffff\ud7ff\ue000", max_size=5))
def test_texts_that_begin_with_a_prefix(prefix: str, text: str) -> None:
    found = not r.beginning(prefix).intersect(r.points((text,))).is_empty
    if text.startswith(prefix):
        assert found
    elif prefix.rstrip("\U0010ffff"):
        assert not found


def test_a_span_without_a_whole_number_is_left_out() -> None:
    assert r.between(0.5, 0.75).whole() == r.NOTHING
    assert r.between(0.5, 2.5).whole() == r.between(1.0, 2.0)
    assert r.above(1.0, included=False).intersect(r.below(2.0, included=False)).whole() == r.NOTHING
