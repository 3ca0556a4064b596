"""Stages worked out by hand: by score, by content and by tag, of leads and of accounts."""

from collections.abc import Mapping
from datetime import date, datetime

from tests.oracle.past import Past, look_back
from tests.oracle.worlds import (
    Rows,
    counts,
    events,
    known,
    lead,
    shown,
    spells,
    tagged,
    with_columns,
)

UNTIL = date(2026, 2, 28)


def told(ruleset: str, data: Mapping[str, Rows], since: date | None, until: date) -> Past:
    return look_back(ruleset, with_columns(data), since, until)


def by_score(rules: str, stages: str, head: str = "", keys: str = "") -> str:
    return f"""
leadline: 1
{head}
scores:
  s:
    actions:
      {rules}
    {keys}
stages:
  by: score s
  {stages}
"""


TWO = "steps: [{name: low}, {name: high, at: 50}]"
ADDED = "a: {event: a, points: quantity}"
FLEETING = "a: {event: a, points: 60, decay: {expire: 10 days}}"


def scored(stages: str, *quantities: float, head: str = "", **tables: Rows) -> Past:
    """Look back on a lead that gets a number of points at noon of each day of January."""
    happened = events(
        *((f"2026-01-{day:02}T12:00", "a") for day in range(1, len(quantities) + 1)),
        quantity=list(quantities),
    )
    data = {"events": happened, **tables}
    return told(by_score(ADDED, stages, head), data, None, UNTIL)


def test_a_stage_is_left_by_decay_overnight_and_entered_again() -> None:
    happened = events(("2026-01-01T12:00", "a"), ("2026-02-01T12:00", "a"))
    past = told(by_score(FLEETING, TWO), {"events": happened}, None, UNTIL)
    # The first event of all moves the lead on, so that there is no spell of `low` before it.
    assert spells(past) == [
        ("high", "2026-01-01 12:00", "2026-01-11 00:00", "enter"),
        ("low", "2026-01-11 00:00", "2026-02-01 12:00", "backward"),
        ("high", "2026-02-01 12:00", "2026-02-11 00:00", "forward"),
        ("low", "2026-02-11 00:00", None, "backward"),
    ]


def test_leads_in_a_stage_are_counted_at_the_end_of_each_day() -> None:
    happened = events(("2026-01-01T12:00", "a")) + events(("2026-01-10T12:00", "b"), lead="m")
    past = told(by_score(FLEETING, TWO), {"events": happened}, None, UNTIL)
    days = ("2026-01-01", "2026-01-09", "2026-01-10", "2026-01-11", "2026-02-28")
    assert counts(past, "stage", "high", days) == [1, 1, 1, 0, 0]
    assert counts(past, "stage", "low", days) == [0, 0, 1, 2, 2]


def test_equal_steps_are_left_as_the_score_decays() -> None:
    keys = "sales_ready: 100\n    decay: {inactivity: 10% every 30 days, floor: 50% of sales_ready}"
    ruleset = by_score(
        "a: {event: a, points: 80}", "steps: equal [aware, engaged, sales_ready]", keys=keys
    )
    past = told(ruleset, {"events": events(("2026-01-01T09:00", "a"))}, None, date(2026, 6, 1))
    # 80, 72 on 31 January, 64.8 on 2 March; the bound is 67. The floor of 50 is engaged.
    assert spells(past) == [
        ("sales_ready", "2026-01-01 09:00", "2026-03-02 00:00", "enter"),
        ("engaged", "2026-03-02 00:00", None, "backward"),
    ]


def test_a_lower_bound_to_leave_by_keeps_a_stage_from_flapping() -> None:
    stages = "steps: [{name: low}, {name: high, at: 50, leave_below: 40}]"
    # 45, 50, 44, 50, 39, 44: high from 50 until below 40, and 44 does not bring it back.
    past = scored(stages, 45, 5, -6, 6, -11, 5)
    assert spells(past) == [
        ("low", "2026-01-01 12:00", "2026-01-02 12:00", "enter"),
        ("high", "2026-01-02 12:00", "2026-01-05 12:00", "forward"),
        ("low", "2026-01-05 12:00", None, "backward"),
    ]
    # Exactly 40 is not below 40.
    assert spells(scored(stages, 50, -10))[-1][:2] == ("high", "2026-01-01 12:00")


def test_the_highest_step_that_is_on_counts_though_one_below_is_off() -> None:
    steps = (
        "{name: low}, {name: mid, at: 30, leave_below: 25}, {name: top, at: 60, leave_below: 10}"
    )
    past = scored(f"steps: [{steps}]", 60, -45, -10)
    # 60, 15 (mid is off, top still on), 5.
    assert spells(past) == [
        ("top", "2026-01-01 12:00", "2026-01-03 12:00", "enter"),
        ("low", "2026-01-03 12:00", None, "backward"),
    ]


