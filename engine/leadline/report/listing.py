"""Rows as text that every command shares: csv, json, Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

_QUOTED = re.compile(r'[",\r\n]')


@dataclass(frozen=True, slots=True)
class Listing:
    """A table to show.

    Args:
        columns: the headings.
        rows: plain values.
        title: what people read above it.
        below: what may stand below each row where a table is too wide: a word and the columns
            that follow it.
        empty: what people read where there are no rows.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[object, ...]]
    title: str = ""
    below: tuple[tuple[str, tuple[str, ...]], ...] = ()
    empty: str = "nothing to list"


def shown(value: object) -> str:
    """Return a value as text: numbers without needless zeros, instants in ISO 8601 with offset."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return decimal(value)
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def decimal(value: float) -> str:
    """Return a number with up to four decimals."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def instant(value: datetime) -> str:
    """Return an instant (UTC, without offset) as ISO 8601 with offset."""
    return value.replace(tzinfo=value.tzinfo or UTC).isoformat()


def as_csv(listing: Listing) -> str:
    """Write RFC 4180 with a header row; a missing value is an empty cell."""
    rows = ([shown(value) for value in row] for row in listing.rows)
    return "".join(map(_csv_line, (listing.columns, *rows)))


def _csv_line(cells: Sequence[str]) -> str:
    # Not every version of the library quotes a carriage return that does not end its lines.
    quoted = (
        '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell for cell in cells
    )
    # A lone empty cell would be a blank line, which readers skip.
    return (",".join(quoted) or '""') + "\n"


def as_json(listing: Listing) -> str:
    """Write a list of objects, one a line."""
    lines = [
        json.dumps(dict(zip(listing.columns, map(_plain, row), strict=True)), ensure_ascii=False)
        for row in listing.rows
    ]
    return "[\n" + ",\n".join(f"  {line}" for line in lines) + "\n]\n" if lines else "[]\n"


def _plain(value: object) -> object:
    if isinstance(value, float):
        return int(value) if value == int(value) else value
    return shown(value) if isinstance(value, date | datetime) else value


def as_markdown(listing: Listing) -> str:
    """Write a pipe table, numbers to the right."""
    aligns = ["---:" if is_number else "---" for is_number in numeric(listing)]
    rows = [listing.columns, aligns, *([shown(v) for v in row] for row in listing.rows)]
    title = f"### {listing.title}\n\n" if listing.title else ""
    lines = ("| " + " | ".join(_escaped(str(cell)) for cell in row) + " |" for row in rows)
    return title + "\n".join(lines) + "\n"


def _escaped(cell: str) -> str:
    for character in ("\\", "|", "<"):
        cell = cell.replace(character, f"\\{character}")
    return cell.replace("\n", " ")


def numeric(listing: Listing) -> tuple[bool, ...]:
    """Say of each column whether all its values are numbers."""
    return tuple(_all_numbers(row[i] for row in listing.rows) for i in range(len(listing.columns)))


def _all_numbers(values: Iterable[object]) -> bool:
    present = [value for value in values if value is not None]
    return bool(present) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in present
    )
