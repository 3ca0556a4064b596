from __future__ import annotations

import hashlib
import random
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.given import content, csv_file, load, parquet_file, records, values

from leadline.store import Store, TableSummary

LOG = """
event_id,lead_id,occurred_at,type,asset_id,url
e1,L1,2026-01-01T10:00:00Z,page_view,a1,/pricing
e2,L1,2026-01-01T10:05:00Z,download,a2,
e3,L2,2026-01-02 09:00:00,page_view,,/home
"""


def test_first_load_adds_every_event(store: Store, tmp_path: Path) -> None:
    summary = load(store, csv_file(tmp_path, "events", LOG))
    assert summary.tables == (TableSummary("events", rows=3, new=3),)
    assert content(store, "events")[0] == (
        "a1",
        "e1",
        "L1",
        datetime(2026, 1, 1, 10),
        "page_view",
        "/pricing",
    )
    assert values(store, "events", "url") == ["/pricing", None, "/home"]


def test_second_load_of_the_same_file_changes_nothing(store: Store, tmp_path: Path) -> None:
    load(store, csv_file(tmp_path, "events", LOG))
    before = content(store, "events")
    summary = load(store, csv_file(tmp_path, "events", LOG))
    assert summary.tables == (TableSummary("events", rows=3, known=3),)
    assert content(store, "events") == before


def test_known_and_new_events_in_one_file(store: Store, tmp_path: Path) -> None:
    load(store, csv_file(tmp_path, "events", LOG))
    more = LOG + "e4,L3,2026-01-03,page_view,,/new\n"
    assert load(store, csv_file(tmp_path, "events", more)).table("events") == TableSummary(
        "events", rows=4, new=1, known=3
    )


def test_same_id_with_other_content_is_rejected_and_the_first_stays(
    store: Store, tmp_path: Path
) -> None:
    load(store, csv_file(tmp_path, "events", LOG))
    other = LOG.replace("e1,L1,2026-01-01T10:00:00Z,page_view", "e1,L1,2026-01-01T10:00:00Z,click")
    summary = load(store, csv_file(tmp_path, "events", other))
    assert summary.table("events") == TableSummary("events", rows=3, known=2, rejected=1)
    assert values(store, "events", "type")[0] == "page_view"
    [reject] = store.rejects()
    assert (reject.origin, reject.line, reject.column) == ("events.csv", 2, "type")
    assert "e1" in reject.reason
    assert reject.raw == "e1,L1,2026-01-01T10:00:00Z,click,a1,/pricing"


def test_within_a_file_the_first_line_of_an_id_stays(store: Store, tmp_path: Path) -> None:
    text = (
        LOG + "e2,L9,2026-01-01T10:05:00Z,download,a2,\ne2,L1,2026-01-01T10:05:00Z,download,a2,\n"
    )
    summary = load(store, csv_file(tmp_path, "events", text))
    assert summary.table("events") == TableSummary("events", rows=5, new=3, known=1, rejected=1)
    assert values(store, "events", "lead_id") == ["L1", "L1", "L2"]
    [reject] = store.rejects()
    assert (reject.line, reject.column) == (5, "lead_id")


def test_events_without_id_are_told_apart_by_content_and_number(
    store: Store, tmp_path: Path
) -> None:
    text = """
lead_id,occurred_at,type
L1,2026-01-01,open
L1,2026-01-01,open
L1,2026-01-01,click
"""
    assert load(store, csv_file(tmp_path, "events", text)).table("events").new == 3
    ids = values(store, "events", "event_id")
    again = load(store, csv_file(tmp_path, "events", text))
    assert again.table("events") == TableSummary("events", rows=3, known=3)
    assert values(store, "events", "event_id") == ids


def id_of(text: str, number: int = 1) -> str:
    return f"{hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()}-{number}"


def test_id_of_content_is_the_same_everywhere(store: Store, tmp_path: Path) -> None:
    # Another form of this text would load every event without an id a second time.
    text = "type,lead_id,occurred_at,note\nopen,L1,2026-01-01 10:00,\nopen,L1,2026-01-01 10:00,ü\n"
    load(store, csv_file(tmp_path, "events", text), timezone="America/New_York")
    assert set(values(store, "events", "event_id")) == {
        id_of("lead_id=2:L1;occurred_at=16:2026-01-01 10:00;type=4:open;"),
        id_of("lead_id=2:L1;note=1:ü;occurred_at=16:2026-01-01 10:00;type=4:open;"),
    }


def test_id_of_content_ignores_the_order_and_case_of_columns(store: Store, tmp_path: Path) -> None:
    load(store, csv_file(tmp_path, "events", "lead_id,occurred_at,type,Url\nL1,2026-01-01,open,/a"))
    other = "URL,TYPE,occurred_at,lead_id,empty\n/a,open,2026-01-01,L1,"
    assert load(store, csv_file(tmp_path, "events", other)).table("events").known == 1


