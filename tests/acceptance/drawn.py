"""Logs of hand-overs drawn by chance, with all that makes counting hard."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.acceptance.counted import Row
from tests.evaluation import Rows, fill

from leadline.document import load
from leadline.pipeline import RulesetText
from leadline.store import Store
from leadline.store.standins import step_aside

ZONE = "America/New_York"
RULESET = f"""\
leadline: 1
model: drawn
timezone: {ZONE}
ignore: url contains "bot"
scores:
  one:
    reset: {{event: won}}
    actions:
      view: {{event: page_view, points: 5}}
      first: {{event: demo, points: 20, limit: 1}}
      daily: {{event: [click, page_view], points: 2, limit: 1 per day}}
      never: {{event: signature, points: 2}}
      off: {{event: click, points: 2, enabled: false}}
    decay: {{half_life: 45 days}}
  two:
    actions:
      careers: {{event: page_view, where: url starts with "/careers", points: -5}}
      third: {{event: click, points: 5, reach: 3}}
    facts:
      named: {{when: lead.owner is present, points: 5}}
"""
BEGIN = datetime(2025, 1, 1)
_DAYS = 400
_REASONS = ("bad timing", "no budget", "=1+1", None)
_URLS = ("/pricing", "/careers/x", "/bot", None)


def draw(seed: int) -> dict[str, list[dict[str, Any]]]:
    """Return tables of some leads who are offered, offered again, merged and handed around."""
    chance = random.Random(seed)

    def instant(begin: datetime = BEGIN, days: int = _DAYS) -> datetime:
        return begin + timedelta(seconds=chance.randrange(days * 86_400))

    ids = [f"l{number}" for number in range(12)] + [f"v{number}" for number in range(6)]
    events = [
        {
            "event_id": f"e{number:04}",
            "lead_id": chance.choice(ids),
            "occurred_at": instant(),
            "type": chance.choice(["page_view", "click", "click", "demo", "won"]),
            "campaign": chance.choice(["spring", "autumn", " ", None]),
            "url": chance.choice(_URLS),
        }
        for number in range(250)
    ]
    handoffs = [drawn for _ in range(60) for drawn in _offer(chance, ids, events, instant())]
    history = [
        {
            "lead_id": chance.choice(ids),
            "field": chance.choice(["owner", "owner", "country"]),
            "value": chance.choice(["anna", "ben", "carla", None]),
            "changed_at": instant(),
        }
        for _ in range(10 if seed % 2 else 0)
    ]
    return {
        "events": events,
        "handoffs": handoffs,
        "leads": [
            {"lead_id": id_, "owner": chance.choice(["anna", "ben", None])}
            for id_ in ids
            if chance.random() < 0.8
        ],
        "lead_history": history,
        "aliases": [
            {
                "old_lead_id": f"v{number}",
                "lead_id": chance.choice([f"l{number}", f"v{number + 1}", "l0"]),
                "since": chance.choice([None, instant()]),
            }
            for number in range(5)
        ],
    }


def _offer(
    chance: random.Random, ids: Sequence[str], events: Sequence[Row], at: datetime
) -> list[dict[str, Any]]:
    """Return a hand-over, as it was when it was offered and as it was known later."""
    lead = chance.choice(ids)
    if chance.random() < 0.2:
        # An automation offers a lead at the very instant of an event.
        event = chance.choice(events)
        lead, at = event["lead_id"], event["occurred_at"]
    nothing = dict.fromkeys(("decided_at", "accepted", "reason", "expired_at", "recycled_at"))
    first: dict[str, Any] = {"lead_id": lead, "offered_at": at, **nothing}
    later = dict(first)

    def after(days: int) -> datetime:
        return at + timedelta(seconds=chance.randrange(-3_600, days * 86_400))

    if chance.random() < 0.75:
        later["decided_at"] = after(20) if chance.random() < 0.9 else None
        later["accepted"] = chance.choice([True, True, False, None])
        later["reason"] = None if later["accepted"] else chance.choice(_REASONS)
    if chance.random() < 0.2:
        later["expired_at"] = after(30)
    if chance.random() < 0.2:
        later["recycled_at"] = after(60)
    return [first, later] if chance.random() < 0.3 else [later]


def rules(events: Sequence[Row]) -> list[tuple[datetime, str]]:
    """Return which rules of ``RULESET`` count which of a lead's events, in order."""
    found: list[tuple[datetime, str]] = []
    life: set[object] = set()
    clicks = 0
    for event in events:
        at, kind, url = event["occurred_at"], event["type"], event["url"] or ""
        if "bot" in url:
            continue
        day = at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(ZONE)).date()
        clicks += kind == "click"
        once = {"click": {day}, "page_view": {day}, "demo": {"demo"}}.get(kind, set())
        names = {
            "one.view": kind == "page_view",
            "two.careers": kind == "page_view" and url.startswith("/careers"),
            "one.first": kind == "demo" and not once <= life,
            "one.daily": kind in ("click", "page_view") and not once <= life,
            "two.third": kind == "click" and clicks == 3,
        }
        found += [(at, name) for name, counts in names.items() if counts]
        life = set() if kind == "won" else life | once
    return found


def campaigns(events: Sequence[Row]) -> list[tuple[datetime, str]]:
    """Return the campaign of each of a lead's events that ``RULESET`` does not ignore."""
    return [
        (event["occurred_at"], event["campaign"])
        for event in events
        if (event["campaign"] or "").strip() and "bot" not in (event["url"] or "")
    ]


def text(ruleset: str = RULESET) -> RulesetText:
    """Return a ruleset as loaded."""
    loaded = load(ruleset.encode(), "drawn.yaml")
    return RulesetText("drawn.yaml", loaded.text, loaded.document, loaded.diagnostics)


@contextlib.contextmanager
def stored(rows: Rows) -> Iterator[Store]:
    """Open a store with these rows."""
    with Store.open(None) as store:
        step_aside(store.database)
        fill(store.database, rows)
        yield store
