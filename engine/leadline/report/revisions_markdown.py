"""The sheet of revisions as a page: the sheet, what each revision changed, the notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadline.report.diagnostics import visible
from leadline.report.markdown import code
from leadline.report.markdown import plain as escaped
from leadline.report.revisions import MARKS_NOTE, NO_ROWS, OLDER_MISSING, Cell, Column, Revisions

_BREAK = "<br>"


def revisions_markdown(sheet: Revisions) -> str:
    """Return the page."""
    parts = [f"# {_plain(sheet.model)}: revisions", *_above(sheet)]
    parts += [_table(_grid_headings(sheet), list(_grid(sheet)))] if sheet.rows else [NO_ROWS]
    parts += [f"{_plain(MARKS_NOTE)}."] if len(sheet.columns) > 1 else []
    parts += ["## What each revision changed", _table(_COLUMNS, list(_revisions(sheet)))]
    notes = [
        (sheet.columns[number].heading[0], _plain(row.full_name), _lines(note) or "(none any more)")
        for row, number, note in sheet.told_notes()
    ]
    if notes:
        parts += ["## Notes", _table(("date", "of", "note"), notes)]
    return "\n\n".join(parts) + "\n"


_COLUMNS = ("date", "commit", "author", "message", "what changed")


def _above(sheet: Revisions) -> Iterator[str]:
    yield f"Of {code(visible(sheet.file))}, oldest to newest."
    if sheet.missing:
        yield f"**{sheet.missing}**"
    yield from (f"{_plain(note[0].upper() + note[1:])}." for note in sheet.notes)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _grid_headings(sheet: Revisions) -> list[str]:
    return ["", *(_heading(column) for column in sheet.columns)]


def _heading(column: Column) -> str:
    said = [_plain(part) for part in column.heading if part]
    if column.is_cut:
        said.append(f"**{OLDER_MISSING}**")
    if column.error:
        said.append(f"**{column.trouble}**")
    return _BREAK.join(said)


def _grid(sheet: Revisions) -> Iterator[list[str]]:
    section = -1, ""
    for row in sheet.rows:
        if (row.section, row.owner) != section:
            section = row.section, row.owner
            yield [f"**{_plain(row.heading)}**", *("" for _ in sheet.columns)]
        cells = zip(row.cells, sheet.columns, strict=True)
        yield [_plain(row.label), *(_cell(cell, column) for cell, column in cells)]


def _cell(cell: Cell | None, column: Column) -> str:
    if cell is None:
        return ""
    if column.begins or cell.change in ("same", "present", "removed"):
        return _plain(cell.value if column.begins else cell.shown)
    return f"**{_plain(cell.value)}**{_plain(cell.shown[len(cell.value) :])}"


def _revisions(sheet: Revisions) -> Iterator[tuple[str, ...]]:
    for number, column in enumerate(sheet.columns):
        date, short, author, _ = column.heading
        message = _lines(column.commit.message) if column.commit is not None else ""
        if column.brought:
            message += f"{_BREAK}brought {_plain('; '.join(column.merged))}"
        changed = _BREAK.join(map(_plain, sheet.changes(number)))
        yield date, short, _plain(author), message, changed


def _lines(text: str) -> str:
    """Return a text of several lines as one line of a table."""
    return _BREAK.join(_plain(line) for line in text.splitlines() if line.strip())


def _plain(text: str) -> str:
    """Return a text on one line, as it is, whatever stands in it."""
    return escaped(visible(" ".join(text.split())))
