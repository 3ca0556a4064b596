"""What the data say about fields, events and rules: figures, once read, then only looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from leadline.expression.catalog import Catalog
from leadline.expression.scope import TABLES

#: How many days of the log a rule's matches are counted over.
DAYS = 30


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a field, as text, and in how many rows it stands."""

    text: str
    rows: int


@dataclass(frozen=True, slots=True)
class FieldFigures:
    """What is known of a field: its different values, and the commonest, commonest first."""

    distinct: int
    commonest: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """How often a rule matched in the last days of the log.

    ``events`` is None of a fact: ``leads`` are then those of whom it is true.
    """

    leads: int
    events: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one store.

    Attributes:
        catalog: its columns.
        fields: those of each (table, column), named as the catalog names them.
        until: the last day of the log.
    """

    catalog: Catalog
    fields: Mapping[tuple[str, str], FieldFigures] = field(
        default_factory=lambda: MappingProxyType({})
    )
    until: date | None = None

    def of(self, part: str, column: str) -> FieldFigures | None:
        """Return the figures of ``part.column``; ``event`` is a part too."""
        if part == "tag":
            return self.fields.get(("lead_tags", column))
        table = self.catalog.table(TABLES.get(part, "events"))
        found = table.column(column) if table is not None else None
        return self.fields.get((table.name, found.name)) if table and found else None

    @property
    def event_types(self) -> tuple[Value, ...]:
        """The types of the events, commonest first."""
        found = self.of("event", "type")
        return found.commonest if found is not None else ()


#: For each rule, by its path in the file, how often it matched.
RuleFigures = Mapping[tuple[str, str], Matched]
NO_RULES: RuleFigures = MappingProxyType({})
