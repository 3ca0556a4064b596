"""Intervals of counts of which the mean and the variance are known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

#: The smallest chance of a zero, as a logarithm, that sums of doubles can begin with.
_LEAST = -600.0


def quantiles(mean: float, variance: float, levels: Sequence[float]) -> tuple[int, ...]:
    """Return quantiles of a count: for each level the least number that reaches it.

    The distribution is the one of the (a, b, 0) class with this mean and variance: negative
    binomial where the variance is over the mean, Poisson where it equals it, binomial below. Its
    chances follow from each other: p(k) = p(k - 1) (a + b / k). Where the chance of a zero is too
    small to begin with it is the normal distribution, with the correction for continuity.

    Args:
        mean: of the count.
        variance: of the count.
        levels: rising, each between 0 and 1.

    Source: Panjer, "Recursive evaluation of a family of compound distributions", ASTIN Bulletin
    12 (1981).
    """
    if mean <= 0:
        return (0,) * len(levels)
    zero, a, b = _recursion(mean, variance)
    if zero < _LEAST:
        return _normal(mean, variance, levels)
    found = []
    count, chance = 0, math.exp(zero)
    reached = chance
    for level in levels:
        while reached < level and chance > 0:
            count += 1
            chance *= max(0.0, a + b / count)
            reached += chance
        found.append(count)
    return tuple(found)


def _recursion(mean: float, variance: float) -> tuple[float, float, float]:
    """Return the logarithm of the chance of a zero, a and b."""
    if variance > mean * 1.000_001:
        size = mean * mean / (variance - mean)
        a = 1 - mean / variance
        return size * math.log(mean / variance), a, (size - 1) * a
    if variance < mean * 0.999_999:
        # Trials are whole; their number is the nearest that can have this mean.
        trials = max(math.floor(mean) + 1, round(mean * mean / (mean - variance)))
        share = mean / trials
        a = -share / (1 - share)
        return trials * math.log1p(-share), a, -(trials + 1) * a
    return -mean, 0.0, mean


def _normal(mean: float, variance: float, levels: Sequence[float]) -> tuple[int, ...]:
    normal = NormalDist(mean, math.sqrt(variance)) if variance > 0 else None
    cuts = [normal.inv_cdf(level) if normal is not None else mean for level in levels]
    return tuple(max(0, math.ceil(cut - 0.5)) for cut in cuts)
