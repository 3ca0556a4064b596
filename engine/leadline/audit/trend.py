"""The trend of a figure over the year before a date: a line through its months."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from leadline.audit.change import of_how_many
from leadline.audit.reading import NOT_ENOUGH, Reading
from leadline.intervals import Interval

Word = Literal["rising", "falling", "flat", ""]

#: How many whole months a trend looks at, and the fewest it can be told from.
MONTHS, FEWEST = 12, 6
#: Counts are those of a month of this many days.
_DAYS_OF_A_MONTH = 365.25 / 12
_QUARTER = 3
#: The quantile of Student's distribution that leaves 2.5% above it, for 4 to 10 degrees of freedom
#: (Student, Biometrika 6, 1908; as in every table of it).
_STUDENT = {
    4: 2.776445105,
    5: 2.570581836,
    6: 2.446911851,
    7: 2.364624252,
    8: 2.306004135,
    9: 2.262157163,
    10: 2.228138852,
}


@dataclass(frozen=True, slots=True)
class Trend:
    """The slope of a line through the monthly figures of a year.

    Attributes:
        begin, end: the first and the last day of the months; None where there are too few.
        months: how many months the line goes through.
        slope: the change a quarter: points of a share (0.02), else units of the figure; of counts
            and sums, of a month's figure. None where there are too few months.
        interval: the 95% interval of ``slope``.
        relative: ``slope`` as a part of the mean of the months; None of shares.
        word: ``rising``, ``falling``, ``flat``; empty where there is none.
        caution: what the trend must not be read without: "of 92% fewer"; else empty.
        reason: why there is no slope; else empty.
    """

    begin: date | None
    end: date | None
    months: int
    slope: float | None
    interval: Interval | None
    relative: float | None
    word: Word
    caution: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The slope of a least squares line, with its 95% interval, and its ends."""

    slope: float
    interval: Interval
    first: float
    last: float


def months_before(until: date, begin: date) -> tuple[tuple[date, date], ...]:
    """Return the first and last days of the whole months in the year before a date.

    Args:
        until: the last day; a month that ends with it is whole.
        begin: the first day of the data; a month that begins before it is not whole.
    """
    found: list[tuple[date, date]] = []
    following = (until + timedelta(days=1)).replace(day=1)
    while len(found) < MONTHS:
        last = following - timedelta(days=1)
        first = last.replace(day=1)
        if first < begin:
            break
        found.append((first, last))
        following = first
    return tuple(reversed(found))


def trend_of(months: Sequence[Reading]) -> Trend:
    """Lay a line through the months of a figure.

    Months that have no figure are left out. Months count as independent of each other.

    Args:
        months: a reading a month, oldest first.
    """
    known = [one for one in months if one.value is not None and one.begin is not None]
    if len(known) < FEWEST:
        many = f"{len(known)} whole month{'s' * (len(known) != 1)}"
        reason = f"{NOT_ENOUGH}: {many} of data, a trend needs {FEWEST}"
        return Trend(None, None, len(known), None, None, None, "", reason=reason)
    places = [12 * one.begin.year + one.begin.month for one in known if one.begin is not None]
    values = [_of_a_month(one) for one in known]
    line = fit_line(places, values)
    slope = line.slope * _QUARTER
    interval = Interval(line.interval.low * _QUARTER, line.interval.high * _QUARTER)
    mean = math.fsum(values) / len(values)
    relative = None if all(one.share for one in known) or mean <= 0 else slope / mean
    words: dict[str, Word] = {"up": "rising", "down": "falling", "no clear change": "flat"}
    return Trend(
        known[0].begin,
        known[-1].end,
        len(known),
        slope,
        interval,
        relative,
        words[interval.direction()],
        _volume_trend(places, known),
    )


def fit_line(places: Sequence[float], values: Sequence[float]) -> Line:
    """Fit a line by least squares (Gauss), its slope's interval by Student's distribution.

    Args:
        places: 6 to 12 different places.
        values: the value at each.
    """
    count = len(places)
    middle, mean = math.fsum(places) / count, math.fsum(values) / count
    spread = math.fsum((place - middle) ** 2 for place in places)
    pairs = list(zip(places, values, strict=True))
    slope = math.fsum((place - middle) * (value - mean) for place, value in pairs) / spread
    left = math.fsum((value - mean - slope * (place - middle)) ** 2 for place, value in pairs)
    half = _STUDENT[count - 2] * math.sqrt(left / (count - 2) / spread)
    ends = (mean + slope * (place - middle) for place in (places[0], places[-1]))
    return Line(slope, Interval(slope - half, slope + half), *ends)


def _of_a_month(reading: Reading) -> float:
    value = reading.value or 0.0
    if reading.unit in ("count", "sum"):
        return value / (reading.days or _DAYS_OF_A_MONTH) * _DAYS_OF_A_MONTH
    return value


def _volume_trend(places: Sequence[float], months: Sequence[Reading]) -> str:
    """Say how the volume under a rate has changed along a line through its logarithms."""
    volumes = [(one.bottom or 0.0) / (one.days or 1) for one in months]
    if any(one.bottom is None for one in months) or min(volumes) <= 0:
        return ""
    line = fit_line(places, [math.log(volume) for volume in volumes])
    if line.interval.direction() == "no clear change":
        return ""
    return of_how_many(math.exp(line.last - line.first))
