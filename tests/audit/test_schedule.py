"""When reviews are planned: the cadence of each kind, and what people record."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.audit.schedule import review_dates
from leadline.diagnostic import Place
from leadline.expression.metrics import Acceptance
from leadline.ruleset.audits import Audit, Kind, Metric

START = date(2026, 1, 15)
KINDS: tuple[Kind, ...] = ("nurture", "automation", "scoring", "assignment", "content")


def audit(kind: Kind, cadence: int | None = None) -> Audit:
    """Return an audit of a kind."""
    return Audit(
        "one", kind, None, None, None, START, Metric("acceptance()", Acceptance()), None, cadence,
        "", None, "", Place("", 0, 0, 0, 0),
    )  # fmt: skip


def steps(kind: Kind, *, cycle: int | None = None, cadence: int | None = None) -> list[int]:
    """Return the days between the reviews of the first two years."""
    planned = review_dates(
        audit(kind, cadence), START, START + timedelta(days=730), (), cycle=cycle, ahead=0
    )
    days = [START, *(one.on for one in planned)]
    return [(after - before).days for before, after in pairwise(days)]


def test_each_kind_has_its_cadence() -> None:
    assert steps("nurture") == [90] * 8
    assert steps("content") == [90] * 8
    assert steps("automation") == [30] + [90] * 7
    # From the first review of its second year on twice a year.
    assert steps("scoring") == [60, 90, 90, 90, 90, 180]
    assert steps("assignment") == [90] * 8
    assert steps("assignment", cycle=60) == [90] * 8
    assert steps("assignment", cycle=200) == [200] * 3
    assert steps("nurture", cycle=200) == [90] * 8


@pytest.mark.parametrize("kind", KINDS)
def test_a_cadence_that_is_written_holds(kind: Kind) -> None:
    assert steps(kind, cadence=7, cycle=400) == [7] * 104


def test_a_start_at_the_end_of_the_calendar_is_planned_as_far_as_dates_go() -> None:
    far = date(9999, 12, 1)
    [one] = review_dates(audit("content"), far, date(2026, 8, 1), (), ahead=2)
    assert (one.on, one.begin, one.missed) == (date(9999, 12, 30), far, False)


def test_periods_follow_one_another_and_end_with_their_review() -> None:
    planned = review_dates(audit("nurture"), START, date(2026, 8, 1), (), ahead=2)
    assert [(one.begin, one.on) for one in planned] == [
        (date(2026, 1, 15), date(2026, 4, 15)),
        (date(2026, 4, 16), date(2026, 7, 14)),
        (date(2026, 7, 15), date(2026, 10, 12)),
        (date(2026, 10, 13), date(2027, 1, 10)),
    ]
    assert [one.missed for one in planned] == [True, True, False, False]


def test_the_next_review_counts_from_the_one_that_was_recorded() -> None:
    # A week late, then a month early.
    recorded = (date(2026, 4, 22), date(2026, 6, 20))
    planned = review_dates(audit("nurture"), START, date(2026, 8, 1), recorded, ahead=1)
    assert [(one.planned, one.on, one.recorded) for one in planned] == [
        (date(2026, 4, 15), date(2026, 4, 22), date(2026, 4, 22)),
        (date(2026, 7, 21), date(2026, 6, 20), date(2026, 6, 20)),
        (date(2026, 9, 18), date(2026, 9, 18), None),
    ]
    assert not any(one.missed for one in planned)


def test_a_review_that_is_more_than_half_an_interval_late_is_the_next_one() -> None:
    on_time, late = date(2026, 4, 15) + timedelta(days=45), date(2026, 4, 15) + timedelta(days=46)
    [answered] = review_dates(audit("nurture"), START, on_time, (on_time,), ahead=0)
    assert (answered.planned, answered.on, answered.missed) == (date(2026, 4, 15), on_time, False)
    first, second = review_dates(audit("nurture"), START, late, (late,), ahead=0)
    assert (first.on, first.missed) == (date(2026, 4, 15), True)
    assert (second.planned, second.on, second.missed) == (date(2026, 7, 14), late, False)


def test_without_a_start_the_first_record_stands_in() -> None:
    assert review_dates(audit("nurture"), None, date(2026, 8, 1), ()) == ()
    planned = review_dates(
        audit("automation"), None, date(2026, 8, 1), (date(2026, 6, 1),), ahead=1
    )
    assert [(one.on, one.begin, one.recorded) for one in planned] == [
        (date(2026, 6, 1), None, date(2026, 6, 1)),
        (date(2026, 8, 30), date(2026, 6, 2), None),
    ]


def test_what_is_recorded_later_is_not_known_yet() -> None:
    planned = review_dates(audit("nurture"), START, date(2026, 4, 20), (date(2026, 5, 1),), ahead=1)
    assert [(one.on, one.recorded) for one in planned] == [
        (date(2026, 4, 15), None),
        (date(2026, 7, 14), None),
    ]


@given(
    st.sampled_from(KINDS),
    st.lists(st.integers(1, 900), max_size=12),
    st.integers(0, 900),
    st.integers(0, 3),
)
def test_reviews_never_overlap_and_none_is_lost(
    kind: Kind, recorded: list[int], until: int, ahead: int
) -> None:
    days = [START + timedelta(days=n) for n in recorded]
    end = START + timedelta(days=until)
    planned = review_dates(audit(kind), START, end, days, ahead=ahead)
    assert planned[:1] == () or planned[0].begin == START
    for before, after in pairwise(planned):
        assert after.begin == before.on + timedelta(days=1)
        assert after.on > before.on
    answers = [one.recorded for one in planned if one.recorded]
    assert answers == sorted({day for day in days if day <= end})
    assert sum(one.on > end for one in planned) == ahead
    assert all(one.missed == (one.recorded is None and one.on <= end) for one in planned)
