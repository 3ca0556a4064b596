"""A file that is cut anywhere never shows a row that the whole file does not have."""

from __future__ import annotations

import gzip

import pytest
from tests.plugins.reading import Read

from leadline.errors import SourceError

TEXT = (
    'id,name,amount\r\n1,"Ada, Countess",100\r\n2,"say ""hi""",200\r\n\r\n'
    '3,"two\r\nlines",3000\r\n4,é世,40\r\n"5",,"50"\r\n'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "windows-1252"])
def test_a_cut_at_any_byte_changes_no_row(read: Read, encoding: str) -> None:
    text = TEXT.replace("世", "ß") if encoding == "windows-1252" else TEXT
    content = text.encode(encoding)
    whole = read(content, encoding=encoding)
    assert len(whole.rows) == 5
    assert whole.rejects == []
    most = 0
    for cut in range(len(content)):
        try:
            loaded = read(content[:cut], encoding=encoding)
        except SourceError:
            assert most == 0, "a file with rows was refused whole"
            continue
        assert loaded.rows == whole.rows[: len(loaded.rows)], f"cut at byte {cut}"
        assert len(loaded.rows) >= most, f"cut at byte {cut}"
        most = len(loaded.rows)


def test_a_cut_gzip_file_is_refused_whole(read: Read) -> None:
    content = gzip.compress(TEXT.encode())
    assert len(read(content).rows) == 5
    for cut in range(len(content)):
        with pytest.raises(SourceError):
            read(content[:cut])
