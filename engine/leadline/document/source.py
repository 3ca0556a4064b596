"""The text of a file, and where a character of it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from leadline.diagnostic import Place

FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""A character that no value may hold, written raw or as an escape."""

RAW_FORBIDDEN = re.compile(rf"(?!\r\n){FORBIDDEN.pattern}")
"""The same in the text of a file, where ``\\r\\n`` ends a line."""

STAND_IN = "\ufffd"
"""What a forbidden character becomes, so that the rest of the file can still be read."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text, with the offset at which each of its lines begins."""

    file: str
    text: str
    starts: tuple[int, ...] = field(repr=False, compare=False)

    def place(self, start: int, end: int) -> Place:
        """Return the place of ``text[start:end]``."""
        first = bisect_right(self.starts, start)
        last = bisect_right(self.starts, end)
        return Place(
            self.file,
            first,
            start - self.starts[first - 1] + 1,
            last,
            end - self.starts[last - 1] + 1,
        )

    def span(self, place: Place) -> tuple[int, int]:
        """Return the offsets of a place in this text."""
        return (
            self.starts[place.line - 1] + place.column - 1,
            self.starts[place.end_line - 1] + place.end_column - 1,
        )

    def line(self, offset: int) -> int:
        """Return the number of the line, from 1, in which the character at ``offset`` stands."""
        return bisect_right(self.starts, offset)

    def line_end(self, offset: int) -> int:
        """Return the offset at which that line's text ends, before its line break."""
        line = self.line(offset)
        end = self.starts[line] - 1 if line < len(self.starts) else len(self.text)
        return end - 1 if end > offset and self.text[end - 1] == "\r" else end


def source_of(file: str, text: str) -> Source:
    """Return ``text`` as the :class:`Source` named ``file``; only a line feed ends a line."""
    starts = (0, *(found.end() for found in re.finditer("\n", text)))
    return Source(file, text, starts)
