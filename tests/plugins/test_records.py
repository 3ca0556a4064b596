from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plugins.reading import Read, rows_of

from leadline.errors import SourceError
from leadline.plugin import Reject
from leadline_plugins.encoding import EncodedText
from leadline_plugins.records import MOST_BYTES, MOST_LINES, RecordGate

#: Bytes in which every rule of the gate has something to say.
ODD = st.lists(
    st.sampled_from(
        [
            *(b"a", b"b", b",", b",", b'"', b'""', b"\n", b"\n", b"\r\n", b"\r", b"\x00", b"\xff"),
            *(b"\xc3\xa9", b"1,2\n", b'"x","y"\n', b'"",""\n', b'"p\nq",r\n'),
        ]
    ),
    max_size=40,
).map(b"".join)


def gated(content: bytes, size: int, complete_only: bool = True) -> tuple[bytes, list[Reject]]:
    """Return what is written and rejected when the content comes in chunks of ``size`` bytes."""
    chunks = (content[at : at + size] for at in range(0, len(content), size))
    out = io.BytesIO()
    text = EncodedText(chunks, "utf-8", "utf-8", 0)
    gate = RecordGate("events", "f.csv", text, ",", out, complete_only=complete_only)
    rejects = list(gate.rejects())
    return out.getvalue(), rejects


def test_good_rows_keep_their_cells_and_lines(read: Read) -> None:
    loaded = read(b'a,b\r\n1,x\r\n\r\n"2","y, ""z"""\r\n"3","p\r\nq"\r\n4,\n')
    assert loaded.columns == ("a", "b")
    assert loaded.rows == [
        (2, ("1", "x")),
        (4, ("2", 'y, "z"')),
        (5, ("3", "p\r\nq")),
        (7, ("4", "")),
    ]
    assert loaded.rejects == []


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        (b"1", None, "1 cells found, 3 expected"),
        (b"1,2,3,4", None, "4 cells found, 3 expected"),
        (b"1,2,3,", None, "4 cells found, 3 expected"),
        (b'1,b"c,3', "b", "does not start with one"),
        (b'1,"b"c,3', "b", "after the closing quote"),
        (b'1,2,"c', "c", "not closed"),
        (b"1,\x00,3", "b", "control character \\x00"),
        (b'1,"\x1b[31m",3', "b", "control character \\x1b"),
        (b"1,2\r3,4", "b", "carriage return"),
        (b"1,2,caf\xe9", None, "byte 0xE9 at offset 25"),
        (b"1,2," + b"x" * 100_001, "c", "longer than 100,000 characters"),
        (b"1,2," + b"x" * 1_000_000, "c", "longer than 100,000 characters"),
        (b"1,2," + b"x" * MOST_BYTES, None, "longer than 1,048,576 bytes"),
        (b"1,2," + b"x" * 3 * MOST_BYTES, None, "longer than 1,048,576 bytes"),
    ],
)
def test_a_bad_row_is_lost_alone(read: Read, line: bytes, column: str | None, words: str) -> None:
    loaded = read(b"a,b,c\n1,2,3\n7,8,9\n" + line + b"\n4,5,6\n")
    (reject,) = loaded.rejects
    assert loaded.rows == [
        (2, ("1", "2", "3")),
        (3, ("7", "8", "9")),
        (5, ("4", "5", "6")),
    ]
    assert (reject.table, reject.origin, reject.line) == ("events", "data.csv", 4)
    assert reject.column == column
    assert words in reject.reason
    assert len(reject.raw) <= 1000


def test_a_record_is_measured_as_it_is_written_too(read: Read) -> None:
    names, cells = b",".join(b"c%d" % n for n in range(11)), b",".join([b"\xe9" * 95_000] * 11)
    loaded = read(names + b"\n" + cells + b"\n", encoding="latin-1")
    assert loaded.rows == []
    assert "longer than 1,048,576 bytes" in loaded.rejects[0].reason


