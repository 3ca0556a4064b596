"""The leads as they are known on a date: their fields, tags, account, events and visits."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.expression import Row, Scope, holds, local_day
from tests.oracle.model import Model
from tests.oracle.syntax import Value

Tables = Mapping[str, Sequence[Mapping[str, Any]]]

FREE_MAIL = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "icloud.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "aol.com",
        "proton.me",
        "protonmail.com",
        "mail.com",
    }
)


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
class Event:
    """An event of a lead, with its place among days and visits."""

    event_id: str
    at: datetime
    day: date
    age: int
    type: str
    visit: tuple[str, Value]
    scope: Scope


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead on the date; its events are those after `ignore`, by (occurred_at, event_id)."""

    lead_id: str
    account_id: str | None
    created: date | None
    events: tuple[Event, ...]
    scope: Scope


def moment_of(as_of: date | datetime, zone: ZoneInfo) -> Moment:
    """Return the moment of a date, or of an instant (UTC where it names no offset)."""
    if isinstance(as_of, datetime):
        instant = _aware(as_of)
        return Moment(zone, local_day(instant, zone), instant)
    return Moment(zone, as_of, None)


def scored_leads(model: Model, data: Tables, moment: Moment) -> list[Lead]:
    """Return the leads that exist at the moment and that `leads` keeps, by lead_id."""
    tables = {name: [cleaned(row) for row in rows] for name, rows in data.items()}
    now_called = _aliases(tables.get("aliases", []), moment)
    events_of: dict[str, list[Row]] = {}
    for row in tables.get("events", []):
        events_of.setdefault(_called(row["lead_id"], now_called), []).append(row)
    row_of = {str(row["lead_id"]): row for row in tables.get("leads", [])}
    assets = {row["asset_id"]: row for row in tables.get("assets", [])}
    accounts = {row["account_id"]: row for row in tables.get("accounts", [])}
    lead_ids = {_called(lead_id, now_called) for lead_id in row_of} | set(events_of)
    histories = _renamed(tables.get("lead_history", []), now_called)
    tags = _renamed(tables.get("lead_tags", []), now_called)
    leads = []
    for lead_id in sorted(lead_ids):
        row = row_of.get(lead_id, {})
        rows = events_of.get(lead_id, [])
        if not _exists(row, rows, moment):
            continue
        account_id = account_id_of(row, accounts.values())
        fields = {
            "lead": _fields_on_date(row, histories.get(lead_id, []), moment),
            "account": accounts.get(account_id, {}),
            "tag": _tags_on_date(tags.get(lead_id, []), moment),
        }
        known = [event for event in rows if moment.has_reached(_instant(event))]
        lead = _lead(lead_id, row, account_id, known, assets, fields, model, moment)
        if model.leads is None or holds(model.leads, lead.scope):
            leads.append(lead)
    return leads


def cleaned(row: Mapping[str, Any]) -> Row:
    """Return a row with numbers as floats, instants in UTC, lists as tuples; None is missing."""
    return {name: _cleaned(value) for name, value in row.items()}


def account_id_of(row: Row, accounts: Iterable[Row]) -> str | None:
    """Return the account of a lead's row: its account_id, else the one with its e-mail's domain.

    Of two accounts with one domain it is the smaller account_id. A domain of free mail is nobody's.
    """
    if row.get("account_id") is not None:
        return str(row["account_id"])
    email = row.get("email")
    if not isinstance(email, str) or "@" not in email:
        return None
    domain = email.rpartition("@")[2].strip().lower()
    found = [
        str(one["account_id"])
        for one in accounts
        if one.get("domain") is not None and str(one["domain"]).strip().lower() == domain
    ]
    return min(found) if found and domain not in FREE_MAIL else None


def _cleaned(value: Any) -> Value:
    if isinstance(value, datetime):
        return _aware(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, list):
        return tuple(value)
    result: Value = value
    return result


