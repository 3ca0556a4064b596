"""Tables and columns that mean something and that no source has given yet.

The SQL of a ruleset may read any of them, so an evaluation puts a temporary view in the place of
what is not there: without rows, or with missing values.
"""

from __future__ import annotations

from dataclasses import replace

from leadline.engine.duckdb import Database
from leadline.expression.catalog import Catalog, Column, Table, Type
from leadline.sql import quote
from leadline.store.forms import form_of
from leadline.store.tables import TABLES, ColumnSpec, TableSpec


def stand_in(database: Database, catalog: Catalog) -> Catalog:
    """Make every table and column of the canon readable.

    Args:
        database: the store's; only its temporary schema is written to.
        catalog: what the store has.

    Returns:
        The catalog with the missing columns, which fit every type.
    """
    tables = [_complete(database, spec, catalog.table(spec.name)) for spec in TABLES]
    return replace(catalog, tables=tuple(tables))


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
    missing = [column for column in spec.columns if table is None or not table.column(column.name)]
    if missing:
        _view(database, spec, missing, exists=table is not None)
    added = tuple(Column(column.name, Type.EMPTY) for column in missing)
    return Table(spec.name, (*have, *added), empty=table is None or table.empty)


def _view(database: Database, spec: TableSpec, missing: list[ColumnSpec], *, exists: bool) -> None:
    name = quote.name(spec.name)
    nothing = [f"NULL::{form_of(c.type).value} AS {quote.name(c.name)}" for c in missing]
    rows = f"SELECT {', '.join(nothing)} WHERE FALSE"
    if exists:
        store = quote.name(str(database.value("SELECT current_database()")))
        rows = f"SELECT *, {', '.join(nothing)} FROM {store}.main.{name}"
    database.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {rows}")
