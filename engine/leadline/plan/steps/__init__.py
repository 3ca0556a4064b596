"""The steps of a plan: what is computed, in order, without a word of SQL.

Each step is a relation with the name it has in the SQL. Times and dates of the plan are in it,
so a plan is all that the SQL depends on.

Units: points in the relations are whole billionths of a point, ages and windows whole days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields

from leadline.plan.clock import AsOf, Offset
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
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything to compute for one ruleset and one date."""

    as_of: AsOf
    timezone: str
    offsets: tuple[Offset, ...]
    steps: tuple[Step, ...]

    def step(self, name: str) -> Step:
        """Return the step of that name (KeyError where there is none)."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)


def reads(step: Step, names: Collection[str]) -> frozenset[str]:
    """Return which of the named relations a step reads."""
    return frozenset(text for text in _texts(step) if text in names and text != step.name)


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case tuple():
            for item in value:
                yield from _texts(item)
        case _ if isinstance(value, Step | LongRule):
            for own in fields(value):
                yield from _texts(getattr(value, own.name))


__all__ = [
    "AccountContributions",
    "AccountRows",
    "AfterReset",
    "AgeFactors",
    "Aliases",
    "AllScores",
    "Changes",
    "Counted",
    "CountedEvents",
    "Daily",
    "DayReach",
    "DayRule",
    "EventCounts",
    "Events",
    "Fold",
    "FoldStates",
    "Idleness",
    "KnownLeads",
    "LastEvents",
    "LeadList",
    "Leads",
    "LongRule",
    "Match",
    "Matches",
    "Plan",
    "Reasons",
    "Reported",
    "Resolved",
    "RuleDays",
    "ScoreRows",
    "Step",
    "TagCards",
    "Totals",
    "Unusable",
    "Visits",
    "WideRule",
    "reads",
]
