"""A file's text as an editor counts it: lines, columns in code units, changes."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

from leadline.diagnostic import Place

#: How a client counts the columns of a line.
Encoding = Literal["utf-8", "utf-16", "utf-32"]

_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A line and a column, both from 0; the column in units of the client's encoding."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text by offsets in characters; ``end`` is exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text with the offsets at which its lines begin, as the editor and as leadline see them.

    An editor ends a line at a carriage return too; a place of leadline only at a line feed.
    """

    text: str
    encoding: Encoding
    starts: tuple[int, ...] = field(repr=False, compare=False)
    feeds: tuple[int, ...] = field(repr=False, compare=False)

    def offset(self, position: Position) -> int:
        """Return the offset in characters of a position; one behind a line's end means its end."""
        if position.line >= len(self.starts):
            return len(self.text)
        line = self._line(position.line)
        start = self.starts[position.line]
        if self.encoding == "utf-32" or line.isascii():
            return start + min(position.column, len(line))
        units = 0
        for index, char in enumerate(line):
            if units >= position.column:
                return start + index
            units += _units(char, self.encoding)
        return start + len(line)

    def position(self, offset: int) -> Position:
        """Return the position of an offset in characters."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.starts, offset) - 1
        before = self.text[self.starts[line] : offset]
        if self.encoding == "utf-32" or before.isascii():
            return Position(line, len(before))
        return Position(line, sum(_units(char, self.encoding) for char in before))

    def span(self, place: Place) -> Span:
        """Return the offsets of a place of leadline, held to the text."""
        start = self._feed_offset(place.line, place.column)
        return Span(start, max(start, self._feed_offset(place.end_line, place.end_column)))

    def place(self, file: str, offset: int) -> Place:
        """Return the point at an offset as a place of leadline."""
        line = bisect_right(self.feeds, offset)
        column = offset - self.feeds[line - 1] + 1
        return Place(file, line, column, line, column)

    def line_of(self, offset: int) -> Span:
        """Return the line in which an offset lies, without its line break."""
        line = bisect_right(self.starts, offset) - 1
        return Span(self.starts[line], self.starts[line] + len(self._line(line)))

    def _line(self, number: int) -> str:
        last = number + 1 >= len(self.starts)
        end = len(self.text) if last else self.starts[number + 1]
        return self.text[self.starts[number] : end].rstrip("\r\n")

    def _feed_offset(self, line: int, column: int) -> int:
        if line > len(self.feeds):
            return len(self.text)
        return min(self.feeds[max(line, 1) - 1] + column - 1, len(self.text))


def text_of(text: str, encoding: Encoding) -> Text:
    """Return a text with its lines found."""
    starts = (0, *(found.end() for found in _BREAK.finditer(text)))
    feeds = (0, *(found.end() for found in re.finditer("\n", text)))
    return Text(text, encoding, starts, feeds)


def changed(text: Text, start: Position, end: Position, new: str) -> Text:
    """Return the text after what lies between two positions became ``new``."""
    first = text.offset(start)
    last = max(first, text.offset(end))
    return text_of(text.text[:first] + new + text.text[last:], text.encoding)


def _units(char: str, encoding: Encoding) -> int:
    code = ord(char)
    if encoding == "utf-16":
        return 2 if code > 0xFFFF else 1
    if code < 0x80:
        return 1
    if code < 0x800:
        return 2
    return 3 if code < 0x10000 else 4
