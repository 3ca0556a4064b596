"""A backtest as forms that tables, Markdown and a comparison print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from leadline.intervals import Interval, Share

#: With fewer leads with an outcome than this nothing is said of what the figures mean.
FEW_OUTCOMES = 10

#: Where the number of leads that sales take a week comes from.
Origin = Literal["asked", "hand-overs", "default"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95% interval.

    Attributes:
        value: the figure; None where there is nothing to take it of.
        interval: its interval; None where the data give none.
        part: of a share, the rows that have it.
        whole: what the figure is of.
    """

    value: float | None
    interval: Interval | None
    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Band:
    """Leads with a score between two bounds, and how many of them had an outcome to come.

    Attributes:
        name: what the band is called, such as a stage.
        low: the lowest score in it; None is no bound.
        high: the score that is above it; None is no bound.
        rows: leads, one a week.
        came: those with an outcome to come.
        leads: different leads.
        came_leads: different leads with an outcome to come.
        share: ``came`` of ``rows``; None where there are no rows.
    """

    name: str
    low: float | None
    high: float | None
    rows: int
    came: int
    leads: int
    came_leads: int
    share: Share | None


@dataclass(frozen=True, slots=True)
class Step:
    """A band and the one above it: whether the higher one has more outcomes to come."""

    lower: str
    higher: str
    word: Literal["up", "down", "no clear change"]


@dataclass(frozen=True, slots=True)
class LeadTime:
    """How long leads had been sales-ready when an outcome began.

    Attributes:
        stage: the stage that makes a lead sales-ready; "" where the score of each week says it.
        at: the score from which on it is, where the score says it.
        outcomes: all that began in the weeks.
        before: those whose lead became sales-ready before.
        after: those whose lead only became so later.
        days: the quartiles of the days from becoming sales-ready to the outcome; None without any.
    """

    stage: str
    at: float | None
    outcomes: int
    before: int
    after: int
    days: tuple[float, float, float] | None

    @property
    def never(self) -> int:
        """The outcomes whose lead was never sales-ready."""
        return self.outcomes - self.before - self.after


@dataclass(frozen=True, slots=True)
class WeekOfList:
    """A week's list: those on it, those of them whose outcome is known, and with one to come."""

    monday: date
    rows: int
    came: int
    listed: int
    known: int
    hits: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A ruleset judged by what became of leads.

    Attributes:
        name: what people call it: a file or a revision.
        model: its model.
        score: the score that was judged.
        rows: leads, one a week.
        leads: different leads.
        unknown: rows of which the outcome is not known yet; they count for nothing.
        came: rows with an outcome to come.
        came_leads: different leads with one.
        listed: places on the lists.
        listed_leads: different leads on them.
        empty: weeks without anybody on the list.
        tied: places that somebody else with the very same score did not get.
        precision, recall, lift, capture, auc: see docs/backtest.md.
        unseen: outcomes of leads that no week before had.
        bands: from low scores to high.
        steps: from each band to the next one with rows.
        lead_time: None where nothing says who is sales-ready.
        weeks: the lists.
        untrusted: fields that were left out for want of a history.
    """

    name: str
    model: str
    score: str
    rows: int
    leads: int
    unknown: int
    came: int
    came_leads: int
    listed: int
    listed_leads: int
    empty: int
    tied: int
    precision: Figure
    recall: Figure
    lift: Figure
    capture: Figure
    auc: Figure
    unseen: int
    bands: tuple[Band, ...]
    steps: tuple[Step, ...]
    lead_time: LeadTime | None
    weeks: tuple[WeekOfList, ...]
    untrusted: tuple[str, ...]

    @property
    def figures(self) -> Mapping[str, Figure]:
        """The figures by their names."""
        return {
            "precision": self.precision,
            "lift": self.lift,
            "recall": self.recall,
            "capture": self.capture,
            "auc": self.auc,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """What a figure changes by from one ruleset to the other, on the same past."""

    value: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of two rulesets' figures, head less base.

    ``auc`` is of the rows that both have, ``rows`` of them.
    """

    precision: Change
    recall: Change
    capture: Change
    auc: Change
    rows: int

    @property
    def figures(self) -> Mapping[str, Change]:
        """The changes by the names of the figures; lift has none of its own."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "capture": self.capture,
            "auc": self.auc,
        }


@dataclass(frozen=True, slots=True)
class Backtest:
    """One ruleset, or two, judged over the same past.

    Attributes:
        outcome: what counts.
        within: how many days after a week's date.
        until: the date up to which anything is known.
        log_ends: the day of the last event or outcome, where that is more than a week before; else
            None.
        first: the Monday of the first list.
        last: that of the last.
        weeks: how many lists.
        asked_weeks: how many were asked for.
        capacity: how many leads are on a list at most.
        origin: where that number comes from.
        sides: the rulesets.
        changes: from the first to the second; None of one alone.
    """

    outcome: str
    within: int
    until: date
    log_ends: date | None
    first: date
    last: date
    weeks: int
    asked_weeks: int
    capacity: int
    origin: Origin
    sides: tuple[Judged, ...]
    changes: Changes | None

    @property
    def few(self) -> bool:
        """Whether there are too few leads with an outcome to say anything."""
        return min(side.came_leads for side in self.sides) < FEW_OUTCOMES
