"""The data that audits are measured in: their events and records, merged, dated, as known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from leadline.audit.figures import parts_of
from leadline.engine.run import run_query
from leadline.expression import metrics as m
from leadline.expression.catalog import Catalog, Type
from leadline.expression.nodes import Field, Node
from leadline.pipeline import RulesetText, columns_of, compile_ruleset
from leadline.plan import needs
from leadline.plan.build import build_plan
from leadline.plan.clock import AsOf, Offset, offsets, parse_as_of
from leadline.plan.steps import AgeFactors, Aliases, Events, KnownLeads, Plan, Resolved, Step
from leadline.ruleset.audits import Audit
from leadline.ruleset.model import Ruleset
from leadline.sql import audit as sql
from leadline.sql import audited
from leadline.sql.events import events
from leadline.sql.expression import Writer, column
from leadline.sql.query import write_query
from leadline.sql.relations import kept
from leadline.store import Store

_OF_LEADS = ("lead", "account", "tag")


@dataclass(frozen=True, slots=True)
class Log:
    """Data that audits can be measured in: the relations of ``sql.audited`` are filled.

    Attributes:
        begins: the first day of ``events``, ``opportunity`` and ``handoff``, where it has one.
        last: the last day of the events, where there are any.
        undated: the fields of leads, accounts and tags that are read, as on the date.
    """

    store: Store
    ruleset: Ruleset
    catalog: Catalog
    as_of: AsOf
    writer: Writer
    begins: Mapping[str, date | None]
    last: date | None
    undated: tuple[str, ...]


def open_log(
    store: Store, text: RulesetText, audits: Sequence[Audit], as_of: str | None = None
) -> Log:
    """Gather what the figures of audits are made of, merged ids and ``ignore`` applied.

    Fields of leads, accounts and tags are those of the date, whenever an event was.

    Args:
        store: the data.
        text: the ruleset.
        audits: whose figures will be measured.
        as_of: a date or instant; None is today in the model's timezone.

    Raises:
        RulesetError: the ruleset does not compile.
    """
    catalog = columns_of(store)
    ruleset = compile_ruleset(text, catalog, store)
    date_ = parse_as_of(as_of, ruleset.timezone)
    writer = Writer(date_.day, ruleset.timezone, text.extensions.functions)
    database = store.database
    zone = _offsets(store, ruleset, date_)
    nodes = [node for audit in audits for node in _nodes(audit)]
    plan = _plan(ruleset, catalog, date_, zone, nodes)
    run_query(database, write_query(plan, text.extensions))
    rows = events(_events(ruleset, plan, audits, nodes), writer, date_, zone)
    database.execute(kept(audited.EVENTS, rows))
    alias = next((step.name for step in plan.steps if isinstance(step, Aliases)), None)
    for table in audited.RECORDS:
        read = needs.fields_of(nodes, (table,))
        database.execute(audited.kept_records(table, read, alias, date_.before, zone))
    [(first, deal, offer, last)] = database.rows(sql.log_ends(zone))
    begins = {"event": first, "opportunity": deal, "handoff": offer}
    undated = tuple(map(column, needs.fields_of(nodes, _OF_LEADS)))
    return Log(store, ruleset, catalog, date_, writer, begins, last, undated)


def _offsets(store: Store, ruleset: Ruleset, as_of: AsOf) -> tuple[Offset, ...]:
    first = store.database.value(sql.first_instant()) or as_of.before
    return offsets(ruleset.timezone, min(first, as_of.before), as_of.before)


def _plan(
    ruleset: Ruleset,
    catalog: Catalog,
    as_of: AsOf,
    zone: tuple[Offset, ...],
    nodes: Sequence[Node],
) -> Plan:
    """Plan the leads of the date: the steps of a score that come before its rules."""
    of_leads = needs.fields_of(nodes, _OF_LEADS)
    plan = build_plan(ruleset, catalog, as_of, listed=of_leads)
    steps: list[Step] = [AgeFactors("age_factor", (), 1)]
    steps += [step for step in plan.steps if isinstance(step, Aliases | Resolved)]
    known = next(step for step in plan.steps if isinstance(step, KnownLeads))
    steps.append(replace(known, name=audited.LEADS, with_account=True))
    return Plan(as_of, ruleset.timezone, zone, tuple(steps))


def _events(ruleset: Ruleset, plan: Plan, audits: Sequence[Audit], nodes: Sequence[Node]) -> Events:
    """Return the step that takes the events: all types where records are of who had any."""
    sources = [source for audit in audits for source in sources_of(audit.metric.figure)]
    sources += [
        source
        for audit in audits
        if audit.benchmark is not None and audit.benchmark.metric is not None
        for source in sources_of(audit.benchmark.metric.figure)
    ]
    names = {name for one in sources if isinstance(one, m.EventSource) for name in one.types}
    narrow = any(audit.program is not None or audit.group is not None for audit in audits)
    every = narrow and any(isinstance(source, m.RecordSource) for source in sources)
    read = [*nodes, *([ruleset.ignore] if ruleset.ignore is not None else [])]
    if any(audit.program is not None for audit in audits):
        read.append(Field("event", "campaign", Type.TEXT, audits[0].place))
    merged = next((step.name for step in plan.steps if step.name == "merged events"), "events")
    return Events(
        name=audited.EVENTS,
        source=merged,
        leads=audited.LEADS,
        types=None if every else tuple(sorted(names)),
        fields=needs.fields_of(read, ("event", "asset", *_OF_LEADS)),
        ignore=ruleset.ignore,
        lead=None,
    )


def _nodes(audit: Audit) -> Iterator[Node]:
    """Yield every expression of an audit."""
    if audit.group is not None:
        yield audit.group
    figures = [audit.metric.figure]
    if audit.benchmark is not None and audit.benchmark.metric is not None:
        figures.append(audit.benchmark.metric.figure)
    for figure in figures:
        if isinstance(figure, m.MedianDays):
            yield from (figure.begin, figure.end)
        for amount in amounts_of(figure):
            if isinstance(amount, m.Sum):
                yield amount.value
        for source in sources_of(figure):
            if not isinstance(source, m.MetricSource) and source.where is not None:
                yield source.where


def amounts_of(figure: m.Figure) -> tuple[m.Amount, ...]:
    """Return the amounts that a figure is made of; a median has none."""
    if isinstance(figure, m.MedianDays):
        return ()
    parts = parts_of(figure)
    return (parts.top,) if parts.bottom is None else (parts.top, parts.bottom)


def sources_of(figure: m.Figure) -> tuple[m.Source, ...]:
    """Return the records that a figure is made of."""
    if isinstance(figure, m.MedianDays):
        return (figure.source,)
    return tuple(amount.source for amount in amounts_of(figure))
