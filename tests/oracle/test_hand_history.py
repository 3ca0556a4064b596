"""Histories worked out by hand: every instant at which a reported score changes."""

from collections.abc import Mapping
from datetime import date, datetime

from tests.oracle.past import Past, look_back
from tests.oracle.worlds import Rows, changes, events, known, lead, tagged, with_columns

UNTIL = date(2026, 2, 28)


def told(ruleset: str, data: Mapping[str, Rows], since: date | None, until: date) -> Past:
    return look_back(ruleset, with_columns(data), since, until)


def model(rules: str, keys: str = "", head: str = "") -> str:
    return f"""
leadline: 1
{head}
scores:
  s:
    actions:
      {rules}
    {keys}
"""


ADDED = model("a: {event: a, points: quantity}")


def test_a_score_begins_with_the_first_event_and_changes_with_each() -> None:
    happened = events(("2026-01-01T12:00", "a"), ("2026-01-03T09:30", "a"), quantity=[60.0, -5.5])
    past = told(ADDED, {"events": happened}, None, UNTIL)
    assert changes(past) == [("2026-01-01 12:00", None, 60), ("2026-01-03 09:30", 60, 54.5)]


def test_a_score_begins_with_the_creation_where_that_is_earlier() -> None:
    happened = events(("2026-01-03T12:00", "a"), quantity=5.0)
    early = {"events": happened, "leads": [lead(created="2026-01-01T08:00")]}
    assert changes(told(ADDED, early, None, UNTIL)) == [
        ("2026-01-01 08:00", None, 0),
        ("2026-01-03 12:00", 0, 5),
    ]
    late = {"events": happened, "leads": [lead(created="2026-01-20T08:00")]}
    assert changes(told(ADDED, late, None, UNTIL)) == [("2026-01-03 12:00", None, 5)]


def test_an_event_that_is_ignored_or_of_no_rule_begins_a_lead_too() -> None:
    happened = events(("2026-01-01T12:00", "bot"), ("2026-01-02T12:00", "a"), quantity=5.0)
    ruleset = model("a: {event: a, points: quantity}", head="ignore: type is bot")
    expected = [("2026-01-01 12:00", None, 0), ("2026-01-02 12:00", 0, 5)]
    for text in (ruleset, ADDED):
        assert changes(told(text, {"events": happened}, None, UNTIL)) == expected


def test_a_lead_without_creation_and_event_is_there_always() -> None:
    past = told(ADDED, {"events": events(), "leads": [lead(country="DE")]}, None, UNTIL)
    assert changes(past) == [(None, None, 0)]


def test_a_fact_of_a_lead_that_is_there_always_holds_between_its_dates() -> None:
    ruleset = """
leadline: 1
scores:
  s:
    facts:
      german: {when: lead.country is DE, points: 7, since: 2026-01-10, until: 2026-01-12}
"""
    past = told(ruleset, {"events": events(), "leads": [lead(country="DE")]}, None, UNTIL)
    assert changes(past) == [
        (None, None, 0),
        ("2026-01-10 00:00", 0, 7),
        ("2026-01-13 00:00", 7, 0),
    ]


def test_two_events_of_one_second_are_two_changes_and_of_one_instant_one() -> None:
    at = "2026-01-01T12:00:00"
    happened = [(f"{at}.200", "a"), (f"{at}.700", "a"), (f"{at}.700", "a")]
    past = told(ADDED, {"events": events(*happened, quantity=[1.0, 2.0, 4.0])}, None, UNTIL)
    assert changes(past) == [
        ("2026-01-01 12:00:00.200000", None, 1),
        ("2026-01-01 12:00:00.700000", 1, 7),
    ]


def test_what_cancels_out_in_one_instant_is_no_change() -> None:
    at = ("2026-01-02T12:00", "a")
    happened = events(("2026-01-01T12:00", "a"), at, at, quantity=[9.0, 4.0, -4.0])
    past = told(ADDED, {"events": happened}, None, UNTIL)
    assert changes(past) == [("2026-01-01 12:00", None, 9)]


def test_inactivity_takes_its_steps_at_midnight() -> None:
    ruleset = model(
        "a: {event: a, points: 80}",
        "sales_ready: 100\n    decay: {inactivity: 10% every 30 days, floor: 50% of sales_ready}",
    )
    past = told(ruleset, {"events": events(("2026-01-01T09:00", "a"))}, None, date(2026, 12, 31))
    # The first worked example of the reference.
    assert changes(past) == [
        ("2026-01-01 09:00", None, 80),
        ("2026-01-31 00:00", 80, 72),
        ("2026-03-02 00:00", 72, 64.8),
        ("2026-04-01 00:00", 64.8, 58.32),
        ("2026-05-01 00:00", 58.32, 52.488),
        ("2026-05-31 00:00", 52.488, 50),
    ]