def test_the_raw_text_of_a_reject_is_readable(read: Read) -> None:
    (reject,) = read(b"a,b\n1,\x00\xff\t\xc3\xa9\n").rejects
    assert reject.raw == "1,\\x00\\xff\té"


def test_an_unclosed_quote_costs_its_own_row_only(read: Read) -> None:
    rows = b"".join(b"%d,x\n" % number for number in range(300))
    loaded = read(b'a,b\n1,"oops\n' + rows)
    assert [reject.line for reject in loaded.rejects] == [2]
    assert len(loaded.rows) == 300


def test_a_cell_may_span_many_lines_but_not_any_number(read: Read) -> None:
    most = b"\n".join([b"x"] * MOST_LINES)
    loaded = read(b'a,b\n1,"' + most + b'"\n2,"' + most + b'\nx"\n3,y\n')
    assert [cells[0] for cells in loaded.cells] == ["1", "3"]
    assert loaded.rejects[0].line == MOST_LINES + 2
    assert loaded.rejects[0].column == "b"


def test_a_wrong_row_of_several_lines_is_one_reject(read: Read) -> None:
    loaded = read(b'a,b\n"p\n1,2\nq",x,y\n3,4\n')
    assert loaded.cells == [("3", "4")]
    (reject,) = loaded.rejects
    assert reject.line == 2
    assert reject.raw == '"p\n1,2\nq",x,y'


def test_blank_lines_are_no_rows_and_no_rejects(read: Read) -> None:
    loaded = read(b"\n\r\na\n\n1\n\r\n2\n\n")
    assert loaded.rows == [(5, ("1",)), (7, ("2",))]
    assert loaded.rejects == []


def test_an_empty_cell_is_written_without_quotes() -> None:
    out, _ = gated(b'a,b\n"",""\n"x","a,"",b"\n"","q"""\n', 1 << 20)
    assert out == b'__line,a,b\n2,,\n3,"x","a,"",b"\n4,,"q"""\n'


def test_a_last_row_without_a_line_end_may_be_cut(read: Read) -> None:
    content = b"a,b\n1,2\n3,4"
    strict, lenient = read(content), read(content, final_newline="optional")
    assert strict.cells == [("1", "2")]
    assert strict.rejects[0].line == 3
    assert "final_newline: optional" in strict.rejects[0].reason
    assert lenient.cells == [("1", "2"), ("3", "4")]
    assert lenient.rejects == []


def test_other_delimiters(read: Read) -> None:
    for word, mark in ((";", b";"), ("|", b"|"), ("tab", b"\t")):
        content = b'a,b\n1,"x,y"\n2,"p""q"\n3,z\n'.replace(b"1,", b"1" + mark)
        content = content.replace(b"a,", b"a" + mark).replace(b"2,", b"2" + mark)
        content = content.replace(b"3,z", b"3" + mark + b"z,1")
        loaded = read(content, delimiter=word)
        assert loaded.cells == [("1", "x,y"), ("2", 'p"q'), ("3", "z,1")]


def test_a_fast_block_of_another_delimiter_is_written_with_commas(read: Read) -> None:
    assert read(b"a;b\n1;x\n2;y\n", delimiter=";").cells == [("1", "x"), ("2", "y")]
    assert read(b"a;b\n1;2,5\n2;y\n", delimiter=";").cells == [("1", "2,5"), ("2", "y")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no header row"),
        (b"\n\r\n\n", "no header row"),
        (b"id,name,ID\n1,2,3\n", "columns 1 (`id`) and 3 (`ID`) of data.csv"),
        ("caf\u00e9,cafe\u0301\n".encode(), "columns 1"),
        (b"id,,name\n", "column 2 of data.csv has no name"),
        (b"id, ,name\n", "column 2 of data.csv has no name"),
        (b"id,__line\n", "leadline's own name"),
        (b'id,na"me\n', "not RFC 4180, column 2"),
        (b'id,"name\n1,2\n', "not RFC 4180, column 2"),
        (b"id,name\r1,2\r3,4\r", "carriage return"),
        (b"\x00" * 5000, "control characters"),
        (b"id,caf\xe9\n1,2\n", "byte 0xE9 at offset 6"),
        (b",".join(b"c%d" % n for n in range(1001)) + b"\n", "1,001 columns"),
        (b"x" * 2 * MOST_BYTES, "first line of more than"),
    ],
)
def test_a_header_that_cannot_be_one_stops_the_source(
    read: Read, content: bytes, words: str
) -> None:
    with pytest.raises(SourceError) as caught:
        read(content)
    assert words in str(caught.value)
    assert "data.csv" in str(caught.value)


