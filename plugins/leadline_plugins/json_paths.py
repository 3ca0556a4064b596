"""Paths into JSON, as settings write them: ``paging.next.after``, ``fields.core[0].value``."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from leadline.plugin import UsageError

_PART = re.compile(r"([^.\[\]]+)|\[([0-9]{1,6})\]")
_WHOLE = re.compile(r"([^.\[\]]+|\[[0-9]{1,6}\])(\.?[^.\[\]]+|\[[0-9]{1,6}\])*")


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A path into JSON: names of keys and numbers of items, outermost first."""

    text: str
    parts: tuple[str | int, ...]

    def find(self, data: Any) -> Any:
        """Return what stands there, or None where nothing does."""
        for part in self.parts:
            if isinstance(part, int):
                data = data[part] if isinstance(data, list) and part < len(data) else None
            else:
                data = data.get(part) if isinstance(data, dict) else None
            if data is None:
                return None
        return data


def json_path(text: str, setting: str) -> JsonPath:
    """Read a path.

    Args:
        text: the path; a key with a dot in it cannot be named.
        setting: where it stands, for the error.

    Raises:
        UsageError: it is none.
    """
    if not _WHOLE.fullmatch(text):
        raise UsageError(
            f"`{text}` ({setting}) is no path into JSON",
            hint="keys joined by dots, items in brackets: `paging.next.after`, `values[0].name`",
        )
    parts = [key or int(number) for key, number in _PART.findall(text)]
    return JsonPath(text, tuple(parts))


def cell(value: Any) -> object:
    """Return what stands at a path as a cell: a list of plain values as text, joined by ``;``."""
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return ";".join(_text(item) for item in value if item is not None) or None
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return None if value == "" else value


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
