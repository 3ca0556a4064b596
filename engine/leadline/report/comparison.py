"""What two rulesets differ in and what that does, as forms that text, Markdown and JSON print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from leadline.report.backtest import Backtest

#: ``quiet`` changes, such as of a note, are known to move no score.
Kind = Literal["added", "removed", "renamed", "changed", "quiet"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a ruleset's meaning.

    Args:
        kind: what was done.
        subject: what it was done to, such as ``score readiness, rule webinar``.
        key: which part of it, such as ``points``; "" is the whole.
        old: how it was written before; None where it was not there.
        new: how it is written now; None where it is not there.
        place: file and line at the head; at the base for what was removed.
    """

    kind: Kind
    subject: str
    key: str = ""
    old: str | None = None
    new: str | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class ScoreEffect:
    """How many leads a score changed for; ``mean`` and ``most`` are of those that changed.

    ``most`` is without a sign. Of a score with ``per`` a lead may go up and down.
    """

    score: str
    changed: int
    up: int
    down: int
    mean: float
    most: float


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """What one rule, cap or decay did to the scores that changed.

    ``size`` is the sum of its changes without their signs, ``net`` with them, in points.
    """

    score: str
    rule: str
    leads: int
    size: float
    net: float


@dataclass(frozen=True, slots=True)
class Mover:
    """One of the largest changes, and the rule that moved most of it with its points."""

    lead_id: str
    score: str
    per: str
    old: float
    new: float
    rule: str
    rule_old: float
    rule_new: float


@dataclass(frozen=True, slots=True)
class Moves:
    """How many leads went from where to where; None is nowhere.

    Args:
        of: ``stage``, ``grade NAME`` or ``matrix``.
        order: the values in the order of the ruleset.
        cells: (from, to, leads) of the leads that moved.
    """

    of: str
    order: tuple[str, ...]
    cells: tuple[tuple[str | None, str | None, int], ...]

    @property
    def leads(self) -> int:
        """How many leads moved."""
        return sum(leads for _, _, leads in self.cells)


@dataclass(frozen=True, slots=True)
class SegmentEffect:
    """The members of a segment before and after; None where the segment is not there."""

    segment: str
    base: int | None
    head: int | None
    joined: int
    left: int


@dataclass(frozen=True, slots=True)
class AccountEffect:
    """How many accounts an account score changed for, and their buying committees."""

    account: str
    accounts: int
    changed: int
    up: int
    down: int
    mean: float
    most: float
    committees_gained: int
    committees_lost: int


@dataclass(frozen=True, slots=True)
class Week:
    """The leads that entered in the week that begins on a Monday."""

    monday: date
    base: int
    head: int


@dataclass(frozen=True, slots=True)
class Mqls:
    """Entries into the stage or segment that makes a lead an MQL, week by week.

    Args:
        of: its name.
        weeks: the weeks; none where nothing that it depends on changed.
    """

    of: str
    weeks: tuple[Week, ...]

    @property
    def base(self) -> float:
        """The mean a week before."""
        return sum(week.base for week in self.weeks) / max(len(self.weeks), 1)

    @property
    def head(self) -> float:
        """The mean a week after."""
        return sum(week.head for week in self.weeks) / max(len(self.weeks), 1)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to the leads of the data on a date.

    Args:
        as_of: the date.
        timezone: the model's.
        base_leads: how many leads the base scores.
        head_leads: how many the head scores.
        gained: scored by the head alone.
        lost: scored by the base alone.
        changed: leads with any changed score, of those that both score.
        scores: each score with a change.
        rules: what caused it, the largest first.
        movers: the largest changes.
        moves: of stages, grades and the matrix, those with a move.
        segments: each segment with a change.
        accounts: each account score with a change.
        mqls: MQLs a week; None where the model has no stages.
        untold: why MQLs, segments and stages of the past cannot be told; "" where they are.
        stages_told: whether stages are compared; not where they take an untold past.
        backtest: the score that changes judged before and after; None where it is not.
        unjudged: why it is not although there are outcomes; "" where it is, or none are known.
    """

    as_of: date
    timezone: str
    base_leads: int
    head_leads: int
    gained: int
    lost: int
    changed: int
    scores: tuple[ScoreEffect, ...]
    rules: tuple[RuleEffect, ...]
    movers: tuple[Mover, ...]
    moves: tuple[Moves, ...]
    segments: tuple[SegmentEffect, ...]
    accounts: tuple[AccountEffect, ...]
    mqls: Mqls | None
    untold: str = ""
    stages_told: bool = True
    backtest: Backtest | None = None
    unjudged: str = ""

    @property
    def leads(self) -> int:
        """The leads that either side scores."""
        return self.base_leads + self.gained

    @property
    def nothing(self) -> bool:
        """Whether nothing that is reported changed."""
        weekly = self.mqls is not None and any(w.base != w.head for w in self.mqls.weeks)
        lists = (self.scores, self.moves, self.segments, self.accounts)
        return not (any(lists) or self.gained or self.lost or weekly)


@dataclass(frozen=True, slots=True)
class RulesetComparison:
    """One ruleset on both sides.

    Args:
        model: its model.
        file: its path at the head; at the base where it is gone.
        was: its path at the base where that is another one; else "".
        state: whether it is on both sides.
        changes: what changed in its meaning.
        effect: what that does; None without data, or where it is on one side only.
        scores: the names of all scores of the head, those without a change included.
        segments: those of its segments.
        accounts: those of its account scores.
    """

    model: str
    file: str
    was: str
    state: Literal["both", "new", "gone"]
    changes: tuple[Change, ...]
    effect: Effect | None
    scores: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    @property
    def loud(self) -> tuple[Change, ...]:
        """The changes that may move a score."""
        return tuple(change for change in self.changes if change.kind != "quiet")

    @property
    def quiet(self) -> tuple[Change, ...]:
        """The changes that cannot."""
        return tuple(change for change in self.changes if change.kind == "quiet")


@dataclass(frozen=True, slots=True)
class Failed:
    """A threshold that was passed: as it was written, and the value that passed it."""

    threshold: str
    value: str
    model: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that was compared.

    Args:
        base: what the base is, such as ``main``.
        head: what the head is, such as ``working tree``.
        rulesets: the rulesets that differ.
        same: how many are the same on both sides.
        failed: the thresholds that were passed.
        checked: how many thresholds there were.
    """

    base: str
    head: str
    rulesets: tuple[RulesetComparison, ...]
    same: int = 0
    failed: tuple[Failed, ...] = ()
    checked: int = 0
