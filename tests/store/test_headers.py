from __future__ import annotations

from pathlib import Path

import pytest
from tests.store.given import content, csv_file, load, parquet_file, records, values

from leadline.errors import SourceError
from leadline.plugin import DataFile, Records
from leadline.store import Store


def test_names_are_matched_without_regard_to_case(store: Store, tmp_path: Path) -> None:
    load(store, csv_file(tmp_path, "leads", "LEAD_ID,Owner,JobTitle\nL1,ann,VP\n"))
    load(store, csv_file(tmp_path, "leads", "Lead_Id, OWNER,jobtitle \nL1,bob,CEO\n"))
    known = store.catalog().table("leads")
    assert known is not None
    assert [column.name for column in known.columns] == ["lead_id", "owner", "JobTitle"]
    assert content(store, "leads") == [("CEO", "L1", "bob")]


def test_mapping_names_columns_of_the_source(store: Store, tmp_path: Path) -> None:
    text = "Contact ID,when,What,lead_id,campaign\nC1,2026-01-01,open,junk,\n"
    mapping = {
        "events": {
            "lead_id": "contact id",
            "occurred_at": "when",
            "type": "what",
            "kind of": "What",
        }
    }
    summary = load(store, csv_file(tmp_path, "events", text), mapping=mapping)
    assert values(store, "events", "lead_id") == ["C1"]
    assert values(store, "events", "kind of") == ["open"]
    assert summary.notes == (
        "events.csv: column `lead_id` is left out, since `Contact ID` is mapped to that name",
    )


def test_mapped_column_that_is_not_there(store: Store, tmp_path: Path) -> None:
    file = csv_file(tmp_path, "leads", "contact_id,name\nL1,x\n")
    with pytest.raises(SourceError, match="there is no column `contactid`") as found:
        load(store, file, mapping={"leads": {"lead_id": "contactid"}})
    assert found.value.hint == "did you mean `contact_id`?"


def test_error_page_saved_as_csv(store: Store, tmp_path: Path) -> None:
    file = csv_file(tmp_path, "events", "<html><head><title>502 Bad Gateway</title></head>")
    with pytest.raises(SourceError) as found:
        load(store, file)
    assert "no column `lead_id`, `occurred_at`, `type`" in found.value.message
    assert "`<html><head><title>502 Bad Gateway</title></head>`" in found.value.message
    assert store.catalog().tables == ()


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (("lead_id", "Name", "name"), "`Name` and `name` have the same name"),
        (("lead_id", "x", " X"), "`x` and ` X` have the same name"),
        (("lead_id", ""), "a column has the name ''"),
        (("lead_id", "a\nb"), "a column has the name 'a\\\\nb'"),
        (("owner",), "no column `lead_id`"),
    ],
)
def test_header_that_cannot_be_used(store: Store, columns: tuple[str, ...], message: str) -> None:
    row = tuple("x" for _ in columns)
    with pytest.raises(SourceError, match=message):
        load(store, Records("leads", "page", columns, (row,), 1))


def test_unknown_table(store: Store) -> None:
    with pytest.raises(SourceError, match="table `event`") as found:
        load(store, records("event", "lead_id", ("L1",)))
    assert "did you mean `events`?" in found.value.hint


def test_rows_of_another_length(store: Store) -> None:
    with pytest.raises(SourceError, match="row 2 has 1 cells, expected 2"):
        load(store, records("leads", "lead_id owner", ("L1", "ann"), ("L2",)))


@pytest.mark.parametrize(
    "name",
    [
        'a"b',
        "it's",
        '"; DROP TABLE leads; --',
        "row",
        "line",
        "f0",
        "v1",
        "select",
        "at",
        "position",
        "value",
        "Job Title",
        "größe",
        "fault",
        "content",
        "copies",
        "id",
        "file_row_no",
        "{x}",
        "%s",
        "?",
    ],
)
def test_any_name_of_a_column(store: Store, name: str) -> None:
    for table, needed in (("leads", ()), ("events", ("2026-01-01", "open"))):
        columns = ("lead_id", *("occurred_at", "type")[: len(needed)], name)
        for lead, cell in (("L1", "1.50"), ("L2", "x'\""), ("L1", "1.50")):
            rows = ((lead, *needed, cell),)
            load(store, Records(table, "page", columns, rows, None))
        quoted = name.replace('"', '""')
        found = store.database.rows(f'SELECT lead_id, "{quoted}" FROM {table}')
        assert sorted(found) == [("L1", "1.5"), ("L2", "x'\"")]


def test_file_that_is_no_parquet(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "leads.parquet"
    path.write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(SourceError, match=r"leads\.parquet cannot be read"):
        load(store, DataFile("leads", path, "parquet", "leads.parquet", ()))
    with pytest.raises(SourceError, match=r"gone\.parquet cannot be read"):
        load(store, DataFile("leads", tmp_path / "gone", "parquet", "gone.parquet", ()))


def test_csv_with_other_columns_than_announced(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("__line,email,lead_id\n2,x,L1\n", encoding="utf-8")
    columns = ("__line", "lead_id", "email")
    with pytest.raises(SourceError, match="its source announced `__line`, `lead_id`, `email`"):
        load(store, DataFile("leads", path, "csv", "leads.csv", columns, "__line"))


def test_csv_without_line_numbers(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    rows = "".join(f"L{number % 5000},{number}\n" for number in range(20_000))
    path.write_text("lead_id,n\n" + rows + ",1\n", encoding="utf-8")
    load(store, DataFile("leads", path, "csv", "leads.csv", ("lead_id", "n")))
    assert sorted(values(store, "leads", "n"), key=str) == sorted(range(15_000, 20_000), key=str)
    assert store.rejects()[0].line == 20_002


def test_file_with_the_characters_of_a_pattern_in_its_name(store: Store, tmp_path: Path) -> None:
    (tmp_path / "leads 1.parquet").write_bytes(b"")
    file = parquet_file(tmp_path, "leads", "SELECT 'L1' AS lead_id")
    odd = tmp_path / "leads [1]*?'.parquet"
    file.path.rename(odd)
    load(store, DataFile("leads", odd, "parquet", odd.name, ()))
    assert values(store, "leads", "lead_id") == ["L1"]


def test_file_without_rows(store: Store, tmp_path: Path) -> None:
    summary = load(store, csv_file(tmp_path, "events", "lead_id,occurred_at,type,extra"))
    assert summary.table("events").rows == 0
    events = store.catalog().table("events")
    assert events is not None
    assert events.empty
    assert [column.name for column in events.columns] == [
        "event_id",
        "lead_id",
        "occurred_at",
        "type",
        "extra",
    ]
