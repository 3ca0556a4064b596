"""The columns that a table has in the store."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.engine.duckdb import Database
from leadline.sql import quote
from leadline.store.forms import Form
from leadline.store.tables import TableSpec


@dataclass(frozen=True, slots=True)
class StoredColumn:
    """A column of a table in the store.

    Args:
        name: its name.
        kept: the form of the column in the database.
        form: the same, or None where no value was ever there to tell it.
        declared: configuration says its type, so values that do not fit reject their rows.
        widened_from: the form it had before other values made it a text.
    """

    name: str
    kept: Form
    form: Form | None
    declared: bool = False
    widened_from: Form | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A table in the store; without columns where it is not there yet."""

    spec: TableSpec
    columns: tuple[StoredColumn, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether the database has the table."""
        return bool(self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> StoredColumn | None:
        """Return the column of that very name."""
        return next((column for column in self.columns if column.name == name), None)

    def widened_from(self, name: str) -> Form | None:
        """Return the form that a column had before it became a text; None where it was none."""
        column = self.column(name)
        return column.widened_from if column is not None else None


def read_shape(database: Database, spec: TableSpec, earlier: Shape | None = None) -> Shape:
    """Return the columns that a table has now.

    Args:
        database: the store's.
        spec: the table.
        earlier: what it had earlier in a load: where a value was, none is looked for again.
    """
    described = database.rows(
        "SELECT column_name, data_type FROM system.main.duckdb_columns() "
        "WHERE database_name = current_database() AND schema_name = 'main' AND table_name = ? "
        "ORDER BY column_index",
        [spec.name],
    )
    remarks = {
        name: (declared, Form(before) if before else None)
        for name, declared, before in database.rows(
            "SELECT column_name, declared, widened_from FROM column_remarks WHERE table_name = ?",
            [spec.name],
        )
    }
    columns = []
    for name, type in described:
        declared, before = remarks.get(name, (False, None))
        kept = Form(type)
        form = kept
        told = declared or kept is not Form.TEXT or spec.known_type(name) is not None
        known = earlier.column(name) if earlier is not None else None
        if known is not None and known.form is not None:
            told = True
        if not told and not _has_value(database, spec, name):
            columns.append(StoredColumn(name, kept, None))
        else:
            columns.append(StoredColumn(name, kept, form, declared, before))
    return Shape(spec, tuple(columns))


def _has_value(database: Database, spec: TableSpec, name: str) -> bool:
    column = quote.name(name)
    found = database.value(
        f"SELECT EXISTS (SELECT 1 FROM {quote.name(spec.name)} WHERE {column} IS NOT NULL)"
    )
    return bool(found)
