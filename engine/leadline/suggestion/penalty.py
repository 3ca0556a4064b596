"""How near to what people wrote the weights stay: a ridge, as strong as foresight asks for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from leadline.sql.suggestion import FOLDS, in_fold, in_other_folds, weighted
from leadline.suggestion.fit import Bounds, Fit, Penalty, Rows, fit, free
from leadline.suggestion.linear import Vector

#: The strengths that are tried, the strongest first: what the points of today are worth, as a share
#: of what the rows are worth.
STRENGTHS = (1.0, 0.3, 0.1, 0.03, 0.01, 0.001)
#: What is left to gain, in log-likelihood, is nothing beside what folds differ by.
_GAIN = 0.01


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known before the outcomes are looked at: the points that people wrote.

    A point is a point: to be away from what people wrote costs as much for each rule, so the points
    of a rule that few leads have, of which the outcomes say little, stay near those of today.

    Attributes:
        points: of each feature, as they are given once.
        spreads: the variance of each feature over the rows, above 0.
        information: how much the rows can tell: their number, times the variance of the outcome.
    """

    points: Vector
    spreads: Vector
    information: float

    def penalty(self, scale: float, strength: float) -> Penalty:
        """Return the penalty toward the points.

        Args:
            scale: the log-odds that a point is worth.
            strength: one of ``STRENGTHS``; 1 is worth as much as all rows are for a rule whose
                variance is the geometric mean of all.
        """
        spread = math.exp(math.fsum(map(math.log, self.spreads)) / len(self.spreads))
        return Penalty(
            (strength * self.information * spread,) * len(self.points),
            tuple(scale * points for points in self.points),
        )


def scale_of(rows: Rows, points: Vector) -> float:
    """Return the log-odds that a point of today is worth; 0 where points foretell nothing.

    Args:
        rows: what to fit to.
        points: those of each feature today.
    """
    one = replace(rows, columns=(weighted(rows.columns, points),))
    return max(fit(one, Penalty((0.0,), (0.0,)), free(1)).weights[1], 0.0)


def choose_strength(rows: Rows, prior: Prior, bounds: Bounds) -> float:
    """Return how strong the penalty is to be: the strongest that foretells no worse than the best.

    Leads are dealt into folds; each fold is foretold by a model of the others. The strongest
    penalty is taken whose loss is within one standard error of the least one (the one-standard-
    error rule: Breiman, Friedman, Olshen and Stone, Classification and Regression Trees, 1984),
    the error being that of the difference between the two.

    Args:
        rows: what to fit to, with all its folds.
        prior: what the penalty holds to.
        bounds: what weights may be.
    """
    losses = [_losses(rows, prior, bounds, fold) for fold in range(FOLDS)]
    means = [math.fsum(column) / FOLDS for column in zip(*losses, strict=True)]
    best = min(range(len(STRENGTHS)), key=means.__getitem__)
    # Folds differ more from each other than strengths do, so strengths are compared fold by fold.
    for at, strength in enumerate(STRENGTHS):
        worse = [fold[at] - fold[best] for fold in losses]
        if math.fsum(worse) / FOLDS <= _error(worse):
            return strength
    return STRENGTHS[best]


def _losses(rows: Rows, prior: Prior, bounds: Bounds, fold: int) -> list[float]:
    """Return the mean loss in a fold for each strength, fitted to the other folds."""
    others = replace(rows, where=in_other_folds(fold))
    own = replace(rows, where=in_fold(fold))
    scale = scale_of(others, prior.points)
    found: Fit | None = None
    losses = []
    for strength in STRENGTHS:
        found = fit(others, prior.penalty(scale, strength), bounds, found, last_gain=_GAIN)
        likelihood, count = own.likelihood(found.weights)
        losses.append(-likelihood / count if count else 0.0)
    return losses


def _error(values: Sequence[float]) -> float:
    """Return the standard error of the mean of values."""
    mean = math.fsum(values) / len(values)
    variance = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return math.sqrt(variance / len(values))
