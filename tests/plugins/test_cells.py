from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline_plugins.cells import Grammar, Malformed, written

CELL = st.text(st.sampled_from(list('ab",;\n\r\té ')), max_size=6)


@settings(max_examples=300, deadline=None)
@given(st.lists(CELL, min_size=1, max_size=5), st.sampled_from([",", ";", "|", "\t"]))
def test_what_is_written_by_others_is_split_into_the_same_cells(
    cells: list[str], delimiter: str
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="").writerow(cells)
    assert Grammar(delimiter).split(text.getvalue()) == tuple(cells)


@settings(max_examples=300, deadline=None)
@given(st.lists(CELL, min_size=2, max_size=5))
def test_what_is_written_is_read_by_others_as_the_same_cells(cells: list[str]) -> None:
    text = written(tuple(cells)) + "\n"
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True)) == [cells]


@pytest.mark.parametrize(
    ("record", "cells"),
    [
        ("", ("",)),
        (",", ("", "")),
        (",,", ("", "", "")),
        ('""', ("",)),
        ('"",""', ("", "")),
        ('""""', ('"',)),
        ('"a""b"', ('a"b',)),
        (" a , b ", (" a ", " b ")),
        ('"a\r\nb",c', ("a\r\nb", "c")),
    ],
)
def test_records(record: str, cells: tuple[str, ...]) -> None:
    assert Grammar(",").split(record) == cells


@pytest.mark.parametrize(
    ("record", "cell", "word", "is_open"),
    [
        ('a,b"c', 1, "does not start with one", False),
        ('a,"b"c,d', 1, "after the closing quote", False),
        ('"a', 0, "not closed", True),
        ('a,b,"c""', 2, "not closed", True),
        ('a, "b"', 1, "does not start with one", False),
        ("a\rb,c", 0, "carriage return", False),
        ('"a,b",c\r', 1, "carriage return", False),
        ('""a,b', 0, "after the closing quote", False),
    ],
)
def test_what_is_no_record_says_where_and_why(
    record: str, cell: int, word: str, is_open: bool
) -> None:
    fault = Grammar(",").split(record)
    assert isinstance(fault, Malformed)
    assert (fault.cell, fault.is_open) == (cell, is_open)
    assert word in fault.reason


def test_a_long_run_of_quotes_takes_linear_time() -> None:
    fault = Grammar(",").split('"' * 300_001 + "," * 300_000)
    assert isinstance(fault, Malformed)
