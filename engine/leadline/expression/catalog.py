"""What the data really has: tables, columns and the type of each.

Types are those of the language, not of an engine. The store makes a catalog from
its tables; the type checker reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Type(Enum):
    """A type of the expression language."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "true or false"
    DATE = "date"
    INSTANT = "date and time"
    DURATION = "duration"
    LIST = "list of texts"
    EMPTY = "no value yet"  # a column without any value fits every type

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the data spells it, with its type in the language."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the store and its columns; ``empty`` says that it holds no row."""

    name: str
    columns: tuple[Column, ...]
    empty: bool = False

    def column(self, name: str) -> Column | None:
        """Return the column of that name, matched without regard to case where not exact."""
        exact = (column for column in self.columns if column.name == name)
        folded = (c for c in self.columns if c.name.casefold() == name.casefold())
        return next(exact, None) or next(folded, None)


@dataclass(frozen=True, slots=True)
class Catalog:
    """The tables that hold data, and the span of the events' instants (UTC, without offset).

    ``first_known`` is the first instant of anything else: a lead's creation, a change of a field.
    ``history_fields`` are the fields named in ``lead_history``; ``tags`` those in ``lead_tags``.
    """

    tables: tuple[Table, ...] = ()
    first_event: datetime | None = None
    last_event: datetime | None = None
    history_fields: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    first_known: datetime | None = None

    def table(self, name: str) -> Table | None:
        """Return the table of that name, or None where the data has none."""
        return next((table for table in self.tables if table.name == name), None)

    def has_rows(self, name: str) -> bool:
        """Say whether the data has rows of that table."""
        table = self.table(name)
        return table is not None and not table.empty
