"""Any form of the pipeline as text, so that a fault is found by looking between two stages."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any, get_args

from leadline.diagnostic import Place
from leadline.document import Entry, Mapping, Scalar, Sequence
from leadline.expression.nodes import Node
from leadline.expression.unparse import unparse

_NODES = get_args(Node)


def form_text(value: object) -> str:
    """Write a form as an indented outline; expressions as they are written in a ruleset."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: Any) -> list[str]:  # noqa: C901 - one case a form
    match value:
        case Mapping():
            return [line for entry in value.entries for line in _entry(entry)]
        case Sequence():
            return [line for item in value.items for line in _item(item)]
        case Scalar():
            return [repr(value.text)]
        case tuple():
            return [line for item in value for line in _item(item)]
        case _ if isinstance(value, _NODES):
            return [unparse(value)]
        case _ if dataclasses.is_dataclass(value):
            return [type(value).__name__, *_fields(value)]
        case date():
            return [value.isoformat()]
        case bool():
            return [str(value).lower()]
        case None:
            return ["-"]
        case float() if value == int(value):
            return [str(int(value))]
        case _:
            return [str(value)]


def _entry(entry: Entry) -> list[str]:
    place = entry.key.place
    return _named(f"{entry.key.text} ({place.line}:{place.column})", entry.value)


def _fields(value: Any) -> list[str]:
    lines: list[str] = []
    for field in dataclasses.fields(value):
        content = getattr(value, field.name)
        if isinstance(content, Place) or content is None or content in ((), ""):
            continue
        lines += [f"  {line}" for line in _named(field.name, content)]
    return lines


def _item(item: Any) -> list[str]:
    lines = _lines(item) or ["none"]
    return [f"- {lines[0]}", *(f"  {line}" for line in lines[1:])]


def _named(name: str, value: Any) -> list[str]:
    lines = _lines(value) or ["none"]
    if isinstance(value, Mapping | Sequence | tuple):
        return [f"{name}:", *(f"  {line}" for line in lines)]
    return [f"{name}: {lines[0]}", *lines[1:]]
