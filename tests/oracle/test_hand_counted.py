"""Tiny cases counted by hand from the reference: days, windows, visits, leads and accounts."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.oracle.scoring import score

Rows = list[dict[str, Any]]


def model(rules: str, head: str = "", score_keys: str = "") -> str:
    return f"""
leadline: 1
{head}
scores:
  s:
    actions:
      {rules}
    {score_keys}
"""


def events(*at: str, **columns: Any) -> Rows:
    """Events of one lead at ISO instants; a column is a value for all, or a list of one each."""
    rows = []
    for place, instant in enumerate(at):
        row = {
            "event_id": f"e{place:02}",
            "lead_id": "l",
            "occurred_at": datetime.fromisoformat(instant),
            "type": "view",
        }
        row |= {
            name: value[place] if isinstance(value, list) else value
            for name, value in columns.items()
        }
        rows.append(row)
    return rows


def value(ruleset: str, rows: Rows, on: date | datetime, **tables: Rows) -> float:
    return score(ruleset, {"events": rows, **tables}, on).scores["l", "s", ""]


BERLIN = "timezone: Europe/Berlin"
LATE = date(2026, 12, 31)


def test_a_day_is_local_and_short_on_the_spring_day() -> None:
    # 29 March 2026 in Berlin runs from 28 March 23:00 UTC to 29 March 22:00 UTC.
    rows = events("2026-03-28T22:59", "2026-03-28T23:00", "2026-03-29T21:59", "2026-03-29T22:00")
    ruleset = model("a: {event: view, points: 1, limit: 1 per day}", BERLIN)
    assert value(ruleset, rows, LATE) == 3
    assert value(ruleset, rows, date(2026, 3, 29)) == 2


def test_the_hour_that_occurs_twice_is_ordered_by_its_instants() -> None:
    # 02:30 summer time (00:30 UTC) comes before 02:10 winter time (01:10 UTC).
    rows = events("2026-10-25T01:10", "2026-10-25T00:30", quantity=[5, 7])
    ruleset = model("a: {event: view, points: quantity, limit: 1 per day}", BERLIN)
    assert value(ruleset, rows, LATE) == 7


def test_an_instant_keeps_events_up_to_it() -> None:
    rows = events("2026-05-31T14:00:00", "2026-05-31T14:00:01")
    ruleset = model("a: {event: view, points: 1}")
    assert value(ruleset, rows, datetime(2026, 5, 31, 14)) == 1
    assert value(ruleset, rows, date(2026, 5, 31)) == 2


def test_weeks_start_on_monday() -> None:
    # 4 January 2026 is a Sunday.
    rows = events("2026-01-04T12:00", "2026-01-05T12:00", "2026-01-11T12:00")
    assert value(model("a: {event: view, points: 1, limit: 1 per week}"), rows, LATE) == 2


def test_a_week_spans_the_new_year() -> None:
    # 29 December 2025 to 4 January 2026 is one week and two months.
    rows = events("2025-12-31T12:00", "2026-01-01T12:00")
    assert value(model("a: {event: view, points: 1, limit: 1 per week}"), rows, LATE) == 1
    assert value(model("a: {event: view, points: 1, limit: 1 per month}"), rows, LATE) == 2


def test_the_same_month_of_another_year_is_another_window() -> None:
    rows = events("2025-01-10T12:00", "2026-01-10T12:00")
    assert value(model("a: {event: view, points: 1, limit: 1 per month}"), rows, LATE) == 2


def test_ages_count_the_leap_day() -> None:
    rows = events("2024-02-28T12:00")
    ruleset = model("a: {event: view, points: 8, decay: {expire: 2 days}}")
    assert value(ruleset, rows, date(2024, 2, 29)) == 8
    assert value(ruleset, rows, date(2024, 3, 1)) == 0


def test_a_limit_takes_ties_by_event_id() -> None:
    rows = events("2026-01-01T12:00", "2026-01-01T12:00", quantity=[5, 7])
    rows[0]["event_id"], rows[1]["event_id"] = "e9", "e10"
    assert value(model("a: {event: view, points: quantity, limit: 1}"), rows, LATE) == 7


def test_each_limit_of_a_list_is_judged_alone() -> None:
    # 2 per day keeps 1, 2, 4, 5; 4 ever keeps 1, 2, 3, 4; both keep 1, 2, 4.
    rows = events(*[f"2026-01-01T0{h}:00" for h in (1, 2, 3)], "2026-01-02T01:00", "2026-01-02T02")
    ruleset = model("a: {event: view, points: quantity, limit: [2 per day, 4]}")
    for row, points in zip(rows, (1, 10, 100, 1000, 10000), strict=True):
        row["quantity"] = points
    assert value(ruleset, rows, LATE) == 1011


def test_events_without_the_field_share_a_window() -> None:
    rows = events(*[f"2026-01-01T0{h}:00" for h in range(4)], asset_id=[None, "a", None, "b"])
    assert value(model("a: {event: view, points: 1, limit: 1 per asset_id}"), rows, LATE) == 3


def test_a_column_called_week_is_written_in_backquotes() -> None:
    rows = events("2026-01-05T12:00", "2026-01-05T13:00", week=["x", "y"])
    assert value(model("a: {event: view, points: 1, limit: 1 per week}"), rows, LATE) == 1
    assert value(model("a: {event: view, points: 1, limit: 1 per `week`}"), rows, LATE) == 2


def test_reach_counts_the_first_sight_of_the_nth_value() -> None:
    # Distinct values appear at events 1 (a), 3 (b), 5 (c); a missing one is no value.
    rows = events(
        *[f"2026-01-01T0{h}:00" for h in range(6)],
        url=["a", "a", "b", None, "c", "b"],
        quantity=[1, 10, 100, 1000, 10000, 100000],
    )
    assert value(
        model("a: {event: view, points: quantity, reach: 2 distinct url}"), rows, LATE
    ) == (100)
    assert value(model("a: {event: view, points: quantity, reach: 3}"), rows, LATE) == 100
    assert (
        value(model("a: {event: view, points: quantity, reach: 4 distinct url}"), rows, LATE) == 0
    )


def test_reach_and_limit_must_both_keep_an_event() -> None:
    rows = events(*[f"2026-01-0{d}T0{h}:00" for d in (1, 2) for h in (1, 2)])
    ruleset = model("a: {event: view, points: 1, reach: 2 per day, limit: 3}")
    assert value(ruleset, rows, LATE) == 1


def test_a_visit_passes_midnight_and_ends_with_a_gap_of_thirty_minutes() -> None:
    rows = events(
        "2026-01-01T23:45", "2026-01-02T00:14:59", "2026-01-02T00:44:59", "2026-01-02T00:45"
    )
    assert value(model("a: {event: view, points: 1, limit: 1 per visit}"), rows, LATE) == 2


def test_events_of_other_types_hold_a_visit_together_but_not_those_with_a_visit_id() -> None:
    rows = events("2026-01-01T10:00", "2026-01-01T10:20", "2026-01-01T10:40")
    ruleset = model("a: {event: view, points: 1, limit: 1 per visit}")
    rows[1]["type"] = "open"
    assert value(ruleset, rows, LATE) == 1
    rows[1]["visit_id"] = "v"
    assert value(ruleset, rows, LATE) == 2
    head = "ignore: type is open\nvisit_gap: 1 hour"
    assert value(model("a: {event: view, points: 1, limit: 1 per visit}", head), rows, LATE) == 1


def test_bands_give_the_highest_reached_within_the_window() -> None:
    rows = events("2026-01-01T12:00", "2026-01-02T12:00", "2026-01-03T12:00")
    ruleset = model("a: {event: view, bands: {1: 5, 3: 10}, within: 90 days}")
    assert value(ruleset, rows, date(2026, 1, 2)) == 5
    assert value(ruleset, rows, date(2026, 1, 3)) == 10
    # On 31 March the first event is 89 days old, on 1 April 90.
    assert value(ruleset, rows, date(2026, 3, 31)) == 10
    assert value(ruleset, rows, date(2026, 4, 1)) == 5
    assert value(ruleset, rows, date(2026, 4, 3)) == 0


def test_unusable_points_keep_their_place_in_a_limit() -> None:
    rows = events("2026-01-01T01:00", "2026-01-01T02:00", quantity=[2_000_000, 3])
    assert value(model("a: {event: view, points: quantity, limit: 1}"), rows, LATE) == 0
    assert value(model("a: {event: view, points: quantity, limit: 2}"), rows, LATE) == 3


def test_since_and_until_take_no_place_outside() -> None:
    rows = events("2026-01-01T23:59", "2026-01-02T00:00", "2026-01-03T23:59", "2026-01-04T00:00")
    ruleset = model(
        "a: {event: view, points: quantity, limit: 2, since: 2026-01-02, until: 2026-01-03}"
    )
    for row, points in zip(rows, (1, 10, 100, 1000), strict=True):
        row["quantity"] = points
    assert value(ruleset, rows, LATE) == 110


def test_only_events_after_the_last_reset_count() -> None:
    rows = events(*[f"2026-01-01T0{h}:00" for h in range(5)], quantity=[1, 10, 100, 1000, 10000])
    rows[2]["type"] = "won"
    ruleset = model(
        "a: {event: view, points: quantity, limit: 1}", score_keys="reset: {event: won}"
    )
    assert value(ruleset, rows, LATE) == 1000
    assert value(ruleset, rows, datetime(2026, 1, 1, 1)) == 1


def test_idle_holds_from_the_day_on() -> None:
    rows = events("2026-01-01T23:00")
    ruleset = model("a: {idle: 30 days, points: -5}")
    assert value(ruleset, rows, date(2026, 1, 30)) == 0
    assert value(ruleset, rows, date(2026, 1, 31)) == -5
    lead = [{"lead_id": "l", "created_at": datetime(2026, 2, 1)}]
    assert value(ruleset, [], date(2026, 3, 2), leads=lead) == 0
    assert value(ruleset, [], date(2026, 3, 3), leads=lead) == -5
    assert value(ruleset, [], LATE, leads=[{"lead_id": "l"}]) == 0


def test_a_fact_follows_the_history_of_its_field() -> None:
    ruleset = """
