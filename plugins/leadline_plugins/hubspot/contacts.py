"""Contacts: leads with their past, their stages, and whom they were merged with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from leadline.plugin import Item, Records
from leadline_plugins.hubspot.columns import ORIGIN, TAKEN, Columns, owned_by
from leadline_plugins.hubspot.history import STAGE, histories, stage_dates, stages
from leadline_plugins.hubspot.instants import instant
from leadline_plugins.hubspot.objects import Asked, batches, values
from leadline_plugins.hubspot.part import Desk, Found, Page, Span
from leadline_plugins.hubspot.place import At

#: What is read of every contact.
_ALWAYS = (
    "email", "createdate", "hubspot_owner_id", "associatedcompanyid", "hs_merged_object_ids",
    "hs_calculated_merged_vids",
)  # fmt: skip
_ORIGIN = f"{ORIGIN} contacts"
_OWN = (
    "lead_id", "account_id", "created_at", "owner", "owner_email", "email", "archived",
    "archived_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contacts:
    """The part ``contacts``."""

    def pages(self, desk: Desk, span: Span, at: At) -> Iterator[Page]:
        """Yield leads, their history and tags, and aliases."""
        chosen = tuple(one for one in desk.directory.chosen("contacts") if one.name not in TAKEN)
        history = desk.directory.histories()
        dates = None if STAGE in history else stage_dates(desk.directory)
        names = (*_ALWAYS, *(one.name for one in chosen), *(dates or ()))
        asked = Asked("contacts", tuple(dict.fromkeys(names)), history)
        columns = Columns("leads", _ORIGIN, _OWN, chosen, ("owner", "owner_email", "email"))
        for batch in batches(desk.api, asked, span, at):
            items: list[Item] = [
                *columns.records((_lead(desk, one), values(one)) for one in batch.records),
                *histories(batch.records, history, desk.directory),
                *stages(batch.records, dates),
                *_aliases(batch.records),
                *_archived(batch.archived),
            ]
            yield Page(items, batch.at)


def _lead(desk: Desk, contact: Found) -> tuple[object, ...]:
    said = values(contact)
    owner, owner_email = owned_by(desk.directory.owners, said.get("hubspot_owner_id"))
    created = said.get("createdate") or contact.get("createdAt")
    company = said.get("associatedcompanyid")
    return (
        str(contact["id"]), company, instant(created), owner, owner_email, said.get("email"),
        False, None,
    )  # fmt: skip


def _archived(contacts: Sequence[Found]) -> tuple[Records, ...]:
    """Return contacts that were deleted: they stay, with a mark that rules can go by."""
    rows = tuple((str(one["id"]), True, instant(one.get("archivedAt"))) for one in contacts)
    columns = ("lead_id", "archived", "archived_at")
    return (Records("leads", _ORIGIN, columns, rows, None),) if rows else ()


def _aliases(contacts: Sequence[Found]) -> tuple[Records, ...]:
    """Return the ids that were merged into contacts, with when where HubSpot says it."""
    rows = []
    for one in contacts:
        said = values(one)
        at = dict(_pair(part) for part in _parts(said.get("hs_calculated_merged_vids")))
        old = dict.fromkeys((*_parts(said.get("hs_merged_object_ids")), *at))
        id_ = str(one["id"])
        rows += [(merged, id_, instant(at.get(merged))) for merged in old if merged != id_]
    columns = ("old_lead_id", "lead_id", "since")
    return (Records("aliases", _ORIGIN, columns, tuple(rows), None),) if rows else ()


def _parts(said: Any) -> list[str]:
    return [part.strip() for part in str(said or "").split(";") if part.strip()]


def _pair(part: str) -> tuple[str, str | None]:
    id_, _, at = part.partition(":")
    return id_, at or None
