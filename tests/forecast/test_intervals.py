from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from leadline.forecast.intervals import quantiles

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)


@given(mean=st.floats(0.05, 120), over=st.floats(1.01, 6))
def test_a_variance_over_the_mean_is_scipys_negative_binomial(mean: float, over: float):
    size = mean / (over - 1)
    expected = stats.nbinom.ppf(LEVELS, size, 1 / over)

    _near(quantiles(mean, mean * over, LEVELS), expected, stats.nbinom(size, 1 / over))


@given(mean=st.floats(0.05, 120))
def test_a_variance_like_the_mean_is_scipys_poisson(mean: float):
    _near(quantiles(mean, mean, LEVELS), stats.poisson.ppf(LEVELS, mean), stats.poisson(mean))


@given(trials=st.integers(1, 200), share=st.floats(0.05, 0.9))
def test_a_variance_below_the_mean_is_scipys_binomial(trials: int, share: float):
    mean = trials * share
    expected = stats.binom.ppf(LEVELS, trials, share)

    _near(quantiles(mean, mean * (1 - share), LEVELS), expected, stats.binom(trials, share))


def _near(found, expected, distribution) -> None:
    """Where a level is reached to the last digit, either count is right."""
    for level, one, other in zip(LEVELS, found, expected, strict=True):
        assert one == other or abs(distribution.cdf(min(one, other)) - level) < 1e-9


@pytest.mark.parametrize("over", [0.5, 1.0, 3.0])
def test_many_are_normal(over: float):
    mean = 5000.0
    found = quantiles(mean, mean * over, LEVELS)

    assert found[2] == 5000
    assert found[3] == pytest.approx(stats.norm.ppf(0.9, mean, (mean * over) ** 0.5), abs=1)


def test_nobody_is_expected():
    assert quantiles(0.0, 0.0, LEVELS) == (0, 0, 0, 0, 0)


def test_what_is_certain_hardly_scatters():
    assert quantiles(1e-12, 1e-12, LEVELS) == (0, 0, 0, 0, 0)
    low, high = quantiles(40.0, 0.0, (0.1, 0.9))
    assert 39 <= low <= 40 <= high <= 41
