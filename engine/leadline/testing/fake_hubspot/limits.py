"""How often an account may be asked."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What an account may ask for; what an Enterprise subscription gives, if nothing is said.

    Args:
        ten_seconds: requests within ten seconds, but searches.
        daily: requests within a day, of every sort.
        search_second: searches within a second.
    """

    ten_seconds: int = 190
    daily: int = 1_000_000
    search_second: int = 5


class Meter:
    """Counts what was asked.

    Args:
        limits: what may be asked.
        clock: says how late it is, in seconds.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._calls: deque[float] = deque()
        self._searches: deque[float] = deque()
        self.used = 0

    def reached(self, *, search: bool) -> str | None:
        """Count a request; return the policy that it breaks, or None where it may go on."""
        now = self._clock()
        if self.used >= self._limits.daily:
            return "DAILY"
        calls, most, span, policy = (
            (self._searches, self._limits.search_second, 1.0, "SECONDLY")
            if search
            else (self._calls, self._limits.ten_seconds, 10.0, "TEN_SECONDLY_ROLLING")
        )
        while calls and calls[0] <= now - span:
            calls.popleft()
        if len(calls) >= most:
            return policy
        calls.append(now)
        self.used += 1
        return None

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return what answers say of the limits."""
        name = "X-HubSpot-RateLimit"
        left = max(0, self._limits.ten_seconds - len(self._calls))
        return (
            (f"{name}-Max", str(self._limits.ten_seconds)),
            (f"{name}-Remaining", str(left)),
            (f"{name}-Interval-Milliseconds", "10000"),
            (f"{name}-Daily", str(self._limits.daily)),
            (f"{name}-Daily-Remaining", str(max(0, self._limits.daily - self.used))),
        )
