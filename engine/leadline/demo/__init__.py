"""A believable B2B marketing log, made up: for a first look, for tests, for measuring.

Companies have a hidden will to buy; their leads act out of it and their opportunities come of it,
so that scores have something to find. The rows are made by set-based SQL, one file a subject, in
the order of ``_CHAPTERS``. Chance is a function of the seed (see ``chance.sql``): the same
arguments give the same rows with any number of threads and any DuckDB.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Literal

from leadline.engine.duckdb import Database
from leadline.errors import UsageError

#: Called before each step with its name, the number of steps done and the number of all steps.
Progress = Callable[[str, int, int], None]
Format = Literal["parquet", "csv"]

#: The SQL files, each using the tables of those before it.
_CHAPTERS = (
    "chance",
    "assets",
    "accounts",
    "leads",
    "visits",
    "mailings",
    "events",
    "outcomes",
    "records",
)

#: Each table of the log with its order, which ends in a unique key.
_ORDER = {
    "accounts": "account_id",
    "assets": "asset_id",
    "leads": "lead_id",
    "events": "occurred_at, event_id",
    "opportunities": "opportunity_id",
    "handoffs": "offered_at, lead_id",
    "lead_history": "changed_at, lead_id, field",
    "lead_tags": "set_at, lead_id, tag, value",
    "aliases": "old_lead_id",
    "feedback": '"at", lead_id',
    "metrics": "program, date, metric",
}

_OPTIONS = {
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "csv": "FORMAT csv, HEADER",
}


@dataclass(frozen=True, slots=True)
class GeneratedTable:
    """A table of the generated log: its name, its number of rows, the file it went to."""

    name: str
    rows: int
    path: Path


@dataclass(frozen=True, slots=True)
class Generated:
    """The generated log, a table after the other."""

    tables: tuple[GeneratedTable, ...]

    def table(self, name: str) -> GeneratedTable:
        """Return the table of that name.

        Raises:
            KeyError: the log has no such table.
        """
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)


def generate(
    folder: Path,
    *,
    leads: int = 2000,
    days: int = 730,
    until: date = date(2026, 6, 30),
    seed: int = 7,
    events_per_lead: float = 25,
    format: Format = "parquet",
    threads: int | None = None,
    progress: Progress | None = None,
) -> Generated:
    """Write a made-up marketing log, one file a table, replacing files of the same name.

    Args:
        folder: where the files go; made if it is not there.
        leads: how many leads there are, at least 1.
        days: how many days the log covers, at least 1.
        until: its last day (UTC).
        seed: another seed, another log.
        events_per_lead: about how many events a lead has on average, above 0.
        format: ``"parquet"`` or ``"csv"``.
        threads: how many threads DuckDB may use; ``None`` leaves its choice. The rows do not
            depend on it.
        progress: called before each step.

    Returns:
        The written tables with their row counts.

    Raises:
        UsageError: an argument is out of its range.
    """
    _require(leads >= 1, f"leads is {leads}", "ask for at least 1 lead")
    _require(days >= 1, f"days is {days}", "ask for at least 1 day")
    _require(events_per_lead > 0, f"events_per_lead is {events_per_lead}", "ask for more than 0")
    _require(format in _OPTIONS, f"format is {format!r}", "write parquet or csv")
    folder.mkdir(parents=True, exist_ok=True)
    tell = progress or _tell_nobody
    total = len(_CHAPTERS) + len(_ORDER)
    with Database(threads=threads) as database:
        variables = {
            "leads": leads,
            "days": days,
            "first_day": until - timedelta(days=days - 1),
            "seed": str(seed),
            "events_per_lead": float(events_per_lead),
        }
        for name, value in variables.items():
            database.execute(f"SET VARIABLE {name} = ?", [value])
        for done, chapter in enumerate(_CHAPTERS):
            tell(chapter, done, total)
            database.execute(files(__name__).joinpath(f"{chapter}.sql").read_text("utf-8"))
        written = []
        for done, table in enumerate(_ORDER, start=len(_CHAPTERS)):
            tell(f"write {table}", done, total)
            written.append(_write(database, table, folder / f"{table}.{format}", _OPTIONS[format]))
    return Generated(tuple(written))


def _require(good: bool, found: str, hint: str) -> None:
    if not good:
        raise UsageError(f"the demo log cannot be made: {found}", hint=hint)


def _tell_nobody(step: str, done: int, total: int) -> None:
    """Take a progress report and keep it."""


def _write(database: Database, table: str, path: Path, options: str) -> GeneratedTable:
    """Write one table whole or not at all."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    query = f"SELECT * FROM {table} ORDER BY {_ORDER[table]}"  # noqa: S608 (names of this module)
    try:
        [(rows,)] = database.rows(f"COPY ({query}) TO ? ({options})", [str(unfinished)])
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return GeneratedTable(table, rows, path)
