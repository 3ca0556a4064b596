"""The acceptance ledger: the leads offered to sales, and what sales decided about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from leadline.diagnostic import Place
from leadline.engine.duckdb import Database
from leadline.engine.run import run_query
from leadline.expression.catalog import Catalog, Type
from leadline.expression.nodes import Field
from leadline.pipeline import RulesetText, columns_of, compile_ruleset
from leadline.plan import needs
from leadline.plan.build import build_plan
from leadline.plan.clock import AsOf, end_of_day, offsets, parse_as_of, start_of_day
from leadline.plan.scores import event_rules
from leadline.plan.steps import AfterReset, AgeFactors, Events, Lives, Plan, Step, needed
from leadline.report.acceptance import LedgerRow
from leadline.ruleset.model import Ruleset
from leadline.sql import acceptance as sql
from leadline.sql.expression import column
from leadline.sql.past_listing import Instants
from leadline.sql.query import write_query
from leadline.sql.relations import kept
from leadline.store import Store

By = Literal["month", "rule", "program", "owner", "reason"]
#: What hand-overs can be told apart by.
BY: tuple[By, ...] = ("month", "rule", "program", "owner", "reason")

#: How long before an offer a rule or a program counts as one that led to it.
BEFORE = timedelta(days=90)

_EVENTS = "acceptance_event"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The hand-overs of a span of time, told apart.

    The relation ``acceptance_offer`` of the store's database has them one by one.

    Attributes:
        ruleset: the model whose timezone and rules they are told by.
        as_of: what was known on this date counts; a later decision is still open.
        since: the first date of an offer; None is the beginning.
        until: the last.
        by: what they are told apart by; None: by nothing.
        rows: one for each key: months in their order, the others by how many were offered. By
            rule and by program one hand-over counts in several.
        total: all of them, each once.
        first: the day of the first offer of all, whatever the span; None where there is none.
    """

    ruleset: Ruleset
    as_of: AsOf
    since: date | None
    until: date
    by: By | None
    rows: tuple[LedgerRow, ...]
    total: LedgerRow
    first: date | None


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions of some days: how many, how many refusals, and why, the commonest first."""

    decided: int
    refused: int
    reasons: tuple[tuple[str, int], ...]


def measure_acceptance(
    store: Store,
    text: RulesetText,
    as_of: AsOf | str | None,
    *,
    since: date | None = None,
    until: date | None = None,
    by: By | None = None,
) -> Ledger:
    """Count what sales decided about the leads offered in a span of time.

    Args:
        store: the data.
        text: the ruleset, for its timezone and its rules.
        as_of: the date on which all this is known; as text a date or an instant; None is today.
        since: the first date of an offer, in the model's timezone; None is the beginning.
        until: the last; None is that of ``as_of``.
        by: what the hand-overs are told apart by.

    Raises:
        RulesetError: the ruleset does not compile.
        UsageError: ``as_of`` is no date.
    """
    catalog, database = columns_of(store), store.database
    ruleset = compile_ruleset(text, catalog, store)
    zone = ruleset.timezone
    known = as_of if isinstance(as_of, AsOf) else parse_as_of(as_of, zone)
    first = database.value(sql.first_offer(known))
    calendar = offsets(zone, first or known.before, known.before)
    last = min(until or known.day, known.day)
    span = (
        start_of_day(since, zone) if since is not None else None,
        min(end_of_day(last, zone).before, known.before),
    )
    dated_owner = "owner" in {name.casefold() for name in catalog.history_fields}
    offers = sql.offers(known, span, calendar, dated_owner=dated_owner)
    database.execute(kept(sql.OFFER, offers))
    rows: tuple[LedgerRow, ...] = ()
    if by is not None:
        keys = _keys(store, text, ruleset, catalog, known, by)
        database.execute(kept(sql.KEY, keys))
        rows = _rows(database, sql.ledger_rows(by), sql.reasons(sql.KEY))
    [total] = _rows(database, sql.total(), sql.reasons(None))
    begins = database.value(sql.day_of(first, calendar)) if first is not None else None
    return Ledger(ruleset, known, since, last, by, rows, total, begins)


def list_offers(ledger: Ledger, instants: Instants) -> str:
    """Return the SELECT of the hand-overs of a ledger one by one, the last first.

    Args:
        ledger: the ledger just measured.
        instants: how instants are given.
    """
    zone, until = ledger.ruleset.timezone, ledger.as_of.before
    first = start_of_day(ledger.first, zone) if ledger.first is not None else until
    return sql.offer_list(instants, offsets(zone, first, until))


def decided_lately(database: Database, as_of: AsOf, days: int = 90) -> Decided:
    """Count the decisions of the last days, by the date of the decision.

    Args:
        database: that of a store whose tables are all readable (``pipeline.columns_of``).
        as_of: the date on which they are known.
        days: how many days of 24 hours back from the end of that date.
    """
    since = as_of.before - timedelta(days=days)
    counts, reasons = sql.decided_since(since, as_of)
    [(decided, refused)] = database.rows(counts)
    return Decided(decided, refused, tuple((reason, n) for reason, n in database.rows(reasons)))


def _rows(database: Database, rows: str, why: str) -> tuple[LedgerRow, ...]:
    reasons: dict[str, list[tuple[str, int]]] = {}
    for key, reason, n in database.rows(why):
        reasons.setdefault(key, []).append((reason, n))
    return tuple(LedgerRow(*(*row, tuple(reasons.get(row[0], ())))) for row in database.rows(rows))


def _keys(
    store: Store, text: RulesetText, ruleset: Ruleset, catalog: Catalog, known: AsOf, by: By
) -> str:
    """Return the SELECT of what each hand-over is told by."""
    match by:
        case "month":
            return sql.by_month()
        case "owner":
            return sql.by_owner()
        case "reason":
            return sql.by_reason()
        case "rule":
            rules = tuple(
                f"{score.name}.{rule.head.name}"
                for score in needs.rule_scores(ruleset)
                for rule in event_rules(score)
            )
            plan = _with_lives(build_plan(ruleset, catalog, known, event_grain=True))
            _run(store, text, plan, tuple(sql.matches(rule) for rule in rules))
            return sql.by_rule(rules, BEFORE)
        case "program":
            plan = _with_campaigns(build_plan(ruleset, catalog, known))
            _run(store, text, plan, (_EVENTS,))
            return sql.by_program(_EVENTS, BEFORE)


def _run(store: Store, text: RulesetText, plan: Plan, results: tuple[str, ...]) -> None:
    """Run the steps that some relations come from; a query always has the factors of decay."""
    factors = tuple(step.name for step in plan.steps if isinstance(step, AgeFactors))
    kept = replace(plan, steps=needed(plan.steps, (*factors, *results)))
    run_query(store.database, write_query(kept, text.extensions))


def _with_lives(plan: Plan) -> Plan:
    """Let events before a reset count in a life of their own, instead of not at all.

    A reset after the offer (the lead was won, or refused) must not take away what led to it.
    """

    def lived(step: Step) -> Step:
        return Lives(step.name, step.source, step.reset) if isinstance(step, AfterReset) else step

    return replace(plan, steps=tuple(lived(step) for step in plan.steps))


def _with_campaigns(plan: Plan) -> Plan:
    """Add the relation of all events that are not ignored, with their campaigns."""
    taken = next(step for step in plan.steps if isinstance(step, Events))
    campaign = Field("event", "campaign", Type.TEXT, Place("", 0, 0, 0, 0))
    others = tuple(field for field in taken.fields if column(field).casefold() != "campaign")
    every = replace(taken, name=_EVENTS, types=None, fields=(*others, campaign))
    return replace(plan, steps=(*plan.steps, every))
