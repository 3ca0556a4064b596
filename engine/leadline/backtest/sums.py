"""Sums over leads, and the variances that follow from them.

A lead has a row in many weeks, so its rows do not stand for themselves. What is drawn is leads: the
variance of a ratio is that of the sum, over leads, of how much each pulls it up or down (the
linearisation of a ratio; Cochran, Sampling Techniques, 3rd edition, 1977, section 6.4). Whole
numbers are summed and fractions computed with, so that what does not vary has exactly none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from leadline.engine.duckdb import Database
from leadline.intervals import Interval, Share, Z, design_effect
from leadline.report.backtest import Change, Figure
from leadline.sql.backtest import moments

#: With fewer leads than this, how they differ does not tell how much the rows of one go together.
_FEW_LEADS = 10

#: How much a unit of each column counts; the weighted sum over all leads is 0.
Weights = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over leads of whole numbers and of the products of each pair of them.

    Attributes:
        leads: how many leads.
        columns: what is summed.
        totals: the sum of each.
        present: for each, how many leads have any.
        products: the sums of products: a row and a column each.
    """

    leads: int
    columns: tuple[str, ...]
    totals: Mapping[str, int]
    present: Mapping[str, int]
    products: Mapping[tuple[str, str], int]

    def together(self, one: Weights, other: Weights) -> Fraction:
        """Return the sum over leads of one weighted sum times another."""
        terms = (
            weight * factor * self.products[column, row]
            for column, weight in one.items()
            for row, factor in other.items()
        )
        return sum(terms, Fraction(0))

    def variance(self, weights: Weights) -> float:
        """Return the variance of a weighted sum whose total is 0; 0 of a single lead."""
        if self.leads < 2:
            return 0.0
        return float(self.together(weights, weights) * self.leads / (self.leads - 1))

    def pull(self, part: str, whole: str) -> dict[str, Fraction]:
        """Return how much each lead pulls the ratio of two totals; nothing where it has none."""
        if not self.totals[whole]:
            return {}
        rows = self.totals[whole]
        return {part: Fraction(1, rows), whole: -Fraction(self.totals[part], rows * rows)}


def sums_of(database: Database, rows: str, columns: Sequence[str]) -> Sums:
    """Sum the columns of a SELECT with one row a lead."""
    found = iter(database.rows(moments(rows, columns))[0])
    leads = int(next(found))
    totals = {column: int(next(found)) for column in columns}
    present = {column: int(next(found)) for column in columns}
    products: dict[tuple[str, str], int] = {}
    for place, one in enumerate(columns):
        for other in columns[place:]:
            products[one, other] = products[other, one] = int(next(found))
    return Sums(leads, tuple(columns), totals, present, products)


def share_of(sums: Sums, part: str, whole: str) -> Share | None:
    """Return a share of rows with its design effect; None where there are no rows.

    Where all rows are alike, or of very few leads, the data cannot tell how much those of one lead
    go together; they count as if they always did.
    """
    rows = sums.totals[whole]
    if not rows:
        return None
    share = sums.totals[part] / rows
    effect = design_effect(share, rows, sums.variance(sums.pull(part, whole)))
    if share in (0, 1) or sums.present[whole] < _FEW_LEADS:
        effect = max(effect, sums.products[whole, whole] / rows)
    return Share(sums.totals[part], rows, effect)


def share_figure(sums: Sums, part: str, whole: str) -> Figure:
    """Return a share of rows as a figure."""
    share = share_of(sums, part, whole)
    value, interval = (share.value, share.interval) if share is not None else (None, None)
    return Figure(value, interval, sums.totals[part], sums.totals[whole])


def ratio_figure(sums: Sums, one: tuple[str, str], other: tuple[str, str]) -> Figure:
    """Return a share divided by another; the interval is taken on the scale of logarithms.

    There is none where all rows of the first are of one lead: nothing says how leads differ.
    """
    totals = sums.totals
    names = (*one, *other)
    whole = totals[one[1]]
    if not all(totals[name] for name in (one[1], *other)):
        return Figure(None, None, totals[one[0]], whole)
    value = totals[one[0]] / totals[one[1]] / (totals[other[0]] / totals[other[1]])
    if not value or sums.present[one[1]] < 2:
        return Figure(value, None, totals[one[0]], whole)
    weights = dict.fromkeys(names, Fraction(0))
    for name, sign in zip(names, (1, -1, -1, 1), strict=True):
        weights[name] += Fraction(sign, totals[name])
    spread = Z * math.sqrt(sums.variance(weights))
    interval = Interval(value * math.exp(-spread), value * math.exp(spread))
    return Figure(value, interval, totals[one[0]], whole)


def share_difference(sums: Sums, base: tuple[str, str], head: tuple[str, str]) -> Change:
    """Return how much larger a share of rows is than another of the same leads."""
    totals = sums.totals
    if not (totals[base[1]] and totals[head[1]]):
        return Change(None, None)
    value = totals[head[0]] / totals[head[1]] - totals[base[0]] / totals[base[1]]
    if min(sums.present[base[1]], sums.present[head[1]]) < 2:
        return Change(value, None)
    weights = sums.pull(*head)
    for name, weight in sums.pull(*base).items():
        weights[name] = weights.get(name, Fraction(0)) - weight
    return around(value, sums.variance(weights))


def around(value: float, variance: float) -> Change:
    """Return a difference with the interval of a normal distribution; none without variance."""
    if not variance:
        return Change(value, None)
    half = Z * math.sqrt(variance)
    return Change(value, Interval(value - half, value + half))
