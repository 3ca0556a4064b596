"""A backtest as rows for programs: a row a figure, a week or a band."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from leadline.intervals import Interval
from leadline.report.backtest import Backtest, Changes, Judged

By = Literal["figure", "week", "band"]
#: What a table has a row for.
BY: tuple[By, ...] = ("figure", "week", "band")

_Cell = str | int | float | None
_CHANGE = "change"

_NAMED = (("ruleset", "VARCHAR"), ("model", "VARCHAR"), ("score", "VARCHAR"))
#: The columns of a table for programs, with their types.
COLUMNS: dict[By, tuple[tuple[str, str], ...]] = {
    "figure": (
        *_NAMED,
        ("figure", "VARCHAR"),
        ("value", "DOUBLE"),
        ("low", "DOUBLE"),
        ("high", "DOUBLE"),
        ("part", "BIGINT"),
        ("whole", "BIGINT"),
    ),
    "week": (
        *_NAMED,
        ("week", "VARCHAR"),
        ("rows", "BIGINT"),
        ("with_outcome", "BIGINT"),
        ("picked", "BIGINT"),
        ("known", "BIGINT"),
        ("hits", "BIGINT"),
        ("precision", "DOUBLE"),
    ),
    "band": (
        *_NAMED,
        ("band", "VARCHAR"),
        ("from", "DOUBLE"),
        ("below", "DOUBLE"),
        ("rows", "BIGINT"),
        ("with_outcome", "BIGINT"),
        ("leads", "BIGINT"),
        ("leads_with_outcome", "BIGINT"),
        ("share", "DOUBLE"),
        ("low", "DOUBLE"),
        ("high", "DOUBLE"),
    ),
}


def rows(found: Backtest, by: By) -> list[tuple[_Cell, ...]]:
    """Return the rows for programs; their columns are ``COLUMNS``."""
    written = {"figure": _figure_rows, "week": _week_rows, "band": _band_rows}[by]
    told = [
        (side.name, side.model, side.score, *row) for side in found.sides for row in written(side)
    ]
    if by == "figure" and found.changes is not None:
        told += [(_CHANGE, None, None, *row) for row in _change_rows(found.changes)]
    return told


def _figure_rows(side: Judged) -> Iterator[tuple[_Cell, ...]]:
    for name, figure in side.figures.items():
        yield (name, figure.value, *_ends(figure.interval), figure.part, figure.whole)
    counts = {
        "leads listed": (side.listed_leads, side.leads),
        "places tied": (side.tied, side.listed),
        "outcomes unseen": (side.unseen, side.capture.whole),
    }
    waited = side.lead_time
    if waited is not None:
        counts["ready before"] = (waited.before, waited.outcomes)
        counts["ready after"] = (waited.after, waited.outcomes)
        counts["ready never"] = (waited.never, waited.outcomes)
    for name, (part, whole) in counts.items():
        yield name, (part / whole if whole else None), None, None, part, whole
    if waited is not None and waited.days is not None:
        low, middle, high = waited.days
        # Quartiles are no interval of the median, so they have rows of their own.
        for name, days in (("lower quartile", low), ("median", middle), ("upper quartile", high)):
            yield f"lead time days: {name}", days, None, None, waited.before, waited.outcomes


def _change_rows(changes: Changes) -> Iterator[tuple[_Cell, ...]]:
    for name, change in changes.figures.items():
        whole = changes.rows if name == "auc" else None
        yield name, change.value, *_ends(change.interval), None, whole


def _week_rows(side: Judged) -> Iterator[tuple[_Cell, ...]]:
    for week in side.weeks:
        precision = week.hits / week.known if week.known else None
        counts = (week.rows, week.came, week.listed, week.known, week.hits)
        yield week.monday.isoformat(), *counts, precision


def _band_rows(side: Judged) -> Iterator[tuple[_Cell, ...]]:
    for band in side.bands:
        share = band.share
        value, interval = (share.value, share.interval) if share is not None else (None, None)
        counts = (band.rows, band.came, band.leads, band.came_leads)
        yield band.name, band.low, band.high, *counts, value, *_ends(interval)


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    return (interval.low, interval.high) if interval is not None else (None, None)
