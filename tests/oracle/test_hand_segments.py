"""Segments worked out by hand: who is inside from when to when, and how many on each day."""

from collections.abc import Mapping
from datetime import date, datetime

from tests.oracle.past import Past, look_back
from tests.oracle.worlds import Rows, counts, events, known, lead, stays, tagged, with_columns

UNTIL = date(2026, 1, 31)


def past(
    segment: str,
    happened: Rows,
    until: date = UNTIL,
    head: str = "",
    tables: Mapping[str, Rows] | None = None,
) -> Past:
    """Look back on a segment `x` over one score, `s`."""
    ruleset = f"""
leadline: 1
{head}
scores:
  s:
    actions: {{a: {{event: a, points: quantity}}}}
    grades: {{A: 50, B: 0}}
stages:
  by: score s
  steps: [{{name: low}}, {{name: high, at: 50}}]
matrix: {{s: {{1: 50, 2: 0}}, t: {{1: 1, 2: 0}}}}
segments:
  x: {segment}
"""
    ruleset = ruleset.replace(
        "stages:", "  t: {facts: {f: {when: lead.country is DE, points: 1}}}\nstages:"
    )
    return look_back(ruleset, with_columns({"events": happened, **(tables or {})}), None, until)


def added(*happened: tuple[str, float], lead: str = "l") -> Rows:
    """Return events given as (instant, points)."""
    return events(
        *((at, "a") for at, _ in happened), lead=lead, quantity=[points for _, points in happened]
    )


CLIMB = added(("2026-01-01T12:00", 40), ("2026-01-05T12:00", 20), ("2026-01-09T12:00", -30))
HIGH = ("l", "2026-01-05 12:00", "2026-01-09 12:00")


def test_a_segment_of_stage_grade_score_or_cell_follows_the_score() -> None:
    for segment in (
        *("stage is high", "grade.s is A", "score.s >= 50", 'matrix is "12"'),
        *("stage is high and grade.s in [A]", "not (stage is low)", "score.s > 99 or grade.s is A"),
    ):
        assert stays(past(segment, CLIMB), "x") == [HIGH], segment


def test_a_segment_of_fields_and_tags_follows_them() -> None:
    tables = {
        "leads": [lead("m", country="DE")],
        "lead_history": known("country", ("2026-01-03T10:00", "DE")),
        "lead_tags": tagged("track", ("2026-01-04T10:00", "x"), ("2026-01-06T10:00", "y")),
    }
    found = past("lead.country is DE", CLIMB, tables=tables)
    assert stays(found, "x") == [("l", "2026-01-03 10:00", None), ("m", None, None)]
    found = past("lead.country is DE and tag.track is x", CLIMB, tables=tables)
    assert stays(found, "x") == [("l", "2026-01-04 10:00", "2026-01-06 10:00")]
    # The first value of the tag makes the lead's earlier absence of it no longer true.
    found = past("tag.track is missing and score.s > 0", CLIMB, tables=tables)
    assert stays(found, "x") == [("l", "2026-01-01 12:00", "2026-01-04 10:00")]


def test_a_lead_is_quiet_when_it_is_old_enough_and_has_not_risen() -> None:
    tables = {"leads": [lead(created="2026-01-01T00:00"), lead("always")]}
    happened = added(("2026-01-01T12:00", 10), ("2026-01-05T12:00", 10), ("2026-01-10T12:00", -5))
    # The rise of the 1st is three days back on the 4th, that of the 5th on the 8th; falling on
    # the 10th breaks no quiet.
    assert stays(past("quiet(s, 3 days)", happened, tables=tables), "x") == [
        ("always", None, None),
        ("l", "2026-01-04 00:00", "2026-01-05 12:00"),
        ("l", "2026-01-08 00:00", None),
    ]


def test_a_lead_is_not_quiet_before_it_is_old_enough() -> None:
    found = past("quiet(s, 3 days)", [], tables={"leads": [lead(created="2026-01-02T18:00")]})
    assert stays(found, "x") == [("l", "2026-01-05 00:00", None)]
    # What a lead begins with is no rise.
    found = past("quiet(s, 3 days)", added(("2026-01-02T18:00", 10)))
    assert stays(found, "x") == [("l", "2026-01-05 00:00", None)]


