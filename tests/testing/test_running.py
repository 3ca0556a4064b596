"""What cases are told of a ruleset: every kind of expectation, met and not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from leadline.pipeline import read_ruleset
from leadline.testing.running import compare, evaluate_batch
from leadline.testing.suite import Opened, open_suite

Unmet = Callable[..., list[tuple[str, str, str, str]]]

GIVEN = """
cases:
  everything:
    given:
      accounts:
        - {account_id: acme, employees: 200}
      leads:
        - {lead_id: ada, account_id: acme, zip: 01234}
        - {lead_id: ben, account_id: acme}
        - {lead_id: staff, relation: customer}
      lead_tags:
        - {lead_id: ada, tag: source, value: fair, set_at: 2026-06-01}
      assets:
        - {asset_id: clip, product: analytics, duration: 60}
      events:
        - {lead_id: ada, type: demo_request, occurred_at: 2026-06-30 09:00:00}
        - {lead_id: ada, type: page_view, url: /pricing, occurred_at: 2026-06-30 09:01:00}
        - lead_id: ada
          type: video_play
          asset_id: clip
          seconds: 1
          occurred_at: 2026-06-30 09:02:00
        - {lead_id: ben, type: demo_request, occurred_at: 2026-06-30 09:00:00}
        - {lead_id: staff, type: demo_request, occurred_at: 2026-06-30 09:00:00}
    on: 2026-06-30
    expect:
"""


def expecting(lines: str) -> str:
    return GIVEN + "".join(f"      {line}\n" for line in lines.strip().splitlines())


def test_everything_that_is_so_is_met(unmet: Unmet) -> None:
    met = """
leads:
  ada:
    scores: {readiness: 48.3333, interest: {analytics: 5, automation: none}, fit: 70}
    grade: {fit: A}
    matrix: A1
    stage: engaged
    stages: [engaged]
    segments: [hot, known, first]
    fired: [readiness.demo, readiness.pricing, readiness.video, interest.any, fit.large, fit.near]
    not_fired: [readiness.careers, readiness.quiet]
  ben: {scores: {readiness: 40, fit: 60, priority: 50}, not_segments: [known, first]}
  staff: absent
accounts:
  acme: {scores: {buying: 88.3333}, committee: {buying: true}}
"""
    assert unmet(expecting(met)) == []


def test_what_is_not_so_is_told_with_what_came(unmet: Unmet) -> None:
    wrong = """
leads:
  ada:
    scores: {readiness: 48.3334, interest: {analytics: 4, other: 0}}
    grade: {fit: B}
    matrix: A2
    stage: ready
    stages: [aware, engaged]
    segments: []
    not_segments: [hot]
    fired: [readiness.careers]
    not_fired: [fit.near]
  ben: {scores: {interest: {analytics: none, other: 0}}, segments: [known], fired: []}
  staff: {scores: {readiness: 40}, segments: [], not_fired: [readiness.demo], stage: aware}
accounts:
  acme: {scores: {buying: 80}, committee: {buying: false}}
"""
    assert unmet(expecting(wrong)) == [
        ("ada", "readiness", "48.3334", "48.3333"),
        ("ada", "interest: analytics", "4", "5"),
        ("ada", "interest: other", "0", "none"),
        ("ada", "grade of fit", "B", "A"),
        ("ada", "matrix", "A2", "A1"),
        ("ada", "stage", "ready", "engaged"),
        ("ada", "stages", "aware, engaged", "engaged"),
        ("ada", "segments", "none", "first, hot, known"),
        ("ada", "segment hot", "not in", "in"),
        ("ada", "rule readiness.careers", "fired", "not fired"),
        ("ada", "rule fit.near", "not fired", "fired"),
        ("ben", "interest: other", "0", "none"),
        ("ben", "segment known", "in", "only in hot"),
        ("ben", "rules", "none", "fit.large, readiness.demo"),
        ("staff", "readiness", "40", "absent"),
        ("staff", "stage", "aware", "absent"),
        ("acme", "buying", "80", "88.3333"),
        ("acme", "committee of buying", "false", "true"),
    ]


def test_who_is_expected_to_be_absent_and_is_not(unmet: Unmet) -> None:
    assert unmet(expecting("leads: {ada: absent}\naccounts: {acme: absent}")) == [
        ("ada", "scored", "absent", "scored"),
        ("acme", "scored", "absent", "has a row in buying"),
    ]


def test_the_instants_of_stages_are_compared(unmet: Unmet) -> None:
    entered = "{{stages: [{{stage: engaged, entered_at: '{}'}}]}}".format
    lines = f"""
