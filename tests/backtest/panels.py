"""Panels made by chance: leads with scores over weeks, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from leadline.engine.duckdb import Database

#: A Sunday.
FIRST = date(2025, 10, 5)


@dataclass(frozen=True)
class Rows:
    """The rows of a panel: numbers of leads and weeks, scores, outcomes."""

    lead: NDArray[np.int64]
    week: NDArray[np.int64]
    value: NDArray[np.float64]
    happened: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.lead)

    def with_value(self, value: NDArray[np.float64]) -> Rows:
        return Rows(self.lead, self.week, value, self.happened)


def drawn(
    seed: int,
    *,
    leads: int = 60,
    weeks: int = 8,
    levels: int = 12,
    share: float = 0.2,
    strength: float = 1.0,
    together: float = 0.0,
) -> Rows:
    """Draw a panel.

    Args:
        seed: of the draw.
        leads: how many.
        weeks: how many rows each can have; some are missing.
        levels: how many scores there are, so that many are tied.
        share: about how many rows have an outcome to come.
        strength: how much the score says of it.
        together: how much of the outcome, and of the score, is the lead's own; 0 to 1.
    """
    draw = np.random.default_rng(seed)
    lead, week = (part.ravel() for part in np.indices((leads, weeks)))
    kept = draw.random(leads * weeks) < 0.9
    lead, week = lead[kept], week[kept]
    own = draw.normal(size=leads)[lead]
    quality = together * own + (1 - together) * draw.normal(size=len(lead))
    luck = together * draw.normal(size=leads)[lead] + (1 - together) * draw.normal(size=len(lead))
    score = quality + 0.7 * draw.normal(size=len(lead))
    value = np.clip(np.floor(score * 2 + levels / 2), -1, levels) * 10.0
    wish = strength * quality + luck
    happened = wish > np.quantile(wish, 1 - share)
    return Rows(lead, week, value, happened)


def of_one_row_each(rows: Rows) -> Rows:
    """Return the first row of each lead."""
    _, first = np.unique(rows.lead, return_index=True)
    return Rows(rows.lead[first], rows.week[first], rows.value[first], rows.happened[first])


def fill(database: Database, rows: Rows, relation: str = "panel") -> None:
    """Make the relation of a panel."""
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE {relation}"
        " (snapshot DATE, lead_id VARCHAR, value DOUBLE, happened BOOLEAN)"
    )
    # As one text each: an engine takes its time for every value that stands in a statement.
    columns = (rows.lead, rows.week, rows.value, rows.happened)
    database.execute(
        f"INSERT INTO {relation} SELECT DATE '{FIRST}' + 7 * week, format('L{{:05d}}', lead),"
        " value, happened FROM (SELECT"
        " unnest(CAST(string_split(?, ',') AS INTEGER[])) AS lead,"
        " unnest(CAST(string_split(?, ',') AS INTEGER[])) AS week,"
        " unnest(CAST(string_split(?, ',') AS DOUBLE[])) AS value,"
        " unnest(CAST(string_split(?, ',') AS BOOLEAN[])) AS happened)",
        [",".join(map(str, column)) for column in columns],
    )


def listed(rows: Rows, capacity: int) -> NDArray[np.bool_]:
    """Say of each row whether it is on its week's list: the highest above 0, then by id."""
    found = np.zeros(len(rows), dtype=bool)
    for week in np.unique(rows.week):
        here = np.flatnonzero((rows.week == week) & (rows.value > 0))
        order = sorted(here, key=lambda row: (-rows.value[row], rows.lead[row]))
        found[order[:capacity]] = True
    return found
