"""Tables as CSV: what is written is what a reader gets back."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.engine.duckdb import Database
from leadline.report.listing import Listing, as_csv

#: Any character, those that CSV gives a meaning to more often than others.
CELLS = st.text(st.one_of(st.sampled_from('\r\n",; \t'), st.characters(exclude_categories=["Cs"])))
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.tuples(*[CELLS] * width), min_size=1, max_size=5)
)


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@given(TABLES)
def test_any_text_in_any_cell_comes_back(rows: list[tuple[str, ...]]):
    columns, *others = rows

    assert read(as_csv(Listing(columns, others))) == [list(row) for row in rows]


@pytest.mark.parametrize("cell", ["a\rb", "\r", "a\r\nb", "a\nb", 'a"b', "a,b", " a", ""])
def test_a_cell_that_a_reader_could_take_for_more(cell: str):
    assert read(as_csv(Listing(("a", "b"), [(cell, "x")]))) == [["a", "b"], [cell, "x"]]


def test_the_engine_writes_the_same(tmp_path: Path):
    cells = ["a\rb", "\r", "a\r\nb", "a\nb", 'a"b', "a,b", " a", "x"]
    with Database() as database, tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        database.execute("CREATE TABLE t (n INTEGER, a VARCHAR)")
        for number, cell in enumerate(cells):
            database.execute("INSERT INTO t VALUES (?, ?)", [number, cell])
        database.copy_csv("SELECT a, 'x' AS b FROM t ORDER BY n", Path(folder) / "t.csv")
        written = (Path(folder) / "t.csv").read_bytes().decode()

    assert read(written) == [["a", "b"], *([cell, "x"] for cell in cells)]