def test_a_change_is_against_the_end_of_an_earlier_day() -> None:
    happened = added(("2026-01-01T12:00", 10), ("2026-01-05T12:00", 10))
    # On the 4th it is against the end of the 1st; on the 8th against the end of the 5th.
    assert stays(past("change(s, 3 days) >= 10", happened), "x") == [
        ("l", "2026-01-01 12:00", "2026-01-04 00:00"),
        ("l", "2026-01-05 12:00", "2026-01-08 00:00"),
    ]


def test_ties_of_a_rank_go_by_lead_and_shares_are_rounded_up() -> None:
    happened = [
        row
        for name in ("a", "b", "c")
        for row in added(
            ("2026-01-01T09:00", 10), ("2026-01-05T18:00", 1 if name == "c" else 0), lead=name
        )
    ]
    # Half of three is two: a and b, and from the 5th c, which ends that day with one point more.
    assert stays(past("top 50% by s", happened), "x") == [
        ("a", "2026-01-01 09:00", None),
        ("b", "2026-01-01 09:00", "2026-01-05 00:00"),
        ("c", "2026-01-05 00:00", None),
    ]
    assert stays(past("bottom 2 by s", happened), "x") == [
        ("a", "2026-01-01 09:00", None),
        ("b", "2026-01-01 09:00", None),
    ]
    found = past("top 1 by s or bottom 1 by s", happened)
    assert stays(found, "x") == [("a", "2026-01-01 09:00", None), ("c", "2026-01-05 00:00", None)]
    found = past("not top 2 by s and score.s > 10", happened)
    assert stays(found, "x") == []


def test_a_rank_within_the_last_day_ends_with_the_span() -> None:
    happened = added(("2026-01-01T09:00", 10), lead="a") + added(
        ("2026-01-01T09:00", 5), ("2026-01-05T18:00", 10), lead="b"
    )
    found = past("top 1 by s", happened, until=datetime(2026, 1, 5, 12))
    assert stays(found, "x") == [("a", "2026-01-01 09:00", None)]
    found = past("top 1 by s", happened, until=datetime(2026, 1, 5, 18))
    assert stays(found, "x") == [
        ("a", "2026-01-01 09:00", "2026-01-05 00:00"),
        ("b", "2026-01-05 00:00", None),
    ]


def test_a_rank_has_only_leads_that_have_a_score() -> None:
    happened = added(("2026-01-03T09:00", 10), lead="a") + added(("2026-01-01T09:00", 5), lead="b")
    tables = {"leads": [lead("a", country="US"), lead("b", country="US")]}
    tables["lead_history"] = known("country", ("2026-01-06T12:00", "staff"), lead="a")
    found = past("top 1 by s", happened, head="leads: lead.country is not staff", tables=tables)
    # On the 6th a is there in the morning, and not at the end of the day.
    assert stays(found, "x") == [
        ("a", "2026-01-03 09:00", "2026-01-06 00:00"),
        ("b", "2026-01-01 09:00", "2026-01-03 00:00"),
        ("b", "2026-01-06 00:00", None),
    ]


def test_a_lead_that_is_not_scored_is_in_no_segment() -> None:
    tables = {"lead_history": known("country", ("2026-01-03T12:00", "staff"))}
    found = past("score.s < 99", CLIMB, head="leads: lead.country is not staff", tables=tables)
    assert stays(found, "x") == [("l", "2026-01-01 12:00", "2026-01-03 12:00")]


def test_a_condition_on_a_date_moves_at_local_midnight() -> None:
    leads = [lead(created="2026-01-02T23:30")]
    found = past(
        "days_since(lead.created_at) >= 2",
        [],
        head="timezone: Europe/Berlin",
        tables={"leads": leads},
    )
    # In Berlin it is the 3rd; two days on is the 5th, which begins at 23:00 UTC.
    assert stays(found, "x") == [("l", "2026-01-04 23:00", None)]


def test_leads_in_a_segment_are_counted_at_the_end_of_each_day() -> None:
    found = past("stage is high", CLIMB)
    days = ("2026-01-04", "2026-01-05", "2026-01-08", "2026-01-09", "2026-01-31")
    assert counts(found, "segment", "x", days) == [0, 1, 1, 0, 0]
    assert counts(found, "stage", "low", days) == [1, 0, 0, 1, 1]
