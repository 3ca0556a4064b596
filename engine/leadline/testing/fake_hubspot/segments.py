"""The lists of a portal and who is in them, as the API says it."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from typing import Any

from leadline.testing.fake_hubspot.answers import Answer, Call, not_found
from leadline.testing.fake_hubspot.catalog import MADE, Member, Segment
from leadline.testing.fake_hubspot.instants import millis
from leadline.testing.fake_hubspot.pages import bounded, limit, page, place, taken, token


def search_lists(call: Call) -> Answer:
    """Answer ``POST /crm/lists/VERSION/search``."""
    body = call.body()
    words, wanted = str(body.get("query") or "").lower(), body.get("listIds") or []
    found = [
        _segment(id_, segment)
        for id_, segment in call.portal.lists.items()
        if words in segment.name.lower() and (not wanted or id_ in map(str, wanted))
    ]
    most = bounded(body.get("count"), 20, 500, "body")
    begin = int(body.get("offset") or 0)
    end = begin + most
    said = {"offset": min(end, len(found)), "hasMore": len(found) > end, "total": len(found)}
    return Answer(200, {**said, "lists": found[begin:end]})


def get_list(call: Call) -> Answer:
    """Answer ``GET /crm/lists/VERSION/ID``."""
    segment = _list(call)
    return Answer(200, {"list": _segment(call.parts["id"], segment)})


def list_members(call: Call) -> Answer:
    """Answer ``GET /crm/lists/VERSION/ID/memberships``, by id."""
    return _members(call, _list(call).members, 1, lambda member: (int(member.record),))


def list_joined(call: Call) -> Answer:
    """Answer ``GET /crm/lists/VERSION/ID/memberships/join-order``, the oldest first."""
    return _members(
        call, _list(call).joined, 2, lambda member: (millis(member.since), int(member.record))
    )


def _list(call: Call) -> Segment:
    segment = call.portal.lists.get(call.parts["id"])
    if segment is None:
        raise not_found()
    return segment


def _segment(id_: str, segment: Segment) -> dict[str, Any]:
    return {
        "listId": id_,
        "listVersion": 1,
        "name": segment.name,
        "objectTypeId": "0-1",
        "processingType": "MANUAL",
        "processingStatus": "COMPLETE",
        "createdAt": MADE,
        "updatedAt": MADE,
        "filtersUpdatedAt": MADE,
        "additionalProperties": {"hs_list_size": str(len(segment.members))},
    }


def _members(
    call: Call, members: Sequence[Member], parts: int, key: Callable[[Member], tuple[int, ...]]
) -> Answer:
    last = place(call.asked.param("after"), parts)
    begin = bisect.bisect_right(members, last, key=key) if last else 0
    rest = (members[at] for at in range(begin, len(members)))
    found, after = taken(rest, limit(call, 100, 250), lambda member: token(*key(member)))
    results = [{"recordId": m.record, "membershipTimestamp": m.since} for m in found]
    return Answer(200, page(call, results, after, total=len(members)))
