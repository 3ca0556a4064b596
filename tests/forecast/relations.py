"""Stays of a generated world as the relation ``stay`` and as a log of tags."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from tests.forecast.worlds import Stay

from leadline.engine.duckdb import Database
from leadline.forecast.counts import Counts, read_counts
from leadline.plan.clock import Offset
from leadline.sql.hazards import week_of

#: A Monday: when worlds begin (UTC).
BEGIN = datetime(2025, 1, 6)
WEEK = week_of(BEGIN.date())
UTC = (Offset(None, 0),)


def instant(days: float) -> datetime:
    """Return the instant of a time of a world, to the second."""
    return BEGIN + timedelta(seconds=int(days * 86_400))


def database_of(stays: Iterable[Stay]) -> Database:
    """Return a database with the relation ``stay``."""
    database = Database()
    database.execute(
        "CREATE TEMP TABLE stay (owner VARCHAR, place INTEGER, entered_at TIMESTAMP,"
        " left_at TIMESTAMP, next_place INTEGER, came VARCHAR)"
    )
    rows = ", ".join(
        f"('{stay.owner}', {stay.place}, TIMESTAMP '{instant(stay.entered)}', "
        f"{_literal(stay.left)}, {'NULL' if stay.to is None else stay.to}, '{stay.came}')"
        for stay in stays
    )
    database.execute(f"INSERT INTO stay VALUES {rows}")
    return database


def _literal(days: float | None) -> str:
    return "NULL" if days is None else f"TIMESTAMP '{instant(days)}'"


def counted(database: Database, stages: int, opening: int, last: int, span: int = 500) -> Counts:
    """Count a database's stays; weeks are those of the world."""
    return read_counts(database, UTC, stages, WEEK + opening, WEEK + last, span)


def from_the_world(counts: Counts) -> Counts:
    """Return counts with the weeks numbered as in the world."""
    return Counts(
        counts.stages,
        counts.first - WEEK,
        counts.last - WEEK,
        {week - WEEK: ages for week, ages in counts.inside.items()},
        {week - WEEK: moves for week, moves in counts.moves.items()},
        {week - WEEK: row for week, row in counts.arrivals.items()},
    )


def write_tags(stays: Iterable[Stay], folder: Path) -> None:
    """Write a log that has nothing but the stages, as tags; who is gone has the tag ``none``."""
    lines = ["lead_id,tag,value,set_at"]
    for stay in stays:
        lines.append(f"lead{stay.owner},stage,s{stay.place},{instant(stay.entered)}Z")
        if stay.left is not None and stay.to is None:
            lines.append(f"lead{stay.owner},stage,none,{instant(stay.left)}Z")
    folder.mkdir(parents=True)
    (folder / "lead_tags.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def ruleset(stages: int, timezone: str = "UTC") -> str:
    """Return a ruleset whose stages are the tags."""
    steps = ", ".join(f"{{name: s{place}}}" for place in range(stages))
    return (
        f"leadline: 1\nmodel: world\ntimezone: {timezone}\n"
        f"stages:\n  by: tag stage\n  steps: [{steps}]\n"
    )
