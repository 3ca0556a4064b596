"""A YAML file as text values that remember their place.

Nothing here has a type but text: what ``NO`` or ``1.10`` means is for the key to say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from leadline.diagnostic import Place
from leadline.document.positions import Character, Style, characters
from leadline.document.source import Source


class Raw:
    """The source of a scalar: ``source.text[start:end]``, quotes and block header included."""

    __slots__ = ("_characters", "end", "source", "start")

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.start = start
        self.end = end
        self._characters: tuple[Character, ...] | None = None

    def verbatim(self, style: Style, value: str) -> int | None:
        """Return where ``value`` stands in the file letter by letter, or None where it does not.

        Every character of a value has one or more of its source. So with as many between the
        quotes as in the value, each has its own.
        """
        start = self.start + (1 if style in ("single", "double") else 0)
        end = self.end - (start - self.start)
        return start if end - start == len(value) else None

    def characters(self, style: Style, value: str) -> tuple[Character, ...]:
        """Return each character of ``value`` with its source; none where they do not agree."""
        if self._characters is None:
            read = characters(self.source.text, self.start, self.end, style, value)
            agree = "".join(found.char for found in read) == value
            self._characters = tuple(read) if agree else ()
        return self._characters


@dataclass(frozen=True, slots=True)
class Cut:
    """What ended a plain scalar although it may have been meant as part of it.

    ``kind`` is ``comment`` for a ``#`` behind a blank, ``flow`` for a comma or bracket inside
    ``{ }`` or ``[ ]``. The ``character`` stands at ``place``.
    """

    kind: Literal["comment", "flow"]
    character: str
    place: Place
    source: Source = field(repr=False, compare=False)

    @property
    def rest(self) -> str:
        """The text of the line from the character on, as it stands in the file."""
        start, _ = self.source.span(self.place)
        return self.source.text[start : self.source.line_end(start)]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text: what YAML read, where it stands and how it was written.

    ``place`` covers the quotes of a quoted scalar and the ``|`` or ``>`` of a block scalar; that
    of an empty value is the point behind the colon. Only a plain scalar has a ``cut``.
    """

    text: str
    place: Place
    style: Style
    cut: Cut | None
    raw: Raw = field(repr=False, compare=False)

    def span(self, start: int, end: int) -> Place:
        """Return the place in the file of ``text[start:end]``.

        Escapes, doubled quotes, folded lines and indentation are seen through. Indexes outside
        of the text mean its ends; an empty span is the point before the character at ``start``,
        or behind the last.
        """
        start = min(max(start, 0), len(self.text))
        end = min(max(end, start), len(self.text))
        source = self.raw.source
        verbatim = self.raw.verbatim(self.style, self.text)
        if verbatim is not None:
            return source.place(verbatim + start, verbatim + end)
        found = self.raw.characters(self.style, self.text)
        if not found:
            return self.place
        first = found[start].start if start < len(found) else found[-1].end
        return source.place(first, found[end - 1].end if end > start else first)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value."""

    key: Scalar
    value: Value


@dataclass(frozen=True, slots=True)
class Mapping:
    """Entries in the order of the file, no key twice."""

    entries: tuple[Entry, ...]
    place: Place

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys in the order of the file."""
        return tuple(entry.key.text for entry in self.entries)

    def get(self, key: str) -> Entry | None:
        """Return the entry of ``key``, or None."""
        return next((entry for entry in self.entries if entry.key.text == key), None)


@dataclass(frozen=True, slots=True)
class Sequence:
    """Values in the order of the file."""

    items: tuple[Value, ...]
    place: Place


Value: TypeAlias = Scalar | Mapping | Sequence


@dataclass(frozen=True, slots=True)
class Document:
    """A file that holds one mapping. ``text`` is what a place in ``file`` counts lines of."""

    file: str
    text: str
    root: Mapping
