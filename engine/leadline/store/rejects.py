"""Rows that cannot be used: kept with their place, the reason and their text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadline.engine.duckdb import Database
from leadline.plugin.items import RAW_LIMIT, Records, Reject
from leadline.store.binding import bind_records
from leadline.store.summary import SourceLoad

_BOUND = "leadline_rejects"

COLUMNS = (
    ("run_id", "BIGINT"),
    ("source", "VARCHAR"),
    ("table_name", "VARCHAR"),
    ("origin", "VARCHAR"),
    ("line", "BIGINT"),
    ("column_name", "VARCHAR"),
    ("reason", "VARCHAR"),
    ("raw", "VARCHAR"),
)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that cannot be used.

    Args:
        run_id: the run that met it; 0 outside of any.
        source: the source that it came from.
        table: the table that it was for.
        origin: the file or place that it came from.
        line: where it stands in there (in a Parquet file: the number of the row), from 1.
        column: the column at fault, where it is one.
        reason: what was found and what was expected.
        raw: the row as text, cut to 1000 characters.
    """

    run_id: int
    source: str
    table: str
    origin: str
    line: int | None
    column: str | None
    reason: str
    raw: str


def keep_rejects(database: Database, load: SourceLoad, rejects: Sequence[Reject]) -> None:
    """Keep rows that the source itself could not use."""
    if not rejects:
        return
    rows = tuple((r.table, r.origin, r.line, r.column, r.reason, r.raw) for r in rejects)
    names = tuple(name for name, _ in COLUMNS[2:])
    bind_records(database, Records("rejects", load.source, names, rows, None), _BOUND)
    database.execute(
        f"INSERT INTO rejects SELECT ?, ?, c0, c1, CAST(c2 AS BIGINT), c3, "
        f"coalesce(c4, ''), left(coalesce(c5, ''), {RAW_LIMIT}) FROM {_BOUND}",
        [load.run_id, load.source],
    )
    database.execute(f"DROP TABLE temp.{_BOUND}")


def read_rejects(
    database: Database, run_id: int | None = None, most: int | None = None
) -> tuple[RejectedRow, ...]:
    """Return rejected rows in the order of their run, source, table, origin and line.

    Args:
        database: the store's.
        run_id: only those of that run; ``None``: of all runs.
        most: how many to return; ``None``: all.
    """
    names = ", ".join(name for name, _ in COLUMNS)
    where = "" if run_id is None else f" WHERE run_id = {int(run_id)}"
    limit = "" if most is None else f" LIMIT {int(most)}"
    rows = database.rows(
        f"SELECT {names} FROM rejects{where} ORDER BY run_id, source, table_name, origin, "
        f"line NULLS LAST, column_name, reason, raw{limit}"
    )
    return tuple(RejectedRow(*row) for row in rows)
