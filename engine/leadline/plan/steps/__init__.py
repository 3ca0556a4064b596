"""The steps of a plan: what is computed, in order, without a word of SQL.

Each step is a relation with the name it has in the SQL. Times and dates of the plan are in it,
so a plan is all that the SQL depends on.

Units: points in the relations are whole billionths of a point, ages and windows whole days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields

from leadline.plan.clock import AsOf, Midnight, Offset
from leadline.plan.steps.events import (
    AfterReset,
    AgeFactors,
    CountedEvents,
    Events,
    Visits,
)
from leadline.plan.steps.leads import (
    Aliases,
    Counted,
    EventCounts,
    KnownLeads,
    LastEvents,
    Leads,
    Resolved,
)
from leadline.plan.steps.lists import (
    AccountCauses,
    AccountChanges,
    AccountSpells,
    ContentLevels,
    DailyCounts,
    FormulaChanges,
    Memberships,
    PastValues,
    Presence,
    Quiet,
    Ranked,
    ScoreLevels,
    SegmentSpells,
    Source,
    Spells,
    TagLevels,
    Timeline,
)
from leadline.plan.steps.past import (
    AliasViews,
    Beginnings,
    Causes,
    Counting,
    Entries,
    History,
    JoinedCauses,
    Keys,
    LeadVersions,
    LifeSpans,
    Lives,
    Moments,
    Reached,
    ScoreChanges,
    SeenEvents,
    StateChanges,
    Viewed,
)
from leadline.plan.steps.results import (
    AccountContributions,
    AccountRows,
    AllScores,
    LeadList,
    Reasons,
    Reported,
    TagCards,
    Unusable,
)
from leadline.plan.steps.rules import (
    Daily,
    DayReach,
    DayRule,
    LongRule,
    Match,
    Matches,
    RuleDays,
    Totals,
    WideRule,
)
from leadline.plan.steps.scores import (
    Changes,
    Fold,
    FoldStates,
    Idleness,
    ScoreRows,
)

PastStep = (
    AliasViews
    | Viewed
    | Beginnings
    | LeadVersions
    | SeenEvents
    | Lives
    | LifeSpans
    | Keys
    | Reached
    | StateChanges
    | Entries
    | Moments
    | ScoreChanges
    | Causes
    | JoinedCauses
    | History
)

ListStep = (
    AccountCauses
    | AccountChanges
    | AccountSpells
    | ContentLevels
    | DailyCounts
    | FormulaChanges
    | Memberships
    | PastValues
    | Presence
    | Quiet
    | Ranked
    | ScoreLevels
    | SegmentSpells
    | Spells
    | TagLevels
    | Timeline
)

Step = (
    AgeFactors
    | Aliases
    | Resolved
    | KnownLeads
    | Events
    | Visits
    | AfterReset
    | EventCounts
    | CountedEvents
    | LastEvents
    | Leads
    | Daily
    | DayRule
    | Matches
    | DayReach
    | RuleDays
    | Totals
    | Changes
    | Idleness
    | FoldStates
    | Fold
    | ScoreRows
    | Reported
    | AllScores
    | AccountContributions
    | AccountRows
    | Reasons
    | TagCards
    | LeadList
    | Unusable
    | PastStep
    | ListStep
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything to compute for one ruleset and one date.

    ``midnights`` are there where a plan has to say at which instant a day begins.
    """

    as_of: AsOf
    timezone: str
    offsets: tuple[Offset, ...]
    steps: tuple[Step, ...]
    midnights: tuple[Midnight, ...] = ()

    def step(self, name: str) -> Step:
        """Return the step of that name (KeyError where there is none)."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)


def reads(step: Step, names: Collection[str]) -> frozenset[str]:
    """Return which of the named relations a step reads."""
    return frozenset(text for text in _texts(step) if text in names and text != step.name)


def needed(steps: Iterable[Step], results: Collection[str]) -> tuple[Step, ...]:
    """Return the steps that some results come from, the results included, in their order."""
    ordered = tuple(steps)
    names = {step.name for step in ordered}
    wanted = set(results)
    for step in reversed(ordered):
        if step.name in wanted:
            wanted |= reads(step, names)
    return tuple(step for step in ordered if step.name in wanted)


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case tuple():
            for item in value:
                yield from _texts(item)
        case _ if isinstance(value, Step | LongRule | Counting | Source):
            for own in fields(value):
                yield from _texts(getattr(value, own.name))


__all__ = [
    "AccountCauses",
    "AccountChanges",
    "AccountContributions",
    "AccountRows",
    "AccountSpells",
    "AfterReset",
    "AgeFactors",
    "AliasViews",
    "Aliases",
    "AllScores",
    "Beginnings",
    "Causes",
    "Changes",
    "ContentLevels",
    "Counted",
    "CountedEvents",
    "Counting",
    "Daily",
    "DailyCounts",
    "DayReach",
    "DayRule",
    "Entries",
    "EventCounts",
    "Events",
    "Fold",
    "FoldStates",
    "FormulaChanges",
    "History",
    "Idleness",
    "JoinedCauses",
    "Keys",
    "KnownLeads",
    "LastEvents",
    "LeadList",
    "LeadVersions",
    "Leads",
    "LifeSpans",
    "ListStep",
    "Lives",
    "LongRule",
    "Match",
    "Matches",
    "Memberships",
    "Moments",
    "PastStep",
    "PastValues",
    "Plan",
    "Presence",
    "Quiet",
    "Ranked",
    "Reached",
    "Reasons",
    "Reported",
    "Resolved",
    "RuleDays",
    "ScoreChanges",
    "ScoreLevels",
    "ScoreRows",
    "SeenEvents",
    "SegmentSpells",
    "Source",
    "Spells",
    "StateChanges",
    "Step",
    "TagCards",
    "TagLevels",
    "Timeline",
    "Totals",
    "Unusable",
    "Viewed",
    "Visits",
    "WideRule",
    "needed",
    "reads",
]
