"""Velocity as people read it: the moves, where they led, how long they took.

A figure from few leads is marked with ``~``; whoever keeps the figures as csv has its n beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from leadline.report.listing import Listing

#: One stage (and group) in one period: the columns that docs/velocity.md lists.
Figures = Mapping[str, Any]

_FEW_MARK = "~"
_NOT_REACHED = "-"
_WAS = "was"
#: The unit that times are shown in: its name and how many make a day.
_UNITS = (("days", 1), ("hours", 24), ("minutes", 1440))


@dataclass(frozen=True, slots=True)
class Tables:
    """Tables for people, and the notes that say what their marks mean."""

    listings: tuple[Listing, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A line: what it is of, its figures, and those of the period before."""

    label: str
    now: Figures
    before: Figures | None


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    cell: Callable[[Figures], str]
    compared: bool = True


def velocity_tables(
    figures: Sequence[Figures], unit: str, *, beside: bool, split: str | None, few: int
) -> Tables:
    """Return the tables of velocity.

    Args:
        figures: the rows, by stage, group and period.
        unit: how long a period is.
        beside: whether they are of one period and the one before, which is shown beside it; else
            each period has a row.
        split: the field that tells the groups apart.
        few: a figure from fewer leads than this is marked.
    """
    listings: list[Listing] = []
    for title, heading, rows in _sections(figures, unit, beside=beside, split=split):
        compared = beside and any(row.before is not None for row in rows)
        for name, columns in _blocks(rows, few):
            listings.append(_listing(f"{title}{name}", heading, rows, columns, compared=compared))
    return Tables(tuple(listings), tuple(_notes(figures, listings, few)))


def way_tables(
    figures: Sequence[Figures], unit: str, *, beside: bool, split: str | None, few: int
) -> Tables:
    """Return the tables of the ways out of each stage; see above."""
    named = [{**row, "stage": _way(row)} for row in figures]
    listings = []
    for title, heading, rows in _sections(named, unit, beside=beside, split=split):
        compared = beside and any(row.before is not None for row in rows)
        name, columns = _ways(rows, few)
        heading = "move" if heading == "stage" else heading
        listings.append(_listing(f"{title}{name}", heading, rows, columns, compared=compared))
    return Tables(tuple(listings), tuple(_notes(figures, listings, few)))


def cohort_tables(
    figures: Sequence[Figures], unit: str, *, split: str | None, few: int, within: int
) -> Tables:
    """Return a table a stage, of those who entered it period by period; see above."""
    going_on = {row["stage"] for row in figures if row["conversion_any"] is not None}
    figures = [row for row in figures if row["stage"] in going_on or len(going_on) == 0]
    listings = [
        _listing(f"{title}who entered, and within {within} days", heading, rows, _cohort(few))
        for title, heading, rows in _sections(figures, unit, beside=False, split=split)
    ]
    notes = list(_notes(figures, listings, few))
    notes.insert(0, f"open: entered less than {within} days ago, and in no share yet")
    return Tables(tuple(listings), tuple(notes))


def period_name(first: date, unit: str) -> str:
    """Return a period as people call it: 2026-05-31, 2026-W22, 2026-05, 2026-Q2."""
    match unit:
        case "day":
            return first.isoformat()
        case "week":
            return f"{first:%G-W%V}"
        case "month":
            return f"{first:%Y-%m}"
        case _:
            return f"{first:%Y}-Q{(first.month + 2) // 3}"


def _sections(
    figures: Sequence[Figures], unit: str, *, beside: bool, split: str | None
) -> Iterator[tuple[str, str, list[_Row]]]:
    """Yield the title, the heading of the first column and the rows of what is shown together."""
    if not beside:
        for key, rows in _grouped(figures, ("stage", "group") if split else ("stage",)):
            lines = [_Row(_period(row, unit), row, None) for row in rows]
            yield f"{', '.join(key)}: ", unit, lines
        return
    whole = "" if not figures else _spanned(figures, unit)
    if split is None:
        lines = [_paired(key[0], rows) for key, rows in _grouped(figures, ("stage",))]
        yield f"{whole}: ", "stage", lines
        return
    for (stage,), rows in _grouped(figures, ("stage",)):
        lines = [_paired(key[0], pair) for key, pair in _grouped(rows, ("group",))]
        yield f"{stage}, {whole}: ", split, lines


def _grouped(
    figures: Sequence[Figures], columns: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], list[Figures]]]:
    groups: dict[tuple[str, ...], list[Figures]] = {}
    for row in figures:
        groups.setdefault(tuple(row[column] for column in columns), []).append(row)
    yield from groups.items()


def _paired(label: str, rows: Sequence[Figures]) -> _Row:
    """Return a line of the last of its rows, beside the one before."""
    return _Row(label, rows[-1], rows[-2] if len(rows) > 1 else None)


def _spanned(figures: Sequence[Figures], unit: str) -> str:
    periods = sorted({row["period"] for row in figures})
    last = _period(figures[-1], unit)
    return f"{last} (was: {period_name(periods[-2], unit)})" if len(periods) > 1 else last


def _period(row: Figures, unit: str) -> str:
    """Return the name of a row's period; one that is not over yet is marked."""
    return period_name(row["period"], unit) + ("" if row["whole"] else " so far")


