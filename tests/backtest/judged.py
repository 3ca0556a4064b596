"""A backtest of a change, made by hand."""

from __future__ import annotations

from datetime import date

from leadline.intervals import Interval
from leadline.report.backtest import Backtest, Change, Changes, Figure, Judged


def side(name: str, hits: int, auc: float) -> Judged:
    """Return a side: eight lists of five, 40 of 9,000 rows with an opportunity to come."""
    nothing = Interval(0.01, 0.2)
    return Judged(
        name=name,
        model="b2b_saas",
        score="readiness",
        rows=9000,
        leads=1100,
        unknown=0,
        came=200,
        came_leads=30,
        listed=40,
        listed_leads=12,
        empty=0,
        tied=0,
        precision=Figure(hits / 40, nothing, hits, 40),
        recall=Figure(hits / 200, nothing, hits, 200),
        lift=Figure(hits / 40 / (200 / 9000), Interval(1.0, 4.0), hits, 40),
        capture=Figure(hits / 27, nothing, hits, 27),
        auc=Figure(auc, Interval(auc - 0.05, auc + 0.05), 200, 9000),
        unseen=0,
        bands=(),
        steps=(),
        lead_time=None,
        weeks=(),
        untrusted=("account.employees",),
    )


BACKTEST = Backtest(
    outcome="opportunity",
    within=90,
    until=date(2026, 5, 31),
    log_ends=None,
    first=date(2026, 1, 12),
    last=date(2026, 3, 2),
    weeks=8,
    asked_weeks=8,
    capacity=5,
    origin="hand-overs",
    sides=(side("before", 3, 0.6), side("after", 4, 0.64)),
    changes=Changes(
        precision=Change(0.025, Interval(-0.021, 0.071)),
        recall=Change(0.005, Interval(-0.004, 0.014)),
        capture=Change(1 / 27, Interval(-0.05, 0.12)),
        auc=Change(0.04, Interval(0.012, 0.068)),
        rows=9000,
    ),
)
