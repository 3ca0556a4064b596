"""The source ``duckdb``: tables and queries of a DuckDB file, which is only read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from leadline.plugin import Item, ReadContext, SourceKind, hookimpl
from leadline.plugin.duckdb_file import DuckDBFile
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

_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}
_WHOLE |= {f"U{name}" for name in _WHOLE}
_TIMES = {
    "DATE",
    "TIMESTAMP",
    "TIMESTAMP_S",
    "TIMESTAMP_MS",
    "TIMESTAMP_NS",
    "TIMESTAMP WITH TIME ZONE",
}
_NESTED = ("STRUCT(", "MAP(", "UNION(")
#: Times outside of these years are no times that leadline can keep: open ends, infinity.
_YEARS = "BETWEEN '0001-01-02' AND '9999-12-30'"


class DuckDBSession:
    """Tables of an open DuckDB database.

    Args:
        database: the database.
        tells_texts: whether a column of texts holds texts; not so where all columns came as text.
    """

    def __init__(self, database: DuckDBFile, *, tells_texts: bool = True) -> None:
        self._database = database
        self.tells_texts = tells_texts

    def quoted(self, name: str) -> str:
        """Return a name as SQL."""
        return '"' + name.replace('"', '""') + '"'

    def plain(self, sql: str) -> str:
        """Return SQL of a person as it is."""
        return sql

    def columns(self, relation: str) -> tuple[Column, ...]:
        """Return the columns of what stands after FROM."""
        described = self._database.rows(f"DESCRIBE SELECT * FROM {relation}")
        return tuple(self._column(str(row[0]), str(row[1])) for row in described)

    def kept(self, column: Column, value: str) -> str:
        """Return SQL for a value of a cursor column."""
        return f"CAST({value} AS VARCHAR)"

    def bound(self, column: Column) -> str:
        """Return SQL for a parameter that is compared with the column."""
        return f"CAST(? AS {column.type})"

    def present(self, column: Column) -> str | None:
        """Return SQL for the present in the type of a column; None where it has none."""
        return f"CAST(now() AS {column.type})" if column.kind == "time" else None

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a small result."""
        return self._database.rows(sql, parameters)

    def write(self, sql: str, parameters: Sequence[Value], path: Path) -> int:
        """Write the rows of a SELECT as a CSV file with a header; return how many they were."""
        return self._database.copy_csv(sql, parameters, path)

    def _column(self, name: str, type: str) -> Column:
        here = f"{ROWS}.{self.quoted(name)}"
        text = f"CAST({here} AS VARCHAR)"
        if type.startswith(_NESTED) or type.endswith("][]"):
            return Column(name, f"CAST(to_json({here}) AS VARCHAR)", "text", "VARCHAR")
        if type.endswith("[]"):
            return Column(name, f"array_to_string({here}, ';')", "list", "list")
        if type in _WHOLE or type == "BOOLEAN" or type.startswith("DECIMAL"):
            return Column(name, text, "whole" if type in _WHOLE else "other", type)
        if type in ("FLOAT", "DOUBLE"):
            return Column(name, f"CASE WHEN isfinite({here}) THEN {text} END", "other", type)
        if type == "TIMESTAMP_NS":
            # Its years end in 2262, so it cannot be compared with the bounds.
            return Column(name, text, "time", type)
        if type in _TIMES:
            return Column(name, f"CASE WHEN {here} {_YEARS} THEN {text} END", "time", type)
        if type == "BLOB":
            return Column(name, f"lower(hex({here}))", "text", "VARCHAR")
        return Column(name, text, "text", "VARCHAR")


class DuckDBSource:
    """Read tables and queries of a DuckDB file."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._file: str = settings["file"]
        self._queries = table_queries(settings["tables"])

    def read(self, context: ReadContext) -> Iterator[Item]:
        """Yield the rows of each table, and how far it has come.

        Raises:
            SourceError: the file, a table or a query cannot be read.
        """
        path = context.root / self._file
        with DuckDBFile(context.workdir, path, self._file) as database:
            yield from read_tables(DuckDBSession(database), self._queries, context)


@hookimpl
def leadline_sources() -> tuple[SourceKind, ...]:
    """Return the source ``duckdb``."""
    return (SourceKind("duckdb", "Tables of a DuckDB file.", SETTINGS, DuckDBSource),)