leadline: 1
scores: {s: {facts: {a: {when: lead.job_title is "VP", points: 7}}}}
"""
    history = [
        {"lead_id": "l", "field": "job_title", "value": title, "changed_at": datetime(2026, m, 1)}
        for title, m in (("VP", 2), (None, 3))
    ]
    lead = [{"lead_id": "l", "job_title": "VP"}]
    assert value(ruleset, [], date(2026, 1, 31), leads=lead) == 7
    found = [
        value(ruleset, [], date(2026, month, 1), leads=lead, lead_history=history)
        for month in (1, 2, 3)
    ]
    assert found == [0, 7, 0]


def test_a_lead_exists_from_its_first_event_or_its_creation() -> None:
    ruleset = model("a: {event: view, points: 1}")
    data: dict[str, Rows] = {
        "events": events("2026-01-10T00:00"),
        "leads": [
            {"lead_id": "l", "created_at": datetime(2026, 1, 20)},
            {"lead_id": "m", "created_at": datetime(2026, 1, 5)},
            {"lead_id": "n", "created_at": None},
        ],
    }
    for day, ids in ((4, ["n"]), (5, ["m", "n"]), (10, ["l", "m", "n"])):
        scores = score(ruleset, data, date(2026, 1, day)).scores
        assert sorted({lead for lead, _, _ in scores}) == ids


def test_aliases_hold_from_their_instant_along_the_chain() -> None:
    ruleset = model("a: {event: view, points: 1, limit: 2}")
    rows = events(*["2026-01-01T00:00"] * 3, lead_id=["a", "b", "c"])
    aliases: Rows = [
        {"old_lead_id": "a", "lead_id": "b", "since": None},
        {"old_lead_id": "b", "lead_id": "c", "since": datetime(2026, 1, 2, 12)},
    ]
    data: dict[str, Rows] = {"events": rows, "aliases": aliases}
    assert score(ruleset, data, date(2026, 1, 1)).scores == {("b", "s", ""): 2, ("c", "s", ""): 1}
    assert score(ruleset, data, datetime(2026, 1, 2, 12)).scores == {("c", "s", ""): 2}


def test_per_judges_limits_for_each_value_alone() -> None:
    ruleset = model("a: {event: view, points: quantity, limit: 1}", score_keys="per: asset.product")
    rows = events(
        *[f"2026-01-01T0{h}:00" for h in range(5)],
        asset_id=["x", "x", "y", "none", None],
        quantity=[1, 10, None, 100, 100],
    )
    assets: Rows = [
        {"asset_id": "x", "product": "P"},
        {"asset_id": "y", "product": "Q"},
        {"asset_id": "none", "product": None},
    ]
    result = score(ruleset, {"events": rows, "assets": assets}, LATE)
    assert result.scores == {("l", "s", "P"): 1, ("l", "s", "Q"): 0}


def test_accounts_combine_weighted_scores() -> None:
    def ruleset(combine: str) -> str:
        return (
            model("a: {event: view, points: quantity}")
            + f"""
