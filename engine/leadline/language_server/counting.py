"""Figures out of a store: values of its fields, matches of rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from leadline.engine.duckdb import Database
from leadline.engine.run import run_query
from leadline.expression.catalog import Catalog, Column, Table, Type
from leadline.language_server.figures import (
    DAYS,
    NO_RULES,
    FieldFigures,
    Figures,
    Matched,
    RuleFigures,
    Value,
)
from leadline.pipeline import RulesetText, check_ruleset, columns_of
from leadline.plan.build import build_plan
from leadline.plan.clock import AsOf, parse_as_of
from leadline.plan.steps import AgeFactors, Match, Matches, needed
from leadline.ruleset.model import Fact, RuleScore, Ruleset
from leadline.sql import quote
from leadline.sql.expression import Writer
from leadline.sql.query import write_query
from leadline.sql.relations import matched
from leadline.store import Store

#: How many values of a field are kept.
_MOST_VALUES = 50
#: Rules counted by one query: of more, DuckDB takes longer than of the same in pieces.
_AT_ONCE = 100
_LISTED = (Type.TEXT, Type.NUMBER, Type.TRUTH, Type.LIST, Type.DATE)
_SHOWN_TABLES = ("events", "leads", "accounts", "assets")


def figures_of(store: Store) -> Figures:
    """Return the columns of a store and the commonest values of each."""
    catalog = store.catalog()
    fields: dict[tuple[str, str], FieldFigures] = {}
    for table in catalog.tables:
        if table.name in _SHOWN_TABLES and not table.empty:
            fields |= _fields(store.database, table)
    for tag in catalog.tags:
        condition = f"WHERE tag = {quote.text(tag)}"
        fields["lead_tags", tag] = _field(
            store.database, "lead_tags", quote.name("value"), condition
        )
    until = catalog.last_event.date() if catalog.last_event else None
    return Figures(columns_of(store), MappingProxyType(fields), until)


def _fields(database: Database, table: Table) -> dict[tuple[str, str], FieldFigures]:
    columns = [column for column in table.columns if column.type in _LISTED]
    if not columns:
        return {}
    counts = ", ".join(f"approx_count_distinct({quote.name(column.name)})" for column in columns)
    [(rows, *distinct)] = database.rows(
        f"SELECT count(*), {counts} FROM {quote.name(table.name)}"  # noqa: S608 - quoted
    )
    found: dict[tuple[str, str], FieldFigures] = {}
    for column, about in zip(columns, distinct, strict=True):
        if about > _MOST_VALUES and about > rows / 2:  # ids and addresses: each stands alone
            found[table.name, column.name] = FieldFigures(int(about), ())
        else:
            found[table.name, column.name] = _field(database, table.name, _value(column), "")
    return found


def _value(column: Column) -> str:
    """Return the SQL of what a field holds, a list member by member."""
    name = quote.name(column.name)
    return f"unnest({name})" if column.type is Type.LIST else name


def _field(database: Database, table: str, value: str, condition: str) -> FieldFigures:
    values = f"SELECT {value} AS v FROM {quote.name(table)} {condition}"  # noqa: S608 - quoted
    counts = f"SELECT v, count(*) AS n FROM ({values}) WHERE v IS NOT NULL GROUP BY v"  # noqa: S608 - as above
    order = f"ORDER BY n DESC, v LIMIT {_MOST_VALUES}"
    rows = database.rows(
        f"SELECT CAST(v AS VARCHAR), n, count(*) OVER () FROM ({counts}) {order}"  # noqa: S608 - as above
    )
    distinct = int(rows[0][2]) if rows else 0
    return FieldFigures(
        distinct, tuple(Value(text.removesuffix(".0"), int(count)) for text, count, _ in rows)
    )


def rule_figures(store: Store, text: RulesetText) -> RuleFigures:
    """Return how often each rule of a ruleset matched in the last days of the log.

    A rule that is switched off is left out. So is all where the ruleset does not compile.
    """
    catalog = columns_of(store)
    ruleset = check_ruleset(text, catalog, store)[0]
    if ruleset is None or catalog.last_event is None:
        return NO_RULES
    last = catalog.last_event.replace(tzinfo=UTC).astimezone(ZoneInfo(ruleset.timezone))
    as_of = parse_as_of(last.date().isoformat(), ruleset.timezone)
    return MappingProxyType(_count(store.database, text, ruleset, catalog, as_of))


def _count(
    database: Database, text: RulesetText, ruleset: Ruleset, catalog: Catalog, as_of: AsOf
) -> dict[tuple[str, str], Matched]:
    plan = build_plan(ruleset, catalog, as_of, event_grain=True)
    matching = [step for step in plan.steps if isinstance(step, Matches)]
    sources = dict.fromkeys(step.source for step in matching)
    factors = tuple(step for step in plan.steps if isinstance(step, AgeFactors))
    steps = (*factors, *needed(plan.steps, (*sources, "lead")))
    run_query(database, write_query(replace(plan, steps=steps), text.extensions))
    writer = Writer(as_of.day, plan.timezone, text.extensions.functions)
    since = quote.day(as_of.day - timedelta(days=DAYS - 1))
    found: dict[tuple[str, str], Matched] = {}
    for source in sources:
        matches = [step.match for step in matching if step.source == source]
        for begin in range(0, len(matches), _AT_ONCE):
            some = matches[begin : begin + _AT_ONCE]
            found |= _count_events(database, source, since, some, writer)
    return found | _count_facts(database, ruleset, writer)


def _count_events(
    database: Database, source: str, since: str, matches: Sequence[Match], writer: Writer
) -> dict[tuple[str, str], Matched]:
    counts = ", ".join(
        f"count(*) FILTER ({matched(match, writer)}) AS n{number}"
        for number, match in enumerate(matches)
    )
    sums = ", ".join(
        f"count_if(n{number} > 0), coalesce(sum(n{number}), 0)" for number in range(len(matches))
    )
    # Folded by lead first: much cheaper than to count different leads rule by rule.
    by_lead = f"SELECT {counts} FROM {quote.name(source)} WHERE day >= {since} GROUP BY lead_id"  # noqa: S608 - quoted
    [row] = database.rows(f"SELECT {sums} FROM ({by_lead})")  # noqa: S608 - as above
    return {
        _key(match.rule): Matched(int(row[2 * number]), int(row[2 * number + 1]))
        for number, match in enumerate(matches)
    }


def _count_facts(
    database: Database, ruleset: Ruleset, writer: Writer
) -> dict[tuple[str, str], Matched]:
    facts = [
        (score.name, rule.head.name, rule.when)
        for score in ruleset.scores
        if isinstance(score, RuleScore)
        for rule in score.rules
        if isinstance(rule, Fact) and rule.head.enabled
    ]
    found: dict[tuple[str, str], Matched] = {}
    for begin in range(0, len(facts), _AT_ONCE):
        some = facts[begin : begin + _AT_ONCE]
        counts = ", ".join(f"count_if({writer.condition(when)})" for _, _, when in some)
        [row] = database.rows(f"SELECT {counts} FROM lead")  # noqa: S608 - written by `sql`
        for (score, name, _), leads in zip(some, row, strict=True):
            found[score, name] = Matched(int(leads))
    return found


def _key(rule: str) -> tuple[str, str]:
    score, _, name = rule.partition(".")
    return score, name