def test_a_stage_that_is_skipped_has_no_spell() -> None:
    steps = "steps: [{name: low}, {name: mid, at: 20}, {name: top, at: 50}]"
    leads = [lead(created="2025-12-31T12:00")]
    assert spells(scored(steps, 70, -60, leads=leads)) == [
        ("low", "2025-12-31 12:00", "2026-01-01 12:00", "enter"),
        ("top", "2026-01-01 12:00", "2026-01-02 12:00", "forward"),
        ("low", "2026-01-02 12:00", None, "backward"),
    ]


def test_a_stage_that_nothing_takes_back_is_kept() -> None:
    steps = "backward: false\n  steps: [{name: low}, {name: mid, at: 20}, {name: top, at: 50}]"
    assert spells(scored(steps, 20, -20, 70, -65)) == [
        ("mid", "2026-01-01 12:00", "2026-01-03 12:00", "enter"),
        ("top", "2026-01-03 12:00", None, "forward"),
    ]


def test_a_lead_without_an_event_is_in_the_first_stage() -> None:
    leads = [lead("always"), lead("created", created="2026-01-07T10:00")]
    past = scored(TWO, leads=leads)
    assert spells(past, "always") == [("low", None, None, "enter")]
    assert spells(past, "created") == [("low", "2026-01-07 10:00", None, "enter")]
    assert counts(past, "stage", "low", ("2026-01-06", "2026-01-07")) == [1, 2]


def test_a_lead_that_is_not_scored_for_a_while_is_in_no_stage_and_begins_anew() -> None:
    history = known(
        *("country", ("2025-12-01T00:00", "DE")),
        *(("2026-01-02T18:00", "US"), ("2026-01-04T09:00", "DE")),
    )
    for backward in ("true", "false"):
        steps = "steps: [{name: low}, {name: high, at: 50, leave_below: 20}]"
        stages = f"backward: {backward}\n  {steps}"
        # 50, then 30 while the lead is away: a switch that starts anew is off at 30.
        past = scored(stages, 50, 0, -20, head="leads: lead.country is DE", lead_history=history)
        assert spells(past) == [
            ("high", "2026-01-01 12:00", "2026-01-02 18:00", "enter"),
            ("low", "2026-01-04 09:00", None, "enter"),
        ]


BY_CONTENT = """
leadline: 1
stages:
  by: content
  steps: [{name: aware}, {name: engaged}, {name: ready}]
"""
ASSETS = [{"asset_id": name, "stage": name} for name in ("aware", "engaged", "ready")]


def engaged(ruleset: str, *looked_at: tuple[str, str | None], **tables: Rows) -> Past:
    """Look back on a lead that looked at assets, given as (instant, asset)."""
    happened = events(
        *((at, "view") for at, _ in looked_at), asset_id=[asset for _, asset in looked_at]
    )
    data = {"events": happened, "assets": ASSETS, "leads": [lead()], **tables}
    return told(ruleset, data, None, UNTIL)


def test_content_moves_a_lead_step_by_step() -> None:
    past = engaged(
        BY_CONTENT,
        *(("2026-01-01T12:00", "ready"), ("2026-01-02T12:00", "engaged")),
        *(("2026-01-03T12:00", "engaged"), ("2026-01-04T12:00", None)),
        *(("2026-01-05T12:00", "ready"), ("2026-01-06T12:00", "aware")),
    )
    # What is for the last step moves nobody who has not come to the one before it.
    assert spells(past) == [
        ("aware", "2026-01-01 12:00", "2026-01-02 12:00", "enter"),
        ("engaged", "2026-01-02 12:00", "2026-01-05 12:00", "forward"),
        ("ready", "2026-01-05 12:00", None, "forward"),
    ]


def test_the_very_first_engagement_moves_a_lead_too() -> None:
    past = engaged(BY_CONTENT, ("2026-01-01T12:00", "engaged"))
    assert spells(past) == [("engaged", "2026-01-01 12:00", None, "enter")]


def test_engagements_of_one_instant_are_ordered_by_their_ids() -> None:
    at = "2026-01-01T12:00"
    past = engaged(BY_CONTENT, (at, "engaged"), (at, "ready"))
    assert spells(past) == [("ready", "2026-01-01 12:00", None, "enter")]
    past = engaged(BY_CONTENT, (at, "ready"), (at, "engaged"))
    assert spells(past) == [("engaged", "2026-01-01 12:00", None, "enter")]


