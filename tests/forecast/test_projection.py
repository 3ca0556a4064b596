"""Expectations that can be worked out by hand, or by letting many leads live."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import pytest
from tests.forecast.worlds import World, counts_of, stays_of

from leadline.forecast.counts import Counts, History
from leadline.forecast.hazards import Hazards, estimate
from leadline.forecast.projection import arrivals_of, project
from leadline.sql.hazards import UNKNOWN

WEEKS = range(1, 31)


def _project(counts: Counts, weeks: int):
    history = History(counts, 500)
    history.up_to(counts.last)
    return project(counts, history, counts.last, weeks)


def _estimate(counts: Counts) -> tuple[Hazards, ...]:
    history = History(counts, 500)
    history.up_to(counts.last)
    return estimate(history, counts.stages)


def test_one_half_moves_on_each_week():
    """With a hazard of 1/2 from 800 inside go 400, 200, 100; nobody arrives."""
    inside = {week: {(0, UNKNOWN): 800} for week in range(1, 32)}
    moves = {week: {(0, UNKNOWN, 1): 400} for week in WEEKS}

    rows = _project(Counts(2, 1, 30, inside, moves, {}), 3)

    assert [row[0].mean for row in rows] == [0, 0, 0]
    assert [row[1].mean for row in rows] == pytest.approx([400, 200, 100])
    # n q (1 - q), and the estimate from 12,000 moves.
    assert rows[1][1].variance == pytest.approx(800 * 0.25 * 0.75 + 200**2 / 12_000)


def test_moves_within_the_week_of_entry_are_not_lost():
    """Of 10 arrivals a week 4 move on in the same week, of whom 1 in 2 comes back at once."""
    inside = {week: {(0, 0): 12, (1, 0): 4} for week in WEEKS}
    moves = {week: {(0, 0, 1): 4, (0, 0, None): 8, (1, 0, 0): 2, (1, 0, None): 2} for week in WEEKS}
    arrivals = dict.fromkeys(WEEKS, (10, 0))

    rows = _project(Counts(2, 1, 30, inside, moves, arrivals), 4)

    for row in rows:
        assert row[0].mean == pytest.approx(12)
        assert row[1].mean == pytest.approx(4)


def test_as_many_moves_are_expected_of_the_past_as_there_were():
    world = World((12.0, 1.0), 0, 0, 0, (0.7, 1.5), (30.0, 12.0), ((0, 0.8, 0.2), (0.3, 0, 0.7)))
    counts = counts_of(stays_of(world, Random(5), 40), 2, 0, 39)

    hazards = _estimate(counts)

    for place in range(2):
        expected = [0.0] * 3
        there = [0] * 3
        for week in range(1, 40):
            for (at, age), stays in counts.inside[week].items():
                if at == place:
                    chances = hazards[place].entry if age == 0 else hazards[place].at(age)
                    expected = [e + stays * c for e, c in zip(expected, chances, strict=True)]
            for (at, _, following), stays in counts.moves[week].items():
                if at == place:
                    there[2 if following is None else following] += stays
        assert expected == pytest.approx(there)


def test_a_hazard_of_a_known_distribution_is_found():
    """Stays of Weibull: of those still there after w weeks the share S(w) - S(w + 1) leaves."""
    shape, mean = 0.7, 40.0
    world = World((60.0,), 0, 0, 0, (shape,), (mean,), ((0.0, 1.0),))
    counts = counts_of(stays_of(world, Random(8), 120), 1, 0, 119)
    scale = mean / math.gamma(1 + 1 / shape)

    def survival(weeks: float) -> float:
        return math.exp(-((7 * weeks / scale) ** shape))

    # Leads come at any time of the week: an age of w whole weeks is one of w - 1 to w weeks.
    def there(age: int) -> float:
        return sum(survival(age - 1 + part / 100) for part in range(100)) / 100

    [hazards] = _estimate(counts)

    for age in (1, 2, 4, 8):
        true = 1 - there(age + 1) / there(age)
        assert hazards.at(age)[1] == pytest.approx(true, rel=0.15)
    assert hazards.at(1)[1] > 1.3 * hazards.at(8)[1]


def test_far_ahead_the_past_is_forgotten():
    """Entries then are those that the world comes to of itself, as other lives of it show."""
    world = World((20.0, 0.0), 0, 0, 0, (1.0, 1.0), (21.0, 14.0), ((0, 0.7, 0.3), (0.2, 0, 0.8)))
    long = counts_of(stays_of(world, Random(1), 300), 2, 0, 299)
    last = replace(long, inside={**long.inside, 300: {}})
    rows = _project(last, 40)

    # x = 20 + 0.2 y, y = 0.7 x.
    steady = 20 / (1 - 0.2 * 0.7)
    assert rows[0][1].mean < 0.5 * 0.7 * steady
    assert rows[39][0].mean == pytest.approx(steady, rel=0.1)
    assert rows[39][1].mean == pytest.approx(0.7 * steady, rel=0.1)


def test_ages_of_few_are_taken_together_and_drawn_to_the_mean():
    inside = {1: {(0, 1): 100, (0, 2): 50, (0, 3): 10, (0, 4): 2}, 2: {}}
    moves = {1: {(0, 1, 1): 10, (0, 2, 1): 10, (0, 4, 1): 2}}

    hazards, empty = _estimate(Counts(2, 1, 1, inside, moves, {}))

    assert len(hazards.ages) == 2
    assert hazards.at(2) == hazards.at(3) == hazards.at(40)
    mean = 22 / 162
    rough = [(10 + 5 * mean) / 105, (12 + 5 * mean) / 67]
    scaled = 22 / (100 * rough[0] + 62 * rough[1])
    assert [hazards.at(1)[1], hazards.at(2)[1]] == pytest.approx([r * scaled for r in rough])
    assert empty.at(1) == (0.0, 0.0, 0.0)


def test_the_level_of_arrivals_follows_a_jump_and_averages_noise():
    steady = {week: (10 + (-1) ** week * 3,) for week in WEEKS}
    jumped = {week: (4 if week <= 22 else 40,) for week in WEEKS}
    counts = Counts(1, 1, 30, {}, {}, steady)

    assert arrivals_of(counts, 30, 0).level == pytest.approx(10, abs=0.4)
    assert arrivals_of(replace(counts, arrivals=jumped), 30, 0).level > 35


def test_scattered_arrivals_widen_what_is_expected():
    crowds = {week: (60 if week % 6 == 0 else 2,) for week in WEEKS}
    even = dict.fromkeys(WEEKS, (12,))
    counts = Counts(1, 1, 30, {}, {}, crowds)

    [[scattered]] = _project(counts, 1)
    [[calm]] = _project(replace(counts, arrivals=even), 1)

    assert arrivals_of(counts, 30, 0).scatter > 10
    assert scattered.variance > 10 * scattered.mean
    assert calm.variance == pytest.approx(12 + 12 / 19, rel=0.05)
