"""Logistic regression from sums: the weight of each rule in the odds of an outcome."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from leadline.engine.duckdb import Database
from leadline.sql import suggestion as sql
from leadline.suggestion.linear import Matrix, Vector, dot, inverse, packed, product, solve

#: Newton's method squares its error with each step: the step after so small a gain is the last.
_LAST_GAIN = 1e-9
_MOST_STEPS = 100
_MOST_HALVINGS = 40
#: What sums of many rows lose to rounding, against their size.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that a model is fitted to, in the relations of ``sql.suggestion``.

    Attributes:
        database: where they are.
        columns: the features, as SQL.
        where: which of them.
    """

    database: Database
    columns: tuple[str, ...]
    where: str = "TRUE"

    def sums(self, weights: Vector) -> Sums:
        """Return what Newton's method needs to know of the rows at some weights."""
        [row] = self.database.rows(sql.sums(self.columns, weights, self.where))
        values = [float(value or 0) for value in row]
        size = len(self.columns) + 1
        return Sums(values[0], tuple(values[1 : size + 1]), packed(values[size + 1 :], size))

    def likelihood(self, weights: Vector) -> tuple[float, float]:
        """Return the log-likelihood of some weights, and the number of rows."""
        [(value, rows)] = self.database.rows(sql.likelihood(self.columns, weights, self.where))
        return float(value or 0), float(rows or 0)


@dataclass(frozen=True, slots=True)
class Sums:
    """The log-likelihood, its gradient, and minus its second derivatives; the intercept first."""

    likelihood: float
    gradient: Vector
    information: Matrix


