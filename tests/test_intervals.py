"""Intervals against statsmodels and scipy."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.rates import confint_poisson_2indep

from leadline.intervals import Interval, Rate, Share, Z, design_effect, rate_ratio, share_change


def test_the_quantile_is_that_of_the_normal_distribution() -> None:
    assert pytest.approx(stats.norm.ppf(0.975), abs=1e-15) == Z


@given(st.data())
def test_a_share_has_wilsons_interval(data: st.DataObject) -> None:
    whole = data.draw(st.integers(1, 100_000))
    part = data.draw(st.integers(0, whole))
    low, high = proportion_confint(part, whole, method="wilson")
    interval = Share(part, whole).interval
    assert interval.low == pytest.approx(low, abs=1e-12)
    assert interval.high == pytest.approx(high, abs=1e-12)


@given(st.data())
def test_a_design_effect_divides_the_number_of_observations(data: st.DataObject) -> None:
    whole = data.draw(st.integers(1, 1_000))
    part = data.draw(st.integers(0, whole))
    effect = data.draw(st.integers(1, 20))
    clustered = Share(part * effect, whole * effect, effect).interval
    plain = Share(part, whole).interval
    assert clustered.low == pytest.approx(plain.low, abs=1e-12)
    assert clustered.high == pytest.approx(plain.high, abs=1e-12)


@given(st.data())
def test_a_change_of_shares_has_newcombes_interval(data: st.DataObject) -> None:
    wholes = [data.draw(st.integers(1, 5_000)) for _ in range(2)]
    parts = [data.draw(st.integers(0, whole)) for whole in wholes]
    low, high = confint_proportions_2indep(
        parts[1], wholes[1], parts[0], wholes[0], compare="diff", method="newcomb"
    )
    found = share_change(Share(parts[0], wholes[0]), Share(parts[1], wholes[1]))
    assert found.low == pytest.approx(low, abs=1e-12)
    assert found.high == pytest.approx(high, abs=1e-12)


@given(st.integers(1, 10_000), st.integers(1, 365), st.integers(1, 10_000), st.integers(1, 365))
def test_a_ratio_of_counts_has_the_interval_of_logarithms(
    one: int, days: int, other: int, other_days: int
) -> None:
    low, high = confint_poisson_2indep(
        other, other_days, one, days, method="wald-log", compare="ratio"
    )
    found = rate_ratio(Rate(one, days, one), Rate(other, other_days, other))
    assert found.low == pytest.approx(low)
    assert found.high == pytest.approx(high)


def test_a_ratio_to_nothing_is_bounded_on_the_side_that_the_data_bound() -> None:
    found = rate_ratio(Rate(40, 30, 40), Rate(0, 30, 0))
    assert found.high < 0.5
    assert math.isfinite(rate_ratio(Rate(0, 30, 0), Rate(40, 30, 40)).low)


def test_the_design_effect_is_the_ratio_of_variances_and_at_least_one() -> None:
    assert design_effect(0.2, 100, 3 * 0.2 * 0.8 / 100) == pytest.approx(3)
    assert design_effect(0.2, 100, 0.0001) == 1
    assert design_effect(0.0, 100, 0.0) == 1


@pytest.mark.parametrize(
    ("interval", "word"),
    [((0.1, 0.2), "up"), ((-0.2, -0.1), "down"), ((-0.1, 0.1), "no clear change")],
)
def test_an_interval_says_its_direction(interval: tuple[float, float], word: str) -> None:
    assert Interval(*interval).direction() == word
