"""What happened in a portal, in the order of time: held, or made from its number."""

from __future__ import annotations

import bisect
import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

#: Where an entry stands in its log: when it happened, in milliseconds, and its number.
Place = tuple[int, int]
_FIRST_HELD = 10**12


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One thing that happened.

    Args:
        place: where it stands in its log.
        fields: what is said of it.
    """

    place: Place
    fields: Mapping[str, Any] = field(compare=False)


class Log:
    """What happened of one sort.

    Args:
        count: how many entries are made from their number, 0 to count - 1.
        at: returns when the entry of a number happened, in milliseconds; never falls.
        make: returns what is said of it.
    """

    def __init__(
        self,
        count: int = 0,
        at: Callable[[int], int] | None = None,
        make: Callable[[int], Mapping[str, Any]] | None = None,
    ) -> None:
        self._numbers = range(count)
        self._at = at
        self._make = make
        self._held: list[Entry] = []
        self._next = _FIRST_HELD

    def __len__(self) -> int:
        return len(self._numbers) + len(self._held)

    def add(self, at: int, fields: Mapping[str, Any]) -> int:
        """Note what happened; return its number."""
        number = self._next
        self._next += 1
        bisect.insort(self._held, Entry((at, number), fields))
        return number

    def walk(
        self,
        since: int | None = None,
        until: int | None = None,
        past: Place | None = None,
        *,
        newest: bool = True,
    ) -> Iterator[Entry]:
        """Yield entries in the order of time.

        Args:
            since: the first instant, in milliseconds; None begins with the first entry.
            until: the last instant, included; None ends with the last entry.
            past: the entry that was read last; it and what comes before it are left out.
            newest: whether the newest come first.
        """
        low: Place = (since, -1) if since is not None else (-(10**15), -1)
        high: Place = (until + 1, -1) if until is not None else (10**15, -1)
        if past is not None and newest:
            high = min(high, past)
        elif past is not None:
            low = max(low, (past[0], past[1] + 1))
        made = self._made(low, high, newest)
        begin = bisect.bisect_left(self._held, low, key=lambda entry: entry.place)
        end = bisect.bisect_left(self._held, high, key=lambda entry: entry.place)
        held = self._held[begin:end]
        yield from heapq.merge(made, reversed(held) if newest else held, reverse=newest)

    def _made(self, low: Place, high: Place, newest: bool) -> Iterator[Entry]:
        if self._at is None or self._make is None:
            return
        at = self._at
        begin = bisect.bisect_left(self._numbers, low, key=lambda n: (at(n), n))
        end = bisect.bisect_left(self._numbers, high, key=lambda n: (at(n), n))
        numbers = self._numbers[begin:end]
        for number in reversed(numbers) if newest else numbers:
            yield Entry((at(number), number), self._make(number))

    def held(self) -> tuple[Entry, ...]:
        """Return the entries that were added."""
        return tuple(self._held)
