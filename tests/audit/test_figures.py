"""Intervals of audits' figures against scipy and simulations."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from scipy import stats

from leadline.audit.figures import (
    Days,
    Parts,
    Sums,
    count_interval,
    median_ranks,
    median_reading,
    reading_of,
)
from leadline.diagnostic import Place
from leadline.expression import metrics as m
from leadline.intervals import Share

_NOWHERE = Place("", 0, 0, 0, 0)
SENT = m.Count(m.EventSource(("send",), None, _NOWHERE))
CLICKED = m.Count(m.EventSource(("click",), None, _NOWHERE))
RATE = Parts(CLICKED, SENT, "ratio")
DAYS = Days(date(2026, 1, 1), date(2026, 3, 31))


def sums_of(top: np.ndarray, bottom: np.ndarray) -> Sums:
    """Return the sums of the amounts of leads."""
    return Sums(
        top=float(top.sum()),
        bottom=float(bottom.sum()),
        top_squares=float((top**2).sum()),
        bottom_squares=float((bottom**2).sum()),
        products=float((top * bottom).sum()),
        leads=len(top),
    )


@pytest.mark.parametrize("n", [1, 5, 6, 7, 20, 99, 1000, 1001, 50_000])
def test_a_median_lies_between_its_ranks(n: int) -> None:
    ranks = median_ranks(n)
    if n < 6:
        assert ranks is None
        return
    assert ranks is not None
    low, high, quantile = ranks
    certain = stats.binom.cdf(high - 1, n, 0.5) - stats.binom.cdf(low - 1, n, 0.5)
    assert certain >= 0.9495
    # One rank further in would be too little.
    assert stats.binom.cdf(high - 2, n, 0.5) - stats.binom.cdf(low, n, 0.5) < 0.955
    assert 2 * stats.norm.cdf(quantile) - 1 == pytest.approx(certain, abs=2e-3)


@pytest.mark.parametrize("n", [30, 200])
def test_the_variance_of_a_median_is_that_of_many_draws(n: int) -> None:
    dice = np.random.default_rng(n)
    medians, variances = [], []
    for _ in range(2000):
        times = np.sort(dice.exponential(10.0, n))
        low, high, _quantile = median_ranks(n) or (0, 0, 0)
        ends = (float(times[low - 1]), float(times[high - 1]))
        reading = median_reading(float(np.median(times)), n, ends, DAYS)
        medians.append(reading.value)
        variances.append(reading.variance)
    assert float(np.mean(variances)) == pytest.approx(float(np.var(medians)), rel=0.2)


def test_one_thing_a_lead_has_wilsons_interval() -> None:
    top = np.array([1.0] * 30 + [0.0] * 970)
    reading = reading_of(RATE, "share", sums_of(top, np.ones(1000)), DAYS)
    plain = Share(30, 1000).interval
    assert reading.interval is not None
    assert reading.interval.low == pytest.approx(plain.low, rel=1e-3)
    assert reading.interval.high == pytest.approx(plain.high, rel=1e-3)
    assert (reading.n, reading.value) == (1000, 0.03)


def test_events_of_one_lead_count_as_little_as_they_tell() -> None:
    # Ten leads of whom five click on everything are ten things that can be seen, not a thousand.
    top, bottom = np.array([100.0] * 5 + [0.0] * 5), np.full(10, 100.0)
    reading = reading_of(RATE, "share", sums_of(top, bottom), DAYS)
    plain = Share(500, 1000).interval
    assert reading.interval is not None
    wide = reading.interval.high - reading.interval.low
    assert wide > 8 * (plain.high - plain.low)
    ten = Share(5, 9).interval
    assert wide == pytest.approx(ten.high - ten.low, rel=0.05)


@pytest.mark.parametrize("kind", ["share", "ratio", "count"])
def test_intervals_hold_the_truth_about_as_often_as_they_say(kind: str) -> None:
    dice = np.random.default_rng(5)
    held, tries = 0, 600
    for _ in range(tries):
        leads = dice.poisson(400)
        bottom = 1.0 + dice.poisson(3.0, leads)
        keen = dice.beta(1.0, 9.0, leads)
        if kind == "share":
            top, truth = dice.binomial(bottom.astype(int), keen).astype(float), 0.1
        else:
            top, truth = dice.poisson(20 * keen * bottom).astype(float), 2.0
        found = reading_of(
            RATE, "share" if kind == "share" else "ratio", sums_of(top, bottom), DAYS
        )
        interval = found.interval
        if kind == "count":
            truth = 400 * 4.0
            interval = count_interval(float(bottom.sum()), float((bottom**2).sum()))
        assert interval is not None
        held += interval.low <= truth <= interval.high
    assert 0.92 <= held / tries <= 0.98


def test_a_count_of_nothing_is_bounded_as_poissons() -> None:
    interval = count_interval(0.0, 0.0)
    assert interval.low == 0
    assert interval.high == pytest.approx(stats.chi2.ppf(0.975, 2) / 2)


def test_a_cost_is_as_uncertain_as_what_it_bought() -> None:
    parts = Parts(m.Count(m.MetricSource("cost", _NOWHERE)), SENT, "cost")
    sums = Sums(top=5000.0, bottom=100.0, bottom_squares=100.0, leads=100)
    reading = reading_of(parts, "cost", sums, DAYS)
    assert reading.value == 50
    assert reading.variance is not None
    assert math.sqrt(reading.variance) / 50 == pytest.approx(0.1)
    nothing = reading_of(parts, "cost", Sums(top=5000.0), DAYS)
    assert nothing.value is None
    assert "nothing to divide by" in nothing.reason
