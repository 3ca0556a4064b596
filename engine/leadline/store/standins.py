"""Tables and columns that mean something and that no source has given yet.

The SQL of a ruleset may read any of them, so an evaluation puts a temporary view in the place of
what is not there: without rows, or with missing values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from leadline.engine.duckdb import Database
from leadline.expression.catalog import Catalog, Column, Table, Type
from leadline.sql import quote
from leadline.store.forms import form_of
from leadline.store.tables import TABLES, ColumnSpec, TableSpec


def stand_in(database: Database, catalog: Catalog) -> Catalog:
    """Make every table and column of the canon readable.

    A view that is there stays: it may hide columns, and must not show them again before its time.

    Args:
        database: the store's; only its temporary schema is written to.
        catalog: what the store has.

    Returns:
        The catalog with the missing columns, which fit every type.
    """
    tables = [_complete(database, spec, catalog.table(spec.name)) for spec in TABLES]
    return replace(catalog, tables=tuple(tables))


def hide(database: Database, catalog: Catalog, table: str, columns: Sequence[str]) -> None:
    """Put a view in the place of a table in which some columns have no values.

    Args:
        database: the store's; only its temporary schema is written to.
        catalog: what the store has.
        table: a table of the canon.
        columns: its columns.
    """
    spec = next(spec for spec in TABLES if spec.name == table)
    names = [quote.name(column) for column in columns]
    hiding = ", ".join(f"nullif({name}, {name}) AS {name}" for name in names)
    found = catalog.table(table)
    rows = _rows(database, spec, _missing(spec, found), exists=found is not None)
    _view(database, spec, f"SELECT * REPLACE ({hiding}) FROM ({rows})")


def show_again(database: Database, catalog: Catalog, tables: Sequence[str]) -> None:
    """Take the views away that hide columns.

    Args:
        database: the store's.
        catalog: what the store has.
        tables: the tables of the canon that may be hidden.
    """
    for spec in TABLES:
        if spec.name in tables:
            database.execute(f"DROP VIEW IF EXISTS temp.{quote.name(spec.name)}")
            _complete(database, spec, catalog.table(spec.name))


def step_aside(database: Database) -> None:
    """Take the temporary views away, so that the tables behind them can be written to."""
    views = {
        name
        for (name,) in database.rows(
            "SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal"
        )
    }
    for spec in TABLES:
        if spec.name in views:
            database.execute(f"DROP VIEW temp.{quote.name(spec.name)}")


def _complete(database: Database, spec: TableSpec, table: Table | None) -> Table:
    have = table.columns if table is not None else ()
    missing = _missing(spec, table)
    if missing:
        rows = _rows(database, spec, missing, exists=table is not None)
        database.execute(f"CREATE TEMP VIEW IF NOT EXISTS {quote.name(spec.name)} AS {rows}")
    added = tuple(Column(column.name, Type.EMPTY) for column in missing)
    return Table(spec.name, (*have, *added), empty=table is None or table.empty)


def _missing(spec: TableSpec, table: Table | None) -> list[ColumnSpec]:
    return [column for column in spec.columns if table is None or not table.column(column.name)]


def _rows(database: Database, spec: TableSpec, missing: list[ColumnSpec], *, exists: bool) -> str:
    nothing = [f"NULL::{form_of(c.type).value} AS {quote.name(c.name)}" for c in missing]
    if not exists:
        return f"SELECT {', '.join(nothing)} WHERE FALSE"
    store = quote.name(str(database.value("SELECT current_database()")))
    return f"SELECT {', '.join(['*', *nothing])} FROM {store}.main.{quote.name(spec.name)}"


def _view(database: Database, spec: TableSpec, rows: str) -> None:
    database.execute(f"CREATE OR REPLACE TEMP VIEW {quote.name(spec.name)} AS {rows}")
