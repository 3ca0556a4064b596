"""Every instant at which something about a lead can change, and what is known of it there."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.oracle.expression import Row
from tests.oracle.leads import Lead, is_scored, known_lead
from tests.oracle.model import Model, read_model
from tests.oracle.records import Moment, Naming, Records, Tables, aware, naming, read_records
from tests.oracle.scoring import scores_of

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Known:
    """A lead as `score --as-of` an instant sees it.

    Attributes:
        at: The instant; None is before all that was ever recorded.
        moment: The same, as a date too.
        names: What merged ids are called then.
        lead: The lead, None where it does not exist or is not scored.
        scores: (score, value of `per` or "") to reported points.
    """

    at: datetime | None
    moment: Moment
    names: Naming
    lead: Lead | None
    scores: Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class World:
    """A ruleset over data, up to an instant, and what is known of each lead all along."""

    model: Model
    records: Records
    first: datetime
    last: datetime
    leads: Mapping[str, Sequence[Known]]

    def days(self) -> list[date]:
        """Return every day from the first that anything is recorded of."""
        zone = self.model.zone
        first, last = (at.astimezone(zone).date() for at in (self.first, self.last))
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]

    def end_of(self, day: date) -> datetime:
        """Return the last instant of a day that is looked at."""
        return min(start_of(day + timedelta(days=1), self.model.zone) - _TICK, self.last)


def world_of(ruleset: str, data: Tables, until: date | datetime) -> World:
    """Return all that is known, at every instant up to a date's end or an instant.

    Args:
        ruleset: The YAML text of a valid ruleset.
        data: Rows by table name, as for `score`.
        until: A date, which is included, or an instant.
    """
    model = read_model(ruleset)
    records = read_records(data)
    last = last_instant(until, model.zone)
    first = min([last, *_dates_of(ruleset, data, model.zone)]) - timedelta(days=1)
    ids = {*records.leads, *records.events, *records.tags}
    ids |= {str(row["lead_id"]) for row in records.aliases}
    world = World(model, records, first, last, {})
    timelines = {lead_id: tuple(_timeline(world, lead_id)) for lead_id in sorted(ids)}
    return World(model, records, first, last, timelines)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local day, in UTC."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def last_instant(until: date | datetime, zone: ZoneInfo) -> datetime:
    """Return an instant in UTC, or the last one of a date."""
    if isinstance(until, datetime):
        return aware(until)
    return start_of(until + timedelta(days=1), zone) - _TICK


def latest(timeline: Sequence[Known], at: datetime) -> Known | None:
    """Return what is known of a lead at an instant; None before anything is."""
    found = None
    for known in timeline:
        if known.at is None or known.at <= at:
            found = known
    return found


def _dates_of(ruleset: str, data: Tables, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield every date and instant that the ruleset or the data names."""
    for text in re.findall(r"\b\d{4}-\d{2}-\d{2}\b", ruleset):
        yield start_of(date.fromisoformat(text), zone)
    for rows in data.values():
        for row in rows:
            for value in row.values():
                if isinstance(value, datetime):
                    yield aware(value)
                elif isinstance(value, date):
                    yield start_of(value, zone)


def _timeline(world: World, lead_id: str) -> Iterator[Known]:
    for at in _instants(world, lead_id):
        instant = world.first if at is None else at
        zone = world.model.zone
        moment = Moment(zone, instant.astimezone(zone).date(), instant)
        names = naming(world.records, moment)
        lead = known_lead(world.model, world.records, lead_id, moment, names)
        if lead is not None and not is_scored(world.model, lead):
            lead = None
        yield Known(at, moment, names, lead, scores_of(world.model, lead) if lead else {})


def _instants(world: World, lead_id: str) -> list[datetime | None]:
    """Return the beginning of time, then each instant recorded of a lead, and each midnight.

    Midnights begin with the lead's first instant; those of a lead that may exist without any
    begin with the first that anything is recorded of.
    """
    records, zone = world.records, world.model.zone
    ids = _ids(records, lead_id)
    named = [row for row in records.aliases if {row["old_lead_id"], row["lead_id"]} & ids]
    own = [records.leads[one] for one in ids if one in records.leads]
    tables: list[Sequence[Row]] = [named, own]
    for by_lead in (records.events, records.changes, records.tags):
        tables += [by_lead.get(one, ()) for one in ids]
    found = {
        aware(value) if isinstance(value, datetime) else start_of(value, zone)
        for rows in tables
        for row in rows
        for value in row.values()
        if isinstance(value, date)
    }
    dated = all(isinstance(row.get("created_at"), date) for row in own)
    begin = min(found, default=world.first) if dated else world.first
    day = begin.astimezone(zone).date()
    while start_of(day, zone) <= world.last:
        found.add(start_of(day, zone))
        day += timedelta(days=1)
    return [None, *sorted(at for at in found if world.first < at <= world.last)]


def _ids(records: Records, lead_id: str) -> set[str]:
    """Return every id that is at some time merged into a lead, itself included."""
    ids = {lead_id}
    for _ in records.aliases:
        ids |= {str(row["old_lead_id"]) for row in records.aliases if row["lead_id"] in ids}
    return ids
