"""The SQL of what rules do in the data: what they match, and how often they sit at a cap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from leadline.sql import quote
from leadline.sql.relations import listed, total


@dataclass(frozen=True, slots=True)
class Capped:
    """Columns of a score whose sum is held to bounds, in points; None is unbounded."""

    columns: tuple[str, ...]
    minimum: float | None
    maximum: float | None


def event_matches(source: str, conditions: Sequence[str], since: date) -> str:
    """Return the SELECT of how many events make conditions true: in all, and from a day on.

    Args:
        source: the relation of the events.
        conditions: as SQL.
        since: that day.

    Returns:
        One row, two columns a condition.
    """
    late = f"day >= {quote.day(since)}"
    columns = [
        f"count(*) FILTER ({condition}), count(*) FILTER (({condition}) AND {late})"
        for condition in conditions
    ]
    return f"SELECT\n  {listed(columns)}\nFROM {quote.name(source)}"


def lead_matches(source: str, conditions: Sequence[str]) -> str:
    """Return the SELECT of how many leads make conditions true: one row, a column a condition."""
    columns = [f"count(*) FILTER ({condition})" for condition in conditions]
    return f"SELECT\n  {listed(columns)}\nFROM {quote.name(source)}"


def at_caps(score: str, caps: Sequence[Capped]) -> str:
    """Return the SELECT of how many leads have points of some rules, and how many are at the cap.

    Returns:
        One row, two columns a cap.
    """
    columns = []
    for cap in caps:
        sum_ = total([quote.name(column) for column in cap.columns])
        held = []
        if cap.maximum is not None:
            held.append(f"{sum_} >= {quote.points(cap.maximum)}")
        if cap.minimum is not None:
            held.append(f"{sum_} <= {quote.points(cap.minimum)}")
        at_cap = " OR ".join(held) or "FALSE"
        for condition in (f"{sum_} <> 0", f"{sum_} <> 0 AND ({at_cap})"):
            columns.append(f"count(DISTINCT lead_id) FILTER ({condition})")
    return f"SELECT\n  {listed(columns)}\nFROM {quote.name(f'score.{score}')}"
