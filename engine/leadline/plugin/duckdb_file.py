"""DuckDB for sources: a file that is only read, or tables made of CSV files, and SQL over them.

What SQL is run here can reach nothing but the database and one folder: no other file, no network,
no extension, no setting.
"""

from __future__ import annotations

import contextlib
import csv
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from leadline.errors import SourceError

#: How much memory a query may use; beyond it, it goes on in ``workdir``.
_MEMORY = "1GB"
#: How long one line of a CSV file may be, in bytes.
_LONGEST_LINE = 4 * 1024 * 1024


class DuckDBFile:
    """A DuckDB database for reading. Use as a context manager.

    Args:
        workdir: the one folder where files are read and written.
        path: a database, opened read-only; None: a new one in ``workdir``, for :meth:`add_csv`.
        origin: what messages call it.

    Raises:
        SourceError: there is no such file, or it is no database of DuckDB's that can be read.
    """

    def __init__(self, workdir: Path, path: Path | None = None, origin: str = "the query") -> None:
        self._origin = origin
        if path is not None and not path.is_file():
            raise SourceError(
                f"there is no file {origin}", hint="correct `file` of the source, or put it there"
            )
        opened = path or Path(tempfile.mkdtemp(dir=workdir)) / "tables.duckdb"
        with self._told("cannot be opened"):
            self._connection = duckdb.connect(str(opened), read_only=path is not None)
        for setting, value in (
            ("autoinstall_known_extensions", False),
            ("autoload_known_extensions", False),
            ("python_enable_replacements", False),
            ("enable_progress_bar", False),
            ("TimeZone", "UTC"),
            ("memory_limit", _MEMORY),
            ("temp_directory", str(workdir / "spilled")),
            ("allowed_directories", [str(workdir)]),
            ("enable_external_access", False),
            ("lock_configuration", True),
        ):
            self._connection.execute(f"SET {setting} = {_literal(value)}")

    def __enter__(self) -> Self:
        self._connection.execute("BEGIN")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def add_csv(self, name: str, columns: Sequence[str], files: Sequence[Path]) -> None:
        """Make a table of CSV files in the form of a ``DataFile``; every column is a text.

        Args:
            name: the name of the table.
            columns: all columns of the table, in any order.
            files: in ``workdir``; each has some of the columns.
        """
        listed = ", ".join(f"{_name(column)} VARCHAR" for column in columns)
        with self._told("cannot be read"):
            self._connection.execute(f"CREATE TABLE {_name(name)} ({listed})")
            for file in files:
                self._connection.execute(
                    f"INSERT INTO {_name(name)} BY NAME SELECT * FROM read_csv("
                    f"{_literal(str(file))}, header = true, delim = ',', "
                    "quote = '\"', escape = '\"', nullstr = '', auto_detect = false, "
                    f"max_line_size = {_LONGEST_LINE}, compression = 'none', "
                    f"columns = {_header(file)})"
                )

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a small result.

        Raises:
            SourceError: DuckDB refuses the statement.
        """
        with self._told("cannot be read"):
            return self._connection.execute(sql, list(parameters)).fetchall()

    def copy_csv(self, sql: str, parameters: Sequence[object], path: Path) -> int:
        """Write the rows of a SELECT to a CSV file with a header, and return how many they are.

        Raises:
            SourceError: DuckDB refuses the statement, or ``path`` is not in ``workdir``.
        """
        copy = f"COPY ({sql}) TO {_literal(str(path))} (FORMAT csv, HEADER true)"
        [(rows,)] = self.rows(copy, parameters)
        return int(rows)

    @contextlib.contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as error:
            first = next(iter(str(error).splitlines()), type(error).__name__)
            raise SourceError(f"{self._origin} {what}: {first[:300]}") from error


def _header(file: Path) -> str:
    """Return the columns of a CSV file as DuckDB's ``columns`` wants them."""
    with file.open(encoding="utf-8", newline="") as opened:
        names = next(csv.reader(opened))
    return "{" + ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in names) + "}"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case list():
            return "[" + ", ".join(map(_literal, value)) + "]"
        case _:
            return "'" + str(value).replace("'", "''") + "'"
