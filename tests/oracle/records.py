"""The rows of all tables as the oracle reads them, and what a merged id is called at a moment."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.expression import Row, local_day
from tests.oracle.syntax import Value

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Moment:
    """The date of the score, and with `instant` a time within it; without, the day's end."""

    zone: ZoneInfo
    today: date
    instant: datetime | None

    def has_reached(self, value: date | datetime) -> bool:
        """Return whether the value lies up to the moment."""
        if self.instant is not None and isinstance(value, datetime):
            return value <= self.instant
        return local_day(value, self.zone) <= self.today


@dataclass(frozen=True, slots=True)
class Records:
    """All rows; those of a lead by the id that they were written with."""

    leads: Mapping[str, Row]
    accounts: Mapping[Value, Row]
    assets: Mapping[Value, Row]
    events: Mapping[str, Sequence[Row]]
    changes: Mapping[str, Sequence[Row]]
    tags: Mapping[str, Sequence[Row]]
    aliases: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Naming:
    """What merged ids are called: the new name of each old id, and the old ids of each name."""

    new: Mapping[str, str]
    old: Mapping[str, Sequence[str]]

    def ids(self, lead_id: str) -> list[str]:
        """Return every id whose rows are the lead's, its own first."""
        return [lead_id, *sorted(self.old.get(lead_id, ()))]


def read_records(data: Tables) -> Records:
    """Return rows by table name as records."""
    tables = {name: [cleaned(row) for row in rows] for name, rows in data.items()}
    return Records(
        leads={str(row["lead_id"]): row for row in tables.get("leads", [])},
        accounts={row["account_id"]: row for row in tables.get("accounts", [])},
        assets={row["asset_id"]: row for row in tables.get("assets", [])},
        events=_by_lead(tables.get("events", [])),
        changes=_by_lead(tables.get("lead_history", [])),
        tags=_by_lead(tables.get("lead_tags", [])),
        aliases=tables.get("aliases", []),
    )


def moment_of(as_of: date | datetime, zone: ZoneInfo) -> Moment:
    """Return the moment of a date, or of an instant (UTC where it names no offset)."""
    if isinstance(as_of, datetime):
        instant = aware(as_of)
        return Moment(zone, local_day(instant, zone), instant)
    return Moment(zone, as_of, None)


def naming(records: Records, moment: Moment) -> Naming:
    """Return what merged ids are called at the moment; chains are followed to their end."""
    step = {}
    for row in records.aliases:
        since = row.get("since")
        if not isinstance(since, date) or moment.has_reached(since):
            step[str(row["old_lead_id"])] = str(row["lead_id"])
    new: dict[str, str] = {}
    old: dict[str, list[str]] = {}
    for lead_id in step:
        name = step[lead_id]
        while name in step:
            name = step[name]
        new[lead_id] = name
        old.setdefault(name, []).append(lead_id)
    return Naming(new, old)


def cleaned(row: Mapping[str, Any]) -> Row:
    """Return a row with numbers as floats, instants in UTC, lists as tuples; None is missing."""
    return {name: _cleaned(value) for name, value in row.items()}


def instant_of(row: Row, column: str = "occurred_at") -> datetime:
    """Return the instant of a row.

    Raises:
        TypeError: There is none, or something else.
    """
    at = row[column]
    if not isinstance(at, datetime):
        raise TypeError(f"{column} is {at!r}, expected an instant: {row}")
    return at


def aware(value: datetime) -> datetime:
    """Return an instant in UTC, which it is in where it names no offset."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _cleaned(value: Any) -> Value:
    if isinstance(value, datetime):
        return aware(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, list):
        return tuple(value)
    result: Value = value
    return result


def _by_lead(rows: Iterable[Row]) -> dict[str, list[Row]]:
    by_lead: dict[str, list[Row]] = {}
    for row in rows:
        by_lead.setdefault(str(row["lead_id"]), []).append(row)
    return by_lead
