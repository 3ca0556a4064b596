"""Which contact an e-mail address belongs to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from leadline.plugin import Item, Records, Reject
from leadline_plugins.hubspot.api import Api
from leadline_plugins.hubspot.objects import read_batch, values
from leadline_plugins.hubspot.part import Found

_BATCH = 100
#: How many addresses are remembered, so that memory has a bound.
_MOST = 50_000


class Addresses:
    """Looks up the contacts of e-mail addresses, each once as far as they are remembered.

    Args:
        api: the API.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: dict[str, str | None] = {}

    def leads(self, addresses: Iterable[str]) -> Mapping[str, str | None]:
        """Return the contact of each address, in small letters; None for one without."""
        wanted = dict.fromkeys(address.casefold() for address in addresses if address)
        if len(self._known) > _MOST:
            self._known.clear()
        new = [address for address in wanted if address not in self._known]
        for start in range(0, len(new), _BATCH):
            some = new[start : start + _BATCH]
            self._known.update(dict.fromkeys(some))
            self._known.update(self._read(some))
        return {address: self._known[address] for address in wanted}

    def _read(self, addresses: Sequence[str]) -> dict[str, str]:
        body = {
            "idProperty": "email",
            "properties": ["email"],
            "inputs": [{"id": address} for address in addresses],
        }
        return {
            str(values(one).get("email")).casefold(): str(one["id"])
            for one in read_batch(self._api, "contacts", body)
        }


def events(
    origin: str,
    columns: Sequence[str],
    rows: Iterable[tuple[str, Sequence[object], Found]],
    addresses: Addresses,
) -> list[Item]:
    """Return events of addresses as events of leads; of nobody's address, as rejects.

    Args:
        origin: what a person calls the place that they come from.
        columns: the columns of ``events`` but ``lead_id``.
        rows: the address, the cells, and what HubSpot says of each event.
        addresses: where addresses are looked up.
    """
    all_rows = list(rows)
    leads = addresses.leads(address for address, _, _ in all_rows)
    kept: list[tuple[object, ...]] = []
    items: list[Item] = []
    for address, cells, said in all_rows:
        lead = leads.get(address.casefold())
        if lead is not None:
            kept.append((lead, *cells))
            continue
        why = "no contact has its e-mail address" if address else "it has no e-mail address"
        raw = json.dumps(said, ensure_ascii=False)
        reason = f"{why}; the contact may have been deleted or have another address now"
        items.append(Reject("events", origin, None, "lead_id", reason, raw))
    if kept:
        items.insert(0, Records("events", origin, ("lead_id", *columns), tuple(kept), None))
    return items
