"""The header row: names for all columns, no two the same."""

from __future__ import annotations

import unicodedata

from leadline.errors import SourceError
from leadline_plugins.cells import CONTROLS, Grammar, Malformed

#: The first column of a normalised file: the number of the row's line in the original.
LINE_COLUMN = "__line"
MOST_COLUMNS = 1_000


def header_names(row: str, grammar: Grammar, origin: str) -> tuple[str, ...]:
    """Return the names of the columns, trimmed.

    Args:
        row: the header row without its line end.
        grammar: how cells are written.
        origin: what messages call the file.

    Raises:
        SourceError: the row is no record, or a name is missing or stands twice.
    """
    if CONTROLS.search(row):
        raise SourceError(
            f"the header row of {origin} holds control characters",
            hint="is it text? for UTF-16 without a mark, set `encoding: utf-16` of the source",
        )
    cells = grammar.split(row)
    if isinstance(cells, Malformed):
        raise SourceError(
            f"the header row of {origin} is not RFC 4180, column {cells.cell + 1}: {cells.reason}",
            hint="save the file with LF or CR LF line ends and quotes in pairs",
        )
    if len(cells) > MOST_COLUMNS:
        raise SourceError(f"{origin} has {len(cells):,} columns, more than {MOST_COLUMNS:,}")
    names = tuple(cell.strip() for cell in cells)
    _refuse_same(names, origin)
    return names


def _refuse_same(names: tuple[str, ...], origin: str) -> None:
    seen: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        if not name:
            raise SourceError(
                f"column {number} of {origin} has no name in the header row",
                hint="give it a name, or set `delimiter` of the source if it is not the file's",
            )
        if name == LINE_COLUMN:
            raise SourceError(
                f"column {number} of {origin} is called `{name}`, leadline's own name"
            )
        # Two spellings that look the same on a screen are one name.
        key = unicodedata.normalize("NFC", name).casefold()
        first = seen.setdefault(key, number)
        if first != number:
            raise SourceError(
                f"columns {first} (`{names[first - 1]}`) and {number} (`{name}`) of {origin} have "
                "the same name",
                hint="rename one of them; letter case does not count",
            )
