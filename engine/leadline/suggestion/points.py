"""Points of rules, today's and suggested ones, each with a verdict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from leadline.diagnostic import did_you_mean
from leadline.errors import UsageError
from leadline.intervals import Interval
from leadline.suggestion.features import Feature

Verdict = Literal[
    "raise", "lower", "keep", "drop to 0", "turn", "cannot be told", "not judged", "not asked"
]
#: A rule, the leads to which it gave points, and those of them that had an outcome later.
Evidence = tuple[Feature, int, int]

#: A rule that fewer leads have is left as it is.
FEWEST_LEADS = 10
#: A factor is rounded to this.
_FACTOR_STEP = 0.1
_STEPS = (1.0, 0.1, 0.01, 0.001)


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule, and what the outcomes say of its points.

    Attributes:
        feature: the rule.
        leads: the leads to which it gave points.
        outcomes: those of them that had an outcome after a date on which they had the points.
        after: the points (or the factor) that are suggested; those of today where they are kept.
        range: the points that the outcomes allow, a 95% interval; None where there is none.
        verdict: what is suggested.
        wrong_way: whether all of the range has the other sign than the points of today.
    """

    feature: Feature
    leads: int
    outcomes: int
    after: float
    range: Interval | None
    verdict: Verdict
    wrong_way: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether other points are suggested than those of today."""
        return self.after != self.feature.value


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be suggested.

    Attributes:
        free_signs: whether points above 0 may become points below 0, and the other way round.
        rules: the rules that may change; none is all.
    """

    free_signs: bool = False
    rules: tuple[str, ...] = ()

    def refuse_unknown(self, features: Sequence[Feature]) -> None:
        """Refuse a rule that is not there.

        Raises:
            UsageError: there is no such rule, or it is switched off.
        """
        names = [feature.rule for feature in features]
        for name in self.rules:
            if name not in names:
                raise UsageError(
                    f"the score has no rule `{name}` (--rules)", hint=did_you_mean(name, names)
                )


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the outcomes say of a score.

    Attributes:
        judged: each rule.
        strength: how strong the penalty was, one of ``STRENGTHS``; 0 where nothing was fitted.
    """

    judged: tuple[Judged, ...]
    strength: float

    @property
    def changed(self) -> tuple[Judged, ...]:
        """The rules for which other points are suggested."""
        return tuple(one for one in self.judged if one.is_changed)


def step_of(points: Iterable[float]) -> float:
    """Return what some points are multiples of: 1, unless people wrote decimals."""
    values = tuple(points)
    for step in _STEPS:
        if all(abs(value / step - round(value / step)) < 1e-9 for value in values):
            return step
    return _STEPS[-1]


def judge(
    evidence: Evidence, best: float, allowed: Interval, step: float, choice: Choice
) -> Judged:
    """Say what the outcomes mean for a rule.

    Args:
        evidence: the rule and its leads.
        best: the points that fit best, or the factor.
        allowed: their 95% interval.
        step: what points are rounded to.
        choice: what may be suggested.
    """
    feature, leads, outcomes = evidence
    now = feature.value
    sign = math.copysign(1.0, now)
    wrong = max(sign * allowed.low, sign * allowed.high) < 0
    if choice.rules and feature.rule not in choice.rules:
        return Judged(feature, leads, outcomes, now, allowed, "not asked", wrong)
    if allowed.low <= now <= allowed.high:
        # What may be nothing as well as what it is today has not been told apart.
        verdict: Verdict = "cannot be told" if allowed.low <= 0 <= allowed.high else "keep"
        return Judged(feature, leads, outcomes, now, allowed, verdict, wrong)
    after = rounded(best, step if feature.is_number else _FACTOR_STEP)
    if after == now:
        verdict = "keep"
    elif after == 0:
        verdict = "drop to 0"
    elif after * now < 0:
        verdict = "turn"
    else:
        verdict = "raise" if after > now else "lower"
    return Judged(feature, leads, outcomes, after, allowed, verdict, wrong)


def leave(evidence: Evidence) -> Judged:
    """Return a rule of which nothing can be told."""
    feature, leads, outcomes = evidence
    verdict: Verdict = "not judged" if feature.hidden else "cannot be told"
    return Judged(feature, leads, outcomes, feature.value, None, verdict)


def rounded(value: float, step: float) -> float:
    """Return the multiple of a step that is nearest, halves away from zero."""
    whole = math.floor(abs(value) / step + 0.5) * step
    # A multiple of 0.1 has more digits than were meant.
    return math.copysign(round(whole, 6), value) if whole else 0.0
