"""Lift against statsmodels, a plain computation of who had done what, and worlds without any."""

import math
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.stats.contingency_tables import Table2x2

from leadline.engine.duckdb import Database
from leadline.sql.lift import LIFT, QUANTILE, WATCHED, lifts, watched

DAWN = datetime(2026, 1, 1)
HOUR = timedelta(hours=1)
Figures = tuple[float, ...]


@dataclass(frozen=True)
class Stay:
    """A stay in hours from the dawn, and what happened then, as (hour, action)."""

    entered: float
    left: float | None
    move: str | None
    done: tuple[tuple[float, str], ...] = ()
    stage: str = "engaged"


def of_engine(stays: Sequence[Stay], window: float, until: float) -> dict[str, Figures]:
    """Return moved, moved_with, stayed, stayed_with, odds_ratio, low and high of each action."""
    with Database() as database:
        database.execute(
            "CREATE TEMP TABLE stay(owner VARCHAR, stage VARCHAR, entered_at TIMESTAMP,"
            " left_at TIMESTAMP, move VARCHAR)"
        )
        database.execute(
            "CREATE TEMP TABLE touch(owner VARCHAR, occurred_at TIMESTAMP, action VARCHAR,"
            " seen_from TIMESTAMP, until TIMESTAMP)"
        )
        moves = [
            f"('l{n}', '{s.stage}', {_at(s.entered)}, {_at(s.left)}, {_text(s.move)})"
            for n, s in enumerate(stays)
        ]
        touches = [
            f"('l{n}', {_at(hour)}, '{action}', {_at(-(10**5))}, {_at(10**6)})"
            for n, s in enumerate(stays)
            for hour, action in s.done
        ]
        for table, rows in (("stay", moves), ("touch", touches)):
            if rows:
                database.execute(f"INSERT INTO {table} VALUES {', '.join(rows)}")
        sql = watched(window * HOUR, None, DAWN + until * HOUR)
        database.execute(f"CREATE TEMP TABLE {WATCHED} AS {sql}")
        columns = "action, moved, moved_with, stayed, stayed_with, odds_ratio, low, high"
        found = database.rows(f"SELECT {columns} FROM ({lifts()}) AS {LIFT}")
    return {row[0]: row[1:] for row in found}


def _at(hour: float | None) -> str:
    return "NULL" if hour is None else f"TIMESTAMP '{DAWN + hour * HOUR}'"


def _text(value: str | None) -> str:
    return "NULL" if value is None else f"'{value}'"


def by_hand(stays: Sequence[Stay], window: float, until: float) -> dict[str, Figures]:
    """Return the same with plain loops and the odds ratio of statsmodels."""
    known = [stay for stay in stays if stay.entered + window <= until]
    spans: dict[bool, list[tuple[Stay, float]]] = {True: [], False: []}
    for stay in known:
        inside = (until if stay.left is None else stay.left) - stay.entered
        spans[stay.move == "forward" and inside <= window].append((stay, min(inside, window)))
    first: dict[bool, dict[str, list[float]]] = {True: defaultdict(list), False: defaultdict(list)}
    for moved, group in spans.items():
        for stay, span in group:
            for action in {name for _, name in stay.done}:
                ages = [hour - stay.entered for hour, name in stay.done if name == action]
                done = [age for age in ages if 0 < age <= span]
                if done:
                    first[moved][action].append(min(done))
    n, m = len(spans[True]), len(spans[False])
    figures = {}
    for action in {*first[True], *first[False]} if n and m else ():
        a = len(first[True][action])
        c = float(
            sum(
                Fraction(sum(span >= age for _, span in spans[True]), n)
                for age in first[False][action]
            )
        )
        if a + c:
            table = Table2x2([[a + 1, n - a + 1], [c + 1, m - c + 1]])
            low, high = table.oddsratio_confint(0.05)
            figures[action] = (n, a, m, c, table.oddsratio, low, high)
    return figures