def _blocks(rows: Sequence[_Row], few: int) -> Iterator[tuple[str, tuple[_Column, ...]]]:
    yield "moves", _MOVES
    conversions = (
        _Column("next %", _share("conversion_next", "out_all", few)),
        _Column("any later %", _share("conversion_any", "out_all", few)),
    )
    limited = any(row.now["sla_days"] is not None for row in rows)
    levels = (_Column("sla", _count("sla_days"), compared=False), *_DUE) if limited else ()
    yield "where those who left went", (*conversions, *levels)
    name, factor = _unit_of(rows)
    times = (
        _Column("mean", _time("mean_days", "timed", factor, few), compared=False),
        _Column("median", _time("median_days", "timed", factor, few)),
        _Column("p90", _time("p90_days", "timed", factor, few)),
        _Column("km median", _median(factor, few)),
        _Column("95% band", _band(factor), compared=False),
    )
    yield f"{name} in the stage", times


def _way(row: Figures) -> str:
    return f"{row['stage']} to {row['next_stage'] or 'no stage'}"


def _ways(rows: Sequence[_Row], few: int) -> tuple[str, tuple[_Column, ...]]:
    name, factor = _unit_of(rows)
    columns = (
        _Column("moves", _count("moves")),
        _Column("%", _share("share", "out_all", few), compared=False),
        _Column("mean", _time("mean_days", "timed", factor, few), compared=False),
        _Column("median", _time("median_days", "timed", factor, few)),
        _Column("p90", _time("p90_days", "timed", factor, few), compared=False),
    )
    return f"moves, and {name} before them", columns


def _cohort(few: int) -> tuple[_Column, ...]:
    return (
        _Column("entered", _count("in_all")),
        _Column("open", _count("open")),
        _Column("seen", _count("seen")),
        _Column("next", _count("seen_next")),
        _Column("%", _share("conversion_next", "seen", few)),
        _Column("any later", _count("seen_any")),
        _Column("%", _share("conversion_any", "seen", few)),
        _Column("elsewhere", _count("seen_elsewhere")),
    )


def _count(column: str) -> Callable[[Figures], str]:
    return lambda row: str(row[column]) if row[column] is not None else ""


def _share(column: str, of: str, few: int) -> Callable[[Figures], str]:
    return lambda row: _marked(row[column], row[of], few, lambda share: f"{100 * share:.1f}")


def _time(column: str, of: str, factor: int, few: int) -> Callable[[Figures], str]:
    return lambda row: _marked(row[column], row[of], few, lambda days: _rounded(days * factor))


def _median(factor: int, few: int) -> Callable[[Figures], str]:
    def cell(row: Figures) -> str:
        if row["km_median_days"] is None:
            return _NOT_REACHED if row["km_stays"] else ""
        return _time("km_median_days", "km_left", factor, few)(row)

    return cell


def _band(factor: int) -> Callable[[Figures], str]:
    def end(days: float | None) -> str:
        return _NOT_REACHED if days is None else _rounded(days * factor)

    def cell(row: Figures) -> str:
        low, high = row["km_low_days"], row["km_high_days"]
        return f"{end(low)} to {end(high)}" if low is not None else ""

    return cell


def _marked(value: float | None, n: int, few: int, written: Callable[[float], str]) -> str:
    if value is None:
        return ""
    return f"{_FEW_MARK if n < few else ''}{written(value)}"


def _rounded(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def _unit_of(rows: Sequence[_Row]) -> tuple[str, int]:
    """Return the largest unit of which the longest median is at least one."""
    columns = ("median_days", "km_median_days")
    times = [row.now.get(column) for row in rows for column in columns]
    longest = max((time for time in times if time is not None), default=1.0)
    return next((unit for unit in _UNITS if longest * unit[1] >= 1), _UNITS[-1])


_MOVES = (
    _Column("in", _count("in_all")),
    _Column("forward", _count("out_forward")),
    _Column("back", _count("out_backward")),
    _Column("gone", _count("out_gone")),
    _Column("inside", _count("balance")),
)
_DUE = (_Column("due", _count("due")), _Column("past due", _count("past_due")))


def _listing(
    title: str,
    heading: str,
    rows: Sequence[_Row],
    columns: Sequence[_Column],
    *,
    compared: bool = False,
) -> Listing:
    headings, cells = [heading], [[row.label for row in rows]]
    for column in columns:
        _add(headings, cells, column.heading, [column.cell(row.now) for row in rows])
        if compared and column.compared:
            was = [column.cell(row.before) if row.before is not None else "" for row in rows]
            _add(headings, cells, _WAS, was)
    return Listing(tuple(headings), list(zip(*cells, strict=True)), title=title)


def _add(headings: list[str], cells: list[list[str]], heading: str, column: list[str]) -> None:
    """Add a column of numbers, to the right: with a mark they are texts, which stand left."""
    width = max(len(text) for text in (heading, *column))
    headings.append(heading.rjust(width))
    cells.append([text.rjust(width) for text in column])


def _notes(figures: Sequence[Figures], listings: Sequence[Listing], few: int) -> Iterator[str]:
    cells = [str(cell).strip() for one in listings for row in one.rows for cell in row[1:]]
    if any(cell.startswith(_FEW_MARK) for cell in cells):
        yield f"{_FEW_MARK} from fewer than {few} who left or were seen long enough: may be chance"
    if any(cell == _NOT_REACHED or cell.endswith(f" {_NOT_REACHED}") for cell in cells):
        yield f"{_NOT_REACHED} not reached: too many are still inside to tell"
    untimed = sum(row.get("untimed", 0) for row in figures)
    if untimed:
        yield f"{untimed:,} left whose beginning is not known; they count in no time"
