"""The outputs ``csv`` and ``parquet``: each batch of messages as a table for other programs.

The columns are those of a message, then those of its lead, by their own names.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from leadline.plugin import Message, OutputContext, OutputKind
from leadline.plugin.duckdb_file import DuckDBFile
from leadline_plugins.batch_files import BatchFiles, file_settings
from leadline_plugins.message_words import columns_of

CSV_SETTINGS = file_settings(
    "csv",
    for_spreadsheets={
        "description": (
            "Put an apostrophe before texts that a spreadsheet would take for a formula. Other "
            "programs then read it as a part of the text."
        ),
        "type": "boolean",
        "default": False,
    },
)
PARQUET_SETTINGS = file_settings("parquet")

#: What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_QUOTED = re.compile(r'[",\r\n]')
_OWN = ("key", "model", "automation", "edge", "subject", "lead_id", "at", "cause")


def _table(messages: Sequence[Message]) -> tuple[tuple[str, ...], list[list[object]]]:
    """Return the columns and the rows; a column of a lead never hides one of the message."""
    more = [column for column in columns_of(messages) if column != "lead_id"]
    columns = (*_OWN, *(f"lead.{column}" if column in _OWN else column for column in more))
    rows = []
    for message in messages:
        record = message.record()
        values = [record[column] for column in _OWN]
        rows.append([*values, *(message.lead.get(column) for column in more)])
    return columns, rows


def _text(value: object) -> str:
    """Return a value as leadline writes it in its tables."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            short = f"{value:.4f}".rstrip("0").rstrip(".")
            return "0" if short == "-0" else short
        case _:
            return str(value)


def _write_csv(path: Path, messages: Sequence[Message], for_spreadsheets: bool) -> None:
    columns, rows = _table(messages)
    # Half a surrogate pair is no character; files have room for whole ones only.
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        file.write(_line(columns))
        for row in rows:
            cells = [_text(value) for value in row]
            if for_spreadsheets:
                cells = [
                    f"'{cell}" if isinstance(value, str) and cell.startswith(_FORMULA) else cell
                    for value, cell in zip(row, cells, strict=True)
                ]
            file.write(_line(cells))


def _line(cells: Sequence[str]) -> str:
    # Not every version of the library quotes a carriage return that does not end its lines.
    quoted = (
        '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell for cell in cells
    )
    return ",".join(quoted) + "\n"


def _write_parquet(path: Path, messages: Sequence[Message]) -> None:
    columns, rows = _table(messages)
    numbers = [_numbers([row[at] for row in rows]) for at in range(len(columns))]
    with tempfile.TemporaryDirectory(prefix=".leadline-", dir=path.parent) as folder:
        written = Path(folder) / "messages.csv"
        # By place rather than by name: names that differ in case only are one to DuckDB.
        places = [f"c{at}" for at in range(len(columns))]
        with written.open("w", encoding="utf-8", errors="replace", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerows([places, *rows])
        listed = ", ".join(
            f"CAST({place} AS {_kind(column, number)}) AS {_quoted(name)}"
            for place, column, name, number in zip(
                places, columns, _apart(columns), numbers, strict=True
            )
        )
        with DuckDBFile(path.parent, origin="the batch") as tables:
            tables.add_csv("messages", places, [written])
            target = str(path).replace("'", "''")
            tables.rows(
                f"COPY (SELECT {listed} FROM messages ORDER BY rowid) "  # noqa: S608 - quoted
                f"TO '{target}' (FORMAT parquet)"
            )


def _numbers(values: Sequence[object]) -> bool:
    present = [value for value in values if value is not None]
    return bool(present) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in present
    )


def _kind(column: str, number: bool) -> str:
    if column == "at":
        return "TIMESTAMPTZ"
    return "DOUBLE" if number else "VARCHAR"


def _apart(columns: Sequence[str]) -> list[str]:
    """Return names that differ by more than case, as a table of columns wants them."""
    taken: set[str] = set()
    names = []
    for column in columns:
        name, number = column, 2
        while name.casefold() in taken:
            name, number = f"{column}_{number}", number + 1
        taken.add(name.casefold())
        names.append(name)
    return names


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _csv_files(settings: Mapping[str, Any], context: OutputContext) -> BatchFiles:
    safe: bool = settings["for_spreadsheets"]
    return BatchFiles(settings, context, lambda path, batch: _write_csv(path, batch, safe))


def _parquet_files(settings: Mapping[str, Any], context: OutputContext) -> BatchFiles:
    return BatchFiles(settings, context, _write_parquet)


CSV = OutputKind("csv", "A CSV file for each batch.", CSV_SETTINGS, _csv_files)
PARQUET = OutputKind("parquet", "A Parquet file for each batch.", PARQUET_SETTINGS, _parquet_files)
