"""How likely a lead moves on in a week, by the stage it is in and the weeks it has been there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leadline.forecast.counts import History
from leadline.sql.hazards import UNKNOWN

#: Chances of a move within a week: to each stage by place, and last to none.
Chances = tuple[float, ...]

#: Ages with less than this many lead-weeks behind the last that has them are taken together.
ENOUGH = 20
#: How many lead-weeks of the stage's mean are added to those of an age.
PRIOR = 5.0


@dataclass(frozen=True, slots=True)
class Hazards:
    """The chances of a move in a week, for one stage.

    Args:
        entry: in the week in which the stage is entered.
        ages: in the first, second, ... week after that one; the last holds from there on.
        unknown: where the beginning of the stay is not known.
    """

    entry: Chances
    ages: tuple[Chances, ...]
    unknown: Chances

    def at(self, age: int) -> Chances:
        """Return the chances at an age in weeks, from 1 on, or UNKNOWN."""
        if age == UNKNOWN:
            return self.unknown
        return self.ages[min(age, len(self.ages)) - 1]


def estimate(history: History, stages: int) -> tuple[Hazards, ...]:
    """Estimate the hazards of each stage from the sums of a span of weeks.

    With E lead-weeks at an age and M moves to a stage, of which the stage's mean over all ages is
    m, the hazard is (M + PRIOR m) / (E + PRIOR), then scaled so that over the span as many moves
    are expected as there were. The week of entry is M / E of its own: it is shorter than a week by
    when in it leads came, and every entry has exactly one, so no move within it is lost.
    """
    exposed: list[dict[int, float]] = [{} for _ in range(stages)]
    moved: list[dict[int, list[float]]] = [{} for _ in range(stages)]
    for (place, age), stays in history.inside.items():
        if stays:
            exposed[place][age] = stays
    for (place, age, following), stays in history.moves.items():
        if stays:
            row = moved[place].setdefault(age, [0.0] * (stages + 1))
            row[stages if following is None else following] += stays
    return tuple(_of_stage(exposed[i], moved[i], stages + 1) for i in range(stages))


def _of_stage(exposed: dict[int, float], moved: dict[int, list[float]], targets: int) -> Hazards:
    nothing = [0.0] * targets
    entry = _mean(exposed.get(0, 0), moved.get(0, nothing))
    pool = max((age for age, stays in exposed.items() if stays >= ENOUGH and age > 0), default=1)
    groups = [[age] for age in range(1, pool)]
    groups += [[age for age in exposed if age >= pool], [UNKNOWN]]
    stays = [sum(exposed.get(age, 0) for age in group) for group in groups]
    moves = [_summed((moved.get(age, nothing) for age in group), targets) for group in groups]
    mean = _mean(sum(stays), _summed(moves, targets))
    rough = [
        tuple(
            (count + PRIOR * share) / (stay + PRIOR) for count, share in zip(row, mean, strict=True)
        )
        for stay, row in zip(stays, moves, strict=True)
    ]
    *ages, unknown = _calibrated(rough, stays, mean)
    return Hazards(entry, tuple(ages), unknown)


def _summed(rows: Iterable[Sequence[float]], targets: int) -> list[float]:
    total = [0.0] * targets
    for row in rows:
        for i, value in enumerate(row):
            total[i] += value
    return total


def _mean(exposed: float, moves: Sequence[float]) -> Chances:
    return tuple(count / exposed if exposed else 0.0 for count in moves)


def _calibrated(rough: Sequence[Chances], stays: Sequence[float], mean: Chances) -> list[Chances]:
    """Scale chances so that the moves they let expect of the stays are as many as there were."""
    total = sum(stays)
    factors = []
    for i, share in enumerate(mean):
        expected = sum(stay * row[i] for stay, row in zip(stays, rough, strict=True))
        factors.append(share * total / expected if expected else 1.0)
    scaled = ([c * f for c, f in zip(row, factors, strict=True)] for row in rough)
    return [tuple(chance / max(1.0, sum(row)) for chance in row) for row in scaled]
