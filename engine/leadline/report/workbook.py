"""Tables as a workbook (xlsx): one sheet a table, for whoever works on in a spreadsheet.

Texts stay texts: one that begins with ``=`` or looks like a link is written as it is. The same
sheets give the same bytes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from leadline.errors import UsageError
from leadline.report.listing import shown

#: What a sheet and a cell of the format hold (ECMA-376; limits as in Excel).
MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
_MOST_CHARACTERS = 32_767
_MOST_NAME = 31

#: How wide a column is, in characters.
_NARROWEST, _WIDEST = 8, 60
#: A heading is bold and has the arrow of the filter beside it.
_HEADING_MORE = 4
#: How wide the lines under a table are at least, and how high a line is, in points.
_NOTE_WIDTH, _LINE_HEIGHT = 72, 15
#: No row of a sheet can be higher.
_HIGHEST = 409
_COMMENT_LINE = 36

#: Spreadsheets count days from 1900 on.
_FIRST_DAY = date(1900, 3, 1)
#: Whole numbers beyond this are no longer exact in a cell.
_MOST_WHOLE = 2**53
#: XML has no place for these: control characters, halves of characters, non-characters.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NO_NAME = re.compile(r"[\[\]:*?/\\\s]+")
#: A file made at another time has the same bytes.
_CREATED = datetime(2000, 1, 1)

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_LOOKS: dict[str, dict[str, object]] = {
    "plain": {"text_wrap": True, "valign": "top"},
    "date": {"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"},
    "percent": {"num_format": "0.0%", "valign": "top"},
    "heading": {
        "bold": True,
        "text_wrap": True,
        "valign": "top",
        "bottom": 1,
        "bg_color": "#EDEDED",
    },
    "title": {"bold": True, "font_size": 13},
    "note": {"text_wrap": True, "valign": "top", "italic": True},
}
#: A marked cell is bold and framed beside its colour, which not everyone sees.
_MARK: dict[str, object] = {
    "bold": True,
    "border": 1,
    "border_color": "#BF9000",
    "bg_color": "#FFF2CC",
}


class Percent(float):
    """A share from 0 to 1 that is shown in percent."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as a sheet.

    Attributes:
        name: what stands on its tab; what a tab cannot hold is left out.
        columns: the headings.
        rows: plain values; a missing one (None) is an empty cell. Dates are dates, instants are
            text in UTC (ISO 8601), ``Percent`` is shown in percent.
        title: what stands above the headings.
        notes: what stands below the table.
        marked: the cells to mark, as (row, column) from 0; row -1 is the headings.
        comments: remarks on cells.
        widths: how wide the columns are, in characters; empty: by what they hold.
        frozen: how many columns stay when the others are scrolled.
    """

    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[object, ...]]
    title: str = ""
    notes: tuple[str, ...] = ()
    marked: frozenset[tuple[int, int]] = frozenset()
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)
    widths: tuple[float, ...] = ()
    frozen: int = 1


def write_workbook(sheets: Sequence[Sheet], path: Path) -> None:
    """Write sheets to a file.

    Args:
        sheets: at least one.
        path: the file; that it is there whole or not at all is the caller's work.

    Raises:
        UsageError: a sheet has more rows or columns than the format holds.
        OSError: the file cannot be written.
    """
    for sheet in sheets:
        _refuse_too_large(sheet)
    book = Workbook(str(path), dict(_OPTIONS))
    book.set_properties({"created": _CREATED})
    looks = _looks(book)
    for sheet, name in zip(sheets, _names([sheet.name for sheet in sheets]), strict=True):
        _fill(book.add_worksheet(name), sheet, looks)
    try:
        book.close()
    except FileCreateError as error:
        raise _reason(error) from error


def _reason(error: FileCreateError) -> OSError:
    """Return the error of the system that the library has wrapped."""
    cause = error.args[0] if error.args else None
    return cause if isinstance(cause, OSError) else OSError(0, str(error))


def _refuse_too_large(sheet: Sheet) -> None:
    around = len(sheet.notes) + 4
    if len(sheet.rows) + around > MOST_ROWS or len(sheet.columns) > MOST_COLUMNS:
        raise UsageError(
            f"{len(sheet.rows):,} rows of {len(sheet.columns):,} columns do not fit a sheet",
            hint="`--format csv` has no bound",
        )


def _looks(book: Workbook) -> dict[tuple[str, bool], Format]:
    """Return the formats of cells: by kind, and whether they are marked."""
    return {
        (kind, marked): book.add_format({**look, **(_MARK if marked else {})})
        for kind, look in _LOOKS.items()
        for marked in (False, True)
    }


def _fill(page: Worksheet, sheet: Sheet, looks: Mapping[tuple[str, bool], Format]) -> None:
    top = 2 if sheet.title else 0
    if sheet.title:
        page.write_string(0, 0, _text(sheet.title), looks["title", False])
    for column, heading in enumerate(sheet.columns):
        marked = (-1, column) in sheet.marked
        page.write_string(top, column, _text(heading), looks["heading", marked])
    for number, row in enumerate(sheet.rows):
        for column, value in enumerate(row):
            marked = (number, column) in sheet.marked
            _write(page, top + 1 + number, column, value, looks, marked=marked)
    for (number, column), remark in sorted(sheet.comments.items()):
        text = _text(remark)
        page.write_comment(top + 1 + number, column, text, _comment_size(text))
    widths = sheet.widths or _widths(sheet)
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    _set_heights(page, sheet, top, widths)
    last = top + len(sheet.rows)
    if sheet.columns:
        page.autofilter(top, 0, last, len(sheet.columns) - 1)
    page.freeze_panes(top + 1, min(sheet.frozen, len(sheet.columns)))
    _write_notes(page, last + 2, sheet.notes, widths, looks["note", False])
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)


def _write(
    page: Worksheet,
    row: int,
    column: int,
    value: object,
    looks: Mapping[tuple[str, bool], Format],
    *,
    marked: bool,
) -> None:
    plain = looks["plain", marked]
    match value:
        case None:
            if marked:
                page.write_blank(row, column, None, plain)
        case bool():
            page.write_boolean(row, column, value, plain)
        case Percent() if math.isfinite(value):
            page.write_number(row, column, value, looks["percent", marked])
        case float() if math.isfinite(value):
            page.write_number(row, column, value, plain)
        case int() if abs(value) <= _MOST_WHOLE:
            page.write_number(row, column, value, plain)
        case datetime():
            page.write_string(row, column, shown(value), plain)
        case date() if value >= _FIRST_DAY:
            page.write_datetime(row, column, value, looks["date", marked])
        case float():
            page.write_string(row, column, str(float(value)), plain)
        case _:
            page.write_string(row, column, _text(shown(value)), plain)


def _text(value: str) -> str:
    """Return a text that a cell can hold: what XML cannot is shown as replaced, too much cut."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", value)
    return _cut(value, _MOST_CHARACTERS)


