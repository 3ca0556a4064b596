"""What a load is told, and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_NOTHING: Mapping[str, Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SourceLoad:
    """What the store has to know of a source.

    Args:
        source: the name that the source has in the project.
        timezone: the zone of times without an offset.
        mapping: table -> name in the store -> name in the source.
        types: table -> name in the store -> a word of ``forms.TYPE_WORDS``.
        run_id: the run that the load is part of; 0 outside of any.
    """

    source: str
    timezone: str = "UTC"
    mapping: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _NOTHING)
    types: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _NOTHING)
    run_id: int = 0


@dataclass(frozen=True, slots=True)
class TableSummary:
    """What became of the rows for a table: ``rows = new + known + changed + rejected``.

    Args:
        table: the table, as the source names it.
        rows: how many rows came in.
        new: added.
        known: there already, or replaced by a later row of the same file.
        changed: a row of the same key that was there got other values.
        rejected: cannot be used; each is in the rejects.
    """

    table: str
    rows: int = 0
    new: int = 0
    known: int = 0
    changed: int = 0
    rejected: int = 0

    def plus(self, other: TableSummary) -> TableSummary:
        """Return the sum of two summaries of the same table."""
        return TableSummary(
            self.table,
            self.rows + other.rows,
            self.new + other.new,
            self.known + other.known,
            self.changed + other.changed,
            self.rejected + other.rejected,
        )


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What a load did: a summary a table, and notes for a person, each said once."""

    source: str
    tables: tuple[TableSummary, ...] = ()
    notes: tuple[str, ...] = ()

    def table(self, name: str) -> TableSummary:
        """Return the summary of that table; all zeros where nothing came for it."""
        return next((table for table in self.tables if table.table == name), TableSummary(name))

    @property
    def rows(self) -> int:
        """How many rows came in, over all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def rejected(self) -> int:
        """How many of them were rejected."""
        return sum(table.rejected for table in self.tables)
