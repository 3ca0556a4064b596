"""Leads as they stood on several dates, each with what came after: how models are judged.

A lead is judged by what was known on the date alone. Its score is that of an ordinary evaluation as
of the date, so nothing that happened later counts. A field that keeps no history (``lead_history``
has none of it) shows today's value, which may be a consequence of the very outcome: it is missing
in a panel unless somebody vouches for it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from leadline.diagnostic import did_you_mean
from leadline.engine.run import run_query
from leadline.errors import UsageError
from leadline.expression.catalog import Catalog
from leadline.expression.nodes import All, Field
from leadline.outcomes import Kind, Outcomes, gather_outcomes
from leadline.pipeline import (
    RulesetText,
    Tick,
    choose_any_score,
    choose_score,
    columns_of,
    compile_ruleset,
)
from leadline.plan import needs
from leadline.plan.build import build_plan
from leadline.plan.clock import AsOf, end_of_day, parse_as_of
from leadline.plan.listing import single_scores
from leadline.plan.past import build_past
from leadline.ruleset.model import FormulaScore, RuleScore, Ruleset, Score
from leadline.sql import panel as sql
from leadline.sql.query import write_query
from leadline.store import Store
from leadline.store.standins import hide, show_again

#: The relation of a panel unless it is given another name.
PANEL = "panel"
#: Trusts every field.
EVERY_FIELD = "all"

#: What says who a lead is, and not how it fared: it holds for all time.
_STEADY = {
    "lead": ("lead_id", "account_id", "created_at", "email"),
    "account": ("account_id", "name", "domain"),
}
_TABLES = {"lead": "leads", "account": "accounts"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a panel is asked for.

    Attributes:
        dates: the dates on which leads are looked at, each at its end in the model's timezone.
        within: how many days after a date an outcome still counts.
        until: the date up to which anything is known; None is today.
        outcome: what counts as an outcome.
        whole_account: whether an opportunity is of every lead of its account.
        score: the score; None is the first with a sales-ready total, else the first.
        rules: whether the panel has what each rule gives.
        trust: the fields without a history that are vouched for, such as ``lead.job_title``.
    """

    dates: tuple[date, ...]
    within: int = 30
    until: str | None = None
    outcome: Kind = "opportunity"
    whole_account: bool = False
    score: str | None = None
    rules: bool = False
    trust: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """Leads on several dates, in a relation of the store's database.

    Its columns: ``snapshot``, the date; ``lead_id``; ``value``, the score; ``happened``, whether an
    outcome began within the horizon, NULL where that is not known; with rules ``rule.NAME`` each,
    the points that it gives to the score. A row is a lead that the model scores on the date and
    that is not in the hands of sales then, nor was won before.

    Attributes:
        store: the data.
        text: the ruleset as loaded.
        ruleset: the ruleset as built.
        score: the score.
        asked: what was asked for.
        until: the date up to which anything is known.
        outcomes: what became of the leads.
        rules: the names of the rules with a column; none where they were not asked for.
        untrusted: the fields that the score reads and that were missing, for want of a history.
        relation: the name of the relation.
    """

    store: Store
    text: RulesetText
    ruleset: Ruleset
    score: Score
    asked: Asked
    until: AsOf
    outcomes: Outcomes
    rules: tuple[str, ...]
    untrusted: tuple[str, ...]
    relation: str


def build_panel(
    store: Store, text: RulesetText, asked: Asked, tick: Tick, *, relation: str = PANEL
) -> Panel:
    """Look at the leads on each of some dates, and at what came after.

    Args:
        store: the data.
        text: the ruleset.
        asked: what is asked for.
        tick: told of progress.
        relation: the name to give to the relation.

    Raises:
        RulesetError: the ruleset does not compile.
        UsageError: the score has several values a lead, or is made of no rules where they are asked
            for; a date whose horizon is not over; a field that is not there; nobody is scored
            without the fields that have no history.
    """
    catalog = columns_of(store)
    ruleset = compile_ruleset(text, catalog, store)
    until = parse_as_of(asked.until, ruleset.timezone)
    score = _score(ruleset, asked)
    rules = _rules(score) if asked.rules else ()
    late = [day for day in asked.dates if day + timedelta(days=asked.within) > until.day]
    if late:
        raise UsageError(
            f"what comes within {asked.within} days of {late[0]} is not known on {until.day}",
            hint="choose an earlier date, or a shorter horizon",
        )
    trimmed = _trimmed(ruleset, score)
    outcomes = gather_outcomes(store, until, asked.outcome, whole_account=asked.whole_account)
    store.database.execute(sql.empty_panel(relation, rules))
    with knowing(store, trimmed, catalog, asked.trust) as untrusted:
        for done, day in enumerate(asked.dates):
            tick(f"leads as of {day}", done, len(asked.dates))
            as_of = end_of_day(day, ruleset.timezone)
            query = write_query(build_plan(trimmed, catalog, as_of), text.extensions)
            run_query(store.database, query)
            span = (as_of.before, _horizon(day, asked.within, ruleset.timezone))
            store.database.execute(sql.more_of_panel(relation, score.name, rules, day, span))
    if asked.dates and store.database.value(sql.is_empty(relation)):
        _refuse_nobody(trimmed, untrusted)
    return Panel(store, text, ruleset, score, asked, until, outcomes, rules, untrusted, relation)


