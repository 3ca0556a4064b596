"""Results for the output ``hubspot``, and what became of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from tests.plugins.portals import TOKEN

from leadline.plugin import Column, Outcome, Plugins, Result, Table, Value, checked_settings
from leadline.testing.fake_hubspot import FakeHubSpot, Portal
from leadline.testing.fake_hubspot.answers import INVALID, Answer, Refused, problem
from leadline.testing.fake_hubspot.faults import Reaction, Scene, Sent, sent
from leadline_plugins.hubspot.publisher import HubSpotPublisher

UPDATE = "POST /crm/objects/2026-09/contacts/batch/update"
READ = "POST /crm/objects/2026-09/contacts/batch/read"
PROPERTIES = "/crm/properties/2026-09/contacts"
FIT = Column("leadline_fit", "number", "How well the lead fits, from 0 to 100.")
WHY = Column("leadline_why", "text", "What moved the lead most.")


def people(count: int = 5) -> Portal:
    """Return a portal of contacts 101, 102, ... with e-mail addresses."""
    portal = Portal()
    for number in range(101, 101 + count):
        portal.add("contacts", {"email": f"p{number}@acme.test"}, id=str(number), at="2026-01-02")
    return portal


def publisher(
    fake: FakeHubSpot, waits: Callable[[float], object] | None = None, **more: object
) -> HubSpotPublisher:
    kind = Plugins().publisher_kind("hubspot")
    settings = {"token": TOKEN, "url": fake.url, **more}
    return HubSpotPublisher(checked_settings(kind, settings), waits or (lambda seconds: None))


def publish(
    fake: FakeHubSpot,
    results: dict[str, Value | dict[str, Value]],
    columns: Sequence[Column] = (FIT,),
    table: Table = "leads",
    **more: object,
) -> dict[str, Outcome]:
    """Publish values by key, as a run of its own; return the outcomes."""
    writer = publisher(fake, **more)
    writer.prepare(table, columns)
    named = [
        Result(key, value if isinstance(value, dict) else {columns[0].name: value})
        for key, value in results.items()
    ]
    outcomes = list(writer.publish(table, named))
    assert len(outcomes) == len({one.key for one in outcomes}) == len(results)
    return {one.key: one for one in outcomes}


def states(outcomes: dict[str, Outcome]) -> dict[str, str]:
    return {key: one.state for key, one in outcomes.items()}


def of(portal: Portal, name: str, kind: str = "contacts") -> dict[str, str]:
    """Return the values that the records of a portal have of a property, by id."""
    return {
        record.id: value
        for record in portal.tables[kind].after(0)
        if (value := record.properties.get(name)) is not None
    }


def changed(answer: Callable[[Scene], Answer | None]) -> Reaction:
    """Return a fault that answers what a function does, and as HubSpot where it returns None."""

    def react(scene: Scene) -> Sent:
        try:
            return sent(answer(scene) or scene.do())
        except Refused as refused:
            return sent(refused.answer)

    return react


def poisoned(*ids: str) -> Reaction:
    """Return a fault that refuses batches with one of some ids, and does not say of which."""

    def answer(scene: Scene) -> Answer | None:
        if any(part["id"] in ids for part in scene.asked.body["inputs"]):
            return Answer(400, problem("a validation rule of your admin failed", INVALID))
        return None

    return changed(answer)


def bodies(fake: FakeHubSpot, on: str) -> list[dict[str, object]]:
    return [json.loads(json.dumps(asked.body)) for asked in fake.asked(on)]
