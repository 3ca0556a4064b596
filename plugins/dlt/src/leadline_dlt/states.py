"""What dlt keeps of a resource between loads, as leadline's cursor.

dlt keeps the last value of an ``incremental``, and whatever a resource keeps for itself, in a
mapping. Each table has one of its own, so that no table takes the news from another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from dlt.common.json import json

from leadline_dlt.settings import Entry

State = dict[str, Any]

_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:([T ])(\d\d:\d\d)(:\d\d)?([.,]\d+)?(Z|[+-]\d\d(?::?\d\d)?)?)?"
)


def read_states(cursor: str | None, entries: Sequence[Entry]) -> dict[str, State]:
    """Return the states that were kept for these tables, by their keys."""
    try:
        kept = json.typed_loads(cursor) if cursor is not None else {}
    except ValueError:
        kept = None  # another plugin's, of the time before `plugin: dlt`
    known = kept if isinstance(kept, Mapping) else {}
    return {entry.key: known[entry.key] for entry in entries if entry.key in known}


def written_states(states: Mapping[str, State]) -> str:
    """Return states as the text of a cursor."""
    return json.typed_dumps(dict(states), sort_keys=True)


def hold_back(state: State, now: datetime) -> Iterator[tuple[str, object]]:
    """Set last values that lie in the future to the present; yield those far off with their paths.

    A mistyped year would otherwise hide every later row. What lies less than a day ahead is more
    likely a time without an offset, of a zone that is ahead of UTC: nobody needs to be told.

    Args:
        state: what dlt kept; changed here.
        now: the present, in UTC.
    """
    for source in state.get("sources", {}).values():
        for resource in source.get("resources", {}).values():
            for path, kept in resource.get("incremental", {}).items():
                last = kept.get("last_value")
                present = _present(last, now)
                if present is not None and last > present:
                    kept.update(last_value=present, unique_hashes=[])
                    if last > _present(last, now + timedelta(days=1)):
                        yield path, last


def _present(value: object, now: datetime) -> Any:
    """Return the present in the form of a value; None where that is no time."""
    match value:
        case datetime():
            return now if value.tzinfo else now.replace(tzinfo=None)
        case date():
            return now.date()
        case str():
            return _present_text(value, now)
    return None


def _present_text(value: str, now: datetime) -> str | None:
    """Return the present, to the minute, as a text of the same form."""
    found = _INSTANT.fullmatch(value)
    if found is None:
        return None
    _, between, minutes, seconds, fraction, zone = found.groups()
    if minutes is None:
        return now.date().isoformat()
    try:
        offset = datetime.fromisoformat(f"2000-01-01T00:00{zone or 'Z'}").utcoffset()
    except ValueError:
        return None
    there = now + (offset or timedelta())
    rest = (":00" if seconds else "") + (re.sub(r"\d", "0", fraction) if fraction else "")
    return f"{there:%Y-%m-%d}{between}{there:%H:%M}{rest}{zone or ''}"
