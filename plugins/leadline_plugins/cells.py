"""RFC 4180 for one record: its cells, or what is wrong with it and where."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: What no cell may hold. Tabs are text; a carriage return outside of quotes is malformed.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: How many characters a cell may have.
MOST_CHARACTERS = 100_000

_NEEDS_QUOTES = re.compile(r'[",\r\n]')
_OPENED = "the quote that opens this cell is not closed as it should be"
_TRAILED = "text after the closing quote; a quote inside a quoted cell is written twice"
_STRAY = "a quote inside a cell that does not start with one; quote the cell and write it twice"
_RETURN = "a carriage return inside a cell without quotes"


@dataclass(frozen=True, slots=True)
class Malformed:
    """Why a text is no record.

    Args:
        cell: which cell is at fault, from 0.
        reason: what is wrong with it.
        is_open: the text ends inside a quoted cell, so a further line may make it whole.
    """

    cell: int
    reason: str
    is_open: bool = False


class Grammar:
    """RFC 4180 with a delimiter of one character.

    The patterns never try a text a second way (``*+``), so their time is linear in its length.
    """

    def __init__(self, delimiter: str) -> None:
        mark = re.escape(delimiter)
        inside, plain = r'[^"]*+(?:""[^"]*+)*+', rf'[^"\r\n{mark}]*+'
        cell = rf'(?:"{inside}"|{plain})'
        self._record = re.compile(rf"{cell}(?:{mark}{cell})*+")
        self._cells = re.compile(rf'(?:\A|{mark})(?:"({inside})"|({plain}))')
        self._good_start = re.compile(rf"(?:{cell}{mark})*+")
        self._quoted = re.compile(rf'"{inside}"')
        self._plain = re.compile(plain)

    def split(self, record: str) -> tuple[str, ...] | Malformed:
        """Return the cells of a record (without its line end), or why it is none."""
        if self._record.fullmatch(record) is None:
            return self._fault(record)
        if '"' not in record:
            return tuple(plain for _, plain in self._cells.findall(record))
        return tuple(
            quoted.replace('""', '"') or plain for quoted, plain in self._cells.findall(record)
        )

    def _fault(self, record: str) -> Malformed:
        start = _end(self._good_start, record, 0)
        # The delimiter before the bad cell is not a part of those that are good.
        cell = len(self._cells.findall(record[: start - 1])) if start else 0
        if record.startswith('"', start):
            is_open = self._quoted.match(record, start) is None
            return Malformed(cell, _OPENED if is_open else _TRAILED, is_open)
        wrong = record[_end(self._plain, record, start)]
        return Malformed(cell, _STRAY if wrong == '"' else _RETURN)


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Return where a match at ``start`` of a pattern that always matches ends."""
    found = pattern.match(text, start)
    return found.end() if found else start


def written(cells: tuple[str, ...]) -> str:
    """Return the cells as a record with commas, quoted where they must be."""
    if not _NEEDS_QUOTES.search("".join(cells)):
        return ",".join(cells)
    return ",".join(
        '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES.search(cell) else cell
        for cell in cells
    )
