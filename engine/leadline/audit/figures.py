"""Sums that SQL has made, to figures with their variance: shares, counts, ratios, medians."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

from leadline.audit.reading import Reading, Unit
from leadline.diagnostic import Place
from leadline.expression import metrics as m
from leadline.expression.catalog import Type
from leadline.expression.nodes import Field, Missing, Not
from leadline.intervals import Interval, Share, Z, design_effect

#: The largest count that a Poisson count of nothing is compatible with, of 97.5%.
_NOTHING = -math.log(0.025)
#: Up to so many, ranks come from the binomial distribution itself.
_EXACT = 1000

IMPORTED = "imported figures have no parts: nothing says how much of it is chance"


@dataclass(frozen=True, slots=True)
class Parts:
    """A figure as SQL measures it: an amount, and what it is divided by.

    Attributes:
        top: the amount; of a rate the one above.
        bottom: the one below; None of a plain amount.
        unit: what it is; a ratio turns out to be a share where it can be one.
    """

    top: m.Amount
    bottom: m.Amount | None
    unit: Unit

    @property
    def imported(self) -> tuple[bool, bool]:
        """Whether the amounts come from ``metrics``, and so have no leads."""
        return _imported(self.top), self.bottom is not None and _imported(self.bottom)


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of one span; squares and products are of the amounts of each lead.

    ``top_whole`` says that every part of the amount is a whole number, and so a count.
    """

    top: float = 0.0
    bottom: float = 0.0
    top_records: int = 0
    bottom_records: int = 0
    top_whole: bool = True
    bottom_whole: bool = True
    top_squares: float = 0.0
    bottom_squares: float = 0.0
    products: float = 0.0
    leads: int = 0


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a reading; ``cut`` says that the log begins within the period."""

    begin: date
    end: date
    cut: bool = False


def parts_of(figure: m.Amount | m.Rate | m.CostPer | m.Acceptance) -> Parts:
    """Return the amounts that a figure is made of."""
    match figure:
        case m.Rate(top, bottom):
            return Parts(top, bottom, "ratio")
        case m.CostPer(bottom):
            return Parts(m.Count(m.MetricSource("cost", _NOWHERE)), bottom, "cost")
        case m.Acceptance():
            accepted = Field("handoff", "accepted", Type.TRUTH, _NOWHERE)
            decided = Not(Missing(accepted, _NOWHERE), _NOWHERE)
            top = m.Count(m.RecordSource("handoff", accepted, _NOWHERE))
            return Parts(top, m.Count(m.RecordSource("handoff", decided, _NOWHERE)), "ratio")
        case m.Sum():
            return Parts(figure, None, "sum")
        case _:
            return Parts(figure, None, "sum" if _imported(figure) else "count")


_NOWHERE = Place("", 0, 0, 0, 0)


def can_be_share(sums: Sums) -> bool:
    """Say whether a rate can be a part of a whole in a span: two counts, one within the other."""
    counts = sums.top_whole and sums.bottom_whole
    return counts and (sums.bottom == 0 or 0 <= sums.top <= sums.bottom)


def reading_of(parts: Parts, unit: Unit, sums: Sums, days: Days) -> Reading:
    """Return the reading that the sums of a span give.

    Args:
        parts: the figure.
        unit: that of the figure, ``share`` where all its spans can be one.
        sums: of the span.
        days: of the span.
    """
    if parts.bottom is None:
        return _amount(parts, unit, sums, days)
    if sums.bottom <= 0:
        reason = f"nothing to divide by: no {_what(parts.bottom)} in these days"
        return Reading(days.begin, days.end, unit, None, bottom=0.0, reason=reason, cut=days.cut)
    value = sums.top / sums.bottom
    variance = _cost_variance(parts, sums) if unit == "cost" else _variance(parts, unit, sums)
    reason = IMPORTED if variance is None else ""
    return Reading(
        days.begin,
        days.end,
        unit,
        value,
        n=_records(sums.bottom, sums.bottom_records, sums.bottom_whole),
        top=sums.top,
        bottom=sums.bottom,
        interval=_interval(unit, sums, value, variance),
        variance=variance,
        volume=_volume(parts, sums),
        reason=reason,
        cut=days.cut,
    )


def _amount(parts: Parts, unit: Unit, sums: Sums, days: Days) -> Reading:
    if parts.imported[0]:
        if not sums.top_records:
            reason = "nothing was imported for these days"
            return Reading(days.begin, days.end, unit, None, reason=reason, cut=days.cut)
        n, variance = sums.top_records, None
    else:
        n, variance = sums.top_records, sums.top_squares
        if isinstance(parts.top, m.Leads):
            n = round(sums.top)
    interval = (
        count_interval(sums.top, variance, counted=unit == "count")
        if variance is not None
        else None
    )
    reason = IMPORTED if variance is None else ""
    return Reading(
        days.begin, days.end, unit, sums.top, n=n, interval=interval, variance=variance,
        reason=reason, cut=days.cut,
    )  # fmt: skip


def count_interval(amount: float, variance: float, *, counted: bool = True) -> Interval:
    """Return the 95% interval of a count or a sum over independent leads.

    The sum of what each lead adds, their number left to chance too (a compound Poisson sum), has
    the sum of squares as its variance; the interval is on the scale of logarithms. A count of
    nothing goes up to what is seen as nothing in one of 40 cases (Garwood, Biometrika 28, 1936).

    Args:
        amount: the count or sum.
        variance: the sum of the squares of what each lead adds.
        counted: whether it is a count.
    """
    if amount > 0:
        spread = math.exp(Z * math.sqrt(variance) / amount)
        return Interval(amount / spread, amount * spread)
    if counted:
        return Interval(0.0, _NOTHING)
    half = Z * math.sqrt(variance)
    return Interval(amount - half, amount + half)


def _interval(unit: Unit, sums: Sums, value: float, variance: float | None) -> Interval | None:
    if variance is None:
        return None
    if unit == "share":
        effect = design_effect(value, sums.bottom, variance)
        return Share(sums.top, sums.bottom, effect).interval
    if value > 0 or not sums.top_whole:
        return count_interval(value, variance, counted=False)
    return Interval(0.0, _NOTHING / sums.bottom)


def _variance(parts: Parts, unit: Unit, sums: Sums) -> float | None:
    """Return the variance of a rate; None where no part of it is of leads or a count.

    Of two amounts of leads by linearisation: the squares of what each lead's part is above what
    the rate would give it (Cochran, Sampling Techniques, 1977, 6.3). An imported amount is known.
    """
    rate, square = sums.top / sums.bottom, sums.bottom**2
    match parts.imported:
        case (False, False):
            spread = sums.top_squares - 2 * rate * sums.products + rate**2 * sums.bottom_squares
            few = sums.leads / (sums.leads - 1) if sums.leads > 1 else 1.0
            return max(spread, 0.0) * few / square
        case (False, True):
            left = 1 - rate if unit == "share" else 1.0
            return sums.top_squares * left / square
        case (True, False):
            left = 1 - rate if unit == "share" else rate
            return rate * left * sums.bottom_squares / (square * max(sums.bottom, 1.0))
        case _ if not (sums.top_whole and sums.bottom_whole):
            return None
    return rate * (1 - rate if unit == "share" else 1.0) / sums.bottom


def _cost_variance(parts: Parts, sums: Sums) -> float | None:
    """Return the variance of a cost: what was paid is known, how many it bought is chance."""
    if parts.imported[1]:
        return None
    cost = sums.top / sums.bottom
    return cost**2 * sums.bottom_squares / sums.bottom**2


def _volume(parts: Parts, sums: Sums) -> float | None:
    if not parts.imported[1]:
        return sums.bottom_squares
    return sums.bottom if sums.bottom_whole else None


def _records(amount: float, records: int, whole: bool) -> int:
    return round(amount) if whole else records


def median_ranks(n: int) -> tuple[int, int, float] | None:
    """Return the ranks, from 1, of the values that a median lies between with 95% certainty.

    How many of ``n`` values lie below the median is binomial (Thompson, Annals of Mathematical
    Statistics 7, 1936). Above 1,000 values by the normal distribution.

    Returns:
        The two ranks, and the quantile of the normal distribution that the certainty of these
        ranks, which is at least 95%, has; None below six values, where no two do.
    """
    if n > _EXACT:
        low = math.floor((n + 1 - Z * math.sqrt(n)) / 2)
        return low, n + 1 - low, (n + 1 - 2 * low) / math.sqrt(n)
    tail, low = 0.0, 0
    while (more := tail + math.comb(n, low) / 2**n) <= 0.025:
        tail, low = more, low + 1
    return (low, n + 1 - low, NormalDist().inv_cdf(1 - tail)) if low else None


def median_reading(median: float, n: int, ends: tuple[float, float] | None, days: Days) -> Reading:
    """Return the reading of a median.

    Its variance is that of a normal distribution with an interval of the same certainty (Price
    and Bonett, Journal of Statistical Computation and Simulation 72, 2002).

    Args:
        median: in days.
        n: how many were timed.
        ends: the values at the ranks of :func:`median_ranks`; None where there are none.
        days: of the span.
    """
    ranks = median_ranks(n)
    if ends is None or ranks is None:
        reason = f"{n} timed: too few to say how much of it is chance"
        return Reading(days.begin, days.end, "days", median, n=n, reason=reason, cut=days.cut)
    low, high = ends
    return Reading(
        days.begin, days.end, "days", median, n=n, interval=Interval(low, high),
        variance=((high - low) / (2 * ranks[2])) ** 2, cut=days.cut,
    )  # fmt: skip


def _imported(amount: m.Amount) -> bool:
    return isinstance(amount.source, m.MetricSource)


def _what(amount: m.Amount) -> str:
    """Name what an amount is of."""
    match amount.source:
        case m.EventSource(types):
            return " or ".join(types)
        case m.RecordSource("opportunity"):
            return "such opportunity"
        case m.RecordSource():
            return "such hand-over"
        case m.MetricSource(name):
            return f"`{name}` was imported"
