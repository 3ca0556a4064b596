"""Outcomes to points: the fit, and how many points the odds of an outcome are worth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from leadline.intervals import Interval, Z
from leadline.ruleset.model import RuleScore
from leadline.sql import suggestion as sql
from leadline.suggestion.features import Feature
from leadline.suggestion.fit import Bounds, Rows, covariance, fit, free
from leadline.suggestion.linear import Vector
from leadline.suggestion.penalty import Prior, choose_strength, scale_of
from leadline.suggestion.points import (
    FEWEST_LEADS,
    Choice,
    Evidence,
    Judged,
    Proposal,
    judge,
    leave,
    step_of,
)

#: From so many rows at the sales-ready total on, their number says how large points are to be.
_FEWEST_READY = 25
#: How far from the first guess the number of points to a log-odds is looked for, and how often.
_FARTHEST = 4.0
_HALVINGS = 12
#: How many decimals the ends of a range have.
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class _Fitted:
    """Weights of the rules that can be told, in log-odds for the points of each as given once.

    Attributes:
        places: the place of each among the features.
        sizes: the points of each as they are given once.
        best: its weight within the bounds.
        middle, error: its weight without bounds, and the standard error of that.
        strength: that of the penalty.
    """

    places: tuple[int, ...]
    sizes: Vector
    best: Vector
    middle: Vector
    error: Vector
    strength: float


@dataclass(frozen=True, slots=True)
class Model:
    """What points are proposed from.

    Attributes:
        rows: the rows, a column each rule.
        evidence: the rules.
        sales_ready: the total of the score, if it has one.
        fitted: what was fitted; None where nothing can be told.
        choice: what may be suggested.
    """

    rows: Rows
    evidence: tuple[Evidence, ...]
    sales_ready: float | None
    fitted: _Fitted | None
    choice: Choice

    def proposal(self, aim: float = 1.0) -> Proposal:
        """Return the points, so large that about as many rows are sales-ready as today.

        Args:
            aim: how many times as many are to be.
        """
        if self.fitted is None:
            return Proposal(tuple(map(leave, self.evidence)), 0.0)
        fitting = _Fitting(self.rows, self.evidence, self.fitted, self.choice)
        return Proposal(_settled(fitting, self.sales_ready, aim), self.fitted.strength)


@dataclass(frozen=True, slots=True)
class _Fitting:
    """Rules and their weights."""

    rows: Rows
    evidence: tuple[Evidence, ...]
    fitted: _Fitted
    choice: Choice

    def judged(self, scale: float) -> tuple[Judged, ...]:
        """Return the rules as judged where a log-odds is worth so many points."""
        found = {place: self._judged(at, scale) for at, place in enumerate(self.fitted.places)}
        return tuple(
            found[place] if place in found else leave(one)
            for place, one in enumerate(self.evidence)
        )

    def _judged(self, at: int, scale: float) -> Judged:
        fitted, evidence = self.fitted, self.evidence[self.fitted.places[at]]
        # Of a factor, the weight is that of its usual points.
        scale = scale if evidence[0].is_number else scale / fitted.sizes[at]
        middle, half = scale * fitted.middle[at], scale * Z * fitted.error[at]
        # Sums of doubles differ in their last digits with the order of the rows.
        allowed = Interval(round(middle - half, _DIGITS), round(middle + half, _DIGITS))
        step = step_of(f.value for f, _, _ in self.evidence if f.is_number)
        return judge(evidence, scale * fitted.best[at], allowed, step, self.choice)


def fit_rules(rows: Rows, features: Sequence[Feature], score: RuleScore, choice: Choice) -> Model:
    """Fit the rules of a score to the outcomes of the rows.

    Args:
        rows: the rows, in the relations of ``sql.suggestion``, a column each feature.
        features: the rules.
        score: whose they are.
        choice: what may be suggested.
    """
    [counts] = rows.database.rows(sql.lead_counts(len(features)))
    evidence = tuple(
        (feature, int(leads), int(outcomes))
        for feature, leads, outcomes in zip(features, counts[0::2], counts[1::2], strict=True)
    )
    return Model(rows, evidence, score.sales_ready, _fitted(rows, evidence, choice), choice)


def _fitted(rows: Rows, evidence: Sequence[Evidence], choice: Choice) -> _Fitted | None:
    """Fit the rules that can be told; None where there are none."""
    every = _sizes(rows, [feature for feature, _, _ in evidence])
    places = tuple(
        place
        for place, (feature, leads, _) in enumerate(evidence)
        if every[place] and leads >= FEWEST_LEADS and not feature.hidden
    )
    if not places:
        return None
    sizes = tuple(every[place] for place in places)
    chosen = Rows(
        rows.database,
        tuple(
            rows.columns[place]
            if evidence[place][0].is_number
            else sql.scaled(rows.columns[place], every[place])
            for place in places
        ),
    )
    bounds = free(len(sizes)) if choice.free_signs else _of_signs(sizes)
    prior = _prior(chosen, sizes)
    strength = choose_strength(chosen, prior, bounds)
    penalty = prior.penalty(scale_of(chosen, sizes), strength)
    loose = fit(chosen, penalty, free(len(sizes)))
    tight = loose if choice.free_signs else fit(chosen, penalty, bounds, loose)
    spread = covariance(chosen, loose)
    errors = tuple(math.sqrt(max(row[at], 0.0)) for at, row in enumerate(spread) if at)
    return _Fitted(places, sizes, tight.weights[1:], loose.weights[1:], errors, strength)


def _sizes(rows: Rows, features: Sequence[Feature]) -> Vector:
    """Return the points of each rule as they are given once: of a factor, its usual points.

    0 where all rows are alike, so that nothing can be told.
    """
    [found] = rows.database.rows(sql.sizes(len(features)))
    return tuple(
        0.0 if not varies else feature.value if feature.is_number else float(usual)
        for feature, varies, usual in zip(features, found[0::2], found[1::2], strict=True)
    )


def _prior(rows: Rows, sizes: Vector) -> Prior:
    [(count, happened, _, _)] = rows.database.rows(sql.row_counts())
    [spreads] = rows.database.rows(sql.spreads(rows.columns))
    return Prior(sizes, tuple(map(float, spreads)), happened * (count - happened) / count)


def _of_signs(points: Vector) -> Bounds:
    """Return bounds within which each weight has the sign of its points."""
    return Bounds(
        tuple(0.0 if value > 0 else -math.inf for value in points),
        tuple(0.0 if value < 0 else math.inf for value in points),
    )


def _settled(fitting: _Fitting, sales_ready: float | None, aim: float) -> tuple[Judged, ...]:
    """Return the rules as judged where ``aim`` times as many rows are sales-ready as today.

    Where hardly any are, or no total is said to be, as many points are given and taken in all. The
    rules that keep their points count with these, so the number of points to a log-odds is looked
    for by halving. Twice as many are as far off as half as many.
    """
    rows, now = fitting.rows, [feature.value for feature, _, _ in fitting.evidence]
    ready = _reached(rows, now, sales_ready) if sales_ready is not None else 0.0
    bound = sales_ready if ready >= _FEWEST_READY else None
    all_now, all_then = _reached(rows, now, None), _reached(rows, _weights(fitting), None)
    if not all_then:
        return tuple(map(leave, fitting.evidence))
    goal = aim * (ready if bound is not None else all_now)
    low, high = all_now / all_then / _FARTHEST, all_now / all_then * _FARTHEST
    nearest, best = math.inf, fitting.judged(all_now / all_then)
    for _ in range(_HALVINGS):
        middle = math.sqrt(low * high)
        judged = fitting.judged(middle)
        reached = _reached(rows, [one.after for one in judged], bound)
        off = abs(math.log((reached + 1) / (goal + 1)))
        if off < nearest:
            nearest, best = off, judged
        low, high = (middle, high) if reached < goal else (low, middle)
    return best


def _weights(fitting: _Fitting) -> list[float]:
    """Return the best weight of each rule as its column has it; 0 where it cannot be told."""
    weights = [0.0] * len(fitting.evidence)
    fitted = fitting.fitted
    for place, size, best in zip(fitted.places, fitted.sizes, fitted.best, strict=True):
        weights[place] = best if fitting.evidence[place][0].is_number else best / size
    return weights


def _reached(rows: Rows, points: Sequence[float], bound: float | None) -> float:
    """Return how many rows reach a total with some points; without one, all points given."""
    if bound is None:
        return float(rows.database.value(sql.given(rows.columns, points)) or 0)
    return float(rows.database.value(sql.reached(rows.columns, points, bound)))
