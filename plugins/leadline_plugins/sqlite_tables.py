"""The source ``sqlite``: tables and queries of an SQLite file, which is only read."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from leadline.plugin import Item, ReadContext, SourceError, SourceKind, hookimpl
from leadline_plugins.row_files import write_rows
from leadline_plugins.table_queries import TABLES, table_queries
from leadline_plugins.table_reading import ROWS, Column, Value, read_tables

SETTINGS: Mapping[str, object] = {
    "type": "object",
    "required": ["file", "tables"],
    "additionalProperties": False,
    "properties": {
        "file": {
            "description": "The database, from the folder of leadline.yaml.",
            "type": "string",
            "minLength": 1,
        },
        "tables": TABLES,
    },
}

#: How long to wait for a program that writes, in seconds.
_PATIENCE = 30.0


class SQLiteSession:
    """One read transaction of an SQLite database."""

    #: A cell may have any type, whatever its column is declared as; dates are always texts.
    tells_texts = False

    def __init__(self, connection: sqlite3.Connection, origin: str) -> None:
        self._connection, self._origin = connection, origin

    def quoted(self, name: str) -> str:
        """Return a name as SQL."""
        return '"' + name.replace('"', '""') + '"'

    def plain(self, sql: str) -> str:
        """Return SQL of a person as it is."""
        return sql

    def columns(self, relation: str) -> tuple[Column, ...]:
        """Return the columns of what stands after FROM."""
        with telling(self._origin):
            found = self._connection.execute(f"SELECT * FROM {relation} LIMIT 0")
        return tuple(self._column(str(column[0])) for column in found.description)

    def kept(self, column: Column, value: str) -> str:
        """Return SQL for a value of a cursor column."""
        return value

    def bound(self, column: Column) -> str:
        """Return SQL for a parameter that is compared with the column."""
        return "?"

    def present(self, column: Column) -> str | None:
        """Return SQL for the present: as a day, which is no later than a time of that day.

        Only texts that begin as a day of ISO 8601 are later than it.
        """
        here = "leadline_numbered.mark"
        day = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*"
        return f"CASE WHEN {here} GLOB '{day}' THEN date('now', '+1 day') ELSE {here} END"

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a small result."""
        with telling(self._origin):
            return self._connection.execute(sql, parameters).fetchall()

    def write(self, sql: str, parameters: Sequence[Value], path: Path) -> int:
        """Write the rows of a SELECT as a CSV file with a header; return how many they were."""
        with telling(self._origin):
            found = self._connection.execute(sql, parameters)
            return write_rows(path, [column[0] for column in found.description], found)

    def _column(self, name: str) -> Column:
        here = f"{ROWS}.{self.quoted(name)}"
        finite = f"CASE WHEN abs({here}) <= 1.7976931348623157e308 THEN {here} END"
        written = (
            f"CASE typeof({here}) WHEN 'blob' THEN lower(hex({here})) WHEN 'real' THEN {finite} "
            f"ELSE {here} END"
        )
        return Column(name, written, "text")


class SQLiteSource:
    """Read tables and queries of an SQLite file."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._file: str = settings["file"]
        self._queries = table_queries(settings["tables"])

    def read(self, context: ReadContext) -> Iterator[Item]:
        """Yield the rows of each table, and how far it has come.

        Raises:
            SourceError: the file, a table or a query cannot be read.
        """
        path = context.root / self._file
        if not path.is_file():
            raise SourceError(
                f"there is no file {self._file} in the folder {context.root}",
                hint="correct `file` of the source, or put the database there",
            )
        with telling(self._file), contextlib.closing(_opened(path)) as connection:
            session = SQLiteSession(connection, self._file)
            yield from read_tables(session, self._queries, context)


def _opened(path: Path) -> sqlite3.Connection:
    """Return a connection in a transaction that sees one state and writes nothing."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE, isolation_level=None
    )
    connection.text_factory = _text
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.set_authorizer(_allowed)
    connection.execute("BEGIN")
    return connection


def _text(content: bytes) -> str:
    """Return a text as the store can keep it; SQL here cannot cut out a NUL."""
    return content.replace(b"\0", b"").decode("utf-8", "replace")


def _allowed(action: int, *_: object) -> int:
    """Refuse other files."""
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK


@contextlib.contextmanager
def telling(origin: str) -> Iterator[None]:
    """Tell a fault of SQLite as one of the source."""
    try:
        yield
    except sqlite3.Error as error:
        hint = "another program writes to it; try again later" if "locked" in str(error) else ""
        raise SourceError(f"{origin} cannot be read: {error}", hint=hint) from error


@hookimpl
def leadline_sources() -> tuple[SourceKind, ...]:
    """Return the source ``sqlite``."""
    return (SourceKind("sqlite", "Tables of an SQLite file.", SETTINGS, SQLiteSource),)
