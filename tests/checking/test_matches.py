from __future__ import annotations

import pytest
from tests.checking.conftest import Check
from tests.checking.rulesets import marked, of_events, of_leads


def test_a_rule_that_matches_is_not_told_of(check: Check):
    assert check(of_events('event: page_view, where: url starts with "/pricing"')) == ()
    assert check(of_leads("lead.size > 198")) == ()


@pytest.mark.parametrize(
    ("rule", "place", "said"),
    [
        (
            'event: page_view, where: url is "/nowhere/at/all" and asset.kind is "white paper"',
            'url is "/nowhere/at/all"',
            'none of 100 `page_view` events: `url is "/nowhere/at/all"` is never true',
        ),
        (
            "event: download, where: seconds > 1000",
            "seconds > 1000",
            "none of 50 `download` events",
        ),
        (
            "event: [page_view, download], where: seconds > 3 and url is present",
            "seconds > 3 and url is present",
            "none of 150 `page_view` and `download` events: its conditions are never all true at",
        ),
        ("event: page_view, since: 2026-06-01", "rule", "none lies between its dates"),
        (
            'event: page_view, since: 2026-05-20, where: url is "/pricing/1" and asset_id is guide',
            "rule",
            "its conditions are never all true between its dates",
        ),
        ("event: party", "rule", "no `party` event counts by today"),
    ],
)
def test_an_event_rule_that_matches_nothing(check: Check, rule: str, place: str, said: str):
    text = of_events(rule)

    [found] = check(text)

    assert (found.code, found.name) == ("LL150", "no-match-in-data")
    assert marked(text, found) == place
    assert said in found.message


def test_the_span_of_the_events_is_told(check: Check):
    [found] = check(of_events("event: download, where: seconds > 1000"))

    assert found.notes == ("the events are of 2026-05-01 to 2026-05-28",)


def test_a_fact_that_holds_for_nobody(check: Check):
    text = of_leads('lead.size > 10 and lead.job_title contains "Cheif"')

    [found] = check(text)

    assert marked(text, found) == 'lead.job_title contains "Cheif"'
    assert found.message.startswith("`r.fact` holds for none of 200 leads: ")


def test_what_ignore_drops_does_not_match(check: Check):
    text = of_events("event: download", "ignore: seconds >= 0\n")

    [found] = check(text)

    assert "no `download` event counts" in found.message


def test_leads_that_leave_everybody_out(check: Check):
    text = of_events("event: download", "leads: lead.size > 1000\n")

    found = check(text)

    assert [(one.code, marked(text, one)) for one in found] == [("LL150", "lead.size > 1000")]
    assert "all 200 leads" in found[0].message


def test_a_rule_that_is_off_or_known_never_to_match_is_not_told_of(check: Check):
    assert check(of_events("event: download, where: seconds > 1000, enabled: false")) == ()
    assert check(of_events("event: page_view, until: 2020-01-01")) == ()  # LL119 says why
    assert check(of_events("event: download, where: seconds > 5 and seconds < 3")) == ()  # LL100


def test_points_that_never_come_out(check: Check):
    text = of_events("event: page_view").replace("points: 5", "points: seconds * 2")
    some = of_events("event: [page_view, download]").replace("points: 5", "points: seconds * 2")

    [found] = check(text)

    assert (found.code, marked(text, found)) == ("LL154", "rule")
    assert "all 100 events" in found.message
    assert check(some) == ()


def test_points_of_a_fact_that_never_come_out(check: Check):
    text = of_leads("lead.size > 100").replace("points: 5", "points: 1 / (lead.size * 0)")

    [found] = check(text)

    assert (found.code, marked(text, found)) == ("LL154", "fact")
    assert "all 99 leads" in found.message


def test_many_rules_are_counted_as_one_is(check: Check):
    """From a dozen conditions over the same columns on, equal events are folded before."""
    rules = "".join(
        f'      at{n}: {{event: page_view, where: url is "/pricing/{n}", points: 1}}\n'
        for n in range(90, 115)
    )
    text = f"leadline: 1\nmodel: m\nscores:\n  r:\n    actions:\n{rules}"

    found = check(text)

    # The hundredth and later ones are no pages; a value that is near has a finding of its own.
    silent = {marked(text, one).split('"')[1] for one in found}
    assert silent == {f"/pricing/{n}" for n in range(100, 115)}
    assert {one.code for one in found} <= {"LL150", "LL152"}


def test_a_rule_that_counts_events_of_its_lead(check: Check):
    text = of_events("event: page_view, where: 'count(download, 90 days) > 0'")
    never = of_events("event: page_view, where: 'count(download, 90 days) > 5'")

    assert check(text) == ()
    assert [one.code for one in check(never)] == ["LL150"]
