"""How much memory DuckDB may use while rows are loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.given import csv_file, records

from leadline.plugin import Cursor, Item, SourceError
from leadline.store import SourceLoad, Store

LEADS = records("leads", "lead_id company", ("1", "Acme"), ("2", "Birch"))
#: 128 MB and 150 MB, as DuckDB says them.
HELD, WIDER = "122.0 MiB", "143.0 MiB"


def limit(store: Store) -> str:
    return str(store.database.value("SELECT current_setting('memory_limit')"))


def threads(store: Store) -> int:
    return int(store.database.value("SELECT current_setting('threads')"))


def watched(store: Store, seen: list[str], *items: Item) -> Iterator[Item]:
    """Yield items, each with a cursor; note the limit when each has been loaded."""
    for number, item in enumerate(items):
        yield item
        seen.append(limit(store))
        yield Cursor(str(number))


def test_rows_are_loaded_with_little_memory(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.duckdb", threads=3) as store:
        free, seen = limit(store), list[str]()
        columns = " ".join(["lead_id", "company", *(f"c{number}" for number in range(148))])
        wide = records("leads", columns, ["3"] * 150)
        items = watched(store, seen, LEADS, wide, LEADS)
        store.load(SourceLoad(source="crm"), items)
        assert seen == [HELD, WIDER, WIDER]
        assert (limit(store), threads(store)) == (free, 3)


def test_two_threads_work_at_most(tmp_path: Path) -> None:
    for given, used in ((1, 1), (3, 2)):
        with Store.open(tmp_path / "store.duckdb", threads=given) as store:

            def items(store: Store = store, used: int = used) -> Iterator[Item]:
                yield LEADS
                assert threads(store) == used

            store.load(SourceLoad(source="crm"), items())


def test_a_file_gets_what_there_is(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store.duckdb") as store:
        free, seen = limit(store), list[str]()
        file = csv_file(tmp_path, "leads", "lead_id,company\n3,Cedar")
        store.load(SourceLoad(source="crm"), watched(store, seen, LEADS, file, LEADS))
        assert seen == [HELD, free, free]


def test_a_load_that_fails_leaves_no_limit(tmp_path: Path) -> None:
    def items() -> Iterator[Item]:
        yield LEADS
        raise SourceError("the portal is closed")

    with Store.open(tmp_path / "store.duckdb") as store:
        free = limit(store)
        with pytest.raises(SourceError, match="closed"):
            store.load(SourceLoad(source="crm"), items())
        assert limit(store) == free


@pytest.mark.parametrize("given", [None, "500MB"])
def test_a_limit_of_the_user_stays(tmp_path: Path, given: str | None) -> None:
    # A store in memory has nowhere to put what a limit leaves out.
    file = tmp_path / "store.duckdb" if given else None
    with Store.open(file, memory_limit=given) as store:
        before, seen = limit(store), list[str]()
        store.load(SourceLoad(source="crm"), watched(store, seen, LEADS))
        assert [*seen, limit(store)] == [before, before]


def test_what_was_loaded_is_in_the_file_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "store.duckdb"
    with Store.open(file) as store:
        store.load(SourceLoad(source="crm"), iter([LEADS]))
        log = file.with_name("store.duckdb.wal")
        assert not log.exists() or log.stat().st_size == 0
