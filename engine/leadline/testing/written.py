"""What is written in a ruleset's file, and parts of it with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from leadline.diagnostic import Place
from leadline.document.values import Document, Mapping, Scalar, Value
from leadline.document.values import Sequence as Items
from leadline.expression.nodes import Node
from leadline.testing.variants import more, variants

T = TypeVar("T")
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A changed part: what stood at ``place``, what stands there now, and the part."""

    place: Place
    before: str
    after: str
    part: Any


def written_at(document: Document, path: Path) -> Value | None:
    """Return what the file has at a path of keys, or None where it has nothing."""
    value: Value = document.root
    for key in path:
        entry = value.get(key) if isinstance(value, Mapping) else None
        if entry is None:
            return None
        value = entry.value
    return value


def number_changes(document: Document, path: Path, value: float | None) -> Iterator[Change]:
    """Yield a written number made a little larger."""
    written = written_at(document, path)
    if value is not None and isinstance(written, Scalar):
        part = more(value)
        yield Change(written.place, written.text, f"{part:.12g}", part)


def left_out(document: Document, path: Path, part: object) -> Iterator[Change]:
    """Yield what is there without a key that is written."""
    written = written_at(document, path)
    if written is not None:
        shown = written.text if isinstance(written, Scalar) else "..."
        yield Change(written.place, f"{path[-1]}: {shown}", "", part)


def shorter_texts(
    document: Document, path: Path, texts: Sequence[str]
) -> Iterator[tuple[Place, str, tuple[str, ...]]]:
    """Yield a written list with one of its texts left out."""
    written = written_at(document, path)
    if not isinstance(written, Items):
        return
    for number, item in enumerate(written.items):
        rest = (*texts[:number], *texts[number + 1 :])
        if rest and isinstance(item, Scalar):
            yield item.place, item.text, rest


def node_changes(node: Node | None, put: Callable[[Node], T]) -> Iterator[Change]:
    """Yield what an expression is part of, with the expression varied."""
    for variant in variants(node) if node is not None else ():
        yield Change(variant.place, variant.before, variant.after, put(variant.node))


def put(items: Sequence[T], number: int, item: T) -> Any:
    """Return items with another one at a place."""
    return (*items[:number], item, *items[number + 1 :])
