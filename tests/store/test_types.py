from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from tests.store.given import content, csv_file, load, parquet_file, records, type_words, values

from leadline.errors import UsageError
from leadline.store import Store, TableSummary
from leadline.store.forms import Form, widest

NUMBER, TRUTH, INSTANT = "number", "true or false", "date and time"


@pytest.mark.parametrize(
    ("cells", "type", "kept"),
    [
        (["1", "-2", ""], NUMBER, [1, -2, None]),
        (["0", "123456789012345678"], NUMBER, [0, 123456789012345678]),
        (["1", "2.50", "-1e-05"], NUMBER, [1, 2.5, -1e-05]),
        (["1", "1234567890123456789"], "text", ["1", "1234567890123456789"]),
        (["1", "01234"], "text", ["1", "01234"]),
        (["1", "1_000"], "text", ["1", "1_000"]),
        (["1", "1,000"], "text", ["1", "1,000"]),
        (["1", "NaN"], "text", ["1", "NaN"]),
        (["1", "inf"], "text", ["1", "inf"]),
        (["1", "0x1F"], "text", ["1", "0x1F"]),
        (["12E5", "34E7"], "text", ["12E5", "34E7"]),
        (["+49301234"], "text", ["+49301234"]),
        (["true", "FALSE", "True", ""], TRUTH, [True, False, True, None]),
        (["true", "yes"], "text", ["true", "yes"]),
        (["true", "1"], "text", ["true", "1"]),
        (["2026-01-01", "0099-12-31", ""], "date", [date(2026, 1, 1), date(99, 12, 31), None]),
        (["2026-01-01", "2026-02-30"], "text", ["2026-01-01", "2026-02-30"]),
        (["2026-01-01", "01/02/2026"], "text", ["2026-01-01", "01/02/2026"]),
        (["2026-1-1"], "text", ["2026-1-1"]),
        (["10000-01-01"], "text", ["10000-01-01"]),
        (
            ["2026-01-01T10:00:00Z", "2026-01-01 10:00", "2026-01-01"],
            INSTANT,
            [datetime(2026, 1, 1, 10), datetime(2026, 1, 1, 10), datetime(2026, 1, 1)],
        ),
        (
            ["2026-01-01T10:00:00.123456789+0230", "2026-01-01 10:00:00.5 UTC"],
            INSTANT,
            [datetime(2026, 1, 1, 7, 30, 0, 123456), datetime(2026, 1, 1, 10, 0, 0, 500000)],
        ),
        (["2026-01-01T25:00:00Z"], "text", ["2026-01-01T25:00:00Z"]),
        (["NO", "on", ""], "text", ["NO", "on", None]),
        ([" a ", "b"], "text", [" a ", "b"]),
        ([" 7", "8 "], NUMBER, [7, 8]),
        (["", ""], "no value yet", [None, None]),
    ],
)
def test_type_of_an_extra_column(
    store: Store, tmp_path: Path, cells: list[str], type: str, kept: list[object]
) -> None:
    text = "lead_id,extra,extra_id\n" + "".join(
        f'L{number},"{cell}",{number}\n' for number, cell in enumerate(cells)
    )
    load(store, csv_file(tmp_path, "leads", text))
    assert type_words(store, "leads") == {"lead_id": "text", "extra": type, "extra_id": "text"}
    found = values(store, "leads", "extra")
    assert found == kept
    assert [isinstance(value, bool) for value in found] == [isinstance(k, bool) for k in kept]


def test_texts_stay_as_they_are(store: Store, tmp_path: Path) -> None:
    texts = ['a\n"b", ü\r\nx', "  ", "'", "\\", "NULL", "#N/A", "=1+1", "\ufeff", "🎈"]
    rows = "".join(
        'L{},"{}"\n'.format(number, text.replace('"', '""')) for number, text in enumerate(texts)
    )
    load(store, csv_file(tmp_path, "leads", "lead_id,extra\n" + rows))
    assert values(store, "leads", "extra") == texts


def test_one_late_value_decides(store: Store) -> None:
    rows = [(f"L{number:05}", number) for number in range(5000)]
    load(store, records("leads", "lead_id extra", *rows, ("L99999", "none")))
    assert type_words(store, "leads")["extra"] == "text"
    assert values(store, "leads", "extra")[-2:] == ["4999", "none"]


