"""A backtest knows nothing that was not known then: prove it, and that the proof can fail."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from tests.forecast.relations import counted, database_of
from tests.forecast.worlds import Stay, counts_of, stays_of, world_of

from leadline.forecast import backtest, projection
from leadline.forecast.backtest import Trial, look_ahead
from leadline.forecast.counts import Counts, History
from leadline.forecast.projection import Projection, project

LAST, ORIGIN = 39, 33


def _stays() -> tuple[int, list[Stay]]:
    random = Random(21)
    world = world_of(random)
    return world.stages, stays_of(world, random, LAST + 1)


def _cut(stays: list[Stay], origin: int) -> list[Stay]:
    """Return what was known after a week: who left later is inside, who came later is not there."""
    end = 7.0 * (origin + 1)
    return [
        replace(stay, left=None, to=None) if stay.left is not None and stay.left >= end else stay
        for stay in stays
        if stay.entered < end
    ]


def _planted(stays: list[Stay], origin: int) -> list[Stay]:
    """Return the same past with another future: everybody leaves at once, and a crowd arrives."""
    end = 7.0 * (origin + 1)
    inside = [
        replace(stay, left=end + 1, to=None) if stay.left is None else stay
        for stay in _cut(stays, origin)
    ]
    crowd = [Stay(10_000 + n, 0, end + 2, None, None, "enter") for n in range(500)]
    return inside + crowd


def _said_until(trials: tuple[Trial, ...], origin: int) -> list[tuple[float, ...]]:
    """Return what forecasts said that were made no later than a week."""
    return [
        (t.place, t.ahead, t.week, t.expected, t.low, t.high, t.last_week, t.mean_of_four)
        for t in trials
        if t.week - t.ahead <= origin
    ]


def _forecasts(stays: list[Stay], stages: int) -> tuple[Trial, ...]:
    outlook = look_ahead(counts_of(stays, stages, 0, LAST), 6, 26, 12)
    assert outlook is not None
    return outlook.trials


def _from(counts: Counts, origin: int) -> Projection:
    history = History(counts, 26)
    history.up_to(origin)
    return project(counts, history, origin, 6)


def test_another_future_changes_no_forecast_of_before():
    stages, stays = _stays()
    there, planted = _forecasts(stays, stages), _forecasts(_planted(stays, ORIGIN), stages)

    assert len(_said_until(there, ORIGIN)) > 50
    assert _said_until(there, ORIGIN) == _said_until(planted, ORIGIN)
    assert _said_until(there, LAST) != _said_until(planted, LAST)


def _arrivals_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = projection.arrivals_of
    monkeypatch.setattr(
        projection, "arrivals_of", lambda counts, origin, place: honest(counts, origin + 1, place)
    )


def _hazards_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = History.up_to
    monkeypatch.setattr(History, "up_to", lambda self, origin: honest(self, origin + 1))


def _intervals_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = backtest._Scales.up_to
    monkeypatch.setattr(backtest._Scales, "up_to", lambda self, origin: honest(self, origin + 1))


@pytest.mark.parametrize("plant", [_arrivals_leak, _hazards_leak, _intervals_leak])
def test_a_planted_leak_is_found(plant, monkeypatch: pytest.MonkeyPatch):
    stages, stays = _stays()
    plant(monkeypatch)

    leaky, planted = _forecasts(stays, stages), _forecasts(_planted(stays, ORIGIN), stages)

    assert _said_until(leaky, ORIGIN) != _said_until(planted, ORIGIN)


@pytest.mark.parametrize("origin", [12, 25, ORIGIN])
def test_an_origin_is_forecast_as_on_the_day_itself(origin: int):
    stages, stays = _stays()
    with database_of(stays) as later, database_of(_cut(stays, origin)) as then:
        looked_back = counted(later, stages, 0, LAST)
        on_the_day = counted(then, stages, 0, origin)
        cut_by_sql = counted(later, stages, 0, origin)

    assert cut_by_sql == on_the_day
    assert _from(looked_back, on_the_day.last) == _from(on_the_day, on_the_day.last)


def test_each_distance_is_tested_with_each_of_the_last_weeks():
    stages, stays = _stays()

    trials = _forecasts(stays, stages)

    asked = {(ahead, week) for ahead in range(1, 7) for week in range(LAST - 11, LAST + 1)}
    for place in range(stages):
        tested = [(t.ahead, t.week) for t in trials if t.place == place]
        assert sorted(tested) == sorted(asked)


def test_naive_forecasts_are_those_of_the_origin():
    stages, stays = _stays()
    counts = counts_of(stays, stages, 0, LAST)

    for trial in _forecasts(stays, stages):
        origin = trial.week - trial.ahead
        before = [counts.entries(week, trial.place) for week in range(origin - 3, origin + 1)]
        assert trial.last_week == before[3]
        assert trial.mean_of_four == sum(before) / 4
        assert trial.actual == counts.entries(trial.week, trial.place)


def test_seven_full_weeks_are_too_few():
    stages, stays = _stays()

    assert look_ahead(counts_of(stays, stages, 0, 7), 4, 26, 12) is None
    first = look_ahead(counts_of(stays, stages, 0, 8), 4, 26, 12)
    assert first is not None
    assert first.trials == ()
