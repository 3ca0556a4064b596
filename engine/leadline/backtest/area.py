"""The area under the curve: how often the right one of two leads has the higher score."""

from __future__ import annotations

import math
from fractions import Fraction

from leadline.backtest.sums import Sums, Weights, around, sums_of
from leadline.engine.duckdb import Database
from leadline.intervals import Interval, Z
from leadline.report.backtest import Change, Figure
from leadline.sql.backtest import PLACED, placed_by_lead, placed_of_both


def measure_area(database: Database, panel: str) -> Figure:
    """Return the area under the ROC curve of a panel, ties counting half.

    The interval is that of Obuchowski (Biometrics 53, 1997), which takes the rows of a lead
    together; where a lead has one row it is that of DeLong, DeLong and Clarke-Pearson (Biometrics
    44, 1988). There is none where every pair is in the same order.

    Args:
        database: where the panel is.
        panel: its relation.

    Returns:
        ``part`` is the rows with an outcome to come, ``whole`` those of known outcome.
    """
    sums = sums_of(database, placed_by_lead(panel), PLACED)
    came, stayed = sums.totals["came"], sums.totals["stayed"]
    if not (came and stayed):
        return Figure(None, None, came, came + stayed)
    area = Fraction(sums.totals["above"], 2 * came * stayed)
    above = {"above": Fraction(1, 2 * stayed), "came": -area}
    below = {"below": Fraction(1, 2 * came), "stayed": -area}
    variance = _variance(sums, above, below)
    value, interval = float(area), None
    if variance:
        half = Z * math.sqrt(variance)
        interval = Interval(max(0.0, value - half), min(1.0, value + half))
    return Figure(value, interval, came, came + stayed)


def area_difference(database: Database, base: str, head: str) -> tuple[Change, int]:
    """Return how much larger the area is at the head, on the rows that both panels have.

    Args:
        database: where the panels are.
        base: a relation.
        head: the other.

    Returns:
        The difference, paired, and the number of rows.
    """
    columns = (*PLACED, "head_above", "head_below")
    sums = sums_of(database, placed_of_both(base, head), columns)
    came, stayed = sums.totals["came"], sums.totals["stayed"]
    if not (came and stayed):
        return Change(None, None), came + stayed
    more = sums.totals["head_above"] - sums.totals["above"]
    difference = Fraction(more, 2 * came * stayed)
    one, other = Fraction(1, 2 * stayed), Fraction(1, 2 * came)
    above = {"head_above": one, "above": -one, "came": -difference}
    below = {"head_below": other, "below": -other, "stayed": -difference}
    return around(float(difference), _variance(sums, above, below)), came + stayed


def _variance(sums: Sums, above: Weights, below: Weights) -> float:
    """Return the variance, from how far each lead's placements are from their mean.

    Args:
        sums: over leads.
        above: the placements of rows with an outcome to come, less their mean.
        below: those of rows without.
    """
    came, stayed = sums.totals["came"], sums.totals["stayed"]
    variance = (
        sums.together(above, above) * _more(sums.present["came"]) / came**2
        + sums.together(below, below) * _more(sums.present["stayed"]) / stayed**2
        + 2 * sums.together(above, below) * _more(sums.leads) / (came * stayed)
    )
    # Of few leads the last term can be far below 0.
    return max(0.0, float(variance))


def _more(leads: int) -> Fraction:
    """Return by how much a mean square of so many deviations from their own mean is too small."""
    return Fraction(leads, leads - 1) if leads > 1 else Fraction(1)
