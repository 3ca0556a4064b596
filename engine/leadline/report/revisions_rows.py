"""The sheet of revisions for programs: a row a thing and revision."""

from __future__ import annotations

from collections.abc import Iterator

from leadline.report.revisions import Cell, Column, Revisions, Row

#: The columns of the long form, with their types.
COLUMNS = (
    ("kind", "VARCHAR"),
    ("rule", "VARCHAR"),
    ("score", "VARCHAR"),
    ("revision", "INTEGER"),
    ("commit", "VARCHAR"),
    ("date", "VARCHAR"),
    ("author", "VARCHAR"),
    ("message", "VARCHAR"),
    ("points", "VARCHAR"),
    ("was", "VARCHAR"),
    ("change", "VARCHAR"),
    ("what", "VARCHAR"),
    ("note", "VARCHAR"),
    ("file", "VARCHAR"),
    ("brought", "VARCHAR"),
)
_LongRow = tuple[str | int | None, ...]


def long_rows(sheet: Revisions, *, every: bool) -> Iterator[_LongRow]:
    """Yield a row a thing and revision that changed it, by revision.

    Args:
        sheet: the revisions.
        every: whether also where nothing changed.
    """
    for number, column in enumerate(sheet.columns):
        for change, what in _of_whole(sheet, column):
            told = _told(number, column)
            yield _plain(
                "revision", None, None, *told, None, None, change, what, None, sheet.file,
                "; ".join(column.merged),
            )  # fmt: skip
        for row, cell in sheet.cells(number):
            if every or cell.change != "same":
                yield _plain(*_long_row(row, cell, number, column))


def _plain(*values: str | int | None) -> _LongRow:
    """Return values that any encoding holds: the name of a file need not be UTF-8."""
    return tuple(
        value.encode(errors="replace").decode() if isinstance(value, str) else value
        for value in values
    )


def _of_whole(sheet: Revisions, column: Column) -> Iterator[tuple[str, str]]:
    if column.is_cut:
        yield "present", sheet.missing
    if column.error:
        yield column.trouble, column.error
    if column.ends:
        yield "removed", "the ruleset was removed"
    for remark in column.remarks:
        yield "changed", remark


def _long_row(row: Row, cell: Cell, number: int, column: Column) -> _LongRow:
    was = cell.was if cell.was else cell.value if cell.change == "changed" else ""
    return (
        row.kind, row.name, row.owner, *_told(number, column), cell.value, was, cell.change,
        "; ".join(cell.what), cell.note, cell.file, "; ".join(column.merged),
    )  # fmt: skip


def _told(number: int, column: Column) -> _LongRow:
    commit = column.commit
    if commit is None:
        return number + 1, None, None, None, "not committed"
    at = commit.at.isoformat() if commit.at is not None else None
    return number + 1, commit.commit, at, commit.author, commit.message
