"""The ledger counted one hand-over at a time, in plain Python, by what docs/acceptance.md says."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

UTC = ZoneInfo("UTC")
Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
BEFORE = timedelta(days=90)


@dataclass(frozen=True)
class Offer:
    lead: str
    at: datetime
    outcome: str
    decided_at: datetime | None
    recycled: bool
    reason: str | None

    @property
    def days(self) -> float | None:
        if self.decided_at is None or self.decided_at < self.at:
            return None
        return (self.decided_at - self.at) / timedelta(days=1)


def resolver(rows: Rows, before: datetime) -> Callable[[str], str]:
    """Return whom an id counts for; every id was merged at most once."""
    merged = {
        row["old_lead_id"]: row["lead_id"]
        for row in rows.get("aliases", ())
        if row["since"] is None or row["since"] < before
    }

    def resolve(lead: str) -> str:
        while lead in merged:
            lead = merged[lead]
        return lead

    return resolve


def offers(
    rows: Rows, before: datetime, zone: str, since: date | None = None, until: date | None = None
) -> list[Offer]:
    """Return the hand-overs of a span as they were known at an instant (UTC)."""
    resolve = resolver(rows, before)
    same: dict[tuple[str, datetime], list[Row]] = defaultdict(list)
    for row in rows["handoffs"]:
        day = row["offered_at"].replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
        spanned = (since is None or day >= since) and (until is None or day <= until)
        if row["offered_at"] < before and spanned:
            same[resolve(row["lead_id"]), row["offered_at"]].append(row)
    return [offer(lead, at, versions, before) for (lead, at), versions in same.items()]


def offer(lead: str, at: datetime, versions: Iterable[Row], before: datetime) -> Offer:
    """Return a hand-over from its versions: an accepted one counts first, then a refused one."""
    found = []
    for row in versions:
        happened = {
            key: row[key] if row[key] is not None and row[key] < before else None
            for key in ("decided_at", "expired_at", "recycled_at")
        }
        decided = happened["decided_at"] is not None
        if row["decided_at"] is None and row["accepted"] is not None:
            decided = True
        if decided:
            outcome = "accepted" if row["accepted"] else "refused"
        elif happened["expired_at"] is not None or happened["recycled_at"] is not None:
            outcome = "expired"
        else:
            outcome = "open"
        far = datetime(9999, 1, 1)
        rank = (
            ("accepted", "refused", "expired", "open").index(outcome) if decided else 2,
            *(happened[key] or far for key in ("decided_at", "expired_at", "recycled_at")),
            (row["reason"] is None, row["reason"] or ""),
        )
        recycled = happened["recycled_at"] is not None
        one = Offer(lead, at, outcome, happened["decided_at"], recycled, row["reason"])
        found.append((rank, one))
    return min(found, key=lambda pair: pair[0])[1]


def figures(found: Sequence[Offer]) -> dict[str, object]:
    """Return the figures of some hand-overs, named as those of a ``LedgerRow``."""
    outcomes = Counter(one.outcome for one in found)
    days = [one.days for one in found if one.days is not None]
    why = Counter(one.reason or "(no reason given)" for one in found if one.outcome == "refused")
    return {
        "offered": len(found),
        "leads": len({one.lead for one in found}),
        **{name: outcomes[name] for name in ("open", "accepted", "refused", "expired")},
        "recycled": sum(one.recycled for one in found),
        "median_days": statistics.median(days) if days else None,
        "timed": len(days),
        "reasons": tuple(sorted(why.items(), key=lambda pair: (-pair[1], pair[0]))),
    }


def by_keys(
    found: Sequence[Offer], keys: Callable[[Offer], Iterable[str]]
) -> dict[str, dict[str, object]]:
    """Return the figures of each key."""
    groups: dict[str, list[Offer]] = defaultdict(list)
    for one in found:
        for key in set(keys(one)):
            groups[key].append(one)
    return {key: figures(group) for key, group in groups.items()}


def month(zone: str) -> Callable[[Offer], list[str]]:
    """Tell hand-overs apart by their local month."""
    return lambda one: [f"{one.at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)):%Y-%m}"]


def reason(one: Offer) -> list[str]:
    """Tell the refused ones apart by why."""
    return [one.reason or "(no reason given)"] if one.outcome == "refused" else []


def owner(rows: Rows, before: datetime) -> Callable[[Offer], list[str]]:
    """Tell hand-overs apart by the owner at the offer, else today's."""
    resolve = resolver(rows, before)
    today: dict[str, str | None] = {}
    own_first = sorted(
        rows["leads"], key=lambda r: (r["lead_id"] != resolve(r["lead_id"]), r["lead_id"])
    )
    for row in own_first:
        today.setdefault(resolve(row["lead_id"]), row["owner"])

    def owners(one: Offer) -> list[str]:
        history = [
            (row["changed_at"], row["value"])
            for row in rows.get("lead_history", ())
            if row["field"] == "owner" and resolve(row["lead_id"]) == one.lead
        ]
        past = [(at, value) for at, value in history if at <= one.at]
        name = max(past)[1] if past else None if history else today.get(one.lead)
        return [name or "(no owner)"]

    return owners


def met(
    rows: Rows,
    before: datetime,
    told: Callable[[Sequence[Row]], Iterable[tuple[datetime, str]]],
    none: str,
) -> Callable[[Offer], list[str]]:
    """Tell hand-overs apart by what the lead met shortly before.

    Args:
        rows: the data.
        before: the instant up to which they are known.
        told: what each event of a lead is, given all of them in their order.
        none: what a hand-over is told by that met nothing.
    """
    resolve = resolver(rows, before)
    of_lead: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows["events"], key=lambda row: (row["occurred_at"], row["event_id"])):
        if row["occurred_at"] < before:
            of_lead[resolve(row["lead_id"])].append(row)
    seen = {lead: list(told(events)) for lead, events in of_lead.items()}

    def keys(one: Offer) -> list[str]:
        found = [key for at, key in seen.get(one.lead, ()) if one.at - BEFORE < at <= one.at]
        return found or [none]

    return keys
