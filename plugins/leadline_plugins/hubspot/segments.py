"""Lists: who is a member of which, as tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadline.plugin import Note, Records, SourceError
from leadline_plugins.hubspot.api import VERSION, Api, pages, results
from leadline_plugins.hubspot.columns import ORIGIN
from leadline_plugins.hubspot.instants import instant
from leadline_plugins.hubspot.part import Desk, Found, Page, Span
from leadline_plugins.hubspot.place import At

_CONTACTS = "0-1"
_SEARCHED, _MEMBERS = 100, "250"
EVERY = "*"
_COLUMNS = ("lead_id", "tag", "value", "set_at")


@dataclass(frozen=True, slots=True)
class _List:
    """A list of contacts."""

    id: str
    name: str

    @property
    def tag(self) -> str:
        """The tag of its members, which a rule can name."""
        word = re.sub(r"\W+", "_", self.name.casefold()).strip("_")
        return f"list_{word or self.id}"


@dataclass(frozen=True, slots=True)
class Segments:
    """The part ``lists``."""

    def pages(self, desk: Desk, span: Span, at: At) -> Iterator[Page]:
        """Yield the members of each list that is wanted, with since when they are."""
        if not desk.wanted.lists:
            return
        found, missing = _chosen(tuple(_lists(desk.api)), desk.wanted.lists)
        notes = [
            Note(f"the portal has no list of contacts `{name}`, so it is not read")
            for name in missing
        ]
        if notes:
            yield Page(notes, at)
        passed = str(at.get("behind", ""))
        for one in found:
            if _rank(one.id) <= _rank(passed):
                continue
            after = at.get("after") if one.id == at.get("list") else None
            for members, next_ in _members(desk.api, one, after):
                yield Page(_tags(one, members), _there(one, passed, next_))
            passed = one.id


def _there(of: _List, passed: str, after: str | None) -> At:
    """Return where the page after one is: in its list, or behind that."""
    if after is None:
        return {"behind": of.id}
    return {"behind": passed, "list": of.id, "after": after}


def _lists(api: Api) -> Iterator[_List]:
    path = f"crm/lists/{VERSION}/search"
    offset = 0
    while True:
        data = api.post(path, {"query": "", "count": _SEARCHED, "offset": offset})
        for one in results(data, path, "lists"):
            if str(one.get("objectTypeId", _CONTACTS)) == _CONTACTS:
                yield _List(str(one.get("listId")), str(one.get("name") or one.get("listId")))
        if not data.get("hasMore"):
            return
        following = data.get("offset")
        if not isinstance(following, int) or following <= offset:
            raise SourceError(f"HubSpot says that {path} has more, but not where")
        offset = following


def _chosen(there: Sequence[_List], names: Sequence[str]) -> tuple[list[_List], list[str]]:
    """Return the lists that are named, by id, and the names that none has."""
    wanted = {name.casefold() for name in names}
    found = [one for one in there if EVERY in wanted or {one.id, one.name.casefold()} & wanted]
    known = {EVERY, *(name for one in there for name in (one.id, one.name.casefold()))}
    missing = [name for name in names if name.casefold() not in known]
    return sorted(found, key=lambda one: _rank(one.id)), missing


def _rank(id_: str) -> tuple[int, str]:
    """Return what sorts ids as the numbers that they are."""
    return len(id_), id_


def _members(api: Api, of: _List, after: str | None) -> Iterator[tuple[list[Found], str | None]]:
    path = f"crm/lists/{VERSION}/{of.id}/memberships/join-order"

    def ask(after: str | None) -> Mapping[str, Any]:
        more = [("after", after)] if after is not None else []
        answer: Mapping[str, Any] = api.get(path, [("limit", _MEMBERS), *more])
        return answer

    return pages(ask, path, after)


def _tags(of: _List, members: Sequence[Found]) -> tuple[Records, ...]:
    rows = tuple(
        (str(one.get("recordId")), of.tag, of.name, instant(one.get("membershipTimestamp")))
        for one in members
    )
    made = Records("lead_tags", f"{ORIGIN} list {of.name}", _COLUMNS, rows, None, ("value",))
    return (made,) if rows else ()
