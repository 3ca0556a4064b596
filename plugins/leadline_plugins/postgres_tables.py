"""The source ``postgres``: tables and queries of a PostgreSQL database.

A load is one transaction that reads only and sees one state. Rows come by COPY straight into a
file, so memory stays small whatever the size. The one module that imports psycopg.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadline.plugin import Item, ReadContext, SourceError, SourceKind, UsageError, hookimpl
from leadline_plugins.database_urls import URL, is_here, needed, no_connection, refused
from leadline_plugins.table_queries import TABLES, table_queries
from leadline_plugins.table_reading import ROWS, Column, Value, read_tables

if TYPE_CHECKING:
    import psycopg

SETTINGS: Mapping[str, object] = {
    "type": "object",
    "required": ["url", "tables"],
    "additionalProperties": False,
    "properties": {
        "url": {**URL, "description": "`postgresql://user:password@host/database`, as `${NAME}`."},
        "tables": TABLES,
    },
}

#: What a connection has unless the URL says otherwise: seconds to wait for it to come about, and
#: a dead one is noticed after a minute.
_DEFAULTS = {
    "application_name": "leadline",
    "connect_timeout": "15",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
#: How values are written, whatever the server's configuration; for this transaction alone.
_WRITING = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "iso_8601",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "idle_in_transaction_session_timeout": "0",
    "synchronize_seqscans": "off",
}
_WHOLE = ("int2", "int4", "int8", "oid")
_FINITE = ("float4", "float8", "numeric")
_TIMES = ("date", "timestamp", "timestamptz")
#: Times outside of these years are no times that leadline can keep: open ends, infinity.
_YEARS = "BETWEEN '0001-01-02' AND '9999-12-30'"


class PostgresSession:
    """One transaction of PostgreSQL."""

    tells_texts = True

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._connection = connection

    def quoted(self, name: str) -> str:
        """Return a name as SQL."""
        return self.plain('"' + name.replace('"', '""') + '"')

    def plain(self, sql: str) -> str:
        """Return SQL of a person with each percent sign doubled, as beside parameters."""
        return sql.replace("%", "%%")

    def columns(self, relation: str) -> tuple[Column, ...]:
        """Return the columns of what stands after FROM."""
        with self._connection.cursor() as cursor:
            cursor.execute(*_call(f"SELECT * FROM {relation} LIMIT 0", ()))
            described = [(column.name, column.type_code) for column in cursor.description or ()]
        types = {
            number: (name, category == "A")
            for number, name, category in self.rows(
                "SELECT oid::bigint, typname::text, typcategory::text FROM pg_catalog.pg_type "
                "WHERE oid = ANY (string_to_array(%s, ',')::oid[])",
                (",".join(str(number) for _, number in described),),
            )
        }
        return tuple(self._column(name, *types[number]) for name, number in described)

    def kept(self, column: Column, value: str) -> str:
        """Return SQL for a value of a cursor column."""
        return f"({value})::text"

    def bound(self, column: Column) -> str:
        """Return SQL for a parameter that is compared with the column."""
        return f"(%s)::pg_catalog.{column.type}"

    def present(self, column: Column) -> str | None:
        """Return SQL for the present in the type of a column; None where it has none."""
        return f"now()::{column.type}" if column.kind == "time" else None

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a small result."""
        with self._connection.cursor() as cursor:
            return cursor.execute(*_call(sql, parameters)).fetchall()

    def write(self, sql: str, parameters: Sequence[Value], path: Path) -> int:
        """Write the rows of a SELECT as a CSV file with a header; return how many they were."""
        copy = f"COPY ({sql}) TO STDOUT (FORMAT csv, HEADER true, ENCODING 'UTF8')"
        with self._connection.cursor() as cursor, path.open("wb") as file:
            with cursor.copy(*_call(copy, parameters)) as blocks:
                for block in blocks:
                    file.write(block)
            return cursor.rowcount

    def _column(self, name: str, type: str, is_array: bool) -> Column:
        here = f"{ROWS}.{self.quoted(name)}"
        if is_array:
            return Column(name, f"array_to_string({here}, ';')", "list", "list")
        if type in _WHOLE:
            return Column(name, here, "whole", type)
        if type == "bool":
            return Column(name, f"{here}::text", "other", "truth value")
        if type in _FINITE:
            text = f"{here}::text"
            for word in ("NaN", "Infinity", "-Infinity"):
                text = f"nullif({text}, '{word}')"
            return Column(name, text, "other", "number with a fraction")
        if type in _TIMES:
            return Column(name, f"CASE WHEN {here} {_YEARS} THEN {here}::text END", "time", type)
        if type == "bytea":
            return Column(name, f"encode({here}, 'hex')", "text", "bytea")
        return Column(name, f"{here}::text", "text", "text")


class PostgresSource:
    """Read tables and queries of a PostgreSQL database."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        try:
            import psycopg  # noqa: PLC0415
        except ImportError as error:
            raise needed("psycopg", "postgres") from error
        self._driver = psycopg
        self._queries = table_queries(settings["tables"])
        try:
            given = psycopg.conninfo.conninfo_to_dict(settings["url"])
        except psycopg.ProgrammingError:
            # What it says may hold the password.
            raise UsageError(
                "the `url` of the source cannot be read as that of a PostgreSQL database",
                hint="expected postgresql://user:password@host:5432/database",
            ) from None
        self._given = {key: str(value) for key, value in given.items()}

    def read(self, context: ReadContext) -> Iterator[Item]:
        """Yield the rows of each table, and how far it has come.

        Raises:
            SourceError: there is no connection, it broke, or a table or query cannot be read.
        """
        with self._telling(), self._connected() as connection:
            connection.isolation_level = self._driver.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            for name, value in _WRITING.items():
                connection.execute("SELECT set_config(%s, %s, true)", (name, value))
            yield from read_tables(PostgresSession(connection), self._queries, context)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """Open a connection, and close it without a word."""
        settings: dict[str, Any] = {**_DEFAULTS, **self._given, "client_encoding": "UTF8"}
        if not is_here(self._given.get("host", "")):
            # Without it the driver would go on unencrypted where a server asks it to.
            settings.setdefault("sslmode", "require")
        try:
            connection = self._driver.connect(**settings)
        except self._driver.OperationalError as error:
            raise no_connection("PostgreSQL", str(error), self._given) from None
        try:
            connection.prepare_threshold = None
            yield connection
        finally:
            connection.close()

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell a fault of the database as one of the source, without a part of the URL."""
        try:
            yield
        except self._driver.Error as error:
            said = error.diag.message_primary or str(error)
            lost = isinstance(error, self._driver.OperationalError)
            raise refused("PostgreSQL", said, self._given, lost=lost) from None
        except UnicodeError as error:
            raise SourceError("PostgreSQL gave a text that is not UTF-8") from error


def _call(sql: str, parameters: Sequence[Value]) -> tuple[str, tuple[Value, ...] | None]:
    """Return SQL and its parameters as the driver takes them.

    Without parameters it leaves percent signs as they are, so they are made single again.
    """
    if parameters:
        return sql, tuple(parameters)
    return sql.replace("%%", "%"), None


@hookimpl
def leadline_sources() -> tuple[SourceKind, ...]:
    """Return the source ``postgres``."""
    return (SourceKind("postgres", "Tables of a PostgreSQL database.", SETTINGS, PostgresSource),)