def test_a_midnight_is_the_local_one_before_and_after_the_clock_moves() -> None:
    ruleset = model(
        "a: {event: a, points: 8}",
        "decay: {steps: 25% every 1 day}",
        "timezone: Europe/Berlin",
    )
    spring = {"events": events(("2026-03-28T12:00", "a"))}
    # 29 March begins at +1 and has 23 hours; 30 March begins at +2.
    assert changes(told(ruleset, spring, None, date(2026, 4, 30))) == [
        ("2026-03-28 12:00", None, 8),
        ("2026-03-28 23:00", 8, 6),
        ("2026-03-29 22:00", 6, 4),
        ("2026-03-30 22:00", 4, 2),
        ("2026-03-31 22:00", 2, 0),
    ]
    autumn = {"events": events(("2026-10-24T12:00", "a"))}
    # 25 October begins at +2 and has 25 hours; 26 October begins at +1.
    assert changes(told(ruleset, autumn, None, date(2026, 11, 30))) == [
        ("2026-10-24 12:00", None, 8),
        ("2026-10-24 22:00", 8, 6),
        ("2026-10-25 23:00", 6, 4),
        ("2026-10-26 23:00", 4, 2),
        ("2026-10-27 23:00", 2, 0),
    ]


def test_a_reset_takes_everything_before_it() -> None:
    happened = events(
        *(("2026-01-01T12:00", "a"), ("2026-01-05T12:00", "won"), ("2026-01-07T12:00", "a")),
        quantity=[60.0, None, 10.0],
    )
    ruleset = model("a: {event: a, points: quantity, limit: 1}", "reset: {event: won}")
    assert changes(told(ruleset, {"events": happened}, None, UNTIL)) == [
        ("2026-01-01 12:00", None, 60),
        ("2026-01-05 12:00", 60, 0),
        ("2026-01-07 12:00", 0, 10),
    ]


def test_a_value_of_per_begins_with_its_first_counted_event_and_ends_by_a_reset() -> None:
    happened = events(
        *(("2026-01-01T12:00", "a"), ("2026-01-02T12:00", "a"), ("2026-01-03T12:00", "a")),
        *(("2026-01-04T12:00", "won"), ("2026-01-05T12:00", "a")),
        campaign=["x", "y", "x", "x", "y"],
    )
    ruleset = model(
        "a: {event: a, points: 3, decay: {expire: 10 days}}",
        "per: campaign\n    reset: {event: won}",
    )
    past = told(ruleset, {"events": happened}, None, UNTIL)
    assert changes(past, per="x") == [
        ("2026-01-01 12:00", None, 3),
        ("2026-01-03 12:00", 3, 6),
        ("2026-01-04 12:00", 6, None),
    ]
    assert changes(past, per="y") == [
        ("2026-01-02 12:00", None, 3),
        ("2026-01-04 12:00", 3, None),
        ("2026-01-05 12:00", None, 3),
        ("2026-01-15 00:00", 3, 0),
    ]
    assert not changes(past)


def test_a_fact_holds_from_a_change_of_the_title_on() -> None:
    ruleset = """
leadline: 1
scores:
  s:
    facts: {boss: {when: lead.job_title is VP, points: 40}}
"""
    data = {
        "events": events(),
        "leads": [lead(created="2026-01-01T08:00", job_title="VP")],
        "lead_history": known(
            "job_title", ("2026-01-10T00:30", "VP"), ("2026-01-20T12:00", "Intern")
        ),
    }
    assert changes(told(ruleset, data, None, UNTIL)) == [
        ("2026-01-01 08:00", None, 0),
        ("2026-01-10 00:30", 0, 40),
        ("2026-01-20 12:00", 40, 0),
    ]


def test_an_earlier_event_matches_from_the_day_on_which_a_field_becomes_known() -> None:
    ruleset = model(
        "a: {event: a, points: 10, where: lead.country is DE, decay: {expire: 20 days}}"
    )
    data = {
        "events": events(("2026-01-02T12:00", "a"), ("2026-01-16T12:00", "a")),
        "lead_history": known("country", ("2026-01-01T00:00", "US"), ("2026-01-15T09:00", "DE")),
    }
    # The event of 2 January counts from the 15th on, and is twenty days old on the 22nd.
    assert changes(told(ruleset, data, None, UNTIL)) == [
        ("2026-01-02 12:00", None, 0),
        ("2026-01-15 09:00", 0, 10),
        ("2026-01-16 12:00", 10, 20),
        ("2026-01-22 00:00", 20, 10),
        ("2026-02-05 00:00", 10, 0),
    ]


def test_a_tag_counts_from_the_instant_at_which_it_is_set() -> None:
    ruleset = """
leadline: 1
scores:
  s:
    facts: {nurtured: {when: tag.track is nurture, points: 4}}
"""
    data = {
        "leads": [lead(created="2026-01-01T00:00")],
        "lead_tags": tagged("track", ("2026-01-05T10:00", "nurture"), ("2026-01-06T10:00", None)),
    }
    assert changes(told(ruleset, data, None, UNTIL)) == [
        ("2026-01-01 00:00", None, 0),
        ("2026-01-05 10:00", 0, 4),
        ("2026-01-06 10:00", 4, 0),
    ]


