"""What is named as having made a move, on logs worked out by hand."""

import csv
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.drivers.following import Told, drivers_of, made, moves_of, named, text_of
from tests.oracle.worlds import Rows, events, known, lead, tagged

from leadline.drivers import Choice, driver_rows, find_moves
from leadline.errors import UsageError
from leadline.flow import follow
from leadline.pipeline import open_directory

SCORED = """
scores:
  s:
    actions:
      look: {event: look, points: 10}
      demo: {event: demo, points: 20}
      chief: {event: demo, where: asset_id is gold, points: 10}
      undo: {event: undo, points: -20}
    range: 0 to 100
stages:
  by: score s
  steps: [{name: aware, at: 0}, {name: engaged, at: 20}, {name: ready, at: 50}]
"""
TAGGED = """
stages:
  by: tag deal
  steps: [{name: open}, {name: talk}, {name: won}]
"""
BORN = lead(created="2026-01-01T08:00")


def told(*happened: tuple[str, str], ruleset: str = SCORED, **asked: Any) -> Told:
    """Return what moved one lead that is created on 1 January."""
    columns = asked.pop("columns", {})
    data = {"leads": [BORN], "events": events(*happened, **columns)}
    return drivers_of(ruleset, data, **asked)


def test_the_event_that_passes_the_bound_makes_the_move() -> None:
    assert told(("2026-01-02T08:00", "look"), ("2026-01-03T08:00", "demo")) == {
        "into aware": {"created": 1},
        "out of aware": {"demo": 1},
        "into engaged": {"demo": 1},
    }


def test_events_of_one_instant_share_a_move_equally() -> None:
    at = "2026-01-02T08:00"
    moved = told((at, "look"), (at, "look"), (at, "demo"))
    assert moved["out of aware"] == {"look": 0.666667, "demo": 0.333333}


def test_an_event_that_no_rule_counts_shares_nothing() -> None:
    moved = told(("2026-01-02T08:00", "demo"), ("2026-01-02T08:00", "other"))
    assert moved["out of aware"] == {"demo": 1}


def test_the_rules_of_an_event_share_what_it_made() -> None:
    moved = told(("2026-01-02T08:00", "demo"), by="rule", columns={"asset_id": "gold"})
    assert moved["out of aware"] == {"s.demo": 0.5, "s.chief": 0.5}


def test_the_parts_of_every_move_add_up_to_exactly_one() -> None:
    at = "2026-01-02T08:00"
    data = {
        "leads": [BORN],
        "events": events(*[(at, kind) for kind in ("look", "look", "demo")] * 3, asset_id="gold"),
    }
    with moves_of(SCORED, data, "2026-01-05", "rule") as found:
        driver_rows(found, Choice())
        database = found.flow.past.store.database
        sums = database.rows("SELECT move, sum(billionths) FROM driver GROUP BY move")
    assert sorted(sums) == [(1, 10**9), (2, 10**9)]


def test_a_stage_that_is_skipped_has_no_move() -> None:
    at = "2026-01-02T08:00"
    assert told((at, "demo"), (at, "demo"), (at, "demo")) == {
        "into aware": {"created": 1},
        "out of aware": {"demo": 1},
        "into ready": {"demo": 1},
    }


def test_entering_again_is_a_move_again_and_going_back_is_none_out_of() -> None:
    moved = told(
        ("2026-01-02T08:00", "demo"), ("2026-01-03T08:00", "undo"), ("2026-01-04T08:00", "demo")
    )
    assert moved == {
        "into aware": {"created": 1, "undo": 1},
        "out of aware": {"demo": 2},
        "into engaged": {"demo": 2},
    }


def test_decay_has_its_own_name_also_beside_an_event_called_so() -> None:
    ruleset = SCORED.replace("range: 0 to 100", "decay: {expire: 5 days}").replace("look", "decay")
    data = {
        "leads": [BORN],
        "events": events(
            ("2026-01-02T08:00", "demo"),
            ("2026-01-09T08:00", "decay"),
            ("2026-01-09T08:00", "demo"),
        ),
    }
    with moves_of(ruleset, data, "2026-01-10") as found:
        moved = [
            (row["stage"], row["kind"], row["driver"], row["moves"])
            for row in named(found, driver_rows(found, Choice(ways=("into",))))
            if row["moves"]
        ]
    assert moved == [
        ("aware", "model", "created", 1),
        ("aware", "model", "decay", 1),
        ("engaged", "event", "demo", 1.5),
        ("engaged", "event", "decay", 0.5),
    ]


def test_a_fact_has_its_own_name_and_shares_with_the_event_of_its_instant() -> None:
    ruleset = SCORED.replace(
        "    range",
        "    facts:\n      german: {when: lead.country is DE, points: 20}\n"
        "      asked: {when: count(demo) > 0, points: 5}\n    range",
    )
    data = {
        "leads": [{**BORN, "country": "DE"}],
        "lead_history": known("country", ("2026-01-01T08:00", "FR"), ("2026-01-02T08:00", "DE")),
        "events": events(("2026-01-03T08:00", "demo"), ("2026-01-04T08:00", "look")),
    }
    moved = drivers_of(ruleset, data)
    assert moved["into engaged"] == {"fact german": 1}
    data["lead_history"] = []
    data["leads"] = [{**BORN, "country": "FR"}]
    assert drivers_of(ruleset, data)["into engaged"] == {"demo": 0.5, "fact asked": 0.5}


