"""The engine as the oracle is: a ruleset, rows and a date in, numbers out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from tests.oracle.history import Row
from tests.oracle.past import Past
from tests.oracle.scoring import Result
from tests.oracle.segments import Count, Stay
from tests.oracle.stages import AccountSpell, Spell

from leadline.document import load
from leadline.engine.duckdb import Database
from leadline.engine.run import run_query
from leadline.expression.catalog import Catalog, Column, Table, Type
from leadline.past import look_back as past_of
from leadline.pipeline import RulesetText
from leadline.plan.build import build_plan
from leadline.plan.clock import at_instant, end_of_day
from leadline.ruleset.build import build
from leadline.ruleset.model import Ruleset
from leadline.sql.expression import sql_type
from leadline.sql.query import write_query
from leadline.store import Store
from leadline.store.forms import form_of
from leadline.store.standins import step_aside
from leadline.store.tables import TABLES

Rows = Mapping[str, list[dict[str, Any]]]

PARTS = ("history", "stages", "accounts", "segments", "daily")
_CHANGE = 'lead_id, score, per, "at", old, new'
_STAY = "segment, lead_id, entered_at, left_at"
_COUNT = 'kind, "list", day, leads'


def score(
    ruleset: str,
    data: Rows,
    as_of: date | datetime,
    *,
    event_grain: bool = False,
    database: Database | None = None,
) -> Result:
    """Evaluate on DuckDB; the arguments are those of the oracle."""
    if database is None:
        with Database() as fresh:
            return score(ruleset, data, as_of, event_grain=event_grain, database=fresh)
    catalog = fill(database, data)
    model = built(_named(ruleset), catalog)
    if isinstance(as_of, datetime):
        aware = as_of if as_of.tzinfo else as_of.replace(tzinfo=UTC)
        moment = at_instant(aware, model.timezone)
    else:
        moment = end_of_day(as_of, model.timezone)
    run_query(database, write_query(build_plan(model, catalog, moment, event_grain=event_grain)))
    return results(database, model)


def look_back(
    ruleset: str,
    data: Rows,
    since: date | datetime | None,
    until: date | datetime,
    *,
    parts: tuple[str, ...] = PARTS,
    lead: str | None = None,
    store: Store | None = None,
) -> Past:
    """Tell the past on DuckDB; the first arguments are those of the oracle.

    Of the ``parts``, those are asked for of which the ruleset has something.
    """
    if store is None:
        with Store.open(None) as fresh:
            return look_back(ruleset, data, since, until, parts=parts, lead=lead, store=fresh)
    step_aside(store.database)
    fill(store.database, data)
    has = _parts_of(built(_named(ruleset), store.catalog()))
    parts = tuple(part for part in parts if part in has)
    first = _typed(since) if since is not None else None
    past_of(store, _text(ruleset), since=first, until=_typed(until), lead=lead, parts=parts)
    return _past(store.database, parts)


def _parts_of(model: Ruleset) -> set[str]:
    has = {"history"} if model.scores else set()
    has |= {"stages"} if model.stages else set()
    has |= {"accounts"} if any(account.stages for account in model.accounts) else set()
    has |= {"segments"} if model.segments else set()
    return has | ({"daily"} if has & {"stages", "segments"} else set())


def _past(database: Database, parts: tuple[str, ...]) -> Past:
    def rows(part: str, columns: str, relation: str) -> list[Any]:
        asked = f"SELECT {columns} FROM {relation} ORDER BY ALL"
        return database.rows(asked) if part in parts else []

    spell = "stage, entered_at, left_at, direction"
    return Past(
        history=tuple(Row(*row) for row in rows("history", _CHANGE, "history")),
        stages=tuple(Spell(*row) for row in rows("stages", f"lead_id, {spell}", "stage_spell")),
        accounts=tuple(
            AccountSpell(*row)
            for row in rows("accounts", f"account, account_id, {spell}", "account_stage_spell")
        ),
        segments=tuple(Stay(*row) for row in rows("segments", _STAY, "segment_spell")),
        daily=tuple(Count(*row) for row in rows("daily", _COUNT, "daily_count")),
    )


def _named(ruleset: str) -> str:
    return ruleset if "\nmodel:" in ruleset else f"model: drawn\n{ruleset.lstrip()}"


def _text(ruleset: str) -> RulesetText:
    loaded = load(_named(ruleset).encode(), "ruleset.yaml")
    return RulesetText("ruleset.yaml", loaded.text, loaded.document, loaded.diagnostics)


def _typed(when: date | datetime) -> str:
    """Return a date or an instant (UTC where it names no offset) as people write it."""
    if isinstance(when, datetime) and when.tzinfo is None:
        return when.replace(tzinfo=UTC).isoformat()
    return when.isoformat()


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
                known = types.setdefault(name, Type.EMPTY)
                if value is not None and known in (Type.EMPTY, Type.LIST):
                    types[name] = _type(value)
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
