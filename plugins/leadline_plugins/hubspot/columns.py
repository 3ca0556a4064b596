"""The columns that chosen properties become, and the cells in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadline.plugin import Records
from leadline_plugins.hubspot.directory import Owner, Property

#: Properties that are columns of leadline's own already.
TAKEN = frozenset(
    {"hubspot_owner_id", "associatedcompanyid", "createdate", "email", "hs_object_id"}
)
ORIGIN = "HubSpot"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table of records.

    Args:
        table: the table.
        origin: what a person calls the place that the rows come from.
        own: the columns that leadline means something by, or that are always there.
        properties: the properties that become columns.
        texts: those of the own columns that are texts for sure.
    """

    table: str
    origin: str
    own: tuple[str, ...]
    properties: tuple[Property, ...]
    texts: tuple[str, ...] = ()

    def records(
        self, rows: Iterable[tuple[Sequence[object], Mapping[str, Any]]]
    ) -> tuple[Records, ...]:
        """Return rows, each of own cells and of the values of a record; none for no row."""
        found = tuple(
            (*own, *(_cell(said.get(one.name), one) for one in self.properties))
            for own, said in rows
        )
        names = tuple(self._name(one.name) for one in self.properties)
        texts = tuple(name for name, one in zip(names, self.properties, strict=True) if one.text)
        columns = (*self.own, *names)
        made = Records(self.table, self.origin, columns, found, None, (*self.texts, *texts))
        return (made,) if found else ()

    def _name(self, name: str) -> str:
        """Return the column of a property; one that is named as an own column stands apart."""
        return f"hubspot_{name}" if name.casefold() in self.own else name


def _cell(value: Any, of: Property) -> object:
    if of.several:
        return [one for one in str(value).split(";") if one] if value else None
    return value


def owned_by(owners: Mapping[str, Owner], said: object) -> tuple[str | None, str | None]:
    """Return the name and the e-mail of an owner; the number where nobody is known by it."""
    if said in (None, ""):
        return None, None
    owner = owners.get(str(said))
    return (owner.name, owner.email) if owner is not None else (str(said), None)
