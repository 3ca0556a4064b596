"""The settings of the source and the output ``hubspot``, and what those of the source ask for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadline.plugin import UsageError
from leadline_plugins.hubspot.instants import millis

#: What can be read, in the order that it is read in.
PARTS = ("companies", "contacts", "deals", "lists", "forms", "email_events", "events")
#: The types of e-mail events, as settings name them.
EMAIL_TYPES = (
    "sent", "delivered", "open", "click", "bounce", "statuschange", "spamreport", "forward",
    "print", "dropped", "deferred", "processed",
)  # fmt: skip
#: The properties that are read where the settings name none.
USUAL: Mapping[str, tuple[str, ...]] = {
    "contacts": (
        "firstname", "lastname", "jobtitle", "company", "country", "lifecyclestage",
        "hs_lead_status", "hs_analytics_source",
    ),
    "companies": ("industry", "country", "numberofemployees", "annualrevenue"),
    "deals": ("dealtype",),
}  # fmt: skip

_NAMES: Mapping[str, object] = {
    "type": "array",
    "items": {"type": "string", "pattern": "^[A-Za-z0-9_]+$"},
    "uniqueItems": True,
}

_TOKEN: Mapping[str, object] = {
    "description": "The service key of the portal, as `${NAME}`.",
    "type": "string",
}
_ACCESS: Mapping[str, object] = {
    "timeout": {
        "description": "Seconds to wait for an answer.",
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 300,
        "default": 30,
    },
    "url": {
        "description": "Where the API is.",
        "type": "string",
        "default": "https://api.hubapi.com",
    },
}

#: The settings of the output.
PUBLISHING: Mapping[str, object] = {
    "type": "object",
    "required": ["token"],
    "additionalProperties": False,
    "properties": {
        "token": _TOKEN,
        "contact_id": {
            "description": "The property of contacts that leads are known by: the record id "
            "(`hs_object_id`), `email`, or one that HubSpot keeps unique.",
            "type": "string",
            "default": "hs_object_id",
        },
        "company_id": {
            "description": "The property of companies that accounts are known by: the record id "
            "(`hs_object_id`), or one that HubSpot keeps unique.",
            "type": "string",
            "default": "hs_object_id",
        },
        "create_properties": {
            "description": "Whether properties that the portal does not have are made.",
            "type": "boolean",
            "default": True,
        },
        **_ACCESS,
    },
}

#: The settings of the source.
SETTINGS: Mapping[str, object] = {
    "type": "object",
    "required": ["token"],
    "additionalProperties": False,
    "properties": {
        "token": _TOKEN,
        "read": {
            "description": "What is read; without it everything.",
            "type": "array",
            "items": {"type": "string", "enum": list(PARTS)},
            "minItems": 1,
            "uniqueItems": True,
        },
        "properties": {
            "description": "The properties to read, by their internal names; each becomes a column "
            "of that name. A type of record that is not named has a few usual ones.",
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "contacts": {"description": "Of contacts.", **_NAMES},
                "companies": {"description": "Of companies.", **_NAMES},
                "deals": {"description": "Of deals.", **_NAMES},
            },
        },
        "history": {
            "description": "The properties of contacts whose past values are read as well.",
            "default": ["lifecyclestage"],
            "maxItems": 50,
            **_NAMES,
        },
        "lists": {
            "description": "The lists whose members are read, by name or number; `*` is every one.",
            "type": "array",
            "items": {"type": "string"},
            "default": [],
        },
        "email_events": {
            "description": "The types of e-mail events that are read.",
            "type": "array",
            "items": {"type": "string", "enum": list(EMAIL_TYPES)},
            "minItems": 1,
            "uniqueItems": True,
            "default": ["sent", "delivered", "open", "click", "bounce", "spamreport"],
        },
        "event_properties": {
            "description": "The properties of event occurrences that become columns of events.",
            "default": ["hs_url"],
            **_NAMES,
        },
        "since": {
            "description": "What happened before this day is not read: `2025-01-01`.",
            "type": "string",
        },
        "batch": {
            "description": "How many pages are kept at once. A load that is killed reads at most "
            "so many pages again.",
            "type": "integer",
            "minimum": 1,
            "maximum": 50,
            "default": 30,
        },
        **_ACCESS,
    },
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the settings ask for.

    Args:
        parts: what is read, in order.
        properties: the properties by type of record, in the order of the settings.
        chosen: the types of record whose properties the settings name.
        history: the properties of contacts whose past values are read.
        lists: names and numbers of lists; ``*`` is every one.
        email_types: the types of e-mail events, as HubSpot says them.
        event_properties: the properties of event occurrences that become columns.
        since: what happened before is not read, in milliseconds; None sets no bound.
        batch: how many pages are kept at once.
    """

    parts: tuple[str, ...]
    properties: Mapping[str, tuple[str, ...]]
    chosen: frozenset[str]
    history: tuple[str, ...]
    lists: tuple[str, ...]
    email_types: tuple[str, ...]
    event_properties: tuple[str, ...]
    since: int | None
    batch: int

    def key(self, part: str) -> str:
        """Return what tells whether a part was read with the same settings before."""
        of_part: Mapping[str, object] = {
            "contacts": (self.properties["contacts"], self.history),
            "companies": self.properties["companies"],
            "deals": self.properties["deals"],
            "lists": self.lists,
            "email_events": (self.email_types, self.since),
            "forms": self.since,
            "events": (self.event_properties, self.since),
        }
        return hashlib.sha256(json.dumps(of_part[part]).encode()).hexdigest()[:12]


def wanted(settings: Mapping[str, Any]) -> Wanted:
    """Return what checked settings ask for.

    Raises:
        UsageError: ``since`` is no day.
    """
    chosen = settings.get("properties", {})
    read = settings.get("read", PARTS)
    since = settings.get("since")
    try:
        begin = None if since is None else millis(since)
    except ValueError:
        raise UsageError("`since` is no day", hint="write it as `2025-01-01`") from None
    return Wanted(
        parts=tuple(part for part in PARTS if part in read),
        properties={kind: tuple(chosen.get(kind, usual)) for kind, usual in USUAL.items()},
        chosen=frozenset(chosen),
        history=tuple(settings["history"]),
        lists=tuple(settings["lists"]),
        email_types=tuple(name.upper() for name in settings["email_events"]),
        event_properties=tuple(settings["event_properties"]),
        since=begin,
        batch=settings["batch"],
    )
