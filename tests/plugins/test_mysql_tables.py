"""Tables of a real MariaDB server."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.plugins.loads import Loads, loading
from tests.plugins.servers import PASSWORD, Server, mariadb

from leadline.errors import SourceError, UsageError
from leadline.plugin import Cursor, Item
from leadline.testing.conformance import SourceConformance
from leadline_plugins import table_reading

pymysql = pytest.importorskip("pymysql", reason="pymysql is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with mariadb() as running:
        yield running


def run(server: Server, *statements: str) -> None:
    parts = urlsplit(server.url)
    connection = pymysql.connect(
        host=parts.hostname,
        port=parts.port,
        user=parts.username,
        password=parts.password,
        database="crm",
        charset="utf8mb4",
        autocommit=True,
    )
    with contextlib.closing(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


VISITS = (
    "DROP TABLE IF EXISTS visits",
    "CREATE TABLE visits (event_id varchar(20), lead_id varchar(20), occurred_at datetime(6), "
    "type varchar(20), n bigint unsigned)",
    "INSERT INTO visits SELECT concat('e', seq), concat('lead ', seq % 3), "
    "'2026-01-01 00:00:00.5' + INTERVAL seq DIV 2 HOUR, 'visit', seq FROM seq_1_to_9",
)


class TestMySQL(SourceConformance):
    kind = "mysql"

    @pytest.fixture(autouse=True)
    def _server(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = server
        monkeypatch.setattr(table_reading, "PART", 2)

    def settings(self, root: Path) -> Mapping[str, object]:
        run(self.server, *VISITS)
        leads = {"query": "SELECT DISTINCT lead_id, 'x%' AS name FROM visits -- 100%"}
        tables = {"events": {"from": "crm.visits", "since": "occurred_at"}, "leads": leads}
        return {"url": self.server.url, "tables": tables}

    def nothing(self, root: Path) -> Mapping[str, object]:
        run(self.server, *VISITS[:2])
        return {"url": self.server.url, "tables": {"events": {"from": "visits"}}}

    def unreadable(self, root: Path) -> Mapping[str, object]:
        return {"url": self.server.url, "tables": {"events": {"from": "no_such_table"}}}


def test_values_keep_what_they_are(server: Server, tmp_path: Path) -> None:
    run(
        server,
        "CREATE TABLE `people 100%` (lead_id bigint unsigned, phone varchar(20), exact "
        "decimal(30,10), ratio double, raw blob, doc json, born date, seen timestamp(6) NULL, "
        "local datetime, ends datetime, vip bool, note text, empty text, step enum('new', 'won'), "
        "flags bit(4), `odd ``name` int)",
        "SET sql_mode = ''",
        "INSERT INTO `people 100%` VALUES (18446744073709551615, '004912345', "
        "1234567.0123456789, 1e20, X'00ff', '{\"a\": 1}', '2026-02-28', "
        "'2026-07-01 12:00:00.123456', '2026-07-01 12:00:00', '9999-12-31 23:59:59', true, "
        "'two\\nlines, a \"quote\", a \\\\ and 🎈\\0', '', 'new', b'101', 7)",
        "INSERT INTO `people 100%` (lead_id, phone, local) VALUES (2, '123', '0000-00-00')",
    )
    settings = {"url": server.url, "tables": {"leads": {"from": "people 100%"}}}
    with loading(tmp_path, "mysql", settings) as loads:
        assert loads.load()["leads"].new == 2
        types = loads.types("leads")
        first, second = loads.rows("SELECT * FROM leads ORDER BY vip NULLS LAST")

    assert dict(zip(types, first, strict=True)) == {
        "lead_id": "18446744073709551615",
        "phone": "004912345",
        "exact": 1234567.0123456789,
        "ratio": 1e20,
        "raw": "00ff",
        "doc": '{"a": 1}',
        "born": date(2026, 2, 28),
        # The server lives twelve hours ahead of UTC.
        "seen": datetime(2026, 7, 1, 0, 0, 0, 123456),
        "local": datetime(2026, 7, 1, 12),
        "ends": None,
        "vip": 1,
        "note": 'two\nlines, a "quote", a \\ and 🎈',
        "empty": None,
        "step": "new",
        "flags": 5,
        "odd `name": 7,
    }
    missing = dict(zip(types, second, strict=True))
    assert missing == dict.fromkeys(types) | {"lead_id": "2", "phone": "123"}


@pytest.fixture(params=["occurred_at", "n", "event_id"])
def loads(
    request: pytest.FixtureRequest, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Loads]:
    monkeypatch.setattr(table_reading, "PART", 2)
    run(server, *VISITS)
    tables = {"events": {"from": "visits", "since": request.param}}
    with loading(tmp_path, "mysql", {"url": server.url, "tables": tables}) as opened:
        yield opened


def test_ties_at_the_cursor_are_neither_lost_nor_doubled(loads: Loads, server: Server) -> None:
    assert loads.load()["events"].new == 9
    run(server, "INSERT INTO visits VALUES ('e9', 'ben', '2026-01-01 04:00:00.5', 'visit', 9)")
    run(server, "INSERT INTO visits VALUES ('f1', 'ada', '2026-01-01 04:00:00.5', 'visit', 9)")

    again = loads.load()["events"]

    assert again.new == 1
    # Another row with the id of one that is there is rejected, whatever column tells the time.
    assert again.rejected == 1
    assert again.rows <= 4
    assert loads.rows("SELECT count(*) FROM events") == [(10,)]


def test_a_killed_server_costs_only_what_was_under_way(loads: Loads, server: Server) -> None:
    reading = loads.items()

    def broken() -> Iterator[Item]:
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
    finally:
        server.start()
    assert 0 < loads.rows("SELECT count(*) FROM events")[0][0] < 9  # type: ignore[operator]

    assert loads.load()["events"].rows < 9
    assert loads.rows("SELECT count(*) FROM events") == [(9,)]


def test_nothing_can_be_written(server: Server, tmp_path: Path) -> None:
    run(server, *VISITS)
    for query in ("DELETE FROM visits", "SELECT 1 AS lead_id) AS a; DELETE FROM visits; SELECT (1"):
        settings = {"url": server.url, "tables": {"leads": {"query": query}}}
        with loading(tmp_path, "mysql", settings) as loads, pytest.raises(SourceError):
            loads.load()
    settings = {"url": server.url, "tables": {"events": {"from": "visits"}}}
    with loading(tmp_path, "mysql", settings) as loads:
        assert loads.load()["events"].new == 9


def test_no_part_of_the_url_is_ever_shown(server: Server, tmp_path: Path) -> None:
    host = server.url.split("@")[1]
    wrong = (
        f"mysql://leadline:letmein99@{host}",
        f"mysql://nobody77:letmein99@{host}",
        "mysql://leadline:letmein99@127.0.0.1:9/crm77",
        "mysql://leadline:letmein99@host77.invalid/crm77",
        "mysql://leadline:letmein99@h:x:y/crm77",
        f"mysql://leadline:{PASSWORD}@{host}77",
    )
    for url in wrong:
        settings = {"url": url, "tables": {"leads": {"from": "visits"}}, "tls": "off"}
        with loading(tmp_path, "mysql", settings) as loads:
            with pytest.raises((SourceError, UsageError)) as raised:
                loads.load()
            shown = "".join(traceback.format_exception(raised.value))
            for secret in ("letmein99", "nobody77", "host77", "crm77", PASSWORD):
                assert secret not in shown.replace(__file__, "")


def test_another_machine_must_prove_who_it_is(server: Server, tmp_path: Path) -> None:
    run(server, *VISITS)
    settings = {"url": server.url, "tables": {"events": {"from": "visits"}}, "tls": "verify"}
    with loading(tmp_path, "mysql", settings) as loads, pytest.raises(SourceError, match="MySQL"):
        loads.load()
