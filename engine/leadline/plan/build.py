"""Ruleset to plan: which steps, in which order."""

from __future__ import annotations

from datetime import datetime, timedelta

from leadline.expression import nodes as n
from leadline.expression.catalog import Catalog
from leadline.plan import needs
from leadline.plan.clock import AsOf, offsets
from leadline.plan.scores import FACTORS, ScoreSteps, keyed_scores
from leadline.plan.steps import (
    AccountContributions,
    AccountRows,
    AgeFactors,
    Aliases,
    AllScores,
    Counted,
    CountedEvents,
    EventCounts,
    Events,
    KnownLeads,
    LastEvents,
    Leads,
    Plan,
    Reported,
    Resolved,
    Step,
    Unusable,
    Visits,
)
from leadline.ruleset.model import Decay, EventRule, Idle, Ruleset

#: Without data to look at, a plan is made for a log of this length.
_YEARS_WITHOUT_DATA = 2
_OF_LEADS = ("lead", "account", "tag")


def build_plan(
    ruleset: Ruleset,
    catalog: Catalog,
    as_of: AsOf,
    *,
    lead: str | None = None,
    event_grain: bool = False,
    listed: tuple[n.Field, ...] = (),
) -> Plan:
    """Plan the scores of a ruleset on a date.

    Args:
        ruleset: the model.
        catalog: what the data has.
        as_of: the date.
        lead: plan for this lead alone.
        event_grain: keep every rule's events one by one instead of folding them into days; the
            numbers are the same, and ``explain`` can name the events.
        listed: further lead, account and tag fields that the relation ``lead`` shall have.

    Returns:
        The plan; its relations ``scores``, ``reported`` and ``account.NAME`` are the results.
    """
    first, last = log_span(catalog, as_of)
    resolved, names = resolved_tables(catalog)
    of_events = needs.event_counts(needs.event_nodes(ruleset))
    counts = tuple(dict.fromkeys((*needs.event_counts(needs.lead_nodes(ruleset)), *of_events)))
    source = "counted_event" if of_events else "event"
    ages = (as_of.day - first.date()).days + 3
    parts = ScoreSteps(ruleset, as_of.day, source, event_grain=event_grain)
    score_steps = parts.steps()
    steps: list[Step] = [
        AgeFactors(FACTORS, age_decays(ruleset), max(ages, 1)),
        *resolved,
        _known_leads(ruleset, catalog, names, listed, lead),
        _events(ruleset, counts, names, lead),
    ]
    if counts:
        steps.append(EventCounts("event_count", "event", counts))
    if of_events:
        steps.append(CountedEvents(source, "event", "event_count"))
    if parts.needs_visits:
        steps.append(Visits("visited_event", source, ruleset.visit_gap))
    if _has_idle(ruleset):
        steps.append(LastEvents("last_event", "event"))
    steps.append(Leads("lead", "known_lead", "event_count" if counts else None, ruleset.leads))
    steps += score_steps
    steps += _results(ruleset, parts)
    return Plan(as_of, ruleset.timezone, offsets(ruleset.timezone, first, last), tuple(steps))


def log_span(catalog: Catalog, as_of: AsOf) -> tuple[datetime, datetime]:
    """Return the span of the events that can count."""
    last = min(catalog.last_event or as_of.before, as_of.before)
    first = catalog.first_event or as_of.before - timedelta(days=365 * _YEARS_WITHOUT_DATA)
    return min(first, last), last


def resolved_tables(catalog: Catalog) -> tuple[list[Step], dict[str, str]]:
    """Return the steps that replace merged ids, and the relation that stands for each table."""
    tables = ("leads", "events", "lead_tags", "lead_history")
    if not catalog.has_rows("aliases"):
        return [], {table: table for table in tables}
    steps: list[Step] = [Aliases("alias")]
    steps += [Resolved(f"merged {table}", table, "alias") for table in tables]
    return steps, {table: f"merged {table}" for table in tables}


def _known_leads(
    ruleset: Ruleset,
    catalog: Catalog,
    names: dict[str, str],
    listed: tuple[n.Field, ...],
    lead: str | None,
) -> KnownLeads:
    nodes = [*needs.lead_nodes(ruleset), *needs.event_nodes(ruleset), *listed]
    fields = needs.fields_of(nodes, _OF_LEADS)
    history = tuple(name.casefold() for name in catalog.history_fields)
    return KnownLeads(
        name="known_lead",
        leads=names["leads"],
        events=names["events"],
        tags=names["lead_tags"],
        history=names["lead_history"],
        fields=fields,
        history_fields=tuple(
            f.column for f in fields if f.scope == "lead" and f.column.casefold() in history
        ),
        account_history="account_id" in history,
        with_account=bool(ruleset.accounts) or any(f.scope == "account" for f in fields),
        lead=lead,
    )


def _events(
    ruleset: Ruleset, counts: tuple[Counted, ...], names: dict[str, str], lead: str | None
) -> Events:
    nodes = tuple(needs.event_nodes(ruleset))
    return Events(
        name="event",
        source=names["events"],
        leads="known_lead",
        types=needs.event_types(ruleset, counts),
        fields=needs.fields_of(nodes, ("event", "asset", *_OF_LEADS)),
        ignore=ruleset.ignore,
        lead=lead,
    )


def age_decays(ruleset: Ruleset) -> tuple[Decay, ...]:
    """Return every decay by age that a rule or score uses, each once."""
    found: list[Decay] = []
    for score in needs.rule_scores(ruleset):
        own = [rule.decay for rule in score.rules if isinstance(rule, EventRule)]
        found += [decay for decay in (score.decay, *own) if isinstance(decay, Decay)]
    return tuple(dict.fromkeys(decay for decay in found if decay.kind != "none"))


def _has_idle(ruleset: Ruleset) -> bool:
    return any(
        isinstance(rule, Idle)
        for score in needs.rule_scores(ruleset)
        for rule in needs.enabled(score.rules)
    )


def _results(ruleset: Ruleset, parts: ScoreSteps) -> list[Step]:
    keyed = keyed_scores(ruleset)
    single = tuple(score.name for score in ruleset.scores if score not in keyed)
    rule_made = tuple(
        (score.name, f"score.{score.name}")
        for score in needs.rule_scores(ruleset)
        if score not in keyed
    )
    graded = tuple((s.name, s.grades) for s in ruleset.scores if s.grades and s not in keyed)
    formulas = needs.formula_scores(ruleset)
    steps: list[Step] = [
        Reported("reported", "lead", rule_made, formulas, graded, ruleset.matrix, ruleset.stages),
        AllScores(
            "scores",
            "reported",
            single,
            tuple((score.name, f"score.{score.name}", score.grades) for score in keyed),
            tuple(name for name, _ in graded),
        ),
        Unusable(
            "unusable",
            parts.measured,
            parts.stated,
            "lead",
            formulas,
            "reported",
        ),
    ]
    for account in ruleset.accounts:
        contributions = f"account.{account.name} contributions"
        steps.append(AccountContributions(contributions, "reported", "lead", account))
        steps.append(AccountRows(f"account.{account.name}", contributions, "lead", account))
    return steps
