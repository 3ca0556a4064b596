"""DuckDB: the one module that imports it.

A :class:`Database` is a connection with safe settings; its exceptions become
leadline's own. Rows are fetched whole (``execute(...).fetchall()``), so that no
unread result blocks the connection, on DuckDB 1.5 and 2.0 alike.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from leadline.errors import EngineError, UsageError

Row = tuple[Any, ...]

#: Never a download, never a Python variable read as a table, never a progress bar in captured
#: output; instants are read and written in UTC whatever the machine's zone is.
_SETTINGS = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET python_enable_replacements = false",
    "SET enable_progress_bar = false",
    "SET TimeZone = 'UTC'",
    "SET preserve_insertion_order = false",
)

#: How many threads work while memory is held.
_HELD_THREADS = 2


@dataclass(frozen=True, slots=True)
class _Held:
    """Memory is held below so many megabytes; before, so many threads worked."""

    megabytes: int
    threads: int


class Database:
    """A DuckDB connection. Use as a context manager.

    Args:
        path: the database file; ``None`` keeps everything in memory.
        read_only: open the file without the right to write.
        threads: how many threads a query may use; ``None`` leaves DuckDB's choice.
        memory_limit: such as ``"2GB"``; ``None`` leaves DuckDB's choice.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        read_only: bool = False,
        threads: int | None = None,
        memory_limit: str | None = None,
    ) -> None:
        try:
            self._connection = duckdb.connect(str(path or ":memory:"), read_only=read_only)
        except duckdb.Error as error:
            raise UsageError(
                f"the store {path} cannot be opened: {_first_line(error)}",
                hint="another run may hold it; wait for it to end",
            ) from error
        self._can_hold = path is not None and memory_limit is None
        self._held: _Held | None = None
        for setting in _SETTINGS:
            self.execute(setting)
        if threads is not None:
            self.execute(f"SET threads = {int(threads)}")
        if memory_limit is not None:
            self.execute("SET memory_limit = ?", [memory_limit])

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
        """Close the connection; the file is then free for others."""
        self._connection.close()

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Run one statement for its effect."""
        self.rows(sql, parameters)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run one statement and return all its rows (none for a statement without a result)."""
        return self.table(sql, parameters)[1]

    def value(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """Return the first column of the first row, or None where there is no row."""
        rows = self.rows(sql, parameters)
        return rows[0][0] if rows else None

    def table(
        self, sql: str, parameters: Sequence[object] = ()
    ) -> tuple[tuple[str, ...], list[Row]]:
        """Run one statement and return its column names and all its rows."""
        try:
            result = self._connection.execute(sql, list(parameters))
            if result.description is None:
                return (), []
            return tuple(column[0] for column in result.description), result.fetchall()
        except duckdb.Error as error:
            raise EngineError(f"DuckDB refused a statement: {_first_line(error)}") from error
        except RuntimeError as error:
            # DuckDB says Ctrl-C with a RuntimeError; a caller must see a KeyboardInterrupt.
            if "interrupted" in str(error).lower():
                raise KeyboardInterrupt from error
            raise

    def hold_memory(self, megabytes: int) -> None:
        """Hold what DuckDB keeps in memory below a limit, until :meth:`free_memory`.

        Two threads work then at most, since each holds a part of every column that it reads.
        Nothing changes where a limit was given at the start, or where there is no file that
        what is left out of memory could be read from again.

        Args:
            megabytes: the limit.
        """
        held = self._held
        if not self._can_hold or (held is not None and held.megabytes == megabytes):
            return
        threads = held.threads if held else int(self.value("SELECT current_setting('threads')"))
        # Where something else needs more already, it goes on with what it has.
        with contextlib.suppress(EngineError):
            self.execute(f"SET memory_limit = '{int(megabytes)}MB'")
            self.execute(f"SET threads = {min(threads, _HELD_THREADS)}")
            self._held = _Held(megabytes, threads)

    def write_held(self) -> None:
        """Write what was changed to its place in the file, where memory is held.

        Else that is done when the file is closed, with as much memory as there is.
        """
        if self._held is not None:
            self.execute("CHECKPOINT")

    def free_memory(self) -> None:
        """Leave it to DuckDB again how much it keeps in memory."""
        if self._held is not None:
            self.execute("RESET memory_limit")
            self.execute(f"SET threads = {self._held.threads}")
        self._held = None

    def copy_parquet(self, sql: str, path: Path) -> None:
        """Write the rows of a SELECT to a Parquet file."""
        target = str(path).replace("'", "''")
        self.execute(f"COPY ({sql}) TO '{target}' (FORMAT parquet)")

    def copy_csv(self, sql: str, path: Path) -> None:
        """Write the rows of a SELECT to a CSV file with a header; a missing value is empty."""
        target = str(path).replace("'", "''")
        self.execute(f"COPY ({sql}) TO '{target}' (FORMAT csv, HEADER true)")

    def pattern_error(self, pattern: str) -> str | None:
        """Return why a pattern is not one of RE2, or None where it is."""
        try:
            self._connection.execute("SELECT regexp_matches('', ?)", [pattern]).fetchall()
        except duckdb.Error as error:
            return _first_line(error).split(": ", 1)[-1]
        return None

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what the block does, or nothing of it when it raises (Ctrl-C included)."""
        self.execute("BEGIN TRANSACTION")
        try:
            yield
        except BaseException:
            # COMMIT of an aborted transaction succeeds and drops it, so never commit here.
            with contextlib.suppress(EngineError):
                self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")


def _first_line(error: BaseException) -> str:
    """Return the part of DuckDB's message that says what is wrong, cut at 300 characters."""
    return str(error).strip().split("\n\n")[0].replace("\n", " ")[:300]
