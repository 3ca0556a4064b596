"""Records of the CRM, page by page: all of them, or those that were changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadline_plugins.hubspot.api import (
    LONGEST_NAMES,
    VERSION,
    Api,
    following,
    pages,
    results,
)
from leadline_plugins.hubspot.instants import millis
from leadline_plugins.hubspot.part import OVERLAP, Found, Span
from leadline_plugins.hubspot.place import At

#: How many records a page holds: listed, with their histories, and searched.
_LISTED, _HISTORIES, _SEARCHED = 100, 50, 200
_MODIFIED = {
    "contacts": "lastmodifieddate", "companies": "hs_lastmodifieddate",
    "deals": "hs_lastmodifieddate",
}  # fmt: skip
_ID = "hs_object_id"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which records, with which properties, and the past values of which."""

    kind: str
    properties: tuple[str, ...]
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of a page, those that were archived apart, and where the next page is, if any."""

    records: Sequence[Found]
    archived: Sequence[Found]
    at: At | None


def batches(
    api: Api, asked: Asked, span: Span, at: At, *, archived: bool = True
) -> Iterator[Batch]:
    """Yield records: all, or those that were changed since; then what was archived since.

    Args:
        api: the API.
        asked: which records and properties.
        span: since when.
        at: where to begin: a step and the last cursor of it.
        archived: whether what was archived is of interest; it never is where nothing was read yet.
    """
    live, gone = "live", "archived"
    last = gone if archived and span.since is not None else live
    step, after = at.get("step", live), at.get("after")
    if step == live:
        begin = span.begin
        found = (
            _all(api, asked, after) if begin is None else _changed(api, asked, begin, span, after)
        )
        for records, next_ in found:
            yield Batch(records, (), _at(live, next_, last))
        after = None
    if last == gone and span.since is not None:
        since = span.since - OVERLAP
        for records, next_ in _archived(api, asked.kind, after):
            yield Batch((), [one for one in records if _since(one, since)], _at(gone, next_, last))


def _at(step: str, after: str | None, last: str) -> At | None:
    """Return where the page after one is: in its step, in the last one, or nowhere."""
    if after is not None:
        return {"step": step, "after": after}
    return {"step": last} if step != last else None


def _all(api: Api, asked: Asked, after: str | None) -> Iterator[tuple[list[Found], str | None]]:
    path = f"crm/objects/{VERSION}/{asked.kind}"
    names = [("properties", asked.properties), ("propertiesWithHistory", asked.history)]
    # More names than an address can hold go into the body of a second call.
    short = sum(len(name) + 3 for _, some in names for name in some) <= LONGEST_NAMES
    size = _HISTORIES if asked.history and short else _LISTED
    said = [(name, ",".join(some)) for name, some in names if some] if short else []

    def ask(after: str | None) -> Mapping[str, Any]:
        more = [("after", after)] if after is not None else []
        answer: Mapping[str, Any] = api.get(path, [("limit", str(size)), *said, *more])
        return answer

    for found, next_ in pages(ask, path, after):
        yield (found if short else _read(api, asked, found)), next_


def _changed(
    api: Api, asked: Asked, begin: int, span: Span, last: str | None
) -> Iterator[tuple[list[Found], str | None]]:
    """Yield what was changed, by id: so neither the cap of 10,000 nor equal dates matter."""
    path = f"crm/objects/{VERSION}/{asked.kind}/search"

    def ask(last: str | None) -> Mapping[str, Any]:
        changed = {
            "propertyName": _MODIFIED[asked.kind], "operator": "BETWEEN",
            "value": str(begin), "highValue": str(span.end),
        }  # fmt: skip
        later = {"propertyName": _ID, "operator": "GT", "value": last or "0"}
        body = {
            "filterGroups": [{"filters": [changed, later]}],
            "sorts": [{"propertyName": _ID, "direction": "ASCENDING"}],
            "properties": [_ID],
            "limit": _SEARCHED,
        }
        answer: Mapping[str, Any] = api.post(path, body)
        return answer

    def last_id(data: Mapping[str, Any]) -> str | None:
        found = results(data, path)
        return str(found[-1]["id"]) if found and following(data) is not None else None

    for found, next_ in pages(ask, path, last, next_of=last_id):
        yield _read(api, asked, found), next_


def _archived(api: Api, kind: str, after: str | None) -> Iterator[tuple[list[Found], str | None]]:
    path = f"crm/objects/{VERSION}/{kind}"

    def ask(after: str | None) -> Mapping[str, Any]:
        more = [("after", after)] if after is not None else []
        params = [("limit", str(_LISTED)), ("archived", "true"), ("properties", _ID), *more]
        answer: Mapping[str, Any] = api.get(path, params)
        return answer

    return pages(ask, path, after)


def _read(api: Api, asked: Asked, found: Sequence[Found]) -> list[Found]:
    """Return the records of ids with all that is asked for."""
    size = _HISTORIES if asked.history else _LISTED
    read: list[Found] = []
    for start in range(0, len(found), size):
        inputs = [{"id": str(one["id"])} for one in found[start : start + size]]
        read += read_batch(
            api,
            asked.kind,
            {
                "inputs": inputs,
                "properties": list(asked.properties),
                "propertiesWithHistory": list(asked.history),
            },
        )
    return read


def read_batch(api: Api, kind: str, body: Mapping[str, object]) -> list[Found]:
    """Return records of a batch; those that are not there are not among them."""
    path = f"crm/objects/{VERSION}/{kind}/batch/read"
    return results(api.post(path, body), path)


def _since(record: Found, instant: int) -> bool:
    """Say whether a record was archived since an instant, or when is not known."""
    try:
        return millis(str(record.get("archivedAt"))) >= instant
    except ValueError:
        return True


def values(record: Found) -> Mapping[str, Any]:
    """Return the properties of a record."""
    found = record.get("properties")
    return found if isinstance(found, Mapping) else {}


def linked(
    api: Api, kind: str, to: str, ids: Sequence[str], choose: Callable[[Sequence[Found]], Found]
) -> dict[str, str]:
    """Return which record each of some records belongs to, of those that belong to any.

    Args:
        api: the API.
        kind: the type of the records.
        to: the type of what they belong to.
        ids: their ids, at most 1,000.
        choose: returns one of several associations.
    """
    if not ids:
        return {}
    path = f"crm/associations/{VERSION}/{kind}/{to}/batch/read"
    found = results(api.post(path, {"inputs": [{"id": one} for one in ids]}), path)
    chosen: dict[str, str] = {}
    for one in found:
        links = results(one, path, "to")
        origin = one.get("from")
        if links and isinstance(origin, Mapping):
            chosen[str(origin.get("id"))] = str(choose(links).get("toObjectId"))
    return chosen
