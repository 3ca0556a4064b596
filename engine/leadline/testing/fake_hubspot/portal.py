"""A HubSpot portal in memory: what the fake serves, and what tests fill and change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Self

from leadline.testing.fake_hubspot import writing
from leadline.testing.fake_hubspot.account import Account
from leadline.testing.fake_hubspot.asked import Asked
from leadline.testing.fake_hubspot.instants import millis
from leadline.testing.fake_hubspot.links import Links, LinkType
from leadline.testing.fake_hubspot.made import FIRST, Crowd
from leadline.testing.fake_hubspot.made_events import Doings
from leadline.testing.fake_hubspot.objects import TYPE_ID, CrmObject, Table, Version

Change = Callable[["Portal", Asked], object]


class Portal(Account):
    """The data of an account.

    Args:
        portal_id: its number.
        time_zone: where it is at home.
        now: what its clock shows, ISO. A write that names no instant takes the clock's and moves it
            on by a second.
    """

    def __init__(
        self,
        *,
        portal_id: int = 4727653,
        time_zone: str = "Europe/Helsinki",
        now: str = "2026-06-30T12:00:00Z",
    ) -> None:
        super().__init__(portal_id, time_zone, now)
        self.tables: dict[str, Table] = {kind: Table(FIRST[kind]) for kind in TYPE_ID}
        self.links = Links(self.tables)
        self._changes: list[Change] = []
        self._seen: dict[str, Table] | None = None

    @classmethod
    def generate(cls, contacts: int, seed: int = 7, now: str = "2026-06-30T12:00:00Z") -> Self:
        """Return a believable portal.

        Its records and events are made from their numbers whenever they are asked for, so that it
        takes no more memory with a million contacts than with ten.

        Args:
            contacts: how many; one company for five of them, one deal for ten.
            seed: another one gives another portal.
            now: what its clock shows, ISO; nothing in it is newer.
        """
        portal = cls(now=now)
        crowd = Crowd(contacts, seed, millis(now))
        doings = Doings(crowd, seed, millis(now), portal.portal_id)
        portal.tables.update(crowd.tables())
        portal.links = Links(portal.tables, crowd.links())
        for owner in crowd.owners():
            portal.owners[owner.id] = owner
        portal.pipelines["deals"]["default"] = crowd.pipeline()
        portal.lists.update(crowd.lists())
        for campaign in doings.campaigns():
            portal.campaigns[campaign.id] = campaign
        for form, log in doings.forms():
            portal.forms[form.guid] = form
            portal.submissions[form.guid] = log
        portal.email_events = doings.email_events()
        portal.happenings = doings.happenings()
        return portal

    def get(self, kind: str, id_: str) -> CrmObject | None:
        """Return the record of an id, or the one that it was merged into; None without one."""
        return self.tables[kind].get(id_)

    def history(self, kind: str, id_: str, name: str) -> tuple[Version, ...]:
        """Return the values that a property of a record had, newest first."""
        record = self.tables[kind].get(id_)
        return record.history(name) if record else ()

    def add(
        self,
        kind: str,
        properties: Mapping[str, str | None],
        *,
        id: str | None = None,
        at: str | None = None,
        source: str = "CRM_UI",
    ) -> str:
        """Add a record; return its id."""
        with self.lock:
            number = id or str(self.tables[kind].new_id())
            self.tables[kind].put(writing.new(kind, number, properties, self.instant(at), source))
            return number

    def update(
        self,
        kind: str,
        id_: str,
        properties: Mapping[str, str | None],
        *,
        at: str | None = None,
        source: str = "CRM_UI",
    ) -> CrmObject:
        """Set properties of a record, with their history; return what it is now."""
        with self.lock:
            changed = writing.changed(
                kind, self._record(kind, id_), properties, self.instant(at), source
            )
            self.tables[kind].put(changed)
            return changed

    def archive(self, kind: str, id_: str, *, at: str | None = None) -> None:
        """Archive a record: only who asks for archived ones still gets it."""
        with self.lock:
            self.tables[kind].put(writing.archived(self._record(kind, id_), self.instant(at)))

    def merge(
        self, kind: str, winner: str, loser: str, *, anew: bool = False, at: str | None = None
    ) -> CrmObject:
        """Merge a record into another, whose own values stand; return what that is now.

        Args:
            kind: the type of both.
            winner: the id of the record whose values stand.
            loser: the id of the other.
            anew: whether what they become has an id of its own, to which both of theirs lead, as
                contacts and companies have it in portals of today.
            at: when, ISO.
        """
        with self.lock:
            one, other = self._record(kind, winner), self._record(kind, loser)
            merged = writing.merged(kind, one, other, self.instant(at))
            if anew:
                merged = writing.renumbered(kind, merged, str(self.tables[kind].new_id()))
            for old in dict.fromkeys((one.id, other.id)):
                if old != merged.id:
                    self.tables[kind].merge(merged.id, old)
            self.tables[kind].put(merged)
            return merged

    def associate(
        self,
        kind: str,
        id_: str,
        to: str,
        other: str,
        *,
        type_id: int | None = None,
        label: str | None = None,
    ) -> None:
        """Link two records, both ways; a type and a label of the portal's own come on top."""
        with self.lock:
            extra = LinkType(type_id, label, label is not None) if type_id is not None else None
            self.links.add(kind, id_, to, other, extra)

    def change_between_pages(self, change: Change) -> None:
        """Call something before every request that goes on from a cursor."""
        self._changes.append(change)

    def page_turned(self, asked: Asked) -> None:
        """Do what was to be done between pages."""
        for change in self._changes:
            change(self, asked)

    @contextmanager
    def lagging_search(self) -> Iterator[None]:
        """Let searches see what is there now, whatever changes meanwhile, as a late index does."""
        self._seen = {kind: table.copy() for kind, table in self.tables.items()}
        try:
            yield
        finally:
            self._seen = None

    def searched(self, kind: str) -> Table:
        """Return the records as a search sees them."""
        return (self._seen or self.tables)[kind]

    def _record(self, kind: str, id_: str) -> CrmObject:
        record = self.tables[kind].get(id_)
        if record is None:
            raise KeyError(f"there is no record {id_} among the {kind}")
        return record
