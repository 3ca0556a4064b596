"""Small logs, followed: what made their moves, in words short enough to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.evaluation import Rows, fill
from tests.oracle.worlds import with_columns

from leadline.document import load
from leadline.drivers import Choice, Moves, driver_rows, find_moves
from leadline.flow import follow
from leadline.pipeline import RulesetText
from leadline.store import Store
from leadline.store.standins import step_aside

Row = dict[str, Any]
Told = dict[str, dict[str, float]]


def text_of(ruleset: str) -> RulesetText:
    """Return a ruleset as loaded."""
    loaded = load(f"leadline: 1\nmodel: small\n{ruleset.lstrip()}".encode(), "ruleset.yaml")
    return RulesetText("ruleset.yaml", loaded.text, loaded.document, loaded.diagnostics)


@contextmanager
def moves_of(
    ruleset: str,
    data: Rows,
    as_of: str,
    by: str = "event",
    *,
    since: str | None = None,
    account: str | None = None,
) -> Iterator[Moves]:
    """Find the moves of a log."""
    with Store.open(None) as store:
        step_aside(store.database)
        fill(store.database, with_columns(data))
        yield find_moves(follow(store, text_of(ruleset), as_of, account=account), by, since)


def named(found: Moves, sql: str) -> list[Row]:
    """Return rows with the names of their columns."""
    columns, rows = found.flow.past.store.database.table(sql)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def made(found: Moves, *ways: str) -> Told:
    """Return how many moves each thing made, such as ``{"into won": {"demo": 2}}``."""
    rows = named(found, driver_rows(found, Choice(top=0)))
    told: Told = {}
    for row in rows:
        where = f"{row['way']} {row['stage']}"
        if row["moves"] and (not ways or where in ways):
            told.setdefault(where, {})[row["driver"]] = round(row["moves"], 6)
    return told


def drivers_of(
    ruleset: str, data: Rows, *ways: str, as_of: str = "2026-02-28", **asked: Any
) -> Told:
    """Return what ``made`` does, of a log."""
    with moves_of(ruleset, data, as_of, **asked) as found:
        return made(found, *ways)
