"""Drawn logs, and what audits count in them, once more in plain Python."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
RULESET = """
leadline: 1
model: drawn
timezone: Europe/Berlin
ignore: agent is bot
"""
Row = dict[str, Any]
Tables = dict[str, list[Row]]

_FIRST = datetime(2026, 2, 20)
_KINDS = {"a0": "webinar", "a1": "webinar", "a2": "email", "a3": None}
_ACCOUNTS = {"l0": "A", "l1": "A", "l2": "B", "l3": None, "l4": "B", "l5": "C"}
_MERGED = {"l6": "l0", "l7": "l6"}


def draw(seed: int) -> Tables:
    """Draw a log of two months around a change of clocks."""
    dice = random.Random(seed)
    return {
        "events": [_event(dice, number) for number in range(dice.randint(0, 250))],
        "leads": [
            {"lead_id": lead, "account_id": account, "created_at": None, "country": country}
            for (lead, account), country in zip(
                _ACCOUNTS.items(), ("DE", "FR", "DE", None, "FR", "DE"), strict=True
            )
        ],
        "accounts": [{"account_id": name, "employees": 100.0 * n} for n, name in enumerate("ABC")],
        "assets": [{"asset_id": asset, "kind": kind} for asset, kind in _KINDS.items()],
        "aliases": [
            {"old_lead_id": old, "lead_id": new, "since": None} for old, new in _MERGED.items()
        ],
        "opportunities": [_deal(dice, number) for number in range(dice.randint(0, 60))],
        "handoffs": _offers(dice),
        "metrics": [_metric(dice) for _ in range(dice.randint(0, 60))],
    }


def _instant(dice: random.Random) -> datetime:
    """Draw an instant; often one at or right before a local midnight."""
    day = _FIRST + timedelta(days=dice.randint(0, 59))
    if dice.random() < 0.4:
        midnight = datetime.combine(day, time.min, ZONE).astimezone(UTC).replace(tzinfo=None)
        return midnight - timedelta(microseconds=dice.choice((0, 1)))
    return day + timedelta(seconds=dice.randint(0, 86_399))


def _event(dice: random.Random, number: int) -> Row:
    return {
        "event_id": f"e{number}",
        "lead_id": f"l{min(dice.randint(0, 7), dice.randint(0, 9), 7)}",
        "occurred_at": _instant(dice),
        "type": dice.choice(("send", "send", "open", "click")),
        "asset_id": dice.choice((*_KINDS, "unknown", None)),
        "campaign": dice.choice(("p", "q", None)),
        "agent": dice.choice(("bot", "person", "person", None)),
        "worth": dice.choice((None, 0.0, 0.5, 12.25, 1000.0)),
        "visit_id": None,
    }


def _deal(dice: random.Random, number: int) -> Row:
    created = _instant(dice)
    closed = dice.choice((None, created + timedelta(hours=dice.randint(0, 900))))
    lead = dice.choice((*(f"l{n}" for n in range(8)), None))
    account = dice.choice(("A", "B", "C"))
    return {
        "opportunity_id": f"o{number}",
        "lead_id": lead,
        "account_id": dice.choice((account, None)) if lead else account,
        "created_at": created,
        "closed_at": closed,
        "won": dice.choice((True, False, None)) if closed else None,
        "amount": dice.choice((None, 100.0, 250.5, 9000.0)),
    }


def _offers(dice: random.Random) -> list[Row]:
    offers: list[Row] = []
    for _ in range(dice.randint(0, 60)):
        offered = _instant(dice)
        decided = dice.choice((None, offered + timedelta(hours=dice.randint(0, 600))))
        offer: Row = {
            "lead_id": f"l{dice.randint(0, 7)}",
            "offered_at": offered,
            "decided_at": decided,
            "accepted": dice.choice((True, False)) if decided else None,
            "reason": dice.choice((None, "too small", "no budget")) if decided else None,
            "expired_at": dice.choice((None, offered + timedelta(days=20))),
            "recycled_at": None,
        }
        offers.append(offer)
        if decided and dice.random() < 0.2:
            # What was imported before sales decided.
            offers.append(offer | {"decided_at": None, "accepted": None, "reason": None})
    return offers


def _metric(dice: random.Random) -> Row:
    name = dice.choice(("sent", "clicks", "cost"))
    value = dice.choice((0.5, 99.9)) if name == "cost" else float(dice.randint(0, 30))
    return {
        "program": dice.choice(("p", "q")),
        "date": (_FIRST + timedelta(days=dice.randint(0, 59))).date(),
        "metric": dice.choice((name, name, name.upper())),
        "value": value + (1000 if name == "sent" else 0),
    }


@dataclass(frozen=True)
class About:
    """What a figure is about; the group is of webinars."""

    program: str | None = None
    webinars: bool = False


@dataclass(frozen=True)
class Period:
    """The days of a figure, both included."""

    begin: date
    end: date

    def __contains__(self, instant: datetime) -> bool:
        return self.begin <= day_of(instant) <= self.end

    @property
    def over(self) -> datetime:
        """The first instant that is not known any more."""
        following = datetime.combine(self.end + timedelta(days=1), time.min, ZONE)
        return following.astimezone(UTC).replace(tzinfo=None)


def day_of(instant: datetime) -> date:
    """Return the local day of an instant."""
    return instant.replace(tzinfo=UTC).astimezone(ZONE).date()


def merged(lead: str | None) -> str | None:
    """Return the lead that an id counts for."""
    while lead in _MERGED:
        lead = _MERGED[lead]
    return lead


def events(data: Tables, about: About) -> list[Row]:
    """Return the events of a program or group that no bot made."""
    return [
        event | {"lead_id": merged(event["lead_id"])}
        for event in data["events"]
        if event["agent"] != "bot"
        and (about.program is None or event["campaign"] == about.program)
        and (not about.webinars or _KINDS.get(event["asset_id"]) == "webinar")
    ]


def deals(data: Tables, about: About, period: Period) -> list[Row]:
    """Return the opportunities of a period as they were known at its end."""
    found = []
    for deal in data["opportunities"]:
        known = deal["closed_at"] is not None and deal["closed_at"] < period.over
        lead = merged(deal["lead_id"])
        owner = lead or deal["account_id"]
        row = deal | {"lead_id": lead, "owner": owner}
        if not known:
            row |= {"closed_at": None, "won": None}
        if deal["created_at"] in period and _touched(data, about, row, deal["created_at"]):
            found.append(row)
    return found


def offers(data: Tables, about: About, period: Period) -> list[Row]:
    """Return the hand-overs of a period as they were known at its end, each once."""
    found: dict[tuple[str, datetime], Row] = {}
    for offer in data["handoffs"]:
        lead = merged(offer["lead_id"])
        row = offer | {"lead_id": lead, "owner": lead}
        if offer["decided_at"] is None or offer["decided_at"] >= period.over:
            row |= {"decided_at": None, "accepted": None, "reason": None}
        if offer["offered_at"] not in period:
            continue
        if not _touched(data, about, row, offer["offered_at"]):
            continue
        before = found.setdefault((str(lead), offer["offered_at"]), row)
        if before["accepted"] is None or (row["accepted"] and not before["accepted"]):
            found[str(lead), offer["offered_at"]] = row
    return list(found.values())


def _touched(data: Tables, about: About, record: Row, at: datetime) -> bool:
    """Say whether the lead, or one of the account, had an event of it in the 90 days before."""
    if about == About():
        return True
    if record["lead_id"]:
        leads = {record["lead_id"]}
    else:
        leads = {lead for lead, account in _ACCOUNTS.items() if account == record["account_id"]}
    return any(
        event["lead_id"] in leads and at - timedelta(days=90) <= event["occurred_at"] <= at
        for event in events(data, about)
    )


def by_lead(
    rows: Iterable[Row], owner: str = "lead_id", measured: Callable[[Row], float] = lambda row: 1.0
) -> dict[str, float]:
    """Return the amount of each lead."""
    found: defaultdict[str, float] = defaultdict(float)
    for row in rows:
        found[row[owner]] += measured(row)
    return dict(found)


def imported(data: Tables, about: About, period: Period, name: str) -> list[float]:
    """Return the imported values of a metric in a period."""
    return [
        row["value"]
        for row in data["metrics"]
        if row["metric"].lower() == name
        and period.begin <= row["date"] <= period.end
        and about.program in (None, row["program"])
    ]
