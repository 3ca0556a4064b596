"""Kaplan-Meier curves, their bands and medians, as lifelines has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter, datasets
from lifelines.utils import median_survival_times

from leadline.engine.duckdb import Database
from leadline.sql.survival import survival_curve, survival_medians

#: Data sets that lifelines ships: loader, time, whether it ended, group.
SHIPPED = [
    ("load_waltons", "T", "E", "group"),
    ("load_lung", "time", "status", "sex"),
    ("load_rossi", "week", "arrest", "prio"),
    ("load_leukemia", "t", "status", "Rx"),
    ("load_gbsg2", "time", "cens", "tgrade"),
    ("load_dd", "duration", "observed", "regime"),
]


def generated(seed: int) -> pd.DataFrame:
    """Draw times with many ties, most of them censored in some groups and none in others."""
    random = np.random.default_rng(seed)
    size = 400
    group = random.integers(0, 5, size)
    time = np.ceil(random.exponential(4 + 3 * group, size) * 2) / 2
    ended = random.random(size) < np.array([0.05, 0.3, 0.6, 0.9, 1.0])[group]
    return pd.DataFrame({"time": time, "ended": ended, "group": group})


def frames() -> Iterator[tuple[str, pd.DataFrame]]:
    for loader, time, ended, group in SHIPPED:
        frame = getattr(datasets, loader)()[[time, ended, group]].dropna()
        frame.columns = ["time", "ended", "group"]
        yield loader, frame
    for seed in range(4):
        yield f"generated {seed}", generated(seed)


FRAMES = dict(frames())


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with Database() as fresh:
        yield fresh


def kept(database: Database, frame: pd.DataFrame) -> None:
    columns: list[Sequence[object]] = [
        [str(group) for group in frame["group"]],
        [float(time) for time in frame["time"]],
        [bool(ended) for ended in frame["ended"]],
    ]
    database.execute(
        'CREATE OR REPLACE TEMP TABLE times AS SELECT unnest(?::VARCHAR[]) AS "group",'
        " unnest(?::DOUBLE[]) AS days, unnest(?::BOOLEAN[]) AS ended",
        columns,
    )
    database.execute(f"CREATE OR REPLACE TEMP TABLE curve AS {survival_curve('times', ('group',))}")


@pytest.mark.parametrize("name", FRAMES)
def test_curve_and_band_are_those_of_lifelines(name: str, database: Database) -> None:
    frame = FRAMES[name]
    kept(database, frame)

    for group, part in frame.groupby("group"):
        fitted = KaplanMeierFitter().fit(part["time"], part["ended"])
        expected = pd.concat([fitted.survival_function_, fitted.confidence_interval_], axis=1)
        table = fitted.event_table.loc[expected.index]
        ours = database.rows(
            "SELECT days, at_risk, gone, survival, low, high FROM curve"
            ' WHERE "group" = ? ORDER BY days',
            [str(group)],
        )
        # lifelines begins each curve at 0, where nobody has left.
        begins = 1 if expected.index[0] == 0 and not (part["time"] == 0).any() else 0
        assert [row[0] for row in ours] == expected.index.to_list()[begins:]
        assert [row[1] for row in ours] == table["at_risk"].to_list()[begins:]
        assert [row[2] for row in ours] == table["observed"].to_list()[begins:]
        np.testing.assert_allclose(
            [row[3:] for row in ours], expected.to_numpy()[begins:], rtol=0, atol=1e-9
        )


@pytest.mark.parametrize("name", FRAMES)
def test_median_and_its_band_are_those_of_lifelines(name: str, database: Database) -> None:
    frame = FRAMES[name]
    kept(database, frame)
    found = {
        group: figures for group, *figures in database.rows(survival_medians("curve", ("group",)))
    }

    assert len(found) == frame["group"].nunique()
    for group, part in frame.groupby("group"):
        fitted = KaplanMeierFitter().fit(part["time"], part["ended"])
        # Rounded, so that a half that is reached exactly is not missed by its last bit.
        low, high = fitted.confidence_interval_.round(12).to_numpy().T
        curves = (fitted.survival_function_.round(12).iloc[:, 0].to_numpy(), low, high)
        expected = [
            median_survival_times(pd.Series(curve, index=fitted.survival_function_.index))
            if curve[-1] <= 0.5
            else None
            for curve in curves
        ]
        assert found[str(group)] == [*expected, len(part), int(part["ended"].sum())]


def test_some_medians_are_not_reached_and_some_bands_are_open(database: Database) -> None:
    kept(database, generated(0))
    medians = {
        group: (median, high)
        for group, median, _, high, *_ in database.rows(survival_medians("curve", ("group",)))
    }
    assert medians["0"] == (None, None)
    assert None not in medians["4"]


def test_a_half_that_is_reached_exactly_is_the_median(database: Database) -> None:
    """7/10 and 5/7 of them: the product of the two fractions is half but for its last bit."""
    frame = pd.DataFrame(
        {"time": [1.0] * 3 + [2.0] * 2 + [9.0] * 5, "ended": [True] * 5 + [False] * 5, "group": 1}
    )
    kept(database, frame)
    [(_, median, *_)] = database.rows(survival_medians("curve", ("group",)))
    assert median == 2.0


def test_nobody_left_and_everybody_left(database: Database) -> None:
    stays = pd.DataFrame({"time": [3.0, 4.0], "ended": False, "group": "stay"})
    leave = pd.DataFrame({"time": [3.0, 3.0], "ended": True, "group": "leave"})
    kept(database, pd.concat([stays, leave]))

    curves = database.rows('SELECT "group", survival, low, high FROM curve ORDER BY ALL')

    assert curves == [("leave", 0, 0, 0), ("stay", 1, 1, 1), ("stay", 1, 1, 1)]
    assert sorted(database.rows(survival_medians("curve", ("group",)))) == [
        ("leave", 3.0, 3.0, 3.0, 2, 2),
        ("stay", None, None, None, 2, 0),
    ]
