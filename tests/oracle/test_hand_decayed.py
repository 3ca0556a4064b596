"""Tiny cases worked out by hand: caps, decay, floors, formulas, grades and the matrix."""

from datetime import date, datetime
from typing import Any

import pytest
from tests.oracle.scoring import Result, score

ON = date(2026, 3, 1)


def result(scores: str, on: date, *happened: tuple[str, str], tail: str = "") -> Result:
    """Score events given as (ISO instant, type) by the text of `scores`."""
    rows: list[dict[str, Any]] = [
        {
            "event_id": f"e{place}",
            "lead_id": "l",
            "occurred_at": datetime.fromisoformat(at),
            "type": kind,
        }
        for place, (at, kind) in enumerate(happened)
    ]
    data = {"events": rows, "leads": [{"lead_id": "l", "seed": 3}]}
    return score(f"leadline: 1\nscores:\n  s:\n{scores}\n{tail}", data, on)


def value(scores: str, on: date, *happened: tuple[str, str]) -> float:
    return result(scores, on, *happened).scores["l", "s", ""]


def test_rule_caps_come_before_group_caps() -> None:
    scores = """
    actions:
      a: {event: a, points: 10, max: 15, group: g}
      b: {event: b, points: -10, min: -4, group: g}
      c: {event: c, points: 1}
    groups: {g: {max: 10}}
"""
    many = [("2026-01-01T00:00", kind) for kind in "aabbc"]
    # a is held to 15, b to -4, the group's 11 to 10; c adds 1.
    assert value(scores, ON, *many) == 11


def test_the_floor_of_age_decay_never_lifts_the_undecayed_total() -> None:
    scores = """
    sales_ready: 40
    actions: {a: {event: a, points: 8}}
    decay: {linear: 10 days, floor: 50% of sales_ready}
"""
    three = [("2026-01-01T00:00", "a")] * 3
    assert value(scores, date(2026, 1, 1), *three) == 24
    assert value(scores, date(2026, 1, 2), *three) == 21.6
    assert value(scores, date(2026, 1, 6), *three) == 20
    assert value(scores, date(2026, 1, 6), *three[:2]) == 16


def test_the_floor_of_age_decay_compares_totals_after_caps() -> None:
    scores = """
    actions:
      a: {event: a, points: 30, max: 12, decay: {expire: 5 days}}
      b: {event: b, points: -2, decay: none}
    decay: {linear: 10 days, floor: 20}
"""
    # Undecayed: 12 - 2 = 10, below the floor; decayed: 0 - 2.
    happened = [("2026-01-01T00:00", "a"), ("2026-01-01T00:00", "b")]
    assert value(scores, ON, *happened) == 10


def test_a_score_without_decay_may_have_rules_with_their_own() -> None:
    scores = """
    actions:
      a: {event: a, points: 8, decay: {half_life: 1 week}}
      b: {event: b, points: 8, decay: {steps: 10% every 7 days, compound: true}}
      c: {event: c, points: 8}
"""
    happened = [("2026-01-01T00:00", kind) for kind in "abc"]
    assert value(scores, date(2026, 1, 15), *happened) == 2 + 6.48 + 8


def test_inactivity_adds_the_change_of_the_capped_total() -> None:
    scores = """
    actions: {a: {event: a, points: 30, group: g}}
    groups: {g: {max: 50}}
    decay: {inactivity: 10% every 30 days}
"""
    # 30; the second adds 20 to the cap: 50; the third adds nothing, yet is activity.
    happened = [("2026-01-01T00:00", "a"), ("2026-01-01T12:00", "a"), ("2026-01-20T00:00", "a")]
    assert value(scores, date(2026, 2, 18), *happened) == 50
    assert value(scores, date(2026, 2, 19), *happened) == 45
    assert value(scores, date(2026, 3, 21), *happened) == 40.5


def test_the_step_comes_before_the_points_of_its_day() -> None:
    scores = """
    actions: {a: {event: a, points: 50}}
    decay: {inactivity: 10% every 30 days}
"""
    happened = [("2026-01-01T00:00", "a"), ("2026-01-31T00:00", "a")]
    assert value(scores, date(2026, 1, 31), *happened) == 95


