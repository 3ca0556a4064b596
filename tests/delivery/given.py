"""A model with automations, spells of its segments and stages, and outputs that tests can steer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from leadline.delivery import ReadyOutput
from leadline.document import load
from leadline.engine.duckdb import Database
from leadline.plan.clock import parse_as_of
from leadline.plugin import Message, Outcome
from leadline.ruleset.build import build
from leadline.ruleset.model import Ruleset
from leadline.store import entries, outbox

RULESET = """\
leadline: 1
model: small
timezone: Europe/Berlin
scores:
  readiness: {sales_ready: 100, actions: {demo: {event: demo_request, points: 40}}}
segments:
  hot: score.readiness >= 40
  cold: score.readiness < 10
stages: {by: score readiness, steps: "equal [aware, engaged, ready]"}
automations:
"""
SEND = """\
  qualify: {when: enters hot, do: [{send: digest}]}
"""

Spell = tuple[str, str, str | None, str | None, str]


def ruleset(automations: str) -> Ruleset:
    """Return the model with some automations."""
    document = load((RULESET + automations).encode(), "small.yaml").document
    assert document is not None
    built = build(document)
    assert built.ruleset is not None, built.diagnostics
    return built.ruleset


def spells(database: Database, segments: Iterable[Spell], stages: Iterable[Spell] = ()) -> None:
    """Make the spells: name, lead, entered, left, cause."""
    for table, name, rows in (
        ("segment_spell", "segment", segments),
        ("stage_spell", "stage", stages),
    ):
        database.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} ({name} VARCHAR, lead_id VARCHAR, "
            "entered_at TIMESTAMP, left_at TIMESTAMP, cause VARCHAR)"
        )
        for row in rows:
            database.execute(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?)", list(row))


def enter(database: Database, model: Ruleset, as_of: str, run_id: int = 1) -> None:
    """Enter what the spells say, as a run on that date does."""
    working = [(model.model, one.name) for one in entries.enabled_automations(model)]
    outbox.at_work(database, working)
    entries.enter(database, model, parse_as_of(as_of, model.timezone), run_id)


def states(database: Database) -> dict[str, int]:
    """Return how many rows are in each state."""
    return dict(database.rows("SELECT state, count(*) FROM outbox GROUP BY ALL ORDER BY ALL"))


def hot(leads: int, at: str = "2026-06-01 08:00:00") -> list[Spell]:
    """Return spells of some leads that enter the segment `hot` at one instant."""
    return [("hot", f"lead{n:04}", at, None, "event 1: demo") for n in range(leads)]


@dataclass
class Steered:
    """An output that answers as a test says, and keeps what it was handed."""

    answer: Callable[[Message], Outcome | None]
    recognises_keys: bool = True
    calls: list[tuple[Message, ...]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def deliver(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        self.calls.append(tuple(messages))
        for message in messages:
            self.asked.append(message.key)
            outcome = self.answer(message)
            if outcome is not None:
                yield outcome

    def ready(self, name: str = "digest", *, resends: bool | None = None) -> ReadyOutput:
        """Return it as a run holds it."""
        again = self.recognises_keys if resends is None else resends
        return ReadyOutput(name, self, again)  # type: ignore[arg-type]


def delivered(message: Message) -> Outcome:
    return Outcome(message.key, "delivered")


def message(key: str = "k1", **others: object) -> Message:
    """Return a message."""
    at = datetime.fromisoformat("2026-06-01T08:00:00+00:00")
    given = {"lead": {"readiness": 40.0, "reason_1": "demo +40"}, "at": at, **others}
    return Message(
        key=key,
        model="small",
        automation="qualify",
        edge="enters",
        subject="hot",
        lead_id="ada",
        cause="event 1: demo",
        **given,  # type: ignore[arg-type]
    )
