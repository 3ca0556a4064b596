"""Event occurrences: visits of pages and the portal's own events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from leadline.plugin import Records
from leadline_plugins.hubspot.api import VERSION, pages
from leadline_plugins.hubspot.columns import ORIGIN
from leadline_plugins.hubspot.instants import iso
from leadline_plugins.hubspot.objects import values
from leadline_plugins.hubspot.part import Desk, Found, Page, Span
from leadline_plugins.hubspot.place import At

_LIMIT = "100"
_ORIGIN = f"{ORIGIN} events"
_OWN = ("event_id", "lead_id", "occurred_at", "type")
_TAKEN = frozenset({*_OWN, "asset_id", "campaign", "visit_id", "url"})


@dataclass(frozen=True, slots=True)
class Occurrences:
    """The part ``events``."""

    def pages(self, desk: Desk, span: Span, at: At) -> Iterator[Page]:
        """Yield the events of contacts, the oldest first."""
        path = f"events/event-occurrences/{VERSION}"
        begins = [x for x in (span.begin, desk.wanted.since) if x is not None]
        bounds = [("occurredAfter", iso(max(begins)))] if begins else []
        bounds += [("occurredBefore", iso(span.end)), ("sort", "occurredAt")]

        def ask(after: str | None) -> Mapping[str, Any]:
            more = [("after", after)] if after is not None else []
            params = [("objectType", "contact"), ("limit", _LIMIT), *bounds, *more]
            answer: Mapping[str, Any] = desk.api.get(path, params)
            return answer

        names = desk.wanted.event_properties
        for said, next_ in pages(ask, path, at.get("after")):
            rows = tuple(_event(one, names) for one in said)
            columns = (*_OWN, *map(_column, names))
            texts = tuple(map(_column, names))
            made = (Records("events", _ORIGIN, columns, rows, None, texts),) if rows else ()
            yield Page(made, {"after": next_} if next_ is not None else None)


def _event(said: Found, names: tuple[str, ...]) -> tuple[object, ...]:
    found = values(said)
    own = (said.get("id"), said.get("objectId"), said.get("occurredAt"), said.get("eventType"))
    return (*own, *(found.get(name) for name in names))


def _column(name: str) -> str:
    """Return the column of a property: the address of a page has the name that it has elsewhere."""
    if name == "hs_url":
        return "url"
    return f"hubspot_{name}" if name.casefold() in _TAKEN else name
