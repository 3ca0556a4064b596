"""The worked examples of the reference, by name."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.oracle.scoring import score

INACTIVITY = """
leadline: 1
scores:
  readiness:
    sales_ready: 100
    actions:
      a: {event: big, points: 80}
      b: {event: small, points: 40}
      c: {event: tiny, points: 10}
    decay: {inactivity: 10% every 30 days, floor: 50% of sales_ready}
"""


def event(number: int, at: datetime, kind: str, **columns: Any) -> dict[str, Any]:
    return {"event_id": f"e{number}", "lead_id": "l", "occurred_at": at, "type": kind} | columns


def readiness(ruleset: str, events: list[dict[str, Any]], on: date) -> float:
    return score(ruleset, {"events": events}, on).scores["l", "readiness", ""]


def aged(decay: str, ages: list[int]) -> float:
    ruleset = f"""
leadline: 1
scores:
  readiness:
    actions: {{a: {{event: big, points: 8}}}}
    decay: {decay}
"""
    on = date(2026, 6, 30)
    noon = datetime(2026, 6, 30, 12)
    events = [event(age, noon - timedelta(days=age), "big") for age in ages]
    return readiness(ruleset, events, on)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 1, 1), 80),
        (date(2026, 1, 30), 80),
        (date(2026, 1, 31), 72),
        (date(2026, 3, 1), 72),
        (date(2026, 3, 2), 64.8),
        (date(2026, 4, 1), 58.32),
        (date(2026, 5, 1), 52.488),
        (date(2026, 5, 31), 50),
        (date(2027, 5, 31), 50),
    ],
)
def test_w1_inactivity_falls_to_the_floor(on: date, expected: float) -> None:
    assert readiness(INACTIVITY, [event(1, datetime(2026, 1, 1, 9), "big")], on) == expected


@pytest.mark.parametrize("days", [0, 29, 30, 60, 400])
def test_w2_below_the_floor_nothing_is_lost(days: int) -> None:
    on = date(2026, 1, 1) + timedelta(days=days)
    assert readiness(INACTIVITY, [event(1, datetime(2026, 1, 1, 9), "small")], on) == 40


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 1, 31), 72),
        (date(2026, 2, 9), 72),
        (date(2026, 2, 10), 82),
        (date(2026, 3, 11), 82),
        (date(2026, 3, 12), 73.8),
    ],
)
def test_w3_activity_starts_the_wait_anew(on: date, expected: float) -> None:
    events = [
        event(1, datetime(2026, 1, 1, 9), "big"),
        event(2, datetime(2026, 2, 10, 9), "tiny"),
    ]
    assert readiness(INACTIVITY, events, on) == expected


@pytest.mark.parametrize(("ages", "expected"), [([45], 4), ([90], 2), ([0, 45, 90], 14)])
def test_w4_half_life(ages: list[int], expected: float) -> None:
    assert aged("{half_life: 45 days}", ages) == expected


@pytest.mark.parametrize(
    ("compound", "age", "expected"),
    [("false", 29, 8), ("false", 30, 6), ("false", 60, 4), ("false", 120, 0), ("true", 60, 4.5)],
)
def test_w5_steps(compound: str, age: int, expected: float) -> None:
    assert aged(f"{{steps: 25% every 30 days, compound: {compound}}}", [age]) == expected


def test_w6_limit_per_day() -> None:
    ruleset = """
leadline: 1
scores: {readiness: {actions: {a: {event: big, points: 1, limit: 3 per day}}}}
"""
    events = [event(n, datetime(2026, 1, 1, n), "big") for n in range(5)]
    events += [event(n, datetime(2026, 1, 2, n), "big") for n in (10, 11)]
    assert readiness(ruleset, events, date(2026, 1, 2)) == 5


@pytest.mark.parametrize(("duration", "expected"), [(60, 20), (600, 2), (None, 0)])
def test_w7_share_of_a_video(duration: float | None, expected: float) -> None:
    ruleset = """
leadline: 1
scores:
  readiness:
    behaviours: {a: {event: big, points: "20 * share(seconds_watched, asset.duration)"}}
"""
    events = [event(1, datetime(2026, 1, 1), "big", asset_id="v", seconds_watched=60)]
    data = {"events": events, "assets": [{"asset_id": "v", "duration": duration}]}
    result = score(ruleset, data, date(2026, 1, 1))
    assert result.scores["l", "readiness", ""] == expected


@pytest.mark.parametrize(
    ("points", "stage"),
    [("32.9999", "aware"), ("33", "engaged"), ("66.9999", "engaged"), ("67", "sales_ready")],
)
def test_w8_equal_steps(points: str, stage: str) -> None:
    ruleset = f"""
leadline: 1
scores:
  readiness:
    sales_ready: 100
    actions: {{a: {{event: big, points: {points}}}}}
stages:
  by: score readiness
  steps: equal [aware, engaged, sales_ready]
"""
    events = [event(1, datetime(2026, 1, 1), "big")]
    assert score(ruleset, {"events": events}, date(2026, 1, 1)).stage == {"l": stage}