def test_a_lead_that_is_not_scored_for_a_while_has_no_score_then() -> None:
    ruleset = model("a: {event: a, points: quantity}", head="leads: lead.country is DE")
    data = {
        "events": events(
            ("2026-01-02T12:00", "a"), ("2026-01-12T12:00", "a"), quantity=[60.0, 5.0]
        ),
        "lead_history": known(
            *("country", ("2026-01-01T00:00", "DE")),
            *(("2026-01-10T09:00", "US"), ("2026-01-20T09:00", "DE")),
        ),
    }
    assert changes(told(ruleset, data, None, UNTIL)) == [
        ("2026-01-02 12:00", None, 60),
        ("2026-01-10 09:00", 60, None),
        ("2026-01-20 09:00", None, 65),
    ]


def test_idleness_begins_at_midnight_and_ends_with_the_next_event() -> None:
    ruleset = """
leadline: 1
scores:
  s:
    behaviours: {gone: {idle: 5 days, points: -10}}
"""
    data = {
        "leads": [lead(created="2026-01-01T08:00"), lead("m", created="2026-01-01T08:00")],
        "events": events(("2026-01-03T12:00", "open"), ("2026-01-20T12:00", "open")),
    }
    past = told(ruleset, data, None, UNTIL)
    assert changes(past) == [
        ("2026-01-01 08:00", None, 0),
        ("2026-01-08 00:00", 0, -10),
        ("2026-01-20 12:00", -10, 0),
        ("2026-01-25 00:00", 0, -10),
    ]
    assert changes(past, "m") == [("2026-01-01 08:00", None, 0), ("2026-01-06 00:00", 0, -10)]


def test_a_band_is_left_when_an_event_grows_too_old() -> None:
    ruleset = model("a: {event: a, bands: {1: 5, 2: 12}, within: 7 days}")
    happened = events(("2026-01-01T12:00", "a"), ("2026-01-04T12:00", "a"))
    assert changes(told(ruleset, {"events": happened}, None, UNTIL)) == [
        ("2026-01-01 12:00", None, 5),
        ("2026-01-04 12:00", 5, 12),
        ("2026-01-08 00:00", 12, 5),
        ("2026-01-11 00:00", 5, 0),
    ]


def test_a_formula_changes_with_what_it_is_made_of() -> None:
    ruleset = ADDED + "  f: {formula: 0.5 * score.s + 1, range: 0 to 20}\n"
    happened = events(("2026-01-01T12:00", "a"), ("2026-01-02T12:00", "a"), quantity=[30.0, 20.0])
    past = told(ruleset, {"events": happened}, None, UNTIL)
    assert changes(past, score="f") == [
        ("2026-01-01 12:00", None, 16),
        ("2026-01-02 12:00", 16, 20),
    ]


def test_a_merged_lead_ends_and_counts_for_the_other_from_then_on() -> None:
    data = {
        "leads": [lead(created="2026-01-01T08:00")],
        "events": events(("2026-01-02T12:00", "a"), lead="old", quantity=10.0),
        "aliases": [{"old_lead_id": "old", "lead_id": "l", "since": datetime(2026, 1, 10, 9)}],
    }
    past = told(ADDED, data, None, UNTIL)
    assert changes(past, "old") == [("2026-01-02 12:00", None, 10), ("2026-01-10 09:00", 10, None)]
    assert changes(past) == [("2026-01-01 08:00", None, 0), ("2026-01-10 09:00", 0, 10)]


def test_a_span_begins_with_what_holds_then() -> None:
    happened = events(
        ("2026-01-01T12:00", "a"), ("2026-01-05T12:00", "a"), quantity=[60.0, 5.0]
    ) + events(("2026-01-07T12:00", "a"), lead="m", quantity=1.0)
    data = {"events": happened, "leads": [lead("always")]}
    past = told(ADDED, data, date(2026, 1, 3), date(2026, 1, 6))
    assert changes(past) == [("2026-01-03 00:00", None, 60), ("2026-01-05 12:00", 60, 65)]
    assert changes(past, "always") == [("2026-01-03 00:00", None, 0)]
    assert not changes(past, "m")


def test_an_instant_that_ends_a_span_belongs_to_it() -> None:
    happened = events(("2026-01-01T12:00", "a"), ("2026-01-05T12:00", "a"), quantity=[60.0, 5.0])
    until = datetime(2026, 1, 5, 12)
    past = told(ADDED, {"events": happened}, until, until)
    assert changes(past) == [("2026-01-05 12:00", None, 65)]
    past = told(ADDED, {"events": happened}, None, datetime(2026, 1, 5, 11, 59))
    assert changes(past) == [("2026-01-01 12:00", None, 60)]
