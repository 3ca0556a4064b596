"""Drivers and credits as people read them: a table for each stage and way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from leadline.report.listing import Listing, decimal

#: What is put behind a figure from few leads.
DOUBTFUL = "?"

Row = Mapping[str, object]


def driver_tables(
    columns: Sequence[str], rows: Sequence[tuple[object, ...]], by: str, days: float
) -> tuple[Listing, ...]:
    """Return a table for each stage and way.

    Args:
        columns: those of ``sql.drivers.driver_list``.
        rows: its rows.
        by: the heading of what made the moves.
        days: how long stays are watched for lift.
    """
    return tuple(_driver_table(group, by, days) for group in _groups(columns, rows))


def credit_tables(
    columns: Sequence[str],
    rows: Sequence[tuple[object, ...]],
    by: str,
    models: Sequence[str],
) -> tuple[Listing, ...]:
    """Return a table for each stage and way.

    Args:
        columns: those of ``sql.credit.credit_list``.
        rows: its rows.
        by: the heading of the touches.
        models: how moves are given.
    """
    return tuple(
        Listing(
            (by, "touched", *models),
            [(row["touch"], row["touched"], *(_tenth(row[m]) for m in models)) for row in group],
            f"{_where(group[0])}: {_moves(group[0], 'move up', 'moves up')}",
        )
        for group in _groups(columns, rows)
    )


def is_doubtful(columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> bool:
    """Say whether any figure is from few leads."""
    marks = [i for i, column in enumerate(columns) if column in ("few", "few_compared")]
    return any(row[i] for row in rows for i in marks)


def _driver_table(group: Sequence[Row], by: str, days: float) -> Listing:
    rows = [_driver(row) for row in group]
    compared = next((row for row in group if row["odds_ratio"] is not None), None)
    title = f"{_where(group[0])}: {_moves(group[0], 'move', 'moves')}"
    if compared is None:
        return _aligned((by, *_FIGURES[:2]), [row[:3] for row in rows], title)
    moved, stayed = _number(compared["moved"]), _number(compared["stayed"])
    title += f"; of {moved + stayed:.0f} stays in {compared['compared_in']} {moved:.0f} moved on"
    return _aligned((by, *_FIGURES), rows, f"{title} in {decimal(days)} days")


_FIGURES = ("moves", "%", "lift", "95%", "moved", "stayed")


def _groups(
    columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> Iterator[list[dict[str, object]]]:
    named = (dict(zip(columns, row, strict=True)) for row in rows)
    for _, group in groupby(named, key=lambda row: (row["stage"], row["way"])):
        yield list(group)


def _where(row: Row) -> str:
    return f"{row['way']} {row['stage']}"


def _moves(row: Row, one: str, many: str) -> str:
    number = _number(row["of"])
    return f"{number:.0f}{DOUBTFUL if row['few'] else ''} {one if number == 1 else many}"


def _driver(row: Row) -> tuple[object, ...]:
    share = f"{100 * _number(row['share']):.1f}" if row["share"] is not None else ""
    own = (row["driver"], _tenth(row["moves"]), share + (DOUBTFUL if row["few"] else ""))
    if row["odds_ratio"] is None:
        return (*own, "", "", "", "")
    low, high = _factor(row["low"]), _factor(row["high"])
    doubt = DOUBTFUL if row["few_compared"] else ""
    return (
        *own,
        _factor(row["odds_ratio"]) + doubt,
        f"{low}-{high}",
        _percent(row["moved_with"], row["moved"]),
        _percent(row["stayed_with"], row["stayed"]),
    )


def _aligned(headings: tuple[str, ...], rows: Sequence[tuple[object, ...]], title: str) -> Listing:
    """Put what is no plain number to the right, as numbers are, with its heading."""
    columns = zip(headings, *rows, strict=True)
    widths = [max(len(str(cell)) for cell in column) for column in columns]

    def padded(row: tuple[object, ...]) -> tuple[object, ...]:
        texts = (str(cell).rjust(n) for cell, n in zip(row[2:], widths[2:], strict=True))
        return (*row[:2], *texts)

    named = tuple(str(heading) for heading in padded(headings))
    return Listing(named, [padded(row) for row in rows], title)


def _percent(part: object, whole: object) -> str:
    return f"{100 * _number(part) / _number(whole):.0f}%"


def _factor(value: object) -> str:
    number = _number(value)
    return f"{number:.0f}" if number >= 100 else f"{number:.1f}" if number >= 1 else f"{number:.2f}"


def _tenth(value: object) -> float:
    return round(_number(value), 1)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
