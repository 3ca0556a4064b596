from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.plugins.reading import Read

from leadline.errors import SourceError
from leadline_plugins.unpack import CHUNK, FREE_UNPACKED, gunzipped, unpacked

ROWS = b"id,name\n1,Ada\n2,Bea\n"


def silent(label: str, done: int, total: int) -> None:
    """Take a report of progress and drop it."""


def test_gzip_is_seen_from_the_content_not_the_name(read: Read) -> None:
    assert read(gzip.compress(ROWS), name="plain.csv").cells == [("1", "Ada"), ("2", "Bea")]
    assert read(ROWS, name="packed.csv.gz").cells == [("1", "Ada"), ("2", "Bea")]


def test_members_follow_one_another_and_zeros_may_pad(read: Read) -> None:
    content = gzip.compress(ROWS[:10]) + gzip.compress(b"") + gzip.compress(ROWS[10:]) + bytes(512)
    assert read(content).cells == [("1", "Ada"), ("2", "Bea")]


def test_many_tiny_members_are_gathered(tmp_path: Path) -> None:
    path = tmp_path / "members.csv.gz"
    path.write_bytes(gzip.compress(b"abcdefgh") * 75_000)
    sizes = [len(chunk) for chunk in unpacked(path, "members.csv.gz", silent)]
    assert sum(sizes) == 600_000
    assert len(sizes) == 3


def test_a_damaged_file_is_refused(read: Read) -> None:
    content = bytearray(gzip.compress(ROWS))
    content[-5] ^= 1
    with pytest.raises(SourceError, match=r"data\.csv is a damaged gzip file"):
        read(bytes(content))
    with pytest.raises(SourceError, match="damaged"):
        read(gzip.compress(ROWS) + b"trailing")


def bomb(size: int) -> Iterator[bytes]:
    packer = zlib.compressobj(9, wbits=31)
    for _ in range(size // CHUNK):
        if piece := packer.compress(bytes(CHUNK)):
            yield piece
    yield packer.flush()


def test_a_bomb_is_refused_soon_after_the_free_size() -> None:
    pieces: list[int] = []
    with pytest.raises(SourceError, match="no real file does"):
        pieces.extend(map(len, gunzipped(bomb(3 * FREE_UNPACKED), "bomb.csv")))
    assert sum(pieces) <= FREE_UNPACKED
    assert max(pieces) <= CHUNK


def test_a_small_file_may_shrink_as_much_as_it_likes() -> None:
    assert sum(map(len, gunzipped(bomb(8 * CHUNK), "zeros.csv"))) == 8 * CHUNK


def test_a_file_beyond_the_bound_is_refused_whatever_its_packed_size() -> None:
    noise = os.urandom(100_000)
    with pytest.raises(SourceError, match="unpacks to more"):
        list(gunzipped(iter([gzip.compress(noise)]), "big.csv", most=50_000))
    assert b"".join(gunzipped(iter([gzip.compress(noise)]), "big.csv", most=100_000)) == noise


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"PK\x03\x04rest", "zip archive or a spreadsheet"),
        (b"PAR1rest", "use the source `parquet`"),
        (b"BZh9rest", "bzip2"),
        (b"\xfd7zXZ\x00rest", "xz"),
        (b"\x28\xb5\x2f\xfdrest", "zstd"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_other_kinds_of_file_are_named(read: Read, start: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        read(start)


def test_progress_is_told_in_bytes_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_bytes(b"x\n" * CHUNK)
    told: list[tuple[str, int, int]] = []
    list(unpacked(path, "big.csv", lambda *step: told.append(step)))
    assert told == [("big.csv", CHUNK, 2 * CHUNK), ("big.csv", 2 * CHUNK, 2 * CHUNK)]


def test_a_file_that_changes_meanwhile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "growing.csv"
    path.write_bytes(ROWS)
    chunks = unpacked(path, "growing.csv", silent)
    next(chunks)
    with path.open("ab") as file:
        file.write(b"3,Cid\n")
    with pytest.raises(SourceError, match=r"growing\.csv changed while it was read"):
        list(chunks)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.csv cannot be read: No such file"):
        list(unpacked(tmp_path / "gone.csv", "gone.csv", silent))
