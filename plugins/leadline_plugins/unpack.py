"""The bytes of a file, plain or packed with gzip; which of the two is seen from its content."""

from __future__ import annotations

import contextlib
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from leadline.errors import SourceError

#: How many bytes are handed on at once.
CHUNK = 1 << 18
#: Bounds for gzip: a file may become this large, and beyond the free size no more than so many
#: times its packed size. Logs shrink 10 to 40 times; a bomb shrinks 1000 times.
MOST_UNPACKED = 64 << 30
FREE_UNPACKED = 64 << 20
MOST_TIMES = 200

_GZIP = b"\x1f\x8b"
_OTHERS = {
    b"PK\x03\x04": "a zip archive or a spreadsheet",
    b"PAR1": "a Parquet file: use the source `parquet`",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ\x00": "packed with xz",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet",
    b"%PDF": "a PDF file",
}


def unpacked(path: Path, origin: str, progress: Callable[[str, int, int], None]) -> Iterator[bytes]:
    """Yield the content of a file in chunks of some 256 KiB; only the last may be small.

    Args:
        path: the file.
        origin: what messages call it.
        progress: called with ``origin``, the bytes read and the bytes in all (as packed).

    Raises:
        SourceError: the file cannot be read, changes meanwhile, is of another kind, or is a gzip
            file that is cut, damaged or unpacks to more than a real one would.
    """
    chunks = _read(path, origin, progress)
    first = next(chunks, b"")
    for magic, kind in _OTHERS.items():
        if first.startswith(magic):
            raise SourceError(f"{origin} is no CSV file, it is {kind}")
    if first.startswith(_GZIP):
        yield from _gathered(gunzipped(_with(first, chunks), origin))
    else:
        yield from _with(first, chunks)


def _with(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Join small pieces: a file of a million tiny gzip members is to cost no more than another."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= CHUNK:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def _read(path: Path, origin: str, progress: Callable[[str, int, int], None]) -> Iterator[bytes]:
    with contextlib.ExitStack() as stack:
        with _readable(origin):
            file = stack.enter_context(path.open("rb"))
            before = os.fstat(file.fileno())
        done = 0
        while True:
            with _readable(origin):
                chunk = file.read(CHUNK)
            if not chunk:
                break
            done += len(chunk)
            progress(origin, done, before.st_size)
            yield chunk
    with _readable(origin):
        after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise SourceError(
            f"{origin} changed while it was read",
            hint="write such files under another name and rename them when they are whole",
        )


@contextlib.contextmanager
def _readable(origin: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceError(f"{origin} cannot be read: {error.strerror}") from error


def gunzipped(
    chunks: Iterator[bytes], origin: str, most: int = MOST_UNPACKED, free: int = FREE_UNPACKED
) -> Iterator[bytes]:
    """Yield what gzip members hold, one after the other, in chunks of at most 256 KiB.

    Args:
        chunks: the packed bytes.
        origin: what messages call them.
        most: how many bytes they may unpack to.
        free: how many bytes they may unpack to whatever their packed size is.

    Raises:
        SourceError: as :func:`unpacked`.
    """
    member = zlib.decompressobj(wbits=31)
    packed = out = 0
    for chunk in chunks:
        packed += len(chunk)
        waiting = chunk
        while waiting:
            if member.eof:
                if not waiting.strip(b"\0"):
                    break  # tapes and some tools pad the end with zeros
                member = zlib.decompressobj(wbits=31)
            try:
                piece = member.decompress(waiting, CHUNK)
            except zlib.error as error:
                raise SourceError(f"{origin} is a damaged gzip file: {error}") from error
            waiting = member.unused_data if member.eof else member.unconsumed_tail
            out += len(piece)
            _refuse_bomb(origin, packed, out, most, free)
            if piece:
                yield piece
    if not member.eof:
        raise SourceError(
            f"{origin} is a gzip file that is cut before its end",
            hint="fetch it again; nothing of it was loaded",
        )


def _refuse_bomb(origin: str, packed: int, out: int, most: int, free: int) -> None:
    if out > most or (out > free and out > MOST_TIMES * packed):
        raise SourceError(
            f"{origin} unpacks to more than {out:,} bytes from {packed:,}, which no real file does",
            hint=f"unpack it yourself if it is good (over {MOST_TIMES} times its size is refused)",
        )
