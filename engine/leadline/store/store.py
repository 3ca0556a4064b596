"""The store: the tables that sources fill, with the records of runs, cursors and rejects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from leadline.engine.duckdb import Database
from leadline.errors import UsageError
from leadline.expression.catalog import Catalog, Column, Table, Type
from leadline.plugin.items import Item
from leadline.sql import quote
from leadline.store.foundation import (
    bring_up_to_date,
    check_store,
    create_store,
    lay_foundation,
)
from leadline.store.loading import load_items
from leadline.store.rejects import RejectedRow, read_rejects
from leadline.store.runs import RunRecord, begin_run, finish_run, read_runs
from leadline.store.shape import Shape, read_shape
from leadline.store.standins import step_aside
from leadline.store.summary import LoadSummary, SourceLoad
from leadline.store.tables import TABLES

_MAGIC = slice(8, 12)


class Store:
    """An open store. Use as a context manager; make it with ``Store.open``."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @classmethod
    def open(
        cls,
        path: Path | None,
        read_only: bool = False,
        *,
        threads: int | None = None,
        memory_limit: str | None = None,
    ) -> Self:
        """Open a store, and make its file where there is none yet.

        Args:
            path: the file; ``None``: a store in memory, gone when it is closed.
            read_only: open it without the right to write. The file must be there then.
            threads: how many threads a query may use.
            memory_limit: such as ``"2GB"``.

        Raises:
            UsageError: the file cannot be opened or made, is no store, or not one that this
                version can use.
        """
        if path is None:
            database = Database(threads=threads, memory_limit=memory_limit)
            lay_foundation(database)
            return cls(database)
        _require_file(path, read_only)
        database = Database(path, read_only=read_only, threads=threads, memory_limit=memory_limit)
        try:
            check_store(database, path)
            bring_up_to_date(database, read_only=read_only)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store; its file is then free for others."""
        self.database.close()

    def load(self, load: SourceLoad, items: Iterable[Item]) -> LoadSummary:
        """Load what a source yields, a batch up to each cursor whole or not at all.

        Args:
            load: what the store has to know of the source.
            items: what it yields.

        Returns:
            what became of the rows of each table.

        Raises:
            SourceError: a file or header that cannot be used; batches before it are kept.
            UsageError: a time zone or type of the configuration that cannot be used.
        """
        step_aside(self.database)
        return load_items(self.database, load, items)

    def cursor(self, source: str) -> str | None:
        """Return how far a source has come, or None where it never said."""
        value = self.database.value("SELECT value FROM cursors WHERE source = ?", [source])
        return None if value is None else str(value)

    def rejects(
        self, run_id: int | None = None, most: int | None = None
    ) -> tuple[RejectedRow, ...]:
        """Return rejected rows by run, source, table, origin and line.

        Args:
            run_id: only those of that run; ``None``: of all.
            most: how many to return; ``None``: all.
        """
        return read_rejects(self.database, run_id, most)

    def begin_run(
        self,
        *,
        started_at: datetime,
        as_of: str,
        ruleset: str,
        ruleset_hash: str,
        plugins: tuple[str, ...] = (),
    ) -> RunRecord:
        """Note that a run begins; its ``run_id`` marks what it does."""
        return begin_run(
            self.database,
            started_at=started_at,
            as_of=as_of,
            ruleset=ruleset,
            ruleset_hash=ruleset_hash,
            plugins=plugins,
        )

    def finish_run(
        self,
        run: RunRecord,
        *,
        finished_at: datetime,
        rows_in: int,
        rejected: int,
        scored: int,
        outcome: str,
    ) -> RunRecord:
        """Note how a run ended."""
        return finish_run(
            self.database,
            run,
            finished_at=finished_at,
            rows_in=rows_in,
            rejected=rejected,
            scored=scored,
            outcome=outcome,
        )

    def runs(self) -> tuple[RunRecord, ...]:
        """Return all runs, the latest first."""
        return read_runs(self.database)

    def catalog(self) -> Catalog:
        """Return the tables that are there with their columns, and the span of the events."""
        shapes = [read_shape(self.database, spec) for spec in TABLES]
        tables = tuple(self._table(shape) for shape in shapes if shape.exists)
        has = {table.name for table in tables}
        span = (None, None)
        if "events" in has:
            [span] = self.database.rows("SELECT min(occurred_at), max(occurred_at) FROM events")
        return Catalog(
            tables,
            *span,
            history_fields=self._texts("lead_history", "field", has),
            tags=self._texts("lead_tags", "tag", has),
            first_known=self._first(tables),
        )

    def _first(self, tables: tuple[Table, ...]) -> datetime | None:
        """Return the first instant that anything but an event has."""
        instants = {"leads": "created_at", "lead_history": "changed_at", "lead_tags": "set_at"}
        found = [
            self.database.value(f"SELECT min({instants[table.name]}) FROM {quote.name(table.name)}")
            for table in tables
            if table.name in instants and table.column(instants[table.name]) is not None
        ]
        return min((instant for instant in found if instant is not None), default=None)

    def _table(self, shape: Shape) -> Table:
        name = shape.spec.name
        columns = (
            Column(column.name, column.form.type if column.form is not None else Type.EMPTY)
            for column in shape.columns
        )
        has_rows = self.database.value(f"SELECT EXISTS (SELECT 1 FROM {quote.name(name)})")
        return Table(name, tuple(columns), empty=not has_rows)

    def _texts(self, table: str, column: str, has: set[str]) -> tuple[str, ...]:
        """Return the different texts of a column, in order."""
        if table not in has:
            return ()
        name = quote.name(column)
        rows = self.database.rows(
            f"SELECT DISTINCT {name} FROM {quote.name(table)} ORDER BY {name}"
        )
        return tuple(text for (text,) in rows)


def _require_file(path: Path, read_only: bool) -> None:
    """Make the file where it may be made, and refuse one that is no database."""
    if not path.exists():
        if read_only:
            raise UsageError(f"there is no store {path}", hint="`leadline run` makes and fills it")
        create_store(path)
    try:
        with path.open("rb") as file:
            start = file.read(_MAGIC.stop)
    except OSError as error:
        raise UsageError(f"the store {path} cannot be read: {error.strerror}") from error
    if start[_MAGIC] != b"DUCK":
        raise UsageError(
            f"{path} is no store of leadline",
            hint="name another file under `store` in leadline.yaml",
        )