def _aware(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _instant(row: Row) -> datetime:
    at = row["occurred_at"]
    if not isinstance(at, datetime):
        raise TypeError(f"event {row['event_id']!r}: occurred_at is {at!r}, expected an instant")
    return at


def _aliases(rows: Iterable[Row], moment: Moment) -> dict[str, str]:
    """Return what each old id is called at the moment, one step of its chain."""
    called = {}
    for row in rows:
        since = row.get("since")
        if not isinstance(since, date) or moment.has_reached(since):
            called[str(row["old_lead_id"])] = str(row["lead_id"])
    return called


def _called(lead_id: Value, now_called: Mapping[str, str]) -> str:
    name = str(lead_id)
    while name in now_called:
        name = now_called[name]
    return name


def _renamed(rows: Iterable[Row], now_called: Mapping[str, str]) -> dict[str, list[Row]]:
    by_lead: dict[str, list[Row]] = {}
    for row in rows:
        by_lead.setdefault(_called(row["lead_id"], now_called), []).append(row)
    return by_lead


def _exists(row: Row, events: Sequence[Row], moment: Moment) -> bool:
    """Return whether the lead's created_at or first event is reached, or it has neither."""
    beginnings = [_instant(event) for event in events]
    created = row.get("created_at")
    if isinstance(created, date):
        return moment.has_reached(created) or any(map(moment.has_reached, beginnings))
    return not beginnings or any(map(moment.has_reached, beginnings))


def _last(rows: Sequence[Row], instant: str, value: str, moment: Moment) -> Value:
    """Return the value of the last row up to the moment, or None before the first."""
    last: Value = None
    last_at: datetime | None = None
    for row in rows:
        at = row[instant]
        if not isinstance(at, datetime) or not moment.has_reached(at):
            continue
        if last_at is None or at > last_at:
            last, last_at = row.get(value), at
    return last


def _fields_on_date(row: Row, history: Sequence[Row], moment: Moment) -> Row:
    fields = dict(row)
    for field in {str(change["field"]) for change in history}:
        changes = [change for change in history if change["field"] == field]
        fields[field] = _last(changes, "changed_at", "value", moment)
    return fields


def _tags_on_date(tags: Sequence[Row], moment: Moment) -> Row:
    names = {str(tag["tag"]) for tag in tags}
    return {
        name: _last([tag for tag in tags if tag["tag"] == name], "set_at", "value", moment)
        for name in names
    }


def _lead(
    lead_id: str,
    row: Row,
    account_id: str | None,
    rows: Sequence[Row],
    assets: Mapping[Value, Row],
    fields: Mapping[str, Row],
    model: Model,
    moment: Moment,
) -> Lead:
    ordered = sorted(rows, key=lambda event: (_instant(event), str(event["event_id"])))
    kept = []
    for event in ordered:
        tables = {**fields, "": event, "asset": assets.get(event.get("asset_id"), {})}
        scope = Scope(moment.zone, moment.today, tables, model.definitions)
        if model.ignore is None or not holds(model.ignore, scope):
            kept.append((event, tables))
    ages: dict[str, list[int]] = {}
    for event, _ in kept:
        age = (moment.today - local_day(_instant(event), moment.zone)).days
        ages.setdefault(str(event["type"]), []).append(age)
    visits = visits_of([event for event, _ in kept], model)
    events = tuple(
        _event(event, visit, Scope(moment.zone, moment.today, tables, model.definitions, ages))
        for (event, tables), visit in zip(kept, visits, strict=True)
    )
    created = row.get("created_at")
    return Lead(
        lead_id=lead_id,
        account_id=account_id,
        created=local_day(created, moment.zone) if isinstance(created, date) else None,
        events=events,
        scope=Scope(moment.zone, moment.today, fields, model.definitions, ages),
    )


def _event(row: Row, visit: tuple[str, Value], scope: Scope) -> Event:
    day = local_day(_instant(row), scope.zone)
    return Event(
        event_id=str(row["event_id"]),
        at=_instant(row),
        day=day,
        age=(scope.today - day).days,
        type=str(row["type"]),
        visit=visit,
        scope=scope,
    )


def visits_of(events: Sequence[Row], model: Model) -> list[tuple[str, Value]]:
    """Return the visit of each event: ("given", visit_id) or ("found", number of the visit)."""
    visits: list[tuple[str, Value]] = []
    number = 0.0
    before: datetime | None = None
    for event in events:
        if event.get("visit_id") is not None:
            visits.append(("given", event["visit_id"]))
            continue
        at = _instant(event)
        if before is not None and at - before >= model.visit_gap:
            number += 1
        before = at
        visits.append(("found", number))
    return visits
