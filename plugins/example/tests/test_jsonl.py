from __future__ import annotations

from pathlib import Path

import pytest
from leadline.plugin import (
    Cursor,
    Item,
    Plugins,
    ReadContext,
    Records,
    Reject,
    SourceError,
    UsageError,
    read_source,
)

SETTINGS = {"path": "events.jsonl"}


def read(root: Path, cursor: str | None = None) -> list[Item]:
    context = ReadContext(root, root, cursor, lambda label, done, total: None)
    return list(read_source(Plugins(), "jsonl", SETTINGS, context))


def test_it_is_found_by_its_entry_point() -> None:
    (found,) = [plugin for plugin in Plugins().installed() if plugin.name == "jsonl"]
    assert found.distribution == "leadline-example"


def test_lines_become_rows(tmp_path: Path) -> None:
    text = '{"lead_id": "l1", "points": 3}\n{"lead_id": "l2", "url": "/é"}\n'
    (tmp_path / "events.jsonl").write_text(text, encoding="utf-8")
    assert read(tmp_path) == [
        Records(
            "events",
            "events.jsonl",
            ("lead_id", "points", "url"),
            (("l1", 3, None), ("l2", None, "/é")),
            1,
        ),
        Cursor(f"{len(text.encode())}:3"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("oops", "no JSON"),
        ("[1, 2]", "a JSON list, expected an object"),
        ('{"a": NaN}', "NaN is no number of JSON"),
        ('{"a": 1, "a": 2}', "the key `a` stands twice"),
        ('{"a": {"b": 1}}', "`a` holds further values"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_a_bad_line_is_rejected_and_stops_no_other(tmp_path: Path, line: str, reason: str) -> None:
    (tmp_path / "events.jsonl").write_text(f'{{"id": 1}}\n\n{line}\n{{"id": 2}}\n')
    reject, records, _ = read(tmp_path)
    assert isinstance(reject, Reject)
    assert reject.line == 3
    assert reject.raw == line[:1000]
    assert reason in reject.reason
    assert isinstance(records, Records)
    assert records.rows == ((1,), (2,))
    assert records.first_line is None


def test_the_next_load_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"id": 1}\n{"id": 2')
    records, cursor = read(tmp_path)
    assert isinstance(records, Records)
    assert records.rows == ((1,),)
    assert isinstance(cursor, Cursor)
    assert cursor.value == "10:2"
    path.write_text('{"id": 1}\n{"id": 2}\n')
    records, cursor = read(tmp_path, cursor.value)
    assert isinstance(records, Records)
    assert isinstance(cursor, Cursor)
    assert (records.rows, records.first_line) == (((2,),), 2)
    assert read(tmp_path, cursor.value) == [cursor]


def test_a_new_file_is_read_from_its_start(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text('{"id": 7}\n')
    records, _ = read(tmp_path, "5000:90")
    assert isinstance(records, Records)
    assert records.rows == ((7,),)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"events\.jsonl cannot be read"):
        read(tmp_path)


def test_a_misspelt_setting_is_named(tmp_path: Path) -> None:
    context = ReadContext(tmp_path, tmp_path, None, lambda label, done, total: None)
    with pytest.raises(UsageError, match="did you mean `path`"):
        list(read_source(Plugins(), "jsonl", {**SETTINGS, "pth": "x"}, context))
