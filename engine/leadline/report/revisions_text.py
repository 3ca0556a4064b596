"""The sheet of revisions on a terminal: as many of the newest revisions as there is room for."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leadline.report.diagnostics import columns as width_of
from leadline.report.diagnostics import visible
from leadline.report.revisions import MARKS_NOTE, NO_ROWS, OLDER_MISSING, Column, Revisions, Row

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_INDENT, _GAP = "  ", "  "
_WIDEST_NAME = 24
_NARROWEST, _WIDEST = 11, 16
#: How many lines the subject of a commit may take above its column.
_SUBJECT_LINES = 3
_MORE = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Shown:
    """What is printed, and what is to be said of what is not."""

    text: str
    notes: tuple[str, ...]


def revisions_text(sheet: Revisions, *, width: int | None, colour: bool) -> Shown:
    """Draw the sheet.

    Rules are shown, and of the rest what changed; below it, what the revisions that are shown
    changed, and the notes of then.

    Args:
        sheet: what to draw.
        width: the columns to fit in; None is as wide as needed.
        colour: whether to use terminal colours.
    """
    rows = [row for row in sheet.rows if row.kind == "rule" or row.is_changed()]
    names = min(max((width_of(visible(row.label)) for row in rows), default=0), _WIDEST_NAME)
    widths = tuple(_column_width(sheet, rows, number) for number in range(len(sheet.columns)))
    first = _first_shown(widths, names + len(_INDENT), width)
    shown = [row for row in rows if _is_shown(row, first)]
    grid = _Grid(sheet, shown, tuple(range(first, len(sheet.columns))), widths, names)
    lines = [_bold(visible(_title(sheet, first)), colour)]
    lines += [visible(line) for line in (sheet.missing, *sheet.notes) if line]
    lines += ["", *grid.lines(colour=colour), ""]
    lines += _told(sheet, grid.chosen, width, colour=colour)
    return Shown("\n".join(lines).rstrip() + "\n", tuple(_unsaid(sheet, len(shown), first)))


def _title(sheet: Revisions, first: int) -> str:
    count = len(sheet.columns)
    many = "1 revision" if count == 1 else f"{count} revisions"
    shown = f"the last {count - first} of {many}" if first else many
    return f"{sheet.model}: {shown} of {sheet.file}"


def _is_shown(row: Row, first: int) -> bool:
    """Say whether a row is there, and is a rule or changed, from a column on."""
    there = any(cell is not None for cell in row.cells[first:])
    return there and (row.kind == "rule" or row.is_changed(max(first, 1)))


def _unsaid(sheet: Revisions, rows: int, first: int) -> Iterator[str]:
    if len(sheet.columns) > 1:
        yield MARKS_NOTE
    if first:
        yield f"{first} older {'revision' if first == 1 else 'revisions'}: -o FILE.xlsx has all"
    rest = len(sheet.rows) - rows
    if rest:
        values = "1 other value" if rest == 1 else f"{rest} other values"
        yield f"{values}, unchanged here: --format md or -o FILE.xlsx has them too"


def _column_width(sheet: Revisions, rows: Sequence[Row], number: int) -> int:
    column = sheet.columns[number]
    cells = [row.cells[number] for row in rows]
    texts = [cell.value for cell in cells if cell is not None]
    needed = max(width_of(visible(text)) for text in (*texts, *column.heading[:3]))
    return min(max(_NARROWEST, needed + 1), _WIDEST)


def _first_shown(widths: Sequence[int], names: int, room: int | None) -> int:
    """Return the first column of those that fit; the last one is always shown."""
    if room is None:
        return 0
    first, total = len(widths), names
    while first and total + len(_GAP) + widths[first - 1] <= room:
        first -= 1
        total += len(_GAP) + widths[first]
    return min(first, max(len(widths) - 1, 0))


@dataclass(frozen=True, slots=True)
class _Grid:
    """The part of the sheet that is shown; ``chosen`` are its columns, ``names`` their room."""

    sheet: Revisions
    rows: Sequence[Row]
    chosen: tuple[int, ...]
    widths: tuple[int, ...]
    names: int

    def lines(self, *, colour: bool) -> Iterator[str]:
        """Yield the headings, then a line a row, with what belongs together under its name."""
        headings = [_heading(self.sheet.columns[n], self.widths[n]) for n in self.chosen]
        for at in range(max(map(len, headings), default=0)):
            parts = [heading[at] if at < len(heading) else "" for heading in headings]
            yield _bold(self._line("", parts), colour)
        total = len(_INDENT) + self.names + sum(len(_GAP) + self.widths[n] for n in self.chosen)
        yield "─" * total
        if not self.rows:
            yield NO_ROWS
        section = -1, ""
        for row in self.rows:
            if (row.section, row.owner) != section:
                section = row.section, row.owner
                yield _bold(visible(row.heading), colour)
            cells = [self._cell(row, number) for number in self.chosen]
            yield self._line(_cut(visible(row.label), self.names), cells)

    def _line(self, name: str, parts: Sequence[str]) -> str:
        cells = zip(parts, self.chosen, strict=True)
        line = _INDENT + name + " " * (self.names - width_of(name))
        for part, number in cells:
            line += _GAP + " " * (self.widths[number] - width_of(part)) + part
        return line.rstrip()

    def _cell(self, row: Row, number: int) -> str:
        """Return a value with its mark behind it, so that the values stand below each other."""
        cell, column = row.cells[number], self.sheet.columns[number]
        if cell is None:
            return ""
        if cell.change == "removed":
            return f"{cell.shown} "
        mark = "" if column.begins else cell.shown[len(cell.value) :]
        return _cut(visible(cell.value), self.widths[number] - 1) + (mark or " ")


def _heading(column: Column, width: int) -> list[str]:
    date, short, author, subject = (visible(part) for part in column.heading)
    if column.error:
        subject = column.trouble.upper()
    subject = f"{OLDER_MISSING}; {subject}" if column.is_cut else subject
    lines = textwrap.wrap(subject, width - 1) or [""]
    if len(lines) > _SUBJECT_LINES:
        lines = [*lines[: _SUBJECT_LINES - 1], f"{lines[_SUBJECT_LINES - 1][: width - 2]}{_MORE}"]
    return [f"{_cut(part, width - 1)} " for part in (date, short, author, *lines)]


def _cut(text: str, room: int) -> str:
    """Return a text in so many columns; one that is longer ends in dots."""
    if width_of(text) <= room:
        return text
    kept = ""
    for char in text:
        if width_of(kept + char) >= room:
            break
        kept += char
    return kept + _MORE


def _told(
    sheet: Revisions, chosen: Sequence[int], width: int | None, *, colour: bool
) -> Iterator[str]:
    """Yield what each revision changed, then the notes, newest last."""
    notes: dict[int, list[str]] = {}
    for row, number, note in sheet.told_notes():
        notes.setdefault(number, []).append(f"{row.full_name}, note: {note or '(none any more)'}")
    for number in chosen:
        column = sheet.columns[number]
        yield _bold(visible("  ".join(part for part in column.heading if part)), colour)
        said = [f"brought {'; '.join(column.merged)}"] if column.brought else []
        said += sheet.changes(number)
        said += [] if column.begins else notes.get(number, [])
        for line in said:
            yield from _folded(visible(line), width)


def _folded(line: str, width: int | None) -> list[str]:
    if width is None:
        return [_INDENT + line]
    return textwrap.wrap(
        line,
        max(width, 20),
        initial_indent=_INDENT,
        subsequent_indent=_INDENT * 2,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _bold(text: str, colour: bool) -> str:
    return f"{_BOLD}{text}{_PLAIN}" if colour and text else text
