from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.given import csv_file, load, parquet_file, values

from leadline.engine.duckdb import Database
from leadline.errors import UsageError
from leadline.store import Store
from leadline.store.zone import stretches, utc_sql

BERLIN = {
    "2026-03-29T01:59:59": "00:59:59",
    "2026-03-29T02:00:00": "01:00:00",  # left out by the change: an hour forward
    "2026-03-29T02:30:00": "01:30:00",
    "2026-03-29T02:59:59": "01:59:59",
    "2026-03-29T03:00:00": "01:00:00",
    "2026-10-25T01:59:59": "23:59:59",
    "2026-10-25T02:00:00": "00:00:00",  # there twice: the first
    "2026-10-25T02:30:00": "00:30:00",
    "2026-10-25T02:59:59": "00:59:59",
    "2026-10-25T03:00:00": "02:00:00",
    "2026-10-25T02:30:00+01:00": "01:30:00",
    "2026-10-25T02:30:00Z": "02:30:00",
    "2026-07-01": "22:00:00",
    "2025-12-31": "23:00:00",
}


ODD_ZONES = (
    "Africa/Casablanca",
    "America/New_York",
    "America/Sao_Paulo",
    "Antarctica/Troll",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Amsterdam",
    "Europe/Berlin",
    "Europe/Dublin",
    "Pacific/Apia",
)


def test_local_times_at_the_changes_of_the_clock(store: Store, tmp_path: Path) -> None:
    rows = "".join(f"e{number:02},L1,{at},open\n" for number, at in enumerate(BERLIN))
    file = csv_file(tmp_path, "events", "event_id,lead_id,occurred_at,type\n" + rows)
    load(store, file, timezone="Europe/Berlin")
    found = [str(value)[11:] for value in values(store, "events", "occurred_at")]
    assert dict(zip(BERLIN, found, strict=True)) == BERLIN


def test_typed_local_times(store: Store, tmp_path: Path) -> None:
    listed = ", ".join(
        f"('e{number:02}', TIMESTAMP '{at}')"
        for number, at in enumerate(BERLIN)
        if len(at) == 19 and not at.endswith("Z")
    )
    query = (
        "SELECT *, 'L1' AS lead_id, 'open' AS type "
        f"FROM (VALUES {listed}) listed(event_id, occurred_at)"
    )
    load(store, parquet_file(tmp_path, "events", query), timezone="Europe/Berlin")
    found = [str(value)[11:] for value in values(store, "events", "occurred_at")]
    assert found == [utc for at, utc in BERLIN.items() if len(at) == 19]


def test_time_zone_of_the_source_holds_for_every_instant(store: Store, tmp_path: Path) -> None:
    file = csv_file(tmp_path, "leads", "lead_id,created_at,seen\nL1,2026-07-01,2026-07-01 06:00\n")
    load(store, file, timezone="Asia/Kolkata")
    assert values(store, "leads", "created_at") == [datetime(2026, 6, 30, 18, 30)]
    assert values(store, "leads", "seen") == [datetime(2026, 7, 1, 0, 30)]


def test_far_years_in_one_column(store: Store, tmp_path: Path) -> None:
    text = "lead_id,until\nL1,9999-12-30T00:00:00\nL2,0001-01-02T00:00:00\nL3,2026-07-01T00:00:00\n"
    load(store, csv_file(tmp_path, "leads", text), timezone="America/New_York")
    assert [str(value) for value in values(store, "leads", "until")] == [
        "9999-12-30 05:00:00",
        "0001-01-02 04:56:02",
        "2026-07-01 04:00:00",
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ODD_ZONES),
    st.lists(st.datetimes(datetime(1880, 1, 1), datetime(2060, 1, 1)), min_size=1, max_size=5),
)
def test_offsets_are_those_of_python(zone: str, locals: list[datetime]) -> None:
    info = ZoneInfo(zone)
    found = stretches(info, {local.year for local in locals})
    near = [
        edge + timedelta(minutes=minutes)
        for edge, _ in found
        for minutes in (-61, -30, 0, 30, 61)
        if edge is not None
    ]
    years = {local.year for local in locals}
    for local in [*locals, *(local for local in near if local.year in years)]:
        offset = next(offset for end, offset in found if end is None or local < end)
        assert offset == local.replace(tzinfo=info, fold=0).utcoffset()


def test_sql_of_a_zone_is_what_python_says() -> None:
    info = ZoneInfo("Europe/Berlin")
    first = datetime(2024, 12, 30)
    locals = [first + timedelta(hours=number) for number in range(0, 24 * 800)]
    sql = utc_sql("moment", stretches(info, range(2024, 2028)))
    with Database() as database:
        rows = database.rows(
            f"SELECT moment, {sql} FROM range(TIMESTAMP '{first}', TIMESTAMP '{locals[-1]}', "
            "INTERVAL 1 HOUR) hours(moment)"
        )
    assert len(rows) == len(locals) - 1
    for at, utc in rows:
        assert utc == at.replace(tzinfo=info).astimezone(UTC).replace(tzinfo=None)


def test_unknown_zone(store: Store) -> None:
    with pytest.raises(UsageError, match="there is no time zone `Europe/Berlim`") as found:
        load(store, timezone="Europe/Berlim")
    assert "Europe/Berlin" in found.value.hint
    for name in ("../../etc/passwd", "", "/etc/localtime"):
        with pytest.raises(UsageError, match="there is no time zone"):
            load(store, timezone=name)


def test_time_zone_of_the_machine_does_not_matter(tmp_path: Path) -> None:
    file = csv_file(
        tmp_path,
        "events",
        "lead_id,occurred_at,type,seen,day\n"
        "L1,2026-03-29 02:30,open,2026-10-25T02:30:00,2026-01-01\n"
        "L2,2026-03-29T02:30:00+02:00,open,2026-10-25T02:30:00Z,2026-01-02\n",
    )
    script = textwrap.dedent(
        f"""
        from pathlib import Path
        from leadline.plugin import DataFile
        from leadline.store import SourceLoad, Store
        file = DataFile("events", Path({str(file.path)!r}), "csv", "x", {file.columns!r}, "__line")
        with Store.open(None) as store:
            store.load(SourceLoad("test", timezone="Europe/Berlin"), [file])
            print(store.database.rows("SELECT * FROM events ORDER BY ALL"))
        """
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "TZ": zone, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for zone in ("UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia")
    }
    assert len(outputs) == 1
    assert b"datetime.datetime(2026, 3, 29, 1, 30)" in outputs.pop()
