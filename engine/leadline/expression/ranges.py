"""Sets of values on a line, as spans: numbers, days, durations, texts in their order.

A span runs from one *cut* to another. A cut lies between two values: just before a value, just
behind it, or at an end of the line; so open and closed ends need no cases of their own. What lies
beyond every number (infinity, and what is no number, which the engine sorts last) is in every span
without an upper end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

Value = float | str

#: (-1, ..) is before everything, (1, ..) behind; (0, value, 0) just before a value, 1 just behind.
Cut = tuple[int, Value, int]

_FIRST: Cut = (-1, 0.0, 0)
_LAST: Cut = (1, 0.0, 0)
_HIGHEST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Ranges:
    """A set of values: spans in order, none touching the next. All values are of one kind."""

    spans: tuple[tuple[Cut, Cut], ...]

    @property
    def is_empty(self) -> bool:
        """Whether no value is in it."""
        return not self.spans

    @property
    def low(self) -> Value | None:
        """The least value, or the one that all are above; None where there is no such."""
        cut = self.spans[0][0] if self.spans else _FIRST
        return cut[1] if cut != _FIRST else None

    @property
    def high(self) -> Value | None:
        """The greatest value, or the one that all are below; None where there is no such."""
        cut = self.spans[-1][1] if self.spans else _LAST
        return cut[1] if cut != _LAST else None

    @property
    def points(self) -> tuple[Value, ...] | None:
        """The values one by one, or None where there are more than can be listed."""
        if any(begin[0] or begin[1:] != (end[1], 0) or end[2] != 1 for begin, end in self.spans):
            return None
        return tuple(begin[1] for begin, _ in self.spans)

    def intersect(self, other: Ranges) -> Ranges:
        """Return the values in both."""
        found: list[tuple[Cut, Cut]] = []
        left, right = list(self.spans), list(other.spans)
        i = j = 0
        while i < len(left) and j < len(right):
            begin = max(left[i][0], right[j][0])
            end = min(left[i][1], right[j][1])
            if begin < end:
                found.append((begin, end))
            if left[i][1] < right[j][1]:
                i += 1
            else:
                j += 1
        return Ranges(tuple(found))

    def complement(self) -> Ranges:
        """Return the values not in it."""
        found: list[tuple[Cut, Cut]] = []
        at = _FIRST
        for begin, end in self.spans:
            if at < begin:
                found.append((at, begin))
            at = end
        if at < _LAST:
            found.append((at, _LAST))
        return Ranges(tuple(found))

    def whole(self) -> Ranges:
        """Return the whole numbers in it, each span no longer than it must be."""
        spans = [(_up(begin), _down(end)) for begin, end in self.spans]
        return Ranges(tuple((begin, end) for begin, end in spans if begin < end))


EVERYTHING = Ranges(((_FIRST, _LAST),))
NOTHING = Ranges(())


def points(values: Iterable[Value]) -> Ranges:
    """Return a set of single values."""
    return Ranges(tuple(((0, value, 0), (0, value, 1)) for value in sorted(set(values))))


def below(value: Value, *, included: bool) -> Ranges:
    """Return all values below one, that one ``included`` or not."""
    return Ranges(((_FIRST, (0, value, int(included))),))


def above(value: Value, *, included: bool) -> Ranges:
    """Return all values above one, that one ``included`` or not."""
    return Ranges((((0, value, int(not included)), _LAST),))


def between(low: float, high: float) -> Ranges:
    """Return the values from one to another, both included; an infinite end is none."""
    start: Cut = (0, low, 0) if math.isfinite(low) else _FIRST
    end: Cut = (0, high, 1) if math.isfinite(high) else _LAST
    return Ranges(((start, end),)) if start < end else NOTHING


def beginning(prefix: str) -> Ranges:
    """Return all texts that begin with a prefix."""
    head = prefix.rstrip(_HIGHEST_CHARACTER)
    if not prefix or not head:
        return above(prefix, included=True)
    following = ord(head[-1]) + 1
    if 0xD800 <= following <= 0xDFFF:  # no text holds half a surrogate pair
        following = 0xE000
    return Ranges((((0, prefix, 0), (0, head[:-1] + chr(following), 0)),))


def _up(cut: Cut) -> Cut:
    """Move a lower cut up to just before a whole number."""
    if cut[0] or isinstance(cut[1], str) or not math.isfinite(cut[1]):
        return cut
    return (0, float(math.floor(cut[1]) + 1 if cut[2] else math.ceil(cut[1])), 0)


def _down(cut: Cut) -> Cut:
    """Move an upper cut down to just behind a whole number."""
    if cut[0] or isinstance(cut[1], str) or not math.isfinite(cut[1]):
        return cut
    return (0, float(math.floor(cut[1]) if cut[2] else math.ceil(cut[1]) - 1), 1)