def tell_past(panel: Panel, part: str) -> None:
    """Fill the relation of a part of the past, without the fields that the panel leaves out.

    Args:
        panel: says which data, which model, and which fields are vouched for.
        part: ``stages`` or ``history``.
    """
    store, ruleset, extensions = panel.store, panel.ruleset, panel.text.extensions
    catalog = columns_of(store)
    with knowing(store, _asking_all(ruleset), catalog, panel.asked.trust):
        plan = build_past(ruleset, catalog, panel.until, extensions=extensions, parts=(part,))
        run_query(store.database, write_query(plan, extensions))


def panel_dates(
    until: AsOf, *, within: int, every: int, most: int, first: date | None = None
) -> tuple[date, ...]:
    """Return dates whose horizon is over, in order.

    Args:
        until: the date up to which anything is known.
        within: the days of the horizon.
        every: the days from one date to the next.
        most: at most so many, the last ones.
        first: none before this date.
    """
    last = until.day - timedelta(days=within)
    dates = [last - timedelta(days=every * back) for back in reversed(range(most))]
    return tuple(day for day in dates if first is None or day >= first)


@contextlib.contextmanager
def knowing(
    store: Store, ruleset: Ruleset, catalog: Catalog, trust: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Let fields without a history be missing while the block runs.

    Args:
        store: the data.
        ruleset: the model that reads them.
        catalog: the columns of the data.
        trust: fields that are vouched for; ``all`` is every field.

    Yields:
        The fields that are missing, such as ``account.employees``.

    Raises:
        UsageError: a field that is vouched for is not there.
    """
    _refuse_unknown(catalog, trust)
    dated = {name.casefold() for name in catalog.history_fields}
    vouched = {name.casefold() for name in trust}
    nodes = (*needs.lead_nodes(ruleset), *needs.event_nodes(ruleset))
    missing = [
        field
        for field in needs.fields_of(nodes, tuple(_TABLES))
        if field.stored
        and field.column.casefold() not in _STEADY[field.scope]
        and not (field.scope == "lead" and field.column.casefold() in dated)
        and _name(field).casefold() not in vouched
        and EVERY_FIELD not in vouched
    ]
    for scope, table in _TABLES.items():
        columns = [field.column for field in missing if field.scope == scope]
        if columns:
            hide(store.database, store.catalog(), table, columns)
    try:
        yield tuple(map(_name, missing))
    finally:
        show_again(store.database, store.catalog(), tuple(_TABLES.values()))


def _name(field: Field) -> str:
    return f"{field.scope}.{field.column}"


def _refuse_unknown(catalog: Catalog, trust: tuple[str, ...]) -> None:
    tables = ((scope, catalog.table(table)) for scope, table in _TABLES.items())
    known = [
        f"{scope}.{column.name}"
        for scope, table in tables
        if table is not None
        for column in table.columns
    ]
    folded = {name.casefold() for name in known} | {EVERY_FIELD}
    for name in trust:
        if name.casefold() not in folded:
            raise UsageError(
                f"no field of leads or accounts is called `{name}` (--trust)",
                hint=did_you_mean(name, known) or "write `lead.FIELD`, `account.FIELD` or `all`",
            )


def _score(ruleset: Ruleset, asked: Asked) -> Score:
    if asked.score is None:
        ready = [
            one.name
            for one in ruleset.scores
            if one.sales_ready is not None and one in single_scores(ruleset)
        ]
        return choose_score(ruleset, ready[0] if ready else None)
    score = choose_any_score(ruleset, asked.score)
    if isinstance(score, RuleScore) and score.per is not None:
        raise UsageError(
            f"the score `{score.name}` has a value for each `per`, and no one value a lead",
            hint="choose another with --score",
        )
    return score


def _refuse_nobody(ruleset: Ruleset, untrusted: tuple[str, ...]) -> None:
    """Refuse a panel without rows where ``leads:`` asks for what is missing."""
    asked = [ruleset.leads] if ruleset.leads is not None else []
    read = {_name(field).casefold() for field in needs.fields_of(asked, tuple(_TABLES))}
    missing = [name for name in untrusted if name.casefold() in read]
    if missing:
        raise UsageError(
            f"`leads:` of the ruleset keeps nobody: it asks for {', '.join(missing)}, which has no "
            "history and is left out",
            hint=" ".join(f"--trust {name}" for name in missing) + " takes today's values",
        )


def _rules(score: Score) -> tuple[str, ...]:
    if isinstance(score, FormulaScore):
        raise UsageError(
            f"the score `{score.name}` is made of other scores, not of rules",
            hint="choose one of those with --score",
        )
    return tuple(rule.head.name for rule in needs.enabled(score.rules))


def _trimmed(ruleset: Ruleset, score: Score) -> Ruleset:
    """Return the model with what the score needs, and nothing else."""
    kept = {score.name}
    waiting: list[Score] = [score]
    while waiting:
        one = waiting.pop()
        if isinstance(one, FormulaScore):
            used = {field.column for field in needs.fields_of([one.formula], ("score", "grade"))}
            waiting += [other for other in ruleset.scores if other.name in used - kept]
            kept |= used
    scores = tuple(one for one in ruleset.scores if one.name in kept)
    return replace(
        ruleset,
        scores=scores,
        matrix=None,
        accounts=(),
        stages=None,
        segments=(),
        automations=(),
    )


def _asking_all(ruleset: Ruleset) -> Ruleset:
    """Return a model that reads the fields that its stages ask for as well."""
    condition = ruleset.stages.condition if ruleset.stages is not None else None
    if condition is None:
        return ruleset
    asked = (condition, ruleset.leads) if ruleset.leads is not None else (condition,)
    return replace(ruleset, leads=All(asked, condition.place))


def _horizon(day: date, within: int, timezone: str) -> datetime:
    return end_of_day(day + timedelta(days=within), timezone).before
