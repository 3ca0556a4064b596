"""How many events make conditions true: in one pass, however many conditions there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from leadline.engine.duckdb import Database
from leadline.sql.expression import Writer
from leadline.sql.occurrence import counts_of, event_counts_by_type, folded_times, keep_folded

#: From so many conditions on, folding equal events first is the faster way.
_A_FEW = 12
#: DuckDB takes more than twice as long for twice as many conditions in one statement.
_AT_ONCE = 50

#: Conditions as SQL, each with the columns of the events that it looks at.
Asked = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Data:
    """Where rules look: the relations of an evaluation.

    Args:
        database: has the relations.
        events: the relation of the events up to today.
        writer: writes the conditions.
    """

    database: Database
    events: str
    writer: Writer


@dataclass(frozen=True, slots=True)
class OfType:
    """The events of one type: how many there are, the first and the last day."""

    times: int
    first: date
    last: date


def counted_by_type(asked: Asked, data: Data) -> tuple[dict[str, OfType], dict[str, int]]:
    """Count the events of each type, and those of each condition."""
    few, many = _parted(asked)
    rows = data.database.rows(event_counts_by_type(data.events, few))
    types = {row[0]: OfType(*row[1:4]) for row in rows}
    times = {sql: sum(row[4 + number] for row in rows) for number, sql in enumerate(few)}
    return types, times | _folded(many, data)


def counted(asked: Asked, data: Data) -> dict[str, int]:
    """Count the events of each condition."""
    few, many = _parted(asked)
    times = _folded(many, data)
    if few:
        [(_, *counts)] = data.database.rows(counts_of(data.events, few))
        times |= zip(few, counts, strict=True)
    return times


def _parted(
    asked: Asked,
) -> tuple[list[str], dict[tuple[str, ...], list[str]]]:
    """Part conditions, each with the columns it looks at, into few and, by columns, many.

    A few are counted in one pass. Of many that look at the same columns each would look at every
    event, so the events are folded to their different values before.
    """
    by_columns: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for sql, columns in asked.items():
        by_columns[columns].append(sql)
    many = {columns: sqls for columns, sqls in by_columns.items() if len(sqls) > _A_FEW}
    few = [sql for columns, sqls in by_columns.items() if columns not in many for sql in sqls]
    return few, many


def _folded(many: Mapping[tuple[str, ...], Sequence[str]], data: Data) -> dict[str, int]:
    found: dict[str, int] = {}
    for columns, sqls in many.items():
        data.database.execute(keep_folded(data.events, columns))
        for start in range(0, len(sqls), _AT_ONCE):
            part = sqls[start : start + _AT_ONCE]
            [counts] = data.database.rows(folded_times(part))
            found |= zip(part, counts, strict=True)
    return found
