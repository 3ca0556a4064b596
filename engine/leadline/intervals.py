"""Confidence intervals of shares, counts and their changes, from sums that SQL has made.

All are 95% intervals. Where the observations come in clusters (several events of one lead), the
number of observations is divided by the design effect: how many times larger the variance is than
it would be if each stood for itself (Kish, Survey Sampling, 1965).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

#: The quantile of the normal distribution that leaves 2.5% above it.
Z = 1.959963984540054

Word = Literal["up", "down", "no clear change"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95% interval; an end may be infinite where the data do not bound it."""

    low: float
    high: float

    def direction(self, nothing: float = 0.0) -> Word:
        """Say whether the interval lies on one side of what would be no change."""
        if self.low > nothing:
            return "up"
        if self.high < nothing:
            return "down"
        return "no clear change"


@dataclass(frozen=True, slots=True)
class Share:
    """A share: ``part`` of ``whole``, above 0, whose variance is ``effect`` times the binomial."""

    part: float
    whole: float
    effect: float = 1.0

    @property
    def value(self) -> float:
        """The share, 0 to 1."""
        return self.part / self.whole

    @property
    def interval(self) -> Interval:
        """Wilson's score interval (Wilson, JASA 22, 1927), of the effective number."""
        whole = self.whole / max(self.effect, 1.0)
        share, square = self.value, Z * Z
        middle = (share + square / (2 * whole)) / (1 + square / whole)
        half = (
            Z
            * math.sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
            / (1 + square / whole)
        )
        # At the ends the sum is exact only but for rounding.
        low = 0.0 if share == 0 else max(0.0, middle - half)
        high = 1.0 if share == 1 else min(1.0, middle + half)
        return Interval(low, high)


def share_change(before: Share, after: Share) -> Interval:
    """Return the interval of ``after - before`` of two shares of different observations.

    Newcombe's hybrid score interval (Statistics in Medicine 17, 1998, method 10).
    """
    one, other = before.interval, after.interval
    change = after.value - before.value
    low = math.hypot(after.value - other.low, one.high - before.value)
    high = math.hypot(other.high - after.value, before.value - one.low)
    return Interval(change - low, change + high)


@dataclass(frozen=True, slots=True)
class Rate:
    """An amount over a time or another amount: ``amount / over``.

    ``variance`` is that of the amount; for a plain count of independent events, the count itself.
    """

    amount: float
    over: float
    variance: float

    @property
    def value(self) -> float:
        """The rate."""
        return self.amount / self.over


def rate_ratio(before: Rate, after: Rate) -> Interval:
    """Return the interval of ``after / before`` of two rates.

    On the scale of logarithms, the variance of each by the delta method. Where one is nothing,
    half an event is added to both amounts (Haldane's correction).
    """
    added = 0.5 if min(before.amount, after.amount) <= 0 else 0.0
    amounts = [max(rate.amount, 0.0) + added for rate in (before, after)]
    variances = [max(rate.variance, 0.0) + added for rate in (before, after)]
    ratio = (amounts[1] / after.over) / (amounts[0] / before.over)
    spread = math.sqrt(
        sum(variance / amount**2 for amount, variance in zip(amounts, variances, strict=True))
    )
    return Interval(ratio * math.exp(-Z * spread), ratio * math.exp(Z * spread))


def design_effect(share: float, whole: float, variance: float) -> float:
    """Return how many times larger a share's variance is than the binomial one, at least 1.

    Args:
        share: the share, 0 to 1.
        whole: how many observations.
        variance: the share's variance by clusters; what it is at 0 and 1 says nothing.
    """
    binomial = share * (1 - share) / whole if whole else 0.0
    return max(1.0, variance / binomial) if binomial > 0 else 1.0
