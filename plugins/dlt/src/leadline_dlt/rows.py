"""Rows of a resource as rows of leadline: which columns, and what each cell holds."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from leadline.plugin import Records, SourceError

from leadline_dlt.settings import Entry

#: Days without a room in the store, in whatever zone a time of them is.
_ENDS = (date.min, date.max)


class RowReader:
    """Turns rows of a resource into batches for a table.

    Args:
        entry: the table, the resource and the columns.
        texts: the names of columns that the resource says are texts.
    """

    def __init__(self, entry: Entry, texts: frozenset[str]) -> None:
        self._entry = entry
        self._columns = tuple((name, _Path(path)) for name, path in _chosen(entry))
        renamed = {name for name, path in self._columns if path.text in texts}
        self._texts = renamed if self._columns else texts

    def records(self, rows: Sequence[Mapping[str, Any]]) -> Records:
        """Return rows as a batch.

        Raises:
            SourceError: two columns have one name.
        """
        if self._columns:
            names = tuple(name for name, _ in self._columns)
            cells = [tuple(cell(path.find(row)) for _, path in self._columns) for row in rows]
        else:
            names = tuple(dict.fromkeys(key for row in rows for key in row))
            cells = [tuple(cell(row.get(name)) for name in names) for row in rows]
            self._refuse_twins(names)
        texts = tuple(name for name in names if name in self._texts)
        origin = self._entry.resource
        return Records(self._entry.table, origin, tuple(map(str, names)), tuple(cells), None, texts)

    def _refuse_twins(self, names: Sequence[str]) -> None:
        """Refuse names that differ in case only: they are one column of leadline."""
        seen: dict[str, str] = {}
        for name in map(str, names):
            other = seen.setdefault(name.casefold(), name)
            if other != name:
                raise SourceError(
                    f"rows of the resource `{self._entry.resource}` have both `{other}` and "
                    f"`{name}`, which are one column in leadline",
                    hint=f"choose with `columns` of `tables.{self._entry.table}`",
                )


class _Path:
    """A path into a row: a key, or keys joined by dots, outermost first."""

    __slots__ = ("_parts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._parts = text.split(".")

    def find(self, row: Mapping[str, Any]) -> Any:
        """Return what stands there; None where nothing does."""
        if self.text in row:
            return row[self.text]  # a key may have dots itself
        found: Any = row
        for part in self._parts:
            found = found.get(part) if isinstance(found, Mapping) else None
        return found


def _chosen(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Return the columns, with the one that tells rows of different times apart."""
    paths = [path for _, path in entry.columns]
    if not paths or entry.incremental is None or entry.incremental in paths:
        return entry.columns
    name = entry.incremental.rpartition(".")[2]
    taken = {column.casefold() for column, _ in entry.columns}
    while name.casefold() in taken:
        name += "_"
    return (*entry.columns, (name, entry.incremental))


def cell(value: Any) -> object:
    """Return a value of a row as a cell of leadline.

    A list of plain values is their text, joined by ``;``. Further nesting is JSON text. Bytes are
    hexadecimal digits. What is no number, and times of the first and last day, are missing.
    """
    match value:
        case None | "":
            return None
        case Enum():
            return cell(value.value)
        case str() | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return format(value, "f") if value.is_finite() else None
        case date():  # a datetime is one, too
            day = value.date() if isinstance(value, datetime) else value
            return value if day not in _ENDS else None
        case bytes() | bytearray():
            return value.hex()
        case Mapping() | list() | tuple() | set() | frozenset():
            return _joined(value)
    return str(value)


def _joined(values: Any) -> str | None:
    if isinstance(values, Mapping) or any(isinstance(v, Mapping | list | tuple) for v in values):
        # Not by dlt: its way to write times has changed, and a row is known by its texts.
        plain = _plain(values)
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    texts = [_text(value) for value in map(cell, values) if value is not None]
    return ";".join(sorted(texts) if isinstance(values, set | frozenset) else texts) or None


def _plain(value: Any) -> object:
    """Return a value as JSON can write it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    found = cell(value)
    return _text(found) if isinstance(found, date) else found


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return datetime.isoformat(value)  # whatever a class of its own would make of it
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)
