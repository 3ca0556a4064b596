"""How an API says that there is more: a cursor, an offset, a page's number, a link."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from leadline.plugin import UsageError
from leadline.plugin.client import Reply
from leadline_plugins.json_paths import JsonPath, json_path

PAGES: Mapping[str, object] = {
    "description": "How the API says that there is more: one of these. Without it all is one page.",
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
    "properties": {
        "cursor": {
            "description": "The answer names a cursor, which the next request sends as `param`.",
            "type": "object",
            "required": ["param", "path"],
            "additionalProperties": False,
            "properties": {
                "param": {"description": "The parameter.", "type": "string"},
                "path": {"description": "Where the answer has it.", "type": "string"},
            },
        },
        "offset": {
            "description": "Each request says how many records to pass over.",
            "type": "object",
            "required": ["param", "size"],
            "additionalProperties": False,
            "properties": {
                "param": {"description": "The parameter.", "type": "string"},
                "size": {
                    "description": "How many records a full page has.",
                    "type": "integer",
                    "minimum": 1,
                },
            },
        },
        "page": {
            "description": "Each request says the number of the page.",
            "type": "object",
            "required": ["param"],
            "additionalProperties": False,
            "properties": {
                "param": {"description": "The parameter.", "type": "string"},
                "first": {"description": "The first page's number.", "type": "integer"},
            },
        },
        "link": {
            "description": "The answer has the address of the next page, at the same host.",
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "path": {
                    "description": "Where the answer has it; without it the header `Link` has it.",
                    "type": "string",
                },
            },
        },
    },
}


@dataclass(frozen=True, slots=True)
class Next:
    """Where the next page is: a parameter with its value, or an address."""

    param: tuple[str, str] | None = None
    address: str | None = None


class Pager(Protocol):
    """Finds the next page."""

    def first(self) -> Next:
        """Return what the first request says."""
        ...

    def following(self, now: Next, reply: Reply, records: int) -> Next | None:
        """Return where the page after this one is, or None where this is the last."""
        ...


def pager(settings: Mapping[str, Any] | None) -> Pager:
    """Return the pager that the settings describe."""
    match settings:
        case None:
            return _Once()
        case {"cursor": found}:
            return _ByCursor(found["param"], json_path(found["path"], "pages.cursor.path"))
        case {"offset": found}:
            return _ByOffset(found["param"], found["size"])
        case {"page": found}:
            return _ByNumber(found["param"], found.get("first", 1))
        case {"link": found}:
            path = found.get("path")
            return _ByLink(json_path(path, "pages.link.path") if path else None)
    raise UsageError("`pages` describes no way of paging")


def place_of_next(pager: Pager) -> str:
    """Return where answers should name the next page; empty where pages are counted."""
    match pager:
        case _ByCursor(path=path):
            return f"at `{path.text}` (`pages.cursor.path`)"
        case _ByLink(path=JsonPath() as path):
            return f"at `{path.text}` (`pages.link.path`)"
        case _ByLink():
            return "in the header `Link` (`pages.link`)"
        case _:
            return ""


@dataclass(frozen=True, slots=True)
class _Once:
    def first(self) -> Next:
        return Next()

    def following(self, now: Next, reply: Reply, records: int) -> Next | None:
        return None


@dataclass(frozen=True, slots=True)
class _ByCursor:
    param: str
    path: JsonPath

    def first(self) -> Next:
        return Next()

    def following(self, now: Next, reply: Reply, records: int) -> Next | None:
        found = self.path.find(reply.data)
        if found in (None, "", False):
            return None
        return Next(param=(self.param, str(found)))


@dataclass(frozen=True, slots=True)
class _ByOffset:
    param: str
    size: int

    def first(self) -> Next:
        return Next(param=(self.param, "0"))

    def following(self, now: Next, reply: Reply, records: int) -> Next | None:
        if records < self.size or now.param is None:
            return None
        return Next(param=(self.param, str(int(now.param[1]) + records)))


@dataclass(frozen=True, slots=True)
class _ByNumber:
    param: str
    start: int

    def first(self) -> Next:
        return Next(param=(self.param, str(self.start)))

    def following(self, now: Next, reply: Reply, records: int) -> Next | None:
        if records == 0 or now.param is None:
            return None
        return Next(param=(self.param, str(int(now.param[1]) + 1)))


@dataclass(frozen=True, slots=True)
class _ByLink:
    path: JsonPath | None

    def first(self) -> Next:
        return Next()

    def following(self, now: Next, reply: Reply, records: int) -> Next | None:
        found = self.path.find(reply.data) if self.path else _linked(reply.headers.get("link", ""))
        return Next(address=str(found)) if found else None


def _linked(header: str) -> str | None:
    """Return the target with the relation ``next`` (RFC 8288)."""
    for target, parameters in re.findall(r"<([^<>]*)>([^<]*)", header):
        if re.search(r";\s*rel\s*=\s*(\"[^\"]*\bnext\b[^\"]*\"|next\b)", parameters, re.IGNORECASE):
            return str(target)
    return None