def test_a_condition_on_content_is_judged_by_what_was_known_at_the_event() -> None:
    ruleset = BY_CONTENT + "  and: lead.country is DE and url is present\n"
    past = engaged(
        ruleset,
        *(("2026-01-05T12:00", "engaged"), ("2026-01-10T09:00", "engaged")),
        *(("2026-01-20T09:00", "ready"),),
        lead_history=known("country", ("2026-01-10T09:00", "DE"), ("2026-01-20T09:00", "US")),
        events=events(
            *(("2026-01-05T12:00", "view"), ("2026-01-08T12:00", "view")),
            *(("2026-01-10T09:00", "view"), ("2026-01-20T09:00", "view")),
            asset_id=["engaged", "engaged", "engaged", "ready"],
            url="/",
        ),
    )
    assert spells(past) == [
        ("aware", "2026-01-05 12:00", "2026-01-10 09:00", "enter"),
        ("engaged", "2026-01-10 09:00", None, "forward"),
    ]


def test_an_engagement_that_is_ignored_moves_nobody() -> None:
    ruleset = BY_CONTENT + "ignore: asset.stage is engaged\n"
    past = engaged(ruleset, ("2026-01-01T12:00", "engaged"), ("2026-01-02T12:00", "aware"))
    assert spells(past) == [("aware", "2026-01-01 12:00", None, "enter")]


BY_TAG = """
leadline: 1
stages:
  by: tag track
  steps: [{name: cold}, {name: warm}, {name: hot}]
"""


def test_a_tag_set_twice_is_one_spell_and_another_word_is_no_stage() -> None:
    track = tagged(
        *("track", ("2026-01-05T12:00", "warm"), ("2026-01-08T12:00", "warm")),
        *(("2026-01-10T12:00", "hot"), ("2026-01-11T12:00", "cold")),
        *(("2026-01-12T12:00", "lukewarm"), ("2026-01-15T12:00", "cold")),
    )
    data = {"leads": [lead(created="2026-01-01T12:00")], "lead_tags": track}
    assert spells(told(BY_TAG, data, None, UNTIL)) == [
        ("cold", "2026-01-01 12:00", "2026-01-05 12:00", "enter"),
        ("warm", "2026-01-05 12:00", "2026-01-10 12:00", "forward"),
        ("hot", "2026-01-10 12:00", "2026-01-11 12:00", "forward"),
        ("cold", "2026-01-11 12:00", "2026-01-12 12:00", "backward"),
        ("cold", "2026-01-15 12:00", None, "enter"),
    ]


def test_of_tags_set_at_one_instant_the_greatest_counts() -> None:
    at = "2026-01-05T12:00"
    data = {
        "leads": [lead()],
        "lead_tags": tagged("track", (at, "hot"), (at, "warm"), (at, "cold")),
    }
    assert spells(told(BY_TAG, data, None, UNTIL)) == [
        ("cold", None, "2026-01-05 12:00", "enter"),
        ("warm", "2026-01-05 12:00", None, "forward"),
    ]


def test_a_lead_known_from_its_tag_alone_begins_with_it() -> None:
    data = {"leads": [lead("m")], "lead_tags": tagged("track", ("2026-01-05T12:00", "warm"))}
    past = told(BY_TAG, data, None, UNTIL)
    assert spells(past) == [("warm", "2026-01-05 12:00", None, "enter")]
    assert spells(past, "m") == [("cold", None, None, "enter")]


def test_a_tag_older_than_the_first_event_begins_the_stage() -> None:
    data = {
        "events": events(("2026-01-20T12:00", "view")),
        "lead_tags": tagged("track", ("2026-01-05T12:00", "warm")),
    }
    assert spells(told(BY_TAG, data, None, UNTIL)) == [("warm", "2026-01-05 12:00", None, "enter")]


def test_an_account_goes_through_stages_by_its_own_score() -> None:
    ruleset = f"""
leadline: 1
scores:
  s:
    actions: {{a: {{event: a, points: 30, decay: {{expire: 10 days}}}}}}
accounts:
  buying:
    of: s
    combine: sum
    stages: {{by: score buying, {TWO}}}
"""
    data = {
        "accounts": [{"account_id": "empty"}, {"account_id": "k"}],
        "leads": [lead("a", account_id="k"), lead("b", account_id="k"), lead("c", account_id="n")],
        "events": events(("2026-01-01T12:00", "a"), lead="a")
        + events(("2026-01-05T12:00", "a"), lead="b"),
    }
    past = told(ruleset, data, None, datetime(2026, 1, 20))
    found = sorted(past.accounts, key=lambda one: (one.account_id, shown(one.entered_at) or ""))
    assert [
        (s.account, s.account_id, s.stage, shown(s.entered_at), shown(s.left_at), s.direction)
        for s in found
    ] == [
        ("buying", "k", "low", "2026-01-01 12:00", "2026-01-05 12:00", "enter"),
        ("buying", "k", "high", "2026-01-05 12:00", "2026-01-11 00:00", "forward"),
        ("buying", "k", "low", "2026-01-11 00:00", None, "backward"),
        ("buying", "n", "low", None, None, "enter"),
    ]
