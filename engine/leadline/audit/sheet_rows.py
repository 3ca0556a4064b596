"""The sheet of audits for programs: a row a program and review, with every figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from leadline.audit.change import Change
from leadline.audit.reading import Reading
from leadline.audit.sheet import AuditSheet, Cell, Row
from leadline.intervals import Interval

State = Literal["recorded", "computed", "missed", "planned", "not planned"]

#: The columns and the types that a file with types gives them.
COLUMNS = (
    ("program", "VARCHAR"),
    ("kind", "VARCHAR"),
    ("metric", "VARCHAR"),
    ("review", "DATE"),
    ("state", "VARCHAR"),
    ("from", "DATE"),
    ("to", "DATE"),
    ("figure", "DOUBLE"),
    ("n", "BIGINT"),
    ("top", "DOUBLE"),
    ("bottom", "DOUBLE"),
    ("low", "DOUBLE"),
    ("high", "DOUBLE"),
    ("change", "DOUBLE"),
    ("change_low", "DOUBLE"),
    ("change_high", "DOUBLE"),
    ("word", "VARCHAR"),
    ("caution", "VARCHAR"),
    ("benchmark", "DOUBLE"),
    ("benchmark_n", "BIGINT"),
    ("benchmark_low", "DOUBLE"),
    ("benchmark_high", "DOUBLE"),
    ("against_benchmark", "DOUBLE"),
    ("against_low", "DOUBLE"),
    ("against_high", "DOUBLE"),
    ("against_word", "VARCHAR"),
    ("against_caution", "VARCHAR"),
    ("trend", "DOUBLE"),
    ("trend_low", "DOUBLE"),
    ("trend_high", "DOUBLE"),
    ("trend_word", "VARCHAR"),
    ("trend_months", "INTEGER"),
    ("by", "VARCHAR"),
    ("note", "VARCHAR"),
    ("why", "VARCHAR"),
)

Value = str | int | float | date | bool | None


def rows(sheet: AuditSheet) -> tuple[tuple[Value, ...], ...]:
    """Return a row a program and review, in the order of the ruleset and of time.

    The trend stands at the last review that has come; a program of which nothing is planned has
    one row without a date.
    """
    return tuple(record for row in sheet.rows for record in _of_program(row))


def state_of(cell: Cell) -> State:
    """Return what is known of a review."""
    if cell.recorded is not None:
        return "recorded"
    if cell.ahead:
        return "planned"
    return "computed" if cell.reading is not None and cell.reading.value is not None else "missed"


def _of_program(row: Row) -> Iterator[tuple[Value, ...]]:
    head: tuple[Value, ...] = (row.audit.name, row.audit.kind, row.audit.metric.text)
    if not row.cells:
        nothing = (*_figure(None), *_change(None), *_benchmark(row), *_change(None))
        yield (*head, None, "not planned", *nothing, *_trend(row), None, None, row.reason)
    last = row.past[-1] if row.past else None
    for cell in row.cells:
        yield (
            *head,
            cell.on,
            state_of(cell),
            *_figure(cell.reading),
            *_change(cell.change),
            *_benchmark(row),
            *_change(cell.against_benchmark),
            *(_trend(row) if cell is last else (None,) * 5),
            (cell.recorded.by or None) if cell.recorded is not None else None,
            cell.note or None,
            _why(cell),
        )


def _figure(found: Reading | None) -> tuple[Value, ...]:
    """Return what days a figure is of, itself, what it is made of and its interval."""
    if found is None:
        return (None,) * 8
    n = found.n if found.value is not None else None
    parts = (found.top, found.bottom)
    return (found.begin, found.end, found.value, n, *parts, *_ends(found.interval))


def _benchmark(row: Row) -> tuple[Value, ...]:
    found = row.benchmark
    if found is None:
        return (None,) * 4
    n = found.n if found.value is not None and not found.given else None
    return (found.value, n, *_ends(found.interval))


def _trend(row: Row) -> tuple[Value, ...]:
    trend = row.trend
    if trend is None:
        return (None,) * 5
    return (trend.slope, *_ends(trend.interval), trend.word or None, trend.months)


def _change(found: Change | None) -> tuple[Value, ...]:
    if found is None:
        return (None,) * 5
    return (found.amount, *_ends(found.interval), found.word or None, found.caution or None)


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    """Return the ends of an interval; one that is infinite is missing."""
    if interval is None:
        return None, None
    ends = (interval.low, interval.high)
    low, high = (end if abs(end) != float("inf") else None for end in ends)
    return low, high


def _why(cell: Cell) -> str | None:
    """Return why a review has no figure, or its change no word."""
    if cell.reading is not None and cell.reading.reason:
        return cell.reading.reason
    return (cell.change.reason or None) if cell.change is not None else None
