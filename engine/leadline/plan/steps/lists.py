"""Steps of what a lead is in over time: stages, segments, and how many are in each, day by day.

A relation of *levels* says what holds from an instant on (NULL: nothing); a relation of *spells*
says from when to when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from leadline.expression.nodes import Field, Rank, ScoreWindow
from leadline.plan.steps.leads import Counted
from leadline.ruleset.model import AccountScore, Axis, FormulaScore, Segment, Stages

Bounds = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Presence:
    """From when to when a lead is scored: it exists, and ``leads:`` keeps it.

    ``column`` is ``scored``, or ``kept`` where a lead counts from its first tag on.
    """

    name: str
    versions: str
    column: str


@dataclass(frozen=True, slots=True)
class Source:
    """The changes of one score; with ``cuts`` only those that pass one of these bounds."""

    score: str
    changes: str
    cuts: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is known of each lead at every instant at which some of it changes.

    Attributes:
        presence: who is scored.
        sources: the scores, side by side.
        grades, matrix: what follows from them.
        stage: the relation of stage spells, where the stage is asked for.
        flags: (column, relation) of what holds now and then, as ``value`` from an ``instant`` on.
        versions: the relation of lead versions, where fields, counts or the date are asked for.
    """

    name: str
    presence: str
    sources: tuple[Source, ...]
    grades: tuple[tuple[str, Bounds], ...]
    matrix: tuple[Axis, Axis] | None
    stage: str | None
    flags: tuple[tuple[str, str], ...]
    versions: str | None


@dataclass(frozen=True, slots=True)
class FormulaChanges:
    """Every change of a score that is computed from others."""

    name: str
    timeline: str
    formula: FormulaScore


@dataclass(frozen=True, slots=True)
class ScoreLevels:
    """The stage that a score gives, where it changes: the highest step that is on.

    A step turns on at its bound and off below the bound at which it is left. Where a stage is kept
    (``backward: false``) it is the highest since the lead was last without a score.
    """

    name: str
    changes: str
    stages: Stages


@dataclass(frozen=True, slots=True)
class TagLevels:
    """The stage that a tag gives; before its first value, and where it is missing, the first."""

    name: str
    versions: str
    presence: str
    tag: Field
    stages: Stages


@dataclass(frozen=True, slots=True)
class ContentLevels:
    """The stage that engagement with content of the next stage gives, event by event."""

    name: str
    events: str
    known: str
    versions: str
    presence: str
    stages: Stages
    event_fields: tuple[Field, ...]
    fields: tuple[Field, ...]
    counts: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Spells:
    """From when to when a lead, or an account, was in each stage, and what moved it in."""

    name: str
    levels: str
    stages: Stages
    causes: str | None


@dataclass(frozen=True, slots=True)
class Quiet:
    """From when to when a score has not risen within a window."""

    name: str
    changes: str
    known: str
    window: ScoreWindow


@dataclass(frozen=True, slots=True)
class PastValues:
    """What a score was at the end of the day that lies a window back, midnight by midnight."""

    name: str
    changes: str
    window: ScoreWindow


@dataclass(frozen=True, slots=True)
class Ranked:
    """The days on which a lead ranks among the first or last by a score, at the day's end."""

    name: str
    changes: str
    rank: Rank
    dawn: date
    until: date


@dataclass(frozen=True, slots=True)
class Memberships:
    """From when to when each lead was in each segment."""

    name: str
    timeline: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class SegmentSpells:
    """Memberships with what made the lead enter."""

    name: str
    memberships: str
    causes: str | None


@dataclass(frozen=True, slots=True)
class AccountChanges:
    """Every change of an account's score."""

    name: str
    account: AccountScore
    changes: str
    versions: str
    presence: str


@dataclass(frozen=True, slots=True)
class AccountCauses:
    """Which leads moved an account into a stage, and what moved them."""

    name: str
    levels: str
    changes: str
    causes: str | None
    versions: str


@dataclass(frozen=True, slots=True)
class AccountSpells:
    """The spells of every account score with stages, one below the other."""

    name: str
    accounts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DailyCounts:
    """How many leads were in each stage and segment at the end of each day, zeros included."""

    name: str
    stages: tuple[str, tuple[str, ...]] | None
    segments: tuple[str, tuple[str, ...]] | None
    first: date
    until: date