accounts:
  buying:
    of: s
    combine: {combine}
    weight: {{field: lead.role, values: {{boss: 2}}, other: 0.5}}
    only: lead.role is not student
    committee: 2 leads at 10
"""
        )

    rows = events(*["2026-01-01T00:00"] * 4, lead_id=["a", "b", "c", "d"], quantity=[10, 30, 9, 99])
    leads: Rows = [
        {"lead_id": "a", "account_id": "x", "role": "boss"},
        {"lead_id": "b", "email": "b@X.example", "role": None},
        {"lead_id": "c", "account_id": "x", "role": "boss"},
        {"lead_id": "d", "account_id": "x", "role": "student"},
        {"lead_id": "e", "account_id": "x", "role": "boss"},
        {"lead_id": "f", "account_id": "unknown"},
    ]
    accounts: Rows = [
        {"account_id": "x", "domain": "x.example"},
        {"account_id": "z", "domain": None},
    ]
    data: dict[str, Rows] = {"events": rows, "leads": leads, "accounts": accounts}
    # Contributions: a 20, b 15, c 18, e 0; d is left out.
    for combine, expected in (("sum", 53), ("max", 20), ("top 2", 38), ("average", 17.6667)):
        assert score(ruleset(combine), data, LATE).accounts == {
            ("x", "buying"): (expected, True),
            ("z", "buying"): (0, False),
            ("unknown", "buying"): (0, False),
        }
    included = ruleset("average\n    include_zero: true")
    assert score(included, data, LATE).accounts["x", "buying"] == (13.25, True)


@pytest.mark.parametrize("zone", ["Pacific/Apia", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_no_zone_moves_the_number_of_days(zone: str) -> None:
    rows = events(*[f"2026-04-{day:02}T15:00" for day in range(1, 11)])
    ruleset = model("a: {event: view, points: 1, limit: 1 per day}", f"timezone: {zone}")
    assert value(ruleset, rows, LATE) == 10


def test_apia_has_no_thirtieth_of_december_2011() -> None:
    # 29 December 23:59 local is 09:59 UTC on the 30th; a minute later it is the 31st.
    rows = events("2011-12-30T09:59", "2011-12-30T10:00")
    ruleset = model("a: {event: view, points: 1}", "timezone: Pacific/Apia")
    found = [value(ruleset, rows, date(2011, 12, 29) + timedelta(days=n)) for n in range(3)]
    assert found == [1, 1, 2]
