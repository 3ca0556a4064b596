from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from tests.store.given import csv_file, load, records, type_words

from leadline import __version__
from leadline.engine.duckdb import Database
from leadline.errors import UsageError
from leadline.expression.catalog import Catalog, Column, Table, Type
from leadline.store import Store

LEAD = records("leads", "lead_id owner", ("L1", "ann"))


def test_what_is_loaded_is_there_in_the_next_session(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "store.duckdb"
    with Store.open(path) as store:
        load(store, LEAD)
    with Store.open(path) as store:
        assert load(store, LEAD).table("leads").known == 1
    with Store.open(path, read_only=True) as store:
        assert type_words(store, "leads") == {"lead_id": "text", "owner": "text"}
    assert [entry.name for entry in path.parent.iterdir()] == ["store.duckdb"]


def test_store_that_is_only_read_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no store"):
        Store.open(tmp_path / "store.duckdb", read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="cannot be made"):
        Store.open(tmp_path / "file" / "store.duckdb")


def test_folder_in_the_place_of_the_store(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        Store.open(tmp_path)


@pytest.mark.parametrize("content", [b"", b"DUCK", b"hello" * 1000])
def test_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "store.duckdb"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="is no store of leadline"):
        Store.open(path)
    assert path.read_bytes() == content


def _changed_store(folder: Path, *statements: str) -> Path:
    path = folder / "store.duckdb"
    with Store.open(path) as store:
        load(store, LEAD)
    with Database(path) as database:
        for statement in statements:
            database.execute(statement)
    return path


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("CREATE VIEW peek AS SELECT * FROM leads", "has views or macros.*: peek"),
        ("CREATE MACRO lower(x) AS 'pwned'", "has views or macros.*: lower"),
        ("CREATE MACRO duckdb_views() AS TABLE SELECT 1", "has views or macros.*: duckdb_views"),
        ("UPDATE store_version SET version = 99", "has version 99, expected 3"),
        ("DELETE FROM store_version", "has version None, expected 3"),
        ("DROP TABLE store_version", "is a DuckDB file, but no store"),
    ],
)
def test_store_that_somebody_changed(tmp_path: Path, statement: str, message: str) -> None:
    path = _changed_store(tmp_path, statement)
    for read_only in (False, True):
        with pytest.raises(UsageError, match=message):
            Store.open(path, read_only)
    path.unlink()  # and no connection is left that holds it


def test_store_that_another_run_holds(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    script = (
        "import sys; from pathlib import Path; from leadline.store import Store\n"
        f"with Store.open(Path({str(path)!r})): print(flush=True); sys.stdin.read()"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", script],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(UsageError, match="cannot be opened"):
            Store.open(path)
        other.communicate()
    with Store.open(path) as store:
        assert load(store, LEAD).table("leads").new == 1


def test_name_with_quotes(tmp_path: Path) -> None:
    path = tmp_path / 'it\'s "a" store;'
    with Store.open(path) as store:
        load(store, LEAD)
    shutil.copy(path, tmp_path / "copy.duckdb")
    with Store.open(tmp_path / "copy.duckdb") as store:
        assert load(store, LEAD).table("leads").known == 1


def test_older_duckdb_can_read_the_store(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    with Store.open(path) as store:
        [(tags,)] = store.database.rows(
            "SELECT tags FROM duckdb_databases() WHERE database_name = current_database()"
        )
    assert str(tags["storage_version"]).startswith("v1.4")


def test_catalog_of_an_empty_store(store: Store) -> None:
    assert store.catalog() == Catalog()


def test_catalog(store: Store, tmp_path: Path) -> None:
    load(
        store,
        csv_file(tmp_path, "events", "lead_id,occurred_at,type,n\nL1,2026-02-01,open,1\n"
        "L1,2026-01-01T10:00:00Z,open,\n"),
        csv_file(tmp_path, "lead_history", "lead_id,field,value,changed_at\n"
        "L1,title,VP,2026-01-01\nL1,country,DE,2026-01-01\nL2,title,,2026-01-01\n"),
        csv_file(tmp_path, "lead_tags", "lead_id,tag,value,set_at\nL1,mql,,2026-01-01\n"),
        csv_file(tmp_path, "aliases", "old_lead_id,lead_id,why\n"),
    )  # fmt: skip
    catalog = store.catalog()
    assert catalog.tables == (
        Table(
            "events",
            (
                Column("event_id", Type.TEXT),
                Column("lead_id", Type.TEXT),
                Column("occurred_at", Type.INSTANT),
                Column("type", Type.TEXT),
                Column("n", Type.NUMBER),
            ),
        ),
        Table(
            "lead_history",
            (
                Column("lead_id", Type.TEXT),
                Column("field", Type.TEXT),
                Column("changed_at", Type.INSTANT),
                Column("value", Type.TEXT),
            ),
        ),
        Table(
            "lead_tags",
            (
                Column("lead_id", Type.TEXT),
                Column("tag", Type.TEXT),
                Column("set_at", Type.INSTANT),
                Column("value", Type.TEXT),
            ),
        ),
        Table(
            "aliases",
            (
                Column("old_lead_id", Type.TEXT),
                Column("lead_id", Type.TEXT),
                Column("why", Type.EMPTY),
            ),
            empty=True,
        ),
    )
    assert catalog.first_event == datetime(2026, 1, 1, 10)
    assert catalog.last_event == datetime(2026, 2, 1)
    assert catalog.history_fields == ("country", "title")
    assert catalog.tags == ("mql",)


def test_runs(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    started = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    with Store.open(path) as store:
        run = store.begin_run(
            started_at=started,
            as_of="2026-01-01",
            ruleset="b2b.yaml",
            ruleset_hash="abc",
            plugins=("acme 1.0", "leadline 0.1"),
        )
        assert (run.run_id, run.interrupted, run.leadline_version) == (1, True, __version__)
        assert run.started_at == datetime(2026, 1, 1, 10)
    with Store.open(path) as store:
        assert store.runs() == (run,)
        second = store.begin_run(
            started_at=started, as_of="2026-01-02", ruleset="b2b.yaml", ruleset_hash="abc"
        )
        ended = store.finish_run(
            second,
            finished_at=datetime(2026, 1, 1, 13, tzinfo=UTC),
            rows_in=5,
            rejected=1,
            scored=4,
            outcome="done",
        )
        assert ended.run_id == 2
        assert not ended.interrupted
        assert store.runs() == (ended, run)
        assert ended.duckdb_version.startswith("v")


def test_run_of_another_store_cannot_be_finished(store: Store) -> None:
    now = datetime(2026, 1, 1)
    with Store.open(None) as other:
        run = other.begin_run(started_at=now, as_of="", ruleset="", ruleset_hash="")
    with pytest.raises(UsageError, match="no run 1"):
        store.finish_run(run, finished_at=now, rows_in=0, rejected=0, scored=0, outcome="done")
