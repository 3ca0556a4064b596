"""Which key or value of a document a point lies in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from leadline.diagnostic import Place
from leadline.document import Document, Mapping, Scalar, Sequence, Value
from leadline.language_server.spot import Path


@dataclass(frozen=True, slots=True)
class Element:
    """A key (``is_key``) or a scalar value, and what leads to it."""

    path: Path
    scalar: Scalar
    is_key: bool


def element_at(document: Document, point: Place) -> Element | None:
    """Return the key or scalar that a point lies in or touches, or None."""
    return next((e for e in _elements((), document.root) if covers(e.scalar.place, point)), None)


def covers(place: Place, point: Place) -> bool:
    """Say whether a point lies in a place or touches its end."""
    at = (point.line, point.column)
    return (place.line, place.column) <= at <= (place.end_line, place.end_column)


def _elements(path: Path, value: Value) -> Iterator[Element]:
    match value:
        case Scalar():
            yield Element(path, value, False)
        case Mapping():
            for entry in value.entries:
                below = (*path, entry.key.text)
                yield Element(below, entry.key, True)
                yield from _elements(below, entry.value)
        case Sequence():
            for number, item in enumerate(value.items):
                yield from _elements((*path, number), item)
