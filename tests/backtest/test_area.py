"""The area under the curve and its interval: scikit-learn, DeLong, Obuchowski, and chance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from tests.backtest.panels import Rows, drawn, fill, of_one_row_each

from leadline.backtest.area import area_difference, measure_area
from leadline.engine.duckdb import Database
from leadline.intervals import Z

Numbers = NDArray[np.float64]
SEEDS = range(12)


@pytest.fixture
def database() -> Iterator[Database]:
    with Database() as fresh:
        yield fresh


def ahead(value: Numbers, happened: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Return the placements: of rows that happened, and of rows that did not."""
    pairs = value[happened][:, None] - value[~happened][None, :]
    wins = (pairs > 0) + 0.5 * (pairs == 0)
    return wins.mean(axis=1), wins.mean(axis=0)


def delong(values: list[Numbers], happened: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the covariances of areas after DeLong, DeLong and Clarke-Pearson (1988)."""
    placed = [ahead(value, happened) for value in values]
    first = np.cov(np.array([one for one, _ in placed]))
    second = np.cov(np.array([other for _, other in placed]))
    return np.atleast_2d(first) / happened.sum() + np.atleast_2d(second) / (~happened).sum()


def obuchowski(rows: Rows) -> float:
    """Return the variance of an area whose rows come in clusters (1997), lead by lead."""
    one, other = ahead(rows.value, rows.happened)
    area = one.mean()
    leads = np.unique(rows.lead)
    m, n = len(one), len(other)
    above = np.array([(one[rows.lead[rows.happened] == lead] - area).sum() for lead in leads])
    below = np.array([(other[rows.lead[~rows.happened] == lead] - area).sum() for lead in leads])
    with_one = len(np.unique(rows.lead[rows.happened]))
    without = len(np.unique(rows.lead[~rows.happened]))
    s10 = with_one / ((with_one - 1) * m) * (above**2).sum()
    s01 = without / ((without - 1) * n) * (below**2).sum()
    s11 = len(leads) / (len(leads) - 1) * (above * below).sum()
    return float(s10 / m + s01 / n + 2 * s11 / (m * n))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_area_is_that_of_scikit_learn(database: Database, seed: int):
    rows = drawn(seed, levels=2 + seed, strength=seed / 4)
    fill(database, rows)

    found = measure_area(database, "panel")

    assert found.value == pytest.approx(roc_auc_score(rows.happened, rows.value), abs=1e-12)
    assert (found.part, found.whole) == (rows.happened.sum(), len(rows))


@pytest.mark.parametrize("seed", SEEDS)
def test_with_one_row_a_lead_the_interval_is_that_of_delong(database: Database, seed: int):
    rows = of_one_row_each(drawn(seed, leads=200, levels=3 + seed))
    fill(database, rows)

    interval = measure_area(database, "panel").interval

    area = roc_auc_score(rows.happened, rows.value)
    half = Z * np.sqrt(delong([rows.value], rows.happened)[0, 0])
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((area - half, area + half), abs=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
def test_with_several_rows_a_lead_the_interval_is_that_of_obuchowski(database: Database, seed: int):
    rows = drawn(seed, together=0.8)
    fill(database, rows)

    interval = measure_area(database, "panel").interval

    assert interval is not None
    half = (interval.high - interval.low) / 2
    assert half == pytest.approx(Z * np.sqrt(obuchowski(rows)), abs=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
def test_with_one_row_a_lead_the_difference_is_that_of_delong(database: Database, seed: int):
    rows = of_one_row_each(drawn(seed, leads=200))
    draw = np.random.default_rng(seed)
    other = rows.with_value(np.round(rows.value + 20 * draw.normal(size=len(rows)), -1))
    fill(database, rows, "base")
    fill(database, other, "head")

    change, number = area_difference(database, "base", "head")

    areas = [roc_auc_score(rows.happened, one.value) for one in (rows, other)]
    covariance = delong([rows.value, other.value], rows.happened)
    half = Z * np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    assert number == len(rows)
    assert change.value == pytest.approx(areas[1] - areas[0], abs=1e-12)
    assert change.interval is not None
    assert change.interval.low == pytest.approx(areas[1] - areas[0] - half, abs=1e-10)
    assert change.interval.high == pytest.approx(areas[1] - areas[0] + half, abs=1e-10)


def test_only_rows_that_both_have_are_compared(database: Database):
    rows = drawn(3)
    fill(database, rows, "base")
    fill(database, rows.with_value(-rows.value), "head")
    database.execute("DELETE FROM head WHERE lead_id < 'L00010'")

    change, number = area_difference(database, "base", "head")

    both = rows.lead >= 10
    area = roc_auc_score(rows.happened[both], rows.value[both])
    assert number == both.sum()
    assert change.value == pytest.approx(1 - 2 * area, abs=1e-12)


def test_a_ruleset_against_itself_differs_by_nothing(database: Database):
    rows = drawn(3)
    fill(database, rows, "base")
    fill(database, rows, "head")

    change, _ = area_difference(database, "base", "head")

    assert (change.value, change.interval) == (0.0, None)


@pytest.mark.parametrize("together", [0.0, 0.9])
def test_the_interval_covers_the_true_area(database: Database, together: float):
    """Of many panels of one world, about 95% have an interval around the area of that world."""
    world = {"levels": 30, "strength": 0.8, "share": 0.15, "together": together}
    truth = np.mean(
        [
            roc_auc_score(rows.happened, rows.value)
            for rows in (drawn(10_000 + seed, leads=2000, **world) for seed in range(12))
        ]
    )

    covered = naive = 0
    times = 150
    for seed in range(times):
        rows = drawn(seed, leads=150, **world)
        fill(database, rows)
        interval = measure_area(database, "panel").interval
        assert interval is not None
        covered += interval.low <= truth <= interval.high
        area = roc_auc_score(rows.happened, rows.value)
        half = Z * np.sqrt(delong([rows.value], rows.happened)[0, 0])
        naive += area - half <= truth <= area + half

    assert 0.90 <= covered / times <= 0.99
    if together:
        assert naive / times < 0.85  # as if each row were a lead of its own


@pytest.mark.parametrize("happened", [True, False])
def test_one_class_alone_has_no_area(database: Database, happened: bool):
    rows = drawn(1)
    fill(database, Rows(rows.lead, rows.week, rows.value, np.full(len(rows), happened)))

    found = measure_area(database, "panel")

    assert (found.value, found.interval) == (None, None)


@pytest.mark.parametrize(("sign", "area"), [(1.0, 1.0), (-1.0, 0.0), (0.0, 0.5)])
def test_where_every_pair_is_alike_there_is_no_interval(
    database: Database, sign: float, area: float
):
    rows = drawn(1)
    fill(database, rows.with_value(sign * rows.happened))

    found = measure_area(database, "panel")

    assert (found.value, found.interval) == (area, None)


def test_rows_of_unknown_outcome_count_for_nothing(database: Database):
    rows = drawn(4)
    fill(database, rows)
    database.execute("UPDATE panel SET happened = NULL WHERE lead_id < 'L00020'")

    known = rows.lead >= 20
    expected = roc_auc_score(rows.happened[known], rows.value[known])
    assert measure_area(database, "panel").value == pytest.approx(expected, abs=1e-12)
