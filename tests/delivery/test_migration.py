"""A store of before automations: it gets what it lacks, or does without while it is only read."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.delivery.given import SEND, enter, hot, ruleset, spells, states

from leadline.engine.duckdb import Database
from leadline.store import Store
from leadline.store.foundation import SCHEMA_VERSION
from leadline.store.tally import outbox_list


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a store as version 1 was laid out."""
    path = tmp_path / "store.duckdb"
    Store.open(path).close()
    with Database(path) as database:
        database.execute("DROP TABLE outbox")
        database.execute("DROP TABLE automation_runs")
        database.execute("DROP TABLE published")
        database.execute("DROP TABLE published_days")
        database.execute("UPDATE store_version SET version = 1")
    return path


def tables(path: Path) -> set[str]:
    with Database(path, read_only=True) as database:
        return {name for (name,) in database.rows("SELECT table_name FROM duckdb_tables()")}


def test_an_old_store_is_brought_up_to_date_when_it_is_written(old: Path):
    with Store.open(old) as store:
        spells(store.database, hot(1))
        enter(store.database, ruleset(SEND), "2026-06-01")

    assert {"outbox", "automation_runs", "published"} <= tables(old)
    with Store.open(old, read_only=True) as store:
        assert states(store.database) == {"pending": 1}
        assert store.database.value("SELECT version FROM store_version") == SCHEMA_VERSION


def test_an_old_store_that_is_only_read_stays_as_it_is(old: Path):
    before = old.read_bytes()
    query = outbox_list(state=None, automation=None, lead=None, limit=None)
    with Store.open(old, read_only=True) as store:
        assert store.database.rows(query) == []

    assert old.read_bytes() == before