def _cut(value: str, most: int) -> str:
    """Return a text of at most so many UTF-16 units, which is how spreadsheets count."""
    if _units(value) <= most:
        return value
    kept = value[:most]
    while _units(kept) > most - 1:
        kept = kept[: -max(1, (_units(kept) - most + 1) // 2)]
    return f"{kept}\N{HORIZONTAL ELLIPSIS}"


def _units(value: str) -> int:
    return len(value.encode("utf-16-le")) // 2


def _names(asked: Sequence[str]) -> list[str]:
    """Return names that tabs can hold, each once whatever its case."""
    # Excel keeps this name to itself.
    taken = {"history"}
    names = []
    for wanted in asked:
        plain = _NO_NAME.sub(" ", _NO_XML.sub(" ", wanted)).strip("' ") or "Sheet"
        name, number = _cut(plain, _MOST_NAME), 1
        while name.casefold() in taken:
            number += 1
            ending = f" ({number})"
            name = _cut(plain, _MOST_NAME - len(ending)) + ending
        taken.add(name.casefold())
        names.append(name)
    return names


def _widths(sheet: Sheet) -> tuple[float, ...]:
    """Return how wide each column is: as wide as its longest line, within bounds."""
    widths = []
    for column, heading in enumerate(sheet.columns):
        needed = _longest(heading) + _HEADING_MORE
        for row in sheet.rows:
            needed = max(needed, _longest(_shown(row[column])) + 1)
        widths.append(float(min(max(needed, _NARROWEST), _WIDEST)))
    return tuple(widths)


def _shown(value: object) -> str:
    return f"{value:.1%}" if isinstance(value, Percent) else shown(value)


def _longest(text: str) -> int:
    return max(map(len, text.splitlines()), default=0)


def _write_notes(
    page: Worksheet, row: int, notes: Sequence[str], widths: Sequence[float], look: Format
) -> None:
    """Write lines under the table, each over its width: alone, a cell is cut at its column."""
    usual = 8.43
    across, width = len(widths), sum(widths)
    while width < _NOTE_WIDTH:
        across, width = across + 1, width + usual
    for number, note in enumerate(notes):
        text = _text(note)
        page.set_row(row + number, _LINE_HEIGHT * _lines(text, width))
        page.merge_range(row + number, 0, row + number, across - 1, "", look)
        page.write_string(row + number, 0, text, look)


def _set_heights(page: Worksheet, sheet: Sheet, top: int, widths: Sequence[float]) -> None:
    """Make rows as high as their texts need: not every program does so when it opens a file."""
    for number, row in enumerate((sheet.columns, *sheet.rows)):
        cells = zip(row, widths, strict=False)
        texts = ((value, width) for value, width in cells if isinstance(value, str))
        lines = max((_lines(_text(value), width) for value, width in texts), default=1)
        if lines > 1:
            page.set_row(top + number, min(_LINE_HEIGHT * lines, _HIGHEST))


def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column, a little more rather than less."""
    parts = text.splitlines()
    return max(1, sum(max(1, math.ceil(len(part) * 1.1 / width)) for part in parts))


def _comment_size(text: str) -> dict[str, object]:
    """Return the size of a remark's box, in pixels, so that its text fits."""
    lines = sum(max(1, math.ceil(len(line) / _COMMENT_LINE)) for line in text.split("\n"))
    return {"width": 260, "height": 24 + 18 * min(lines, 30)}
