"""A load: what a source yields, batch after batch, into the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from leadline.diagnostic import did_you_mean
from leadline.engine.duckdb import Database
from leadline.errors import UsageError
from leadline.expression.catalog import Type
from leadline.plugin.items import Cursor, DataFile, Item, Note, Records, Reject
from leadline.store.arrival import Arrival
from leadline.store.event_ids import forget_copies
from leadline.store.examine import examine
from leadline.store.fit import prepared, with_offsets
from leadline.store.forms import TYPE_WORDS
from leadline.store.incoming import ROWS_TABLE, receive
from leadline.store.matching import match_columns
from leadline.store.merge import merge
from leadline.store.rejects import keep_rejects
from leadline.store.reshape import reshape
from leadline.store.shape import Shape, read_shape
from leadline.store.summary import LoadSummary, SourceLoad, TableSummary
from leadline.store.zone import time_zone

#: The megabytes that DuckDB may hold while rows come a few thousand at a time, and at least for a
#: column: more would only keep what the store's file has. A file loaded in bulk may use more.
_MEMORY, _OF_COLUMN = 128, 1


def load_items(database: Database, load: SourceLoad, items: Iterable[Item]) -> LoadSummary:
    """Load what a source yields; each batch ends with a cursor and is kept whole or not at all.

    Args:
        database: the store's, open for writing.
        load: the source.
        items: what it yields.

    Returns:
        what became of the rows.

    Raises:
        SourceError: a file or header that cannot be used. Batches before it are kept.
        UsageError: a time zone or a type of the configuration that cannot be used.
    """
    types = {table: _types(table, words) for table, words in load.types.items()}
    going = _Going(database, load, time_zone(load.timezone), types)
    forget_copies(database)
    left = iter(items)
    more = True
    try:
        while more:
            with database.transaction():
                more = going.load_batch(left)
        database.write_held()
    finally:
        database.free_memory()
    return LoadSummary(load.source, tuple(going.tables.values()), tuple(going.notes))


def _types(table: str, words: Mapping[str, str]) -> dict[str, Type]:
    for name, word in words.items():
        if word not in TYPE_WORDS:
            raise UsageError(
                f"`types` says that {table}.{name} is a `{word}`, which is no type",
                hint=did_you_mean(word, TYPE_WORDS),
            )
    return {name.casefold(): TYPE_WORDS[word] for name, word in words.items()}


@dataclass(slots=True)
class _Going:
    """A load that is going on, and what it did so far."""

    database: Database
    load: SourceLoad
    zone: ZoneInfo
    types: Mapping[str, Mapping[str, Type]]
    tables: dict[str, TableSummary] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    memory: int | None = _MEMORY

    def load_batch(self, items: Iterator[Item]) -> bool:
        """Load items up to the next cursor; return False when there are no more."""
        rejects: list[Reject] = []
        cursor = None
        for item in items:
            match item:
                case Cursor():
                    cursor = item
                    break
                case Reject():
                    rejects.append(item)
                    self._count(TableSummary(item.table, rows=1, rejected=1))
                case Note():
                    self._note((item.text,))
                case DataFile() | Records():
                    self._load_rows(item)
        keep_rejects(self.database, self.load, rejects)
        if cursor is not None:
            keep_cursor(self.database, self.load, cursor)
        return cursor is not None

    def _load_rows(self, item: DataFile | Records) -> None:
        incoming = receive(self.database, item)
        spec = incoming.spec
        types = self.types.get(spec.name, {})
        shape = read_shape(self.database, spec, self.shapes.get(spec.name))
        self._bound_memory(item, shape)
        match = match_columns(incoming, self.load.mapping.get(spec.name, {}), shape.names)
        examined = examine(self.database, incoming, match.columns, shape, types)
        names = {column.name.casefold(): column.name for column in match.columns}
        declared = frozenset(
            name
            for folded, name in names.items()
            if folded in types and spec.known_type(name) is None
        )
        notes = reshape(self.database, shape, examined.wanted, declared, self.zone)
        self.shapes[spec.name] = shape = read_shape(self.database, spec, shape)
        fits = tuple(replace(fit, before=shape.widened_from(fit.name)) for fit in examined.fits)
        fits = with_offsets(self.database, prepared(incoming, fits), fits, self.zone)
        self._count(merge(Arrival(self.database, self.load, incoming, examined, fits, shape)))
        self._note(match.notes, notes)
        self._note(
            f"{item.origin} has no column `{name}`, whose type is declared for {spec.name}"
            for name in sorted(types)
            if name not in names
        )
        self.database.execute(f"DROP TABLE IF EXISTS temp.{ROWS_TABLE}")

    def _bound_memory(self, item: DataFile | Records, shape: Shape) -> None:
        """Hold the memory of a load in which no file came yet."""
        if isinstance(item, DataFile):
            self.memory = None
            self.database.free_memory()
        if self.memory is not None:
            columns = max(len(item.columns), len(shape.columns))
            self.memory = max(self.memory, columns * _OF_COLUMN)
            self.database.hold_memory(self.memory)

    def _count(self, summary: TableSummary) -> None:
        before = self.tables.get(summary.table, TableSummary(summary.table))
        self.tables[summary.table] = before.plus(summary)

    def _note(self, *notes: Iterable[str]) -> None:
        for some in notes:
            self.notes.update(dict.fromkeys(some))


def keep_cursor(database: Database, load: SourceLoad, cursor: Cursor) -> None:
    """Keep how far a source has come."""
    database.execute("DELETE FROM cursors WHERE source = ?", [load.source])
    database.execute(
        "INSERT INTO cursors (source, value, run_id) VALUES (?, ?, ?)",
        [load.source, cursor.value, load.run_id],
    )
