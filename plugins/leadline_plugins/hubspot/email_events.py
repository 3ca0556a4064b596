"""What became of marketing e-mails: sent, opened, clicked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadline.plugin import Item, Records
from leadline.plugin.client import CallError
from leadline_plugins.hubspot.addresses import Addresses, events
from leadline_plugins.hubspot.api import Api, pages
from leadline_plugins.hubspot.columns import ORIGIN
from leadline_plugins.hubspot.instants import instant
from leadline_plugins.hubspot.part import Desk, Found, Page, Span
from leadline_plugins.hubspot.place import At

#: Its paths have no date; HubSpot keeps them until September 2027.
_PATH = "email/public/v1"
_LIMIT = "1000"
_ORIGIN = f"{ORIGIN} e-mail events"
_COLUMNS = ("event_id", "occurred_at", "type", "asset_id", "campaign", "url")


class _Campaigns:
    """Looks up what e-mails were sent for, each once."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: dict[str, Mapping[str, Any]] = {}

    def find(self, id_: str) -> tuple[Mapping[str, Any], bool]:
        """Return what is said of one, and whether it is the first time."""
        if id_ in self._known:
            return self._known[id_], False
        try:
            self._known[id_] = self._api.get(f"{_PATH}/campaigns/{id_}")
        except CallError as error:
            if error.failure.status != 404:
                raise
            self._known[id_] = {}
        return self._known[id_], True


@dataclass(frozen=True, slots=True)
class EmailEvents:
    """The part ``email_events``."""

    def pages(self, desk: Desk, span: Span, at: At) -> Iterator[Page]:
        """Yield events of one type after the other, and the e-mails as assets."""
        addresses, campaigns = Addresses(desk.api), _Campaigns(desk.api)
        types = desk.wanted.email_types
        begin = int(at.get("type", 0))
        for number in range(begin, len(types)):
            after = at.get("after") if number == begin else None
            found = _events(desk, types[number], span, after)
            for said, next_ in found:
                whole = next_ is None
                place = {"type": number + 1} if whole else {"type": number, "after": next_}
                yield Page(_items(said, addresses, campaigns), place)


def _events(
    desk: Desk, type_: str, span: Span, after: str | None
) -> Iterator[tuple[list[Found], str | None]]:
    path = f"{_PATH}/events"
    begin = max((at for at in (span.begin, desk.wanted.since) if at is not None), default=None)
    bounds = [("startTimestamp", str(begin))] if begin is not None else []
    bounds.append(("endTimestamp", str(span.end)))

    def ask(after: str | None) -> Mapping[str, Any]:
        more = [("offset", after)] if after is not None else []
        params = [("eventType", type_), ("limit", _LIMIT), *bounds, *more]
        answer: Mapping[str, Any] = desk.api.get(path, params)
        return answer

    return pages(ask, path, after, next_of=_offset, key="events")


def _offset(data: Mapping[str, Any]) -> str | None:
    return str(data["offset"]) if data.get("hasMore") and data.get("offset") else None


def _items(said: Sequence[Found], addresses: Addresses, campaigns: _Campaigns) -> list[Item]:
    assets: list[tuple[object, ...]] = []
    rows = []
    for one in said:
        id_ = str(one["emailCampaignId"]) if one.get("emailCampaignId") else None
        name = None
        if id_ is not None:
            campaign, new = campaigns.find(id_)
            name = campaign.get("name")
            if new and campaign:
                assets.append((id_, "email", name, campaign.get("subject")))
        type_ = f"email_{str(one.get('type', '')).lower()}"
        cells = (one.get("id"), instant(one.get("created")), type_, id_, name, one.get("url"))
        rows.append((str(one.get("recipient") or ""), cells, one))
    items = events(_ORIGIN, _COLUMNS, rows, addresses)
    if assets:
        columns, texts = ("asset_id", "kind", "name", "subject"), ("name", "subject")
        items.append(Records("assets", _ORIGIN, columns, tuple(assets), None, texts))
    return items
