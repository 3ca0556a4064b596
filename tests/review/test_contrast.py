"""The ratio of two shares: against public libraries, against many drawn worlds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import Table2x2

from leadline.engine.duckdb import Database
from leadline.report.review import Contrast
from leadline.review.contrast import contrast
from leadline.sql.review import Watched, counted_rules

FIRST = date(2026, 1, 5)


@pytest.fixture
def database() -> Iterator[Database]:
    with Database() as fresh:
        fresh.execute("CREATE TEMP TABLE outcome (lead_id VARCHAR, began_at TIMESTAMP)")
        yield fresh


def keep_counts(database: Database, rows: Sequence[tuple[int, int, int, int]]) -> None:
    """Keep counts by lead: with, of them with an outcome, without, of them with an outcome."""
    database.execute(
        'CREATE OR REPLACE TEMP TABLE "review counted" (lead_id VARCHAR, yes BIGINT, '
        '"yes happened" BIGINT, no BIGINT, "no happened" BIGINT)'
    )
    columns = [list(column) for column in zip(*rows, strict=True)]
    database.execute(
        'INSERT INTO "review counted" SELECT CAST(unnest(range(?)) AS VARCHAR), '
        + ", ".join("unnest(?::BIGINT[])" for _ in columns),
        [len(rows), *columns],
    )


def one_row_a_lead(a: int, b: int, c: int, d: int) -> list[tuple[int, int, int, int]]:
    """Return the leads of a table of four: with and an outcome, with and none, without ..."""
    return [(1, 1, 0, 0)] * a + [(1, 0, 0, 0)] * b + [(0, 0, 1, 1)] * c + [(0, 0, 1, 0)] * d


def is_like(found: Contrast, ratio: float, low: float, high: float) -> None:
    assert found.interval is not None
    ends = (found.ratio, found.interval.low, found.interval.high)
    assert ends == pytest.approx((ratio, low, high), rel=1e-12)


@pytest.mark.parametrize(
    "table",
    [(12, 88, 30, 870), (1, 9, 200, 300), (40, 60, 45, 55), (0, 50, 20, 430), (7, 0, 20, 80)],
)
def test_a_lead_looked_at_once_is_an_observation(database: Database, table):
    keep_counts(database, one_row_a_lead(*table))

    found = contrast(database, "yes", "no")

    half = 0.0 if all(table) else 0.5  # the library adds it to cells that are empty alone
    expected = Table2x2(np.array(table).reshape(2, 2) + half)
    is_like(found, expected.riskratio, *expected.riskratio_confint())
    a, b, c, d = table
    assert (found.one.leads, found.one.leads_happened) == (a + b, a)
    assert (found.other.times, found.other.happened) == (c + d, c)


def test_a_lead_looked_at_ten_times_is_one_all_the_same(database: Database):
    once = one_row_a_lead(12, 88, 30, 870)
    keep_counts(database, once)
    expected = contrast(database, "yes", "no")

    keep_counts(database, [tuple(10 * n for n in row) for row in once])
    found = contrast(database, "yes", "no")

    assert expected.ratio is not None
    assert expected.interval is not None
    is_like(found, expected.ratio, expected.interval.low, expected.interval.high)
    assert (found.one.times, found.one.leads) == (1000, 100)


def test_the_interval_is_that_of_drawing_leads_again(database: Database):
    draw = np.random.default_rng(5)
    eager = draw.gamma(0.5, 0.2, 900)
    yes, no = draw.integers(0, 6, 900), draw.integers(0, 20, 900)
    yes_came = draw.binomial(yes, np.minimum(1, 2 * eager))
    no_came = draw.binomial(no, np.minimum(1, eager))
    rows = np.stack([yes, yes_came, no, no_came], axis=1)
    keep_counts(database, [tuple(int(n) for n in row) for row in rows])

    found = contrast(database, "yes", "no")

    sums = rows[draw.integers(0, 900, (4000, 900))].sum(axis=1)
    logs = np.log(sums[:, 1] / sums[:, 0] / (sums[:, 3] / sums[:, 2]))
    assert found.ratio is not None
    assert found.interval is not None
    width = np.log(found.interval.high / found.interval.low)
    assert width == pytest.approx(2 * 1.96 * logs.std(), rel=0.06)
    naive = Table2x2(
        [[yes_came.sum(), (yes - yes_came).sum()], [no_came.sum(), (no - no_came).sum()]]
    )
    low, high = naive.riskratio_confint()
    assert width > 1.1 * np.log(high / low)  # as if each date stood for itself


@pytest.mark.parametrize("table", [(0, 0, 3, 97), (3, 97, 0, 0), (0, 10, 0, 90)])
def test_a_side_that_is_empty_has_no_ratio(database: Database, table):
    keep_counts(database, one_row_a_lead(*table))

    found = contrast(database, "yes", "no")

    assert (found.ratio, found.interval, found.word) == (None, None, "")


@pytest.mark.parametrize(
    ("table", "enough"),
    [
        ((4, 20, 40, 960), False),  # 1 lead to be expected, 4 seen
        ((5, 20, 40, 960), True),
        ((0, 120, 40, 960), False),  # 4.8 to be expected
        ((0, 130, 40, 960), True),
        ((20, 20, 4, 4), False),  # too few on the other side
        ((20, 20, 0, 400), True),  # where 200 are to be expected
    ],
)
def test_few_leads_with_an_outcome_say_nothing(database: Database, table, enough: bool):
    keep_counts(database, one_row_a_lead(*table))

    found = contrast(database, "yes", "no")

    assert found.enough == enough
    assert bool(found.word) == enough


def panel(
    database: Database, points: np.ndarray, happened: np.ndarray, first: date = FIRST
) -> None:
    """Keep a panel: points of leads, dates and rules; whether each lead has an outcome by date."""
    leads, dates, rules = points.shape
    columns = ", ".join(f'"rule.r{n}" DOUBLE' for n in range(rules))
    database.execute(
        "CREATE OR REPLACE TEMP TABLE panel (snapshot DATE, lead_id VARCHAR, value DOUBLE, "
        f"happened BOOLEAN, {columns})"
    )
    snapshots = [first + timedelta(weeks=n) for n in range(dates)] * leads
    names = [f"l{n}" for n in range(leads) for _ in range(dates)]
    given = ", ".join("unnest(?::DOUBLE[])" for _ in range(rules))
    database.execute(
        "INSERT INTO panel SELECT unnest(?::DATE[]), unnest(?::VARCHAR[]), 0, "
        f"unnest(?::BOOLEAN[]), {given}",
        [
            snapshots,
            names,
            happened.reshape(-1).tolist(),
            *(points[:, :, n].reshape(-1).tolist() for n in range(rules)),
        ],
    )


def test_of_rules_without_an_effect_few_seem_to_have_one(database: Database):
    """What rules give has nothing to do with outcomes; 5% of intervals leave out 1."""
    draw = np.random.default_rng(11)
    leads, dates, rules, told, wrong = 400, 26, 30, 0, 0
    for _ in range(5):
        begins = draw.exponential(120, leads)  # in weeks; seen from 13 weeks before on
        weeks = np.arange(dates)
        happened = (begins[:, None] >= weeks) & (begins[:, None] < weeks + 13)
        got = draw.exponential(40, (leads, rules))
        points = np.where(got[:, None, :] <= weeks[None, :, None], 5.0, 0.0)
        panel(database, points, happened)
        watched = [Watched(f"r{n}", lasting=n % 3 == 0) for n in range(rules)]
        database.execute(counted_rules("panel", watched, FIRST, 7))
        for n in range(rules):
            word = contrast(database, f"new {n}", f"none {n}").word
            told += word != ""
            wrong += word in ("up", "down")

    assert told > 140
    assert 0.02 < wrong / told < 0.075  # the rules of a world share its outcomes


def test_points_are_fresh_on_the_first_date_with_them(database: Database):
    points = np.array(
        [
            [[0], [8], [8], [0], [8]],  # fresh, later, gone, fresh again
            [[8], [8], [8], [8], [8]],  # nobody knows since when
            [[0], [0], [0], [0], [0]],
        ],
        dtype=float,
    )
    panel(database, points, np.array([[0, 0, 1, 1, 1]] * 3, dtype=bool))
    database.execute(counted_rules("panel", [Watched("r0", lasting=False)], FIRST, 7))

    columns = '"new 0", "new 0 happened", "old 0", "old 0 happened", "none 0", "none 0 happened"'
    rows = database.rows(f'SELECT {columns} FROM "review counted" ORDER BY lead_id')

    assert rows == [(2, 1, 1, 1, 2, 1), (0, 0, 5, 3, 0, 0), (0, 0, 0, 0, 5, 3)]


def test_a_lead_that_is_new_has_fresh_points_on_its_first_date(database: Database):
    panel(database, np.full((1, 2, 1), 3.0), np.array([[False, True]]), FIRST + timedelta(weeks=1))
    database.execute(counted_rules("panel", [Watched("r0", lasting=False)], FIRST, 7))

    rows = database.rows('SELECT "new 0", "old 0", "plus 0" FROM "review counted"')

    assert rows == [(1, 1, 2)]


def test_a_lead_that_comes_back_from_sales_has_old_points(database: Database):
    points = np.array([[[0], [0], [3], [3]], [[0], [0], [3], [3]]], dtype=float)
    panel(database, points, np.zeros((2, 4), dtype=bool))
    second = FIRST + timedelta(weeks=1)
    database.execute(f"DELETE FROM panel WHERE lead_id = 'l0' AND snapshot = '{second}'")
    database.execute(f"DELETE FROM panel WHERE lead_id = 'l1' AND snapshot <= '{second}'")
    database.execute(f"INSERT INTO outcome VALUES ('l1', '{FIRST - timedelta(days=9)}')")
    database.execute(counted_rules("panel", [Watched("r0", lasting=False)], FIRST, 7))

    rows = database.rows('SELECT "new 0", "old 0", "none 0" FROM "review counted" ORDER BY lead_id')

    assert rows == [(0, 2, 1), (0, 2, 0)]
