"""Deals: opportunities, each of a contact or a company."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from leadline.plugin import Item, Records
from leadline_plugins.hubspot.columns import ORIGIN, TAKEN, Columns, owned_by
from leadline_plugins.hubspot.instants import instant
from leadline_plugins.hubspot.objects import Asked, batches, linked, values
from leadline_plugins.hubspot.part import Desk, Found, Page, Span
from leadline_plugins.hubspot.place import At

_ALWAYS = (
    "dealname", "amount", "dealstage", "createdate", "closedate", "hubspot_owner_id",
)  # fmt: skip
_OWN = (
    "opportunity_id", "lead_id", "account_id", "created_at", "closed_at", "won", "amount",
    "name", "pipeline", "stage", "owner", "owner_email", "archived",
)  # fmt: skip
_TEXTS = ("name", "pipeline", "stage", "owner", "owner_email")
_ORIGIN = f"{ORIGIN} deals"
#: The account of deals that were deleted; no company has this number.
_NOBODY = "deleted"


@dataclass(frozen=True, slots=True)
class Deals:
    """The part ``deals``."""

    def pages(self, desk: Desk, span: Span, at: At) -> Iterator[Page]:
        """Yield opportunities."""
        taken = TAKEN.union(_ALWAYS)
        chosen = tuple(one for one in desk.directory.chosen("deals") if one.name not in taken)
        asked = Asked("deals", (*_ALWAYS, *(one.name for one in chosen)))
        columns = Columns("opportunities", _ORIGIN, _OWN, chosen, _TEXTS)
        for batch in batches(desk.api, asked, span, at):
            ids = [str(one["id"]) for one in batch.records]
            leads = linked(desk.api, "deals", "contacts", ids, _first)
            accounts = linked(desk.api, "deals", "companies", ids, _first)
            rows = (
                (_opportunity(desk, one, leads, accounts), values(one)) for one in batch.records
            )
            items: list[Item] = [*columns.records(rows), *_archived(batch.archived)]
            yield Page(items, batch.at)


def _opportunity(
    desk: Desk, deal: Found, leads: Mapping[str, str], accounts: Mapping[str, str]
) -> tuple[object, ...]:
    said, id_ = values(deal), str(deal["id"])
    stage = desk.directory.stages.get(str(said.get("dealstage")))
    closed = stage is not None and stage.closed
    owner = owned_by(desk.directory.owners, said.get("hubspot_owner_id"))
    return (
        id_,
        leads.get(id_),
        accounts.get(id_),
        _created(deal),
        # An open deal has a date of closing too: the day on which it is hoped for.
        instant(said.get("closedate")) if closed else None,
        stage.won if closed and stage is not None else None,
        said.get("amount"),
        said.get("dealname"),
        stage.pipeline if stage is not None else None,
        stage.label if stage is not None else said.get("dealstage"),
        *owner,
        False,
    )


def _archived(deals: Sequence[Found]) -> tuple[Records, ...]:
    """Return deals that were deleted: they belong to nobody any more, so they count for nobody."""
    rows = tuple(
        (str(one["id"]), None, _NOBODY, _created(one), instant(one.get("archivedAt")), None, True)
        for one in deals
    )
    columns = (
        "opportunity_id", "lead_id", "account_id", "created_at", "closed_at", "won", "archived",
    )  # fmt: skip
    return (Records("opportunities", _ORIGIN, columns, rows, None),) if rows else ()


def _created(deal: Found) -> object:
    return instant(values(deal).get("createdate") or deal.get("createdAt"))


def _first(links: Sequence[Found]) -> Found:
    """Return the association that is called primary; without one that of the oldest record."""

    def rank(link: Found) -> tuple[bool, int, str]:
        types = link.get("associationTypes")
        labels = [one.get("label") for one in types if isinstance(one, Mapping)] if types else []
        to = str(link.get("toObjectId"))
        return "Primary" not in labels, int(to) if to.isdecimal() else 0, to

    return min(links, key=rank)
