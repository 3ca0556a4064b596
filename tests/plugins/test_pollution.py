"""One bad cell at a time, in every row and column: exactly its row is lost."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from tests.plugins.reading import Read

HEADER = b"event_id,lead_id,note,at"
#: Rows as they stand in a file: plain, quoted, with an escape, with lines inside, with gaps.
ROWS = (
    (b"e1", b"l1", b"plain", b"2026-05-01"),
    (b'"e2"', b'"l2"', b'"a, b"', b'"2026-05-02"'),
    (b"e3", b"l3", b'"say ""hi"""', b"2026-05-03"),
    (b"e4", b"l4", b'"two\nlines, ""of"" text\n"', b"2026-05-04"),
    (b"e5", b"", b'""', b"2026-05-05"),
    (b"e6", b"l6", "é, \u4e16".encode().join((b'"', b'"')), b'"2026-05-06"'),
)
#: A bad row of several lines has no agreed meaning, so that one only stands between the others.
SINGLE_LINES = [number for number, row in enumerate(ROWS) if b"\n" not in b"".join(row)]
POLLUTIONS: dict[str, Callable[[bytes], bytes]] = {
    "one cell more before": lambda cell: b"," + cell,
    "one cell more after": lambda cell: cell + b",",
    "two cells more": lambda cell: cell + b",x,y",
    "a quote in the middle": lambda cell: b'a"b',
    "a quote at the end": lambda cell: b'ab"',
    "a quote at the start": lambda cell: b'"ab',
    "a quote alone": lambda cell: b'"',
    "two quotes at the start": lambda cell: b'""ab',
    "text after the closing quote": lambda cell: b'"ab"c',
    "a blank before the quote": lambda cell: b' "ab"',
    "a blank after the quote": lambda cell: b'"ab" ',
    "an escape of backslash": lambda cell: b'"a\\"b"',
    "NUL": lambda cell: b"a\x00b",
    "NUL in quotes": lambda cell: b'"a\x00b"',
    "bell": lambda cell: b"\x07",
    "end of file of DOS": lambda cell: b"a\x1a",
    "a carriage return": lambda cell: b"a\rb",
    "latin-1": lambda cell: b"caf\xe9",
    "half a character": lambda cell: b"\xe4\xb8",
    "an overlong character": lambda cell: b"\xc0\xaf",
    "a surrogate": lambda cell: b"\xed\xa0\x80",
    "a huge cell": lambda cell: b"x" * 100_001,
}


def content(rows: tuple[tuple[bytes, ...], ...], end: bytes) -> bytes:
    return end.join([HEADER, *(b",".join(row) for row in rows), b""])


@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("name", POLLUTIONS)
def test_exactly_the_bad_row_is_lost(read: Read, name: str, end: bytes) -> None:
    good = read(content(ROWS, end))
    assert good.rejects == []
    assert len(good.rows) == len(ROWS)
    for row, column in itertools.product(SINGLE_LINES, range(4)):
        cells = list(ROWS[row])
        cells[column] = POLLUTIONS[name](cells[column])
        bad = (*ROWS[:row], tuple(cells), *ROWS[row + 1 :])
        loaded = read(content(bad, end))
        line = good.rows[row][0]
        where = f"{name} in row {row + 1}, column {column + 1}"
        assert loaded.rows == [kept for kept in good.rows if kept[0] != line], where
        assert [reject.line for reject in loaded.rejects] == [line], where
        assert loaded.rejects[0].reason, where
