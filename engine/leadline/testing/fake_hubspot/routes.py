"""Which request is answered by what, and what a key must be allowed to for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from leadline.testing.fake_hubspot import batches, definitions, events, records, segments, setup
from leadline.testing.fake_hubspot import search as searching
from leadline.testing.fake_hubspot.answers import Answer, Call
from leadline.testing.fake_hubspot.objects import TYPES

Handler = Callable[[Call], Answer]

_OBJECTS: Final = "/crm/objects/VERSION/KIND"
_PROPERTIES: Final = "/crm/properties/VERSION/KIND"
_PIPELINES: Final = "/crm/pipelines/VERSION/KIND"
_LISTS: Final = "/crm/lists/VERSION"
_HAPPENINGS: Final = "/events/event-occurrences/VERSION"
_READ, _WRITE = "crm.objects.KIND.read", "crm.objects.KIND.write"
_SEE, _DEFINE = "crm.schemas.KIND.read", "crm.schemas.KIND.write"

#: Method, path, scope, what answers; a path before another that would match it too.
_ROUTES: Final[tuple[tuple[str, str, str, Handler], ...]] = (
    ("GET", _OBJECTS, _READ, records.list_records),
    ("POST", _OBJECTS, _WRITE, records.create_record),
    ("POST", f"{_OBJECTS}/search", _READ, searching.search),
    ("POST", f"{_OBJECTS}/merge", _WRITE, records.merge_records),
    ("POST", f"{_OBJECTS}/batch/read", _READ, batches.read),
    ("POST", f"{_OBJECTS}/batch/update", _WRITE, batches.update),
    ("POST", f"{_OBJECTS}/batch/create", _WRITE, batches.create),
    ("POST", f"{_OBJECTS}/batch/archive", _WRITE, batches.archive),
    ("GET", f"{_OBJECTS}/ID", _READ, records.get_record),
    ("PATCH", f"{_OBJECTS}/ID", _WRITE, records.update_record),
    ("DELETE", f"{_OBJECTS}/ID", _WRITE, records.archive_record),
    ("GET", f"{_OBJECTS}/ID/associations/TO", _READ, records.list_links),
    ("POST", "/crm/associations/VERSION/KIND/TO/batch/read", _READ, batches.read_links),
    ("GET", f"{_PROPERTIES}/groups", _SEE, definitions.list_groups),
    ("POST", f"{_PROPERTIES}/groups", _DEFINE, definitions.create_group),
    ("GET", _PROPERTIES, _SEE, definitions.list_properties),
    ("POST", _PROPERTIES, _DEFINE, definitions.create_property),
    ("GET", f"{_PROPERTIES}/NAME", _SEE, definitions.get_property),
    ("GET", "/crm/owners/VERSION", "crm.objects.owners.read", setup.list_owners),
    ("GET", "/crm/owners/VERSION/ID", "crm.objects.owners.read", setup.get_owner),
    ("GET", _PIPELINES, _SEE, setup.list_pipelines),
    ("GET", f"{_PIPELINES}/ID", _SEE, setup.get_pipeline),
    ("GET", f"{_PIPELINES}/ID/stages", _SEE, setup.list_stages),
    ("POST", f"{_LISTS}/search", "crm.lists.read", segments.search_lists),
    ("GET", f"{_LISTS}/ID", "crm.lists.read", segments.get_list),
    ("GET", f"{_LISTS}/ID/memberships", "crm.lists.read", segments.list_members),
    ("GET", f"{_LISTS}/ID/memberships/join-order", "crm.lists.read", segments.list_joined),
    ("GET", "/email/public/v1/events", "content", events.email_events),
    ("GET", "/email/public/v1/campaigns", "content", events.list_campaigns),
    ("GET", "/email/public/v1/campaigns/ID", "content", events.get_campaign),
    ("GET", "/marketing/v3/forms", "forms", events.list_forms),
    ("GET", "/marketing/forms/VERSION-beta", "forms", events.list_forms),
    ("GET", "/form-integrations/v1/submissions/forms/ID", "forms", events.submissions),
    ("GET", _HAPPENINGS, "business-intelligence", events.occurrences),
    ("GET", f"{_HAPPENINGS}/event-types", "business-intelligence", events.event_types),
    ("GET", "/account-info/VERSION/details", "", setup.account),
)
_PARTS: Final = {"KIND": "kind", "TO": "to", "ID": "id", "NAME": "name"}


@dataclass(frozen=True, slots=True)
class Route:
    """A way to an answer: a method, a pattern of paths, the scope that it needs, what answers."""

    method: str
    pattern: re.Pattern[str]
    scope: str
    answer: Handler

    def scope_for(self, call: Call) -> str:
        """Return the scope that a call needs; "" for none."""
        kind = TYPES.get(call.parts.get("kind", ""), "contacts")
        return self.scope.replace("KIND", kind)


def routes(version: str) -> Iterator[Route]:
    """Yield the routes of a version of the API, such as ``2026-09``."""
    for method, path, scope, answer in _ROUTES:
        pattern = re.escape(path).replace("VERSION", re.escape(version))
        for word, part in _PARTS.items():
            pattern = re.sub(rf"(?<=/){word}(?=/|$)", f"(?P<{part}>[^/]+)", pattern)
        yield Route(method, re.compile(pattern), scope, answer)
