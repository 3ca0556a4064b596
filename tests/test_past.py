"""Pasts worked out by hand where the SQL of one could go wrong: names, ties, odd amounts."""

from datetime import UTC, date, datetime

import pytest
from tests.evaluation import look_back, score
from tests.oracle.scoring import score as oracle_score
from tests.oracle.worlds import Rows, events, known, lead, spells, stays, tagged, with_columns

from leadline.store import Store

UNTIL = date(2026, 1, 10)

ADDED = """
leadline: 1
scores:
  s:
    actions:
      a: {event: a, points: quantity}
"""


def scored(*quantities: float) -> Rows:
    """Return one event at noon of 1 January for each lead, l0, l1 and so on."""
    noon = ("2026-01-01T12:00", "a")
    return [
        row
        for number, quantity in enumerate(quantities)
        for row in events(noon, lead=f"l{number}", quantity=quantity)
    ]


@pytest.mark.parametrize("name", ["lead_id", "instant", "present", "stage", "inside", "segment"])
def test_a_segment_can_be_called_like_a_column(name: str) -> None:
    ruleset = f"{ADDED}segments:\n  {name}: score.s > 10\n  other: not {name}\n"
    ruleset = ruleset.replace(f"not {name}", "score.s <= 10")
    past = look_back(ruleset, with_columns({"events": scored(11, 10)}), None, UNTIL)
    assert stays(past, name) == [("l0", "2026-01-01 12:00", None)]
    assert stays(past, "other") == [("l1", "2026-01-01 12:00", None)]


def test_segments_are_told_apart_lead_by_lead_and_stay_by_stay() -> None:
    happened = events(
        ("2026-01-01T12:00", "a"), ("2026-01-02T12:00", "a"), ("2026-01-03T12:00", "a"),
        quantity=[11.0, -5.0, 20.0],
    )  # fmt: skip
    ruleset = f"{ADDED}segments:\n  ten: score.s > 10\n  any: score.s > 0\n"
    past = look_back(ruleset, with_columns({"events": happened}), None, UNTIL)
    assert stays(past, "ten") == [
        ("l", "2026-01-01 12:00", "2026-01-02 12:00"),
        ("l", "2026-01-03 12:00", None),
    ]
    assert stays(past, "any") == [("l", "2026-01-01 12:00", None)]


def test_the_smallest_share_of_the_leads_is_one_lead() -> None:
    ruleset = f"{ADDED}segments:\n  best: top 0.0000001% by s\n"
    past = look_back(ruleset, with_columns({"events": scored(1, 3, 2)}), None, UNTIL)
    assert stays(past, "best") == [("l1", "2026-01-01 12:00", None)]


def test_a_stage_that_is_kept_forgets_what_a_tag_said_while_the_lead_was_not_scored() -> None:
    ruleset = """
leadline: 1
leads: lead.country is not FR
stages:
  by: tag track
  backward: false
  steps: [{name: open}, {name: won}]
"""
    data = {
        "leads": [lead(created="2026-01-01T08:00", country="DE")],
        "lead_history": known(
            "country",
            ("2026-01-01T08:00", "DE"),
            ("2026-01-03T08:00", "FR"),
            ("2026-01-06T08:00", "DE"),
        ),
        "lead_tags": tagged(
            "track",
            ("2026-01-02T08:00", "open"),
            ("2026-01-04T08:00", "won"),
            ("2026-01-06T08:00", "open"),
        ),
    }
    past = look_back(ruleset, with_columns(data), None, UNTIL)
    assert spells(past) == [
        ("open", "2026-01-01 08:00", "2026-01-03 08:00", "enter"),
        ("open", "2026-01-06 08:00", None, "enter"),
    ]


MERGED = """
leadline: 1
scores:
  s:
    actions:
      a: {event: a, points: 10}
"""


def test_the_past_of_one_lead_is_that_of_all_of_them_also_after_a_merger() -> None:
    data = with_columns(
        {
            "events": [
                *events(("2026-01-01T12:00", "a"), lead="old"),
                *events(("2026-01-02T12:00", "a"), ("2026-01-06T12:00", "a"), lead="new"),
            ],
            "aliases": [
                {"old_lead_id": "old", "lead_id": "new", "since": datetime(2026, 1, 4, tzinfo=UTC)}
            ],
        }
    )
    every = look_back(MERGED, data, None, UNTIL).history
    for lead_id in ("old", "new"):
        alone = look_back(MERGED, data, None, UNTIL, lead=lead_id).history
        assert alone == tuple(row for row in every if row.lead_id == lead_id)


@pytest.mark.parametrize("name", ["stage", "segment", "membership", "presence", "event", "causes"])
def test_a_score_can_be_called_like_what_follows_from_scores(name: str) -> None:
    ruleset = f"""
leadline: 1
scores:
  {name}:
    actions:
      a: {{event: a, points: quantity}}
  twice: {{formula: 2 * score.{name}}}
stages:
  by: score {name}
  steps: [{{name: low}}, {{name: high, at: 10}}]
segments:
  ten: score.{name} > 10 and stage is high
"""
    with Store.open(None) as store:
        past = look_back(
            ruleset, with_columns({"events": scored(11, 10)}), None, UNTIL, store=store
        )
        said = store.database.rows("SELECT score, lead_id, cause FROM history ORDER BY ALL")
    assert stays(past, "ten") == [("l0", "2026-01-01 12:00", None)]
    assert [row.new for row in past.history if row.score == "twice"] == [22.0, 20.0]
    assert said == [
        (score, lead_id, f"created; event {lead_id}0: a")
        for score in sorted((name, "twice"))
        for lead_id in ("l0", "l1")
    ]


def test_the_id_of_a_lead_is_a_field_of_it_also_without_a_row_of_its_own() -> None:
    ruleset = """
leadline: 1
scores:
  ours:
    facts:
      named: {when: 'lead.lead_id in [l0, l2]', points: 7}
segments:
  ours: lead.lead_id in [l0, l2]
"""
    rows = with_columns({"events": scored(1, 2, 3), "leads": [lead("l1")]})
    of_date, by_oracle = score(ruleset, rows, UNTIL), oracle_score(ruleset, rows, UNTIL)
    assert of_date.scores == by_oracle.scores
    assert of_date.scores["l0", "ours", ""] == 7
    past = look_back(ruleset, rows, None, UNTIL)
    assert {stay.lead_id for stay in past.segments} == {"l0", "l2"}
