"""Faults by script: what goes wrong, at which request, and how often."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from leadline.testing.fake_hubspot.answers import (
    INVALID,
    Answer,
    expired,
    limited,
    missing_scopes,
    problem,
)
from leadline.testing.fake_hubspot.asked import Asked


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes over the wire.

    Args:
        answer: what is answered; None closes the connection without a word.
        body: the bytes of its body.
        share: how much of the body is sent before the connection is closed, from 0 to 1.
        length: whether the length of the body is said.
        seconds: how long the answer takes.
        drip: whether the body comes bit by bit over that time, rather than after it.
    """

    answer: Answer | None
    body: bytes = b""
    share: float = 1.0
    length: bool = True
    seconds: float = 0.0
    drip: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a fault happens.

    Args:
        asked: the request.
        do: does what was asked, and returns the answer.
        before: what was answered last to the same method and path; None for the first.
    """

    asked: Asked
    do: Callable[[], Answer]
    before: Any


Reaction = Callable[[Scene], Sent]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong.

    Args:
        on: the requests that count: ``METHOD /path``, of which the path is how theirs begins;
            ``*`` is any method, nothing is all requests.
        answer: what happens instead, such as ``status(503)``.
        nth: the first of those requests that it happens to.
        times: to how many from then on; None for all.
    """

    on: str
    answer: Reaction
    nth: int = 1
    times: int | None = 1

    def happens(self, count: int) -> bool:
        """Say whether it happens to the request of a number, from 1."""
        return count >= self.nth and (self.times is None or count < self.nth + self.times)


def sent(answer: Answer) -> Sent:
    """Return how an answer goes over the wire if nothing is wrong."""
    body = b"" if answer.data is None else json.dumps(answer.data).encode()
    return Sent(answer, body)


_SAID: Final = {
    400: ("Invalid input", INVALID),
    401: (
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you "
        "can find more details at https://developers.hubspot.com/docs",
        "INVALID_AUTHENTICATION",
    ),
    404: ("resource not found", "OBJECT_NOT_FOUND"),
    409: ("The request conflicts with another one", "CONFLICT"),
    414: ("The URL of the request is too long", INVALID),
    423: ("The resource is locked, try again later", "LOCKED"),
    477: ("The account is being moved to another data centre", "MIGRATION_IN_PROGRESS"),
}


def failure(
    code: int,
    *,
    policy: str | None = None,
    retry_after: float | None = None,
    message: str | None = None,
    category: str | None = None,
    scopes: Sequence[str] = ("crm.objects.contacts.read",),
) -> Answer:
    """Return an error of HubSpot."""
    headers = () if retry_after is None else (("Retry-After", f"{retry_after:g}"),)
    if code == 429:
        return Answer(429, limited(policy or "TEN_SECONDLY_ROLLING"), headers)
    if code == 403 and message is None:
        return replace(missing_scopes(scopes), headers=headers)
    said, known = _SAID.get(code, ("internal error", "INTERNAL_ERROR"))
    return Answer(code, problem(message or said, category or known), headers)


def status(
    code: int,
    *,
    policy: str | None = None,
    retry_after: float | None = None,
    message: str | None = None,
    category: str | None = None,
    scopes: Sequence[str] = ("crm.objects.contacts.read",),
    done: bool = False,
) -> Reaction:
    """Answer a status, with the body that HubSpot gives it.

    Args:
        code: the status.
        policy: which limit was reached, for 429.
        retry_after: after how many seconds the client is asked to come back; None asks nothing.
        message: what is said, where not the usual.
        category: of which kind the error is, where not the usual.
        scopes: what the key should be allowed to do, for 403.
        done: whether what was asked was done all the same, as it may be with 5xx.
    """
    answer = failure(
        code, policy=policy, retry_after=retry_after, message=message, category=category,
        scopes=scopes,
    )  # fmt: skip

    def react(scene: Scene) -> Sent:
        if done:
            scene.do()
        return sent(answer)

    return react


def truncated(share: float = 0.5, *, length: bool = True) -> Reaction:
    """Break off the answer.

    Args:
        share: how much of the body is sent, from 0 to 1.
        length: whether the length of the whole is said, by which a client notices; else only the
            JSON tells.
    """
    return lambda scene: replace(sent(scene.do()), share=share, length=length)


def slow(seconds: float, *, drip: bool = False) -> Reaction:
    """Answer late, or bit by bit over a time."""
    return lambda scene: replace(sent(scene.do()), seconds=seconds, drip=drip)


def broken(*, done: bool = False) -> Reaction:
    """Close the connection without an answer; what was asked was done or not."""

    def react(scene: Scene) -> Sent:
        if done:
            scene.do()
        return Sent(None)

    return react


def wrong_json(text: str = "<html><body>502 Bad Gateway</body></html>") -> Reaction:
    """Answer 200 with another text, such as a page of a proxy."""
    return lambda scene: Sent(Answer(200, None), text.encode())


def repeated_page(overlap: int | None = None) -> Reaction:
    """Say rows again that were on the page before.

    Args:
        overlap: how many of its last rows come before those of this page, which are all there;
            None answers the page before as a whole, cursor and all.
    """

    def react(scene: Scene) -> Sent:
        answer = scene.do()
        if scene.before is None:
            return sent(answer)
        if overlap is None:
            return sent(replace(answer, data=scene.before))
        rows = "events" if "events" in answer.data else "results"
        both = [*scene.before[rows][-overlap:], *answer.data[rows]]
        return sent(replace(answer, data={**answer.data, rows: both}))

    return react


def expired_cursor() -> Reaction:
    """Answer that the cursor is no longer good."""

    def react(scene: Scene) -> Sent:
        cursor = scene.asked.param("after") or scene.asked.param("offset") or ""
        return sent(expired(cursor).answer)

    return react
