"""Which collections stand on one line in braces or brackets, and how they are written there."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.document import Mapping, Scalar, Sequence, Value
from leadline.layout.parts import Path, children, is_nothing
from leadline.layout.scalars import key_text, one_line
from leadline.layout.shape import Shape

#: How many collections may stand in one another on one line.
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Child:
    """An entry or item to print.

    Attributes:
        path: where it is in the file.
        key: the key of an entry; None of an item.
        value: what it holds.
        shape: what the schema says of that.
        row: whether it is an item of a table: a list whose schema says which keys a mapping in it
            has, or that has one of several keys.
    """

    path: Path
    key: Scalar | None
    value: Value
    shape: Shape
    row: bool = False

    def children(self) -> tuple[Child, ...]:
        """Return what it holds, in the order in which it is written."""
        found = children(self.value)
        order: tuple[int, ...] = tuple(range(len(found)))
        if isinstance(self.value, Mapping):
            order = self.shape.ordered(self.value)
        several = any(key is None and len(children(value)) > 1 for key, value in found)
        row = several or "additionalProperties" in self.shape.item().schema
        return tuple(self._child(index, *found[index], row=row) for index in order)

    def _child(self, index: int, key: Scalar | None, value: Value, *, row: bool) -> Child:
        below = self.shape.item() if key is None else self.shape.under(key.text)
        return Child((*self.path, index), key, value, below.of(value), row)


def lies_flat(child: Child) -> bool:
    """Tell whether a collection stands on one line where it fits.

    Lists of texts do, and mappings that are plain data: neither at the top of the file, nor what
    has a name and can have a note, such as a rule, nor the only key of an action.
    """
    value = child.value
    if not children(value):
        return True
    if isinstance(value, Mapping):
        alone = child.key is None and not child.row
        if len(child.path) <= 1 or alone or _depth(value) > _DEEPEST:
            return False
    return _is_data(child)


def flat(child: Child, commented: frozenset[Path]) -> str | None:
    """Return a value as it is written inside braces; None where it cannot be.

    Args:
        child: what to write.
        commented: the collections that hold comments, which would be lost.
    """
    if isinstance(child.value, Scalar):
        return None if is_nothing(child.value) else one_line(child.value, child.shape, flow=True)
    texts = _inside(child, commented)
    if texts is None:
        return None
    inside = ", ".join(texts)
    return f"{{{inside}}}" if isinstance(child.value, Mapping) else f"[{inside}]"


def filled(child: Child, commented: frozenset[Path], room: int) -> list[str] | None:
    """Return a mapping in braces over as few lines as hold it; None where it cannot be.

    Args:
        child: what holds the mapping.
        commented: the collections that hold comments, which would be lost.
        room: the columns of each line. The lines behind the first begin below the first key.
    """
    texts = _inside(child, commented)
    if not texts or not isinstance(child.value, Mapping):
        return None
    lines = ["{"]
    for index, text in enumerate(texts):
        piece = text + ("}" if index == len(texts) - 1 else ",")
        begun = lines[-1] not in ("{", " ")
        if begun and len(lines[-1]) + 1 + len(piece) > room:
            lines.append(" ")
            begun = False
        lines[-1] += f" {piece}" if begun else piece
    return lines


def _inside(child: Child, commented: frozenset[Path]) -> list[str] | None:
    """Return what a collection holds, each as it is written inside its braces."""
    if child.path in commented:
        return None
    texts = []
    for each in child.children():
        text = flat(each, commented)
        if text is None:
            return None
        texts.append(f"{key_text(each.key, flow=True)}: {text}" if each.key is not None else text)
    return texts


def _is_data(child: Child) -> bool:
    value, shape = child.value, child.shape
    if isinstance(value, Scalar):
        return True
    if isinstance(value, Sequence):
        return all(isinstance(item, Scalar) for item in value.items)
    if shape.named:
        return False
    inside = child.children()
    # The author's own names stand before things of the model, or before expressions.
    names = not shape.keys and any(each.shape.keys or each.shape.expression for each in inside)
    return not names and all(map(_is_data, inside))


def _depth(value: Value) -> int:
    return 1 + max((_depth(each) for _, each in children(value)), default=-1)
