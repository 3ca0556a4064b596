"""Records one by one and page by page."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Final

from leadline.testing.fake_hubspot.answers import (
    INVALID,
    Answer,
    Call,
    Refused,
    detail,
    expired,
    not_found,
)
from leadline.testing.fake_hubspot.links import Link
from leadline.testing.fake_hubspot.objects import (
    COMPANIES,
    CONTACTS,
    DEALS,
    MODIFIED,
    SINGULAR,
    TYPE_ID,
    TYPES,
    CrmObject,
    Table,
)
from leadline.testing.fake_hubspot.pages import limit, page, place, taken, token
from leadline.testing.fake_hubspot.values import forward, problems, stored

#: How many records a page may hold, and how many where their histories are asked for.
MOST: Final = 100
MOST_HISTORIES: Final = 50
#: How many associations of a record come with it, and on a page of their own.
_INLINE: Final = 100
_LINKS: Final = 500
#: Into how many parts a slash cuts ``/crm/objects/VERSION/KIND``.
_DEPTH: Final = 5
_SHOWN: Final = {
    CONTACTS: ("email", "firstname", "lastname"),
    COMPANIES: ("name", "domain"),
    DEALS: ("dealname", "amount", "dealstage", "pipeline", "closedate"),
}


def list_records(call: Call) -> Answer:
    """Answer ``GET /crm/objects/VERSION/contacts``."""
    kind, names, past = call.kind, *_asked_for(call)
    most = limit(call, 10, MOST)
    if past and most > MOST_HISTORIES:
        raise too_many_histories(most)
    archived = call.asked.param("archived") == "true"
    after = call.asked.param("after") or "0"
    if not after.isdecimal():
        raise expired(after)
    table = call.portal.tables[kind]
    living = (record for record in table.after(int(after)) if record.archived is None)
    records = table.archived(int(after)) if archived else living
    found, next_ = taken(records, most, lambda record: record.id)
    linked = call.asked.listed("associations")
    return Answer(
        200, page(call, [shown(call, kind, r, names, past, linked) for r in found], next_)
    )


def get_record(call: Call) -> Answer:
    """Answer ``GET /crm/objects/VERSION/contacts/ID``, the id of a merged one too."""
    kind, names, past = call.kind, *_asked_for(call)
    archived = call.asked.param("archived") == "true"
    record = by(call, kind, call.parts["id"], call.asked.param("idProperty"))
    if record is None or (record.archived is not None) != archived:
        raise not_found()
    linked = call.asked.listed("associations")
    return Answer(200, shown(call, kind, record, names, past, linked))


def create_record(call: Call) -> Answer:
    """Answer ``POST /crm/objects/VERSION/contacts``."""
    kind = call.kind
    properties = valid(call, kind, call.body().get("properties"))
    return Answer(201, shown(call, kind, created(call, kind, properties), tuple(properties)))


def update_record(call: Call) -> Answer:
    """Answer ``PATCH /crm/objects/VERSION/contacts/ID``."""
    kind = call.kind
    record = by(call, kind, call.parts["id"], call.asked.param("idProperty"))
    if record is None or record.archived is not None:
        raise not_found()
    properties = valid(call, kind, call.body().get("properties"))
    properties = forward(call.portal, kind, record, properties)
    changed = call.portal.update(kind, record.id, properties, source="INTEGRATION")
    return Answer(200, shown(call, kind, changed, tuple(properties)))


def archive_record(call: Call) -> Answer:
    """Answer ``DELETE /crm/objects/VERSION/contacts/ID``."""
    record = call.portal.get(call.kind, call.parts["id"])
    if record is not None and record.archived is None:
        call.portal.archive(call.kind, record.id)
    return Answer(204, None)


def merge_records(call: Call) -> Answer:
    """Answer ``POST /crm/objects/VERSION/contacts/merge``."""
    kind, body = call.kind, call.body()
    found = [
        call.portal.get(kind, str(body.get(name)))
        for name in ("primaryObjectId", "objectIdToMerge")
    ]
    winner, loser = found
    if winner is None or loser is None:
        raise not_found()
    if winner.id == loser.id:
        raise Refused(400, "Cannot merge an object with itself", INVALID)
    return Answer(200, shown(call, kind, call.portal.merge(kind, winner.id, loser.id)))


def list_links(call: Call) -> Answer:
    """Answer ``GET /crm/objects/VERSION/contacts/ID/associations/companies``."""
    kind, to = call.kind, call.type_of("to")
    record = call.portal.get(kind, call.parts["id"])
    if record is None:
        raise not_found()
    links = call.portal.links.of(kind, record.id, to)
    found, after = some_links(links, call.asked.param("after"), limit(call, _LINKS, _LINKS))
    return Answer(200, page(call, [labelled(link) for link in found], after))


def _asked_for(call: Call) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return call.asked.listed("properties"), call.asked.listed("propertiesWithHistory")


def by(call: Call, kind: str, id_: str, name: str | None) -> CrmObject | None:
    """Return the record of an id, or of a value that is unique."""
    if name in (None, "", "hs_object_id"):
        return call.portal.get(kind, id_)
    known = call.portal.properties[kind].get(str(name))
    if known is None or not known.unique:
        said = f"Unable to find records by non-unique {TYPE_ID[kind]} property {name}"
        raise Refused(400, said, INVALID, errors=[detail(said, inside="idProperty")])
    table = call.portal.tables[kind]
    found = table.found(f"{name}={id_.lower()}", lambda: list(_having(table, str(name), id_)))
    return table.get(str(found[0])) if found else None


def _having(table: Table, name: str, value: str) -> Iterator[int]:
    for record in table.after(0):
        if (record.properties.get(name) or "").lower() == value.lower() and not record.archived:
            yield int(record.id)


def shown(
    call: Call,
    kind: str,
    record: CrmObject,
    names: Sequence[str] = (),
    past: Sequence[str] = (),
    linked: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a record as HubSpot says it: properties it does not know are passed over."""
    known = call.portal.properties[kind]
    wanted = dict.fromkeys((*(names or _SHOWN[kind]), "createdate", MODIFIED[kind], "hs_object_id"))
    place_ = f"{call.portal.portal_id}/record/{TYPE_ID[kind]}/{record.id}"
    said: dict[str, Any] = {
        "id": record.id,
        "properties": {name: record.properties.get(name) for name in wanted if name in known},
        "createdAt": record.created,
        "updatedAt": record.updated,
        "archived": record.archived is not None,
        "url": f"https://app.hubspot.com/contacts/{place_}",
    }
    if record.archived is not None:
        said["archivedAt"] = record.archived
    if past:
        said["propertiesWithHistory"] = {
            name: [
                {"value": v.value, "timestamp": v.timestamp, "sourceType": v.source}
                for v in record.history(name)
            ]
            for name in past
            if name in known
        }
    found = {to: _inline(call, kind, record, TYPES[to]) for to in linked if to in TYPES}
    if any(found.values()):
        said["associations"] = {TYPES[to]: links for to, links in found.items() if links}
    return said