def test_the_first_event_brings_in_a_lead_that_nothing_else_created() -> None:
    moved = drivers_of(SCORED, {"events": events(("2026-01-02T08:00", "other"))})
    assert moved == {"into aware": {"other": 1}}
    by_rule = drivers_of(SCORED, {"events": events(("2026-01-02T08:00", "look"))}, by="rule")
    assert by_rule == {"into aware": {"s.look": 1}}


def test_a_lead_that_is_scored_again_comes_by_leads() -> None:
    data = {
        "leads": [{**BORN, "country": "DE"}],
        "lead_history": known(
            "country",
            ("2026-01-01T08:00", "DE"),
            ("2026-01-03T08:00", "FR"),
            ("2026-01-06T08:00", "DE"),
        ),
    }
    moved = drivers_of("leads: lead.country is not FR\n" + SCORED.lstrip(), data)
    assert moved == {"into aware": {"created": 1, "leads": 1}}


def test_what_ignore_leaves_out_moves_nobody() -> None:
    ruleset = "ignore: url is bot\n" + SCORED.lstrip()
    columns = {"url": ["bot", None]}
    moved = told(
        ("2026-01-02T08:00", "demo"), ("2026-01-03T08:00", "demo"), ruleset=ruleset, columns=columns
    )
    assert moved["into engaged"] == {"demo": 1}
    with moves_of(
        ruleset, {"events": events(("2026-01-02T08:00", "x"), url="bot")}, "2026-01-05"
    ) as f:
        assert f.flow.past.store.database.value("SELECT count(*) FROM touch") == 0


def test_a_reset_makes_the_move_it_makes() -> None:
    ruleset = SCORED.replace("    range: 0 to 100", "    reset: {event: bought}")
    happened = (("2026-01-02T08:00", "demo"), ("2026-01-03T08:00", "bought"))
    assert told(*happened, ruleset=ruleset)["into aware"] == {"created": 1, "bought": 1}
    assert told(*happened, ruleset=ruleset, by="rule")["into aware"] == {"created": 1, "reset": 1}


def test_assets_campaigns_and_fields_name_drivers_too() -> None:
    data = {
        "leads": [BORN],
        "assets": [{"asset_id": "gold", "kind": "form"}],
        "events": events(
            ("2026-01-02T08:00", "demo"),
            ("2026-01-03T08:00", "undo"),
            ("2026-01-04T08:00", "demo"),
            campaign=["spring", None, None],
            asset_id=["gold", None, "lost"],
        ),
    }
    into = "into engaged"
    assert drivers_of(SCORED, data, into, by="campaign")[into] == {"spring": 1, "(none)": 1}
    assert drivers_of(SCORED, data, into, by="asset")[into] == {"gold": 1, "lost": 1}
    assert drivers_of(SCORED, data, into, by="asset.kind")[into] == {"form": 1, "(none)": 1}
    assert drivers_of(SCORED, data, into, by="Campaign")[into] == {"spring": 1, "(none)": 1}


def test_moves_before_the_first_date_are_not_counted() -> None:
    happened = (("2026-01-02T08:00", "demo"), ("2026-01-03T08:00", "demo"))
    assert told(*happened, ("2026-01-03T09:00", "demo"), since="2026-01-03") == {
        "out of engaged": {"demo": 1},
        "into ready": {"demo": 1},
    }


def deal(*values: tuple[str, str | None], happened: Rows | None = None) -> Told:
    """Return what moved one lead whose stages are imported."""
    data = {"leads": [BORN], "lead_tags": tagged("deal", *values), "events": happened or []}
    return drivers_of(TAGGED, data)


def test_stages_that_are_imported_are_moved_by_their_tag_alone() -> None:
    moved = deal(("2026-01-02T08:00", "talk"), ("2026-01-05T08:00", None))
    assert moved == {
        "into open": {"created": 1, "tag": 1},
        "out of open": {"tag": 1},
        "into talk": {"tag": 1},
    }


def test_an_event_at_the_instant_of_a_tag_made_the_move() -> None:
    happened = events(("2026-01-02T08:00", "call"), ("2026-01-03T07:59", "mail"))
    moved = deal(("2026-01-02T08:00", "talk"), ("2026-01-03T08:00", "won"), happened=happened)
    assert moved["into talk"] == {"call": 1}
    assert moved["into won"] == {"tag": 1}


def test_no_rule_moves_leads_whose_stages_are_imported() -> None:
    with pytest.raises(UsageError, match="the stages go by tag"):
        drivers_of(TAGGED, {"leads": [BORN]}, by="rule")


