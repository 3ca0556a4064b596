"""The setting ``tables``: which table or query of a database fills which table of leadline."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from leadline.errors import UsageError

_ONE: Mapping[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "from": {"description": "The table or view, such as `web.visits`.", "type": "string"},
        "query": {"description": "Instead of it: a SELECT.", "type": "string"},
        "columns": {
            "description": "Each column of leadline with its name there; without it all are read.",
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": "string", "minLength": 1},
        },
        "since": {
            "description": "A column that grows, such as `updated_at`: later loads read from its "
            "last value on.",
            "type": "string",
            "minLength": 1,
        },
    },
}

#: The JSON Schema of the setting.
TABLES: Mapping[str, object] = {
    "description": "For each table of leadline a table or query there, or a list of them.",
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {
        **_ONE,
        "type": ["object", "array"],
        "minItems": 1,
        "items": _ONE,
    },
}


@dataclass(frozen=True, slots=True)
class TableQuery:
    """What fills a table of leadline.

    Args:
        table: the table of leadline.
        origin: what messages call it.
        name: the table there; None for a query.
        query: the query; None for a table.
        columns: leadline's name and the one there; empty: all columns as they are called there.
        since: the cursor column; None: the whole is read each time.
        key: what its place is kept under. Other settings have another key, and start anew.
    """

    table: str
    origin: str
    name: str | None
    query: str | None
    columns: tuple[tuple[str, str], ...]
    since: str | None
    key: str


def table_queries(tables: Mapping[str, Any]) -> tuple[TableQuery, ...]:
    """Return what a checked value of the setting says, in its order.

    Raises:
        UsageError: an entry has both a table and a query, or neither.
    """
    return tuple(_queries(tables))


def _queries(tables: Mapping[str, Any]) -> Iterator[TableQuery]:
    for table, entries in tables.items():
        listed = entries if isinstance(entries, list) else [entries]
        for number, entry in enumerate(listed, start=1):
            if ("from" in entry) == ("query" in entry):
                raise UsageError(
                    f"`tables.{table}` has {'both `from` and' if 'from' in entry else 'neither'} "
                    f"{'' if 'from' in entry else '`from` nor '}`query`, expected one of them",
                    hint="`from: visits` reads a table, `query: SELECT ..` what a query gives",
                )
            written = json.dumps([table, entry], sort_keys=True)
            query = entry.get("query")
            which = f"query {number}" if len(listed) > 1 else "the query"
            yield TableQuery(
                table,
                entry.get("from", f"{which} of {table}"),
                entry.get("from"),
                None if query is None else query.strip().rstrip(";").rstrip(),
                tuple(entry.get("columns", {}).items()),
                entry.get("since"),
                hashlib.sha256(written.encode()).hexdigest()[:16],
            )
