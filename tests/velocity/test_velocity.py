"""Velocity of a log that fits on a page, counted by hand."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import pytest
from tests.velocity.given import Figures, Tag, figures, followed, of, ruleset

from leadline.errors import UsageError
from leadline.velocity import measure_cohorts, measure_velocity, measure_ways

#: ada goes all the way; ben falls back and enters again; cy skips a stage; dee stays; eve begins
#: inside; fay is known without a beginning.
TAGS: list[Tag] = [
    ("ada", "new", "2026-01-05T00:00:00"),
    ("ada", "engaged", "2026-01-15T00:00:00"),
    ("ada", "ready", "2026-02-14T00:00:00"),
    ("ben", "new", "2026-01-10T00:00:00"),
    ("ben", "engaged", "2026-02-09T00:00:00"),
    ("ben", "new", "2026-02-19T00:00:00"),
    ("ben", "engaged", "2026-03-01T00:00:00"),
    ("cy", "new", "2026-02-01T00:00:00"),
    ("cy", "ready", "2026-02-11T00:00:00"),
    ("dee", "new", "2026-03-05T00:00:00"),
    ("eve", "engaged", "2026-01-20T00:00:00"),
    ("fay", "engaged", "2026-03-10T00:00:00"),
]
LEADS = [
    {"lead_id": "fay", "owner": "anna"},
    {"lead_id": "ada", "owner": "ben", "created_at": datetime(2026, 1, 5)},
]
UNTIL = "2026-04-15"

IN = ("in_all", "in_new", "in_forward", "in_backward")
OUT = ("out_all", "out_forward", "out_backward", "out_gone", "balance")


@cache
def measured(unit: str = "month", *, sla: str = "", **asked: object) -> list[Figures]:
    with followed(TAGS, UNTIL, text=ruleset(sla=sla), leads=LEADS) as flow:
        return figures(measure_velocity(flow, unit, **asked))  # type: ignore[arg-type]


def columns(row: Figures, names: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(row[name] for name in names)


def test_moves_are_counted_in_the_period_in_which_they_happen() -> None:
    rows = measured()

    assert columns(of(rows, "new", "2026-01-01"), IN + OUT) == (2, 2, 0, 0, 1, 1, 0, 0, 2)
    assert columns(of(rows, "new", "2026-02-01"), IN + OUT) == (2, 1, 0, 1, 2, 2, 0, 0, 2)
    assert columns(of(rows, "new", "2026-03-01"), IN + OUT) == (1, 1, 0, 0, 2, 2, 0, 0, 1)
    assert columns(of(rows, "engaged", "2026-01-01"), IN + OUT) == (2, 1, 1, 0, 0, 0, 0, 0, 2)
    assert columns(of(rows, "engaged", "2026-02-01"), IN + OUT) == (1, 0, 1, 0, 2, 1, 1, 0, 1)
    assert columns(of(rows, "engaged", "2026-03-01"), IN + OUT) == (2, 0, 2, 0, 0, 0, 0, 0, 3)
    assert columns(of(rows, "ready", "2026-02-01"), IN + OUT) == (2, 0, 2, 0, 0, 0, 0, 0, 2)
    assert {row["stage"]: row["balance"] for row in rows[3::4]} == {
        "new": 1,
        "engaged": 3,
        "ready": 2,
    }


def test_a_skipped_stage_is_no_next_one() -> None:
    """In February ada left `engaged` for `ready`, ben for `new`; cy skipped `engaged`."""
    rows = measured()
    new, engaged = of(rows, "new", "2026-02-01"), of(rows, "engaged", "2026-02-01")

    shares = ("out_next", "conversion_next", "conversion_any")
    assert columns(new, shares) == (1, 0.5, 1.0)
    assert columns(engaged, shares) == (1, 0.5, 0.5)
    assert columns(of(rows, "ready", "2026-02-01"), shares) == (None, None, None)
    assert columns(of(rows, "engaged", "2026-03-01"), shares) == (0, None, None)


def test_times_are_of_those_who_left_with_a_known_beginning() -> None:
    """In February ben left `new` after 30 days and cy after 10; in March fay left it as well."""
    rows = measured()
    times = ("timed", "untimed", "mean_days", "median_days", "p90_days")

    assert columns(of(rows, "new", "2026-02-01"), times) == (2, 0, 20.0, 20.0, 28.0)
    assert columns(of(rows, "new", "2026-03-01"), times) == (1, 1, 10.0, 10.0, 10.0)
    assert columns(of(rows, "ready", "2026-02-01"), times) == (0, 0, None, None, None)


def test_the_kaplan_meier_median_counts_those_inside_as_far_as_they_were_seen() -> None:
    """Until the end of March: `engaged` for 30 days (left), 10 (left), 31, 71 and 22 (inside)."""
    rows = measured()
    engaged = of(rows, "engaged", "2026-03-01")

    # 4 of 5 stay after 10 days; of three seen for 30 days or more two: 4/5 * 2/3 is above a half.
    assert columns(engaged, ("km_stays", "km_left", "km_median_days")) == (5, 2, None)
    # Until the end of February: 30 and 10 left, 40 inside: 2/3 after 10 days, 1/3 after 30.
    february = of(rows, "engaged", "2026-02-01")
    assert columns(february, ("km_stays", "km_left", "km_median_days")) == (3, 2, 30.0)
    assert february["km_low_days"] == 10.0
    assert february["km_high_days"] is None


def test_due_were_over_the_limit_in_the_period_and_past_due_still_are() -> None:
    """ada is over 14 days from 29 January and leaves on 14 February, eve from 3 February on.

    In March ben and fay go over it as well.
    """
    rows = measured(sla="{engaged: 14 days, new: 2 weeks}")
    level = ("sla_days", "due", "past_due")

    assert columns(of(rows, "engaged", "2026-01-01"), level) == (14, 1, 1)
    assert columns(of(rows, "engaged", "2026-02-01"), level) == (14, 2, 1)
    assert columns(of(rows, "engaged", "2026-03-01"), level) == (14, 3, 3)
    assert columns(of(rows, "engaged", "2026-04-01"), level) == (14, 3, 3)
    assert columns(of(rows, "new", "2026-01-01"), level) == (14, 1, 1)
    assert columns(of(rows, "new", "2026-02-01"), level) == (14, 1, 0)
    assert columns(of(rows, "ready", "2026-02-01"), level) == (None, None, None)


def test_whoever_leaves_at_the_limit_is_not_over_it() -> None:
    rows = measured(sla="{new: 10 days}")
    assert of(rows, "new", "2026-01-01")["due"] == 1  # ben from the 20th on; ada left after ten


def test_a_period_that_is_not_over_is_not_whole() -> None:
    rows = measured()
    assert [(str(row["period_end"]), row["whole"]) for row in rows[:4]] == [
        ("2026-01-31", True),
        ("2026-02-28", True),
        ("2026-03-31", True),
        ("2026-04-30", False),
    ]
    assert [row["truncated"] for row in rows[:4]] == [True, False, False, False]


@pytest.mark.parametrize(
    ("unit", "firsts"),
    [
        ("day", ("2026-01-05", "2026-01-06", 101)),
        ("week", ("2026-01-05", "2026-01-12", 15)),
        ("month", ("2026-01-01", "2026-02-01", 4)),
        ("quarter", ("2026-01-01", "2026-04-01", 2)),
    ],
)
def test_periods_are_those_of_the_calendar(unit: str, firsts: tuple[str, str, int]) -> None:
    rows = measured(unit, stage="engaged")
    days = [str(row["period"]) for row in rows]
    assert (days[0], days[1], len(days)) == firsts
    assert sum(row["in_all"] for row in rows) == 5
    assert rows[-1]["balance"] == 3


def test_the_latest_periods_are_the_last_that_is_over_and_the_one_before() -> None:
    rows = measured(latest=True, stage="new")
    assert [str(row["period"]) for row in rows] == ["2026-02-01", "2026-03-01"]
    assert rows == [row for row in measured(stage="new") if row in rows]
    # No quarter before the first, no year-long one: what is there is shown.
    assert [row["whole"] for row in measured("quarter", latest=True, stage="new")] == [True]


def test_since_begins_with_the_period_of_the_day() -> None:
    rows = measured(since="2026-02-20", stage="new")
    assert [str(row["period"]) for row in rows] == ["2026-02-01", "2026-03-01", "2026-04-01"]
    assert rows == measured(stage="new")[1:]
    assert measured(since="2020-01-01") == measured()
    with pytest.raises(UsageError, match="before it begins"):
        measured(since="2027-01-01")


def test_medians_are_the_same_however_many_periods_are_made_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    together = measured("week")
    monkeypatch.setattr("leadline.velocity._MOST_TIMES", 1)
    measured.cache_clear()
    assert measured("week") == together
    assert sum(row["km_median_days"] is not None for row in together) > 10


def test_an_unknown_stage_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="no stage is called `engagd`") as refused:
        measured(stage="engagd")
    assert refused.value.hint == "did you mean `engaged`?"


def test_a_cohort_that_was_not_seen_long_enough_is_open() -> None:
    with followed(TAGS, UNTIL, leads=LEADS) as flow:
        rows = figures(measure_cohorts(flow, "month", 20))
    names = ("in_all", "seen", "seen_next", "seen_any", "seen_elsewhere", "open", "open_any")

    # ada after 10 days; ben after 30: too late.
    assert columns(of(rows, "new", "2026-01-01"), names) == (2, 2, 1, 1, 0, 0, 0)
    # cy skips; ben enters again and goes on after 10 days.
    assert columns(of(rows, "new", "2026-02-01"), names) == (2, 2, 1, 2, 0, 0, 0)
    assert of(rows, "new", "2026-02-01")["conversion_next"] == 0.5
    # ben falls back after 10 days.
    assert columns(of(rows, "engaged", "2026-02-01"), names) == (1, 1, 0, 0, 1, 0, 0)
    with followed(TAGS, "2026-03-20", leads=LEADS) as flow:
        early = figures(measure_cohorts(flow, "month", 20))
    assert columns(of(early, "engaged", "2026-03-01"), names) == (2, 0, 0, 0, 0, 2, 0)
    assert of(early, "engaged", "2026-03-01")["conversion_next"] is None


def test_an_open_cohort_may_have_gone_on_already_and_is_in_no_share() -> None:
    with followed(TAGS, "2026-02-12", leads=LEADS) as flow:
        rows = figures(measure_cohorts(flow, "month", 20))
    names = ("seen", "open", "open_next", "open_any", "conversion_any")
    assert columns(of(rows, "new", "2026-02-01"), names) == (0, 1, 0, 1, None)


def test_ways_out_are_told_by_the_stage_they_lead_to() -> None:
    with followed(TAGS, UNTIL, leads=LEADS) as flow:
        rows = figures(measure_ways(flow, "month", stage="new"))
    names = ("next_stage", "move", "moves", "out_all", "share", "timed", "median_days")

    assert [columns(row, names) for row in rows if str(row["period"]) == "2026-02-01"] == [
        ("engaged", "forward", 1, 2, 0.5, 1, 30.0),
        ("ready", "forward", 1, 2, 0.5, 1, 10.0),
    ]
    # A way that nobody took in a period has a row too.
    assert [columns(row, names) for row in rows if str(row["period"]) == "2026-03-01"] == [
        ("engaged", "forward", 2, 2, 1.0, 1, 10.0),
        ("ready", "forward", 0, 2, 0.0, 0, None),
    ]


def test_leads_are_told_apart_by_a_field() -> None:
    with followed(TAGS, UNTIL, leads=LEADS, by="lead.owner") as flow:
        rows = figures(measure_velocity(flow, "quarter", stage="engaged", latest=True))

    groups = {row["group"]: (row["in_all"], row["balance"]) for row in rows}
    assert groups == {"(none)": (3, 2), "anna": (1, 1), "ben": (1, 0)}


def test_days_are_those_of_the_models_timezone() -> None:
    """On the last evening of March in UTC it is April in Berlin."""
    tags = [("ada", "new", "2026-03-31T21:59:59"), ("ben", "new", "2026-03-31T22:00:00")]
    for zone, expected in {"UTC": [2], "Europe/Berlin": [1, 1]}.items():
        text = ruleset(timezone=zone)
        with followed(tags, "2026-04-01", text=text) as flow:
            rows = figures(measure_velocity(flow, "month", stage="new"))
        assert [row["in_all"] for row in rows if row["in_all"]] == expected


def test_whoever_leaves_as_the_period_ends_is_inside_at_its_end() -> None:
    tags = [("ada", "new", "2026-01-10T00:00:00"), ("ada", "engaged", "2026-02-01T00:00:00")]
    with followed(tags, "2026-02-28") as flow:
        rows = figures(measure_velocity(flow, "month", stage="new"))

    assert [columns(row, ("out_all", "balance", "km_left")) for row in rows] == [
        (0, 1, 0),
        (1, 0, 1),
    ]


def test_nobody_is_told_as_zeros() -> None:
    with followed([], "2026-01-31") as flow:
        rows = figures(measure_velocity(flow, "month"))
        cohorts = figures(measure_cohorts(flow, "month", 30))
        ways = figures(measure_ways(flow, "month"))
    assert [columns(row, ("stage", "in_all", "balance", "km_median_days")) for row in rows] == [
        ("new", 0, 0, None),
        ("engaged", 0, 0, None),
        ("ready", 0, 0, None),
    ]
    assert [row["in_all"] for row in cohorts] == [0, 0, 0]
    assert ways == []
