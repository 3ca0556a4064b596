"""HubSpot's API: its version, its limits, and what its errors mean."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from leadline import __version__
from leadline.plugin import SourceError, UsageError
from leadline.plugin.client import CallError, Client, Failure, Reply, one_line, patiently

#: The version of every path that has one: HubSpot supports each for 18 months.
VERSION = "2026-09"
#: The longest list of names that goes into an address; with more, addresses are refused (414).
LONGEST_NAMES = 4000

#: Where HubSpot has the keys.
KEYS = "Settings > Integrations > Service Keys"

_DAILY = "DAILY"
#: How long a limit lasts, in seconds, by what HubSpot calls it.
_LIMITS = {"SECONDLY": 1.0, "TEN_SECONDLY_ROLLING": 10.0}
#: How often a page may name itself as the next one.
_AGAIN = 3

Params = Sequence[tuple[str, str]]


class Api:
    """Calls the API of a portal.

    Args:
        url: where it is.
        token: the service key.
        timeout: seconds to wait for an answer.
        pause: waits some seconds; None is the clock.
    """

    def __init__(
        self, url: str, token: str, timeout: float, pause: Callable[[float], object] | None = None
    ) -> None:
        if not url.startswith(("https://", "http://")):
            raise UsageError("the `url` is no address", hint="write one that begins with https://")
        headers = {"Authorization": f"Bearer {token}", "User-Agent": f"leadline/{__version__}"}
        self._client = Client(url, headers, timeout=timeout, wait=_wait, told=_told, pause=pause)
        self._zone = "UTC"
        #: The clock of HubSpot, in milliseconds since 1970, as its last answer said it.
        self.now = int(time.time() * 1000)

    def get(self, path: str, params: Params = ()) -> Any:
        """Return the JSON of what is read.

        Raises:
            SourceError: it cannot be.
        """
        return self._call("GET", path, params, None)

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        """Return the JSON of a search, of a batch, or of something that is made.

        It is sent again where no answer came: whatever is posted may be done twice.

        Raises:
            SourceError: it cannot be.
        """
        return self._call("POST", path, (), body)

    def meet(self) -> None:
        """Learn the portal's time zone, for what is said of its daily limit."""
        try:
            said = self.get(f"account-info/{VERSION}/details")
        except CallError as error:
            if error.failure.status not in (403, 404):
                raise
            return
        if isinstance(said, Mapping) and isinstance(said.get("timeZone"), str):
            self._zone = said["timeZone"]

    def _call(self, method: str, path: str, params: Params, body: object) -> Any:
        try:
            reply = self._client.call(method, path, params, body)
        except CallError as error:
            raise self._meant(error) from None
        self._note_time(reply)
        if not isinstance(reply.data, Mapping):
            raise SourceError(f"HubSpot answered {path} with JSON that is no object")
        return reply.data

    def _note_time(self, reply: Reply) -> None:
        try:
            at = parsedate_to_datetime(reply.headers.get("date", ""))
        except ValueError:
            return
        self.now = int(at.timestamp() * 1000)

    def _meant(self, error: CallError) -> SourceError:
        """Return an error as one that says what to do about it in HubSpot."""
        failure = error.failure
        if _policy(failure) == _DAILY:
            return SourceError(
                f"the portal has used up its API calls of the day ({error.message})",
                hint=f"they are given anew at midnight in its time zone: {self._midnight()}; run "
                "again after that, and it goes on where it stopped",
            )
        hint = error.hint
        if failure.status == 401:
            hint = f"make a new service key under {KEYS}, and put it where `token` is read from"
        elif failure.status == 403 and (scopes := missing_scopes(failure.data)):
            hint = f"give the service key the scopes {', '.join(scopes)} under {KEYS}"
        return CallError(error.message, failure, hint)

    def _midnight(self) -> str:
        try:
            zone = ZoneInfo(self._zone)
        except (ZoneInfoNotFoundError, ValueError):
            return self._zone
        day = datetime.fromtimestamp(self.now / 1000, zone).date() + timedelta(days=1)
        at = datetime(day.year, day.month, day.day, tzinfo=zone)
        return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def missing_scopes(data: Any) -> tuple[str, ...]:
    """Return the scopes that an answer of 403 asks for."""
    found: dict[str, None] = {}
    errors = data.get("errors") if isinstance(data, Mapping) else None
    for error in errors if isinstance(errors, list) else ():
        context = error.get("context") if isinstance(error, Mapping) else None
        scopes = context.get("requiredScopes") if isinstance(context, Mapping) else None
        for scope in scopes if isinstance(scopes, list) else ():
            found[one_line(str(scope))] = None
    return tuple(found)


def results(data: Mapping[str, Any], path: str, key: str = "results") -> list[Mapping[str, Any]]:
    """Return the records of an answer.

    Raises:
        SourceError: it has none where they should be.
    """
    found = data.get(key)
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise SourceError(
            f"HubSpot answered {path} without a list `{key}`",
            hint="the answer may come from something between; run again, and report it if it stays",
        )
    return found


def following(data: Mapping[str, Any]) -> str | None:
    """Return the cursor of the next page, or None behind the last."""
    paging = data.get("paging")
    after = paging.get("next") if isinstance(paging, Mapping) else None
    found = after.get("after") if isinstance(after, Mapping) else None
    return None if found in (None, "") else str(found)


def pages(
    ask: Callable[[str | None], Mapping[str, Any]],
    path: str,
    after: str | None,
    *,
    next_of: Callable[[Mapping[str, Any]], str | None] = following,
    key: str = "results",
) -> Iterator[tuple[list[Mapping[str, Any]], str | None]]:
    """Yield the records of each page, and the cursor of the next one.

    A cursor that HubSpot no longer takes begins anew, and a page that comes twice is asked for
    again: rows that come twice are known.

    Args:
        ask: asks for the page of a cursor; None is the first.
        path: what is asked, for messages.
        after: where to begin.
        next_of: returns the cursor of the next page that an answer names.
        key: where an answer has the records.

    Raises:
        SourceError: the pages lead in a circle.
    """
    anew, again = after is not None, 0
    while True:
        try:
            data = ask(after)
        except CallError as error:
            if not (anew and after is not None and error.failure.status in (400, 410)):
                raise
            after, anew = None, False
            continue
        yield results(data, path, key), (found := next_of(data))
        if found is None:
            return
        again = again + 1 if found == after else 0
        if again > _AGAIN:
            raise SourceError(
                f"HubSpot names the same next page of {path} again and again",
                hint="run again later: the load goes on from the last page that was kept",
            )
        after = found


def _wait(failure: Failure) -> float | None:
    """Return how long to wait before another try, by what HubSpot says of its limits."""
    policy = _policy(failure)
    if policy == _DAILY:
        return None
    if failure.status == 429 and failure.retry_after is None:
        return _LIMITS.get(policy, 10.0)
    return patiently(failure)


def _policy(failure: Failure) -> str:
    if failure.status != 429 or not isinstance(failure.data, Mapping):
        return ""
    return str(failure.data.get("policyName", ""))


def _told(data: Any) -> str:
    """Return what an error says, with the number that HubSpot's support asks for."""
    if not isinstance(data, Mapping):
        return ""
    message = one_line(str(data.get("message") or data.get("category") or ""))
    scopes = ", ".join(missing_scopes(data))
    number = one_line(str(data.get("correlationId") or ""))[:60]
    more = [f"missing scopes: {scopes}"] if scopes else []
    more += [f"correlationId {number}"] if number else []
    return f"{message} ({'; '.join(more)})" if more else message
