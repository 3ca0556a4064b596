"""A client for JSON over HTTP that survives what servers do: for sources and outputs of APIs.

What may go well later is tried again, within bounds: broken connections and answers that break off,
errors of the server (5xx), limits (429) and locks (423), as long as the server asks where it does.
What will never go well is told at once. No message holds the address or a secret.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadline.errors import SourceError
from leadline.plugin.http import NoResponse, Requester, Response

#: How large an answer may be, in bytes.
MOST_BYTES = 64 * 1024 * 1024
#: How many times a request is sent at most, and how long it may be waited in all, in seconds.
MOST_TRIES = 7
LONGEST = 600.0

_SAID = 300
_LIMITED, _LOCKED = 429, (423, 477)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of 2xx.

    Args:
        status: its HTTP status.
        headers: what it said, names in lower case.
        data: its JSON; None where it has no content.
    """

    status: int
    headers: Mapping[str, str]
    data: Any


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that did not go well.

    Args:
        tries: how many times it was sent so far.
        status: the HTTP status; None where no whole answer came.
        headers: what the answer said, names in lower case.
        data: its JSON; None where it has none.
        why: what happened, in one line.
    """

    tries: int
    status: int | None
    headers: Mapping[str, str]
    data: Any
    why: str

    @property
    def retry_after(self) -> float | None:
        """The seconds that the server asks to wait, or None where it names none."""
        try:
            return max(0.0, float(self.headers.get("retry-after", "")))
        except ValueError:
            return None


class CallError(SourceError):
    """A request failed for good; ``failure`` says how."""

    def __init__(self, message: str, failure: Failure, hint: str = "") -> None:
        super().__init__(message, hint)
        self.failure = failure


#: How long to wait before another try, in seconds; None gives up.
Wait = Callable[[Failure], float | None]


def patiently(failure: Failure) -> float | None:
    """Return how long to wait before another try, as most servers want it.

    As long as the server says; else for limits, locks, errors of the server and broken connections
    1, 2, 4, ... seconds, up to half as much again so that clients do not come back all at once.
    """
    may_go_well = (
        failure.status is None or failure.status in (_LIMITED, *_LOCKED) or failure.status >= 500
    )
    if not may_go_well:
        return None
    if failure.retry_after is not None:
        return failure.retry_after
    least = 2.0 if failure.status in _LOCKED else 1.0
    backoff = least * 2.0 ** (failure.tries - 1)
    return backoff * (1 + random.random() / 2)  # noqa: S311 - no secret hangs on it


class Client:
    """Calls one API.

    Args:
        base: where every path starts; http or https.
        headers: what every request says, the key included.
        timeout: seconds to wait for a connection, and for each part of an answer.
        wait: how long to wait before another try.
        per_second: at most so many requests a second; None sets no bound.
        told: returns what the JSON of a failed answer says, in one line; "" where nothing.
        pause: waits some seconds; None is the clock.
    """

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str],
        *,
        timeout: float = 30,
        wait: Wait = patiently,
        per_second: float | None = None,
        told: Callable[[Any], str] | None = None,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self._requester = Requester(
            base, {"Accept": "application/json", **headers}, timeout, MOST_BYTES
        )
        self._wait = wait
        self._between = 1 / per_second if per_second else 0.0
        self._told = told or _said_of
        self._pause = pause or time.sleep
        self._next = 0.0

    def call(
        self,
        method: str,
        path: str,
        params: Sequence[tuple[str, str]] = (),
        body: object = None,
        *,
        repeatable: bool = True,
    ) -> Reply:
        """Send a request until it goes well, or will not.

        Args:
            method: such as ``GET``.
            path: from the base on, or the address of a next page at the same host.
            params: what is asked for, in order.
            body: what is sent along, as JSON; None sends nothing.
            repeatable: whether sending it twice does no harm; what may have arrived and does is
                not sent again.

        Raises:
            CallError: it does not go well: not for good reasons, or not within the bounds.
        """
        content = None if body is None else json.dumps(body).encode()
        tries, waited = 0, 0.0
        while True:
            tries += 1
            found = self._try(tries, method, path, params, content)
            if isinstance(found, Reply):
                return found
            # A limit was never carried out; an error of the server may have been.
            again = repeatable or found.status in (_LIMITED, *_LOCKED)
            seconds = self._wait(found) if again and tries < MOST_TRIES else None
            if seconds is None or waited + seconds > LONGEST:
                raise self._error(found)
            waited += seconds
            self._pause(seconds)

    def _try(
        self,
        tries: int,
        method: str,
        path: str,
        params: Sequence[tuple[str, str]],
        content: bytes | None,
    ) -> Reply | Failure:
        self._keep_the_pace()
        try:
            response = self._requester.send(method, path, params, content)
        except NoResponse as error:
            failure = Failure(tries, None, {}, None, error.why)
            if error.lasting:
                raise self._error(failure) from None
            return failure
        host = self._requester.host
        data, readable = _json(response)
        if not 200 <= response.status < 300:
            said = self._told(data)
            why = f"{host} answered {response.status}" + (f": {said}" if said else "")
            return Failure(tries, response.status, response.headers, data, why)
        if not readable:
            return Failure(tries, None, response.headers, None, f"{host} answered what is no JSON")
        return Reply(response.status, response.headers, data)

    def _keep_the_pace(self) -> None:
        now = time.monotonic()
        if self._between and now < self._next:
            self._pause(self._next - now)
        self._next = max(now, self._next) + self._between

    def _error(self, failure: Failure) -> CallError:
        hints = {
            401: "the key is wrong or no longer valid: renew it",
            403: "the key may not read this: give it the right to",
            404: "compare the path with what the API describes",
        }
        times = f" ({failure.tries} tries)" if failure.tries > 1 else ""
        return CallError(f"{failure.why}{times}", failure, hints.get(failure.status or 0, ""))


def _json(response: Response) -> tuple[Any, bool]:
    """Return the JSON of an answer, and whether it is one; no content is None."""
    if not response.body.strip():
        return None, True
    try:
        return json.loads(response.body), True
    except (ValueError, RecursionError):
        return None, False


def _said_of(data: Any) -> str:
    """Return what an error says of itself, by the names that most APIs use."""
    if isinstance(data, list) and data:
        return _said_of(data[0])
    if not isinstance(data, dict):
        return ""
    found = next((data[key] for key in ("message", "error", "detail", "errors") if key in data), "")
    if isinstance(found, dict | list):
        return _said_of(found)
    return one_line(str(found))


def one_line(text: str) -> str:
    """Return a text of a server so that it can be printed: one line, no control characters."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(plain.split())[:_SAID]
