"""Velocity of drawn logs, as plain Python, numpy and lifelines count it from the stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times
from tests.velocity.given import STAGES, Figures, Tag, figures, followed, ruleset

from leadline.flow import Flow
from leadline.velocity import UNITS, measure_velocity

ZONE = "America/New_York"
FIRST, UNTIL = datetime(2026, 2, 20), date(2026, 4, 20)
SLA = 5


class Stay(NamedTuple):
    stage: str
    place: int
    entered_at: datetime | None
    left_at: datetime | None
    came: str
    move: str | None
    next_place: int | None
    group: str


@st.composite
def logs(draw: st.DrawFn) -> list[Tag]:
    """Draw leads that jump between stages, many of them at the same instants."""
    tags: list[Tag] = []
    for number in range(draw(st.integers(3, 25))):
        at = FIRST + timedelta(days=draw(st.integers(0, 30)))
        for _ in range(draw(st.integers(1, 5))):
            tags.append((f"lead {number}", draw(st.sampled_from(STAGES)), at.isoformat()))
            at += draw(st.sampled_from((timedelta(hours=5), timedelta(days=4), timedelta(days=9))))
    return tags


def days_of(stay: Stay, end: datetime) -> float:
    assert stay.entered_at is not None
    return (min(stay.left_at or end, end) - stay.entered_at) / timedelta(days=1)


def midnight(day: date) -> datetime:
    local = datetime.combine(day, time.min, ZoneInfo(ZONE))
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def counted(stays: Sequence[Stay], row: Figures, top: bool) -> dict[str, Any]:
    """Return the figures of a stage and group in a period, each by its definition."""
    begin = midnight(row["period"])
    end = min(midnight(row["period_end"] + timedelta(days=1)), midnight(UNTIL + timedelta(days=1)))
    came = [s for s in stays if s.entered_at and begin <= s.entered_at < end]
    left = [s for s in stays if s.left_at and begin <= s.left_at < end]
    inside = [
        s
        for s in stays
        if (s.entered_at is None or s.entered_at < end) and (not s.left_at or s.left_at >= end)
    ]
    timed = [s for s in left if s.entered_at]
    days = [days_of(s, end) for s in timed]
    on = sum(s.next_place == s.place + 1 for s in left)
    over = [
        s
        for s in stays
        if s.entered_at
        and s.entered_at + timedelta(days=SLA) < min(s.left_at or end, end)
        and (not s.left_at or s.left_at >= begin)
    ]
    return {
        "in_all": len(came),
        "in_new": sum(s.came == "enter" for s in came),
        "in_forward": sum(s.came == "forward" for s in came),
        "in_backward": sum(s.came == "backward" for s in came),
        "out_all": len(left),
        "out_forward": sum(s.move == "forward" for s in left),
        "out_backward": sum(s.move == "backward" for s in left),
        "out_gone": sum(s.move == "gone" for s in left),
        "balance": len(inside),
        "out_next": None if top else on,
        "conversion_next": on / len(left) if left and not top else None,
        "conversion_any": sum(s.move == "forward" for s in left) / len(left)
        if left and not top
        else None,
        "timed": len(timed),
        "untimed": len(left) - len(timed),
        "mean_days": float(np.mean(days)) if days else None,
        "median_days": float(np.quantile(days, 0.5)) if days else None,
        "p90_days": float(np.quantile(days, 0.9)) if days else None,
        "due": len(over),
        "past_due": sum(not s.left_at or s.left_at >= end for s in over),
        **survival(stays, end),
    }


def survival(stays: Sequence[Stay], end: datetime) -> dict[str, Any]:
    begun = [s for s in stays if s.entered_at and s.entered_at < end]
    names = ("km_median_days", "km_low_days", "km_high_days")
    if not begun:
        return {"km_stays": 0, "km_left": 0, **dict.fromkeys(names)}
    ended = [s.left_at is not None and s.left_at < end for s in begun]
    fitted = KaplanMeierFitter().fit([days_of(s, end) for s in begun], ended)
    curves = [
        fitted.survival_function_.iloc[:, 0].to_numpy(),
        *fitted.confidence_interval_.to_numpy().T,
    ]
    medians = [
        median_survival_times(pd.Series(curve.round(12), index=fitted.survival_function_.index))
        for curve in curves
    ]
    return {
        "km_stays": len(begun),
        "km_left": sum(ended),
        **{n: v if np.isfinite(v) else None for n, v in zip(names, medians, strict=True)},
    }


def stays_of(flow: Flow) -> list[Stay]:
    asked = 'stage, place, entered_at, left_at, came, move, next_place, "group"'
    return [Stay(*row) for row in flow.past.store.database.rows(f"SELECT {asked} FROM stay")]


@settings(
    max_examples=5,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(logs(), st.sampled_from(UNITS[1:]), st.booleans())
def test_every_figure_is_what_its_definition_says(log: list[Tag], unit: str, split: bool) -> None:
    leads = [{"lead_id": f"lead {n}", "owner": "ab"[n % 2]} for n in range(6)]
    text = ruleset(timezone=ZONE, sla=f"{{{', '.join(f'{s}: {SLA} days' for s in STAGES)}}}")
    by = "lead.owner" if split else None
    with followed(log, UNTIL.isoformat(), text=text, leads=leads, by=by) as flow:
        rows = figures(measure_velocity(flow, unit))
        stays = stays_of(flow)

    for row in rows:
        own = [
            s for s in stays if s.stage == row["stage"] and (not split or s.group == row["group"])
        ]
        expected = counted(own, row, top=row["stage"] == STAGES[-1])
        assert {name: row[name] for name in expected} == pytest.approx(expected, abs=1e-9), row
    # Everybody who ever came in is in a row, and nobody twice.
    assert sum(row["in_all"] for row in rows) == sum(s.entered_at is not None for s in stays)
    assert sum(row["out_all"] for row in rows) == sum(s.left_at is not None for s in stays)
