"""The counts that SQL makes are those that are made one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from tests.forecast.relations import (
    BEGIN,
    UTC,
    WEEK,
    counted,
    database_of,
    from_the_world,
    instant,
    ruleset,
    write_tags,
)
from tests.forecast.worlds import Stay, counts_of, stays_of, world_of

from leadline.forecast import forecast
from leadline.forecast.backtest import look_ahead
from leadline.forecast.counts import History, read_counts
from leadline.pipeline import open_directory, read_ruleset
from leadline.plan.clock import offsets
from leadline.sql.hazards import UNKNOWN


def _world(seed: int, weeks: int):
    random = Random(seed)
    world = world_of(random)
    return world, stays_of(world, random, weeks)


@pytest.mark.parametrize("seed", range(6))
def test_sql_counts_as_python_does(seed: int):
    world, stays = _world(seed, 40)
    opening, last = (0, 36) if seed % 2 else (5, 39)

    with database_of(stays) as database:
        found = from_the_world(counted(database, world.stages, opening, last))

    assert found == counts_of(stays, world.stages, opening, last)


@pytest.mark.parametrize("seed", [11, 12])
def test_a_log_of_tags_alone_gives_the_same_forecast(seed: int, tmp_path: Path):
    world, stays = _world(seed, 40)
    write_tags(stays, tmp_path / "data")
    (tmp_path / "ruleset.yaml").write_text(ruleset(world.stages), encoding="utf-8")
    store, _ = open_directory(tmp_path / "data", lambda *_: None)
    with store:
        found = forecast(
            store,
            read_ruleset(tmp_path / "ruleset.yaml", None),
            str((BEGIN + timedelta(weeks=40, days=-1)).date()),
            weeks=5,
            history=20,
            tests=10,
        )

    outlook = look_ahead(counts_of(stays, world.stages, 0, 39), 5, 20, 10)

    assert outlook is not None
    for place, stage in enumerate(found.stages):
        said = [week.expected for week in stage.weeks]
        assert said == pytest.approx([row[place].mean for row in outlook.projection], abs=1e-9)
        trials = [trial for trial in outlook.trials if trial.place == place]
        assert stage.measured is not None
        assert stage.measured.tests == len(trials) == 50
        assert stage.measured.covered == sum(trial.covered for trial in trials) / 50


def test_weeks_are_those_of_the_timezone():
    """23:30 UTC of a Sunday is Monday in Berlin, in summer by two hours."""
    berlin = "Europe/Berlin"
    at = [datetime(2025, 1, 12, 23, 30), datetime(2025, 6, 15, 22, 30), datetime(2025, 6, 15, 21)]
    days = [(instant - BEGIN) / timedelta(days=1) for instant in at]
    stays = [Stay(n, 0, day, None, None, "enter") for n, day in enumerate(days)]
    zone = offsets(berlin, BEGIN, BEGIN + timedelta(weeks=30))

    with database_of(stays) as database:
        found = read_counts(database, zone, 1, WEEK - 1, WEEK + 29, 100)
        in_utc = read_counts(database, UTC, 1, WEEK - 1, WEEK + 29, 100)

    local = [instant.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(berlin)) for instant in at]
    assert [one.isoweekday() for one in local] == [1, 1, 7]
    assert set(found.arrivals) == {WEEK + 1, WEEK + 23, WEEK + 22}
    assert found.arrivals[WEEK + 1] == found.arrivals[WEEK + 23] == (1,)
    assert in_utc.arrivals == {WEEK: (1,), WEEK + 22: (2,)}


def test_who_has_always_been_there_arrives_with_the_first_move():
    stays = [Stay(1, 1, 16.0, None, None, "forward"), Stay(2, 0, 9.0, None, None, "enter")]
    with database_of(stays) as database:
        database.execute(
            f"INSERT INTO stay VALUES ('1', 0, NULL, TIMESTAMP '{instant(16.0)}', 1, 'enter'),"
            " ('3', 0, NULL, NULL, NULL, 'enter')"
        )
        found = from_the_world(counted(database, 2, 0, 9))

    assert found.arrivals == {1: (1, 0), 2: (0, 1)}
    assert found.inside[10] == {(0, 9): 1, (1, 8): 1}
    assert found.moves == {}


def test_of_the_first_week_of_the_log_nobody_arrives_and_no_age_is_known():
    stays = [
        Stay(1, 0, 0.5, None, None, "enter"),
        Stay(2, 0, 6.9, 20.0, 1, "enter"),
        Stay(2, 1, 20.0, None, None, "forward"),
        Stay(3, 0, 7.0, None, None, "enter"),
    ]
    with database_of(stays) as database:
        found = from_the_world(counted(database, 2, 0, 4))

    assert found.arrivals == {1: (1, 0)}
    assert found.inside[1] == {(0, UNKNOWN): 2, (0, 0): 1}
    assert found.moves == {2: {(0, UNKNOWN, 1): 1}}


def test_moves_within_one_week_are_all_counted():
    stays = [
        Stay(1, 0, 8.0, 9.0, 1, "enter"),
        Stay(1, 1, 9.0, 10.0, 0, "forward"),
        Stay(1, 0, 10.0, 11.0, None, "backward"),
    ]
    with database_of(stays) as database:
        found = from_the_world(counted(database, 2, 0, 4))

    assert found.inside == {1: {(0, 0): 2, (1, 0): 1}}
    assert found.moves == {1: {(0, 0, 1): 1, (1, 0, 0): 1, (0, 0, None): 1}}
    assert found.arrivals == {1: (1, 0)}


def test_a_span_is_only_as_long_as_it_is_asked_for():
    world, stays = _world(3, 30)
    with database_of(stays) as database:
        whole = from_the_world(counted(database, world.stages, 0, 29))
        part = from_the_world(counted(database, world.stages, 0, 29, span=10))

    assert part.first == 20
    assert set(part.inside) == set(range(20, 31))
    assert all(part.inside[week] == whole.inside[week] for week in part.inside)


def test_a_history_moves_on_as_if_it_were_summed_anew():
    world, stays = _world(4, 40)
    counts = counts_of(stays, world.stages, 0, 39)
    moving = History(counts, 12)

    for origin in (9, 10, 20, 39):
        moving.up_to(origin)
        fresh = History(replace(counts, first=max(1, origin - 11)), 500)
        fresh.up_to(origin)
        assert +moving.inside == +fresh.inside
        assert +moving.moves == +fresh.moves
