"""The fake HubSpot: a portal behind HTTP, on this machine."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Final, Self
from urllib.parse import unquote

from leadline.testing.fake_hubspot import setup
from leadline.testing.fake_hubspot.answers import Answer, Call, Refused, limited, missing_scopes
from leadline.testing.fake_hubspot.asked import Asked
from leadline.testing.fake_hubspot.faults import Fault, Scene, Sent, failure, sent
from leadline.testing.fake_hubspot.limits import Limits, Meter
from leadline.testing.fake_hubspot.portal import Portal
from leadline.testing.fake_hubspot.routes import Route, routes
from leadline.testing.fake_hubspot.wire import Listener

#: The version of the API that is served.
VERSION: Final = "2026-09"
#: How long a path with its query may be, in characters.
LONGEST_URL: Final = 8000


class FakeHubSpot:
    """A server on this machine that answers as HubSpot does; use it as a context.

    Args:
        portal: what it is about.
        token: the key that is good.
        faults: what goes wrong.
        tier: what the account is subscribed to; only ``enterprise`` may read event occurrences.
        scopes: what the key may do; None for everything.
        version: the dated part of the paths.
        limits: how often it may be asked, with 429 for more; None refuses nothing and tells what an
            Enterprise account is told.
    """

    def __init__(
        self,
        portal: Portal,
        *,
        token: str = "pat-eu1-fake",  # noqa: S107 - opens nothing but this
        faults: Sequence[Fault] = (),
        tier: str = "enterprise",
        scopes: Collection[str] | None = None,
        version: str = VERSION,
        limits: Limits | None = None,
    ) -> None:
        self.portal = portal
        #: What was asked so far.
        self.requests: list[Asked] = []
        self._token = token
        self._faults: list[Fault] = []
        self._counts: list[int] = []
        self._happened: Counter[int] = Counter()
        self._tier = tier
        self._scopes = scopes
        self._version = version
        self._routes = tuple(routes(version))
        self._enforced = limits is not None
        self._limits = limits or Limits()
        self._meter = Meter(self._limits)
        self._before: dict[tuple[str, str], Any] = {}
        self._own: list[Exception] = []
        self._script = threading.Lock()
        self._listener: Listener | None = None
        for fault in faults:
            self.script(fault)

    def __enter__(self) -> Self:
        self._listener = Listener(self._answer)
        return self

    def __exit__(self, *failed: object) -> None:
        if self._listener is not None:
            self._listener.close()
        if self._own and failed[0] is None:
            raise self._own[0]

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end."""
        if self._listener is None:
            raise RuntimeError("the fake HubSpot runs only within its context")
        return self._listener.url

    def asked(self, on: str = "") -> list[Asked]:
        """Return the requests that start with ``METHOD /path``."""
        return [asked for asked in self.requests if asked.starts(on)]

    def script(self, fault: Fault) -> None:
        """Let something go wrong from now on; its requests count from here."""
        with self._script:
            self._faults.append(fault)
            self._counts.append(0)

    @property
    def unused(self) -> tuple[Fault, ...]:
        """The faults that have not happened, not even once."""
        return tuple(fault for at, fault in enumerate(self._faults) if not self._happened[at])

    def _answer(self, asked: Asked) -> Sent:
        """Answer a request, or do what a fault says, and note it."""
        with self._script:
            at = len(self.requests)
            self.requests.append(asked)
            fault = self._fault(asked)
        with self.portal.lock:
            key = asked.method, asked.path
            scene = Scene(asked, lambda: self._done(asked), self._before.get(key))
            try:
                reply = fault.answer(scene) if fault is not None else sent(self._done(asked))
            except Exception as error:
                # The server's own fault: the test that uses it fails when the context ends.
                self._own.append(error)
                reply = sent(failure(500))
            if reply.answer is not None and reply.answer.status == 200 and reply.answer.data:
                self._before[key] = reply.answer.data
        answer = reply.answer
        if answer is None:
            return reply
        self.requests[at] = replace(asked, status=answer.status)
        if answer.status >= 400 and isinstance(answer.data, dict):
            said = {**answer.data, "correlationId": f"{at:08x}-0000-4000-8000-{at:012x}"}
            reply = replace(reply, body=json.dumps(said).encode())
        # What a search answers says nothing of limits.
        known = () if asked.path.endswith("/search") else self._meter.headers()
        return replace(reply, answer=replace(answer, headers=(*known, *answer.headers)))

    def _fault(self, asked: Asked) -> Fault | None:
        """Return the first fault that happens to a request; it counts for all of them."""
        found = None
        for at, fault in enumerate(self._faults):
            if asked.starts(fault.on):
                self._counts[at] += 1
                if found is None and fault.happens(self._counts[at]):
                    self._happened[at] += 1
                    found = fault
        return found

    def _done(self, asked: Asked) -> Answer:
        """Do what was asked."""
        try:
            return self._allowed(asked)
        except Refused as refused:
            return refused.answer

    def _allowed(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {self._token}":
            return failure(401)
        if sum(len(name) + len(value) + 2 for name, value in asked.query) > LONGEST_URL:
            return failure(414)
        policy = self._meter.reached(search=asked.path.endswith("/search"))
        if policy is not None and self._enforced:
            return Answer(429, limited(policy))
        if asked.path == f"/account-info/{self._version}/api-usage/daily/private-apps":
            call = Call(self.portal, asked, {}, self.url, self._tier)
            return setup.usage(call, self._meter.used, self._limits.daily)
        if _goes_on(asked):
            self.portal.page_turned(asked)
        return self._routed(asked)

    def _routed(self, asked: Asked) -> Answer:
        there = False
        for route in self._routes:
            match = route.pattern.fullmatch(asked.path)
            there = there or match is not None
            if match is not None and route.method == asked.method:
                parts = {name: unquote(value) for name, value in match.groupdict().items()}
                call = Call(self.portal, asked, parts, self.url, self._tier)
                return self._within(route, call)
        if there:
            return failure(405, message="HTTP 405 Method Not Allowed", category="VALIDATION_ERROR")
        return failure(404)

    def _within(self, route: Route, call: Call) -> Answer:
        scope = route.scope_for(call)
        if scope and self._scopes is not None and scope not in self._scopes:
            return missing_scopes([scope])
        return route.answer(call)


def _goes_on(asked: Asked) -> bool:
    """Say whether a request goes on from a cursor."""
    body = asked.body if isinstance(asked.body, dict) else {}
    said = (asked.param("after"), asked.param("offset"), body.get("after"), body.get("offset"))
    return any(cursor not in (None, "", "0", 0) for cursor in said)
