"""The sheet of audits as a workbook, to be kept and passed around."""

from __future__ import annotations

from pathlib import Path

from leadline.audit import words
from leadline.audit.reading import Reading
from leadline.audit.sheet import AuditSheet, Cell
from leadline.audit.sheet_listing import (
    PLANNED,
    RECORDED,
    dates_of,
    living_table,
    remarks,
    title_of,
)
from leadline.audit.sheet_rows import COLUMNS, rows
from leadline.report.listing import Listing, shown
from leadline.report.workbook import Percent, Sheet, write_workbook

#: With how many decimals figures are written that a spreadsheet would show in full.
_PLACES = 6
#: The columns before those of the dates, and how wide columns are in characters.
_FIRST = 2
_NARROW, _WIDEST = 19.0, 70.0


def write_sheet(sheet: AuditSheet, path: Path) -> None:
    """Write the sheet as a workbook: every review, and a second table with every figure.

    What people wrote at a review is a remark on its cell.

    Raises:
        UsageError: it has more columns than the format holds.
        OSError: the file cannot be written.
    """
    rounded = [tuple(map(_rounded, row)) for row in rows(sheet)]
    figures = Sheet("Figures", tuple(name for name, _ in COLUMNS), rounded)
    write_workbook((_living(sheet), figures), path)


def _living(sheet: AuditSheet) -> Sheet:
    dates = dates_of(sheet)
    table = living_table(sheet)
    numbers: list[tuple[object, ...]] = []
    comments: dict[tuple[int, int], str] = {}
    marked: set[tuple[int, int]] = set()
    for number, (row, said) in enumerate(zip(sheet.rows, table.rows, strict=True)):
        by_date = {cell.on: cell for cell in row.cells}
        for column, day in enumerate(dates, _FIRST):
            cell = by_date.get(day)
            if cell is None:
                continue
            if cell.recorded is not None:
                comments[number, column] = _remark(cell)
            if cell.change is not None and cell.change.word in ("up", "down"):
                marked.add((number, column))
        figures = [_value(by_date.get(day)) for day in dates]
        rest = said[_FIRST + len(dates) :]
        numbers.append((row.audit.name, _number(row.benchmark), *figures, *rest))
    notes = [
        line.replace(RECORDED, "a cell with a remark:", 1) if line.startswith(RECORDED) else line
        for line in remarks(sheet)
    ]
    if marked:
        notes.append("a cell with a frame: clearly up or down from the review before")
    return Sheet(
        "Audits",
        table.columns,
        numbers,
        title=title_of(sheet),
        notes=tuple(notes),
        marked=frozenset(marked),
        comments=comments,
        widths=_widths(table, len(dates)),
        frozen=_FIRST,
    )


def _widths(table: Listing, dates: int) -> tuple[float, ...]:
    """Return how wide columns are: as their words need within bounds, those of dates all alike."""
    longest = [
        max([len(heading), *(len(shown(row[column])) for row in table.rows)]) + 2.0
        for column, heading in enumerate(table.columns)
    ]
    after = _FIRST + dates
    words_ = [min(wide, _WIDEST) for wide in longest[after:]]
    return (*longest[:1], _NARROW, *(_NARROW,) * dates, *words_)


def _remark(cell: Cell) -> str:
    by = f" by {cell.recorded.by}" if cell.recorded is not None and cell.recorded.by else ""
    return f"recorded{by}: {words.of_how_many(cell.reading)}\n{cell.note}"


def _value(cell: Cell | None) -> object:
    """Return what a cell of a spreadsheet holds: a number that can be computed with, or a word."""
    if cell is None:
        return None
    return PLANNED if cell.ahead else _number(cell.reading)


def _number(found: Reading | None) -> object:
    if found is None:
        return None
    if found.value is None:
        return words.reading(found)
    return Percent(found.value) if found.share else _rounded(found.value)


def _rounded(value: object) -> object:
    return round(value, _PLACES) if isinstance(value, float) else value
