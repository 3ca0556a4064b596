"""A review of a scoring model as forms: what is shown of it, and what each figure says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from leadline.intervals import Interval, Share
from leadline.report.backtest import Band, Step

Verdict = Literal["good", "look at this", "cannot be told yet"]
Effect = Literal["predicts", "no clear effect", "points the wrong way", "cannot be told yet"]
Opinion = Literal["good", "bad", "divided", "few"]

#: What can be said of a rule, the worst first.
EFFECTS: tuple[Effect, ...] = (
    "points the wrong way",
    "predicts",
    "no clear effect",
    "cannot be told yet",
)

#: A ratio is judged by so many leads with an outcome on each side at least, or by so many as would
#: have one if that side had the share of the other.
LEAST = 5
#: From fewer pieces of feedback than this nothing is concluded.
LEAST_FEEDBACK = 5
#: From fewer decisions of sales than this nothing good is concluded.
LEAST_DECIDED = 5
#: A rule sits at its cap where so large a share of those with its points are at it ...
AT_CAP = 0.9
#: ... and so many leads have points of it.
LEAST_CAPPED = 10
#: A rule is silent where so many matches were to be expected and none came.
LEAST_EXPECTED = 5
#: How many of the last days are looked at alone.
LATELY = 90


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison.

    Attributes:
        leads: how many leads.
        times: how often they were looked at.
        happened: how many times an outcome followed.
        leads_happened: of how many leads.
    """

    leads: int
    times: int
    happened: int
    leads_happened: int

    @property
    def share(self) -> float | None:
        """The share of times with an outcome; None without any time."""
        return self.happened / self.times if self.times else None


@dataclass(frozen=True, slots=True)
class Contrast:
    """How many times as often an outcome follows on one side as on the other.

    Attributes:
        one: those who have what is asked about.
        other: those who have not.
        ratio: of the shares; None where a side is empty or nobody has an outcome.
        interval: its 95% interval.
    """

    one: Side
    other: Side
    ratio: float | None
    interval: Interval | None

    @property
    def enough(self) -> bool:
        """Whether there is enough to judge by: on each side enough have an outcome, or would."""
        return self.ratio is not None and all(
            max(side.leads_happened, side.leads * (against.share or 0.0)) >= LEAST
            for side, against in ((self.one, self.other), (self.other, self.one))
        )

    @property
    def word(self) -> Literal["up", "down", "no clear change", ""]:
        """Whether it is more often, less often, or neither for sure; "" where it is not known."""
        if not self.enough or self.interval is None:
            return ""
        return self.interval.direction(1.0)


@dataclass(frozen=True, slots=True)
class Deals:
    """Opportunities of the span, and what became of them."""

    deals: int
    won: int
    lost: int
    still_open: int

    @property
    def closed(self) -> int:
        """How many are won or lost."""
        return self.won + self.lost


