"""The engine as the oracle is: a ruleset, rows and a date in, numbers out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from tests.oracle.scoring import Result

from leadline.document import load
from leadline.engine.duckdb import Database
from leadline.engine.run import run_query
from leadline.expression.catalog import Catalog, Column, Table, Type
from leadline.plan.build import build_plan
from leadline.plan.clock import at_instant, end_of_day
from leadline.ruleset.build import build
from leadline.ruleset.model import Ruleset
from leadline.sql.expression import sql_type
from leadline.sql.query import write_query
from leadline.store.forms import form_of
from leadline.store.tables import TABLES

Rows = Mapping[str, list[dict[str, Any]]]


def score(
    ruleset: str,
    data: Rows,
    as_of: date | datetime,
    *,
    event_grain: bool = False,
    database: Database | None = None,
) -> Result:
    """Evaluate on DuckDB; the arguments are those of the oracle."""
    if "\nmodel:" not in ruleset:
        ruleset = f"model: drawn\n{ruleset.lstrip()}"
    if database is None:
        with Database() as fresh:
            return score(ruleset, data, as_of, event_grain=event_grain, database=fresh)
    catalog = fill(database, data)
    model = built(ruleset, catalog)
    if isinstance(as_of, datetime):
        aware = as_of if as_of.tzinfo else as_of.replace(tzinfo=UTC)
        moment = at_instant(aware, model.timezone)
    else:
        moment = end_of_day(as_of, model.timezone)
    run_query(database, write_query(build_plan(model, catalog, moment, event_grain=event_grain)))
    return results(database, model)


def built(ruleset: str, catalog: Catalog) -> Ruleset:
    """Build a ruleset that has to be right."""
    loaded = load(ruleset.encode(), "ruleset.yaml")
    assert loaded.document is not None, loaded.diagnostics
    found = build(loaded.document, catalog)
    assert found.ruleset is not None, "\n".join(
        f"{d.place} {d.code} {d.message}" for d in (*loaded.diagnostics, *found.diagnostics)
    )
    return found.ruleset


def fill(database: Database, data: Rows) -> Catalog:
    """Put rows straight into tables as the store keeps them (which has tests of its own)."""
    tables = []
    for spec in TABLES:
        types = {column.name: column.type for column in spec.columns}
        rows = [{name: _finite(v) for name, v in row.items()} for row in data.get(spec.name, [])]
        for row in rows:
            for name, value in row.items():
                if value is not None and (name not in types or types[name] is Type.LIST):
                    types[name] = _type(value)
                elif name not in types:
                    types[name] = Type.EMPTY
        _create(database, spec.name, types, rows)
        tables.append(
            Table(spec.name, tuple(Column(*column) for column in types.items()), empty=not rows)
        )
    times = [row["occurred_at"] for row in data.get("events", [])]
    return Catalog(
        tuple(tables),
        min(times, default=None),
        max(times, default=None),
        history_fields=tuple(sorted({row["field"] for row in data.get("lead_history", [])})),
        tags=tuple(sorted({row["tag"] for row in data.get("lead_tags", [])})),
    )


def _create(
    database: Database, table: str, types: dict[str, Type], rows: list[dict[str, Any]]
) -> None:
    forms = {
        name: form_of(t).value if t is not Type.EMPTY else sql_type(t) for name, t in types.items()
    }
    columns = ", ".join(f'"{name}" {form}' for name, form in forms.items())
    database.execute(f"CREATE OR REPLACE TABLE {table} ({columns})")
    if rows:
        given = ", ".join(f"unnest(?::{form}[])" for form in forms.values())
        values = [[row.get(name) for row in rows] for name in forms]
        database.execute(f"INSERT INTO {table} SELECT {given}", values)


def _finite(value: object) -> object:
    """Return the value, or None for what the store takes for missing."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _type(value: object) -> Type:
    kinds = {
        bool: Type.TRUTH,
        int: Type.NUMBER,
        float: Type.NUMBER,
        datetime: Type.INSTANT,
        date: Type.DATE,
        list: Type.LIST,
        str: Type.TEXT,
    }
    return kinds[type(value)]


def results(database: Database, model: Ruleset) -> Result:
    """Read what an evaluation has come to."""
    result = Result()
    graded = {s.name for s in model.scores if s.grades}
    rows = database.rows("SELECT lead_id, score, per, value, grade FROM scores")
    for lead_id, name, per, value, grade in rows:
        result.scores[lead_id, name, per] = value
        if name in graded:
            result.grades[lead_id, name, per] = grade
    for account in model.accounts:
        for account_id, value, committee in database.rows(
            f'SELECT account_id, value, committee FROM "account.{account.name}"'
        ):
            result.accounts[account_id, account.name] = (value, committee)
    if model.matrix:
        result.matrix.update(database.rows("SELECT lead_id, matrix FROM reported"))
    if model.stages and model.stages.by_date:
        result.stage.update(database.rows("SELECT lead_id, stage FROM reported"))
    return result
