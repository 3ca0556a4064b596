"""Which encoding a file has, and its text as bytes that can be cut at commas and line ends."""

from __future__ import annotations

import codecs
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from leadline.errors import SourceError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as the next one does
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
)
#: Text codecs of Python that are no encodings of files, or have no fixed byte order.
_REFUSED = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}
_FIXED = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text in chunks of bytes where ``"``, line ends and ASCII mean themselves.

    Args:
        chunks: the bytes.
        codec: how they are encoded: UTF-8, or one byte a character.
        declared: the encoding that the file itself has.
        start: the offset in the file of the first byte; None where the bytes were made from
            others, so that their offsets are not those of the file.
    """

    chunks: Iterator[bytes]
    codec: str
    declared: str
    start: int | None


def known_encoding(name: str) -> str:
    """Return the codec for an encoding's name.

    Raises:
        SourceError: there is none.
    """
    try:
        codec = codecs.lookup(name).name
        "a".encode(codec)  # refuses codecs that are no encodings of text
    except (LookupError, ValueError, UnicodeError):
        codec = "undefined"
    if codec in _REFUSED:
        raise SourceError(
            f"the encoding `{name}` is not known",
            hint="known are such as `utf-8`, `utf-16`, `windows-1252`, `iso-8859-15`, `cp932`",
        )
    return _FIXED.get(codec, codec)


def encoded_text(chunks: Iterator[bytes], declared: str, origin: str) -> EncodedText:
    """Return the text of a file; a byte order mark at its start outweighs what is declared.

    Args:
        chunks: the content of the file; the first chunk holds at least its first four bytes.
        declared: a name from :func:`known_encoding`.
        origin: what messages call the file.
    """
    first = next(chunks, b"")
    for mark, encoding in _BOMS:
        if first.startswith(mark):
            rest = itertools.chain([first.removeprefix(mark)], chunks)
            return _as_declared(rest, encoding, origin, len(mark))
    return _as_declared(itertools.chain([first], chunks), declared, origin, 0)


def _as_declared(chunks: Iterator[bytes], declared: str, origin: str, start: int) -> EncodedText:
    if _is_plain(declared):
        return EncodedText(chunks, declared, declared, start)
    return EncodedText(_transcoded(chunks, declared, origin), "utf-8", declared, None)


def _is_plain(codec: str) -> bool:
    """Say whether ASCII means itself in every place, so that bytes can be cut there."""
    if codec in ("utf-8", "ascii"):
        return True
    try:
        low = bytes(range(128)).decode(codec)
    except UnicodeError:
        return False
    high = bytes(range(128, 256)).decode(codec, "replace")
    # One byte a character: in other codecs a byte may be a part of one. Those that switch
    # between sets of characters know no byte above 127 at all.
    return low.isascii() and len(low) == len(high) == 128 and set(high) != {"\ufffd"}


def _transcoded(chunks: Iterator[bytes], codec: str, origin: str) -> Iterator[bytes]:
    """Yield the text as UTF-8; what is no text becomes bytes that are no UTF-8."""
    handler = "surrogatepass" if codec.startswith("utf-") else "surrogateescape"
    decoder = codecs.getincrementaldecoder(codec)(handler)
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{origin} is not valid {codec}: {error.reason}", hint="set `encoding` of the source"
        ) from error
    try:
        yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        yield b"\xff"  # the file is cut inside a character
