"""The figures of a list and of bands are those of scikit-learn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import precision_score, recall_score
from tests.backtest.panels import FIRST, Rows, drawn, fill, listed

from leadline.backtest.bands import Cut, bands_of, steps_of
from leadline.backtest.sums import (
    Sums,
    ratio_figure,
    share_difference,
    share_figure,
    share_of,
    sums_of,
)
from leadline.engine.duckdb import Database
from leadline.intervals import Z
from leadline.sql import backtest as sql
from leadline.sql.relations import kept

SEEDS = range(12)


@pytest.fixture
def database() -> Iterator[Database]:
    with Database() as fresh:
        yield fresh


def pick(database: Database, rows: Rows, capacity: int, relation: str = "panel") -> str:
    fill(database, rows, relation)
    name = f"{relation} list"
    database.execute(kept(name, sql.picks(relation, capacity)))
    return name


@pytest.mark.parametrize("seed", SEEDS)
def test_precision_and_recall_are_those_of_scikit_learn(database: Database, seed: int):
    rows = drawn(seed, strength=0.8, levels=4 + seed)
    capacity = 1 + seed % 7

    name = pick(database, rows, capacity)
    sums = sums_of(database, sql.counts_by_lead(name), sql.COUNTS)
    precision = share_figure(sums, "hits", "picked")
    recall = share_figure(sums, "hits", "came")
    lift = ratio_figure(sums, ("hits", "picked"), ("came", "seen"))

    on_list = listed(rows, capacity)
    assert precision.value == pytest.approx(precision_score(rows.happened, on_list), abs=1e-12)
    assert recall.value == pytest.approx(recall_score(rows.happened, on_list), abs=1e-12)
    assert lift.value == pytest.approx(
        precision_score(rows.happened, on_list) / rows.happened.mean(), abs=1e-12
    )
    assert (precision.part, precision.whole) == ((on_list & rows.happened).sum(), on_list.sum())
    for figure in (precision, recall, lift):
        assert (
            figure.interval is None or figure.interval.low <= figure.value <= figure.interval.high
        )


def test_the_picks_of_each_week(database: Database):
    rows = drawn(3, levels=5)

    name = pick(database, rows, 6)

    on_list = listed(rows, 6)
    weeks = {
        FIRST + timedelta(days=7 * int(week) + 1): (
            int((rows.week == week).sum()),
            int(rows.happened[rows.week == week].sum()),
            int(on_list[rows.week == week].sum()),
            int((on_list & rows.happened)[rows.week == week].sum()),
        )
        for week in np.unique(rows.week)
    }
    found = database.rows(sql.weekly(name))
    assert {row[0]: (row[1], row[2], row[3], row[5]) for row in found} == weeks
    assert [row[0].isoweekday() for row in found] == [1] * len(found)


def test_a_cut_through_equal_scores_is_told(database: Database):
    rows = drawn(5, levels=3)
    tied = 0
    on_list = listed(rows, 4)
    for week in np.unique(rows.week):
        here = rows.week == week
        left_out = rows.value[here & ~on_list & (rows.value > 0)]
        if len(left_out):
            tied += int((rows.value[here & on_list] == left_out.max()).sum())

    name = pick(database, rows, 4)

    assert database.rows(sql.totals(name))[0][7] == tied
    assert tied > 0


def test_a_lead_without_points_is_on_no_list(database: Database):
    rows = drawn(1)
    nothing = rows.with_value(np.where(rows.week < 3, 0.0, rows.value))

    name = pick(database, nothing, 5)

    weeks = database.rows(sql.weekly(name))
    assert [row[3] for row in weeks[:3]] == [0, 0, 0]
    assert weeks[3][3] == 5
    assert database.rows(sql.totals(name))[0][6] == 3


@pytest.mark.parametrize("happened", [True, False])
def test_one_class_alone(database: Database, happened: bool):
    rows = drawn(2)
    alike = Rows(rows.lead, rows.week, rows.value, np.full(len(rows), happened))

    name = pick(database, alike, 5)
    sums = sums_of(database, sql.counts_by_lead(name), sql.COUNTS)

    precision = share_figure(sums, "hits", "picked")
    assert precision.value == float(happened)
    assert precision.interval is not None
    assert precision.interval.high - precision.interval.low > 0.1  # few leads, not many rows
    assert share_figure(sums, "hits", "came").value == (None if not happened else 40 / len(rows))


def test_a_panel_without_rows(database: Database):
    fill(database, drawn(1))
    database.execute("DELETE FROM panel")
    name = "panel list"
    database.execute(kept(name, sql.picks("panel", 5)))
    sums = sums_of(database, sql.counts_by_lead(name), sql.COUNTS)

    assert share_figure(sums, "hits", "picked").value is None
    assert ratio_figure(sums, ("hits", "picked"), ("came", "seen")).value is None


def test_rows_of_unknown_outcome_count_for_nothing_but_keep_their_place(database: Database):
    rows = drawn(4)
    name = pick(database, rows, 5)
    database.execute("UPDATE panel SET happened = NULL WHERE lead_id < 'L00020'")
    database.execute(kept(name, sql.picks("panel", 5)))

    sums = sums_of(database, sql.counts_by_lead(name), sql.COUNTS)

    known = rows.lead >= 20
    on_list = listed(rows, 5)
    assert sums.totals["picked"] == (on_list & known).sum()
    assert sums.totals["hits"] == (on_list & known & rows.happened).sum()
    assert sums.totals["seen"] == known.sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_bands_are_the_calibration_curve_of_scikit_learn(database: Database, seed: int):
    rows = drawn(seed, strength=2.0)
    draw = np.random.default_rng(seed)
    chance = draw.random(len(rows)) ** (1 + seed % 3)
    rows = rows.with_value(chance)
    fill(database, rows)
    cut = Cut(("0", "1", "2", "3", "4"), (0.2, 0.4, 0.6, 0.8))

    bands = bands_of(database, "panel", cut)

    shares, _ = calibration_curve(rows.happened, chance, n_bins=5, strategy="uniform")
    found = [band.share.value for band in bands if band.share is not None]
    assert found == pytest.approx(list(shares), abs=1e-12)
    assert sum(band.rows for band in bands) == len(rows)
    assert [band.leads for band in bands] == [
        len(np.unique(rows.lead[(chance >= low) & (chance < low + 0.2)]))
        for low in (0.0, 0.2, 0.4, 0.6, 0.8)
    ]


def test_higher_bands_that_do_better_are_told_from_those_that_do_not(database: Database):
    rows = drawn(1, leads=3000, weeks=1)
    draw = np.random.default_rng(1)
    value = draw.choice([5.0, 15.0, 25.0, 35.0], len(rows))
    chances = {5.0: 0.1, 15.0: 0.3, 25.0: 0.3, 35.0: 0.15}
    happened = draw.random(len(rows)) < np.vectorize(chances.get)(value)
    fill(database, Rows(rows.lead, rows.week, value, happened))

    bands = bands_of(database, "panel", Cut(("a", "b", "c", "d"), (10.0, 20.0, 30.0)))

    assert [step.word for step in steps_of(bands)] == ["up", "no clear change", "down"]


def resampled(rows: Rows, seed: int, times: int, figure) -> float:
    """Return the standard deviation of a figure over draws of leads with replacement."""
    draw = np.random.default_rng(seed)
    leads = np.unique(rows.lead)
    places = [np.flatnonzero(rows.lead == lead) for lead in leads]
    found = []
    for _ in range(times):
        chosen = draw.integers(0, len(leads), len(leads))
        found.append(figure(np.concatenate([places[lead] for lead in chosen])))
    return float(np.std(found))


def test_the_width_of_an_interval_is_that_of_a_bootstrap_over_leads(database: Database):
    rows = drawn(8, leads=300, weeks=10, together=0.9, strength=1.5, levels=40)
    on_list = listed(rows, 40)

    name = pick(database, rows, 40)
    sums = sums_of(database, sql.counts_by_lead(name), sql.COUNTS)
    interval = share_figure(sums, "hits", "picked").interval

    def precision(kept):
        return rows.happened[kept][on_list[kept]].mean()

    drawn_again = resampled(rows, 1, 800, precision)
    rows_alone = np.sqrt(precision(np.arange(len(rows))) * 0.5 / on_list.sum())
    assert interval is not None
    assert (interval.high - interval.low) / (2 * Z) == pytest.approx(drawn_again, rel=0.12)
    assert drawn_again > 1.5 * rows_alone  # or the clusters would not matter


def test_the_change_of_a_share_is_paired(database: Database):
    rows = drawn(9, leads=300, weeks=10, together=0.9, strength=1.5, levels=40)
    draw = np.random.default_rng(9)
    other = rows.with_value(rows.value + draw.normal(size=len(rows)) * 5)
    one, two = pick(database, rows, 40, "base"), pick(database, other, 40, "head")

    columns = [f"{side}_{column}" for side in ("base", "head") for column in sql.COUNTS]
    sums = sums_of(database, sql.counts_of_both(one, two), columns)
    change = share_difference(sums, ("base_hits", "base_picked"), ("head_hits", "head_picked"))

    lists = listed(rows, 40), listed(other, 40)

    def difference(kept):
        base, head = (rows.happened[kept][on_list[kept]].mean() for on_list in lists)
        return head - base

    assert change.value == pytest.approx(difference(np.arange(len(rows))))
    assert change.interval is not None
    half = (change.interval.high - change.interval.low) / 2
    assert half / Z == pytest.approx(resampled(rows, 2, 800, difference), rel=0.12)
    same = share_difference(sums, ("base_hits", "base_picked"), ("base_hits", "base_picked"))
    assert (same.value, same.interval) == (0.0, None)


def test_one_lead_on_every_list_says_little():
    """Twenty rows of one lead are one observation, whatever became of each."""
    share = share_of(_sums(np.array([10]), np.array([20])), "came", "seen")

    assert share is not None
    assert share.interval.high - share.interval.low > 0.7


@pytest.mark.parametrize("leads", [2, 5, 8])
def test_the_interval_of_few_leads_covers_the_share(leads: int):
    draw = np.random.default_rng(leads)
    covered, drawn_ = 0, 0
    for _ in range(400):
        came = draw.binomial(10, draw.beta(0.6, 1.4, leads))
        share = share_of(_sums(came, np.full(leads, 10)), "came", "seen")
        assert share is not None
        covered += share.interval.low <= 0.3 <= share.interval.high
        drawn_ += 1
    assert covered / drawn_ > 0.92


def test_a_lift_of_one_lead_has_no_interval():
    hits, picked = np.array([5, 0, 0]), np.array([10, 0, 0])
    columns = {"hits": hits, "picked": picked, "came": hits + 1, "seen": picked + 20}

    lift = ratio_figure(_of(columns), ("hits", "picked"), ("came", "seen"))

    assert lift.value is not None
    assert lift.interval is None


def _sums(came: np.ndarray, seen: np.ndarray) -> Sums:
    return _of({"came": came, "seen": seen})


def _of(columns: dict[str, np.ndarray]) -> Sums:
    names = tuple(columns)
    return Sums(
        len(columns[names[0]]),
        names,
        {name: int(columns[name].sum()) for name in names},
        {name: int((columns[name] > 0).sum()) for name in names},
        {(a, b): int((columns[a] * columns[b]).sum()) for a in names for b in names},
    )
