"""The source ``jsonl``: a file of JSON objects, one on each line, that grows at its end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from leadline.plugin import (
    Cursor,
    Item,
    ReadContext,
    Records,
    Reject,
    SourceError,
    SourceKind,
    hookimpl,
)

BATCH = 1000

SETTINGS: Mapping[str, object] = {
    "type": "object",
    "required": ["path"],
    "additionalProperties": False,
    "properties": {
        "path": {"description": "The file, from the folder of leadline.yaml.", "type": "string"},
        "table": {"description": "The table to fill.", "type": "string", "default": "events"},
    },
}


class JsonLines:
    """Read the lines that were added since the last load."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Keep the checked settings."""
        self._path: str = settings["path"]
        self._table: str = settings["table"]

    def read(self, context: ReadContext) -> Iterator[Item]:
        """Yield batches of rows, a reject for each bad line, and how far the file was read."""
        path = context.root / self._path
        try:
            file = path.open("rb")
        except OSError as error:
            raise SourceError(f"{path} cannot be read: {error.strerror}") from error
        with file:
            size = path.stat().st_size
            offset, line = _position(context.cursor, size)
            file.seek(offset)
            rows: list[tuple[int, dict[str, object]]] = []
            for raw in file:
                if not raw.endswith(b"\n"):
                    break  # somebody is writing it just now: the next load reads it
                found = _row(raw)
                if isinstance(found, dict):
                    rows.append((line, found))
                elif found:
                    text = raw.decode("utf-8", "backslashreplace").rstrip("\n")
                    yield Reject(self._table, self._path, line, None, found, text)
                offset, line = offset + len(raw), line + 1
                if len(rows) == BATCH:
                    yield self._batch(rows)
                    rows = []
                    context.progress(self._path, offset, size)
            if rows:
                yield self._batch(rows)
        context.progress(self._path, offset, size)
        yield Cursor(f"{offset}:{line}")

    def _batch(self, rows: list[tuple[int, dict[str, object]]]) -> Records:
        """Return rows as records: a column for each key of any of them."""
        columns = tuple(dict.fromkeys(key for _, row in rows for key in row))
        first, last = rows[0][0], rows[-1][0]
        return Records(
            self._table,
            self._path,
            columns,
            tuple(tuple(row.get(column) for column in columns) for _, row in rows),
            first if last - first + 1 == len(rows) else None,
        )


def _position(cursor: str | None, size: int) -> tuple[int, int]:
    """Return the offset and the line to go on from; the start where the file is another one."""
    offset, line = map(int, (cursor or "0:1").split(":"))
    return (offset, line) if offset <= size else (0, 1)


def _row(raw: bytes) -> dict[str, object] | str:
    """Return a line as a row, or why it is none; an empty text for a blank line."""
    if not raw.strip():
        return ""
    try:
        value = json.loads(raw, parse_constant=_refuse, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        return f"no JSON: {error}"
    if not isinstance(value, dict):
        return f"a JSON {type(value).__name__}, expected an object"
    nested = [key for key, cell in value.items() if isinstance(cell, dict | list)]
    if nested:
        return f"`{nested[0]}` holds further values, expected a text, a number or true or false"
    return value


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    keys = [key for key, _ in pairs]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise ValueError(f"the key `{twice}` stands twice")
    return dict(pairs)


@hookimpl
def leadline_sources() -> tuple[SourceKind, ...]:
    """Return the source ``jsonl``."""
    return (SourceKind("jsonl", "A growing file of JSON lines.", SETTINGS, JsonLines),)
