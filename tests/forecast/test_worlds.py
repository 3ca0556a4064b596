"""Two hundred worlds of known hazards: how often the interval is right, how often naive is beaten.

The constants of the model were chosen on other seeds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from statistics import mean, stdev

import pytest
from tests.forecast.worlds import counts_of, stays_of, world_of

from leadline.forecast.backtest import EIGHTY, NINETY_FIVE, look_ahead
from leadline.forecast.intervals import quantiles

SEEDS = range(5000, 5200)
KNOWN, AHEAD = 48, 4


@dataclass
class Told:
    cells: int = 0
    in_80: int = 0
    in_95: int = 0
    below: int = 0
    above: int = 0
    tests: int = 0
    tests_in_80: int = 0
    beaten: int = 0
    #: By how many leads more entered than expected, of each world without trend and season.
    missed: list[float] = field(default_factory=list)


@pytest.fixture(scope="module")
def told() -> Told:
    """Forecast the last weeks of each world from the weeks before them."""
    told = Told()
    for seed in SEEDS:
        random = Random(seed)
        world = world_of(random)
        stays = stays_of(world, random, KNOWN + AHEAD)
        whole = counts_of(stays, world.stages, 0, KNOWN + AHEAD - 1)
        known = replace(whole, last=KNOWN - 1)
        outlook = look_ahead(known, AHEAD, 36, 6)
        assert outlook is not None
        own = naive = missed = 0.0
        for ahead, row in enumerate(outlook.projection, 1):
            for place, one in enumerate(row):
                actual = whole.entries(known.last + ahead, place)
                low, high = quantiles(one.mean, one.variance, EIGHTY)
                least, most = quantiles(one.mean, one.variance, NINETY_FIVE)
                told.cells += 1
                told.in_80 += low <= actual <= high
                told.in_95 += least <= actual <= most
                told.below += actual < low
                told.above += actual > high
                missed += actual - one.mean
                own += abs(actual - one.mean)
                naive += abs(actual - known.entries(known.last, place))
        told.beaten += own < naive
        if world.trend == world.season == 0:
            told.missed.append(missed)
        told.tests += len(outlook.trials)
        told.tests_in_80 += sum(trial.covered for trial in outlook.trials)
    return told


def test_the_80_percent_interval_holds_70_to_90_percent_of_what_comes(told: Told):
    assert told.cells > 2000
    assert 0.70 <= told.in_80 / told.cells <= 0.90
    assert told.below / told.cells <= 0.15
    assert told.above / told.cells <= 0.15


def test_the_95_percent_interval_holds_more(told: Told):
    assert 0.93 <= told.in_95 / told.cells <= 0.99


def test_the_backtest_says_the_coverage_that_comes(told: Told):
    assert abs(told.tests_in_80 / told.tests - told.in_80 / told.cells) < 0.03


def test_repeating_the_last_week_is_beaten_in_most_worlds(told: Told):
    assert told.beaten >= 0.6 * len(SEEDS)


def test_the_forecast_of_steady_worlds_is_not_biased(told: Told):
    """The level follows a trend late, so that steady worlds alone can tell."""
    error = stdev(told.missed) / len(told.missed) ** 0.5

    assert len(told.missed) > 50
    assert abs(mean(told.missed)) < 3 * error
