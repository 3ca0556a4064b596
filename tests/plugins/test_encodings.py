from __future__ import annotations

import pytest
from tests.plugins.reading import Read

from leadline.errors import SourceError

#: Encodings with a text that each can write.
TEXTS = {
    "utf-8": "é世🙂",
    "utf-8-sig": "é世🙂",
    "utf-16": "é世🙂",
    "utf-16-le": "é世🙂",
    "utf-16-be": "é世🙂",
    "utf-32": "é世🙂",
    "latin-1": "éß",
    "windows-1252": "é€",
    "iso-8859-15": "é€",
    "koi8-r": "жук",
    "cp932": "表ソ",
    "gb18030": "世é🙂",
    "euc-kr": "한글",
    "cp037": "é",
}
PLACES = {"first": 0, "middle": 2, "last": 4}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("encoding", TEXTS)
def test_every_encoding_is_read(read: Read, encoding: str, place: str) -> None:
    notes = ["plain"] * 5
    notes[PLACES[place]] = f'{TEXTS[encoding]}, "{TEXTS[encoding]}"'
    quoted = (note.replace('"', '""') for note in notes)
    text = "id,note\n" + "".join(f'{n},"{note}"\n' for n, note in enumerate(quoted))
    loaded = read(text.encode(encoding), encoding=encoding)
    assert loaded.columns == ("id", "note")
    assert loaded.cells == [(str(n), note) for n, note in enumerate(notes)]
    assert loaded.rejects == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_outweighs_the_setting(read: Read, encoding: str) -> None:
    content = "id,note\n1,é\n".encode(encoding)
    assert read(content).cells == [("1", "é")]
    assert read(content, encoding="latin-1").cells == [("1", "é")]


@pytest.mark.parametrize(
    ("encoding", "bad", "words"),
    [
        ("utf-8", b"\xe9", "not valid utf-8: byte 0xE9 at offset 14"),
        ("ascii", b"\xe9", "not valid ascii: byte 0xE9 at offset 14"),
        ("windows-1252", b"\x81", "not valid cp1252: byte 0x81 at offset 14"),
        ("cp932", b"\x81\x20", "not valid cp932"),
        ("utf-16-le", b"\x00\xdc", "not valid utf-16-le"),
    ],
)
def test_bytes_that_are_no_text_cost_their_row_only(
    read: Read, encoding: str, bad: bytes, words: str
) -> None:
    start, end = "id,note\n1,x\n2,".encode(encoding), "\n3,y\n".encode(encoding)
    loaded = read(start + bad + end, encoding=encoding)
    assert loaded.cells == [("1", "x"), ("3", "y")]
    (reject,) = loaded.rejects
    assert reject.line == 3
    assert words in reject.reason
    assert "set `encoding`" in reject.reason


def test_a_file_that_is_cut_inside_a_character_loses_that_row(read: Read) -> None:
    content = "id,note\n1,x\n2,yz".encode("utf-16")
    loaded = read(content[:-1], final_newline="optional")
    assert loaded.cells == [("1", "x")]
    assert "not valid utf-16" in loaded.rejects[0].reason


def test_the_offset_counts_the_byte_order_mark(read: Read) -> None:
    content = b"\xef\xbb\xbfid\n1\n\xff\n"
    assert f"at offset {content.index(0xFF)}" in read(content).rejects[0].reason


@pytest.mark.parametrize("name", ["utf8x", "rot13", "base64", "utf-7", "unicode_escape", ""])
def test_an_unknown_encoding_is_refused(read: Read, name: str) -> None:
    with pytest.raises(SourceError, match=r"encoding `.*` is not known"):
        read(b"id\n1\n", encoding=name)
