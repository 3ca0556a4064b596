"""An account of HubSpot but for its records: how it is set up, and what happened."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any

from leadline.testing.fake_hubspot.catalog import (
    Campaign,
    Form,
    Member,
    Owner,
    Pipeline,
    Property,
    Segment,
    Stage,
    built_in,
    field_of,
    group_of,
)
from leadline.testing.fake_hubspot.instants import iso, millis
from leadline.testing.fake_hubspot.logs import Log
from leadline.testing.fake_hubspot.objects import TYPE_ID


class Account:
    """How an account is set up, what happened in it, and how late it is there.

    Args:
        portal_id: its number.
        time_zone: where it is at home.
        now: what its clock shows, ISO.
    """

    def __init__(self, portal_id: int, time_zone: str, now: str) -> None:
        self.portal_id = portal_id
        self.time_zone = time_zone
        #: Held while a request is answered, and wherever something is changed.
        self.lock = threading.RLock()
        self._clock = millis(now)
        self.properties: dict[str, dict[str, Property]] = {k: built_in(k) for k in TYPE_ID}
        self.groups: dict[str, list[str]] = {kind: [group_of(kind)] for kind in TYPE_ID}
        self.owners: dict[str, Owner] = {}
        self.pipelines: dict[str, dict[str, Pipeline]] = {kind: {} for kind in TYPE_ID}
        self.lists: dict[str, Segment] = {}
        self.campaigns: dict[int, Campaign] = {}
        self.forms: dict[str, Form] = {}
        self.email_events = Log()
        self.submissions: dict[str, Log] = {}
        self.happenings = Log()

    def instant(self, at: str | None = None) -> int:
        """Return an instant in milliseconds; without one, the clock's, which goes on by 1 s."""
        if at is not None:
            return millis(at)
        self._clock += 1000
        return self._clock - 1000

    @property
    def clock(self) -> int:
        """What the clock shows, in milliseconds."""
        return self._clock

    def define(
        self,
        kind: str,
        name: str,
        *,
        type: str = "string",
        field_type: str | None = None,
        label: str | None = None,
        options: Iterable[tuple[str, str]] = (),
        read_only: bool = False,
        group: str | None = None,
        unique: bool = False,
        description: str = "",
        form: bool = True,
    ) -> None:
        """Make a property of the portal's own."""
        with self.lock:
            self.properties[kind][name] = Property(
                name, label or name, type, field_type or field_of(type),
                group or group_of(kind), tuple(options), read_only, True, unique, description,
                form,
            )  # fmt: skip

    def defined(self, kind: str) -> tuple[str, ...]:
        """Return the names of the properties of a type of record."""
        return tuple(self.properties[kind])

    def add_owner(
        self,
        id: str,
        email: str,
        first: str = "",
        last: str = "",
        *,
        archived: bool = False,
    ) -> None:
        """Add a user that records may belong to."""
        with self.lock:
            self.owners[id] = Owner(id, email, first, last, archived)

    def add_pipeline(
        self,
        kind: str,
        id: str,
        label: str,
        stages: Iterable[Stage],
    ) -> None:
        """Add a pipeline with its stages in order."""
        with self.lock:
            self.pipelines[kind][id] = Pipeline(id, label, tuple(stages))

    def add_list(
        self,
        id: str,
        name: str,
        members: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Add a list of contacts: their ids, and since when they are in it, ISO."""
        with self.lock:
            found = [Member(record, iso(millis(since))) for record, since in members]
            by_id = sorted(found, key=lambda member: int(member.record))
            self.lists[id] = Segment(name, by_id, sorted(by_id, key=lambda member: member.since))

    def add_campaign(self, id: int, name: str, subject: str = "") -> None:
        """Add what e-mail events belong to."""
        with self.lock:
            self.campaigns[id] = Campaign(id, name, subject)

    def add_form(self, guid: str, name: str, *, at: str | None = None) -> None:
        """Add a form without submissions."""
        with self.lock:
            self.forms[guid] = Form(guid, name, iso(self.instant(at)))
            self.submissions.setdefault(guid, Log())

    def add_email_event(
        self, type_: str, recipient: str, *, campaign: int, at: str | None = None, **more: Any
    ) -> str:
        """Note an e-mail event; return its id.

        Args:
            type_: such as ``SENT``, ``DELIVERED``, ``OPEN``, ``CLICK``, ``BOUNCE``.
            recipient: whom the e-mail went to.
            campaign: the number of what it belongs to.
            at: when, ISO.
            more: what else HubSpot says of it, such as ``url`` of a click.
        """
        with self.lock:
            when = self.instant(at)
            id_ = f"00000000-0000-4000-8000-{len(self.email_events):012d}"
            said = {"type": type_, "recipient": recipient, "emailCampaignId": campaign}
            self.email_events.add(when, {"id": id_, **said, **more})
            return id_

    def submit(
        self, guid: str, values: Mapping[str, str], *, at: str | None = None, page_url: str = ""
    ) -> None:
        """Send in a form."""
        with self.lock:
            log = self.submissions[guid]
            log.add(
                self.instant(at),
                {
                    "conversionId": f"{guid[:8]}-{len(log):06d}",
                    "values": [{"name": name, "value": said} for name, said in values.items()],
                    "pageUrl": page_url,
                },
            )

    def add_event(
        self,
        event_type: str,
        object_id: str,
        *,
        at: str | None = None,
        properties: Mapping[str, str] | None = None,
    ) -> None:
        """Note an event of a contact, such as a visit of a page."""
        with self.lock:
            self.happenings.add(
                self.instant(at),
                {
                    "id": f"event-{len(self.happenings)}",
                    "eventType": event_type,
                    "objectType": "CONTACT",
                    "objectId": object_id,
                    "properties": dict(properties or {}),
                },
            )
