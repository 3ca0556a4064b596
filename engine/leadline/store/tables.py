"""The tables that every source fills, as data.

A table has the columns named here where a source gives them, and any others that it gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from leadline.expression.catalog import Type


class Kind(Enum):
    """How rows are added to a table."""

    EVENTS = "appended once by event_id; the first of an id stays"
    KEYED = "one row a key; a newer row replaces the columns it gives"
    ROWS = "appended where no equal row is there"


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column that means something.

    Args:
        name: its name in the store.
        type: its type; a value of another type rejects the row.
        required: without a value the row is rejected.
        allowed: the only texts it may hold, in lower case; empty: any.
    """

    name: str
    type: Type
    required: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table: how rows are added to it, the columns that mean something, and its key.

    ``one_of`` names columns of which a row must give at least one.
    """

    name: str
    kind: Kind
    columns: tuple[ColumnSpec, ...]
    key: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()

    def column(self, name: str) -> ColumnSpec | None:
        """Return the column of that name, matched without regard to case."""
        folded = name.casefold()
        return next((column for column in self.columns if column.name == folded), None)

    def known_type(self, name: str) -> Type | None:
        """Return the type that a column of that name always has, or None where values tell."""
        column = self.column(name)
        if column is not None:
            return column.type
        return Type.TEXT if name.casefold().endswith("_id") else None

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the columns that every row must have a value in."""
        return tuple(column.name for column in self.columns if column.required)


def _must(name: str, type: Type = Type.TEXT, *allowed: str) -> ColumnSpec:
    return ColumnSpec(name, type, required=True, allowed=allowed)


def _may(name: str, type: Type = Type.TEXT) -> ColumnSpec:
    return ColumnSpec(name, type)


TABLES: tuple[TableSpec, ...] = (
    TableSpec(
        "events",
        Kind.EVENTS,
        (
            _may("event_id"),
            _must("lead_id"),
            _must("occurred_at", Type.INSTANT),
            _must("type"),
            _may("asset_id"),
            _may("campaign"),
            _may("visit_id"),
        ),
        key=("event_id",),
    ),
    TableSpec(
        "leads",
        Kind.KEYED,
        (
            _must("lead_id"),
            _may("account_id"),
            _may("created_at", Type.INSTANT),
            _may("owner"),
            _may("email"),
        ),
        key=("lead_id",),
    ),
    TableSpec(
        "accounts",
        Kind.KEYED,
        (_must("account_id"), _may("name"), _may("domain")),
        key=("account_id",),
    ),
    TableSpec(
        "assets",
        Kind.KEYED,
        (
            _must("asset_id"),
            _may("kind"),
            _may("stage"),
            _may("product"),
            _may("duration", Type.NUMBER),
            _may("tags", Type.LIST),
        ),
        key=("asset_id",),
    ),
    TableSpec(
        "lead_history",
        Kind.ROWS,
        (_must("lead_id"), _must("field"), _may("value"), _must("changed_at", Type.INSTANT)),
    ),
    TableSpec(
        "lead_tags",
        Kind.ROWS,
        (_must("lead_id"), _must("tag"), _may("value"), _must("set_at", Type.INSTANT)),
    ),
    TableSpec(
        "opportunities",
        Kind.KEYED,
        (
            _must("opportunity_id"),
            _may("lead_id"),
            _may("account_id"),
            _must("created_at", Type.INSTANT),
            _may("closed_at", Type.INSTANT),
            _may("won", Type.TRUTH),
            _may("amount", Type.NUMBER),
        ),
        key=("opportunity_id",),
        one_of=("lead_id", "account_id"),
    ),
    TableSpec(
        "handoffs",
        Kind.ROWS,
        (
            _must("lead_id"),
            _must("offered_at", Type.INSTANT),
            _may("decided_at", Type.INSTANT),
            _may("accepted", Type.TRUTH),
            _may("reason"),
            _may("expired_at", Type.INSTANT),
            _may("recycled_at", Type.INSTANT),
        ),
    ),
    TableSpec(
        "feedback",
        Kind.ROWS,
        (
            _may("lead_id"),
            _may("rule"),
            _must("at", Type.INSTANT),
            _must("by"),
            _must("verdict", Type.TEXT, "good", "bad"),
            _may("note"),
        ),
    ),
    TableSpec(
        "metrics",
        Kind.ROWS,
        (
            _must("program"),
            _must("date", Type.DATE),
            _must("metric"),
            _must("value", Type.NUMBER),
        ),
    ),
    TableSpec(
        "aliases",
        Kind.ROWS,
        (_must("old_lead_id"), _must("lead_id"), _may("since", Type.INSTANT)),
    ),
)

TABLE_NAMES: tuple[str, ...] = tuple(spec.name for spec in TABLES)


def table_spec(name: str) -> TableSpec | None:
    """Return the table of that name, or None where there is no such table."""
    return next((spec for spec in TABLES if spec.name == name), None)
