"""Ruleset to plan of the past: every change of every score, from each lead's first instant on.

The score of a date needs each total once; its history needs every running total at every instant.
So events are counted one by one, what they give is summed in the order of time, and what a
midnight does (decay, windows that end, facts and idleness) is an entry like any other.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from leadline.errors import UsageError
from leadline.expression.catalog import Catalog, Type
from leadline.expression.nodes import Field, Node
from leadline.plan import needs
from leadline.plan.build import age_decays, log_span, resolved_tables
from leadline.plan.clock import AsOf, at_instant, midnights, offsets
from leadline.plan.dated import Dated, dated
from leadline.plan.past_lists import CONTENT_STAGE, PRESENCE, PastLists, stage_tag
from leadline.plan.past_scores import PastScores
from leadline.plan.scores import FACTORS
from leadline.plan.steps import (
    AgeFactors,
    AliasViews,
    Beginnings,
    Causes,
    Counted,
    Events,
    History,
    LeadVersions,
    Plan,
    Presence,
    SeenEvents,
    Step,
    Viewed,
    Visits,
    needed,
)
from leadline.ruleset.extensions import NO_EXTENSIONS, Extensions
from leadline.ruleset.model import Fact, Idle, Ruleset

#: The relation that answers each part of what can be asked.
_RESULTS = {
    "history": "history",
    "stages": "stage_spell",
    "accounts": "account_stage_spell",
    "segments": "segment_spell",
    "daily": "daily_count",
}
#: Relations that commands look into beside the answers.
_ALWAYS = frozenset((FACTORS, "known_lead", "lead_version"))
_RESOLVED = ("leads", "events", "lead_tags", "lead_history")


def build_past(
    ruleset: Ruleset,
    catalog: Catalog,
    until: AsOf,
    *,
    extensions: Extensions = NO_EXTENSIONS,
    lead: str | None = None,
    since: datetime | None = None,
    parts: Collection[str] = ("history",),
) -> Plan:
    """Plan the history of every score up to a date.

    Args:
        ruleset: the model.
        catalog: what the data has.
        until: the last date or instant.
        extensions: what plugins add to the language.
        lead: plan for this lead alone.
        since: from which instant on ``history`` shows changes; None shows all.
        parts: what is asked for: ``history``, ``stages``, ``accounts``, ``segments``, ``daily``.

    Returns:
        The plan; its relations ``history``, ``stage_spell``, ``account_stage_spell``,
        ``segment_spell`` and ``daily_count`` are what was asked for.

    Raises:
        UsageError: ``ignore`` asks for what changes over time.
    """
    return _Past(ruleset, catalog, until, extensions, lead, since, frozenset(parts)).plan()


@dataclass(frozen=True, slots=True)
class _Past:
    """One plan in the making."""

    ruleset: Ruleset
    catalog: Catalog
    until: AsOf
    extensions: Extensions
    lead: str | None
    since: datetime | None
    parts: frozenset[str]

    @property
    def _staged(self) -> bool:
        return self.ruleset.stages is not None and bool(self.parts - {"history", "accounts"})

    @property
    def _segmented(self) -> bool:
        return bool(self.ruleset.segments and self.parts & {"segments", "daily"})

    @property
    def _listed(self) -> tuple[Node, ...]:
        """The expressions over leads that are asked at every instant, besides those of scores."""
        nodes = [segment.when for segment in self.ruleset.segments if self._segmented]
        stages = self.ruleset.stages if self._staged else None
        tag = stage_tag(stages)
        if tag is not None:
            nodes.append(tag)
        if stages is not None and stages.condition is not None:
            nodes.append(stages.condition)
        return tuple(nodes)

    @property
    def _content(self) -> tuple[Node, ...]:
        """The expressions over events that stages by content ask, besides those of rules."""
        stages = self.ruleset.stages if self._staged else None
        if stages is None or stages.source.kind != "content":
            return ()
        return (CONTENT_STAGE, *((stages.condition,) if stages.condition is not None else ()))

    def plan(self) -> Plan:
        ruleset, until = self.ruleset, self.until
        first, last = log_span(self.catalog, until)
        if self._ignored.changes:
            raise UsageError(
                "`ignore` asks for what changes over time, such as a field with a history",
                hint="a past cannot be told with it: let `ignore` ask for the event alone",
            )
        steps, names = self._tables()
        views = self._of_events.changes
        scores = PastScores(
            ruleset,
            source="seen_event" if views else "event",
            cut=views or "aliases" in names,
            versioned=views,
            first=self._day(first),
            until=until.day,
        )
        days = (until.day - self._day(first)).days + 3
        steps = [
            AgeFactors(FACTORS, age_decays(ruleset), max(days, 1)),
            *steps,
            self._beginnings(names),
            self._events(names),
            self._versions(names, self._dawn(first)),
        ]
        if views:
            steps.append(
                SeenEvents(
                    "seen_event",
                    "event",
                    "lead_version",
                    (*self._of_events.fields, *self._of_events.steady),
                    needs.event_counts(needs.event_nodes(ruleset)),
                )
            )
        if scores.needs_visits:
            steps.append(
                Visits("visited_event", "seen_event" if views else "event", ruleset.visit_gap)
            )
        made = scores.steps()
        steps += made
        steps += self._lists(scores, made, first)
        return Plan(
            until,
            ruleset.timezone,
            offsets(ruleset.timezone, first, last),
            needed(steps, _ALWAYS | {_RESULTS[part] for part in self.parts}),
            midnights(ruleset.timezone, self._dawn(first), until.day),
        )

    def _lists(self, scores: PastScores, made: tuple[Step, ...], first: datetime) -> list[Step]:
        """Return the steps of what follows from the scores."""
        lists = PastLists(
            self.ruleset,
            self.catalog,
            self.extensions.functions,
            (step for step in made if isinstance(step, Causes)),
            dawn=self._dawn(first),
            until=self.until.day,
        )
        steps: list[Step] = [Presence(PRESENCE, "lead_version", "scored"), *lists.formulas()]
        if "history" in self.parts:
            every = (*scores.every(), *lists.formula_histories())
            steps.append(History("history", every, self.since))
        if self._staged:
            steps += lists.stages(told="stages" in self.parts)
        if self._segmented:
            steps += lists.segments(told="segments" in self.parts)
        if "accounts" in self.parts:
            steps += lists.accounts()
        if "daily" in self.parts:
            steps.append(lists.daily(stages=self._staged, segments=self._segmented))
        return steps

    @property
    def _of_events(self) -> Dated:
        nodes = needs.event_nodes(self.ruleset)
        return dated(nodes, self.catalog, self.extensions.functions)

    @property
    def _of_leads(self) -> Dated:
        nodes = (*needs.lead_nodes(self.ruleset), *self._listed)
        return dated(nodes, self.catalog, self.extensions.functions)

    def _dawn(self, first: datetime) -> date:
        """Return a day before anything is known."""
        return self._day(min(first, self.catalog.first_known or first)) - timedelta(days=1)

    def _day(self, instant: datetime) -> date:
        return at_instant(instant.replace(tzinfo=UTC), self.ruleset.timezone).day

    def _tables(self) -> tuple[list[Step], dict[str, str]]:
        """Return the steps that replace merged ids, and the relation that stands for each table."""
        aliases = self.catalog.table("aliases")
        since = aliases.column("since") if aliases is not None else None
        if since is None or since.type is Type.EMPTY or not self.catalog.has_rows("aliases"):
            return resolved_tables(self.catalog)
        names = {table: f"merged {table}" for table in _RESOLVED} | {"aliases": "alias_view"}
        steps: list[Step] = [AliasViews("alias_view")]
        steps += [Viewed(names[table], table, "alias_view") for table in _RESOLVED]
        return steps, names

    @property
    def _with_account(self) -> bool:
        fields = (*self._of_events.fields, *self._of_leads.fields)
        steady = (*self._of_events.steady, *self._of_leads.steady)
        return bool(self.ruleset.accounts) or any(f.scope == "account" for f in (*fields, *steady))

    @property
    def _account_history(self) -> bool:
        return "account_id" in {name.casefold() for name in self.catalog.history_fields}

    def _beginnings(self, names: dict[str, str]) -> Beginnings:
        steady = _each_once((*self._of_events.steady, *self._of_leads.steady))
        tag = stage_tag(self.ruleset.stages) if self._staged else None
        return Beginnings(
            name="known_lead",
            leads=names["leads"],
            events=names["events"],
            tags=names["lead_tags"],
            views=names.get("aliases"),
            fields=steady,
            with_account=self._with_account and not self._account_history,
            lead=self.lead,
            tag=tag.column if tag is not None else None,
        )

    def _events(self, names: dict[str, str]) -> Events:
        nodes = (*needs.event_nodes(self.ruleset), *self._content)
        counts = self._counts
        steady = self._of_events.steady if not self._of_events.changes else self._ignored.steady
        types = None if self._content else needs.event_types(self.ruleset, counts)
        return Events(
            name="event",
            source=names["events"],
            leads="known_lead",
            types=types,
            fields=(*needs.fields_of(nodes, ("event", "asset")), *steady),
            ignore=self.ruleset.ignore,
            lead=self.lead,
            views="aliases" in names,
        )

    @property
    def _ignored(self) -> Dated:
        nodes = (self.ruleset.ignore,) if self.ruleset.ignore is not None else ()
        return dated(nodes, self.catalog, self.extensions.functions)

    @property
    def _counts(self) -> tuple[Counted, ...]:
        nodes = (
            *needs.lead_nodes(self.ruleset),
            *self._listed,
            *needs.event_nodes(self.ruleset),
        )
        return needs.event_counts(nodes)

    def _versions(self, names: dict[str, str], dawn: date) -> LeadVersions:
        of_events, of_leads = self._of_events, self._of_leads
        views = of_events.changes
        fields = _each_once((*of_events.fields, *of_leads.fields))
        history = {name.casefold() for name in self.catalog.history_fields}
        state = [
            rule
            for score in needs.rule_scores(self.ruleset)
            for rule in needs.enabled(score.rules)
            if isinstance(rule, Fact | Idle)
        ]
        bounds = [rule.head.since for rule in state if rule.head.since]
        bounds += [rule.head.until + timedelta(days=1) for rule in state if rule.head.until]
        return LeadVersions(
            name="lead_version",
            known="known_lead",
            leads=names["leads"],
            events="event",
            tags=names["lead_tags"],
            history=names["lead_history"],
            fields=fields,
            history_fields=tuple(
                f.column for f in fields if f.scope == "lead" and f.column.casefold() in history
            ),
            with_account=self._with_account and self._account_history,
            counts=self._counts,
            idles=tuple(sorted({rule.days for rule in state if isinstance(rule, Idle)})),
            bounds=tuple(sorted(set(bounds))),
            daily=of_leads.today or of_events.today,
            condition=self.ruleset.leads,
            views=views,
            first=dawn,
        )


def _each_once(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return needs.fields_of(fields, ("lead", "account", "tag"))