def test_value_after_thousands_of_empty_cells_decides(store: Store) -> None:
    rows = [(f"L{number:05}", None) for number in range(5000)]
    load(store, records("leads", "lead_id extra", *rows, ("L99999", "2026-01-01")))
    assert type_words(store, "leads")["extra"] == "date"


def test_python_values(store: Store) -> None:
    row = {
        "lead_id": "L1",
        "whole": 7,
        "number": 2.5,
        "nothing": float("nan"),
        "exact": Decimal("1.10"),
        "truth": True,
        "day": date(2026, 1, 1),
        "local": datetime(2026, 1, 1, 12),
        "aware": datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2))),
        "utc": datetime(2026, 1, 1, 12, tzinfo=UTC),
        "members": ["a", 1, "b;c"],
        "nested": {"b": 1, "a": [2]},
        "broken": "half \ud800 a pair",
        "blank": "",
        "quotes": 'it\'s "so"\n',
        "zero": "a\0b",
    }
    load(store, records("leads", " ".join(row), list(row.values())), timezone="Europe/Berlin")
    kept = {name: values(store, "leads", name)[0] for name in row}
    assert kept == {
        "lead_id": "L1",
        "whole": 7,
        "number": 2.5,
        "nothing": None,
        "exact": 1.1,
        "truth": True,
        "day": date(2026, 1, 1),
        "local": datetime(2026, 1, 1, 11),
        "aware": datetime(2026, 1, 1, 10),
        "utc": datetime(2026, 1, 1, 12),
        "members": ["a", "1", "b;c"],
        "nested": '{"a": [2], "b": 1}',
        "broken": "half ? a pair",
        "blank": None,
        "quotes": 'it\'s "so"\n',
        "zero": "a\0b",
    }


def test_whole_numbers_become_numbers_without_a_word(store: Store) -> None:
    load(store, records("leads", "lead_id extra", ("L1", "7")))
    summary = load(store, records("leads", "lead_id extra", ("L2", "7.5")))
    assert summary.notes == ()
    assert type_words(store, "leads")["extra"] == NUMBER
    assert values(store, "leads", "extra") == [7, 7.5]


def test_column_widens_to_text_and_says_so(store: Store) -> None:
    rows = [("L1", "1.50", "TRUE", "2026-01-01", "2026-01-01 10:00", "7")]
    names = "lead_id number truth day time whole"
    load(store, records("leads", names, *rows))
    summary = load(store, records("leads", names, ("L2", "x", "x", "x", "x", "x")))
    assert [note.split(" ")[0] for note in summary.notes] == [
        "leads.number",
        "leads.truth",
        "leads.day",
        "leads.time",
        "leads.whole",
    ]
    assert set(type_words(store, "leads").values()) == {"text"}
    assert [values(store, "leads", name)[0] for name in names.split()[1:]] == [
        "1.5",
        "true",
        "2026-01-01",
        "2026-01-01T10:00:00Z",
        "7",
    ]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_rows_of_a_widened_column_are_known_again(store: Store, zone: str) -> None:
    names = "lead_id tag set_at extra time"
    row = ("L1", "mql", "2026-01-01", "1.50", "2026-01-01 10:00")
    event = ("e1", "L1", "2026-01-01", "open", "1.50", "2026-01-01 10:00")
    event_names = "event_id lead_id occurred_at type extra time"
    old = (records("lead_tags", names, row), records("events", event_names, event))
    load(store, *old, timezone=zone)
    load(
        store,
        records("lead_tags", names, ("L1", "mql", "2026-01-01", "x", "x")),
        records("events", event_names, ("e2", "L1", "2026-01-01", "open", "x", "x")),
        timezone=zone,
    )
    again = load(store, *old, timezone=zone)
    assert again.table("lead_tags") == TableSummary("lead_tags", rows=1, known=1)
    assert again.table("events") == TableSummary("events", rows=1, known=1)


def test_old_rows_are_known_in_the_very_file_that_widens(store: Store) -> None:
    names = "event_id lead_id occurred_at type extra"
    old = ("e1", "L1", "2026-01-01", "open", "1.50")
    load(store, records("events", names, old))
    summary = load(store, records("events", names, old, ("e2", *old[1:4], "x")))
    assert summary.table("events") == TableSummary("events", rows=2, new=1, known=1)
    assert len(summary.notes) == 1


