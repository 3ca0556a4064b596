"""Which mutants cases notice: together it has to be as if each were tried alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadline.pipeline import read_ruleset
from leadline.testing.coverage import measure_coverage
from leadline.testing.mutants import Mutation, run_mutants
from leadline.testing.mutating import Mutant
from leadline.testing.running import compare, evaluate_batch
from leadline.testing.suite import Suite, open_suite

RULESETS = Path(__file__).parents[2] / "rulesets"

RULESET = """leadline: 1
model: m
leads: lead.relation is not customer
ignore: is_bot
scores:
  readiness:
    sales_ready: 100
    range: 0 to 150
    actions:
      demo: {event: demo, points: 40, limit: 1}
      page: {event: page, where: url starts with "/pricing" and seconds >= 5, points: 8}
      paper: {event: [paper, book], points: 10, limit: 2 per day, max: 50}
    decay: {inactivity: 10% every 30 days, floor: 50% of sales_ready}
  fit:
    facts:
      big: {when: account.employees >= 200, points: 30}
    grades: {A: 30, B: 0}
stages:
  by: score readiness
  steps: equal [aware, engaged, ready]
segments:
  hot: stage is engaged and grade.fit is A
  cold: quiet(readiness, 60 days)
"""
CASES = """cases:
  a demo:
    given:
      accounts:
        - {account_id: acme, employees: 200}
      leads:
        - {lead_id: ada, account_id: acme}
      events:
        - {lead_id: ada, type: demo, occurred_at: 2026-06-30 09:00:00}
        - {lead_id: ada, type: demo, occurred_at: 2026-06-30 09:01:00}
    on: 2026-06-30
    expect:
      leads:
        ada: {scores: {readiness: 40, fit: 30}, stage: engaged, segments: [hot]}
  pages:
    given:
      events:
        - {lead_id: ada, type: page, url: /pricing, seconds: 5, occurred_at: 2026-06-30 09:00:00}
        - {lead_id: ada, type: page, url: /blog, seconds: 9, occurred_at: 2026-06-30 09:00:00}
        - {lead_id: ben, type: paper, occurred_at: 2026-05-01 09:00:00}
    on: 2026-06-30
    expect:
      leads:
        ada: {scores: {readiness: 8}}
        ben: {scores: {readiness: 10}, segments: [cold]}
"""


def suite_of(folder: Path, ruleset: str = RULESET, cases: str = CASES) -> Suite:
    (folder / "ruleset.yaml").write_text(ruleset)
    test_file = folder / "ruleset.test.yaml"
    test_file.write_text(cases)
    opened = open_suite(read_ruleset(folder), [test_file])
    assert opened.suite is not None, opened.diagnostics
    return opened.suite


def mutation_of(suite: Suite) -> Mutation:
    assert suite.text.document is not None
    return run_mutants(suite.ruleset, suite.text.document, suite.batches, lambda *_: None)


def is_noticed(suite: Suite, mutant: Mutant) -> bool:
    """Say whether a case notices a mutant that is evaluated whole and by itself."""
    rounds = [(batch, past) for past in (False, True) for batch in suite.batches]
    return any(compare(evaluate_batch(b, mutant.ruleset, past=past)) for b, past in rounds)


def names(mutation: Mutation) -> list[str]:
    return [f"{mutant.subject} {mutant.change}" for mutant in mutation.survivors]


def test_survivors_are_the_mutants_that_no_case_notices(tmp_path: Path) -> None:
    with suite_of(tmp_path) as suite:
        mutation = mutation_of(suite)
        survivors = [m for m in mutation.mutants if not is_noticed(suite, m)]
    assert list(mutation.survivors) == survivors
    assert "ignore `ignore: is_bot` left out" in names(mutation)
    assert "scores.readiness.actions.demo `limit: 1` left out" not in names(mutation)
    assert "segments.cold `quiet(readiness, 60 days)` made `quiet(readiness, 61 days)`" not in (
        names(mutation)
    )
    assert 'segments.hot `grade.fit is "A"` left out' in names(mutation)
    assert mutation.share == 1 - len(survivors) / len(mutation.mutants)


@pytest.mark.parametrize("name", ["careers_and_cold"])
def test_mutants_side_by_side_are_noticed_as_each_alone(name: str) -> None:
    folder = RULESETS / name
    opened = open_suite(read_ruleset(folder), [folder / "ruleset.test.yaml"])
    assert opened.suite is not None
    with opened.suite as suite:
        mutation = mutation_of(suite)
        noticed = [is_noticed(suite, mutant) for mutant in mutation.mutants]
    assert [case is not None for case in mutation.noticed] == noticed


#: Without segments, so that nothing takes the past.
OF_DATE = RULESET[: RULESET.index("segments:")]
CASES_OF_DATE = CASES.replace(", segments: [hot]", "").replace(", segments: [cold]", "")


def test_cases_with_an_alias_or_a_domain_are_not_mixed_up(tmp_path: Path) -> None:
    """Copies of an account with a domain would take each other's leads."""
    cases = CASES_OF_DATE.replace(
        "        - {account_id: acme, employees: 200}\n",
        "        - {account_id: acme, employees: 200, domain: acme.com}\n",
    ).replace(
        "        - {lead_id: ada, account_id: acme}\n",
        "        - {lead_id: ada, email: ada@acme.com}\n",
    )
    with suite_of(tmp_path, OF_DATE, cases) as suite:
        mutation = mutation_of(suite)
        noticed = [is_noticed(suite, mutant) for mutant in mutation.mutants]
    assert [case is not None for case in mutation.noticed] == noticed


