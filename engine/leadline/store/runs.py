"""What ran when, on what, with what result."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from leadline import __version__
from leadline.engine.duckdb import Database
from leadline.errors import UsageError

#: The columns of the table, in the order of the fields of RunRecord.
COLUMNS = (
    ("run_id", "BIGINT"),
    ("started_at", "TIMESTAMP"),
    ("finished_at", "TIMESTAMP"),
    ("as_of", "VARCHAR"),
    ("ruleset", "VARCHAR"),
    ("ruleset_hash", "VARCHAR"),
    ("leadline_version", "VARCHAR"),
    ("duckdb_version", "VARCHAR"),
    ("plugins", "VARCHAR[]"),
    ("rows_in", "BIGINT"),
    ("rejected", "BIGINT"),
    ("scored", "BIGINT"),
    ("outcome", "VARCHAR"),
)
_NAMES = ", ".join(name for name, _ in COLUMNS)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run. Instants are UTC without offset.

    Args:
        run_id: counts from 1.
        started_at: when it began.
        finished_at: when it ended; None while it runs, and for ever where it was killed.
        as_of: the date or instant of its scores, as it was given.
        ruleset: the ruleset's file or name.
        ruleset_hash: a hash of its text.
        leadline_version: the version that ran.
        duckdb_version: the version of DuckDB that it ran on.
        plugins: the distributions whose plugins were used, with their versions.
        rows_in: how many rows the sources gave.
        rejected: how many of them were rejected.
        scored: how many leads have a score.
        outcome: how it ended, such as ``done`` or ``failed``.
    """

    run_id: int
    started_at: datetime
    finished_at: datetime | None
    as_of: str
    ruleset: str
    ruleset_hash: str
    leadline_version: str
    duckdb_version: str
    plugins: tuple[str, ...]
    rows_in: int | None
    rejected: int | None
    scored: int | None
    outcome: str | None

    @property
    def interrupted(self) -> bool:
        """Whether the run did not come to its end, for all that the store knows."""
        return self.finished_at is None


def begin_run(
    database: Database,
    *,
    started_at: datetime,
    as_of: str,
    ruleset: str,
    ruleset_hash: str,
    plugins: tuple[str, ...] = (),
) -> RunRecord:
    """Note that a run begins, and return its record.

    Args:
        database: the store's.
        started_at: now, with its offset or in UTC.
        as_of: as in the record, like those below.
        ruleset: the ruleset's file or name.
        ruleset_hash: a hash of its text.
        plugins: the distributions whose plugins are used.
    """
    with database.transaction():
        last = database.value("SELECT max(run_id) FROM runs") or 0
        record = RunRecord(
            run_id=int(last) + 1,
            started_at=_in_utc(started_at),
            finished_at=None,
            as_of=as_of,
            ruleset=ruleset,
            ruleset_hash=ruleset_hash,
            leadline_version=__version__,
            duckdb_version=str(database.value("SELECT version()")),
            plugins=plugins,
            rows_in=None,
            rejected=None,
            scored=None,
            outcome=None,
        )
        marks = ", ".join("?" for _ in COLUMNS)
        values = [list(v) if isinstance(v, tuple) else v for v in astuple(record)]
        database.execute(f"INSERT INTO runs ({_NAMES}) VALUES ({marks})", values)
    return record


def finish_run(
    database: Database,
    run: RunRecord,
    *,
    finished_at: datetime,
    rows_in: int,
    rejected: int,
    scored: int,
    outcome: str,
) -> RunRecord:
    """Note how a run ended, and return its record.

    Raises:
        UsageError: the store has no such run.
    """
    ended = replace(
        run,
        finished_at=_in_utc(finished_at),
        rows_in=rows_in,
        rejected=rejected,
        scored=scored,
        outcome=outcome,
    )
    changed = database.value(
        "UPDATE runs SET finished_at = ?, rows_in = ?, rejected = ?, scored = ?, outcome = ? "
        "WHERE run_id = ?",
        [ended.finished_at, rows_in, rejected, scored, outcome, run.run_id],
    )
    if changed != 1:
        raise UsageError(f"the store has no run {run.run_id} to finish")
    return ended


def read_runs(database: Database) -> tuple[RunRecord, ...]:
    """Return all runs, the latest first."""
    rows = database.rows(f"SELECT {_NAMES} FROM runs ORDER BY run_id DESC")
    return tuple(_record(*row) for row in rows)


def _record(*values: Any) -> RunRecord:
    record = RunRecord(*values)
    return replace(record, plugins=tuple(record.plugins))


def _in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC without offset, as the store keeps instants."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)
