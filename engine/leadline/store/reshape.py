"""How a table in the store gets the columns and forms that new rows need."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from leadline.engine.duckdb import Database
from leadline.errors import UsageError
from leadline.sql import quote
from leadline.store.fit import Fit, prepared, with_offsets
from leadline.store.forms import Form, form_of
from leadline.store.incoming import Cell, Incoming
from leadline.store.shape import Shape, StoredColumn
from leadline.store.tables import TableSpec


def reshape(
    database: Database,
    shape: Shape,
    wanted: Mapping[str, Form | None],
    declared: frozenset[str],
    zone: ZoneInfo,
) -> tuple[str, ...]:
    """Give a table the columns and forms that new rows need.

    Args:
        database: the store's.
        shape: the table as it is.
        wanted: the form of each column that rows bring; None where no value tells it.
        declared: the columns whose type configuration says.
        zone: the time zone that stored dates are in where they become instants.

    Returns:
        a note for each column that became a text.

    Raises:
        UsageError: a type is declared that the values in the store do not have.
    """
    forms = {name: form or Form.TEXT for name, form in wanted.items()}
    if not shape.exists:
        _create(database, shape.spec, _needed(shape.spec) | forms)
    elif any(_differs(shape.column(name), form) for name, form in forms.items()):
        _rebuild(database, shape, forms, zone)
    became_text = []
    for name, form in forms.items():
        stored = shape.column(name) or StoredColumn(name, form, None)
        before = stored.widened_from if form is Form.TEXT else None
        if form is Form.TEXT and stored.form not in (None, Form.TEXT):
            became_text.append(stored)
            before = stored.form
        remark = (stored.declared or name in declared, before)
        if remark != (stored.declared, stored.widened_from):
            _remark(database, shape.spec, name, *remark)
    return tuple(_note(shape.spec, column) for column in became_text)


def _differs(stored: StoredColumn | None, form: Form) -> bool:
    return stored is None or stored.kept is not form


def _note(spec: TableSpec, column: StoredColumn) -> str:
    return (
        f"{spec.name}.{column.name} was a {column.kept.type} and is a text now, because new "
        "values are something else; declare its type to have such rows rejected instead"
    )


def _needed(spec: TableSpec) -> dict[str, Form]:
    """Return the columns that a table has even where no source gives them."""
    names = (*spec.key, *spec.required, *spec.one_of)
    return {column.name: form_of(column.type) for column in spec.columns if column.name in names}


def _create(database: Database, spec: TableSpec, forms: Mapping[str, Form]) -> None:
    columns = ", ".join(f"{quote.name(name)} {form.value}" for name, form in forms.items())
    database.execute(f"CREATE TABLE {quote.name(spec.name)} ({columns})")


def _rebuild(database: Database, shape: Shape, forms: Mapping[str, Form], zone: ZoneInfo) -> None:
    """Write the table anew: DuckDB 1.5 cannot commit an ALTER after an UPDATE."""
    spec = shape.spec
    table, fresh = quote.name(spec.name), quote.name(f"{spec.name} anew")
    cells = tuple(
        Cell(column.name, column.kept, f"c{index}") for index, column in enumerate(shape.columns)
    )
    given = [f"{quote.name(cell.header)} AS {cell.sql}" for cell in cells]
    rows = Incoming(spec, "the store", f"(SELECT {', '.join(given)} FROM {table})", cells)
    fits = tuple(
        Fit(index, cell.header, cell, forms.get(cell.header, cell.form))
        for index, cell in enumerate(cells)
    )
    relation = prepared(rows, fits)
    fits = with_offsets(database, relation, fits, zone)
    _refuse_loss(database, spec, relation, fits)
    kept = [f"{fit.value} AS {quote.name(fit.name)}" for fit in fits]
    added = [
        f"CAST(NULL AS {form.value}) AS {quote.name(name)}"
        for name, form in forms.items()
        if shape.column(name) is None
    ]
    database.execute(f"CREATE TABLE {fresh} AS SELECT {', '.join(kept + added)} FROM {relation}")
    database.execute(f"DROP TABLE {table}")
    database.execute(f"ALTER TABLE {fresh} RENAME TO {table}")


def _refuse_loss(database: Database, spec: TableSpec, relation: str, fits: tuple[Fit, ...]) -> None:
    """Only a declared type makes a column narrower, and then every value must have it."""
    for fit in fits:
        if not fit.from_text:
            continue
        lost = database.value(
            f"SELECT any_value({fit.text}) FROM {relation} "
            f"WHERE {fit.text} IS NOT NULL AND {fit.value} IS NULL"
        )
        if lost is not None:
            raise UsageError(
                f"`types` says that {spec.name}.{fit.name} is a {fit.form.type}, "
                f"but the store holds {str(lost)[:60]!r} in it",
                hint="declare it as text, or load the data into a new store",
            )


def _remark(
    database: Database, spec: TableSpec, column: str, declared: bool, before: Form | None
) -> None:
    """Keep what the database itself cannot tell of a column."""
    where = [spec.name, column]
    database.execute("DELETE FROM column_remarks WHERE table_name = ? AND column_name = ?", where)
    if declared or before is not None:
        database.execute(
            "INSERT INTO column_remarks VALUES (?, ?, ?, ?)",
            [*where, declared, before.value if before else None],
        )
