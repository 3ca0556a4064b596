"""What generate() takes, returns and leaves behind."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.demo.conftest import OpenLog

from leadline.demo import generate
from leadline.engine.duckdb import Database
from leadline.errors import UsageError

TABLES = {
    "accounts",
    "assets",
    "leads",
    "events",
    "opportunities",
    "handoffs",
    "lead_history",
    "lead_tags",
    "aliases",
    "feedback",
    "metrics",
}


def test_it_says_what_it_wrote(tmp_path: Path) -> None:
    generated = generate(tmp_path / "new" / "log", leads=40)
    assert {table.name for table in generated.tables} == TABLES
    with Database() as database:
        for table in generated.tables:
            assert database.value(f"SELECT count(*) FROM '{table.path}'") == table.rows
    assert generated.table("leads").rows == 40
    assert sorted(tmp_path.rglob("*.parquet")) == sorted(t.path for t in generated.tables)
    assert len(list((tmp_path / "new" / "log").iterdir())) == len(TABLES)


def test_an_unknown_table_is_a_key_error(tmp_path: Path) -> None:
    generated = generate(tmp_path, leads=1)
    with pytest.raises(KeyError):
        generated.table("nothing")


def test_it_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    generate(tmp_path, leads=1, progress=lambda *step: told.append(step))
    assert [done for _, done, _ in told] == list(range(len(told)))
    assert {total for _, _, total in told} == {len(told)}
    assert "write events" in [name for name, _, _ in told]


@pytest.mark.parametrize(
    ("leads", "days", "events_per_lead"),
    [(1, 730, 25), (1, 1, 25), (3, 7, 0.01), (60, 1, 25), (60, 2, 200), (2, 4000, 5)],
)
def test_small_and_odd_sizes_are_written(
    tmp_path: Path, opener: OpenLog, leads: int, days: int, events_per_lead: float
) -> None:
    generated = generate(tmp_path, leads=leads, days=days, events_per_lead=events_per_lead)
    assert generated.table("leads").rows == leads
    with opener(tmp_path) as log:
        first, last = log.rows("SELECT min(occurred_at), max(occurred_at) FROM events")[0]
    span = (date(2026, 6, 30) - (first or datetime(2026, 6, 30)).date()).days
    assert 0 <= span < days
    assert last is None or last.date() <= date(2026, 6, 30)


def test_a_log_without_opportunities_has_the_empty_tables(tmp_path: Path, opener: OpenLog) -> None:
    generated = generate(tmp_path, leads=1)
    assert generated.table("opportunities").rows == 0
    with opener(tmp_path) as log:
        names, rows = log.table("SELECT * FROM opportunities")
    assert {"opportunity_id", "lead_id", "account_id", "won"} < set(names)
    assert rows == []


def test_events_end_with_the_last_day(tmp_path: Path, opener: OpenLog) -> None:
    generate(tmp_path, leads=300, days=60, until=date(2024, 2, 29))
    with opener(tmp_path) as log:
        first, last = log.rows("SELECT min(occurred_at), max(occurred_at) FROM events")[0]
    assert first >= datetime(2024, 1, 1)
    assert datetime(2024, 2, 29) <= last < datetime(2024, 3, 1)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"leads": 0}, "leads is 0"),
        ({"days": 0}, "days is 0"),
        ({"events_per_lead": 0}, "events_per_lead is 0"),
        ({"format": "xlsx"}, "format is 'xlsx'"),
    ],
)
def test_what_cannot_be_made_is_said(tmp_path: Path, arguments: dict[str, Any], found: str) -> None:
    with pytest.raises(UsageError, match=found) as raised:
        generate(tmp_path / "log", **arguments)
    assert raised.value.hint
    assert not (tmp_path / "log").exists()