def test_dates_become_instants_at_local_midnight(store: Store) -> None:
    load(store, records("leads", "lead_id extra", ("L1", "2026-07-01")), timezone="Europe/Berlin")
    load(
        store,
        records("leads", "lead_id extra", ("L2", "2026-07-01T12:00:00Z")),
        timezone="Europe/Berlin",
    )
    assert type_words(store, "leads")["extra"] == INSTANT
    assert values(store, "leads", "extra") == [
        datetime(2026, 6, 30, 22),
        datetime(2026, 7, 1, 12),
    ]


def test_empty_column_takes_the_type_of_its_first_value(store: Store, tmp_path: Path) -> None:
    load(store, csv_file(tmp_path, "leads", "lead_id,extra\nL1,\n"))
    assert type_words(store, "leads")["extra"] == "no value yet"
    load(store, csv_file(tmp_path, "leads", "lead_id,extra\nL2,5\n"))
    assert type_words(store, "leads")["extra"] == NUMBER
    assert values(store, "leads", "extra") == [None, 5]


def test_declared_type_wins_and_rejects(store: Store, tmp_path: Path) -> None:
    types = {"leads": {"Zip": "text", "employees": "number", "vip": "truth", "langs": "list"}}
    text = "lead_id,zip,employees,vip,langs\nL1,10115,0042,1,de;en\nL2,1,many,no,\n"
    summary = load(store, csv_file(tmp_path, "leads", text), types=types)
    assert summary.table("leads") == TableSummary("leads", rows=2, new=1, rejected=1)
    assert content(store, "leads") == [(42, ["de", "en"], "L1", True, "10115")]
    assert store.rejects()[0].reason == "no number: many"


def test_declared_type_holds_for_later_loads(store: Store, tmp_path: Path) -> None:
    file = csv_file(tmp_path, "leads", "lead_id,extra\nL1,5\n")
    load(store, file, types={"leads": {"extra": "number"}})
    summary = load(store, csv_file(tmp_path, "leads", "lead_id,extra\nL2,abc\n"))
    assert summary.table("leads").rejected == 1
    assert summary.notes == ()


def test_declared_empty_column_has_its_type(store: Store, tmp_path: Path) -> None:
    file = csv_file(tmp_path, "leads", "lead_id,extra,note\nL1,,\n")
    load(store, file, types={"leads": {"extra": "number", "note": "text"}})
    assert type_words(store, "leads") == {"lead_id": "text", "extra": NUMBER, "note": "text"}


def test_declaring_a_type_later(store: Store, tmp_path: Path) -> None:
    load(store, csv_file(tmp_path, "leads", "lead_id,a,b\nL1,007,1\n"))
    load(
        store,
        csv_file(tmp_path, "leads", "lead_id,a,b\nL2,8,2\n"),
        types={"leads": {"a": "number", "b": "text"}},
    )
    assert values(store, "leads", "a") == [7, 8]
    assert values(store, "leads", "b") == ["1", "2"]


def test_declaring_what_the_store_contradicts(store: Store, tmp_path: Path) -> None:
    load(store, csv_file(tmp_path, "leads", "lead_id,a\nL1,many\n"))
    file = csv_file(tmp_path, "leads", "lead_id,a\nL2,8\n")
    with pytest.raises(UsageError, match=r"leads\.a is a number, but the store holds 'many'"):
        load(store, file, types={"leads": {"a": "number"}})
    assert values(store, "leads", "lead_id") == ["L1"]


def test_column_with_a_type_of_its_own_cannot_be_declared(store: Store, tmp_path: Path) -> None:
    file = csv_file(tmp_path, "leads", "lead_id,crm_id,email\nL1,5,a@b.example\n")
    for name in ("crm_id", "email"):
        with pytest.raises(UsageError, match="always is a text"):
            load(store, file, types={"leads": {name: "number"}})
    load(store, file, types={"leads": {"crm_id": "text"}})


def test_declared_column_that_does_not_come(store: Store, tmp_path: Path) -> None:
    file = csv_file(tmp_path, "leads", "lead_id\nL1\n")
    summary = load(store, file, types={"leads": {"extra": "number"}})
    assert summary.notes == ("leads.csv has no column `extra`, whose type is declared for leads",)