def test_header_names_are_trimmed_and_may_be_odd(read: Read) -> None:
    loaded = read(b'\xef\xbb\xbf id ,"name""; drop table t","a\nb"\n1,2,3\n')
    assert loaded.columns == ("id", 'name"; drop table t', "a\nb")
    assert loaded.rows == [(3, ("1", "2", "3"))]


@settings(max_examples=250, deadline=None)
@given(ODD)
def test_every_line_is_written_or_rejected_or_blank(body: bytes) -> None:
    content = b"h1,h2\n" + body
    written, rejects = gated(content, 7)
    lines = content.split(b"\n")
    spans = dict(_spans(written, rejects))
    at, covered = 2, 0
    while at <= len(lines):
        if at in spans:
            covered += 1
            at += spans[at]
        else:
            assert lines[at - 1] in (b"", b"\r"), f"line {at} is lost"
            at += 1
    assert covered == len(spans), "a line is told twice"


def _spans(written: bytes, rejects: list[Reject]) -> Iterator[tuple[int, int]]:
    """Yield for each row and each reject its first line and how many lines it has."""
    for record in _records(written):
        yield int(record.split(",")[0]), record.count("\n") + 1
    for reject in rejects:
        yield reject.line or 0, reject.raw.count("\n") + 1


def _records(written: bytes) -> list[str]:
    records, held = [], ""
    for line in written.decode().splitlines(keepends=True)[1:]:
        held += line
        if held.count('"') % 2 == 0 and held.endswith("\n"):
            records.append(held.removesuffix("\n"))
            held = ""
    assert held == ""
    return records


@settings(max_examples=250, deadline=None)
@given(ODD, st.integers(1, 30), st.booleans())
def test_how_a_file_comes_in_chunks_changes_nothing(
    body: bytes, size: int, complete_only: bool
) -> None:
    content = b"h1,h2\n" + body
    whole, rejects = gated(content, len(content), complete_only)
    in_parts, rejects_in_parts = gated(content, size, complete_only)
    assert rows_of(in_parts) == rows_of(whole)
    assert rejects_in_parts == rejects


def test_a_line_beyond_every_bound_changes_no_line_number_or_offset() -> None:
    content = b"a,b\n1,2\n" + b"z" * 3 * MOST_BYTES + b"\n3,\xff\n5,6\n"
    for size in (1000, 1 << 18, 1 << 24):
        out, rejects = gated(content, size)
        assert out == b"__line,a,b\n2,1,2\n5,5,6\n"
        assert [reject.line for reject in rejects] == [3, 4]
        assert f"at offset {content.index(0xFF)}" in rejects[1].reason


def test_three_hundred_thousand_rows_come_through_whole() -> None:
    rows = [b"e%d,l%d,2026-05-31T14:00:00Z,page_view" % (n, n % 977) for n in range(300_000)]
    out, rejects = gated(b"\n".join([b"id,lead,at,type", *rows, b""]), 1 << 18)
    assert rejects == []
    expected = [b"%d,%b" % (number, row) for number, row in enumerate(rows, start=2)]
    assert out.splitlines()[1:] == expected
