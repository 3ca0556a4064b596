"""The records of a portal: contacts, companies and deals, held or made from their number."""

from __future__ import annotations

import bisect
import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

CONTACTS: Final = "contacts"
COMPANIES: Final = "companies"
DEALS: Final = "deals"
#: The names by which paths may say a type of record: the plural, the singular and the id.
TYPES: Final = {
    "contacts": CONTACTS, "contact": CONTACTS, "0-1": CONTACTS,
    "companies": COMPANIES, "company": COMPANIES, "0-2": COMPANIES,
    "deals": DEALS, "deal": DEALS, "0-3": DEALS,
}  # fmt: skip
SINGULAR: Final = {CONTACTS: "contact", COMPANIES: "company", DEALS: "deal"}
TYPE_ID: Final = {CONTACTS: "0-1", COMPANIES: "0-2", DEALS: "0-3"}
#: The property that says when a record was changed last.
MODIFIED: Final = {
    CONTACTS: "lastmodifieddate", COMPANIES: "hs_lastmodifieddate", DEALS: "hs_lastmodifieddate"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Version:
    """One value that a property had.

    Args:
        value: what it was set to; "" where it was cleared.
        timestamp: when, ISO.
        source: what set it, such as ``CRM_UI`` or ``INTEGRATION``.
    """

    value: str
    timestamp: str
    source: str = "CRM_UI"


@dataclass(frozen=True, slots=True)
class CrmObject:
    """A record.

    Args:
        id: its number, as text.
        properties: its values; None where it has none.
        past: the values that its properties had, newest first; what is missing here was set once,
            when the record was created.
        created: when it was created, ISO.
        updated: when it was changed last, ISO.
        archived: when it was archived, ISO; None for a record that lives.
    """

    id: str
    properties: Mapping[str, str | None]
    past: Mapping[str, tuple[Version, ...]]
    created: str
    updated: str
    archived: str | None = None

    def history(self, name: str) -> tuple[Version, ...]:
        """Return the values that a property had, newest first; none for one never set."""
        if name in self.past:
            return self.past[name]
        value = self.properties.get(name)
        return (Version(value, self.created, "IMPORT"),) if value is not None else ()


class Table:
    """The records of one type, in the order of their ids.

    Args:
        first: the id of the first record that is made, and of the first that is added to none.
        count: how many records are made from their number.
        make: returns the record of an id; called whenever it is asked for, and must not change.
        peeks: for some properties, what returns the value of an id without the whole record.
    """

    def __init__(
        self,
        first: int,
        count: int = 0,
        make: Callable[[int], CrmObject] | None = None,
        peeks: Mapping[str, Callable[[int], str | None]] | None = None,
    ) -> None:
        self._made = range(first, first + count)
        self._make = make
        self._peeks = dict(peeks or {})
        self._held: dict[int, CrmObject] = {}
        self._added: list[int] = []
        self._winners: dict[int, int] = {}
        self._found: dict[str, list[int]] = {}
        self._last: CrmObject | None = None

    def copy(self) -> Table:
        """Return the table as it is now; later changes do not reach it."""
        copy = Table(self._made.start, len(self._made), self._make, self._peeks)
        copy._held, copy._added = dict(self._held), list(self._added)
        copy._winners = dict(self._winners)
        return copy

    def new_id(self) -> int:
        """Return an id that no record has had."""
        return (
            max([self._made.stop - 1, *self._added[-1:], *self._winners, self._made.start - 1]) + 1
        )

    def get(self, id_: str) -> CrmObject | None:
        """Return the record of an id, or the one that it was merged into."""
        if not id_.isdecimal():
            return None
        number = int(id_)
        while number in self._winners:
            number = self._winners[number]
        if number in self._held:
            return self._held[number]
        if number in self._made and self._make is not None:
            return self._make(number)
        return None

    def put(self, record: CrmObject) -> None:
        """Hold a record, in place of what was there."""
        number = int(record.id)
        if number not in self._made and number not in self._held:
            bisect.insort(self._added, number)
        self._held[number] = record
        self._forget()

    def merge(self, winner: str, loser: str) -> None:
        """Let an id lead to another record."""
        self._winners[int(loser)] = int(winner)
        self._forget()

    def merged_into(self, winner: str) -> tuple[str, ...]:
        """Return the ids that lead to a record, with its own first."""
        found = [int(winner)]
        for id_ in found:
            found.extend(loser for loser, into in self._winners.items() if into == id_)
        return tuple(map(str, found))

    def after(self, number: int) -> Iterator[CrmObject]:
        """Yield the records with a higher id, by id; merged ones not."""
        for id_ in self._ids(number):
            record = self.get(str(id_))
            if record is not None:
                yield record

    def archived(self, number: int) -> Iterator[CrmObject]:
        """Yield the archived records with a higher id, by id: none that is made ever is one."""
        for id_ in sorted(self._held):
            if id_ > number and id_ not in self._winners and self._held[id_].archived is not None:
                yield self._held[id_]

    def living(self) -> Iterator[int]:
        """Yield the ids of the records that are not archived, in order."""
        for id_ in self._ids(-1):
            if id_ not in self._held or self._held[id_].archived is None:
                yield id_

    def value(self, number: int, name: str) -> str | None:
        """Return a value of the record of an id."""
        if number not in self._held and name in self._peeks:
            return self._peeks[name](number)
        if self._last is None or self._last.id != str(number):
            self._last = self.get(str(number))
        return self._last.properties.get(name) if self._last is not None else None

    def _forget(self) -> None:
        self._found.clear()
        self._last = None

    def _ids(self, number: int) -> Iterator[int]:
        made = range(max(number + 1, self._made.start), self._made.stop)
        added = self._added[bisect.bisect_right(self._added, number) :]
        ids = heapq.merge(made, added) if added else made
        return (id_ for id_ in ids if id_ not in self._winners)

    def found(self, key: str, find: Callable[[], list[int]]) -> list[int]:
        """Return what a search finds; a second one with the same key, from memory."""
        if key not in self._found:
            self._found[key] = find()
        return self._found[key]