def _inline(call: Call, kind: str, record: CrmObject, to: str) -> dict[str, Any]:
    links = call.portal.links.of(kind, record.id, to)
    if not links:
        return {}
    found, after = some_links(links, None, _INLINE)
    name = f"{SINGULAR[kind]}_to_{SINGULAR[to]}"
    said: dict[str, Any] = {"results": [{"id": link.to, "type": name} for link in found]}
    if after is not None:
        objects = "/".join(call.asked.path.split("/")[:_DEPTH])
        path = f"{objects}/{record.id}/associations/{to}"
        said["paging"] = {"next": {"after": after, "link": f"{call.url}{path}?after={after}"}}
    return said


def some_links(
    links: Sequence[Link], after: str | None, most: int
) -> tuple[list[Link], str | None]:
    """Return the associations of a page, and the cursor of the next one where there is more."""
    [last] = place(after) or (0,)
    rest = itertools.dropwhile(lambda link: int(link.to) <= last, links)
    return taken(rest, most, lambda link: token(int(link.to)))


def labelled(link: Link) -> dict[str, Any]:
    """Return an association with what it means."""
    types = [
        {
            "category": "USER_DEFINED" if type_.ours else "HUBSPOT_DEFINED",
            "typeId": type_.type_id,
            "label": type_.label,
        }
        for type_ in link.types
    ]
    return {"toObjectId": link.to, "associationTypes": types}


def too_many_histories(found: int) -> Refused:
    """Return the error for more histories than may be asked for at once."""
    return Refused(
        400,
        "The maximum number of inputs supported in a batch request for property histories is "
        f"{MOST_HISTORIES}. The number of inputs received was {found}.",
        INVALID,
    )


def valid(call: Call, kind: str, properties: object) -> dict[str, str | None]:
    """Return properties to be written.

    Raises:
        Refused: HubSpot would not take them.
    """
    if not isinstance(properties, dict):
        raise Refused(400, "Invalid input JSON: properties must be an object", INVALID)
    wrong = problems(call.portal, kind, properties)
    if wrong:
        raise Refused(400, said_of(wrong), INVALID, errors=wrong)
    return stored(call.portal, kind, properties)


def said_of(wrong: Sequence[dict[str, Any]]) -> str:
    """Return the message for properties that HubSpot would not take."""
    return "Property values were not valid: " + "; ".join(error["message"] for error in wrong)


def created(call: Call, kind: str, properties: dict[str, str | None]) -> CrmObject:
    """Create a record.

    Raises:
        Refused: there is one with the same address.
    """
    email = properties.get("email")
    known = by(call, kind, email, "email") if kind == CONTACTS and email else None
    if known is not None:
        raise Refused(409, f"Contact already exists. Existing ID: {known.id}", "CONFLICT")
    id_ = call.portal.add(kind, properties, source="INTEGRATION")
    record = call.portal.get(kind, id_)
    if record is None:
        raise not_found()
    return record
