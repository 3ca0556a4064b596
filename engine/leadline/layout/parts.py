"""The parts of a document: its entries and items, each with its path and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from leadline.document import Document, Mapping, Scalar, Sequence, Value
from leadline.document.source import Source, source_of

#: The indexes, in the order of the file, that lead to an entry or item; ``()`` is the root.
Path: TypeAlias = tuple[int, ...]

_TO_DASH = re.compile(r"(?:[ \t\r\n]|(?<!\S)#[^\n]*)*-")


@dataclass(frozen=True, slots=True)
class Part:
    """An entry of a mapping or an item of a list; ``()`` is the whole file.

    Attributes:
        path: where it is in the tree.
        key: the key of an entry; None of an item.
        value: what it holds.
        start: the offset at which its key, or else its value, begins.
        first, end: the offsets at which its value begins and ends.
        column: the column, from 0, of the collection that it belongs to.
    """

    path: Path
    key: Scalar | None
    value: Value
    start: int
    first: int
    end: int
    column: int


def source(document: Document) -> Source:
    """Return the text of a document with the beginnings of its lines."""
    return source_of(document.file, document.text)


def parts(document: Document) -> tuple[Part, ...]:
    """Return the parts of a document in the order of the file, the whole of it first."""
    text = source(document)
    return tuple(_part(text, (), None, document.root, 0))


def children(value: Value) -> tuple[tuple[Scalar | None, Value], ...]:
    """Return the entries of a mapping or the items of a list, as key and value."""
    match value:
        case Mapping():
            return tuple((entry.key, entry.value) for entry in value.entries)
        case Sequence():
            return tuple((None, item) for item in value.items)
        case Scalar():
            return ()


def is_flow(part: Part, text: str) -> bool:
    """Tell whether a part holds a collection in braces or brackets."""
    return not isinstance(part.value, Scalar) and text[part.first : part.first + 1] in ("{", "[")


def is_nothing(value: Value) -> bool:
    """Tell whether nothing is written at a key."""
    return isinstance(value, Scalar) and not value.text and value.style == "plain"


def _part(
    text: Source, path: Path, key: Scalar | None, value: Value, column: int
) -> Iterator[Part]:
    first, end = span(text, value)
    start = key.raw.start if key is not None else first
    yield Part(path, key, value, start, first, end, column)
    inner, at = text.place(first, end).column - 1, first
    for index, (each, below) in enumerate(children(value)):
        inside = _part(text, (*path, index), each, below, inner)
        if each is None and is_nothing(below):
            inside = (_behind_dash(text, part, at) for part in inside)
        yield from inside
        at = span(text, below)[1]


def _behind_dash(text: Source, part: Part, at: int) -> Part:
    """Return an empty item with its place, where YAML gives that of what follows.

    ``at`` is the offset at which the list begins, or its item before ends.
    """
    found = _TO_DASH.match(text.text, at)
    end = found.end() if found else part.first
    return replace(part, start=end, first=end, end=end)


def span(text: Source, value: Value) -> tuple[int, int]:
    """Return the offsets at which a value begins and ends."""
    if isinstance(value, Scalar):
        return value.raw.start, value.raw.end
    return text.span(value.place)
