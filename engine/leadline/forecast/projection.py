"""Leads on their way in the weeks to come: expected entries, and how far they scatter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadline.forecast.counts import Ages, Counts, History
from leadline.forecast.hazards import Chances, Hazards, estimate

#: What a week counts for in the level of arrivals against the week after it: where the level is
#: steady, and where it moves.
FADES = (0.9, 0.6)
#: Weeks before these count for nothing in it.
RECALLED = 52
#: Where moves within one week go round in a circle, the rounds after which the rest is nothing.
_ROUNDS = 60
_NOTHING = 1e-9
#: How many weeks must have been seen before one is held against their level.
_SETTLED = 4


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Arrivals from no stage.

    Args:
        level: expected in a week.
        scatter: the variance of a week's arrivals over their mean; 1 is Poisson, and the least.
        weeks: how many weeks of one weight would tell the level as well.
    """

    level: float
    scatter: float
    weeks: float


@dataclass(frozen=True, slots=True)
class Expected:
    """Entries into one stage in one week to come.

    Args:
        mean: how many are expected.
        variance: by the model, before it is measured.
    """

    mean: float
    variance: float


#: For each week to come, for each stage by place.
Projection = tuple[tuple[Expected, ...], ...]


def project(counts: Counts, history: History, origin: int, weeks: int) -> Projection:
    """Project who is inside after a week, and who arrives, through the weeks that follow.

    Nothing later than ``origin`` is looked at.

    Args:
        counts: the log by weeks.
        history: its sums up to ``origin``.
        origin: the last week that is known.
        weeks: how many weeks to look ahead.
    """
    hazards = estimate(history, counts.stages)
    arriving = [arrivals_of(counts, origin, place) for place in range(counts.stages)]
    moved, squares = _first_moves(counts.inside.get(origin + 1, {}), hazards, weeks)
    means = _entries([one.level for one in arriving], moved, hazards)
    known = [0] * counts.stages
    for (_, _, following), stays in history.moves.items():
        if following is not None:
            known[following] += stays
    return tuple(
        tuple(
            _expected(mean, square, arriving[place], known[place])
            for place, (mean, square) in enumerate(zip(means[ahead], squares[ahead], strict=True))
        )
        for ahead in range(weeks)
    )


def arrivals_of(counts: Counts, origin: int, place: int) -> Arrivals:
    """Estimate the arrivals at a stage from the weeks up to ``origin``.

    The level is a mean in which a week counts a constant share of what the week after it does. Of
    ``FADES`` that share is taken by which each week was told best from the weeks before it, the
    steady one where both tell it alike.
    """
    begin = max(counts.first, origin + 1 - RECALLED)
    seen = [counts.arrived(week, place) for week in range(begin, origin + 1)]
    _, found = min((_smoothed(seen, fade) for fade in FADES), key=lambda one: round(one[0], 6))
    return found


def _smoothed(seen: Sequence[int], fade: float) -> tuple[float, Arrivals]:
    """Return the squared errors of a smoothed level, and what it comes to.

    A level known from n equal weeks misses a week by a variance of scatter times level times
    (1 + 1 / n); weights w are worth n = (sum w)^2 / (sum w^2) equal ones.
    """
    total = weight = square_weight = squares = variance = 0.0
    for week, arrived in enumerate(seen):
        if week >= _SETTLED:
            level = total / weight
            squares += (arrived - level) ** 2
            variance += level * (1 + square_weight / weight**2)
        total = fade * total + arrived
        weight = fade * weight + 1
        square_weight = fade * fade * square_weight + 1
    scatter = max(1.0, squares / variance) if variance else 1.0
    return squares, Arrivals(total / weight, scatter, weight**2 / square_weight)


def _first_moves(
    inside: Ages, hazards: Sequence[Hazards], weeks: int
) -> tuple[list[list[float]], list[list[float]]]:
    """Follow those who are inside up to their first move.

    Each of n alike moves to a stage in a week with the chance q, so n q are expected with the
    variance n q (1 - q).

    Returns:
        For each week and stage the sum of n q, and that of n q squared.
    """
    stages = len(hazards)
    moved = [[0.0] * stages for _ in range(weeks)]
    squares = [[0.0] * stages for _ in range(weeks)]
    for (place, age), stays in inside.items():
        if age == 0:
            continue
        left = 1.0
        for ahead in range(weeks):
            chances = hazards[place].at(age + ahead if age > 0 else age)
            for target in range(stages):
                chance = left * chances[target]
                moved[ahead][target] += stays * chance
                squares[ahead][target] += stays * chance * chance
            left *= 1 - sum(chances)
    return moved, squares


def _entries(
    arriving: Sequence[float], moved: Sequence[Sequence[float]], hazards: Sequence[Hazards]
) -> list[list[float]]:
    """Return the expected entries of each week and stage, those of newcomers' moves included."""
    stages = len(hazards)
    entered: list[list[float]] = []
    #: Of each week's entries by stage: those who have not moved since.
    staying: list[list[float]] = []
    for ahead, first in enumerate(moved):
        base = [a + m for a, m in zip(arriving, first, strict=True)]
        for week, those in enumerate(staying):
            for place, many in enumerate(those):
                chances = hazards[place].at(ahead - week)
                for target in range(stages):
                    base[target] += many * chances[target]
                those[place] = many * (1 - sum(chances))
        total = _within_the_week(base, [one.entry for one in hazards])
        entered.append(total)
        staying.append(
            [many * (1 - sum(one.entry)) for many, one in zip(total, hazards, strict=True)]
        )
    return entered


def _within_the_week(entering: Sequence[float], chances: Sequence[Chances]) -> list[float]:
    """Add the moves that follow an entry in the same week, and those that follow them."""
    stages = len(entering)
    total, fresh = list(entering), list(entering)
    for _ in range(_ROUNDS):
        fresh = [sum(fresh[i] * chances[i][j] for i in range(stages)) for j in range(stages)]
        if sum(fresh) < _NOTHING:
            break
        total = [a + b for a, b in zip(total, fresh, strict=True)]
    return total


def _expected(mean: float, square: float, arriving: Arrivals, known: int) -> Expected:
    """Return the mean with its variance.

    The variance is that of a Poisson count, less what is certain of those who are inside (n q
    squared), plus what arrivals scatter beyond Poisson, plus that of the estimates: the level is
    a mean of weeks, the hazards come from a known number of moves into the stage.
    """
    moving = max(0.0, mean - arriving.level)
    own = arriving.level * (arriving.scatter - 1 + arriving.scatter / arriving.weeks)
    return Expected(mean, mean - square + own + moving * moving / max(known, 1))
