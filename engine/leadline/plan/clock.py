"""The date of a score, and the days of a timezone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from leadline.errors import UsageError

#: The years that a score can be computed for.
_YEARS = range(1900, 2200)


@dataclass(frozen=True, slots=True)
class AsOf:
    """The date a score is computed for.

    Attributes:
        day: the date in the model's timezone; ages count back from it.
        before: the first instant that is too late (UTC, without offset).
    """

    day: date
    before: datetime


@dataclass(frozen=True, slots=True)
class Offset:
    """What is added to UTC from an instant on (UTC, without offset; None: from ever)."""

    since: datetime | None
    seconds: int


def begin_of(text: str, timezone: str) -> datetime:
    """Read a date as its first instant, or an instant as itself (UTC, without offset).

    Raises:
        UsageError: it is neither.
    """
    found = parse_as_of(text, timezone)
    if found == end_of_day(found.day, timezone):
        return start_of_day(found.day, timezone)
    return found.before - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Midnight:
    """What is taken from a day's midnight to get UTC, from a day on (None: from ever)."""

    since: date | None
    seconds: int


def end_of_day(day: date, timezone: str) -> AsOf:
    """Return the end of a day: everything before the next local midnight counts.

    A midnight that a clock change skips is the first instant after it.
    """
    return AsOf(day, start_of_day(day + timedelta(days=1), timezone))


def start_of_day(day: date, timezone: str) -> datetime:
    """Return the first instant of a local day (UTC, without offset)."""
    midnight = datetime.combine(day, time.min, ZoneInfo(timezone))
    return midnight.astimezone(UTC).replace(tzinfo=None)


def at_instant(instant: datetime, timezone: str) -> AsOf:
    """Return the state at an instant, its own events included."""
    local = instant.astimezone(ZoneInfo(timezone))
    utc = instant.astimezone(UTC).replace(tzinfo=None)
    return AsOf(local.date(), utc + timedelta(microseconds=1))


def parse_as_of(text: str | None, timezone: str) -> AsOf:
    """Read ``--as-of``: a date, an instant with offset, or nothing for today.

    Raises:
        UsageError: the text is neither.
    """
    if text is None:
        return end_of_day(datetime.now(ZoneInfo(timezone)).date(), timezone)
    hint = "write a date such as 2026-05-31, or an instant such as 2026-05-31T14:00:00+02:00"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"`{text}` is no date", hint=hint) from None
    if moment.year not in _YEARS:
        raise UsageError(
            f"`{text}` is out of reach", hint=f"from {_YEARS.start} to {_YEARS.stop - 1}"
        )
    if "T" not in text and ":" not in text and " " not in text:
        return end_of_day(moment.date(), timezone)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(timezone))
    return at_instant(moment, timezone)


def offsets(timezone: str, first: datetime, last: datetime) -> tuple[Offset, ...]:
    """Return the timezone's offsets from UTC between two instants.

    One table, made by Python's zoneinfo, instead of a lookup for each row by an engine: the same
    on every machine, and many times cheaper.

    Args:
        timezone: an IANA name.
        first: where the span that must be right begins (UTC, without offset).
        last: where it ends.

    Returns:
        The offsets in order of time, the first of them without a beginning.
    """
    zone = ZoneInfo(timezone)
    moment, end = first - timedelta(days=2), last + timedelta(days=2)
    found = [Offset(None, _seconds(zone, moment))]
    while moment < end:
        following = moment + timedelta(days=1)
        if _seconds(zone, following) != found[-1].seconds:
            change = _change(zone, moment, following)
            found.append(Offset(change, _seconds(zone, change)))
        moment = following
    return tuple(found)


def midnights(timezone: str, first: date, last: date) -> tuple[Midnight, ...]:
    """Return how a timezone's days begin between two days.

    A midnight that a clock change skips is the first instant after it, one that comes twice the
    first of the two.

    Args:
        timezone: an IANA name.
        first: the first day that must be right; earlier days begin as it does.
        last: the last; later days begin as it does.
    """
    found: list[Midnight] = []
    day, last = first, max(first, last)
    while day <= last:
        begins = start_of_day(day, timezone)
        seconds = round((datetime.combine(day, time.min) - begins).total_seconds())
        if not found or found[-1].seconds != seconds:
            found.append(Midnight(day if found else None, seconds))
        day += timedelta(days=1)
    return tuple(found)


def _seconds(zone: ZoneInfo, utc: datetime) -> int:
    offset = utc.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """Return the first second in (low, high] with another offset than ``low`` has."""
    before = _seconds(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        if _seconds(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
