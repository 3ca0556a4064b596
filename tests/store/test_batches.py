from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.given import csv_file, records, values

from leadline.errors import SourceError
from leadline.plugin import Cursor, Item, Reject
from leadline.store import RejectedRow, SourceLoad, Store, TableSummary

NAMES = "event_id lead_id occurred_at type"


def page(number: int, size: int = 3) -> Item:
    rows = [(f"e{number}-{row}", "L1", "2026-01-01", "open") for row in range(size)]
    return records("events", NAMES, *rows, ("x", "", "", ""))


def test_batch_ends_with_its_cursor(store: Store) -> None:
    def items() -> Iterator[Item]:
        yield page(1)
        yield Cursor("after 1")
        yield page(2)
        yield Reject("events", "page", 7, "type", "cut off", "x,y")
        raise SourceError("the line is dead")

    with pytest.raises(SourceError, match="the line is dead"):
        store.load(SourceLoad("crm"), items())
    assert store.cursor("crm") == "after 1"
    assert len(values(store, "events", "event_id")) == 3
    assert len(store.rejects()) == 1


def test_load_goes_on_from_the_cursor(store: Store) -> None:
    store.load(SourceLoad("crm"), [page(1), Cursor("1"), page(2), Cursor("2")])
    summary = store.load(SourceLoad("crm"), [page(2), page(3), Cursor("3")])
    assert summary.table("events") == TableSummary("events", rows=8, new=3, known=3, rejected=2)
    assert store.cursor("crm") == "3"
    assert store.cursor("other") is None


def test_interrupt_keeps_nothing_of_the_batch(store: Store) -> None:
    def items() -> Iterator[Item]:
        yield page(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.load(SourceLoad("crm"), items())
    assert store.catalog().tables == ()
    assert store.load(SourceLoad("crm"), [page(1)]).table("events").new == 3


def test_killed_load_leaves_no_half_batch(tmp_path: Path) -> None:
    script = textwrap.dedent(
        f"""
        import os, signal
        from pathlib import Path
        from leadline.plugin import Cursor
        from leadline.store import SourceLoad, Store
        from tests.store.test_batches import page

        def items():
            yield page(1)
            yield Cursor("1")
            yield page(2, 5000)
            os.kill(os.getpid(), signal.SIGKILL)

        with Store.open(Path({str(tmp_path / "store.duckdb")!r})) as store:
            store.load(SourceLoad("crm"), items())
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, os.getcwd()])},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    with Store.open(tmp_path / "store.duckdb") as store:
        assert store.cursor("crm") == "1"
        assert len(values(store, "events", "event_id")) == 3
        assert len(store.rejects()) == 1


def test_rejects_of_the_source_are_kept_and_counted(store: Store, tmp_path: Path) -> None:
    items = [
        Reject("events", "log.csv", 7, "type", "cut \ud800", 'a,"b\n'),
        Reject("nowhere", "log.csv", None, None, "no such table", ""),
        csv_file(tmp_path, "events", "lead_id,occurred_at,type\n,2026-01-01,open\n", "log.csv"),
    ]
    summary = store.load(SourceLoad("crm", run_id=3), items)
    assert summary.rows == summary.rejected == 3
    assert summary.table("events") == TableSummary("events", rows=2, rejected=2)
    assert store.rejects(run_id=3) == (
        RejectedRow(
            3,
            "crm",
            "events",
            "log.csv",
            2,
            "lead_id",
            "missing, but every row needs it",
            ",2026-01-01,open",
        ),
        RejectedRow(3, "crm", "events", "log.csv", 7, "type", "cut ?", 'a,"b\n'),
        RejectedRow(3, "crm", "nowhere", "log.csv", None, None, "no such table", ""),
    )
    assert store.rejects(run_id=4) == ()
    assert len(store.rejects(most=2)) == 2


def test_rejected_row_is_cut(store: Store) -> None:
    store.load(SourceLoad("crm"), [records("leads", "lead_id note", ("", "x" * 5000))])
    assert store.rejects()[0].raw == "," + "x" * 999


def test_source_without_items(store: Store) -> None:
    summary = store.load(SourceLoad("crm"), [])
    assert summary.tables == ()
    assert summary.table("events") == TableSummary("events")
