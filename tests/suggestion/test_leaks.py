"""What is only known because a lead bought must not look like a reason for buying."""

from __future__ import annotations

import pytest
from tests.suggestion.conftest import OpenDemo
from tests.suggestion.planting import read

from leadline.panel import Asked
from leadline.store import Store
from leadline.suggestion.points import Choice, Judged
from leadline.suggestion.suggest import suggest

#: Two rules that know the outcome, each after it, and one that is honest.
RULESET = """leadline: 1
model: leaky
scores:
  readiness:
    actions:
      contract: {event: contract, points: 10}
      reading: {event: download, points: 10, limit: 3}
    facts:
      has_deal: {when: lead.deal is "yes", points: 10}
"""


@pytest.fixture
def leaky(open_demo: OpenDemo) -> Store:
    """Return the demo log with a field and an event that each opportunity leaves behind."""
    store = open_demo(2000)
    for statement in (
        "ALTER TABLE leads ADD COLUMN deal VARCHAR",
        "UPDATE leads SET deal = 'yes' WHERE lead_id IN (SELECT lead_id FROM opportunities)",
        """INSERT INTO events BY NAME
           SELECT concat('contract ', opportunity_id) AS event_id, lead_id, 'contract' AS type,
             created_at + INTERVAL 1 HOUR AS occurred_at
           FROM opportunities WHERE lead_id IS NOT NULL""",
    ):
        store.database.execute(statement)
    return store


def judged(store: Store, *trust: str) -> dict[str, Judged]:
    asked = Asked((), 90, "2026-06-30", trust=trust)
    found = suggest(store, read(RULESET), asked, 9, Choice(), lambda *_: None)
    assert found.proposal is not None
    return {one.feature.rule: one for one in found.proposal.judged}


def test_a_field_without_a_history_is_not_judged(leaky: Store):
    found = judged(leaky)

    assert found["has_deal"].verdict == "not judged"
    assert found["has_deal"].feature.hidden == ("lead.deal",)
    assert (found["has_deal"].leads, found["has_deal"].after) == (0, 10)


def test_an_event_that_follows_the_outcome_earns_nothing(leaky: Store):
    found = judged(leaky)

    # A lead is looked at again after a deal that was lost, with the contract behind it.
    assert found["contract"].outcomes <= 1
    assert found["contract"].after <= 10


def test_whoever_vouches_for_the_field_is_taken_at_their_word(leaky: Store):
    found = judged(leaky, "lead.deal")

    assert found["has_deal"].verdict == "raise"
    assert found["has_deal"].outcomes == pytest.approx(found["has_deal"].leads, rel=0.2)
