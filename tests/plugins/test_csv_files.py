from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.plugins.reading import Read, kind

from leadline.engine.duckdb import Database
from leadline.errors import UsageError
from leadline.plugin import DataFile, ReadContext, Reject, checked_settings

#: The columns of the one file of csv-spectrum that has a quote in a cell without quotes.
NOT_RFC_4180 = "location_coordinates"


def test_csv_spectrum_is_read_as_its_authors_say(read: Read, shared: Path) -> None:
    corpus = shared / "corpora" / "csv-spectrum"
    files = sorted((corpus / "csvs").glob("*.csv"))
    assert files, f"{corpus} holds no CSV files"
    for path in files:
        if path.stem == NOT_RFC_4180:
            continue
        expected = json.loads((corpus / "json" / f"{path.stem}.json").read_text("utf-8"))
        loaded = read(path.read_bytes(), final_newline="optional")
        found = [dict(zip(loaded.columns, cells, strict=True)) for cells in loaded.cells]
        # Git may have changed the line ends inside of cells.
        assert unix(found) == unix(expected), path.name
        assert loaded.rejects == [], path.name


def test_csv_spectrum_has_one_row_that_is_refused(read: Read, shared: Path) -> None:
    path = shared / "corpora" / "csv-spectrum" / "csvs" / f"{NOT_RFC_4180}.csv"
    loaded = read(path.read_bytes(), final_newline="optional")
    assert loaded.rows == []
    assert [reject.column for reject in loaded.rejects] == ["Location Coordinates"]


def unix(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{key: cell.replace("\r\n", "\n") for key, cell in row.items()} for row in rows]


def test_each_file_of_each_table_comes_with_its_rejects(context: ReadContext) -> None:
    for name, text in {
        "a.csv": "id\n1\n2,x\n",
        "b.csv": "id\n3,x\n4\n",
        "l.csv": "id\n5\n",
    }.items():
        (context.root / name).write_text(text)
    settings = checked_settings(kind(), {"files": {"events": "[ab].csv", "leads": "l.csv"}})
    items = list(kind().factory(settings).read(context))
    assert [type(item) for item in items] == [Reject, DataFile, Reject, DataFile, DataFile]
    assert [(i.table, i.origin) for i in items if isinstance(i, DataFile)] == [
        ("events", "a.csv"),
        ("events", "b.csv"),
        ("leads", "l.csv"),
    ]
    paths = {item.path for item in items if isinstance(item, DataFile)}
    assert len(paths) == 3
    assert {path.parent for path in paths} == {context.workdir}


def test_a_normalised_file_is_ready_for_a_bulk_load(context: ReadContext) -> None:
    text = (
        'id,note\n01,"a, ""b"""\n,\n"","two\r\nlines"\n#4, x \n5,\'\n6,"\\"\n7,NULL\n8,1e5\n'
        '9,"' + "ab " * 30_000 + '"\n'
    )
    (context.root / "f.csv").write_bytes(text.encode())
    settings = checked_settings(kind(), {"files": {"events": "f.csv"}})
    (file,) = kind().factory(settings).read(context)
    assert isinstance(file, DataFile)
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in file.columns)
    with Database() as database:
        rows = database.rows(
            f"SELECT * FROM read_csv(?, columns = {{{columns}}}, auto_detect = false, "
            "header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
            "strict_mode = true, new_line = '\\n') ORDER BY __line::INT",
            [str(file.path)],
        )
    assert rows[:-1] == [
        ("2", "01", 'a, "b"'),
        ("3", None, None),
        ("4", None, "two\r\nlines"),
        ("6", "#4", " x "),
        ("7", "5", "'"),
        ("8", "6", "\\"),
        ("9", "7", "NULL"),
        ("10", "8", "1e5"),
    ]
    assert rows[-1] == ("11", "9", "ab " * 30_000)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "setting `files` is missing"),
        ({"files": {}}, "setting `files`"),
        ({"files": {"events": 5}}, "setting `files.events` is a number"),
        ({"files": {"events": []}}, "setting `files.events`"),
        ({"files": {"events": "a.csv"}, "header": False}, "setting `header` must be true"),
        ({"files": {"events": "a.csv"}, "delimiter": "::"}, "one of `,`, `;`, `|`, `tab`"),
        ({"files": {"events": "a.csv"}, "encodng": "x"}, "did you mean `encoding`?"),
    ],
)
def test_wrong_settings_say_what_is_right(settings: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked_settings(kind(), settings)
    assert words in str(caught.value)
