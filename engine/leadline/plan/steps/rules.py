"""Steps of rules: matches, counting by event and by day, totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from leadline.expression.nodes import Node
from leadline.ruleset.model import Decay, Limit, Reach


@dataclass(frozen=True, slots=True)
class Match:
    """Which events a rule looks at; ``rule`` is its name with the score before it."""

    rule: str
    events: tuple[str, ...]
    where: Node | None
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Daily:
    """The rollup: a row for each lead, value of ``per`` and day; a column of matches a rule."""

    name: str
    source: str
    per: Node | None
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class DayRule:
    """A rule with constant points, counted day by day from the rollup.

    Legal because each of its limits counts in whole days: of each day it keeps a first part of
    the matches, so all limits together keep the shortest of these parts.
    """

    name: str
    daily: str
    keyed: bool
    limits: tuple[Limit, ...]
    points: float
    decay: Decay | None
    factors: str


@dataclass(frozen=True, slots=True)
class Matches:
    """A rule's matching events, each with its points and whether it is counted."""

    name: str
    source: str
    per: Node | None
    match: Match
    limits: tuple[Limit, ...]
    reach: Reach | None
    points: Node | None
    decay: Decay | None
    factors: str


@dataclass(frozen=True, slots=True)
class DayReach:
    """A ``reach`` of constant points: the day of the Nth match, or value, of each window.

    The Nth instant of a window says the day whichever of several events of one instant it was,
    so nothing has to be put in order.
    """

    name: str
    source: str
    per: Node | None
    match: Match
    reach: Reach
    points: float
    decay: Decay | None
    factors: str


@dataclass(frozen=True, slots=True)
class RuleDays:
    """A rule's counted matches summed by lead, value of ``per`` and day."""

    name: str
    matches: str
    keyed: bool


@dataclass(frozen=True, slots=True)
class WideRule:
    """A rule whose days are read straight off the rollup: at most ``limit`` matches a day."""

    rule: str
    limit: int | None
    points: float
    decay: Decay | None
    bands: bool
    within: int | None


@dataclass(frozen=True, slots=True)
class LongRule:
    """A rule whose days are a relation of their own, named as the rule."""

    rule: str
    bands: bool
    within: int | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Each rule's total before caps: a row for each lead and value of ``per``.

    A rule of bands has the number of its counted events instead. With ``undecayed`` there is a
    second column for each rule with its total without decay.
    """

    name: str
    daily: str | None
    keyed: bool
    wide: tuple[WideRule, ...]
    long: tuple[LongRule, ...]
    factors: str
    undecayed: bool
    as_of: date
