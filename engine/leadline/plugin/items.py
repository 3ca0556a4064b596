"""What a source yields: files for a bulk load, small batches of rows, rejects, notes, a cursor."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

#: How many characters of a rejected row are kept; a log must not be flooded by one line.
RAW_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that the store can load in bulk, without another look at each row.

    ``csv`` means: UTF-8, commas, RFC 4180 with every needed quote, lines that end in LF, a
    header row equal to ``columns``, every cell a text, an empty unquoted cell missing.
    ``parquet`` means typed columns, which are read from the file; ``columns`` is then empty.

    Args:
        table: the table that the rows are for, such as ``events``.
        path: where the file is now.
        format: ``csv`` or ``parquet``.
        origin: what a person calls the file that the rows came from.
        columns: the header row, ``line_column`` included.
        line_column: the first column where it holds each row's line number in ``origin``.
        texts: columns of a ``csv`` whose values are texts for sure, even where all of them look
            like numbers or dates; what the others are is told by their values.
    """

    table: str
    path: Path
    format: Literal["csv", "parquet"]
    origin: str
    columns: tuple[str, ...]
    line_column: str | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Records:
    """A batch of rows held in memory: a few thousand at most.

    Args:
        table: the table that the rows are for.
        origin: what a person calls the place that the rows came from.
        columns: the names of the cells of each row.
        rows: one tuple a row, as long as ``columns``; None is a missing cell.
        first_line: the line of the first row in ``origin``, where the rows are lines that
            follow one another; else None.
        texts: columns whose values are texts for sure, even where all of them look like numbers
            or dates; what the others are is told by their values.
    """

    table: str
    origin: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    first_line: int | None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that cannot be used, and why. It never stops the others.

    Args:
        table: the table that the row was for.
        origin: what a person calls the place that the row came from.
        line: where the row starts in ``origin``, from 1; None where there are no lines.
        column: the column at fault, where it is one.
        reason: what was found, what was expected, what to do.
        raw: the row as it stands in ``origin``; cut to 1000 characters.
    """

    table: str
    origin: str
    line: int | None
    column: str | None
    reason: str
    raw: str

    def __post_init__(self) -> None:
        if len(self.raw) > RAW_LIMIT:
            object.__setattr__(self, "raw", self.raw[:RAW_LIMIT])


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the source has come: given back to it by the next load.

    It is kept in the same transaction as everything yielded before it, so a load that was
    killed goes on from the last cursor that was kept.
    """

    value: str


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should know of a load that goes on: said once, however often it is yielded.

    Args:
        text: one line: what was found, and what follows from it.
    """

    text: str


Item = DataFile | Records | Reject | Cursor | Note
