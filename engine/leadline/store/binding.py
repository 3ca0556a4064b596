"""Rows held in memory, handed to DuckDB: the only place that touches a value per row."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from types import NoneType

from leadline.engine.duckdb import Database
from leadline.errors import SourceError
from leadline.plugin.items import Records
from leadline.store.forms import Form


def bind_records(database: Database, records: Records, table: str) -> tuple[Form, ...]:
    """Put rows into a temporary table with the columns ``row`` (from 1), ``c0``, ``c1``, ...

    Args:
        database: where the table is made, replacing one of that name.
        records: the rows.
        table: the name of the temporary table.

    Returns:
        the form of each column: a list where a value is one, else text.

    Raises:
        SourceError: a row has more or fewer cells than there are columns.
    """
    width = len(records.columns)
    for number, row in enumerate(records.rows, start=1):
        if len(row) != width:
            raise SourceError(
                f"{records.origin}: row {number} has {len(row)} cells, expected {width}",
                hint="the source plugin is at fault: report it to its authors",
            )
    columns = list(zip(*records.rows, strict=True)) or [()] * width
    forms = tuple(_form(values) for values in columns)
    # One JSON text a column: DuckDB 1.5 takes a minute to bind lists of 100,000 values.
    parameters = [_json(values, form) for values, form in zip(columns, forms, strict=True)]
    cells = [
        f"unnest(from_json(?, '{_JSON_SHAPE[form]}')) AS c{index}"
        for index, form in enumerate(forms)
    ]
    selected = ", ".join([f"unnest(range(1, {len(records.rows) + 1})) AS row", *cells])
    database.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {selected}", parameters)
    return forms


_JSON_SHAPE = {Form.TEXT: '["VARCHAR"]', Form.LIST: '[["VARCHAR"]]'}


def _form(values: Sequence[object]) -> Form:
    kinds = set(map(type, values))
    return Form.LIST if any(issubclass(kind, list | tuple) for kind in kinds) else Form.TEXT


def _json(values: Sequence[object], form: Form) -> str:
    cells = _lists(values) if form is Form.LIST else _texts(values)
    # Half a surrogate pair, which UTF-8 cannot hold, becomes a question mark.
    return json.dumps(cells, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def _texts(values: Sequence[object]) -> Sequence[object]:
    # Most columns hold nothing else, and the cells of a large load are many.
    if set(map(type, values)) <= {str, NoneType}:
        return [value or None for value in values]
    return [cell_text(value) for value in values]


def _lists(values: Sequence[object]) -> Sequence[object]:
    return [_members(value) for value in values]


def _members(value: object) -> list[str | None] | None:
    """Return the members of a list; a value that is none is a list of itself."""
    if value is None:
        return None
    members = value if isinstance(value, list | tuple) else (value,)
    return [cell_text(member) for member in members]


def cell_text(value: object) -> str | None:
    """Return a Python value as the text that a CSV file would hold; None where it is missing.

    An empty text is missing, as an empty cell of a CSV file is.
    """
    match value:
        case None | "":
            return None
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float() | Decimal():
            return _number_text(value)
        case datetime():
            if value.tzinfo is None:
                return value.isoformat()
            return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
        case date():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", "replace")
        case dict():
            return json.dumps(value, sort_keys=True, default=str)
        case _:
            return str(value)


def _number_text(value: float | Decimal) -> str | None:
    """Return a number as text; NaN and infinity are missing."""
    if not math.isfinite(value):
        return None
    return format(value, "f") if isinstance(value, Decimal) else repr(value)
