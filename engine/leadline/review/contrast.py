"""How many times as often an outcome follows on one side as on the other, by leads."""

from __future__ import annotations

import math
from fractions import Fraction

from leadline.backtest.sums import Sums, sums_of
from leadline.engine.duckdb import Database
from leadline.intervals import Interval, Z
from leadline.report.review import Contrast, Side
from leadline.sql.review import COUNTED, all_counted, happened


def contrast(database: Database, one: str, other: str) -> Contrast:
    """Compare two columns of the relation of counts by lead.

    Args:
        database: has the relation.
        one: the column of how often a lead was on the one side; beside it is one of how many of
            these times had an outcome.
        other: the same of the other side.
    """
    columns = (one, happened(one), other, happened(other))
    return contrast_of(sums_of(database, all_counted(COUNTED), columns), one, other)


def contrast_of(sums: Sums, one: str, other: str) -> Contrast:
    """Return the ratio of two shares with its interval.

    On the scale of logarithms (Katz, Biometrics 34, 1978). Where a lead was looked at several
    times, its times are no observations of their own: the variance is that of the sums over
    leads of the linearised log ratio (Binder, International Statistical Review 51, 1983). Where
    nothing, or everything, happened on a side, half a time is added to each of the four counts
    (Haldane, Annals of Human Genetics 20, 1956), as one of a lead of its own.
    """
    a, ay, b, by = one, happened(one), other, happened(other)
    sides = (_side(sums, a, ay), _side(sums, b, by))
    totals = sums.totals
    if not totals[a] or not totals[b] or not totals[ay] + totals[by]:
        return Contrast(*sides, None, None)
    counts = (totals[ay], totals[a] - totals[ay], totals[by], totals[b] - totals[by])
    half = Fraction(0) if all(counts) else Fraction(1, 2)
    came, times = totals[ay] + half, totals[a] + 2 * half
    came_other, times_other = totals[by] + half, totals[b] + 2 * half
    weights = {
        ay: 1 / Fraction(came),
        a: -1 / Fraction(times),
        by: -1 / Fraction(came_other),
        b: 1 / Fraction(times_other),
    }
    variance = sums.together(weights, weights)
    for yes, all_ in ((weights[ay], weights[a]), (weights[by], weights[b])):
        variance += half * ((yes + all_) ** 2 + all_**2)
    ratio = float(came / times / (came_other / times_other))
    spread = math.exp(Z * math.sqrt(variance))
    return Contrast(*sides, ratio, Interval(ratio / spread, ratio * spread))


def _side(sums: Sums, times: str, came: str) -> Side:
    return Side(sums.present[times], sums.totals[times], sums.totals[came], sums.present[came])
