"""Tables of a real PostgreSQL server."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.plugins.loads import Loads, loading
from tests.plugins.servers import PASSWORD, Server, postgres

from leadline.errors import SourceError, UsageError
from leadline.plugin import Cursor, DataFile
from leadline.testing.conformance import SourceConformance
from leadline_plugins import table_reading

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as running:
        yield running


def run(server: Server, *statements: str) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


VISITS = (
    "DROP TABLE IF EXISTS visits",
    "CREATE TABLE visits (event_id text, lead_id text, occurred_at timestamptz, type text)",
    "INSERT INTO visits SELECT 'e' || n, 'lead ' || n % 3, "
    "'2026-01-01T00:00Z'::timestamptz + n / 2 * interval '1 hour', 'visit' "
    "FROM generate_series(1, 9) n",
)


class TestPostgres(SourceConformance):
    kind = "postgres"

    @pytest.fixture(autouse=True)
    def _server(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = server
        monkeypatch.setattr(table_reading, "PART", 2)

    def settings(self, root: Path) -> Mapping[str, object]:
        run(self.server, *VISITS)
        leads = {"query": "SELECT DISTINCT lead_id, 'x%' AS name FROM visits WHERE type ~ 'v';"}
        tables = {"events": {"from": "public.visits", "since": "occurred_at"}, "leads": leads}
        return {"url": self.server.url, "tables": tables}

    def nothing(self, root: Path) -> Mapping[str, object]:
        run(self.server, *VISITS[:2])
        return {"url": self.server.url, "tables": {"events": {"from": "visits"}}}

    def unreadable(self, root: Path) -> Mapping[str, object]:
        return {"url": self.server.url, "tables": {"events": {"from": "no_such_table"}}}


def of(server: Server, root: Path, **tables: object) -> Any:
    return loading(root, "postgres", {"url": server.url, "tables": tables})


def test_values_keep_what_they_are(server: Server, tmp_path: Path) -> None:
    run(
        server,
        "CREATE TYPE stage AS ENUM ('new', 'won')",
        'CREATE TABLE "People 100%" (lead_id numeric(20), phone varchar(20), exact numeric(30,10), '
        "ratio float8, share real, raw bytea, doc jsonb, tags text[], born date, seen timestamptz, "
        "local timestamp, ends timestamptz, vip bool, note text, empty text, step stage, "
        'span interval, "Odd ""name" int)',
        """INSERT INTO "People 100%" VALUES
        (12345678901234567890, '004912345', 1234567.0123456789, 1e20, 0.5, '\\x00ff',
         '{"a": [1, "é"]}', '{red,"light blue",NULL}', '2026-02-28',
         '2026-07-01 12:00:00.123456+02', '2026-07-01 12:00:00', 'infinity', true,
         E'two\\nlines, a "quote", a \\\\ and 🎈\\r\\n', '', 'new', '1 day', 7),
        (2, '123', 'NaN', '-Infinity', 'NaN', NULL, NULL, '{}', '-infinity',
         '9999-12-31 23:59:59+00', NULL, '0044-03-15 BC', NULL,
         E'\\\\.', NULL, NULL, NULL, NULL)""",
    )
    with of(server, tmp_path, leads={"from": "People 100%"}) as loads:
        assert loads.load()["leads"].new == 2
        found = dict(
            zip(
                loads.types("leads"), loads.rows("SELECT * FROM leads ORDER BY vip")[0], strict=True
            )
        )
        second = loads.rows("SELECT * FROM leads WHERE vip IS NULL")[0]
        types = loads.types("leads")

    assert found == {
        "lead_id": "12345678901234567890",
        "phone": "004912345",
        "exact": 1234567.0123456789,
        "ratio": 1e20,
        "share": 0.5,
        "raw": "00ff",
        "doc": '{"a": [1, "é"]}',
        "tags": "red;light blue",
        "born": date(2026, 2, 28),
        "seen": datetime(2026, 7, 1, 10, 0, 0, 123456),
        "local": datetime(2026, 7, 1, 12),
        "ends": None,
        "vip": True,
        "note": 'two\nlines, a "quote", a \\ and 🎈\r\n',
        "empty": None,
        "step": "new",
        "span": "P1D",
        'Odd "name': 7,
    }
    missing = dict(zip(types, second, strict=True))
    assert missing == dict.fromkeys(types) | {"lead_id": "2", "phone": "123", "note": "\\."}
    assert types["phone"] == types["step"] == "VARCHAR"


def test_a_text_that_looks_like_a_number_stays_a_text(server: Server, tmp_path: Path) -> None:
    run(
        server,
        "CREATE TABLE codes (lead_id text, code text, number int)",
        "INSERT INTO codes VALUES ('a', '10', 10), ('b', '2026-01-01', 11)",
    )
    with of(server, tmp_path, leads={"from": "codes"}) as loads:
        loads.load()
        assert (loads.types("leads")["code"], loads.types("leads")["number"]) == (
            "VARCHAR",
            "BIGINT",
        )
        run(server, "INSERT INTO codes VALUES ('c', '0x1', 12)")
        assert loads.load()["leads"].new == 1


@pytest.fixture
def parts_of_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_reading, "PART", 4)


@pytest.mark.usefixtures("parts_of_four")
class TestSince:
    """Loads that go on from a cursor column."""

    @pytest.fixture
    def loads(self, server: Server, tmp_path: Path) -> Iterator[Loads]:
        run(
            server,
            "DROP TABLE IF EXISTS visits",
            "CREATE TABLE visits (lead_id text, at timestamp(6), type text, n int)",
            # Ten rows of one instant, some of them equal; and some without any.
            "INSERT INTO visits SELECT 'ada', '2026-01-01 10:00:00.000001', 'visit', n / 2 "
            "FROM generate_series(0, 9) n",
            "INSERT INTO visits SELECT 'ben', '2026-01-01'::timestamp + n * interval '1 hour', "
            "'talk', n FROM generate_series(1, 12) n",
        )
        columns = {"lead_id": "lead_id", "occurred_at": "at", "type": "type", "n": "n"}
        tables = {"from": "visits", "columns": columns, "since": "AT"}
        with of(server, tmp_path, events=tables) as opened:
            self.server = server
            yield opened

    def test_rows_of_one_instant_are_in_one_part(self, loads: Loads) -> None:
        items = list(loads.items())

        files = [item for item in items if isinstance(item, DataFile)]
        assert len(files) > 3
        ten = [file for file in files if "10:00:00.000001" in file.path.read_text()]
        assert len(ten) == 1
        assert sum(len(file.path.read_text().splitlines()) - 1 for file in files) == 22
        assert isinstance(items[-1], Cursor)

    def test_ties_at_the_cursor_are_neither_lost_nor_doubled(self, loads: Loads) -> None:
        assert loads.load()["events"].new == 22
        late = "'2026-01-01 12:00:00'"
        run(
            self.server,
            f"INSERT INTO visits VALUES ('cleo', {late}, 'talk', 1), ('cleo', {late}, 'talk', 1)",
        )

        again = loads.load()["events"]

        assert (again.rows, again.new, again.known) == (3, 2, 1)
        assert loads.rows("SELECT count(*) FROM events WHERE lead_id = 'ada'") == [(10,)]
        assert loads.load()["events"].new == 0

    def test_equal_rows_of_different_instants_stay_apart(
        self, server: Server, tmp_path: Path
    ) -> None:
        run(
            server,
            "DROP TABLE IF EXISTS stays",
            "CREATE TABLE stays (lead_id text, day date, type text, changed timestamp)",
            "INSERT INTO stays SELECT 'ada', '2026-01-01', 'visit', "
            "'2026-01-01'::timestamp + n * interval '1 s' FROM generate_series(1, 9) n",
        )
        columns = {"lead_id": "lead_id", "occurred_at": "day", "type": "type"}
        with of(
            server, tmp_path, events={"from": "stays", "columns": columns, "since": "changed"}
        ) as loads:
            assert loads.load()["events"].new == 9
            assert loads.load()["events"].new == 0

    def test_rows_without_a_value_are_read_each_time(self, loads: Loads) -> None:
        run(self.server, "INSERT INTO visits VALUES ('dora', NULL, 'visit', 1)")

        assert [loads.load()["events"].rejected for _ in range(2)] == [1, 1]

    def test_a_table_that_was_set_back_is_read_from_its_start(self, loads: Loads) -> None:
        loads.load()
        run(
            self.server,
            "DELETE FROM visits WHERE at > '2026-01-01 03:00'",
            "INSERT INTO visits VALUES ('eve', '2026-01-01 00:30', 'visit', 1)",
        )

        again = loads.load()["events"]

        assert (again.rows, again.new) == (4, 1)
        assert "was set back" in loads.notes[0]
        assert loads.rows("SELECT count(*) FROM events") == [(23,)]

    def test_deleted_rows_stay_in_the_store(self, loads: Loads) -> None:
        loads.load()
        run(self.server, "DELETE FROM visits WHERE lead_id = 'ada'")

        assert loads.load()["events"].new == 0
        assert loads.rows("SELECT count(*) FROM events") == [(22,)]

    def test_a_time_in_the_future_is_no_place_to_begin_at(self, loads: Loads) -> None:
        run(
            self.server,
            "INSERT INTO visits VALUES ('typo', '2999-01-01', 'visit', 1)",
            "INSERT INTO visits VALUES ('never', 'infinity', 'visit', 1)",
        )
        loads.load()
        assert "goes up to infinity, which is in the future" in loads.notes[0]
        run(self.server, "INSERT INTO visits VALUES ('late', now() AT TIME ZONE 'UTC', 'v', 1)")

        loads.load()

        assert loads.rows("SELECT count(*) FROM events WHERE lead_id = 'late'") == [(1,)]

    def test_a_column_that_appears_later_is_read_from_then_on(
        self, server: Server, tmp_path: Path
    ) -> None:
        run(server, *VISITS)
        with of(server, tmp_path, events={"from": "visits", "since": "occurred_at"}) as loads:
            loads.load()
            run(
                server,
                "ALTER TABLE visits ADD COLUMN page text",
                "INSERT INTO visits VALUES ('n', 'ada', '2026-01-01 05:00Z', 'visit', '/price')",
            )
            loads.load()

            found = loads.rows("SELECT event_id, page FROM events WHERE page IS NOT NULL")
            assert found == [("n", "/price")]

    def test_other_settings_begin_anew(self, loads: Loads) -> None:
        loads.load()
        entry = loads.settings["tables"]["events"]  # type: ignore[index]
        entry["columns"]["m"] = "n"

        assert loads.load()["events"].rows == 22

    def test_a_killed_server_costs_only_what_was_under_way(
        self, loads: Loads, server: Server
    ) -> None:
        reading = loads.items()

        def broken() -> Iterator[Any]:
            cursors = 0
            for item in reading:
                yield item
                cursors += isinstance(item, Cursor)
                if cursors == 2 and server.process is not None and server.process.poll() is None:
                    server.kill()

        try:
            with pytest.raises(SourceError) as raised:
                loads.load(broken())
            assert PASSWORD not in "".join(traceback.format_exception(raised.value))
            kept = loads.rows("SELECT count(*) FROM events")[0][0]
            assert kept in range(8, 22)
        finally:
            server.start()
        again = loads.load()["events"]

        assert again.rows < 22
        assert loads.rows("SELECT count(*) FROM events") == [(22,)]

    def test_a_load_sees_one_state(self, loads: Loads) -> None:
        reading = loads.items()
        first = next(reading)
        run(self.server, "INSERT INTO visits VALUES ('new', '2026-01-01 11:30', 'visit', 1)")
        files = [item for item in (first, *reading) if isinstance(item, DataFile)]

        assert not [file for file in files if "new" in file.path.read_text()]


def test_nothing_can_be_written(server: Server, tmp_path: Path) -> None:
    run(server, "CREATE TABLE kept (lead_id text)", "INSERT INTO kept VALUES ('ada')")
    evil = "SELECT 'x' AS lead_id) TO STDOUT; DELETE FROM kept; COPY (SELECT 1"
    for query in ("DELETE FROM kept RETURNING lead_id", evil):
        with of(server, tmp_path, leads={"query": query}) as loads, pytest.raises(SourceError):
            loads.load()
    with of(server, tmp_path, leads={"from": "kept"}) as loads:
        assert loads.load()["leads"].new == 1


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"from": "visits", "since": "ocurred_at"}, "did you mean `occurred_at`"),
        ({"from": "visits", "columns": {"lead_id": "led_id"}}, "has no column `led_id`"),
        ({"query": "SELECT 1.5 AS lead_id", "since": "lead_id"}, "which is a number with a"),
        ({"query": "SELECT\nnonsense"}, 'column "nonsense" does not exist'),
    ],
)
def test_faults_say_what_is_wrong(server: Server, tmp_path: Path, entry: object, said: str) -> None:
    run(server, *VISITS)
    with of(server, tmp_path, leads=entry) as loads:
        with pytest.raises(SourceError) as raised:
            loads.load()

        assert said in f"{raised.value.message}; {raised.value.hint}"


def test_no_part_of_the_url_is_ever_shown(server: Server, tmp_path: Path) -> None:
    host = server.url.split("@")[1]
    wrong = (
        f"postgresql://leadline:letmein99@{host}",
        f"postgresql://nobody77:letmein99@{host}",
        "postgresql://leadline:letmein99@127.0.0.1:9/crm77",
        "postgresql://leadline:letmein99@host77.invalid/crm77",
        "postgresql://leadline:letmein99@:x:y/crm77?letmein99",
        f"postgresql://leadline:{PASSWORD}@{host}77",
    )
    for url in wrong:
        settings = {"url": url, "tables": {"leads": {"from": "visits"}}}
        with loading(tmp_path, "postgres", settings) as loads:
            with pytest.raises((SourceError, UsageError)) as raised:
                loads.load()
            shown = "".join(traceback.format_exception(raised.value))
            for secret in ("letmein99", "nobody77", "host77", "crm77", PASSWORD):
                assert secret not in shown.replace(__file__, "")
