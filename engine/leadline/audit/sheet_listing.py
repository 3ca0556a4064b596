"""The sheet of audits for people: on a terminal the last two reviews, elsewhere every one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from leadline.audit import words
from leadline.audit.sheet import AuditSheet, Cell, Row
from leadline.audit.sheet_rows import state_of
from leadline.report.listing import Listing, as_markdown

#: What marks a figure that a person recorded, and a review that lies ahead.
RECORDED = "*"
PLANNED = "planned"

_EMPTY = "no programs: the ruleset has no `audits:`"
_BELOW = (
    ("change:", ("change",)),
    ("against the benchmark:", ("against the benchmark",)),
    ("over a year:", ("over a year",)),
)
_SAID = tuple(column for _, (column,) in _BELOW)


def latest_table(sheet: AuditSheet) -> Listing:
    """Return the last two reviews of each program: what a terminal has room for."""
    return Listing(
        ("program", "benchmark", "previous", "latest", "next review", *_SAID),
        [_latest(row) for row in sheet.rows],
        below=_BELOW,
        empty=_EMPTY,
    )


def _latest(row: Row) -> tuple[object, ...]:
    previous, latest = (None, None, *row.past)[-2:]
    return (
        row.audit.name,
        words.reading(row.benchmark),
        _dated(previous),
        _dated(latest),
        row.next,
        *_said(row, parts=True),
    )


def _dated(cell: Cell | None) -> str:
    if cell is None:
        return words.NOTHING
    mark = RECORDED if cell.recorded is not None else ""
    return f"{words.reading(cell.reading)}{mark} {cell.on}"


def _said(row: Row, *, parts: bool) -> tuple[str, str, str]:
    """Return the last change, the comparison with the benchmark and the trend in words.

    Args:
        row: the program.
        parts: whether the change names the two figures, each with what it is of.
    """
    if not row.cells and not row.hidden:
        return row.reason, "", ""
    if not row.past and row.hidden:
        return "no review has come since the date asked for", "", ""
    previous, latest = (None, None, *row.hidden, *row.past)[-2:]
    if latest is None:
        return "the first review is still ahead", "", ""
    change = words.change(row.change) or _why_none(previous, latest)
    if parts and row.change is not None and row.change.word and previous is not None:
        change += f"; from {words.of_how_many(previous.reading)}"
        change += f" to {words.of_how_many(latest.reading)}"
    elif parts and _has_figure(latest):
        change += f"; the figure is {words.of_how_many(latest.reading)}"
    return change, words.change(row.against_benchmark), words.trend(row.trend)


def _has_figure(cell: Cell) -> bool:
    return cell.reading is not None and cell.reading.value is not None


def _why_none(previous: Cell | None, latest: Cell) -> str:
    """Return why there is no change to tell."""
    if previous is None:
        return "nothing to compare with yet: this is the first review"
    missing = latest if not _has_figure(latest) else previous
    said = missing.reading.reason if missing.reading is not None else ""
    return f"unknown; of {missing.on}: {said}" if said else "nothing to compare with"


def living_table(sheet: AuditSheet) -> Listing:
    """Return every program with a column a review date, those that lie ahead among them."""
    dates = dates_of(sheet)
    return Listing(
        ("program", "benchmark", *_headings(sheet, dates), *_SAID, "next review"),
        [
            (
                row.audit.name,
                words.of_how_many(row.benchmark),
                *_across(row, dates),
                *_said(row, parts=False),
                row.next,
            )
            for row in sheet.rows
        ],
        title=title_of(sheet),
        empty=_EMPTY,
    )


def markdown(sheet: AuditSheet) -> str:
    """Return the sheet as Markdown: the table, then what people wrote at each review."""
    if not sheet.rows:
        return f"{_EMPTY}\n"
    parts = [as_markdown(living_table(sheet))]
    written = [
        (row.audit.name, cell.on, cell.recorded.by, cell.note)
        for row in sheet.rows
        for cell in row.past
        if cell.recorded is not None
    ]
    if written:
        parts.append(as_markdown(Listing(("program", "review", "by", "note"), written, "Notes")))
    parts.append("".join(f"- {line}\n" for line in remarks(sheet)))
    return "\n".join(parts)


def dates_of(sheet: AuditSheet) -> tuple[date, ...]:
    """Return the dates of all reviews of a sheet, in order."""
    return tuple(sorted({cell.on for row in sheet.rows for cell in row.cells}))


def _headings(sheet: AuditSheet, dates: Sequence[date]) -> Iterator[str]:
    for day in dates:
        yield f"{day} {PLANNED}" if day > sheet.as_of.day else str(day)


def _across(row: Row, dates: Sequence[date]) -> Iterator[str]:
    by_date = {cell.on: cell for cell in row.cells}
    for day in dates:
        cell = by_date.get(day)
        if cell is None:
            yield ""
        elif cell.ahead:
            yield PLANNED
        else:
            mark = RECORDED if cell.recorded is not None else ""
            yield words.of_how_many(cell.reading) + mark


def title_of(sheet: AuditSheet) -> str:
    """Return what stands above the sheet."""
    return f"Audits of {sheet.model} on {sheet.as_of.day}"


def remarks(sheet: AuditSheet) -> Iterator[str]:
    """Yield what the words and marks of the sheet mean, as far as they occur in it."""
    cells = [cell for row in sheet.rows for cell in row.past]
    changes = [row.change for row in sheet.rows] + [row.against_benchmark for row in sheet.rows]
    if any(change is not None and change.word for change in changes):
        yield (
            "in brackets: where the true change lies, with 95% certainty; `no clear change`: it "
            "may be chance"
        )
    if any(change is not None and change.relative and change.word for change in changes):
        yield "counts and sums are compared a day, since periods differ in length"
    if any(cell.recorded is not None for cell in cells):
        yield f"{RECORDED} recorded by a person: as the data said on that day"
    if any(state_of(cell) == "computed" for cell in cells):
        yield "figures that nobody recorded are what the data say today"
    for row in sheet.rows:
        yield from _days_apart(row)
    yield from sheet.notes


def _days_apart(row: Row) -> Iterator[str]:
    """Yield which figures are of other days, or of something else, than one would think."""
    if row.benchmark is not None and row.benchmark.note:
        yield f"{row.audit.name}: the benchmark is {row.benchmark.note}"
    for cell in row.past:
        found = cell.reading
        if found is not None and found.cut and found.value is not None:
            late = found.end is not None and found.end < cell.on
            known = f"until {found.end}, where the events end"
            early = f"from {found.begin} on, where the log begins"
            yield f"{row.audit.name} {cell.on}: {known if late else early}"
