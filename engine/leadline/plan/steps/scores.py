"""Steps of scores: changes by day, the fold of inactivity, caps and bounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from leadline.expression.nodes import Node
from leadline.expression.phrases import Every, Range
from leadline.plan.steps.rules import LongRule, WideRule
from leadline.ruleset.model import EventRule, Fact, Group, Idle


@dataclass(frozen=True, slots=True)
class Changes:
    """The points of each day, after caps, and whether the lead was active on it.

    A cap turns running totals into capped running totals; a day's points are the change of
    their sum. ``activity`` is None where rules say what activity is.
    """

    name: str
    daily: str | None
    keyed: bool
    source: str
    per: Node | None
    wide: tuple[WideRule, ...]
    long: tuple[LongRule, ...]
    rules: tuple[EventRule, ...]
    groups: tuple[Group, ...]
    score: str
    activity: Node | bool | None


@dataclass(frozen=True, slots=True)
class Idleness:
    """The changes cut where decay steps fall between them: the islands of the fold."""

    name: str
    changes: str
    keyed: bool
    every: int
    after: int
    as_of: date


@dataclass(frozen=True, slots=True)
class FoldStates:
    """The score carried from island to island, a decay step at a time: every state of it."""

    name: str
    idleness: str
    keyed: bool
    step: Every
    after: int
    floor: float
    start: int


@dataclass(frozen=True, slots=True)
class Fold:
    """The last state of each score."""

    name: str
    states: str
    keyed: bool


@dataclass(frozen=True, slots=True)
class ScoreRows:
    """A score: a row for each lead and value of ``per``, a column for each rule's capped total.

    Attributes:
        leads: the relation of scored leads.
        totals, fold, last_events: the relations to add up (None where the score has none).
        rules: the enabled event rules; ``facts`` and ``idles`` likewise.
    """

    name: str
    score: str
    leads: str
    totals: str | None
    fold: str | None
    last_events: str | None
    keyed: bool
    rules: tuple[EventRule, ...]
    facts: tuple[Fact, ...]
    idles: tuple[Idle, ...]
    groups: tuple[Group, ...]
    floor: float | None
    inactivity: bool
    range: Range | None
    as_of: date
