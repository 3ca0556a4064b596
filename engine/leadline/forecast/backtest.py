"""What the forecast would have said before, week after week, and what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadline.forecast.counts import Counts, History
from leadline.forecast.intervals import quantiles
from leadline.forecast.projection import Expected, Projection, project

#: Full weeks that a log must have before anything is forecast from it.
LEAST_WEEKS = 8
#: As many squared errors as the model expects are added to those that were measured.
PRIOR = 10
#: The levels of the ends of the 80% and of the 95% interval.
EIGHTY = (0.1, 0.9)
NINETY_FIVE = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class Trial:
    """One forecast of a week that is over.

    Args:
        place: of the stage.
        ahead: how many weeks after the origin the week is, from 1 on.
        week: its number.
        expected: what was expected.
        low: where the 80% interval began.
        high: where it ended.
        actual: how many entered.
        last_week: how many had entered in the last week that was known.
        mean_of_four: the mean of the last four weeks that were known.
    """

    place: int
    ahead: int
    week: int
    expected: float
    low: int
    high: int
    actual: int
    last_week: int
    mean_of_four: float

    @property
    def covered(self) -> bool:
        """Whether what came lies in the 80% interval."""
        return self.low <= self.actual <= self.high


@dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast and the trials it was measured by.

    Args:
        projection: what is expected, the variance as measured.
        trials: in the order of their origins.
    """

    projection: Projection
    trials: tuple[Trial, ...]


class _Scales:
    """How much further than the model says what came was from what was expected, by stage.

    Squared errors count from the week on in which they could be known.
    """

    def __init__(self, stages: int) -> None:
        self._stages = stages
        self._squares: dict[int, list[tuple[int, float]]] = {}
        self._sums = [float(PRIOR)] * stages
        self._counts = [float(PRIOR)] * stages

    def add(self, week: int, place: int, expected: Expected, actual: int) -> None:
        """Take note of an error that is known from the end of a week on."""
        if expected.variance > 0:
            square = (actual - expected.mean) ** 2 / expected.variance
            self._squares.setdefault(week, []).append((place, square))

    def up_to(self, origin: int) -> tuple[float, ...]:
        """Return the factor of each stage's variance, from what is known after a week."""
        for week in [week for week in self._squares if week <= origin]:
            for place, square in self._squares.pop(week):
                self._sums[place] += square
                self._counts[place] += 1
        return tuple(max(1.0, self._sums[i] / self._counts[i]) for i in range(self._stages))


def look_ahead(counts: Counts, weeks: int, length: int, tests: int) -> Outlook | None:
    """Forecast from the last week that is known, and measure how such forecasts did.

    Each of the last ``tests`` weeks is forecast 1, 2, ... ``weeks`` weeks ahead, each time from
    what was known at the origin: the stays cut there, the arrivals before it, and the errors that
    had been made by then.

    Args:
        counts: the log by weeks.
        weeks: how many weeks to look ahead.
        length: how many weeks the hazards are estimated from.
        tests: how many weeks to test each distance with.

    Returns:
        The forecast; None where the log has fewer than ``LEAST_WEEKS`` full weeks.
    """
    begin = counts.first + LEAST_WEEKS - 1
    if counts.last < begin:
        return None
    history = History(counts, length)
    scales = _Scales(counts.stages)
    trials: list[Trial] = []
    for origin in range(max(begin, counts.last - tests - weeks + 1), counts.last):
        history.up_to(origin)
        ahead = project(counts, history, origin, min(weeks, counts.last - origin))
        factors = scales.up_to(origin)
        for i, row in enumerate(ahead):
            week = origin + 1 + i
            for place, expected in enumerate(row):
                actual = counts.entries(week, place)
                scales.add(week, place, expected, actual)
                if week > counts.last - tests:
                    scaled = Expected(expected.mean, expected.variance * factors[place])
                    trials.append(_trial(counts, origin, week, place, scaled))
    history.up_to(counts.last)
    factors = scales.up_to(counts.last)
    found = project(counts, history, counts.last, weeks)
    scaled_rows = (_scaled(row, factors) for row in found)
    return Outlook(tuple(scaled_rows), tuple(trials))


def _scaled(row: Sequence[Expected], factors: Sequence[float]) -> tuple[Expected, ...]:
    return tuple(
        Expected(one.mean, one.variance * factor) for one, factor in zip(row, factors, strict=True)
    )


def _trial(counts: Counts, origin: int, week: int, place: int, expected: Expected) -> Trial:
    low, high = quantiles(expected.mean, expected.variance, EIGHTY)
    before = [counts.entries(w, place) for w in range(origin - 3, origin + 1)]
    return Trial(
        place=place,
        ahead=week - origin,
        week=week,
        expected=expected.mean,
        low=low,
        high=high,
        actual=counts.entries(week, place),
        last_week=before[-1],
        mean_of_four=sum(before) / 4,
    )
