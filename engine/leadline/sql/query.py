"""Plan to query: each step a named SELECT, in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import assert_never

from leadline.plan import steps as s
from leadline.plan.factors import factor
from leadline.ruleset.extensions import NO_EXTENSIONS, Extensions
from leadline.sql import (
    causes,
    changes,
    events,
    leads,
    listing,
    lists,
    moments,
    quote,
    results,
    rules,
    scores,
    stages,
    timeline,
    totals,
    versions,
    views,
)
from leadline.sql.expression import Writer
from leadline.sql.relations import decay_column
from leadline.sql.versions import Clock


@dataclass(frozen=True, slots=True)
class FactorTable:
    """The age factors as values: a row an age from 0 on, a column a decay."""

    name: str
    columns: tuple[tuple[str, tuple[float, ...]], ...]
    ages: int


@dataclass(frozen=True, slots=True)
class Select:
    """One step as SQL.

    Attributes:
        name: the relation's name.
        what: what it is, in a sentence.
        sql: one SELECT, which may read the steps before it and the tables of the store.
        reads: the steps before it that it reads.
        stored: whether to keep its rows (several steps or a person will read them) or to let it
            stand as a view that its one reader streams.
    """

    name: str
    what: str
    sql: str
    reads: frozenset[str]
    stored: bool


@dataclass(frozen=True, slots=True)
class Query:
    """What an engine runs: the age factors, then each step in order."""

    factors: FactorTable
    steps: tuple[Select, ...]

    def text(self, result: str) -> str:
        """Return one statement with a CTE for each step that ``result`` needs.

        The table of age factors is written as formulas; leadline itself hands the engine the
        values, so that every engine has the same bits.
        """
        needed = self._needed(result)
        tables = [step for step in self.steps if step.name in needed]
        parts = [
            f"-- {step.what}\n{quote.name(step.name)} AS ({_indented(step.sql)}\n)"
            for step in tables
        ]
        ctes = ",\n\n".join(parts)
        return f"WITH\n{ctes}\n\nSELECT * FROM {quote.name(result)}\n"

    def _needed(self, result: str) -> set[str]:
        by_name = {step.name: step for step in self.steps}
        needed: set[str] = set()
        waiting = [result]
        while waiting:
            name = waiting.pop()
            if name in needed or name not in by_name:
                continue
            needed.add(name)
            waiting += by_name[name].reads
        return needed


def other_steps(base: Query, head: Query) -> frozenset[str]:
    """Return the steps of two queries that are other at the head, or that one side alone has.

    The table of age factors takes no part: a column of a name has the same values in both, as
    long as both reach back equally far.
    """
    before = {step.name: step for step in base.steps}
    after = {step.name for step in head.steps}
    other = {name for name in before if name not in after}
    if base.factors.ages != head.factors.ages:
        other.add(head.factors.name)
    for step in head.steps:
        is_other = before.get(step.name) != step
        if step.name == head.factors.name:
            continue
        # A step of the same text is another where what it reads is.
        if is_other or step.reads & other:
            other.add(step.name)
    return frozenset(other)


def write_query(plan: s.Plan, extensions: Extensions = NO_EXTENSIONS) -> Query:
    """Write the SQL of a plan for DuckDB.

    Args:
        plan: the steps.
        extensions: what plugins add to the language.

    Returns:
        One SELECT a step.
    """
    # In the past each row has its own date.
    today = plan.as_of.day if not plan.midnights else None
    writer = Writer(today, plan.timezone, extensions.functions)
    factors = next(step for step in plan.steps if isinstance(step, s.AgeFactors))
    table = FactorTable(
        factors.name,
        tuple(
            (
                decay_column(decay),
                tuple(factor(decay, age, extensions.decays) for age in range(factors.ages)),
            )
            for decay in factors.decays
        ),
        factors.ages,
    )
    names = {step.name for step in plan.steps}
    reads = [s.reads(step, names) for step in plan.steps]
    readers = Counter(name for read in reads for name in read)
    values = dict(table.columns)
    one_lead = any(isinstance(step, s.Events) and step.lead is not None for step in plan.steps)
    selects = (
        Select(
            name=step.name,
            what=(type(step).__doc__ or "").split("\n\n")[0].replace("\n   ", ""),
            sql=_sql(step, plan, writer, values),
            reads=read,
            stored=_is_stored(step, readers[step.name], one_lead=one_lead),
        )
        for step, read in zip(plan.steps, reads, strict=True)
    )
    return Query(table, tuple(selects))


#: Relations that a person may read again and again.
_RESULTS = (
    s.KnownLeads
    | s.Leads
    | s.ScoreRows
    | s.Reported
    | s.AccountRows
    | s.LeadVersions
    | s.Beginnings
    | s.Spells
    | s.SegmentSpells
    | s.AccountSpells
    | s.DailyCounts
)
#: Relations that are few rows after much work: kept where several steps read them.
_MUCH_WORK = (
    s.Aliases
    | s.Daily
    | s.RuleDays
    | s.DayRule
    | s.DayReach
    | s.Totals
    | s.LastEvents
    | s.EventCounts
    | s.AccountContributions
    | s.AliasViews
    | s.Viewed
    | s.LifeSpans
    | s.Keys
    | s.Moments
    | s.FoldStates
    | s.Presence
    | s.ScoreLevels
    | s.TagLevels
    | s.ContentLevels
    | s.Memberships
    | s.Timeline
)


#: The events of one lead are few, and every rule of an explanation reads them.
_EVENTS = s.Events | s.CountedEvents | s.Visits | s.AfterReset


def _is_stored(step: s.Step, readers: int, *, one_lead: bool) -> bool:
    if isinstance(step, s.Moments) and any(track.smooth for track in step.tracks):
        return True  # its one reader reads it twice
    if isinstance(step, _MUCH_WORK):
        return readers > 1
    return isinstance(step, _RESULTS) or (one_lead and isinstance(step, _EVENTS))


def _sql(  # noqa: C901 - one case a step
    step: s.Step, plan: s.Plan, writer: Writer, factors: dict[str, tuple[float, ...]]
) -> str:
    match step:
        case s.AgeFactors():
            return events.age_factors(step, factors)
        case s.Aliases():
            return leads.aliases(plan.as_of)
        case s.Resolved():
            return leads.resolved(step)
        case s.KnownLeads():
            return leads.known_leads(step, plan.as_of)
        case s.Events():
            return events.events(step, writer, plan.as_of, plan.offsets)
        case s.Visits():
            return events.visits(step)
        case s.AfterReset():
            return events.after_reset(step, writer)
        case s.EventCounts():
            return leads.event_counts(step, writer)
        case s.CountedEvents():
            return leads.counted_events(step)
        case s.LastEvents():
            return leads.last_events(step)
        case s.Leads():
            return leads.leads(step, writer)
        case s.Daily():
            return events.daily(step, writer)
        case s.DayRule():
            return rules.day_rule(step, writer)
        case s.Matches():
            return rules.matches(step, writer)
        case s.DayReach():
            return rules.day_reach(step, writer, plan.offsets)
        case s.RuleDays():
            return rules.rule_days(step)
        case s.Totals():
            return rules.totals(step, writer)
        case s.Changes():
            return scores.changes(step, writer)
        case s.Idleness():
            return scores.idleness(step)
        case s.FoldStates():
            return scores.fold_states(step)
        case s.Fold():
            return scores.fold(step)
        case s.ScoreRows():
            return scores.score_rows(step, writer)
        case s.Reported():
            return results.reported(step, writer)
        case s.AllScores():
            return results.all_scores(step)
        case s.AccountContributions():
            return results.account_contributions(step, writer)
        case s.AccountRows():
            return results.account_rows(step)
        case s.Reasons():
            return listing.reasons(step)
        case s.TagCards():
            return listing.tag_cards(step, plan.as_of)
        case s.LeadList():
            return listing.lead_list(step, writer)
        case s.Unusable():
            return results.unusable(step, writer)
        case _:
            return _past_sql(step, plan, writer)


def _past_sql(step: s.PastStep | s.ListStep, plan: s.Plan, writer: Writer) -> str:  # noqa: C901 - as above
    clock = Clock(plan.as_of, plan.midnights, plan.timezone)
    match step:
        case s.AliasViews():
            return views.alias_views(plan.as_of)
        case s.Viewed():
            return views.viewed(step)
        case s.Beginnings():
            return views.beginnings(step, plan.as_of)
        case s.LeadVersions():
            return versions.lead_versions(step, writer, clock)
        case s.SeenEvents():
            return views.seen_events(step)
        case s.Reached():
            return rules.reached(step, writer, plan.offsets)
        case s.Lives():
            return views.lives(step, writer)
        case s.LifeSpans():
            return views.life_spans(step, writer)
        case s.Keys():
            return totals.keys_of(step, writer)
        case s.StateChanges():
            return totals.state_changes(step, writer)
        case s.Entries():
            return totals.entries(step, clock)
        case s.Moments():
            return moments.moments(step, clock, writer)
        case s.ScoreChanges():
            return changes.score_changes(step, clock, plan.offsets)
        case s.Causes():
            return causes.causes(step)
        case s.JoinedCauses():
            return causes.joined_causes(step)
        case s.History():
            return causes.history(step, clock)
        case _:
            return _list_sql(step, clock, writer)


def _list_sql(step: s.ListStep, clock: Clock, writer: Writer) -> str:  # noqa: C901 - as above
    match step:
        case s.Presence():
            return stages.presence(step, clock)
        case s.Timeline():
            return timeline.timeline(step, clock)
        case s.FormulaChanges():
            return timeline.formula_changes(step, writer, clock)
        case s.Quiet():
            return timeline.quiet(step, clock)
        case s.PastValues():
            return timeline.past_values(step, clock)
        case s.Ranked():
            return timeline.ranked(step, clock)
        case s.ScoreLevels():
            return stages.score_levels(step)
        case s.TagLevels():
            return stages.tag_levels(step)
        case s.ContentLevels():
            return stages.content_levels(step, writer)
        case s.Spells():
            return stages.spells(step)
        case s.Memberships():
            return lists.memberships(step, writer)
        case s.SegmentSpells():
            return lists.segment_spells(step, clock)
        case s.AccountChanges():
            return lists.account_changes(step, writer)
        case s.AccountCauses():
            return lists.account_causes(step)
        case s.AccountSpells():
            return lists.account_spells(step)
        case s.DailyCounts():
            return lists.daily_counts(step, clock)
        case _:
            assert_never(step)


def _indented(sql: str) -> str:
    return sql.replace("\n", "\n  ")