@st.composite
def drawn_stays(draw: st.DrawFn) -> list[Stay]:
    stays = []
    for _ in range(draw(st.integers(0, 14))):
        entered = draw(st.integers(0, 60))
        length = draw(st.one_of(st.none(), st.integers(0, 40)))
        move = (
            draw(st.sampled_from(["forward", "backward", "gone"])) if length is not None else None
        )
        done = draw(st.lists(st.tuples(st.integers(0, 100), st.sampled_from("ab")), max_size=5))
        left = entered + length if length is not None else None
        stays.append(Stay(entered, left, move, tuple(done)))
    return stays


@settings(max_examples=30, deadline=None)
@given(stays=drawn_stays(), window=st.integers(1, 40))
def test_lift_is_that_of_plain_loops_and_statsmodels(stays: list[Stay], window: int) -> None:
    # A log ends after what is in it.
    found, expected = of_engine(stays, window, 101), by_hand(stays, window, 101)
    assert found.keys() == expected.keys()
    for action, figures in found.items():
        assert figures == pytest.approx(expected[action], rel=1e-9)


def test_counts_interval_and_prior_in_figures() -> None:
    moved = [Stay(0, 5, "forward", ((5, "demo"),)) for _ in range(30)]
    moved += [Stay(0, 5, "forward") for _ in range(10)]
    stayed = [Stay(0, None, None, ((3, "demo"),)) for _ in range(8)]
    stayed += [Stay(0, 7, "backward", ((6, "demo"),)), *(Stay(0, None, None) for _ in range(51))]
    [figures] = of_engine([*moved, *stayed], 24, 48).values()
    # Who went back had not done it as long as anybody who moved on was inside.
    assert figures[:4] == (40, 30, 60, 8)
    ratio = (31 * 53) / (11 * 9)
    error = norm.ppf(0.975) * math.sqrt(1 / 31 + 1 / 11 + 1 / 9 + 1 / 53)
    assert figures[4:] == pytest.approx(
        (ratio, ratio * math.exp(-error), ratio * math.exp(error)), rel=1e-12
    )
    assert pytest.approx(norm.ppf(0.975), abs=1e-15) == QUANTILE


def test_nothing_after_the_window_or_the_date_or_before_the_stay_is_looked_at() -> None:
    stays = [
        Stay(0, 5, "forward", ((0, "brought in"), (5, "demo"), (6, "after"))),
        Stay(0, 30, "forward", ((30, "too late"),)),
        Stay(0, None, None, ((4, "demo"),)),
        # Its window is not over: nobody knows yet what becomes of it.
        Stay(40, 41, "forward", ((41, "demo"),)),
    ]
    assert {action: row[:4] for action, row in of_engine(stays, 24, 48).items()} == {
        "demo": (1, 1, 2, 1)
    }


def test_there_is_no_lift_where_nobody_moved_or_nobody_stayed() -> None:
    stayed = [Stay(0, None, None, ((4, "demo"),))]
    moved = [Stay(0, 5, "forward", ((4, "demo"),))]
    assert of_engine(stayed, 24, 48) == {}
    assert of_engine(moved, 24, 48) == {}
    assert of_engine([*stayed, *moved], 24, 48).keys() == {"demo"}


def test_an_action_that_moves_nobody_has_no_lift_however_early_others_move() -> None:
    # Who moves on is inside for days, who does not for a month: without the same time to do it,
    # the others would have done it far more often.
    draw = random.Random(7)
    inside, misled = 0, 0
    for _ in range(10):
        stays = []
        for number in range(600):
            first = draw.expovariate(1 / 240)
            done = ((first, "look"),) if first < 700 else ()
            left = 1 + draw.expovariate(1 / 120) if number % 3 == 0 else None
            left = left if left is None or left < 700 else 700
            stays.append(Stay(0, left, "forward" if left else None, done))
        moved, moved_with, stayed, _, _, low, high = of_engine(stays, 720, 720)["look"]
        inside += low <= 1 <= high
        naive = sum(bool(stay.done) for stay in stays if stay.left is None)
        table = Table2x2(
            [[moved_with + 1, moved - moved_with + 1], [naive + 1, stayed - naive + 1]]
        )
        misled += table.oddsratio_confint(0.05)[1] < 1
    assert inside >= 9
    assert misled == 10
