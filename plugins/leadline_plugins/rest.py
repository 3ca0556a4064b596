"""The source ``rest``: any API of JSON over HTTP, described in leadline.yaml alone.

Each endpoint is read page by page; a page is kept with the place of the next one, so a load that
was killed asks for no page again that it has. Where an endpoint has ``since``, the next load asks
for what changed after the newest that was seen.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from leadline import __version__
from leadline.plugin import (
    Cursor,
    Item,
    Note,
    ReadContext,
    Records,
    Reject,
    SourceError,
    SourceKind,
    UsageError,
    hookimpl,
)
from leadline.plugin.client import Client, Reply
from leadline_plugins.json_paths import JsonPath, cell, json_path
from leadline_plugins.paging import PAGES, Next, Pager, pager, place_of_next

#: Where the newest value that was seen stands in parameters and bodies.
SINCE = "{since}"
#: A parameter that is nothing but a placeholder.
_PLACEHOLDER = re.compile(r"\{\w+\}")

_TEXTS = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}

_ENDPOINT: Mapping[str, object] = {
    "type": "object",
    "required": ["path", "table", "columns"],
    "additionalProperties": False,
    "properties": {
        "path": {"description": "From `url` on: `/contacts`.", "type": "string"},
        "table": {"description": "The table of leadline that it fills.", "type": "string"},
        "columns": {
            "description": "Each column with its path in a record: `email: properties.email`.",
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": "string"},
        },
        "records": {
            "description": "Where an answer has the records; without it the answer is the list.",
            "type": "string",
        },
        "params": {
            **_TEXTS,
            "description": "Parameters of every request. One with `{since}` is left out as long "
            "as nothing was seen.",
        },
        "body": {
            "description": "Sent as JSON by POST; `{since}` and the place of a page stand in it.",
            "type": "object",
        },
        "pages": PAGES,
        "since": {
            "description": "What tells later records from earlier ones, for later loads.",
            "type": "object",
            "required": ["path"],
            "additionalProperties": False,
            "properties": {
                "path": {"description": "Its path in a record.", "type": "string"},
                "first": {"description": "What the first load asks for.", "type": "string"},
            },
        },
    },
}

SETTINGS: Mapping[str, object] = {
    "type": "object",
    "required": ["url", "endpoints"],
    "additionalProperties": False,
    "properties": {
        "url": {"description": "Where every path starts; https.", "type": "string"},
        "auth": {
            "description": "What opens the door: one of these, as `${NAME}`.",
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
            "properties": {
                "token": {"description": "Sent as `Authorization: Bearer`.", "type": "string"},
                "basic": {
                    "description": "A user and a password.",
                    "type": "object",
                    "required": ["user", "password"],
                    "additionalProperties": False,
                    "properties": {
                        "user": {"description": "The user.", "type": "string"},
                        "password": {"description": "The password.", "type": "string"},
                    },
                },
                "header": {
                    "description": "A header of its own.",
                    "type": "object",
                    "required": ["name", "secret"],
                    "additionalProperties": False,
                    "properties": {
                        "name": {"description": "Its name.", "type": "string"},
                        "secret": {"description": "What it says.", "type": "string"},
                    },
                },
            },
        },
        "per_second": {
            "description": "At most so many requests a second.",
            "type": "number",
            "exclusiveMinimum": 0,
        },
        "timeout": {
            "description": "Seconds to wait for an answer.",
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 300,
            "default": 30,
        },
        "endpoints": {
            "description": "What is read, one after the other.",
            "type": "array",
            "minItems": 1,
            "items": _ENDPOINT,
        },
    },
}


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """An endpoint as described."""

    path: str
    table: str
    columns: tuple[tuple[str, JsonPath], ...]
    records: JsonPath | None
    params: tuple[tuple[str, str], ...]
    body: Mapping[str, Any] | None
    pager: Pager
    since: JsonPath | None
    first: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a load has come.

    Args:
        endpoint: the number of the endpoint that is read now.
        page: where its next page is; None is its first.
        since: the newest value that each endpoint had seen when this load began.
        newest: the newest that it has seen by now.
    """

    endpoint: int = 0
    page: Next | None = None
    since: tuple[str | None, ...] = ()
    newest: tuple[str | None, ...] = ()

    def text(self) -> str:
        page = None if self.page is None else [self.page.param, self.page.address]
        return json.dumps([self.endpoint, page, self.since, self.newest])


