"""Cases side by side see nothing of each other, and share a store where they can."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from leadline.pipeline import read_ruleset
from leadline.sql.testing import all_values
from leadline.testing.cases import MARK
from leadline.testing.running import evaluate_batch
from leadline.testing.suite import open_suite

Ran = Callable[..., tuple[list[int], list[tuple[str, str, str, str]]]]
Unmet = Callable[..., list[tuple[str, str, str, str]]]


def case(name: str, given: str, expected: str, on: str = "2026-06-30") -> str:
    return f"""
  {name}:
    given: {{{given}}}
    on: {on}
    expect: {{leads: {{{expected}}}}}"""


DEMO = "events: [{lead_id: ada, type: demo_request, occurred_at: 2026-06-30 09:00:00}]"
LOOK = "events: [{lead_id: ada, type: page_view, url: /pricing, occurred_at: 2026-06-30 09:00:00}]"


def test_cases_of_one_date_share_a_store(ran: Ran) -> None:
    cases = [
        case("demo", DEMO, "ada: {scores: {readiness: 40}}"),
        case("look", LOOK, "ada: {scores: {readiness: 8}, fired: [readiness.pricing]}"),
        case("another day", DEMO, "ada: {scores: {readiness: 40}}", on="2026-07-01"),
    ]
    assert ran("cases:" + "".join(cases) + "\n") == ([2, 1], [])


def test_a_rank_is_among_the_leads_of_its_case_alone(ran: Ran) -> None:
    cases = [
        case("demo", DEMO, "ada: {segments: [first]}"),
        case("look", LOOK, "ada: {segments: [first]}"),
        case("scores only", LOOK, "ada: {scores: {readiness: 8}}"),
        case("another segment", LOOK, "ada: {not_segments: [hot]}"),
        case("none at all", LOOK + ", leads: [{lead_id: x}]", "x: {segments: []}"),
    ]
    assert ran("cases:" + "".join(cases) + "\n") == ([1, 1, 2, 1], [])


def test_an_account_takes_no_lead_of_another_case_by_its_domain(ran: Ran) -> None:
    account = "accounts: [{account_id: acme, domain: acme.com, employees: 900}]"
    lead = "leads: [{lead_id: ada, email: ada@Acme.com}]"
    other = "leads: [{lead_id: ada, email: ada@other.com}]"
    cases = [
        case("together", f"{account}, {lead}", "ada: {scores: {fit: 60}}"),
        case("lead alone", lead, "ada: {scores: {fit: 0}}"),
        case("other lead", other, "ada: {scores: {fit: 0}}"),
    ]
    assert ran("cases:" + "".join(cases) + "\n") == ([2, 1], [])


IDS = """leadline: 1
model: demo
scores:
  readiness:
    actions:
      paper: {event: download, where: WHERE, points: 5, limit: 1 per asset_id}
"""


def download(duration: int) -> str:
    return (
        f"assets: [{{asset_id: paper, duration: {duration}}}], "
        "events: [{lead_id: ada, type: download, asset_id: paper, occurred_at: 2026-06-30}]"
    )


@pytest.mark.parametrize(
    ("where", "batches"),
    [
        ("asset.duration > 10", [3]),
        ('asset.duration > 10 and asset_id is "paper"', [2, 1]),
        ('asset.duration > 10 and lead.lead_id is "ada"', [1, 1, 1]),
        ("asset.duration > 10 and lead.lead_id is present", [3]),
    ],
)
def test_ids_that_a_rule_looks_at_are_as_the_case_writes_them(
    ran: Ran, where: str, batches: list[int]
) -> None:
    ruleset = IDS.replace("WHERE", where)
    cases = [
        case("long", download(60), "ada: {scores: {readiness: 5}}"),
        case("short", download(5), "ada: {scores: {readiness: 0}}"),
        case("long again", download(60), "ada: {scores: {readiness: 5}}"),
    ]
    assert ran("cases:" + "".join(cases) + "\n", ruleset) == (batches, [])


def test_events_of_one_instant_count_in_the_order_of_the_file(unmet: Unmet) -> None:
    ruleset = """leadline: 1
model: demo
scores:
  readiness: {actions: {any: {event: look, points: worth, limit: 1}}}
"""
    events = ", ".join(
        f"{{lead_id: ada, type: look, worth: {worth}, occurred_at: 2026-06-30}}"
        for worth in (7, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11)
    )
    cases = "cases:" + case("order", f"events: [{events}]", "ada: {scores: {readiness: 7}}")
    assert unmet(cases + "\n", ruleset) == []


def test_merged_leads_count_as_one(unmet: Unmet) -> None:
    events = (
        "events: [{lead_id: visitor, type: demo_request, occurred_at: 2026-06-29}, "
        "{lead_id: ada, type: page_view, url: /pricing, occurred_at: 2026-06-30}]"
    )
    cases = [
        case(
            "merged",
            f"{events}, aliases: [{{old_lead_id: visitor, lead_id: ada}}]",
            "ada: {scores: {readiness: 48}}, visitor: absent",
        ),
        case("apart", events, "ada: {scores: {readiness: 8}}, visitor: {scores: {readiness: 40}}"),
    ]
    assert unmet("cases:" + "".join(cases) + "\n") == []


def test_an_account_that_changed_is_the_one_of_the_case(unmet: Unmet) -> None:
    history = (
        "lead_history: [{lead_id: ada, field: account_id, value: small, changed_at: 2026-01-01}, "
        "{lead_id: ada, field: account_id, value: large, changed_at: 2026-07-01}]"
    )
    accounts = "accounts: [{account_id: small, employees: 1}, {account_id: large, employees: 999}]"
    lead = "leads: [{lead_id: ada, account_id: large}]"
    cases = [
        case("before", f"{lead}, {accounts}, {history}", "ada: {scores: {fit: 0}}"),
        case("without history", f"{lead}, {accounts}", "ada: {scores: {fit: 60}}"),
        case("after", f"{lead}, {accounts}, {history}", "ada: {scores: {fit: 60}}", "2026-07-01"),
    ]
    assert unmet("cases:" + "".join(cases) + "\n") == []


WEBSHOP = Path(__file__).parents[2] / "rulesets/webshop/ruleset.yaml"


def scores_of(name: str | None) -> dict[tuple[str, str, str, str], float]:
    """Return every score of the shop's cases, or of one of them, by case and lead."""
    opened = open_suite(
        read_ruleset(WEBSHOP),
        [WEBSHOP.with_name("ruleset.test.yaml")],
        chosen=lambda file, case: name in (None, case.name),
    )
    assert opened.suite is not None
    found = {}
    with opened.suite as suite:
        for batch in suite.batches:
            evaluate_batch(batch, suite.ruleset, past=False)
            for lead, score, per, value, _ in batch.store.database.rows(all_values()):
                number, _, own = lead.partition(MARK)
                found[batch.cases[int(number)].name, own, score, per] = value
    return found


def test_a_case_alone_scores_as_it_does_beside_others() -> None:
    together = scores_of(None)
    names = dict.fromkeys(case for case, *_ in together)
    assert len(names) >= 9
    alone = {key: value for name in names for key, value in scores_of(name).items()}
    assert alone == together
