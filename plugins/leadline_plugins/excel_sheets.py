"""The source ``excel``: sheets of workbooks (.xlsx, .xlsm, .xls, .ods), one a table.

Cells have the values that the workbook shows: dates are dates, a formula is its last result, an
error such as ``#N/A`` is missing. The one module that imports python_calamine.
"""

from __future__ import annotations

import datetime
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from leadline.plugin import DataFile, Item, ReadContext, SourceError, SourceKind, hookimpl
from leadline_plugins.cells import Grammar, written
from leadline_plugins.database_urls import needed
from leadline_plugins.header import LINE_COLUMN, header_names
from leadline_plugins.matching import matched
from leadline_plugins.row_files import write_rows

SETTINGS: Mapping[str, object] = {
    "type": "object",
    "required": ["sheets"],
    "additionalProperties": False,
    "properties": {
        "sheets": {
            "description": "For each table of leadline a sheet of a workbook.",
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {
                "type": "object",
                "required": ["file"],
                "additionalProperties": False,
                "properties": {
                    "file": {
                        "description": "The workbook, from the folder of leadline.yaml; a pattern "
                        "stands for several.",
                        "type": "string",
                        "minLength": 1,
                    },
                    "sheet": {
                        "description": "The sheet by its name, or by its number from 1.",
                        "type": "string",
                        "minLength": 1,
                    },
                    "header": {
                        "description": "The row that names the columns, from 1; what stands above "
                        "it is not read. Without it, the first row that is not empty.",
                        "type": "integer",
                        "minimum": 1,
                        "maximum": 1000,
                    },
                },
            },
        },
    },
}

#: A workbook is unpacked into memory: how large that may become, in bytes.
MOST_UNPACKED = 2 << 30

_MIDNIGHT = datetime.time()


class ExcelSource:
    """Read sheets of workbooks."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        try:
            import python_calamine  # noqa: PLC0415
        except ImportError as error:
            raise needed("python-calamine", "excel") from error
        self._library = python_calamine
        self._sheets: Mapping[str, Mapping[str, Any]] = settings["sheets"]

    def read(self, context: ReadContext) -> Iterator[Item]:
        """Yield the rows of each sheet.

        Raises:
            SourceError: a workbook or sheet is not there, or has no header row.
        """
        for table, sheet in self._sheets.items():
            for found in matched({table: sheet["file"]}, context.root):
                yield self._sheet(table, found.path, found.origin, sheet, context.workdir)

    def _sheet(
        self, table: str, path: Path, origin: str, wanted: Mapping[str, Any], workdir: Path
    ) -> DataFile:
        _refuse_bomb(path, origin)
        try:
            workbook = self._library.CalamineWorkbook.from_path(str(path))
            name = _named(workbook.sheet_names, wanted.get("sheet", "1"), origin)
            sheet = workbook.get_sheet_by_name(name)
            rows = sheet.iter_rows()
        except (self._library.CalamineError, OSError, ValueError) as error:
            raise SourceError(
                f"{origin} cannot be read as a workbook: {str(error)[:200]}",
                hint="save it as .xlsx, without a password",
            ) from error
        where = f"{origin}, sheet {name}"
        first = 1 + (sheet.start[0] if sheet.start is not None else 0)
        numbered = enumerate(rows, start=1)
        columns = _header(numbered, wanted.get("header", first), where)
        with tempfile.NamedTemporaryFile(dir=workdir, suffix=".csv", delete=False) as out:
            file = Path(out.name)
        write_rows(file, (LINE_COLUMN, *columns.values()), _filled(numbered, tuple(columns)))
        return DataFile(table, file, "csv", where, (LINE_COLUMN, *columns.values()), LINE_COLUMN)


def _refuse_bomb(path: Path, origin: str) -> None:
    """Raise a SourceError for a workbook that would fill the memory."""
    if not zipfile.is_zipfile(path):
        return  # .xls is not packed
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > MOST_UNPACKED:
        raise SourceError(
            f"{origin} unpacks to {unpacked:,} bytes, more than {MOST_UNPACKED:,}",
            hint="save the sheet as CSV and read it by the source `csv`",
        )


def _named(names: Sequence[str], wanted: str, origin: str) -> str:
    """Return the name of the sheet that is wanted; a name goes before a number."""
    if wanted in names:
        return wanted
    if wanted.isdigit() and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    listed = ", ".join(f"`{name}`" for name in names)
    raise SourceError(f"{origin} has no sheet `{wanted}`; it has {listed or 'none'}")


def _header(rows: Iterator[tuple[int, Sequence[Any]]], number: int, where: str) -> dict[int, str]:
    """Read up to the header row; return the names of the columns that have one, by position."""
    for line, row in rows:
        if line == number:
            named = {at: str(cell).strip() for at, cell in enumerate(row) if str(cell).strip()}
            if not named:
                break
            quoted = written(tuple(named.values()))
            return dict(zip(named, header_names(quoted, Grammar(","), where), strict=True))
        if line > number:
            break
    raise SourceError(
        f"{where} has no header in row {number}", hint="set `header` to the row with the names"
    )


def _filled(
    rows: Iterator[tuple[int, Sequence[Any]]], positions: Sequence[int]
) -> Iterator[list[object]]:
    """Yield the rows that have a value in any named column, each with its number."""
    for line, row in rows:
        cells = [_cell(row[at]) for at in positions]
        if any(cell != "" for cell in cells):
            yield [line, *cells]


def _cell(value: object) -> object:
    """Return a cell as the text that means it to the store."""
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 1e15:
            return int(value)
        case datetime.datetime() if value.time() == _MIDNIGHT:
            return value.date().isoformat()
        case datetime.datetime():
            return value.isoformat()
    return value


@hookimpl
def leadline_sources() -> tuple[SourceKind, ...]:
    """Return the source ``excel``."""
    return (SourceKind("excel", "Sheets of workbooks.", SETTINGS, ExcelSource),)
