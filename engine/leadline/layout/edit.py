"""Edits of a ruleset's text that leave everything else as it is, and texts of new rulesets.

A place in a ruleset is named by its keys: ``scores.readiness.actions.webinar.points``.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence as List
from decimal import Decimal
from typing import Any, TypeAlias

from leadline.document import Document, Mapping, Scalar, Sequence, Value, load
from leadline.errors import UsageError
from leadline.layout.finding import Found, dotted, find, path_of
from leadline.layout.formatting import changed, format_text, readable
from leadline.layout.parts import children, is_flow, is_nothing
from leadline.layout.scalars import fresh, key_of
from leadline.layout.shape import Shape, shape_of
from leadline.layout.splicing import Splice, added, laid, replaced, without
from leadline.ruleset.schema import RULESET_SCHEMA, Schema

__all__ = ["Data", "dump", "path_of", "remove", "set_value"]

#: What :func:`dump` writes: texts, numbers, truth values, lists and mappings of them.
Data: TypeAlias = "Dict[str, Data] | List[Data] | str | int | float | bool"

_FILE = "the ruleset"
_GONE = object()


def set_value(text: str, path: tuple[str, ...], value: str, schema: Schema = RULESET_SCHEMA) -> str:
    """Return a ruleset's text with another value at a path; all else stays byte for byte.

    A key that the schema lists and the file lacks is added where ``leadline fmt`` puts it; so is
    a new name at the end of the path. Comments inside of a value that is replaced go with it.

    Args:
        text: the text of the file.
        path: the keys, and from 0 the indexes of lists; see :func:`path_of`.
        value: the text that leadline shall read, without quotes around it. Where a list or mapping
            may stand, one in brackets or braces.
        schema: the schema of the file.

    Raises:
        RulesetError: the text is no YAML that leadline reads.
        UsageError: the path leads nowhere, or no such value can stand there.
        EngineError: the edit would change more than that; a fault of leadline's own.
    """
    document = readable(text, _FILE)
    found = find(document, shape_of(schema), path, new=True)
    empty = bool(found.missing) and not children(found.part.value)
    outer = found.around if empty or not found.missing else [*found.around, found.part]
    flow = any(is_flow(part, document.text) for part in outer)
    braces = flow or empty or len(found.missing) > 1
    new = _written(value, _leaf(found), path, flow=braces)
    edited = _splice(document, found, new).of(document.text)
    if not flow and (braces or new[:1] in ("{", "[")):
        there = len(path) - len(found.missing)
        edited = _laid(edited, shape_of(schema), path[: there if empty else there + 1])
    expected = _with(_plain(document.root), path, _plain(_value(new)))
    return _proved(text, document, edited, expected)


def remove(text: str, path: tuple[str, ...], schema: Schema = RULESET_SCHEMA) -> str:
    """Return a ruleset's text without what stands at a path; all else stays byte for byte.

    The comments behind it and directly above it go with it.

    Args:
        text: the text of the file.
        path: the keys, and from 0 the indexes of lists.
        schema: the schema of the file.

    Raises:
        RulesetError: the text is no YAML that leadline reads.
        UsageError: nothing stands at the path.
        EngineError: the edit would change more than that; a fault of leadline's own.
    """
    document = readable(text, _FILE)
    found = find(document, shape_of(schema), path, new=False)
    edited = without(document, found.part, found.around[-1]).of(document.text)
    return _proved(text, document, edited, _with(_plain(document.root), path, _GONE))


def dump(data: Dict[str, Data], heading: str = "", schema: Schema = RULESET_SCHEMA) -> str:
    """Return a new file in canonical layout.

    Args:
        data: the whole file: keys to texts, numbers, truth values, lists and mappings of them. An
            expression is a text.
        heading: lines for people that stand at the top as comments.
        schema: the schema of the file.
    """
    body = format_text(_flow(data), _FILE, schema)
    about = [f"# {line}".rstrip() for line in heading.splitlines()]
    return "".join(f"{line}\n" for line in about) + body


def _splice(document: Document, found: Found, new: str) -> Splice:
    if not found.missing:
        return replaced(document, found.part, new)
    name, *below = found.missing
    inside = "".join(f"{{{key_of(each)}: " for each in below) + new + "}" * len(below)
    if isinstance(found.part.value, Mapping) and found.part.value.entries:
        return added(document, found.part.value, found.shape, name, inside)
    return replaced(document, found.part, f"{{{key_of(name)}: {inside}}}")


def _leaf(found: Found) -> Shape:
    """Return the shape of what is to stand at the end of the path."""
    shape = found.shape
    for name in found.missing:
        shape = shape.under(name).of(found.part.value)
    return shape


def _written(value: str, shape: Shape, path: tuple[str, ...], *, flow: bool) -> str:
    """Return a value as it is written behind a key."""
    if value.lstrip()[:1] in ("{", "[") and shape.holds_more:
        if _read(value.strip()) is None:
            raise UsageError(
                f"`{value}` is no list or mapping in YAML",
                "such as `[a, b]` or `{a: 1, b: 2}`",
            )
        return value.strip()
    if shape.holds_only_more:
        raise UsageError(
            f"`{dotted(path)}` cannot be `{value}`: keys with values or a list stand there",
            f"name a key of it, or write `{dotted(path)}={{...}}`",
        )
    return fresh(value, flow=flow)


def _laid(text: str, shape: Shape, path: tuple[str, ...]) -> str:
    """Return a text with what stands at a path in canonical layout."""
    document = load(text.encode("utf-8", "surrogatepass"), _FILE).document
    if document is None:
        raise changed(_FILE, "more")
    found = find(document, shape, path, new=False)
    if found.part.key is None:
        return text
    return laid(document, found.part, found.part.key, found.shape).of(text)


def _proved(text: str, document: Document, edited: str, expected: object) -> str:
    """Return the edited text with the mark that the file begins with, after comparing it."""
    loaded = load(edited.encode("utf-8", "surrogatepass"), _FILE)
    after = loaded.document
    if after is None or loaded.diagnostics or _plain(after.root) != expected:
        raise changed(_FILE, "more")
    return text[: len(text) - len(document.text)] + edited


def _read(value: str) -> Value | None:
    """Return what leadline reads in a value as it is written, or None."""
    loaded = load(f"value: {value}\n".encode("utf-8", "surrogatepass"), _FILE)
    if loaded.document is None or loaded.diagnostics or len(loaded.document.root.entries) != 1:
        return None
    return loaded.document.root.entries[0].value


def _value(written: str) -> Value:
    found = _read(written)
    if found is None:
        raise UsageError(f"`{written}` cannot be written as a value", "write it in the file")
    return found


def _plain(value: Value) -> Any:
    """Return a value as plain data; None where nothing is written."""
    match value:
        case Mapping():
            return {entry.key.text: _plain(entry.value) for entry in value.entries}
        case Sequence():
            return [_plain(item) for item in value.items]
        case Scalar():
            return None if is_nothing(value) else value.text


def _with(data: Any, path: tuple[str, ...], value: Any) -> Any:
    """Return plain data with a value at a path, or without what stands there."""
    name, *below = path
    copy = list(data) if isinstance(data, list) else dict(data or {})
    at: Any = int(name) if isinstance(copy, list) else name
    if below:
        copy[at] = _with(copy[at] if isinstance(copy, list) else copy.get(at), tuple(below), value)
    elif value is _GONE:
        del copy[at]
    else:
        copy[at] = value
    return copy


def _flow(data: Data) -> str:
    """Return data on one line."""
    match data:
        case str():
            return fresh(data, flow=True)
        case bool():
            return str(data).lower()
        case int() | float():
            return f"{Decimal(repr(data)).normalize():f}"
        case Dict():
            return "{" + ", ".join(f"{key_of(key)}: {_flow(data[key])}" for key in data) + "}"
        case _:
            return "[" + ", ".join(map(_flow, data)) + "]"