def test_a_lead_is_active_by_a_match_that_the_limit_drops() -> None:
    scores = """
    actions: {a: {event: a, points: 50, limit: 1}, b: {event: b, points: -10}}
    decay: {inactivity: 5 points every 30 days, after: 40 days, floor: 36}
"""
    first, second = ("2026-01-01T00:00", "a"), ("2026-01-11T00:00", "a")
    assert value(scores, date(2026, 2, 19), first, second) == 50
    assert value(scores, date(2026, 2, 20), first, second) == 45
    assert value(scores, date(2026, 3, 22), first, second) == 40
    assert value(scores, date(2026, 4, 21), first, second) == 36
    # Negative points are no activity, and below the floor nothing is lost.
    late = ("2026-02-01T00:00", "b")
    assert value(scores, date(2026, 2, 10), first, late) == 36
    assert value(scores, date(2026, 2, 9), first, late) == 40


def test_any_activity_stops_the_loss_only_when_the_score_says_so() -> None:
    scores = """
    actions: {a: {event: a, points: 50}}
    decay: {inactivity: 10% every 30 days, activity: ACTIVITY}
"""
    happened = [("2026-01-01T00:00", "a"), ("2026-01-30T00:00", "open")]
    for activity, expected in (("any", 50), ('type is "open"', 50), ('type is "a"', 45)):
        found = value(scores.replace("ACTIVITY", activity), date(2026, 1, 31), *happened)
        assert found == expected


def test_states_do_not_decay_by_inactivity() -> None:
    scores = """
    range: 0 to 60
    actions: {a: {event: a, points: 50}, b: {event: a, bands: {1: 4, 2: 9}, group: states}}
    facts: {c: {when: lead.seed > 2, points: lead.seed * 2, group: states}}
    groups: {states: {max: 7}}
    decay: {inactivity: 10% every 30 days}
"""
    # 50 and a state of 4 + 6 held to 7; then 45 + 7.
    assert value(scores, date(2026, 1, 1), ("2026-01-01T00:00", "a")) == 57
    assert value(scores, date(2026, 1, 31), ("2026-01-01T00:00", "a")) == 52
    twice = [("2026-01-01T00:00", "a")] * 2
    assert value(scores, date(2026, 1, 1), *twice) == 60
    # Inside, sums are unclamped: 100 -> 90, 81, 72.9, 65.61, 59.049; with 7 above 60 again.
    assert value(scores, date(2026, 5, 31), *twice) == 60
    # 53.1441 + 7 is still above 60, 47.82969 + 7 is not.
    assert value(scores, date(2026, 6, 30), *twice) == 60
    assert value(scores, date(2026, 7, 30), *twice) == 54.8297


def test_a_contribution_is_rounded_to_a_billionth_before_it_is_summed() -> None:
    scores = "    actions: {a: {event: a, points: 1 / 3}}"
    happened = [("2026-01-01T00:00", "a")] * 3
    assert value(scores, ON, *happened) == 1.0
    # 0.00005 is rounded away from zero, either way.
    for sign in ("", "-"):
        tiny = f"    actions: {{a: {{event: a, points: {sign}0.00005}}}}"
        assert value(tiny, ON, happened[0]) == float(f"{sign}0.0001")


def test_formulas_grades_matrix_and_steps_use_reported_scores() -> None:
    scores = """
    sales_ready: 30
    actions: {a: {event: a, points: 20.00004}}
    grades: {A: 20.0001, B: 20, C: 0}
  f: {formula: "0.5 * score.g + 1"}
  g: {formula: "score.s / 3", range: 0 to 6}
  broken: {formula: "1 / (score.s - 20)"}
  negative: {actions: {a: {event: a, points: -1}}, grades: {A: 0}}
"""
    tail = """
matrix: {s: [A, B], g: {1: 7, 2: 6}}
stages: {by: score s, steps: [{name: low, at: 5}, {name: high, at: 20}]}
"""
    found = result(scores, ON, ("2026-01-01T00:00", "a"), tail=tail)
    values = {name: value for (_, name, _), value in found.scores.items()}
    assert values == {"s": 20, "f": 4, "g": 6, "broken": 0, "negative": -1}
    assert found.grades == {("l", "s", ""): "B", ("l", "negative", ""): None}
    assert found.matrix == {"l": "B2"}
    assert found.stage == {"l": "high"}
    nothing = result(scores, ON, tail=tail)
    assert nothing.matrix == {"l": None}
    assert nothing.stage == {"l": "low"}


@pytest.mark.parametrize(("key", "expected"), [("enabled: false", 0), ("enabled: true", 2)])
def test_a_rule_may_be_switched_off(key: str, expected: float) -> None:
    scores = f"    actions: {{a: {{event: [a, b], points: 1, {key}}}}}"
    assert value(scores, ON, ("2026-01-01T00:00", "a"), ("2026-01-01T00:00", "b")) == expected
