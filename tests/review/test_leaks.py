"""Nothing that came after an outcome, or because of it, makes a rule look better."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from random import Random

import pytest
from tests.review.worlds import Kind, World, lift_of, reviewed, rule
from tests.review.worlds import ruleset as model

PLAIN = rule("demo", 20)
STAGES = "stages: {by: score readiness, steps: [{name: low}, {name: high, at: 30}]}\n"
FIELD = "      is_customer: {when: lead.status is customer, points: 50}\n"
#: The hand-made truth: who bought has the status today; nobody knows since when.
NEVER = "      is_customer: {when: lead.status is nothing_like_it, points: 50}\n"


def ruleset(rules: str, facts: str = "") -> str:
    return model(rules, facts=facts, stages=STAGES)


@pytest.fixture(scope="module")
def world() -> World:
    """Return leads of whom a status says today who bought, and what follows a deal."""
    world = World((Kind("demo", 1.0, causes=0.4), Kind("contract", 0.0001)), leads=500, a_year=0.3)
    began = {row["lead_id"]: row["created_at"] for row in world.rows["opportunities"]}
    for lead in world.rows["leads"]:
        bought = lead["lead_id"] in began
        lead["status"] = "customer" if bought else "prospect"
    world.rows["lead_tags"] = []
    for lead, at in began.items():
        after = at + timedelta(days=2)
        world.rows["events"].append(
            {"event_id": f"c {lead}", "lead_id": lead, "occurred_at": after, "type": "contract"}
        )
        world.rows["lead_tags"].append(
            {"lead_id": lead, "tag": "bought", "value": "yes", "set_at": after}
        )
    return world


def judged(found, *without: str):
    """Return what a review says of the model by outcomes, but of some rules."""
    lifts = tuple(lift for lift in found.lifts if lift.rule not in without)
    return (found.rows, found.leads, found.happened, found.ready, found.bands, lifts)


def test_a_field_that_follows_from_the_outcome_gains_nothing(world: World):
    honest = reviewed(ruleset(PLAIN, facts=NEVER), world.rows)

    leaking = reviewed(ruleset(PLAIN, facts=FIELD), world.rows)

    assert judged(leaking, "is_customer") == judged(honest, "is_customer")
    assert lift_of(leaking, "is_customer").effect == "cannot be told yet"
    assert lift_of(leaking, "is_customer").untold == ("lead.status",)
    assert leaking.untrusted == ("lead.status",)


def test_a_field_that_somebody_vouches_for_gains_all(world: World):
    """So the test above can fail."""
    trusting = reviewed(ruleset(PLAIN, facts=FIELD), world.rows, trust=("lead.status",))
    honest = reviewed(ruleset(PLAIN, facts=FIELD), world.rows)

    leak = lift_of(trusting, "is_customer")
    assert leak.effect == "predicts"
    assert leak.fresh.interval is not None
    assert leak.fresh.interval.low > 5
    assert leak.untold == trusting.untrusted == ()
    assert top_share(trusting) > 2 * top_share(honest)
    assert trusting.ready != honest.ready


def test_an_event_after_the_outcome_gains_nothing(world: World):
    honest = reviewed(ruleset(PLAIN), world.rows)

    leaking = reviewed(ruleset(PLAIN + rule("contract", 50)), world.rows)

    # A lead that is lost is free again, with the points of its contract.
    assert leaking.rows == honest.rows
    assert lift_of(leaking, "demo") == lift_of(honest, "demo")
    assert lift_of(leaking, "contract").effect != "predicts"
    assert top_share(leaking) <= top_share(honest)
    assert leaking.ready.contrast is not None
    assert honest.ready.contrast is not None
    assert leaking.ready.contrast.one.happened <= honest.ready.contrast.one.happened


def test_an_event_before_the_outcome_gains_what_it_says(world: World):
    """So the test above can fail: the same event a week earlier foretells the outcome."""
    rows = dict(world.rows)
    rows["events"] = [
        {**row, "occurred_at": row["occurred_at"] - timedelta(days=12)}
        if row["type"] == "contract"
        else row
        for row in rows["events"]
    ]

    found = reviewed(ruleset(PLAIN + rule("contract", 50)), rows)

    assert lift_of(found, "contract").effect == "predicts"
    honest = reviewed(ruleset(PLAIN), rows)
    assert top_share(found) > 1.3 * top_share(honest)
    gained, plain = found.ready.contrast, honest.ready.contrast
    assert gained is not None
    assert gained.interval is not None
    assert plain is not None
    assert plain.ratio is not None
    assert gained.interval.low > plain.ratio


def test_a_tag_after_the_outcome_gains_nothing(world: World):
    tagged = "      bought: {when: tag.bought is yes, points: 50}\n"
    honest = reviewed(ruleset(PLAIN), world.rows)

    leaking = reviewed(ruleset(PLAIN, facts=tagged), world.rows)

    assert leaking.rows == honest.rows
    assert lift_of(leaking, "demo") == lift_of(honest, "demo")
    assert lift_of(leaking, "bought").effect != "predicts"
    assert top_share(leaking) <= top_share(honest)


def top_share(found) -> float:
    [share] = [band.share for band in found.bands if band.name == "high"]
    assert share is not None
    return share.value


def test_what_happens_after_the_date_of_the_review_changes_nothing(world: World):
    until = "2026-02-28"
    rows = {
        "leads": [row for row in world.rows["leads"] if row["created_at"].isoformat() < "2026-03"],
        "events": [
            row for row in world.rows["events"] if row["occurred_at"].isoformat() < "2026-03"
        ],
        "opportunities": [
            {
                **row,
                "closed_at": row["closed_at"] if _by(row["closed_at"], "2026-03") else None,
                "won": row["won"] if _by(row["closed_at"], "2026-03") else None,
            }
            for row in world.rows["opportunities"]
            if row["created_at"].isoformat() < "2026-03"
        ],
        "feedback": [],
    }
    draw = Random(3)
    later = {
        **world.rows,
        "feedback": [
            {
                "lead_id": "l00001",
                "rule": "demo",
                "at": world.rows["events"][0]["occurred_at"].replace(year=2026, month=5),
                "by": draw.choice(["anna", "ben"]),
                "verdict": "bad",
                "note": None,
            }
        ],
    }

    assert dataclasses.replace(reviewed(ruleset(PLAIN), later, until=until)) == reviewed(
        ruleset(PLAIN), rows, until=until
    )


def _by(instant, limit: str) -> bool:
    return instant is not None and instant.isoformat() < limit
