"""No score is beyond what is said that it can be, nor in a stage or grade said to be out of reach.

The oracle scores generated rulesets; they hold every shape of rule, cap, decay and formula.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import HealthCheck, Phase, given, settings
from tests.oracle.scoring import score
from tests.oracle.strategies import Case, cases

from leadline.document import load
from leadline.document.values import Document
from leadline.ruleset.build import build
from leadline.ruleset.checks import findings
from leadline.ruleset.checks.reach import of_account, of_scores, reached
from leadline.ruleset.model import Ruleset


def read(case: Case) -> tuple[Ruleset, Document]:
    document = load(case.ruleset.encode(), "r.yaml").document
    assert document is not None
    ruleset = build(document).ruleset
    assert ruleset is not None
    return ruleset, document


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(cases())
def test_no_score_is_out_of_its_reach(case: Case) -> None:
    ruleset, document = read(case)
    reaches, found = of_scores(ruleset), score(case.ruleset, case.data, case.as_of)
    for (_, name, _), value in found.scores.items():
        assert reaches[name].low <= value <= reaches[name].high, name
    for (_, name, _), letter in found.grades.items():
        letters = ruleset.score(name).grades
        assert letter is None or letter in reached(letters, reaches[name]), name
    for account in ruleset.accounts:
        reach = of_account(account, reaches[account.of])
        totals = [value for (_, name), (value, _) in found.accounts.items() if name == account.name]
        assert all(reach.low <= total <= reach.high for total in totals), account.name
    said = {each.message for each in findings(ruleset, document, None, case.as_of)}
    for stage in set(found.stage.values()):
        assert not any(f"the stage `{stage}`" in message for message in said), stage


FALLING = """\
leadline: 1
model: demo
scores:
  a:
    actions:
      gain: {event: gain, points: 100, group: all}
      loss: {event: loss, points: -100, group: all}
    groups: {all: {min: -10, max: 100}}
    decay: {inactivity: 50% every 10 days}
  b:
    formula: 5 + share(score.a, score.a)
"""


def test_what_is_lost_to_silence_is_lost_below_any_cap_too() -> None:
    events = [
        {"event_id": type_, "lead_id": "ada", "type": type_, "occurred_at": at}
        for type_, at in (
            ("gain", datetime(2026, 1, 1, 12, tzinfo=UTC)),
            ("loss", datetime(2026, 1, 15, 12, tzinfo=UTC)),
        )
    ]
    case = Case(FALLING, {"events": events}, date(2026, 1, 16))
    value = score(case.ruleset, case.data, case.as_of).scores["ada", "a", ""]
    reach = of_scores(read(case)[0])["a"]
    assert value == -50.0
    assert reach.low <= value < -10.0
    assert reach.high == 100.0


def test_a_formula_with_a_missing_result_scores_0() -> None:
    case = Case(FALLING, {"leads": [{"lead_id": "ada"}]}, date(2026, 1, 16))
    assert score(case.ruleset, case.data, case.as_of).scores["ada", "b", ""] == 0.0
    reach = of_scores(read(case)[0])["b"]
    assert (reach.low, reach.high) == (0.0, 6.0)