leads:
  ada: {entered("2026-06-30 10:00:00")}
  ben: {entered("2026-06-30T11:00:00+02:00")}
"""
    assert unmet(expecting(lines)) == [
        ("ada", "stages", "engaged 2026-06-30 10:00:00", "engaged 2026-06-30 09:00:00")
    ]


def test_an_idle_behaviour_fires_where_it_holds(unmet: Unmet) -> None:
    cases = """
cases:
  idle:
    given:
      events:
        - {lead_id: ada, type: email_open, occurred_at: 2026-05-31 09:00:00}
        - {lead_id: ben, type: email_open, occurred_at: 2026-06-01 09:00:00}
    on: 2026-06-30
    expect:
      leads:
        ada: {fired: [readiness.quiet]}
        ben: {fired: []}
"""
    assert unmet(cases) == []


def test_fixtures_are_given_before_the_rows_of_a_case(unmet: Unmet) -> None:
    cases = """
fixtures:
  people:
    leads:
      - {lead_id: ada, account_id: acme, zip: 01234}
    accounts:
      - {account_id: acme, employees: 500}
cases:
  as they are:
    use: [people]
    on: 2026-06-30
    expect: {leads: {ada: {scores: {fit: 70}}}}
  one column changed:
    use: [people]
    given: {accounts: [{account_id: acme, employees: 10}]}
    on: 2026-06-30
    expect: {leads: {ada: {scores: {fit: 10}}}}
"""
    assert unmet(cases) == []


#: What a rule asks of a column, a value, and whether the rule holds then.
USES = (
    ('lead.NAME is "01234"', "01234", True),
    ("lead.NAME >= 10", "9", False),
    ("lead.NAME >= 10", "10", True),
    ("lead.NAME is true", "true", True),
    ("days_since(lead.NAME) = 1", "2026-06-29", True),
    ("days_since(lead.NAME) = 0", "2026-06-30 22:30:00+00:00", True),
    ('lead.NAME has "b"', "a;b", True),
    ('lead.NAME has "b"', "[a, b]", True),
    ("lead.NAME is missing", "", True),
    ("lead.NAME is missing", "x", False),
)


def test_a_column_is_what_the_ruleset_uses_it_as(unmet: Unmet) -> None:
    facts = "".join(
        f"      rule{n}: {{when: '{when.replace('NAME', f'c{n}')}', points: 1}}\n"
        for n, (when, _, _) in enumerate(USES)
    )
    ruleset = f"leadline: 1\nmodel: demo\nscores:\n  fit:\n    facts:\n{facts}"
    cells = ", ".join(f"c{n}: {value}" for n, (_, value, _) in enumerate(USES))
    fired = ", ".join(f"fit.rule{n}" for n, (_, _, holds) in enumerate(USES) if holds)
    silent = ", ".join(f"fit.rule{n}" for n, (_, _, holds) in enumerate(USES) if not holds)
    cases = f"""
cases:
  typed:
    given: {{leads: [{{lead_id: ada, {cells}}}]}}
    on: 2026-06-30
    expect: {{leads: {{ada: {{fired: [{fired}], not_fired: [{silent}]}}}}}}
"""
    assert unmet(cases, ruleset) == []


def test_an_instant_is_a_date_of_its_own(unmet: Unmet) -> None:
    cases = """
cases:
  before:
    given: {events: [{lead_id: ada, type: demo_request, occurred_at: 2026-06-30 09:00:00}]}
    on: 2026-06-30T08:59:59Z
    expect: {leads: {ada: absent}}
  at:
    given: {events: [{lead_id: ada, type: demo_request, occurred_at: 2026-06-30 09:00:00}]}
    on: 2026-06-30T09:00:00Z
    expect: {leads: {ada: {scores: {readiness: 40}}}}
"""
    assert unmet(cases) == []


SHIPPED = sorted(Path(__file__).parents[2].glob("rulesets/*/ruleset.yaml"))


@pytest.mark.parametrize("ruleset", SHIPPED, ids=lambda path: path.parent.name)
def test_the_cases_of_a_shipped_ruleset_pass(ruleset: Path) -> None:
    opened: Opened = open_suite(read_ruleset(ruleset), [ruleset.with_name("ruleset.test.yaml")])
    assert opened.diagnostics == ()
    assert opened.suite is not None
    with opened.suite as suite:
        assert len(suite.cases) >= 9
        unmet = [
            one for batch in suite.batches for one in compare(evaluate_batch(batch, suite.ruleset))
        ]
    assert unmet == []