@dataclass(frozen=True, slots=True)
class Ready:
    """Leads that became sales-ready, and what came of it.

    Attributes:
        means: what makes a lead sales-ready, in words; "" where nothing does.
        contrast: they against leads on dates before they ever were; None where nothing does.
        unknown: those who became ready of whom it is not known yet what came of it.
        of_ready: the opportunities of leads that had been ready before; None where they are not
            asked about.
        of_others: all other opportunities of the same span.
    """

    means: str
    contrast: Contrast | None
    unknown: int
    of_ready: Deals | None
    of_others: Deals | None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What sales decided about the leads offered.

    Attributes:
        offered: so many hand-overs in the span, each open, accepted, refused or expired.
        since: the first day of the span.
        lately: how many were decided in the last days, whenever offered.
        refused_lately: how many of these were refused.
        reasons: why they were, the commonest first.
        ever: whether anything was ever offered.
    """

    since: date
    offered: int
    open: int
    accepted: int
    refused: int
    expired: int
    lately: int
    refused_lately: int
    reasons: tuple[tuple[str, int], ...]
    ever: bool

    @property
    def review_now(self) -> bool:
        """Whether more than half of what was decided lately was refused."""
        return 2 * self.refused_lately > self.lately


@dataclass(frozen=True, slots=True)
class Note:
    """What a person said, and on which day."""

    on: date
    by: str
    verdict: str
    text: str


@dataclass(frozen=True, slots=True)
class RuleFeedback:
    """What salespeople said of a rule.

    Attributes:
        rule: as they named it; "" where they named none.
        known: whether the model has such a rule.
        good: how often they said good.
        bad: how often bad.
        notes: their latest notes, the last one first.
    """

    rule: str
    known: bool
    good: int
    bad: int
    notes: tuple[Note, ...]

    @property
    def share(self) -> Share:
        """The good ones of all."""
        return Share(self.good, self.good + self.bad)

    @property
    def opinion(self) -> Opinion:
        """What they think of it: the interval of the share lies above half, below, or across."""
        if self.good + self.bad < LEAST_FEEDBACK:
            return "few"
        words = {"up": "good", "down": "bad", "no clear change": "divided"}
        word: Opinion = words[self.share.interval.direction(0.5)]  # type: ignore[assignment]
        return word


@dataclass(frozen=True, slots=True)
class RuleLift:
    """What came of it when a rule gave points.

    Attributes:
        rule: its name.
        points: what it gives, as written.
        negative: whether its points are below 0.
        lasting: whether it asks what a lead is, and not what it does.
        fresh: the first dates with its points (all dates, where it is lasting) against dates
            without any.
        later: the later dates with them against dates without any; None where it is lasting.
        untold: fields without a history that it reads, so that it may never have given points.
    """

    rule: str
    points: str
    negative: bool
    lasting: bool
    fresh: Contrast
    later: Contrast | None
    untold: tuple[str, ...]

    @property
    def effect(self) -> Effect:
        """Whether its points say what came."""
        match self.fresh.word:
            case "":
                return "cannot be told yet"
            case "no clear change":
                return "no clear effect"
            case word:
                right = (word == "down") == self.negative
                return "predicts" if right else "points the wrong way"

    @property
    def stale(self) -> bool:
        """Whether it predicts when fresh, and its points say nothing, or the contrary, later."""
        later = self.later
        return (
            self.effect == "predicts"
            and not self.negative
            and later is not None
            and later.word in ("no clear change", "down")
        )


@dataclass(frozen=True, slots=True)
class RuleUse:
    """What a rule does in the data, by the date of the review.

    Attributes:
        rule: ``SCORE.RULE``.
        points: what it gives, as written.
        what: what it counts: events, or leads of whom it holds.
        matches: how many; None where that is not counted, as of a date that is over.
        lately: how many events of the last days; None of leads.
        expected: how many of the last days were to be expected by those before.
        leads: how many have points of it.
        at_cap: how many of these are at its own cap; None where it has none.
    """

    rule: str
    points: str
    what: Literal["events", "leads"]
    matches: int | None
    lately: int | None
    expected: float
    leads: int
    at_cap: int | None

    @property
    def never(self) -> bool:
        """Whether it matched nothing."""
        return self.matches == 0

    @property
    def silent(self) -> bool:
        """Whether it matched before, often enough to be missed, and not lately."""
        return self.lately == 0 and self.expected >= LEAST_EXPECTED

    @property
    def capped(self) -> bool:
        """Whether nearly all who have points of it are at its cap."""
        return self.at_cap is not None and sits_at_cap(self.leads, self.at_cap)


@dataclass(frozen=True, slots=True)
class GroupUse:
    """How many leads have points of a group, and how many are at its cap."""

    group: str
    leads: int
    at_cap: int

    @property
    def capped(self) -> bool:
        """Whether nearly all who have points of it are at its cap."""
        return sits_at_cap(self.leads, self.at_cap)


def sits_at_cap(leads: int, at_cap: int) -> bool:
    """Say whether so many of the leads with points are at a cap that it decides them all."""
    return leads >= LEAST_CAPPED and at_cap >= AT_CAP * leads


@dataclass(frozen=True, slots=True)
class Review:
    """A review of a scoring model.

    Attributes:
        model: its name.
        score: the score that is judged by outcomes.
        as_of: the date of the review.
        outcome: what counts as one.
        within: how many days after a date it counts.
        first: the first date on which leads were looked at; None where there is none.
        last: the last.
        dates: how many dates.
        rows: how many leads on how many dates, together.
        leads: how many leads.
        happened: how many of them had an outcome to come.
        outcomes: how many outcomes the data have at all.
        ready, bands, steps, acceptance, feedback, lifts, uses, groups: the points.
        judged: whether rules can be judged: the score is made of rules.
        untrusted: fields that were left out for want of a history.
    """

    model: str
    score: str
    as_of: date
    outcome: str
    within: int
    first: date | None
    last: date | None
    dates: int
    rows: int
    leads: int
    happened: int
    outcomes: int
    ready: Ready
    bands: tuple[Band, ...]
    steps: tuple[Step, ...]
    acceptance: Acceptance
    feedback: tuple[RuleFeedback, ...]
    lifts: tuple[RuleLift, ...]
    judged: bool
    uses: tuple[RuleUse, ...]
    groups: tuple[GroupUse, ...]
    untrusted: tuple[str, ...]
