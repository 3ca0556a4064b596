"""Forms that were sent in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadline.plugin import Item, Records
from leadline_plugins.hubspot.addresses import Addresses, events
from leadline_plugins.hubspot.api import Api, pages
from leadline_plugins.hubspot.columns import ORIGIN
from leadline_plugins.hubspot.instants import instant
from leadline_plugins.hubspot.part import Desk, Found, Page, Span
from leadline_plugins.hubspot.place import At

#: Neither has a path with a date yet; HubSpot keeps these until September 2027.
_FORMS, _SENT_IN = "marketing/v3/forms", "form-integrations/v1/submissions/forms"
_LISTED, _LIMIT = "100", "50"
_ORIGIN = f"{ORIGIN} forms"
_COLUMNS = ("event_id", "occurred_at", "type", "asset_id", "url")
_TYPE = "form_submission"


@dataclass(frozen=True, slots=True)
class Forms:
    """The part ``forms``."""

    def pages(self, desk: Desk, span: Span, at: At) -> Iterator[Page]:
        """Yield what was sent in, form by form, the newest first; forms are assets."""
        addresses = Addresses(desk.api)
        behind = str(at.get("behind", ""))
        bound = max((x for x in (span.begin, desk.wanted.since) if x is not None), default=0)
        # Forms go by their ids, so that a new one moves no other.
        for form in sorted(_forms(desk.api), key=lambda form: str(form["id"])):
            id_ = str(form["id"])
            if id_ <= behind:
                continue
            after = at.get("after") if id_ == at.get("form") else None
            for said, next_ in _submissions(desk.api, id_, after):
                new = [one for one in said if _at(one) >= bound]
                items = [*_asset(form), *_events(id_, new, addresses)]
                if next_ is None or len(new) < len(said):
                    yield Page(items, {"behind": id_})
                    break
                yield Page(items, {"behind": behind, "form": id_, "after": next_})
            behind = id_


def _forms(api: Api) -> Iterator[Found]:
    def ask(after: str | None) -> Mapping[str, Any]:
        more = [("after", after)] if after is not None else []
        answer: Mapping[str, Any] = api.get(_FORMS, [("limit", _LISTED), *more])
        return answer

    for found, _ in pages(ask, _FORMS, None):
        yield from found


def _submissions(api: Api, id_: str, after: str | None) -> Iterator[tuple[list[Found], str | None]]:
    path = f"{_SENT_IN}/{id_}"

    def ask(after: str | None) -> Mapping[str, Any]:
        more = [("after", after)] if after is not None else []
        answer: Mapping[str, Any] = api.get(path, [("limit", _LIMIT), *more])
        return answer

    return pages(ask, path, after)


def _at(said: Found) -> int:
    try:
        return int(said.get("submittedAt") or 0)
    except (TypeError, ValueError):
        return 0


def _asset(form: Found) -> tuple[Records, ...]:
    row = (str(form["id"]), "form", form.get("name"))
    return (Records("assets", _ORIGIN, ("asset_id", "kind", "name"), (row,), None, ("name",)),)


def _events(id_: str, said: Sequence[Found], addresses: Addresses) -> list[Item]:
    rows = []
    for one in said:
        given = one.get("values")
        named = {
            str(each.get("name")): each.get("value")
            for each in (given if isinstance(given, list) else ())
            if isinstance(each, Mapping)
        }
        email = str(named.get("email") or "")
        at = instant(one.get("submittedAt"))
        cells = (one.get("conversionId"), at, _TYPE, id_, one.get("pageUrl") or None)
        rows.append((email, cells, one))
    return events(_ORIGIN, _COLUMNS, rows, addresses)
