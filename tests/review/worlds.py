"""Worlds of which it is known what makes leads buy, as logs that a review is run over."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.evaluation import fill

from leadline.document import load
from leadline.panel import Asked
from leadline.pipeline import RulesetText
from leadline.report.review import Review, RuleLift
from leadline.review.checklist import SECTIONS, Section, review
from leadline.store import Store
from leadline.store.standins import step_aside

BEGIN = datetime(2025, 1, 1)
UNTIL = "2026-06-30"
DAYS = 545

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Kind:
    """A type of events: how many a lead has in a year, and what one does.

    ``causes`` is the chance that an opportunity begins within the next 40 days because of it;
    ``ends`` whether no opportunity begins afterwards.
    """

    name: str
    a_year: float
    causes: float = 0.0
    ends: bool = False


@dataclass
class World:
    """Leads, their events, and what became of them; ``a_year`` opportunities come by themselves."""

    kinds: Sequence[Kind]
    leads: int = 600
    a_year: float = 0.25
    seed: int = 1
    rows: Rows = field(default_factory=dict)

    def __post_init__(self) -> None:
        draw = Random(self.seed)
        self.rows = {"leads": [], "events": [], "opportunities": []}
        for number in range(self.leads):
            self._live(f"l{number:05}", draw)

    def _live(self, lead: str, draw: Random) -> None:
        born = draw.uniform(0, DAYS - 60)
        self.rows["leads"].append({"lead_id": lead, "created_at": at(born)})
        began = born + draw.expovariate(self.a_year / 365) if self.a_year else float("inf")
        ended = float("inf")
        for kind in self.kinds:
            day = born + draw.expovariate(kind.a_year / 365)
            while day < DAYS:
                self.rows["events"].append(
                    {
                        "event_id": f"{lead} {kind.name} {day}",
                        "lead_id": lead,
                        "occurred_at": at(day),
                        "type": kind.name,
                    }
                )
                if draw.random() < kind.causes:
                    began = min(began, day + draw.uniform(0, 40))
                if kind.ends:
                    ended = min(ended, day)
                day += draw.expovariate(kind.a_year / 365)
        if began < min(ended, DAYS):
            closed = began + draw.uniform(20, 60)
            is_closed = closed < DAYS
            self.rows["opportunities"].append(
                {
                    "opportunity_id": f"o {lead}",
                    "lead_id": lead,
                    "created_at": at(began),
                    "closed_at": at(closed) if is_closed else None,
                    "won": draw.random() < 0.3 if is_closed else None,
                    "amount": 1000.0,
                }
            )


def at(day: float) -> datetime:
    return (BEGIN + timedelta(days=day)).replace(microsecond=0)


def ruleset(rules: str, *, facts: str = "", more: str = "", stages: str = "") -> str:
    """Return a ruleset with one score of some rules."""
    parts = [f"    actions:\n{rules}" if rules else "", f"    facts:\n{facts}" if facts else ""]
    return (
        "leadline: 1\nmodel: drawn\ntimezone: UTC\nscores:\n  readiness:\n    sales_ready: 30\n"
        + "".join(parts)
        + more
        + stages
    )


def rule(name: str, points: float, *, event: str = "", more: str = "") -> str:
    return f"      {name}: {{event: {event or name}, points: {points:g}{more}}}\n"


@contextlib.contextmanager
def opened(
    text: str, rows: Mapping[str, list[dict[str, Any]]]
) -> Iterator[tuple[Store, RulesetText]]:
    """Open a store with rows, and read a ruleset."""
    loaded = load(text.encode(), "drawn.yaml")
    read = RulesetText("drawn.yaml", loaded.text, loaded.document, loaded.diagnostics)
    with Store.open(None) as store:
        step_aside(store.database)
        fill(store.database, rows)
        yield store, read


def reviewed(
    text: str,
    rows: Mapping[str, list[dict[str, Any]]],
    *,
    weeks: int = 40,
    until: str = UNTIL,
    sections: Sequence[Section] = SECTIONS,
    **asked: Any,
) -> Review:
    """Review a ruleset over rows."""
    with opened(text, rows) as (store, read):
        question = Asked((), 90, until, **asked)
        return review(store, read, question, _silent, weeks=weeks, sections=sections)


def lift_of(found: Review, name: str) -> RuleLift:
    [lift] = [lift for lift in found.lifts if lift.rule == name]
    return lift


def _silent(label: str, done: int, total: int) -> None:
    """Show nothing."""