class Rest:
    """Read the endpoints of an API."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        url: str = settings["url"]
        if not url.startswith(("https://", "http://")):
            raise UsageError("the `url` is no address", hint="write one that begins with https://")
        self._url = url.rstrip("/") + "/"
        self._client = Client(
            url,
            {"User-Agent": f"leadline/{__version__}", **_door(settings.get("auth"))},
            timeout=settings["timeout"],
            per_second=settings.get("per_second"),
        )
        self._endpoints = tuple(map(_endpoint, settings["endpoints"]))

    def read(self, context: ReadContext) -> Iterator[Item]:
        """Yield each page's rows and rejects, and where the next page is.

        Raises:
            SourceError: the API does not answer as it is described.
        """
        place = _read_place(context.cursor, len(self._endpoints))
        while place.endpoint < len(self._endpoints):
            endpoint = self._endpoints[place.endpoint]
            context.progress(endpoint.path, place.endpoint, len(self._endpoints))
            page = place.page or endpoint.pager.first()
            reply = self._ask(endpoint, page, place.since[place.endpoint])
            records = _records(endpoint, reply)
            if place.page is None and place.since[place.endpoint] is None:
                yield from _amiss(endpoint, reply, records)
            yield from _items(endpoint, records)
            place = self._onwards(endpoint, place, page, reply, records)
            yield Cursor(place.text())

    def _ask(self, endpoint: _Endpoint, page: Next, since: str | None) -> Reply:
        if page.address is not None:
            return self._client.call("GET", urljoin(self._url, page.address))
        value = since if since is not None else endpoint.first
        params = tuple(
            (name, text.replace(SINCE, value or ""))
            for name, text in endpoint.params
            if value is not None or SINCE not in text
        )
        if endpoint.body is None:
            placed = (page.param,) if page.param is not None else ()
            return self._client.call("GET", endpoint.path, (*params, *placed))
        body = dict(_filled(endpoint.body, value))
        if page.param is not None:
            body[page.param[0]] = page.param[1]
        return self._client.call("POST", endpoint.path, params, body)

    def _onwards(
        self, endpoint: _Endpoint, place: _Place, page: Next, reply: Reply, records: list[Any]
    ) -> _Place:
        """Return the place behind a page; behind the last endpoint it is the next load's start."""
        at = place.endpoint
        newest = _set(place.newest, at, _newest(endpoint, place.newest[at], records))
        place = replace(place, newest=newest)
        following = endpoint.pager.following(page, reply, len(records))
        if following is not None:
            if following == page:
                raise SourceError(
                    f"{endpoint.path} names the same next page again and again",
                    hint="compare `pages` with what the API describes",
                )
            return replace(place, page=following)
        return replace(place, page=None, endpoint=at + 1)


def _read_place(cursor: str | None, endpoints: int) -> _Place:
    nothing = (None,) * endpoints
    if cursor is None:
        return _Place(since=nothing, newest=nothing)
    endpoint, page, since, newest = json.loads(cursor)
    if len(since) != endpoints:
        return _Place(since=nothing, newest=nothing)  # other endpoints are described now
    if endpoint >= endpoints:
        return _Place(since=tuple(newest), newest=tuple(newest))
    at = None if page is None else Next(tuple(page[0]) if page[0] else None, page[1])
    return _Place(endpoint, at, tuple(since), tuple(newest))


def _set(values: tuple[str | None, ...], at: int, value: str | None) -> tuple[str | None, ...]:
    return (*values[:at], value, *values[at + 1 :])


def _newest(endpoint: _Endpoint, newest: str | None, records: list[Any]) -> str | None:
    if endpoint.since is None:
        return None
    found = [endpoint.since.find(record) for record in records]
    values = [newest, *(str(value) for value in found if value is not None)]
    # Numbers grow in length; times in ISO 8601 do not.
    return max((v for v in values if v is not None), key=_rank, default=None)


def _rank(value: str) -> tuple[float, str]:
    return (float(value), "") if value.replace(".", "", 1).isdigit() else (0.0, value)


