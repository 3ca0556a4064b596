"""Tables of SQLite and DuckDB files, and of CSV files by queries."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from tests.plugins.loads import loading

from leadline.errors import SourceError, UsageError
from leadline.plugin import Cursor, DataFile, Reject
from leadline.testing.conformance import SourceConformance
from leadline_plugins import table_reading

CREATE = "CREATE TABLE visits (event_id VARCHAR, lead_id VARCHAR, occurred_at VARCHAR, n INTEGER)"
VISITS = [(f"e{n}", f"lead {n % 3}", f"2026-01-0{1 + n // 2} 10:00:00", n) for n in range(9)]
QUERY = "SELECT *, 'visit' AS type FROM visits -- all of them;"


def sqlite(path: Path, *statements: str, rows: list[tuple[object, ...]] | None = None) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
        for row in rows or ():
            connection.execute("INSERT INTO visits VALUES (?, ?, ?, ?)", row)


def duck(path: Path, *statements: str) -> None:
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def parts_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_reading, "PART", 2)


@pytest.mark.usefixtures("parts_of_two")
class TestSqlite(SourceConformance):
    kind = "sqlite"

    def settings(self, root: Path) -> Mapping[str, object]:
        (root / "crm.db").unlink(missing_ok=True)
        sqlite(root / "crm.db", CREATE, rows=VISITS)
        leads = {"query": "SELECT DISTINCT lead_id, NULL AS name FROM visits"}
        tables = {"events": {"query": QUERY, "since": "occurred_at"}, "leads": leads}
        return {"file": "crm.db", "tables": tables}

    def nothing(self, root: Path) -> Mapping[str, object]:
        sqlite(root / "none.db", CREATE)
        return {"file": "none.db", "tables": {"events": {"query": QUERY}}}

    def unreadable(self, root: Path) -> Mapping[str, object]:
        (root / "text.db").write_text("This is no database. " * 100)
        return {"file": "text.db", "tables": {"events": {"from": "visits"}}}


@pytest.mark.usefixtures("parts_of_two")
class TestDuckDB(SourceConformance):
    kind = "duckdb"

    def settings(self, root: Path) -> Mapping[str, object]:
        (root / "crm.duckdb").unlink(missing_ok=True)
        values = ", ".join(map(str, VISITS))
        duck(root / "crm.duckdb", CREATE, f"INSERT INTO visits VALUES {values}")
        leads = [
            {"query": "SELECT DISTINCT lead_id FROM visits", "columns": {"lead_id": "LEAD_ID"}}
        ]
        tables = {"events": {"query": QUERY, "since": "n"}, "leads": leads}
        return {"file": "crm.duckdb", "tables": tables}

    def nothing(self, root: Path) -> Mapping[str, object]:
        duck(root / "none.duckdb", CREATE)
        tables = {"events": {"query": QUERY, "since": "occurred_at"}}
        return {"file": "none.duckdb", "tables": tables}

    def unreadable(self, root: Path) -> Mapping[str, object]:
        (root / "text.duckdb").write_text("This is no database. " * 1000)
        return {"file": "text.duckdb", "tables": {"events": {"from": "visits"}}}


class TestCsvByQueries(SourceConformance):
    kind = "csv"

    def settings(self, root: Path) -> Mapping[str, object]:
        (root / "one.csv").write_text("id;who;day\n1;ada;2026-01-02\n2;ben;2026-01-03\n")
        (root / "two.csv").write_text("day;id;who;page\n2026-01-04;3;ada;/price\n")
        query = (
            "SELECT id AS event_id, lower(who) AS lead_id, day AS occurred_at, page, 'v' AS type "
            "FROM visits"
        )
        return {
            "files": {"visits": ["one.csv", "two.csv"]},
            "delimiter": ";",
            "tables": {"events": {"query": query}},
        }

    def nothing(self, root: Path) -> Mapping[str, object]:
        (root / "none.csv").write_text("lead_id\n")
        return {"files": {"people": "none.csv"}, "tables": {"leads": {"from": "people"}}}

    def unreadable(self, root: Path) -> Mapping[str, object]:
        (root / "people.csv").write_text("lead_id\nada\n")
        return {"files": {"people": "people.csv"}, "tables": {"leads": {"from": "persons"}}}


def test_sqlite_values_keep_what_they_are(tmp_path: Path) -> None:
    sqlite(
        tmp_path / "crm.db",
        'CREATE TABLE "odd ""name" (lead_id, whole, part REAL, large, raw, note, day, none, empty)',
        """INSERT INTO "odd ""name" VALUES (9007199254740993, 7, 0.1, 9e999, x'00ffab',
        'two' || char(10) || 'lines "quoted", ' || char(0) || '🎈' || char(13), '2026-02-28',
        NULL, '')""",
        """INSERT INTO "odd ""name" (lead_id, note) VALUES ('b', CAST(x'fffe41' AS TEXT))""",
    )
    settings = {"file": "crm.db", "tables": {"leads": {"from": 'odd "name'}}}
    with loading(tmp_path, "sqlite", settings) as loads:
        assert loads.load()["leads"].new == 2
        types = loads.types("leads")
        first, second = loads.rows("SELECT * FROM leads ORDER BY lead_id")

    assert dict(zip(types, first, strict=True)) == {
        "lead_id": "9007199254740993",
        "whole": 7,
        "part": 0.1,
        "large": None,
        "raw": "00ffab",
        "note": 'two\nlines "quoted", 🎈\r',
        "day": date(2026, 2, 28),
        "none": None,
        "empty": None,
    }
    assert second[list(types).index("note")] == "��A"


def test_duckdb_values_keep_what_they_are(tmp_path: Path) -> None:
    duck(
        tmp_path / "crm.duckdb",
        """CREATE TABLE people AS SELECT 12345678901234567890123::HUGEINT AS lead_id,
        '10' AS code, 1.10::DECIMAL(30,10) AS exact, 'inf'::DOUBLE AS large,
        '\\x00\\xFF'::BLOB AS raw,
        ['a', 'b c'] AS tags, {'x': 1} AS nested, [[1], [2, 3]] AS lists, [{'y': 'z'}] AS records,
        TIMESTAMP_NS '2026-07-01 12:00:00.123456789' AS exactly, '{"k": [1]}'::JSON AS doc,
        [1.5, NULL]::DECIMAL(4,1)[] AS prices, TIME '09:30' AS hour, 1.5::FLOAT AS share,
        'a'::ENUM ('a', 'b') AS step, DATE '2026-02-28' AS born,
        TIMESTAMPTZ '2026-07-01 12:00:00.123456+02' AS seen, TIMESTAMP 'infinity' AS ends,
        true AS vip, 'two' || chr(10) || 'lines, "quoted" 🎈' AS note, '' AS empty""",
    )
    settings = {"file": "crm.duckdb", "tables": {"leads": {"from": "main.people"}}}
    with loading(tmp_path, "duckdb", settings) as loads:
        loads.load()
        types = loads.types("leads")
        [row] = loads.rows("SELECT * FROM leads")

    assert dict(zip(types, row, strict=True)) == {
        "lead_id": "12345678901234567890123",
        "code": "10",
        "exact": 1.1,
        "large": None,
        "raw": "00ff",
        "tags": "a;b c",
        "nested": '{"x":1}',
        "lists": "[[1],[2,3]]",
        "records": '[{"y":"z"}]',
        "exactly": datetime(2026, 7, 1, 12, 0, 0, 123456),
        "doc": '{"k": [1]}',
        "prices": "1.5",
        "hour": "09:30:00",
        "share": 1.5,
        "step": "a",
        "born": date(2026, 2, 28),
        "seen": datetime(2026, 7, 1, 10, 0, 0, 123456),
        "ends": None,
        "vip": True,
        "note": 'two\nlines, "quoted" 🎈',
        "empty": None,
    }


@pytest.mark.usefixtures("parts_of_two")
@pytest.mark.parametrize("since", ["n", "occurred_at", "event_id"])
def test_ties_at_the_cursor_are_neither_lost_nor_doubled(since: str, tmp_path: Path) -> None:
    sqlite(tmp_path / "crm.db", CREATE, rows=VISITS)
    settings = {"file": "crm.db", "tables": {"events": {"query": QUERY, "since": since}}}
    with loading(tmp_path, "sqlite", settings) as loads:
        assert loads.load()["events"].new == 9
        late = [("e9", "lead 1", "2026-01-05 10:00:00", 8), ("f0", "lead 2", "2026-02-01", 10)]
        sqlite(tmp_path / "crm.db", rows=late)
        again = loads.load()["events"]
        assert (again.new, again.rejected) == (2, 0)
        assert again.rows <= 4
        assert loads.load()["events"].new == 0


def test_a_day_in_the_future_is_no_place_to_begin_at_in_sqlite(tmp_path: Path) -> None:
    sqlite(tmp_path / "crm.db", CREATE, rows=[*VISITS, ("x", "typo", "2999-01-01", 1)])
    settings = {"file": "crm.db", "tables": {"events": {"query": QUERY, "since": "occurred_at"}}}
    with loading(tmp_path, "sqlite", settings) as loads:
        loads.load()
        sqlite(tmp_path / "crm.db", rows=[("y", "late", "2998-01-01 12:00:00", 1)])
        assert loads.load()["events"].new == 1


def test_a_second_part_goes_on_where_the_first_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_reading, "PART", 3)
    sqlite(tmp_path / "crm.db", CREATE, rows=VISITS)
    settings = {"file": "crm.db", "tables": {"events": {"query": QUERY, "since": "n"}}}
    with loading(tmp_path, "sqlite", settings) as loads:
        items = list(loads.items())
        cursors = [item.value for item in items if isinstance(item, Cursor)]
        assert len(cursors) == 3
        later = [item for item in loads.items(cursors[0]) if isinstance(item, DataFile)]
        # One row is read again: that of the cursor itself.
        assert sum(len(file.path.read_text().splitlines()) - 1 for file in later) == 7


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELECT 1) TO '/tmp/leadline-evil.csv'; COPY (SELECT 1",
        "SELECT getenv('HOME') AS lead_id",
    ],
)
def test_a_query_reaches_nothing_but_its_tables(query: str, tmp_path: Path) -> None:
    duck(tmp_path / "crm.duckdb", CREATE)
    settings = {"file": "crm.duckdb", "tables": {"leads": {"query": query}}}
    with loading(tmp_path, "duckdb", settings) as loads, pytest.raises(SourceError):
        loads.load()
    assert not Path("/tmp/leadline-evil.csv").exists()  # noqa: S108 - where it would be


def test_sqlite_opens_no_other_file_and_writes_nothing(tmp_path: Path) -> None:
    sqlite(tmp_path / "crm.db", CREATE, rows=VISITS)
    before = (tmp_path / "crm.db").read_bytes()
    for query in (
        f"ATTACH '{tmp_path / 'other.db'}' AS other",
        "DELETE FROM visits RETURNING lead_id",
        "SELECT 1 AS lead_id); DELETE FROM visits; SELECT (1",
    ):
        settings = {"file": "crm.db", "tables": {"leads": {"query": query}}}
        with loading(tmp_path, "sqlite", settings) as loads, pytest.raises(SourceError):
            loads.load()
    assert (tmp_path / "crm.db").read_bytes() == before
    assert not (tmp_path / "other.db").exists()


@pytest.mark.parametrize("entry", [{"from": "a", "query": "SELECT 1"}, {"columns": {"a": "b"}}])
def test_a_table_is_read_or_a_query_and_not_both(entry: object, tmp_path: Path) -> None:
    settings = {"file": "crm.db", "tables": {"leads": entry}}
    with loading(tmp_path, "sqlite", settings) as loads, pytest.raises(UsageError) as raised:
        loads.load()
    assert "expected one of them" in raised.value.message


def test_rows_of_csv_files_are_judged_before_a_query_sees_them(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text('id,name\n1,"Ada\n2,Ben\n3,Cleo\n', encoding="utf-8-sig")
    query = "SELECT id AS lead_id, name FROM people WHERE id <> '3'"
    settings = {"files": {"people": "people.csv"}, "tables": {"leads": {"query": query}}}
    with loading(tmp_path, "csv", settings) as loads:
        rejects = [item for item in loads.items() if isinstance(item, Reject)]
        loads.load()

        assert loads.rows("SELECT lead_id, name FROM leads") == [("2", "Ben")]
    assert [(reject.table, reject.line, reject.origin) for reject in rejects] == [
        ("leads", 2, "people.csv")
    ]


def _export() -> Iterator[str]:
    """Yield the lines of an export as Google Analytics writes it to a warehouse."""
    yield "event_date,event_timestamp,event_name,user_pseudo_id,user_id,page_location,visit,medium"
    yield "20260105,1767610800000000,page_view,11.22,,https://example.com/price?a=1,900,cpc"
    yield "20260105,1767610801500000,scroll,11.22,,https://example.com/price?a=1,900,cpc"
    yield "20260105,1767610860000000,sign_up,11.22,ada,https://example.com/join,900,(none)"
    yield "20260106,1767700000000000,page_view,33.44,,https://example.com/,901,organic"


def test_an_export_of_web_analytics_loads_by_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text("\n".join(_export()) + "\n")
    events = """
        SELECT user_pseudo_id AS lead_id,
               make_timestamp(CAST(event_timestamp AS BIGINT)) AS occurred_at,
               event_name AS type,
               regexp_replace(page_location, '[?#].*', '') AS asset_id,
               nullif(medium, '(none)') AS campaign,
               visit AS visit_id
        FROM ga WHERE event_name <> 'scroll'
    """
    aliases = """
        SELECT user_pseudo_id AS old_lead_id, user_id AS lead_id,
               make_timestamp(min(CAST(event_timestamp AS BIGINT))) AS since
        FROM ga WHERE user_id IS NOT NULL GROUP BY ALL
    """
    tables = {"events": {"query": events}, "aliases": {"query": aliases}}
    settings = {"files": {"ga": "export.csv"}, "tables": tables}
    with loading(tmp_path, "csv", settings) as loads:
        for new in (3, 0):
            assert loads.load()["events"].new == new

        first = loads.rows(
            "SELECT lead_id, occurred_at, type, asset_id, campaign, visit_id FROM events "
            "ORDER BY occurred_at LIMIT 1"
        )
        assert first == [
            (
                "11.22",
                datetime(2026, 1, 5, 11),
                "page_view",
                "https://example.com/price",
                "cpc",
                "900",
            )
        ]
        assert loads.rows("SELECT * FROM aliases") == [
            ("11.22", "ada", datetime(2026, 1, 5, 11, 1))
        ]