def test_content_of_the_next_stage_makes_the_move() -> None:
    ruleset = """
stages:
  by: content
  steps: [{name: aware}, {name: engaged}]
"""
    data = {
        "leads": [BORN],
        "assets": [{"asset_id": "a", "stage": "aware"}, {"asset_id": "e", "stage": "engaged"}],
        "events": events(
            ("2026-01-02T08:00", "read"),
            ("2026-01-03T08:00", "watch"),
            ("2026-01-03T08:00", "share"),
            asset_id=["a", "e", "e"],
        ),
    }
    # Of two events of one instant the first by its id is the one that moved the lead.
    assert drivers_of(ruleset, data) == {
        "into aware": {"created": 1},
        "out of aware": {"watch": 1},
        "into engaged": {"watch": 1},
    }


def test_an_account_is_moved_by_what_its_leads_did() -> None:
    ruleset = """
scores:
  s: {actions: {demo: {event: demo, points: 20}}, decay: {expire: 5 days}}
accounts:
  buying:
    of: s
    combine: sum
    stages: {by: score buying, steps: [{name: cold, at: 0}, {name: warm, at: 40}]}
"""
    data = {
        "leads": [
            lead(who, "2026-01-01T08:00", account_id=account)
            for who, account in (("ada", "acme"), ("ben", "acme"), ("cy", "bolt"))
        ],
        "events": [
            *events(("2026-01-02T08:00", "demo"), lead="ada"),
            *events(("2026-01-03T08:00", "demo"), lead="ben"),
            *events(("2026-01-03T08:00", "demo"), ("2026-01-03T08:00", "demo"), lead="cy"),
        ],
    }
    assert drivers_of(ruleset, data, account="buying", as_of="2026-01-20") == {
        "into cold": {"created": 2, "decay": 2},
        "out of cold": {"demo": 2},
        "into warm": {"demo": 2},
    }
    by_rule = drivers_of(ruleset, data, "into warm", by="rule", account="buying")
    assert by_rule == {"into warm": {"s.demo": 2}}


def test_events_of_a_merged_id_count_from_the_merger_on() -> None:
    data = {
        "events": [
            *events(("2026-01-02T08:00", "look"), lead="visitor"),
            *events(("2026-01-03T08:00", "look"), ("2026-01-08T08:00", "demo")),
        ],
        "aliases": [
            {"old_lead_id": "visitor", "lead_id": "l", "since": datetime(2026, 1, 5, 8, tzinfo=UTC)}
        ],
    }
    with moves_of(SCORED, data, "2026-01-20") as found:
        assert found.flow.past.store.database.rows(
            "SELECT owner, event_id, seen_from, until < TIMESTAMP '2100-01-01' AS ends"
            " FROM touch WHERE owner = 'l' ORDER BY ALL"
        ) == [
            ("l", "l0", datetime(2026, 1, 3, 8), True),
            ("l", "l0", datetime(2026, 1, 5, 8), False),
            ("l", "l1", datetime(2026, 1, 3, 8), True),
            ("l", "l1", datetime(2026, 1, 5, 8), False),
            ("l", "visitor0", datetime(2026, 1, 5, 8), False),
        ]
        rows = named(found, driver_rows(found, Choice()))
    moved = {(row["way"], row["stage"], row["driver"]): row["moves"] for row in rows}
    # Two looks are 20 points from the merger on, which no event of its instant made.
    assert moved["into", "engaged", "lead changed"] == 1


def test_a_pipeline_of_deals_is_moved_by_its_stages(shared: Path, tmp_path: Path) -> None:
    source = shared / "data" / "crm" / "sales_pipeline.csv"
    if not source.is_file():
        pytest.skip("the deals are not here: no ../shared/data/crm")
    with source.open(encoding="utf-8", newline="") as file:
        deals = list(csv.DictReader(file))
    tags = [
        (deal["opportunity_id"], "deal", value, day)
        for deal in deals
        for value, day in (
            ("Engaging", deal["engage_date"]),
            (deal["deal_stage"], deal["close_date"]),
        )
        if day
    ]
    with (tmp_path / "lead_tags.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("lead_id", "tag", "value", "set_at"), *tags])
    steps = ", ".join(f"{{name: {name}}}" for name in ("Prospecting", "Engaging", "Lost", "Won"))
    ruleset = text_of(f"stages: {{by: tag deal, steps: [{steps}]}}")
    store, _ = open_directory(tmp_path, lambda label, done, total: None)
    with store:
        moved = made(find_moves(follow(store, ruleset, "2018-01-01")))
    became = Counter(deal["deal_stage"] for deal in deals)
    engaged = sum(bool(deal["engage_date"]) for deal in deals)
    assert moved["into Won"] == {"tag": became["Won"]}
    assert moved["into Lost"] == {"tag": became["Lost"]}
    assert moved["out of Engaging"] == {"tag": became["Won"] + became["Lost"]}
    assert sum(moved["into Engaging"].values()) == engaged