def test_id_of_content_is_that_of_the_typed_value(store: Store, tmp_path: Path) -> None:
    query = """
        SELECT 'L1' AS lead_id, TIMESTAMP '2026-01-01 10:00:00.5' AS occurred_at, 'open' AS type,
          0.1::DOUBLE AS share, 7::SMALLINT AS number, ['a', 'b'] AS members, true AS yes
    """
    load(store, parquet_file(tmp_path, "events", query))
    assert load(store, parquet_file(tmp_path, "events", query)).table("events").known == 1
    assert values(store, "events", "event_id") == [
        id_of(
            'lead_id=2:L1;members=9:["a","b"];number=1:7;occurred_at=16:1767261600500000;'
            "share=19:0.10000000000000001;type=4:open;yes=4:true;"
        )
    ]


def test_equal_rows_in_pages_of_one_origin_are_different_events(store: Store) -> None:
    row = ("L1", "2026-01-01", "open")
    pages = [records("events", "lead_id occurred_at type", row, row, line=None) for _ in range(2)]
    assert load(store, *pages).table("events").new == 4
    assert load(store, *pages).table("events").known == 4


def test_some_events_without_id(store: Store, tmp_path: Path) -> None:
    text = LOG + ",L3,2026-01-03,open,,\n ,L3,2026-01-03,open,,\n"
    load(store, csv_file(tmp_path, "events", text))
    assert load(store, csv_file(tmp_path, "events", text)).table("events").known == 5
    ids = [str(value) for value in values(store, "events", "event_id")]
    assert {"e1", "e2", "e3"} < set(ids)
    assert len(set(ids)) == 5


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("e9,,2026-01-01,open,,", "lead_id", "missing, but every row needs it"),
        ("e9,  ,2026-01-01,open,,", "lead_id", "missing, but every row needs it"),
        ("e9,L1,,open,,", "occurred_at", "missing, but every row needs it"),
        ("e9,L1,yesterday,open,,", "occurred_at", "no date and time"),
        ("e9,L1,2026-02-30,open,,", "occurred_at", "no date and time"),
        ("e9,L1,2026-01-01T24:00:00,open,,", "occurred_at", "no date and time"),
        ("e9,L1,31/12/2025,open,,", "occurred_at", "no date and time"),
        ("e9,L1,1767261600,open,,", "occurred_at", "no date and time"),
        ("e9,L1,2026-01-01,,,", "type", "missing, but every row needs it"),
    ],
)
def test_useless_event_is_rejected(
    store: Store, tmp_path: Path, row: str, column: str, reason: str
) -> None:
    summary = load(store, csv_file(tmp_path, "events", LOG + row))
    assert summary.table("events") == TableSummary("events", rows=4, new=3, rejected=1)
    [reject] = store.rejects()
    assert (reject.source, reject.table, reject.line) == ("test", "events", 5)
    assert reject.column == column
    assert reject.reason.startswith(reason)
    assert reject.raw == row


def test_rejected_event_leaves_its_id_free(store: Store, tmp_path: Path) -> None:
    text = "event_id,lead_id,occurred_at,type\ne1,,2026-01-01,open\ne1,L1,2026-01-01,open\n"
    summary = load(store, csv_file(tmp_path, "events", text))
    assert summary.table("events") == TableSummary("events", rows=2, new=1, rejected=1)


EVENT = st.tuples(
    st.sampled_from(["e1", "e2", "e3", "e4", ""]),
    st.sampled_from(["L1", "L2", ""]),
    st.sampled_from(["2026-01-01", "2026-01-01T08:00:00Z", "never"]),
    st.sampled_from(["open", "click"]),
    st.sampled_from(["1", "2.5", "x", "true", "2026-01-01", ""]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(EVENT, min_size=1, max_size=8))
def test_no_row_is_lost(rows: list[tuple[str, ...]]) -> None:
    batch = records("events", "event_id lead_id occurred_at type extra", *rows)
    with Store.open(None) as store:
        first = load(store, batch).table("events")
        assert first.rows == len(rows)
        assert first.rejected == len(store.rejects())
        assert first.new == len(content(store, "events"))
        before = content(store, "events")
        again = load(store, batch).table("events")
        assert (again.new, again.changed, again.rejected) == (0, 0, first.rejected)
        assert content(store, "events") == before


def test_order_and_repetition_of_input_do_not_matter() -> None:
    chance = random.Random(7)
    rows = [
        (f"e{number}", f"L{number % 5}", f"2026-01-{1 + number % 28:02}", "open", extra)
        for number, extra in enumerate(["1", "2.5", "17", None, "03", "x", "1.50", "true"] * 5)
    ]
    seen = set()
    for threads in (1, 1, 2, 4, 4):
        shuffled = [*rows, *chance.sample(rows, 20)]
        chance.shuffle(shuffled)
        cut = chance.randrange(1, len(shuffled))
        with Store.open(None, threads=threads) as store:
            pages = [shuffled[:cut], shuffled[cut:]]
            names = "event_id lead_id occurred_at type extra"
            load(store, *(records("events", names, *page) for page in pages))
            assert not store.rejects()
            events = [row[:1] + row[2:] for row in content(store, "events")]
            seen.add(repr(events))
    assert len(seen) == 1