def _filled(value: Any, since: str | None) -> Any:
    """Return a body with what was seen in its place; what has no value yet is left out."""
    if isinstance(value, Mapping):
        filled = {key: _filled(inner, since) for key, inner in value.items()}
        return {key: inner for key, inner in filled.items() if inner is not _LEFT_OUT}
    if isinstance(value, list | tuple):
        return [inner for inner in (_filled(i, since) for i in value) if inner is not _LEFT_OUT]
    if isinstance(value, str) and SINCE in value:
        return _LEFT_OUT if since is None else value.replace(SINCE, since)
    return value


_LEFT_OUT = object()


def _records(endpoint: _Endpoint, reply: Reply) -> list[Any]:
    found = reply.data if endpoint.records is None else endpoint.records.find(reply.data)
    if endpoint.records is not None and isinstance(found, Mapping):
        found = list(found.values())  # some APIs give records by their ids
    if endpoint.records is not None and found is None and isinstance(reply.data, Mapping):
        found = []
    if not isinstance(found, list):
        path = endpoint.records.text if endpoint.records else "the answer"
        raise SourceError(
            f"{endpoint.path} answered without a list of records at `{path}`",
            hint="compare `records` with what the API describes",
        )
    return found


def _amiss(endpoint: _Endpoint, reply: Reply, records: list[Any]) -> Iterator[Note]:
    """Yield what is described and not to be found in the very first page of an endpoint."""
    if endpoint.records is not None and endpoint.records.find(reply.data) is None:
        has = ", ".join(f"`{name}`" for name in list(reply.data)[:12]) or "nothing"
        yield Note(
            f"{endpoint.path}: the first answer has nothing at `{endpoint.records.text}` "
            f"(`records`); it has {has}"
        )
    where = place_of_next(endpoint.pager)
    if where and records and endpoint.pager.following(Next(), reply, len(records)) is None:
        yield Note(
            f"{endpoint.path}: the first answer names no next page {where}, so its "
            f"{len(records)} records are all that is read"
        )
    described = [(path, f"columns.{name}") for name, path in endpoint.columns]
    if endpoint.since is not None:
        described.append((endpoint.since, "since.path"))
    for path, setting in described:
        if records and all(path.find(record) is None for record in records):
            yield Note(
                f"{endpoint.path}: no record of the first page has anything at `{path.text}` "
                f"(`{setting}`)"
            )


def _items(endpoint: _Endpoint, records: list[Any]) -> Iterator[Item]:
    rows = []
    for record in records:
        if isinstance(record, Mapping):
            rows.append(tuple(cell(path.find(record)) for _, path in endpoint.columns))
        else:
            raw = json.dumps(record, ensure_ascii=False)
            reason = f"a JSON {type(record).__name__}, expected an object"
            yield Reject(endpoint.table, endpoint.path, None, None, reason, raw)
    if rows:
        columns = tuple(name for name, _ in endpoint.columns)
        yield Records(endpoint.table, endpoint.path, columns, tuple(rows), None)


def _door(auth: Mapping[str, Any] | None) -> dict[str, str]:
    match auth:
        case {"token": token}:
            return {"Authorization": f"Bearer {token}"}
        case {"basic": {"user": user, "password": password}}:
            both = base64.b64encode(f"{user}:{password}".encode()).decode()
            return {"Authorization": f"Basic {both}"}
        case {"header": {"name": name, "secret": secret}}:
            return {name: secret}
    return {}


def _endpoint(settings: Mapping[str, Any]) -> _Endpoint:
    since = settings.get("since")
    records = settings.get("records")
    params = settings.get("params", {})
    for name, value in params.items():
        if _PLACEHOLDER.fullmatch(str(value)) and value != SINCE:
            raise UsageError(
                f"`{value}` (params.{name}) is no placeholder", hint="there is `{since}`"
            )
    return _Endpoint(
        path=settings["path"],
        table=settings["table"],
        columns=tuple(
            (name, json_path(path, f"columns.{name}")) for name, path in settings["columns"].items()
        ),
        records=json_path(records, "records") if records else None,
        params=tuple((name, _plain(value)) for name, value in params.items()),
        body=settings.get("body"),
        pager=pager(settings.get("pages")),
        since=json_path(since["path"], "since.path") if since else None,
        first=since.get("first") if since else None,
    )


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@hookimpl
def leadline_sources() -> tuple[SourceKind, ...]:
    """Return the source ``rest``."""
    return (SourceKind("rest", "Any API of JSON, described in settings.", SETTINGS, Rest),)
