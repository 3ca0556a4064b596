"""Trends against statsmodels."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import statsmodels.api as sm

from leadline.audit.reading import Reading, Unit
from leadline.audit.trend import FEWEST, fit_line, months_before, trend_of


def months(values: list[float], unit: Unit = "share", bottom: float | None = 1000) -> list[Reading]:
    """Return a reading a month up to June 2026."""
    spans = months_before(date(2026, 6, 30), date(2020, 1, 1))[-len(values) :]
    return [
        Reading(*span, unit, value, bottom=bottom)
        for span, value in zip(spans, values, strict=True)
    ]


@pytest.mark.parametrize("count", range(6, 13))
def test_the_line_is_that_of_ordinary_least_squares(count: int) -> None:
    dice = np.random.default_rng(count)
    places = np.sort(dice.choice(24, count, replace=False)).astype(float)
    values = 0.3 + 0.01 * places + dice.normal(0, 0.05, count)
    line = fit_line(list(places), list(values))
    fitted = sm.OLS(values, sm.add_constant(places)).fit()
    low, high = fitted.conf_int(0.05)[1]
    assert line.slope == pytest.approx(fitted.params[1])
    assert (line.interval.low, line.interval.high) == pytest.approx((low, high))
    assert line.first == pytest.approx(fitted.fittedvalues[0])
    assert line.last == pytest.approx(fitted.fittedvalues[-1])


def test_months_are_whole_and_at_most_twelve() -> None:
    found = months_before(date(2026, 6, 29), date(2025, 1, 15))
    assert found[0] == (date(2025, 6, 1), date(2025, 6, 30))
    assert found[-1] == (date(2026, 5, 1), date(2026, 5, 31))
    assert len(found) == 12
    late = months_before(date(2026, 6, 30), date(2026, 4, 2))
    assert late == (
        (date(2026, 5, 1), date(2026, 5, 31)),
        (date(2026, 6, 1), date(2026, 6, 30)),
    )


def test_a_share_that_rises_is_told_in_points_a_quarter() -> None:
    found = trend_of(months([0.10 + 0.01 * n for n in range(12)]))
    assert found.slope == pytest.approx(0.03)
    assert (found.word, found.months, found.relative) == ("rising", 12, None)
    assert (found.begin, found.end) == (date(2025, 7, 1), date(2026, 6, 30))


def test_counts_are_those_of_months_of_one_length() -> None:
    # As many a day in months of 28 to 31 days is no trend.
    spans = months_before(date(2026, 6, 30), date(2020, 1, 1))
    readings = [Reading(*s, "count", 10.0 * ((s[1] - s[0]).days + 1)) for s in spans]
    found = trend_of(readings)
    assert found.slope == pytest.approx(0.0, abs=1e-9)
    assert found.word == "flat"


def test_a_count_that_falls_is_told_beside_its_mean() -> None:
    spans = months_before(date(2026, 6, 30), date(2020, 1, 1))
    readings = [
        Reading(*s, "count", (100.0 - 5 * n) * ((s[1] - s[0]).days + 1) / 30.4375)
        for n, s in enumerate(spans)
    ]
    found = trend_of(readings)
    assert found.slope == pytest.approx(-15.0)
    assert found.relative == pytest.approx(-15 / 72.5)
    assert found.word == "falling"


def test_few_months_are_no_trend() -> None:
    found = trend_of(months([0.1] * (FEWEST - 1)))
    assert (found.slope, found.word) == (None, "")
    assert found.reason.startswith("not enough data: 5 whole months")


def test_months_without_a_figure_are_left_out_at_their_place() -> None:
    readings = months([0.10 + 0.01 * n for n in range(12)])
    readings[4] = Reading(readings[4].begin, readings[4].end, "share", None)
    found = trend_of(readings)
    assert (found.months, found.slope) == (11, pytest.approx(0.03))


def test_a_rate_that_rises_while_its_volume_collapses_says_so() -> None:
    rates, volumes = [0.03 * 1.25**n for n in range(12)], [20_000 * 0.7**n for n in range(12)]
    readings = [months([rate] * 12, bottom=volumes[n])[n] for n, rate in enumerate(rates)]
    found = trend_of(readings)
    assert (found.word, found.caution) == ("rising", "of 98% fewer")