@dataclass(frozen=True, slots=True)
class Penalty:
    """What it costs to be away from some weights: half of ``strength * (weight - toward)^2``.

    Attributes:
        strengths: of each feature; the intercept has none.
        toward: the weights that cost nothing.
    """

    strengths: Vector
    toward: Vector

    def of(self, weights: Vector) -> float:
        """Return the cost of some weights, the intercept first."""
        parts = zip(self.strengths, weights[1:], self.toward, strict=True)
        return math.fsum(strength * (weight - goal) ** 2 for strength, weight, goal in parts) / 2

    def added(self, sums: Sums, weights: Vector) -> tuple[Vector, Matrix]:
        """Return the gradient and the curvature of the log-likelihood less the cost."""
        pull = [0.0]
        pull += [
            strength * (goal - weight)
            for strength, weight, goal in zip(self.strengths, weights[1:], self.toward, strict=True)
        ]
        more = (0.0, *self.strengths)
        gradient = tuple(a + b for a, b in zip(sums.gradient, pull, strict=True))
        curvature = tuple(
            tuple(value + (more[i] if i == j else 0.0) for j, value in enumerate(row))
            for i, row in enumerate(sums.information)
        )
        return gradient, curvature


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most that the weight of each feature may be; the intercept is free."""

    low: Vector
    high: Vector

    def held(self, weights: Sequence[float]) -> Vector:
        """Return weights held to the bounds."""
        parts = zip(self.low, weights[1:], self.high, strict=True)
        return (weights[0], *(min(max(weight, low), high) for low, weight, high in parts))

    def stopped(self, weights: Vector, gradient: Vector) -> list[bool]:
        """Say of each weight whether it is at a bound that it would go beyond."""
        parts = zip(self.low, weights[1:], self.high, gradient[1:], strict=True)
        return [
            False,
            *(
                (weight <= low and slope <= 0) or (weight >= high and slope >= 0)
                for low, weight, high, slope in parts
            ),
        ]


def free(features: int) -> Bounds:
    """Return bounds that let every weight be anything."""
    return Bounds((-math.inf,) * features, (math.inf,) * features)


@dataclass(frozen=True, slots=True)
class Fit:
    """The weights under which the outcomes are likeliest, less what the weights cost.

    Attributes:
        weights: the intercept, then the weight of each feature: log-odds for each unit of it.
        sums: those of the rows at the weights.
        penalty: what it was fitted with.
    """

    weights: Vector
    sums: Sums
    penalty: Penalty


def fit(
    rows: Rows,
    penalty: Penalty,
    bounds: Bounds,
    start: Fit | None = None,
    *,
    last_gain: float = _LAST_GAIN,
) -> Fit:
    """Fit a logistic regression by Newton's method, within bounds.

    Each step solves the quadratic model for the weights that no bound stops, holds the result to
    the bounds, and is halved until the penalised likelihood rises (the projected Newton method:
    Bertsekas, SIAM Journal on Control and Optimization 20, 1982).

    Args:
        rows: what to fit to.
        penalty: what weights cost.
        bounds: what they may be.
        start: a fit of the same rows to begin with; None begins where the cost is nothing.
        last_gain: the step that promises no more than this to the log-likelihood is the last.
    """
    if start is not None and bounds.held(start.weights) == start.weights:
        weights, sums = start.weights, start.sums
    else:
        weights = start.weights if start is not None else (_intercept(rows), *penalty.toward)
        weights = bounds.held(weights)
        sums = rows.sums(weights)
    for _ in range(_MOST_STEPS):
        gradient, curvature = penalty.added(sums, weights)
        stopped = bounds.stopped(weights, gradient)
        step = _step(gradient, curvature, stopped)
        gain = dot(gradient, step)
        moved = _moved(rows, penalty, bounds, (weights, sums), step)
        if moved is None:
            break
        weights, sums = moved
        if gain <= last_gain:
            break
    return Fit(weights, sums, penalty)


def _intercept(rows: Rows) -> float:
    """Return the log-odds of the outcome where nothing else is known."""
    nothing = (0.0,) * (len(rows.columns) + 1)
    sums = rows.sums(nothing)
    # At a chance of a half, the gradient is the outcomes less half of the rows, the information a
    # quarter of the rows.
    count = 4 * sums.information[0][0]
    happened = sums.gradient[0] + count / 2
    return math.log((happened + 0.5) / (count - happened + 0.5))


def _step(gradient: Vector, curvature: Matrix, stopped: Sequence[bool]) -> Vector:
    moving = [at for at, still in enumerate(stopped) if not still]
    matrix = tuple(tuple(curvature[i][j] for j in moving) for i in moving)
    found = dict(zip(moving, solve(matrix, [gradient[at] for at in moving]), strict=True))
    return tuple(found.get(at, 0.0) for at in range(len(gradient)))


def _moved(
    rows: Rows, penalty: Penalty, bounds: Bounds, now: tuple[Vector, Sums], step: Vector
) -> tuple[Vector, Sums] | None:
    """Return the weights after a step and their sums, or None where no part of it is better."""
    weights, sums = now
    before = sums.likelihood - penalty.of(weights)
    lost = _ROUNDING * (1 + abs(before))
    share = 1.0
    for _ in range(_MOST_HALVINGS):
        tried = bounds.held([w + share * s for w, s in zip(weights, step, strict=True)])
        after = rows.sums(tried)
        if after.likelihood - penalty.of(tried) >= before - lost:
            return tried, after
        share /= 2
    return None


def covariance(rows: Rows, found: Fit) -> Matrix:
    """Return the covariance of the weights where the rows of a lead stand or fall together.

    The sandwich of Liang and Zeger (Biometrika 73, 1986), with m units times m / (m - 1). What a
    penalty holds is uncertain as far as the penalty lets it: its strength counts as if it were
    data (Nychka, JASA 83, 1988), so a rule without evidence has a wide range and not a narrow one.

    Args:
        rows: what it was fitted to, all of them.
        found: a fit without bounds.
    """
    size = len(found.weights)
    statement = sql.scores_by_unit(rows.columns, found.weights)
    [(units, *values)] = rows.database.rows(statement)
    middle = packed([float(value or 0) for value in values], size)
    scale = units / (units - 1) if units > 1 else 1.0
    more = (0.0, *found.penalty.strengths)
    middle = tuple(
        tuple(scale * value + (more[i] if i == j else 0.0) for j, value in enumerate(row))
        for i, row in enumerate(middle)
    )
    _, curvature = found.penalty.added(found.sums, found.weights)
    bread = inverse(curvature)
    return product(product(bread, middle), bread)