def test_unknown_type_word(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="`numbr`, which is no type") as found:
        load(store, types={"leads": {"extra": "numbr"}})
    assert "did you mean `number`?" in found.value.hint


def test_widening_does_not_depend_on_the_order() -> None:
    forms = [None, *Form]
    for one in forms:
        for two in forms:
            assert widest(one, two) is widest(two, one)
            for three in forms:
                assert widest(widest(one, two), three) is widest(one, widest(two, three))


def test_parquet_keeps_its_types(store: Store, tmp_path: Path) -> None:
    query = """
        SELECT 'L1' AS lead_id, '5' AS code, 3::TINYINT AS tiny, 2.50::DECIMAL(9, 2) AS price,
          7::DECIMAL(9, 0) AS pieces, 18446744073709551615::UBIGINT AS huge, 'NaN'::DOUBLE AS nan,
          'infinity'::FLOAT AS inf, '' AS blank, DATE '2026-01-01' AS day,
          TIMESTAMP '2026-01-01 10:00' AS time, TIMESTAMP_NS '2026-01-01 10:00' AS nanos,
          TIMESTAMPTZ '2026-01-01 10:00:00+02' AS aware, 'infinity'::TIMESTAMP AS never,
          [1, 2] AS numbers, {'a': 1} AS thing, [{'a': 1}] AS things, 'x'::BLOB AS bytes,
          TIME '10:00' AS clock, true AS yes, NULL::DOUBLE AS empty
    """
    load(store, parquet_file(tmp_path, "leads", query), timezone="Europe/Berlin")
    names = [column.name for column in store.catalog().tables[0].columns]
    kept = {name: values(store, "leads", name)[0] for name in names}
    assert kept == {
        "lead_id": "L1",
        "code": "5",
        "tiny": 3,
        "price": 2.5,
        "pieces": 7,
        "huge": 2.0**64,
        "nan": None,
        "inf": None,
        "blank": "",
        "day": date(2026, 1, 1),
        "time": datetime(2026, 1, 1, 9),
        "nanos": datetime(2026, 1, 1, 9),
        "aware": datetime(2026, 1, 1, 8),
        "never": None,
        "numbers": ["1", "2"],
        "thing": '{"a":1}',
        "things": '[{"a":1}]',
        "bytes": "x",
        "clock": "10:00:00",
        "yes": True,
        "empty": None,
    }
    assert type_words(store, "leads")["empty"] == "no value yet"
    assert type_words(store, "leads")["code"] == "text"


def test_typed_columns_of_parquet_in_the_place_of_texts(store: Store, tmp_path: Path) -> None:
    query = """
        SELECT 5::BIGINT AS event_id, 7.0::DOUBLE AS lead_id, DATE '2026-01-01' AS occurred_at,
          12 AS type, TIMESTAMP '2026-01-01 10:00' AS campaign
    """
    load(store, parquet_file(tmp_path, "events", query), timezone="Europe/Berlin")
    assert content(store, "events") == [
        ("2026-01-01T09:00:00Z", "5", "7", datetime(2025, 12, 31, 23), "12")
    ]
    metrics = """
        SELECT 'p' AS program, 'sent' AS metric, '12.5' AS value,
          TIMESTAMP '2026-01-01 00:30' AS date
    """
    load(store, parquet_file(tmp_path, "metrics", metrics), timezone="Europe/Berlin")
    assert content(store, "metrics") == [(date(2026, 1, 1), "sent", "p", 12.5)]


def test_rejects_of_parquet_name_the_row(store: Store, tmp_path: Path) -> None:
    query = """
        SELECT * FROM (VALUES ('L1', TIMESTAMP '2026-01-01', 'open', 'a,"b"'),
          (NULL, TIMESTAMP '2026-01-01', 'open', NULL), ('L3', 'infinity', 'open', 'x'))
          rows(lead_id, occurred_at, type, url)
    """
    summary = load(store, parquet_file(tmp_path, "events", query))
    assert summary.table("events") == TableSummary("events", rows=3, new=1, rejected=2)
    rejects = {reject.column: reject for reject in store.rejects()}
    assert rejects["lead_id"].line == 2
    assert rejects["lead_id"].raw == ",2026-01-01T00:00:00Z,open,"
    assert rejects["occurred_at"].line == 3
