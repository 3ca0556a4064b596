"""Credit against a plain computation with fractions, on drawn paths and on ones made by hand."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drivers.following import moves_of, named
from tests.oracle.worlds import events, lead, tagged

from leadline.drivers import Choice, credit_rows
from leadline.engine.duckdb import Database
from leadline.plan.caps import BILLION
from leadline.sql.credit import MODELS, credit_parts

NOW = datetime(2026, 3, 1)
MINUTE = timedelta(minutes=1)
WINDOW = 60 * 24 * 60
#: Touches as minutes before the move, in any order.
Path = Sequence[int]


def of_engine(paths: Sequence[Path]) -> list[dict[int | None, dict[str, int]]]:
    """Return for each move what each of its touches is given, in billionths."""
    moves = [f"({n}, 'l{n}', {_at(0)}, 'forward')" for n in range(len(paths))]
    touches = [
        f"('l{n}', '{place:04}', {_at(minutes)})"
        for n, path in enumerate(paths)
        for place, minutes in enumerate(path)
    ]
    touches.append(f"('nobody', '', {_at(0)})")
    with Database() as database:
        database.execute(
            f"CREATE TEMP TABLE stage_move AS FROM (VALUES {', '.join(moves)})"
            ' t(move, owner, "at", came)'
        )
        database.execute(
            "CREATE TEMP TABLE touch AS SELECT *, 'a' AS action,"
            " TIMESTAMP '1900-01-01' AS seen_from, TIMESTAMP '9999-01-01' AS until"
            f" FROM (VALUES {', '.join(touches)}) t(owner, event_id, occurred_at)"
        )
        columns = ", ".join(("move", "event_id", *MODELS))
        found = database.rows(f"SELECT {columns} FROM ({credit_parts(MODELS, WINDOW * MINUTE)})")
    given_: list[dict[int | None, dict[str, int]]] = [{} for _ in paths]
    for move, event_id, *parts in found:
        place = int(event_id) if event_id is not None else None
        given_[move][place] = dict(zip(MODELS, parts, strict=True))
    return given_


def _at(minutes: int) -> str:
    return f"TIMESTAMP '{NOW - minutes * MINUTE}'"


def by_hand(path: Path) -> dict[int | None, dict[str, float]]:
    """Return the same as shares of one."""
    counted = [(minutes, place) for place, minutes in enumerate(path) if 0 <= minutes < WINDOW]
    order = [place for _, place in sorted(counted, key=lambda one: (-one[0], one[1]))]
    n = len(order)
    if not n:
        return {None: dict.fromkeys(MODELS, 1.0)}
    week = 7 * 24 * 60
    weights = {place: exp(-log(2) * path[place] / week) for place in order}
    position = {1: [Fraction(1)], 2: [Fraction(1, 2)] * 2}.get(
        n, [Fraction(2, 5), *[Fraction(1, 5) / max(n - 2, 1)] * (n - 2), Fraction(2, 5)]
    )
    return {
        place: {
            "first": float(nth == 0),
            "last": float(nth == n - 1),
            "linear": 1 / n,
            "position": float(position[nth]),
            "decay": weights[place] / sum(weights.values()),
        }
        for nth, place in enumerate(order)
    }


@settings(max_examples=25, deadline=None)
@given(
    paths=st.lists(st.lists(st.integers(-100, WINDOW + 5000), max_size=9), min_size=1, max_size=4)
)
def test_credit_is_that_of_fractions_and_every_move_is_given_whole(paths: list[Path]) -> None:
    for path, found in zip(paths, of_engine(paths), strict=True):
        expected = by_hand(path)
        assert found.keys() == expected.keys()
        for model in MODELS:
            assert sum(parts[model] for parts in found.values()) == BILLION
            for place, parts in found.items():
                assert parts[model] / BILLION == pytest.approx(expected[place][model], abs=2e-9)


def test_one_two_and_many_touches_by_position_and_by_decay() -> None:
    week = 7 * 24 * 60
    one, two, many, none = of_engine([[5], [week, 0], [3 * week, 2 * week, week, 0], [WINDOW]])
    assert one == {0: dict.fromkeys(MODELS, BILLION)}
    assert [two[place]["position"] for place in (0, 1)] == [BILLION // 2] * 2
    assert [two[place]["decay"] for place in (0, 1)] == [333_333_333, 666_666_667]
    fifths = [400_000_000, 100_000_000, 100_000_000, 400_000_000]
    assert [many[place]["position"] for place in range(4)] == fifths
    assert [many[place]["linear"] for place in range(4)] == [BILLION // 4] * 4
    fifteenths = [round(BILLION * part / 15) for part in (1, 2, 4, 8)]
    assert [many[place]["decay"] for place in range(4)] == pytest.approx(fifteenths, abs=1)
    assert none == {None: dict.fromkeys(MODELS, BILLION)}


def test_touches_of_years_ago_are_weighed_by_what_lies_between_them() -> None:
    decades = 30 * 365 * 24 * 60
    with Database() as database:
        database.execute(
            "CREATE TEMP TABLE stage_move AS SELECT 1 AS move, 'l' AS owner,"
            " TIMESTAMP '2026-01-01' AS \"at\", 'enter' AS came"
        )
        database.execute(
            "CREATE TEMP TABLE touch AS SELECT 'l' AS owner, 'e' || n AS event_id, 'a' AS action,"
            f" TIMESTAMP '2026-01-01' - to_minutes({decades} + 10080 * n) AS occurred_at,"
            " TIMESTAMP '1900-01-01' AS seen_from, TIMESTAMP '9999-01-01' AS until"
            " FROM range(2) t(n)"
        )
        parts = database.rows(
            f"SELECT decay FROM ({credit_parts(MODELS, timedelta(days=36_500))}) ORDER BY event_id"
        )
    assert parts == [(666_666_667,), (333_333_333,)]


TAGGED = "stages: {by: tag deal, steps: [{name: open}, {name: talk}, {name: won}]}"


def test_totals_of_every_model_are_the_moves_up() -> None:
    draw = random.Random(3)
    data: dict[str, list[dict[str, object]]] = {"leads": [], "lead_tags": [], "events": []}
    for number in range(40):
        who = f"l{number}"
        day = [f"2026-01-{1 + draw.randrange(28):02}T08:00" for _ in range(9)]
        data["leads"].append(lead(who, min(day)))
        steps = zip(sorted(day[:3]), draw.choices(["open", "talk", "won"], k=3), strict=True)
        data["lead_tags"] += tagged("deal", *steps, lead=who)
        happened = [(at, draw.choice("abc")) for at in day[3 : 3 + draw.randrange(7)]]
        data["events"] += events(*happened, lead=who)
    with moves_of(TAGGED, data, "2026-01-31") as found:
        rows = named(found, credit_rows(found, Choice(top=0), MODELS))
        ups = found.flow.past.store.database.rows(
            "SELECT stage, count(*) FROM stay WHERE came IN ('enter', 'forward') GROUP BY stage"
        )
        outs = found.flow.past.store.database.rows(
            "SELECT stage, count(*) FROM stay WHERE move = 'forward' GROUP BY stage"
        )
    moved = {("into", stage): n for stage, n in ups} | {("out of", stage): n for stage, n in outs}
    assert moved == {(row["way"], row["stage"]): row["of"] for row in rows}
    for (way, stage), number in moved.items():
        group = [row for row in rows if (row["way"], row["stage"]) == (way, stage)]
        for model in MODELS:
            assert sum(row[model] for row in group) == pytest.approx(number, abs=1e-9)
        assert max(row["touched"] for row in group) <= number


def test_a_move_is_credited_to_what_was_before_it_in_earlier_stages_too() -> None:
    data = {
        "leads": [lead(created="2026-01-01T08:00")],
        "lead_tags": tagged("deal", ("2026-01-10T08:00", "talk"), ("2026-01-20T08:00", "won")),
        "events": events(
            ("2026-01-05T08:00", "ad"), ("2026-01-20T08:00", "call"), ("2026-01-20T08:01", "mail")
        ),
    }
    with moves_of(TAGGED, data, "2026-01-31") as found:
        rows = named(found, credit_rows(found, Choice(("won",)), ("first", "last")))
    assert [(row["touch"], row["first"], row["last"]) for row in rows] == [
        ("ad", 1, 0),
        ("call", 0, 1),
    ]
