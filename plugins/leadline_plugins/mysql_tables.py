"""The source ``mysql``: tables and queries of a MySQL or MariaDB database.

A load is one transaction that reads only and sees one state. Rows are fetched one after another
from the server, so memory stays small whatever the size. The one module that imports pymysql.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from leadline.plugin import Item, ReadContext, SourceKind, UsageError, hookimpl
from leadline_plugins.database_urls import URL, is_here, needed, no_connection, refused
from leadline_plugins.row_files import write_rows
from leadline_plugins.table_queries import TABLES, table_queries
from leadline_plugins.table_reading import ROWS, Column, Value, read_tables

SETTINGS: Mapping[str, object] = {
    "type": "object",
    "required": ["url", "tables"],
    "additionalProperties": False,
    "properties": {
        "url": {**URL, "description": "`mysql://user:password@host/database`, as `${NAME}`."},
        "tables": TABLES,
        "tls": {
            "description": "verify: the connection is encrypted and the server proves who it is. "
            "off: neither. Without it: verify, but for servers on this machine.",
            "enum": ["verify", "off"],
        },
        "certificates": {
            "description": "A file of certificates to trust, from the folder of leadline.yaml.",
            "type": "string",
        },
    },
}

_CONNECT_SECONDS, _ANSWER_SECONDS = 15, 600
_PORT = 3306
#: What a session is: values are written alike whatever the server's configuration.
_SESSION = (
    "SET SESSION time_zone = '+00:00', sql_mode = ''",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)
#: The numbers of types in MySQL's protocol.
_WHOLE = {1, 2, 3, 8, 9, 13}
_DECIMAL = {0, 246}
_FLOATS = {4, 5}
_TIMES = {7: "timestamp", 10: "date", 12: "datetime", 14: "date"}
_BIT, _JSON = 16, 245
#: Holds every whole number, with and without a sign.
_LONG = "DECIMAL(65, 0)"
_YEARS = "BETWEEN '0001-01-02' AND '9999-12-30'"


class MySQLSession:
    """One transaction of MySQL."""

    tells_texts = True

    def __init__(self, connection: Any, unbuffered: type[Any]) -> None:
        self._connection, self._unbuffered = connection, unbuffered

    def quoted(self, name: str) -> str:
        """Return a name as SQL."""
        return self.plain("`" + name.replace("`", "``") + "`")

    def plain(self, sql: str) -> str:
        """Return SQL of a person with each percent sign doubled, as beside parameters."""
        return sql.replace("%", "%%")

    def columns(self, relation: str) -> tuple[Column, ...]:
        """Return the columns of what stands after FROM."""
        with self._connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {relation} LIMIT 0", ())
            return tuple(self._column(column[0], column[1]) for column in cursor.description)

    def kept(self, column: Column, value: str) -> str:
        """Return SQL for a value of a cursor column."""
        return f"CAST({value} AS {_LONG if column.kind == 'whole' else 'CHAR'})"

    def bound(self, column: Column) -> str:
        """Return SQL for a parameter that is compared with the column."""
        return f"CAST(%s AS {_LONG})" if column.kind == "whole" else "%s"

    def present(self, column: Column) -> str | None:
        """Return SQL for the present in the type of a column; None where it has none."""
        if column.kind != "time":
            return None
        return "UTC_DATE()" if column.type == "date" else "UTC_TIMESTAMP(6)"

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a small result."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql, tuple(parameters))
            return list(cursor.fetchall())

    def write(self, sql: str, parameters: Sequence[Value], path: Path) -> int:
        """Write the rows of a SELECT as a CSV file with a header; return how many they were."""
        with self._connection.cursor(self._unbuffered) as cursor:
            cursor.execute(sql, tuple(parameters))
            header = [column[0] for column in cursor.description]
            return write_rows(path, header, cursor.fetchall_unbuffered())

    def _column(self, name: str, type: int) -> Column:
        here = f"{ROWS}.{self.quoted(name)}"
        text = f"CAST({here} AS CHAR)"
        if type in _WHOLE:
            return Column(name, text, "whole", "whole number")
        if type in _DECIMAL:
            return Column(name, text, "other", "number with a fraction")
        if type in _FLOATS:
            # MySQL writes 1e20, which may be a code; 1e+20 is a number for sure.
            large = f"LOCATE('e', {text}) > 0 AND LOCATE('e-', {text}) = 0"
            signed = f"REPLACE({text}, 'e', 'e+')"
            return Column(
                name, f"CASE WHEN {large} THEN {signed} ELSE {text} END", "other", "float"
            )
        if type in _TIMES:
            zone = f"CONCAT({text}, 'Z')" if _TIMES[type] == "timestamp" else text
            return Column(name, f"CASE WHEN {here} {_YEARS} THEN {zone} END", "time", _TIMES[type])
        if type == _BIT:
            return Column(name, f"CAST(CAST({here} AS UNSIGNED) AS CHAR)", "other", "bit")
        if type == _JSON:
            return Column(name, text, "text", "json")
        whole_text = f"REPLACE(CONVERT({here} USING utf8mb4), X'00', '')"
        hexed = f"LOWER(HEX({here}))"
        written = f"CASE WHEN CHARSET({here}) = 'binary' THEN {hexed} ELSE {whole_text} END"
        return Column(name, written, "text", "text")


class MySQLSource:
    """Read tables and queries of a MySQL or MariaDB database."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        try:
            import pymysql  # noqa: PLC0415
            import pymysql.converters  # noqa: PLC0415
            import pymysql.cursors  # noqa: PLC0415
        except ImportError as error:
            raise needed("pymysql", "mysql") from error
        self._driver = pymysql
        # Without readers every value stays the text that the server sent.
        self._writers: dict[Any, Any] = dict(pymysql.converters.encoders)
        self._queries = table_queries(settings["tables"])
        self._given = _parts(settings["url"])
        self._tls: str | None = settings.get("tls")
        self._certificates: str | None = settings.get("certificates")

    def read(self, context: ReadContext) -> Iterator[Item]:
        """Yield the rows of each table, and how far it has come.

        Raises:
            SourceError: there is no connection, it broke, or a table or query cannot be read.
        """
        with self._telling(), self._connected(context.root) as connection:
            with connection.cursor() as cursor:
                for statement in _SESSION:
                    cursor.execute(statement)
            session = MySQLSession(connection, self._driver.cursors.SSCursor)
            yield from read_tables(session, self._queries, context)

    @contextlib.contextmanager
    def _connected(self, root: Path) -> Iterator[Any]:
        try:
            connection = self._connection(root)
        except (self._driver.Error, OSError, RuntimeError) as error:
            raise no_connection("MySQL", _said(error), self._given) from None
        try:
            yield connection
        finally:
            with contextlib.suppress(self._driver.Error, OSError):
                connection.close()

    def _connection(self, root: Path) -> Any:
        given = self._given
        return self._driver.connect(
            host=given["host"],
            port=int(given["port"]),
            user=given.get("user"),
            password=given.get("password", ""),
            database=given.get("database"),
            charset="utf8mb4",
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_ANSWER_SECONDS,
            write_timeout=_ANSWER_SECONDS,
            autocommit=False,
            local_infile=False,
            conv=self._writers,
            ssl=self._security(root),
        )

    def _security(self, root: Path) -> ssl.SSLContext | None:
        wanted = self._tls or ("off" if is_here(self._given["host"]) else "verify")
        if wanted == "off":
            return None
        trusted = None if self._certificates is None else str(root / self._certificates)
        try:
            return ssl.create_default_context(cafile=trusted)
        except (OSError, ssl.SSLError) as error:
            raise UsageError("`certificates` names no file of certificates") from error

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell a fault of the database as one of the source, without a part of the URL."""
        try:
            yield
        except (self._driver.Error, OSError) as error:
            lost = isinstance(
                error, self._driver.OperationalError | self._driver.InterfaceError | OSError
            )
            raise refused("MySQL", _said(error), self._given, lost=lost) from None


def _said(error: Exception) -> str:
    """Return what the server or the driver said; the number of the error comes first."""
    return str(error.args[-1]) if error.args else type(error).__name__


def _parts(url: str) -> dict[str, str]:
    """Return the parts of a URL.

    Raises:
        UsageError: it is none of MySQL's, or says something that leadline would not heed.
    """
    wrong = UsageError(
        "the `url` of the source cannot be read as that of a MySQL database",
        hint="expected mysql://user:password@host:3306/database; a `%` in a part is `%25`",
    )
    try:
        split = urlsplit(url)
        port = split.port or _PORT
    except ValueError:
        raise wrong from None
    if split.scheme not in ("mysql", "mariadb") or not split.hostname or parse_qsl(split.query):
        raise wrong
    parts = {
        "host": split.hostname,
        "port": str(port),
        "user": unquote(split.username or ""),
        "password": unquote(split.password or ""),
        "database": unquote(split.path.lstrip("/")),
    }
    return {name: part for name, part in parts.items() if part}


@hookimpl
def leadline_sources() -> tuple[SourceKind, ...]:
    """Return the source ``mysql``."""
    return (SourceKind("mysql", "Tables of a MySQL or MariaDB database.", SETTINGS, MySQLSource),)
