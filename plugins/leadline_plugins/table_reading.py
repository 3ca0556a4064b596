"""Reading tables and queries of a database into files for the store, from a cursor column on.

A table without ``since`` is read whole. With it, rows come in the order of that column, in parts
of some 50,000 rows with a cursor behind each. A part ends between two values, never between two
rows of one value, and the next load begins *at* the value where this one ended, not behind it: rows
that share it and came later are not lost, those that were read before are known to the store.
Rows without a value are read by every load. A time in the future is no place to begin at, so the
cursor is at most the present. Where the largest value is below the cursor, the table was set back
(a backup, a corrected clock), and it is read from its start.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, Protocol

from leadline.diagnostic import did_you_mean
from leadline.plugin import Cursor, DataFile, Item, Note, ReadContext, SourceError
from leadline_plugins.table_queries import TableQuery

#: Some so many rows are read between two cursors.
PART = 50_000

#: The alias of what is read; columns are named with it, so that no alias hides one.
ROWS = "leadline_rows"

#: A value of a cursor column, as JSON can keep it.
Value = str | int | float


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table or query.

    Args:
        name: its name.
        written: SQL for its values as the store reads them.
        kind: what it holds, as far as it matters here.
        type: the name of its type where a value is cast to it.
    """

    name: str
    written: str
    kind: Literal["text", "list", "time", "whole", "other"]
    type: str = ""


class Session(Protocol):
    """A connection that sees one state of a database and cannot change it."""

    #: Whether the type of a column tells a text from a number.
    tells_texts: bool

    def quoted(self, name: str) -> str:
        """Return a name as SQL."""
        ...

    def plain(self, sql: str) -> str:
        """Return SQL of a person, made ready to stand beside parameters."""
        ...

    def columns(self, relation: str) -> tuple[Column, ...]:
        """Return the columns of what stands after FROM."""
        ...

    def kept(self, column: Column, value: str) -> str:
        """Return SQL for a value of a cursor column, as text or number that loses nothing."""
        ...

    def bound(self, column: Column) -> str:
        """Return SQL for a parameter that is compared with the column."""
        ...

    def present(self, column: Column) -> str | None:
        """Return SQL for the present in the type of a column; None where it has none."""
        ...

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[tuple[Value, ...]]:
        """Return the rows of a small result."""
        ...

    def write(self, sql: str, parameters: Sequence[Value], path: Path) -> int:
        """Write the rows of a SELECT as a CSV file with a header; return how many they were."""
        ...


def read_tables(
    session: Session, queries: Sequence[TableQuery], context: ReadContext
) -> Iterator[Item]:
    """Yield the rows of each table and query, and how far each has come.

    Args:
        session: where they are.
        queries: what is read, one after the other.
        context: with the cursor of the last load.

    Raises:
        SourceError: a table or column is not there, or cannot be read.
    """
    places = _read_places(context.cursor, queries)
    for number, query in enumerate(queries):
        context.progress(query.origin, number, len(queries))
        reading = _Reading(session, query, context.workdir)
        if query.since is None:
            yield from reading.whole()
            continue
        for item in reading.since(query.since, places.get(query.key)):
            if isinstance(item, _Reached):
                places[query.key] = item.value
                yield Cursor(json.dumps(places, sort_keys=True))
            else:
                yield item
    context.progress("tables", len(queries), len(queries))


def _read_places(cursor: str | None, queries: Sequence[TableQuery]) -> dict[str, Value]:
    kept: Mapping[str, Value] = json.loads(cursor) if cursor is not None else {}
    return {query.key: kept[query.key] for query in queries if query.key in kept}


@dataclass(frozen=True, slots=True)
class _Reached:
    """The value of the cursor column where the next load begins."""

    value: Value


