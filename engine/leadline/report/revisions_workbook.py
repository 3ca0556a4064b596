"""The sheet of revisions as a workbook: the sheet, what each revision changed, the notes."""

from __future__ import annotations

from pathlib import Path

from leadline.report.revisions import OLDER_MISSING, Cell, Column, Revisions
from leadline.report.workbook import Sheet, write_workbook

#: How wide the columns are, in characters.
_NAME_WIDTH, _CELL_WIDTH = 26, 18
_MARKS = "bold and coloured: changed, added, or removed (-); the remark on the cell says what"


def write_revisions(sheet: Revisions, path: Path) -> None:
    """Write the workbook to a file; that it is there whole or not at all is the caller's work."""
    write_workbook(sheets_of(sheet), path)


def sheets_of(sheet: Revisions) -> tuple[Sheet, ...]:
    """Return the sheet, the revisions and the notes as the sheets of a workbook."""
    found = [_grid(sheet), _revisions(sheet)]
    notes = [
        (_day(sheet.columns[number]), row.full_name, note or "(no note any more)")
        for row, number, note in sheet.told_notes()
    ]
    if notes:
        found.append(Sheet("Notes", ("date", "of", "note"), notes))
    return tuple(found)


def _grid(sheet: Revisions) -> Sheet:
    rows: list[tuple[object, ...]] = []
    marked: set[tuple[int, int]] = set()
    comments: dict[tuple[int, int], str] = {}
    for at, row in enumerate(sheet.rows):
        rows.append((row.heading, row.label, *map(_value, row.cells)))
        last = ""
        for number, cell in enumerate(row.cells):
            if cell is None:
                continue
            place = (at, number + 2)
            first = sheet.columns[number].begins
            said = [] if first else list(cell.said)
            if cell.note != last:
                last = cell.note
                said += [f"note: {cell.note}"] if cell.note else []
            if said:
                comments[place] = "\n".join(said)
            if cell.change in ("added", "changed", "removed") and not first:
                marked.add(place)
    for number, column in enumerate(sheet.columns):
        if column.error:
            comments[-1, number + 2] = f"{column.trouble}: {column.error}"
            marked.add((-1, number + 2))
        elif column.is_cut:
            comments[-1, number + 2] = sheet.missing
    return Sheet(
        "Sheet",
        ("of", "what", *("\n".join(_heading(column)) for column in sheet.columns)),
        rows,
        title=f"{sheet.model}: the revisions of {sheet.file}",
        notes=tuple(one for one in (_MARKS, sheet.missing, *sheet.notes) if one),
        marked=frozenset(marked),
        comments=comments,
        widths=(_NAME_WIDTH, _NAME_WIDTH, *(_CELL_WIDTH for _ in sheet.columns)),
        frozen=2,
    )


def _day(column: Column) -> object:
    commit = column.commit
    if commit is None:
        return column.heading[0]
    return commit.at.date() if commit.at is not None else None


def _heading(column: Column) -> list[str]:
    said = [part for part in column.heading if part]
    said += [OLDER_MISSING.upper()] if column.is_cut else []
    return [*said, column.trouble.upper()] if column.error else said


def _value(cell: Cell | None) -> object:
    """Return a value as a number where it is one."""
    if cell is None:
        return None
    if cell.change == "removed":
        return "-"
    try:
        return float(cell.value)
    except ValueError:
        return cell.value


def _revisions(sheet: Revisions) -> Sheet:
    rows = []
    for number, column in enumerate(sheet.columns):
        _, short, author, _ = column.heading
        day = _day(column)
        message = column.commit.message if column.commit is not None else "not committed"
        changed = "\n".join(sheet.changes(number))
        brings = "\n".join(column.merged)
        rows.append((number + 1, day, short, author, message, brings, changed))
    columns = ("revision", "date", "commit", "author", "message", "brought", "what changed")
    return Sheet("Revisions", columns, rows)
