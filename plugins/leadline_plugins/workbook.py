"""The output ``xlsx``: each batch of messages as a workbook, a row a message.

Texts stay texts: nothing becomes a formula or a link. The same messages give the same bytes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from leadline.plugin import Message, OutputContext, OutputKind, hookimpl
from leadline_plugins.batch_files import BatchFiles, TooLarge, file_settings
from leadline_plugins.message_words import (
    Words,
    cause,
    columns_of,
    columns_of_who,
    heading,
    text,
    who,
)

SETTINGS = file_settings("xlsx")

#: What a sheet and a cell hold (ECMA-376; limits as in Excel).
MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
MOST_CHARACTERS = 32_767
#: How wide a column is, in characters.
_NARROWEST, _WIDEST = 9, 44
#: The arrow of the filter stands beside a heading.
_ARROW = 4
#: So many rows are looked at for the width of a column.
_LOOKED_AT = 1000
#: Whole numbers beyond this are no longer exact in a cell.
_MOST_WHOLE = 2**53
#: XML has no place for these: control characters, halves of characters, non-characters.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
#: A file that is made at another time has the same bytes.
_CREATED = datetime(2000, 1, 1)
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_HEADING: dict[str, object] = {
    "bold": True,
    "bottom": 1,
    "bg_color": "#E8EEF4",
    "text_wrap": True,
    "valign": "top",
}
_LOOKS: dict[str, dict[str, object]] = {
    "heading": _HEADING,
    "heading of numbers": {**_HEADING, "align": "right", "indent": 1},
    "plain": {"text_wrap": True, "valign": "top"},
    # Away from the text of the next column.
    "number": {"align": "right", "indent": 1, "valign": "top"},
    "when": {"num_format": "yyyy-mm-dd hh:mm", "align": "left", "valign": "top"},
}
#: The last columns say where a message is from; nobody prints them.
_FOR_MACHINES = 3
_REASONS = {"reason_1": "Reason 1", "reason_2": "Reason 2", "reason_3": "Reason 3"}


class Workbooks:
    """Writes messages as the rows of a sheet.

    Args:
        settings: checked settings.
        context: what the output is given.
    """

    def __init__(self, settings: Mapping[str, Any], context: OutputContext) -> None:
        self._words = Words(settings, context.name)

    def write(self, path: Path, messages: Sequence[Message]) -> None:
        """Write a workbook.

        Raises:
            TooLarge: a sheet does not hold so many rows or columns.
            OSError: the file cannot be written.
        """
        columns, rows = self._table(messages)
        if len(rows) >= MOST_ROWS or len(columns) > MOST_COLUMNS:
            raise TooLarge(
                f"{len(rows):,} messages of {len(columns):,} columns do not fit a sheet; "
                "an output `csv` has no bound"
            )
        # Not before it is needed: listing plugins imports this module.
        import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415
        from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]  # noqa: PLC0415

        book = xlsxwriter.Workbook(str(path), dict(_OPTIONS))
        book.set_properties({"created": _CREATED, "title": messages[0].automation})
        _fill(book, columns, rows)
        try:
            book.close()
        except FileCreateError as error:
            reason = error.args[0] if error.args else None
            raise reason if isinstance(reason, OSError) else OSError(0, str(error)) from error

    def _table(self, messages: Sequence[Message]) -> tuple[tuple[str, ...], list[list[object]]]:
        """Return the headings and the rows: who, when, why, the reasons, then everything else."""
        found = [column for column in columns_of(messages) if column != "lead_id"]
        said = columns_of_who(found)
        reasons = [column for column in _REASONS if column in found]
        rest = [column for column in found if column not in (*said, *reasons)]
        headings = (
            *(who(column) for column in said),
            "Lead",
            "When",
            "What happened",
            "What moved it",
            *(_REASONS[column] for column in reasons),
            *(heading(column, found).capitalize() for column in rest),
            "Automation",
            "Ruleset",
            "Key",
        )
        rows = [
            [
                *(message.lead.get(column) for column in said),
                message.lead_id,
                self._words.local(message),
                self._words.card(message).moved,
                cause(message),
                *(message.lead.get(column) for column in (*reasons, *rest)),
                message.automation,
                message.model,
                message.key,
            ]
            for message in messages
        ]
        return headings, rows


def _fill(book: Any, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    sheet = book.add_worksheet("Leads")
    looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
    for at, column in enumerate(columns):
        values = [row[at] for row in rows[:_LOOKED_AT]]
        number = any(isinstance(value, int | float) for value in values)
        heading = looks["heading of numbers" if number else "heading"]
        sheet.write_string(0, at, _kept(column), heading)
        sheet.set_column(at, at, _width(column, values))
    for down, row in enumerate(rows, 1):
        for at, value in enumerate(row):
            _write(sheet, down, at, value, looks)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    sheet.print_area(0, 0, len(rows), len(columns) - _FOR_MACHINES - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write(sheet: Any, row: int, column: int, value: object, looks: Mapping[str, Any]) -> None:
    match value:
        case None | "":
            return
        case datetime():
            sheet.write_datetime(row, column, value, looks["when"])
        case bool():
            sheet.write_string(row, column, text(value), looks["plain"])
        case int() | float() if math.isfinite(value) and abs(value) <= _MOST_WHOLE:
            sheet.write_number(row, column, value, looks["number"])
        case _:
            sheet.write_string(row, column, _kept(text(value)), looks["plain"])


def _kept(words: str) -> str:
    """Return a text as a cell holds it; a cut one says that it is."""
    clean = _NO_XML.sub(" ", words)
    # A character beyond the first plane counts as two.
    if len(clean.encode("utf-16-le")) // 2 <= MOST_CHARACTERS:
        return clean
    cut = clean.encode("utf-16-le")[: 2 * (MOST_CHARACTERS - 4)].decode("utf-16-le", "ignore")
    return f"{cut} ..."


def _width(column: str, values: Sequence[object]) -> float:
    longest = max((_length(value) for value in values), default=0)
    return min(max(longest + 2, len(column) + _ARROW, _NARROWEST), _WIDEST)


def _length(value: object) -> int:
    if isinstance(value, datetime):
        return len("2026-06-30 12:00")
    return max(map(len, text(value).splitlines()), default=0)


def workbooks(settings: Mapping[str, Any], context: OutputContext) -> BatchFiles:
    """Make the output."""
    return BatchFiles(settings, context, Workbooks(settings, context).write)


@hookimpl
def leadline_outputs() -> tuple[OutputKind, ...]:
    """Return the output ``xlsx``."""
    return (OutputKind("xlsx", "A workbook for each batch.", SETTINGS, workbooks),)