class _Reading:
    """Reads one table or query."""

    def __init__(self, session: Session, query: TableQuery, workdir: Path) -> None:
        self._session, self._query, self._workdir = session, query, workdir
        if query.name is not None:
            source = ".".join(session.quoted(part) for part in query.name.split("."))
        else:
            # On lines of its own: a query may end in a comment.
            source = f"(\n{session.plain(query.query or '')}\n)"
        self._relation = f"{source} AS {ROWS}"
        self._columns = session.columns(self._relation)
        self._output = self._chosen()

    def whole(self) -> Iterator[DataFile]:
        """Yield all rows."""
        file, _ = self._file("", ())
        yield file

    def since(self, name: str, place: Value | None) -> Iterator[DataFile | Note | _Reached]:
        """Yield the rows from a place on, part by part, and after each where it ended."""
        column = self._cursor_column(name)
        if place is not None and self._was_set_back(column, place):
            place = None
            yield Note(
                f"{self._query.origin}: all of `{column.name}` lies before the end of the last "
                "load, so it was set back, and is read from its start"
            )
        here = self._at(column)
        file, rows = self._file(f"WHERE {here} IS NULL", ())
        if rows:
            yield file
        marks = self._marks(column, place)
        if marks and marks[-1][0] != marks[-1][1]:
            yield Note(
                f"{self._query.origin}: `{column.name}` goes up to {marks[-1][0]}, which is in the "
                "future; the next load begins at the present"
            )
        parts = pairwise([(place, place), *marks])
        for number, ((low, _), (high, reached)) in enumerate(parts, start=1):
            last = number == len(marks)
            where, values = self._between(column, low, None if last else high, first=number == 1)
            file, rows = self._file(f"WHERE {where} ORDER BY {here}", values)
            if rows:
                yield file
            if reached is not None:
                yield _Reached(reached)

    def _chosen(self) -> tuple[tuple[str, Column], ...]:
        """Return what is read: leadline's names and the columns."""
        query = self._query
        if not query.columns:
            return tuple((column.name, column) for column in self._columns)
        chosen = [(name, self._column(there, "columns")) for name, there in query.columns]
        since = self._column(query.since, "since") if query.since is not None else None
        if since is not None and since not in [column for _, column in chosen]:
            # Rows that differ only in when they changed are to stay apart.
            name, taken = since.name, {name.casefold() for name, _ in chosen}
            while name.casefold() in taken:
                name += "_"
            chosen.append((name, since))
        return tuple(chosen)

    def _column(self, name: str, setting: str) -> Column:
        found = [column for column in self._columns if column.name == name]
        folded = [column for column in self._columns if column.name.casefold() == name.casefold()]
        if not found and len(folded) != 1:
            raise SourceError(
                f"{self._query.origin} has no column `{name}`, which `{setting}` names",
                hint=did_you_mean(name, [column.name for column in self._columns]),
            )
        return (found or folded)[0]

    def _cursor_column(self, name: str) -> Column:
        column = self._column(name, "since")
        if column.kind in ("list", "other"):
            raise SourceError(
                f"`since` names {self._query.origin}.{column.name}, which is a {column.type}; "
                "expected a column of times, dates, whole numbers or texts",
                hint="name another column, or write a query that casts it",
            )
        return column

    def _at(self, column: Column) -> str:
        return f"{ROWS}.{self._session.quoted(column.name)}"

    def _was_set_back(self, column: Column, place: Value) -> bool:
        """Say whether every value lies before the place: then it is a place of other rows."""
        bound = self._session.bound(column)
        [(before,)] = self._session.rows(
            f"SELECT CASE WHEN max({self._at(column)}) < {bound} THEN 1 ELSE 0 END "
            f"FROM {self._relation}",
            (place,),
        )
        return int(before) == 1

    def _marks(
        self, column: Column, place: Value | None
    ) -> list[tuple[Value | None, Value | None]]:
        """Return the value that ends each part, with what a cursor there says."""
        session, here = self._session, self._at(column)
        where, values = self._between(column, place, None, first=True)
        numbered = (
            f"SELECT {here} AS mark, row_number() OVER (ORDER BY {here}) AS number, "
            f"count(*) OVER () AS total FROM {self._relation} WHERE {where}"
        )
        marked = "leadline_numbered.mark"
        present = session.present(column)
        reached = marked
        if present is not None:
            reached = f"CASE WHEN {marked} > {present} THEN {present} ELSE {marked} END"
        found = session.rows(
            f"SELECT {session.kept(column, marked)}, {session.kept(column, reached)} "
            f"FROM ({numbered}) AS leadline_numbered "
            f"WHERE number {session.plain('%')} {PART} = 0 OR number = total ORDER BY number",
            values,
        )
        if any(isinstance(value, bytes) for row in found for value in row):
            raise SourceError(
                f"`since` names {self._query.origin}.{column.name}, which holds binary data",
                hint="name a column of times, dates, whole numbers or texts",
            )
        marks: list[tuple[Value | None, Value | None]]
        marks = list(dict.fromkeys((mark, kept) for mark, kept in found))
        return marks

    def _between(
        self, column: Column, low: Value | None, high: Value | None, *, first: bool
    ) -> tuple[str, tuple[Value, ...]]:
        """Return a condition and its values: from ``low`` on, for a part that is not the first
        behind it, up to ``high``.
        """
        here, bound = self._at(column), self._session.bound(column)
        parts, values = [f"{here} IS NOT NULL"], []
        if low is not None:
            parts.append(f"{here} {'>=' if first else '>'} {bound}")
            values.append(low)
        if high is not None:
            parts.append(f"{here} <= {bound}")
            values.append(high)
        return " AND ".join(parts), tuple(values)

    def _file(self, rest: str, values: Sequence[Value]) -> tuple[DataFile, int]:
        """Write the rows that ``rest`` leaves to a file; return it and how many they are."""
        session = self._session
        selected = ", ".join(
            f"{column.written} AS {session.quoted(name)}" for name, column in self._output
        )
        with tempfile.NamedTemporaryFile(dir=self._workdir, suffix=".csv", delete=False) as out:
            path = Path(out.name)
        rows = session.write(f"SELECT {selected} FROM {self._relation} {rest}", values, path)
        names = tuple(name for name, _ in self._output)
        texts = tuple(name for name, column in self._output if column.kind in ("text", "list"))
        file = DataFile(
            self._query.table,
            path,
            "csv",
            self._query.origin,
            names,
            texts=texts if session.tells_texts else (),
        )
        return file, rows
