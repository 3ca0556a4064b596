"""Local times of a time zone as UTC, in plain SQL.

The offsets come from the time zone database of Python and become a CASE over the local time,
so that a cast per row through ICU (twelve times the cost) is not needed and every DuckDB gives
the same instants.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from leadline.diagnostic import did_you_mean
from leadline.errors import UsageError

#: An offset and the local time until which (exclusive) it holds; None: it holds from there on.
Stretch = tuple[datetime | None, timedelta]

_PROBE = timedelta(hours=6)
_SECOND = timedelta(seconds=1)
#: Python's datetimes end here; the margin keeps every offset inside of them.
_FIRST = datetime(1, 1, 3)
_LAST = datetime(9999, 12, 29)


def time_zone(key: str) -> ZoneInfo:
    """Return the time zone of that name.

    Raises:
        UsageError: the time zone database has no such zone.
    """
    try:
        return ZoneInfo(key)
    except (KeyError, ValueError, OSError) as error:
        raise UsageError(
            f"there is no time zone `{key}`",
            hint=did_you_mean(key, available_timezones()) or "write one such as Europe/Berlin",
        ) from error


def is_utc(zone: ZoneInfo) -> bool:
    """Say whether the local time of the zone is UTC at all times."""
    return zone.key in ("UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu")


def stretches(zone: ZoneInfo, years: Iterable[int]) -> tuple[Stretch, ...]:
    """Return the offsets of a zone from UTC for those years, in the order of local time.

    A local time that occurs twice has the offset of the first occurrence; one that a change
    of the clock leaves out has the offset before it, which moves it forward by the gap.

    Args:
        zone: the time zone.
        years: the years of the local times that will be looked up, none left out.
    """
    begins: list[tuple[datetime, timedelta]] = []
    for year in sorted(set(years)):
        start, changes = _changes(zone, year)
        if not begins or begins[-1][1] != start:
            # The year is not next to the one before it: nothing is looked up in between.
            begins.append((datetime(year, 1, 1), start))
        begins += changes
    ends = [begin for begin, _ in begins[1:]]
    return tuple(zip([*ends, None], [offset for _, offset in begins], strict=True))


def utc_sql(local: str, offsets: Sequence[Stretch]) -> str:
    """Return SQL for the UTC of a local time.

    Args:
        local: an SQL expression of a TIMESTAMP that holds local time.
        offsets: as ``stretches`` returns them; empty: the local time is UTC.
    """
    if all(not offset for _, offset in offsets):
        return local
    return f"make_timestamp(epoch_us({local}) - {_offset_sql(local, offsets)})"


def _offset_sql(local: str, offsets: Sequence[Stretch]) -> str:
    """Return SQL for the offset in microseconds: a balanced tree, so that depth stays small."""
    if len(offsets) == 1:
        return str(offsets[0][1] // timedelta(microseconds=1))
    middle = len(offsets) // 2
    edge = offsets[middle - 1][0]
    early, late = _offset_sql(local, offsets[:middle]), _offset_sql(local, offsets[middle:])
    return f"(CASE WHEN {local} < TIMESTAMP '{edge}' THEN {early} ELSE {late} END)"


def _changes(zone: ZoneInfo, year: int) -> tuple[timedelta, list[tuple[datetime, timedelta]]]:
    """Return the offset at a year's local start, and each later change in it."""
    begin = _FIRST if year == 1 else datetime(year, 1, 1) - timedelta(days=2)
    end = _LAST if year == 9999 else datetime(year, 12, 31) + timedelta(days=3)
    local_start, local_end = datetime(year, 1, 1), datetime(year, 12, 31, 23, 59, 59)
    offset = _offset(zone, begin)
    start = offset
    changes: list[tuple[datetime, timedelta]] = []
    for left, right in pairwise(_probes(begin, end)):
        after = _offset(zone, right)
        if after == offset:
            continue
        instant = _instant_of_change(zone, left, right)
        edge = instant + max(offset, after)
        if edge <= local_start:
            start = after
        elif edge <= local_end:
            changes.append((edge, after))
        offset = after
    return start, changes


def _probes(begin: datetime, end: datetime) -> Sequence[datetime]:
    """Return instants from ``begin`` to ``end``, close enough to see each change."""
    steps = (end - begin) // _PROBE
    return [begin + _PROBE * step for step in range(steps + 1)]


def _instant_of_change(zone: ZoneInfo, left: datetime, right: datetime) -> datetime:
    """Return the first whole second in (left, right] that has the offset of ``right``."""
    before = _offset(zone, left)
    while right - left > _SECOND:
        middle = left + (right - left) // 2
        middle = middle.replace(microsecond=0)
        if _offset(zone, middle) == before:
            left = middle
        else:
            right = middle
    return right


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    """Return the offset that a zone has at an instant given in UTC."""
    offset = instant.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    return offset if offset is not None else timedelta(0)
