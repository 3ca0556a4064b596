"""The history of one lead as text: a table for each of its scores."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from leadline.engine.duckdb import Row
from leadline.report.diagnostics import visible
from leadline.report.listing import Listing
from leadline.report.terminal import as_table

_COLUMNS = ("at", "old", "new", "change", "cause")


def history_of_lead(
    rows: Iterable[Row], *, width: int | None = None, colour: bool = False, empty: str
) -> str:
    """Write every change of a lead's scores, one score below the other.

    Args:
        rows: (lead_id, score, per, at, old, new, cause), by score and in the order of time.
        width: the columns to fit in; None is as wide as needed.
        colour: whether to use terminal colours.
        empty: what is said where there is no row.
    """
    blocks = [
        as_table(_table(score, per, changes), width=width, colour=colour)
        for (score, per), changes in groupby(rows, lambda row: (row[1], row[2]))
    ]
    return "\n".join(blocks) if blocks else f"{empty}\n"


def _table(score: str, per: str, changes: Iterable[Row]) -> Listing:
    rows = [(at, old, new, _change(old, new), cause) for _, _, _, at, old, new, cause in changes]
    title = f"{score}: {visible(per)}" if per else score
    return Listing(_COLUMNS, rows, title, below=(("", ("cause",)),))


def _change(old: float | None, new: float | None) -> float | None:
    return round(new - old, 4) if old is not None and new is not None else None