def test_a_column_may_be_called_anything(tmp_path: Path) -> None:
    rules, cases = (text.replace("seconds", "n") for text in (OF_DATE, CASES_OF_DATE))
    with suite_of(tmp_path, rules, cases) as suite:
        mutation = mutation_of(suite)
    assert "scores.readiness.actions.page `n >= 5` made `n > 5`" not in names(mutation)


def test_a_rule_that_only_fired_is_judged_by_that(tmp_path: Path) -> None:
    cases = CASES_OF_DATE.replace("scores: {readiness: 8}", "fired: [readiness.page]")
    with suite_of(tmp_path, OF_DATE, cases) as suite:
        mutation = mutation_of(suite)
        noticed = [is_noticed(suite, mutant) for mutant in mutation.mutants]
    assert [case is not None for case in mutation.noticed] == noticed
    assert "scores.readiness.actions.page `8` made `9`" in names(mutation)
    assert "scores.readiness.actions.page `seconds >= 5` made `seconds > 5`" not in names(mutation)


def test_the_rows_of_the_cases_are_as_before(tmp_path: Path) -> None:
    with suite_of(tmp_path) as suite:
        tables = ("events", "leads", "accounts")
        database = suite.batches[0].store.database
        before = [database.rows(f"SELECT * FROM {table} ORDER BY ALL") for table in tables]
        mutation_of(suite)
        assert before == [database.rows(f"SELECT * FROM {table} ORDER BY ALL") for table in tables]


def test_coverage_tells_what_no_case_reaches(tmp_path: Path) -> None:
    with suite_of(tmp_path) as suite:
        coverage = measure_coverage(suite.ruleset, suite.batches)
    missed = [f"{item.place.line} {item.what}" for item in coverage.missed]
    assert missed == [
        '3 leads: `lead.relation is not "customer"` is false',
        "4 ignore: `is_bot` is true",
        "6 readiness: held to the high end of its range",
        "11 readiness.page: `seconds >= 5` is false",
        "12 rule readiness.paper fires for `book`",
        "12 rule readiness.paper: a match beyond the limit",
        "12 rule readiness.paper held to its max",
        "20 stage ready",
    ]
    assert coverage.share == 1 - len(missed) / len(coverage.items)


def missed_of(folder: Path, ruleset: str, cases: str) -> list[str]:
    with suite_of(folder, ruleset, cases) as suite:
        return [item.what for item in measure_coverage(suite.ruleset, suite.batches).missed]


ONE_DEMO = """cases:
  a demo:
    given:
      leads:
        - {lead_id: ada, plan: trial}
      events:
        - {lead_id: ada, type: demo, occurred_at: 2026-06-30 09:00:00}
        - {lead_id: ada, type: demo, occurred_at: 2026-06-30 09:01:00}
        - {lead_id: ada, type: leave, occurred_at: 2026-06-30 09:02:00}
    on: 2026-06-30
    expect:
      leads:
        ada: {scores: {r: SCORE}}
"""


def test_a_cap_that_nothing_can_pass_is_not_asked_for(tmp_path: Path) -> None:
    rules = """leadline: 1
model: m
scores:
  r:
    range: 0 to 100
    groups:
      g: {min: 0, max: 10}
    actions:
      demo: {event: demo, points: 10, limit: 1, max: 10, min: 0, group: g}
"""
    cases = ONE_DEMO.replace(", plan: trial", "")
    assert missed_of(tmp_path, rules, cases.replace("SCORE", "10")) == []
    rules += "      leave: {event: leave, points: -5, min: -20, group: g}\n"
    assert missed_of(tmp_path, rules, cases.replace("SCORE", "5")) == [
        "r: group g held to its min",
        "rule r.leave held to its min",
    ]


def test_a_fact_past_its_end_does_not_hold(tmp_path: Path) -> None:
    rules = """leadline: 1
model: m
scores:
  r:
    facts:
      trial: {when: lead.plan is trial, points: 5, until: 2026-06-29}
"""
    cases = ONE_DEMO.replace("SCORE", "0")
    assert "rule r.trial holds" in missed_of(tmp_path, rules, cases)
    before = cases.replace("on: 2026-06-30", "on: 2026-06-29").replace("06-30 ", "06-28 ")
    assert "rule r.trial holds" not in missed_of(tmp_path, rules, before.replace("r: 0", "r: 5"))
