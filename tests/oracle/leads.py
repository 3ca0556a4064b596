"""The leads as they are known on a date: their fields, tags, account, events and visits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tests.oracle.expression import Row, Scope, holds, local_day
from tests.oracle.model import Model
from tests.oracle.records import Moment, Naming, Records, instant_of, naming
from tests.oracle.syntax import Value

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
    """A lead on the date; its events are those after `ignore`, by (occurred_at, event_id).

    `begun` is the day of its creation or first event, whichever is earlier, None without both.
    """

    lead_id: str
    account_id: str | None
    created: date | None
    begun: date | None
    events: tuple[Event, ...]
    scope: Scope


def scored_leads(model: Model, records: Records, moment: Moment) -> list[Lead]:
    """Return the leads that exist at the moment and that `leads` keeps, by lead_id."""
    names = naming(records, moment)
    lead_ids = {names.new.get(one, one) for one in (*records.leads, *records.events)}
    known = (known_lead(model, records, lead_id, moment, names) for lead_id in sorted(lead_ids))
    return [lead for lead in known if lead is not None and is_scored(model, lead)]


def is_scored(model: Model, lead: Lead) -> bool:
    """Return whether `leads` keeps a lead."""
    return model.leads is None or holds(model.leads, lead.scope)


def known_lead(
    model: Model,
    records: Records,
    lead_id: str,
    moment: Moment,
    names: Naming,
    *,
    exists: bool = False,
) -> Lead | None:
    """Return a lead as known at the moment, or None where it does not exist.

    Args:
        model: The ruleset, for its `ignore` and visits.
        records: All rows.
        lead_id: The lead, as it is called.
        moment: When.
        names: What merged ids are called, mostly at this moment.
        exists: The lead exists, whatever its creation and events say.
    """
    if lead_id in names.new:
        return None
    ids = names.ids(lead_id)
    rows = [records.leads[one] for one in ids if one in records.leads]
    events = [event for one in ids for event in records.events.get(one, ())]
    if not exists and not (rows or events):
        return None
    # Of merged leads the row of the one that remains counts, where it has one.
    row = rows[0] if rows else {}
    created = row.get("created_at")
    reached = [event for event in events if moment.has_reached(instant_of(event))]
    beginnings = [local_day(instant_of(event), moment.zone) for event in reached]
    if isinstance(created, date) and moment.has_reached(created):
        beginnings.append(local_day(created, moment.zone))
    always = not isinstance(created, date) and not events
    if not (beginnings or always or exists):
        return None
    changes = [change for one in ids for change in records.changes.get(one, ())]
    tags = [tag for one in ids for tag in records.tags.get(one, ())]
    fields = _fields_on_date(row, changes, moment) | {"lead_id": lead_id}
    of_account = {**row, "account_id": fields.get("account_id")}
    account_id = account_id_of(of_account, records.accounts.values())
    tables = {
        "lead": fields,
        "account": records.accounts.get(account_id, {}),
        "tag": _tags_on_date(tags, moment),
    }
    kept = _kept(model, reached, tables, records.assets, moment)
    ages: dict[str, list[int]] = {}
    for event, _ in kept:
        age = (moment.today - local_day(instant_of(event), moment.zone)).days
        ages.setdefault(str(event["type"]), []).append(age)
    visits = visits_of([event for event, _ in kept], model)
    return Lead(
        lead_id=lead_id,
        account_id=account_id,
        created=local_day(created, moment.zone) if isinstance(created, date) else None,
        begun=min(beginnings, default=None),
        events=tuple(
            _event(event, visit, Scope(moment.zone, moment.today, seen, model.definitions, ages))
            for (event, seen), visit in zip(kept, visits, strict=True)
        ),
        scope=Scope(moment.zone, moment.today, tables, model.definitions, ages),
    )


def account_id_of(row: Row, accounts: Iterable[Row]) -> str | None:
    """Return the account of a lead: its account_id, else the one with its e-mail's domain.

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


def _last(rows: Sequence[Row], instant: str, moment: Moment) -> Value:
    """Return the value of the last row up to the moment, or None before the first.

    Of several rows of one instant it is the greatest value.
    """
    reached = [row for row in rows if moment.has_reached(instant_of(row, instant))]
    last = max((instant_of(row, instant) for row in reached), default=None)
    values = [row["value"] for row in reached if row[instant] == last]
    return max((str(value) for value in values if value is not None), default=None)


def _fields_on_date(row: Row, history: Sequence[Row], moment: Moment) -> Row:
    fields = dict(row)
    for field in {str(change["field"]) for change in history}:
        changes = [change for change in history if change["field"] == field]
        fields[field] = _last(changes, "changed_at", moment)
    return fields


def _tags_on_date(tags: Sequence[Row], moment: Moment) -> Row:
    names = {str(tag["tag"]) for tag in tags}
    return {
        name: _last([tag for tag in tags if tag["tag"] == name], "set_at", moment) for name in names
    }


def _kept(
    model: Model,
    rows: Sequence[Row],
    fields: Mapping[str, Row],
    assets: Mapping[Value, Row],
    moment: Moment,
) -> Sequence[tuple[Row, Mapping[str, Row]]]:
    """Return the events after `ignore` in their order, each with all tables that it can see."""
    kept = []
    for event in sorted(rows, key=lambda event: (instant_of(event), str(event["event_id"]))):
        tables = {**fields, "": event, "asset": assets.get(event.get("asset_id"), {})}
        scope = Scope(moment.zone, moment.today, tables, model.definitions)
        if model.ignore is None or not holds(model.ignore, scope):
            kept.append((event, tables))
    return kept


def _event(row: Row, visit: tuple[str, Value], scope: Scope) -> Event:
    day = local_day(instant_of(row), scope.zone)
    return Event(
        event_id=str(row["event_id"]),
        at=instant_of(row),
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
        at = instant_of(event)
        if before is not None and at - before >= model.visit_gap:
            number += 1
        before = at
        visits.append(("found", number))
    return visits
