"""Load from a source into a store, as the main job does, again and again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from leadline.plugin import Item, Plugins, ReadContext, read_source
from leadline.store import SourceLoad, Store
from leadline.store.summary import TableSummary


class Loads:
    """A store and the source that fills it."""

    def __init__(self, root: Path, kind: str, settings: Mapping[str, object]) -> None:
        self.root, self.kind, self.settings = root, kind, settings
        self.store = Store.open(None)
        self.notes: tuple[str, ...] = ()

    def items(self, cursor: str | None = None) -> Iterator[Item]:
        workdir = self.root / ".work"
        workdir.mkdir(exist_ok=True)
        context = ReadContext(self.root, workdir, cursor, lambda label, done, total: None)
        return read_source(Plugins(), self.kind, self.settings, context)

    def load(self, items: Iterable[Item] | None = None) -> dict[str, TableSummary]:
        """Load what is new, and return what became of it, by table."""
        given = self.items(self.store.cursor("tested")) if items is None else items
        summary = self.store.load(SourceLoad(source="tested"), given)
        self.notes = summary.notes
        return {table.table: table for table in summary.tables}

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.store.database.rows(sql)

    def types(self, table: str) -> dict[str, str]:
        return {str(row[0]): str(row[1]) for row in self.rows(f"DESCRIBE {table}")}


@contextlib.contextmanager
def loading(root: Path, kind: str, settings: Mapping[str, object]) -> Iterator[Loads]:
    """Return a store that is filled from a source, and close it in the end."""
    loads = Loads(root, kind, settings)
    with loads.store:
        yield loads
