"""What changed between two readings, whether that is more than chance, and what to be wary of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from leadline.audit.reading import Reading
from leadline.intervals import Interval, Rate, rate_ratio

Word = Literal["up", "down", "no clear change", ""]

#: From which change of its volume on a rate is not told without it.
LARGE = 0.25

_NO_CHANCE = "nothing says how much of the change is chance"


@dataclass(frozen=True, slots=True)
class Change:
    """A change from one reading to another.

    Attributes:
        amount: how much: the difference of two shares (0.02 is two points), or, where ``relative``,
            the part by which the figure is larger or smaller (-0.25 is a quarter less); counts and
            sums are compared by the day. None where nothing was there before.
        interval: the 95% interval of ``amount``; None where chance cannot be told.
        word: ``up``, ``down``, ``no clear change``; empty where it cannot be told from chance.
        caution: what the change must not be read without: "of 92% fewer"; else empty.
        reason: why there is no amount or no word; else empty.
    """

    amount: float | None
    relative: bool
    interval: Interval | None
    word: Word
    caution: str = ""
    reason: str = ""


def change(before: Reading | None, after: Reading | None) -> Change | None:
    """Compare two readings of a figure.

    Shares by their difference, everything else by its ratio; counts and sums of a day, so that
    periods need not be equally long. What was given without chance counts as known.

    Returns:
        The change; None where one of the two has no value.
    """
    if before is None or after is None or before.value is None or after.value is None:
        return None
    if before.metric != after.metric:
        other = before.metric or after.metric
        return Change(None, False, None, "", reason=f"one of the two is of `{other}`")
    compared = _points if before.share and after.share else _ratio
    return compared(before, after, volume_change(before, after))


def _points(before: Reading, after: Reading, caution: str) -> Change:
    was, now = before.value or 0.0, after.value or 0.0
    ends = (_ends(before, was), _ends(after, now))
    if ends[0] is None or ends[1] is None:
        return Change(now - was, False, None, "", caution, _NO_CHANCE)
    (low0, high0), (low1, high1) = ends[0], ends[1]
    # Newcombe's interval (Statistics in Medicine 17, 1998, method 10) of the two readings' own.
    low = math.hypot(now - low1, high0 - was)
    high = math.hypot(high1 - now, was - low0)
    interval = Interval(now - was - low, now - was + high)
    return Change(now - was, False, interval, interval.direction(), caution)


def _ends(reading: Reading, value: float) -> tuple[float, float] | None:
    if reading.given:
        return value, value
    return (reading.interval.low, reading.interval.high) if reading.interval else None


def _ratio(before: Reading, after: Reading, caution: str) -> Change:
    rates = (_rate(before, after), _rate(after, before))
    if rates[0] is None or rates[1] is None:
        return Change(_relative(before, after), True, None, "", caution, _NO_CHANCE)
    if min(rate.amount for rate in rates if rate) <= 0 and not _counted(before, after):
        reason = "nothing can be compared with a figure of 0 or below"
        return Change(None, True, None, "", caution, reason)
    ratio = rate_ratio(rates[0], rates[1])
    if after.unit == "cost":
        # How many a sum bought is what chance is in.
        ratio = Interval(1 / ratio.high, 1 / ratio.low)
    word = ratio.direction(1.0)
    amount = _relative(before, after)
    reason = "" if amount is not None else "there was nothing before"
    return Change(amount, True, Interval(ratio.low - 1, ratio.high - 1), word, caution, reason)


def _relative(before: Reading, after: Reading) -> float | None:
    first, second = (_per_day(one, other) for one, other in ((before, after), (after, before)))
    return second / first - 1 if first > 0 else None


def _per_day(reading: Reading, other: Reading) -> float:
    return (reading.value or 0.0) / _over(reading, other)


def _over(reading: Reading, other: Reading) -> float:
    """Return the days that a count is of; 1 of what is no count, or where days are unknown."""
    counted = reading.unit in ("count", "sum")
    days = reading.days if counted and other.days is not None else None
    return float(days) if days is not None else 1.0


def _rate(reading: Reading, other: Reading) -> Rate | None:
    """Return a reading as a rate whose amount chance is in; None where its chance is unknown."""
    value, variance = reading.value or 0.0, 0.0 if reading.given else reading.variance
    if variance is None:
        return None
    if reading.unit == "cost" and value > 0:
        # The other way round: 1 / cost has the same relative variance.
        return Rate(1 / value, 1.0, variance / value**4)
    if reading.unit in ("ratio", "share") and reading.bottom:
        return Rate(reading.top or 0.0, reading.bottom, variance * reading.bottom**2)
    return Rate(value, _over(reading, other), variance)


def _counted(before: Reading, after: Reading) -> bool:
    """Say whether 0 is a number of something, to which half a one can be added."""
    return all(
        one.unit == "count" or (one.unit in ("share", "ratio") and one.top == 0)
        for one in (before, after)
        if (one.value or 0.0) <= 0
    )


def volume_change(before: Reading, after: Reading) -> str:
    """Say how the volume that a rate stands on has changed, where that is clear and large.

    Returns:
        Such as "of 92% fewer" or "of 40% more"; empty where it changed little, or nothing says.
    """
    rates = (_volume(before), _volume(after))
    if rates[0] is None or rates[1] is None or min(rates[0].value, rates[1].value) <= 0:
        return ""
    if rate_ratio(rates[0], rates[1]).direction(1.0) == "no clear change":
        return ""
    return of_how_many(rates[1].value / rates[0].value)


def of_how_many(ratio: float) -> str:
    """Say how many more or fewer there are; nothing where it is less than a quarter."""
    if abs(ratio - 1) <= LARGE:
        return ""
    if ratio >= 2:
        return f"of {ratio:.0f} times as many" if ratio >= 10 else f"of {ratio:.2g} times as many"
    if ratio < 0.01:
        return "of more than 99% fewer"
    return f"of {abs(ratio - 1):.0%} {'more' if ratio > 1 else 'fewer'}"


def _volume(reading: Reading) -> Rate | None:
    if reading.days is None or reading.volume is None or not reading.bottom:
        return None
    return Rate(reading.bottom, float(reading.days), reading.volume)
