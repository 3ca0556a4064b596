"""Names to a part of a document: what stands at ``scores.readiness.range``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from leadline.diagnostic import Place, did_you_mean
from leadline.document import Document, Mapping, Scalar, Sequence, Value
from leadline.errors import UsageError
from leadline.layout.parts import Part, is_nothing, parts
from leadline.layout.shape import Shape

#: Keys with values, whatever they are.
_KEYS = Mapping((), Place("", 1, 1, 1, 1))
_NAME = re.compile(r"`([^`]+)`|([^`.]+)")


@dataclass(frozen=True, slots=True)
class Found:
    """What some names lead to.

    Attributes:
        part: the last part on the way that is there.
        shape: its shape.
        missing: the names that are not there yet.
        around: the parts that the part stands in, the whole file first.
    """

    part: Part
    shape: Shape
    missing: tuple[str, ...]
    around: tuple[Part, ...]


def path_of(dotted: str) -> tuple[str, ...]:
    """Return the names of a path: ``scores.readiness.range``; a name with dots in backquotes.

    Raises:
        UsageError: it is no path.
    """
    names: list[str] = []
    at = 0
    while found := _NAME.match(dotted, at):
        names.append(found[1] or found[2])
        at = found.end() + 1
        if dotted[found.end() : at] != ".":
            break
    if not names or at <= len(dotted):
        hint = "write names with dots between, such as `scores.readiness.range`"
        raise UsageError(f"`{dotted}` is no path to a value", hint)
    return tuple(names)


def dotted(path: tuple[str, ...]) -> str:
    """Return a path as a person writes it."""
    return ".".join(f"`{name}`" if "." in name else name for name in path)


def find(document: Document, shape: Shape, path: tuple[str, ...], *, new: bool) -> Found:
    """Return what a path leads to.

    Args:
        document: the file.
        shape: what its schema says of it.
        path: the keys and, from 0, the indexes that lead there.
        new: whether the last names may be new: keys that the schema lists, and at the very end
            a name of the author's.

    Raises:
        UsageError: a name on the way is not there, or leads nowhere.
    """
    by_path = {part.path: part for part in parts(document)}
    part, shape = by_path[()], shape.of(document.root)
    around: list[Part] = []
    for at, name in enumerate(path):
        index = _index(part, shape, name, path[:at])
        if index is None:
            _refuse_unknown(part, shape, path, at, new=new)
            return Found(part, shape, path[at:], tuple(around))
        around.append(part)
        shape = shape.item() if isinstance(part.value, Sequence) else shape.under(name)
        part = by_path[(*part.path, index)]
        shape = shape.of(part.value)
    return Found(part, shape, (), tuple(around))


def _index(part: Part, shape: Shape, name: str, where: tuple[str, ...]) -> int | None:
    value = part.value
    if isinstance(value, Mapping):
        return value.keys.index(name) if name in value.keys else None
    if isinstance(value, Sequence):
        if name.isdecimal() and int(name) < len(value.items):
            return int(name)
        last = len(value.items) - 1
        raise UsageError(
            f"`{dotted(where)}` is a list and has no item `{name}`",
            f"write a number from 0 to {last}" if last >= 0 else "the list is empty",
        )
    if isinstance(value, Scalar) and not is_nothing(value):
        raise UsageError(
            f"`{dotted(where)}` is `{value.text}`, which has no `{name}`",
            f"replace it: `{dotted(where)}={{{name}: ...}}`" if shape.holds_more else "",
        )
    return None


def _refuse_unknown(part: Part, shape: Shape, path: tuple[str, ...], at: int, *, new: bool) -> None:
    """Refuse names that are not there, unless they may be new."""
    there = part.value.keys if isinstance(part.value, Mapping) else ()
    last = len(path) - 1
    while at <= last and new and (path[at] in shape.keys or (not shape.keys and at == last)):
        shape, there = shape.under(path[at]).of(_KEYS), ()
        at += 1
    if at <= last:
        where = f"`{dotted(path[:at])}`" if at else "the ruleset"
        known = dict.fromkeys((*there, *(shape.keys if new else ())))
        hint = did_you_mean(path[at], known)
        below = [(*names, *path[at + 1 :]) for names in _below(part.value, path[at])]
        meant = [names for names in below if _holds(part.value, names)] or below
        if meant:
            named = [f"`{dotted((*path[:at], *names))}`" for names in meant[:2]]
            hint = f"did you mean {' or '.join(named)}?"
        raise UsageError(f"{where} has no `{path[at]}`", hint)


def _holds(value: Value, names: tuple[str, ...]) -> bool:
    for name in names:
        entry = value.get(name) if isinstance(value, Mapping) else None
        if entry is None:
            return False
        value = entry.value
    return True


def _below(value: Value, name: str, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the names that lead to a name further down."""
    for entry in value.entries if isinstance(value, Mapping) else ():
        names = (*above, entry.key.text)
        if entry.key.text == name and above:
            yield names
        yield from _below(entry.value, name, names)
