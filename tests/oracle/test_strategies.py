"""The drawn cases are readable and scored; differences are told, and cut down to a small case."""

from dataclasses import replace
from datetime import date, datetime
from random import Random

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.oracle.compare import describe, differences, smallest
from tests.oracle.logs import COLUMNS
from tests.oracle.model import read_model
from tests.oracle.rulesets import models, written
from tests.oracle.scoring import score
from tests.oracle.strategies import Case, cases

few = settings(
    max_examples=20,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

CASE = Case(
    ruleset="""leadline: 1
timezone: Europe/Berlin
scores:
  s:
    actions:
      a: {event: view, points: 1}
      b:
        event: open
        points: 2
accounts:
  all: {of: s, combine: sum, committee: 1 lead at 1}
""",
    data={
        "events": [
            {"event_id": f"e{n}", "lead_id": lead, "occurred_at": datetime(2026, 1, n), "type": t}
            for n, (lead, t) in enumerate([("x", "view"), ("y", "open"), ("x", "open")], 1)
        ],
        "leads": [{"lead_id": "x", "account_id": "k"}, {"lead_id": "z", "account_id": None}],
        "aliases": [{"old_lead_id": "y", "lead_id": "x", "since": None}],
    },
    as_of=date(2026, 1, 31),
)


@few
@given(models("Pacific/Apia", date(2011, 12, 31)))
def test_a_drawn_ruleset_is_written_as_yaml(model: dict[str, object]) -> None:
    assert yaml.load(written(model), Loader=yaml.BaseLoader) == model  # noqa: S506


@few
@given(cases(), st.integers(0, 1000))
def test_the_order_of_rows_changes_nothing(case: Case, seed: int) -> None:
    random = Random(seed)
    shuffled = {name: random.sample(rows, len(rows)) for name, rows in case.data.items()}
    found = score(case.ruleset, shuffled, case.as_of)
    assert not differences(
        case, found.scores, found.accounts, found.grades, found.matrix, found.stage
    )


@few
@given(cases())
def test_every_lead_has_each_score_and_every_row_its_columns(case: Case) -> None:
    model = read_model(case.ruleset)
    found = score(case.ruleset, case.data, case.as_of)
    single = [name for name, one in model.scores.items() if one.per is None]
    for lead_id in {lead for lead, _, _ in found.scores}:
        assert all((lead_id, name, "") in found.scores for name in single)
    for name, rows in case.data.items():
        assert all(set(row) == set(COLUMNS[name]) for row in rows)
    ids = [row["event_id"] for row in case.data["events"]]
    assert len(ids) == len(set(ids))


def test_differences_are_told_by_row() -> None:
    engine = {("x", "s", ""): 4.0, ("y", "s", ""): 2.0}
    assert differences(CASE, engine, accounts={("k", "all"): (5.0, False)}) == [
        "score x / s: engine 4.0, oracle 5.0",
        "score y / s: engine 2.0, the oracle has no such row",
        "score z / s: oracle 0.0, the engine has no such row",
        "account k / all: engine (5.0, False), oracle (5.0, True)",
    ]


def test_a_lead_is_described_in_local_time_with_its_old_ids() -> None:
    text = describe(CASE, "x")
    assert "as of 2026-01-31" in text
    assert "event_id='e2' lead_id='y' occurred_at=2026-01-02 01:00:00+01:00" in text
    assert "lead_id='z'" not in text


def test_a_case_is_cut_down_to_what_fails() -> None:
    def fails(case: Case) -> bool:
        return score(case.ruleset, case.data, case.as_of).scores.get(("x", "s", ""), 0) >= 2

    small = smallest(CASE, fails)
    assert [row["event_id"] for row in small.data["events"]] == ["e3"]
    assert small.data["leads"] == small.data["aliases"] == []
    assert "b:" in small.ruleset
    assert not any(word in small.ruleset for word in ("accounts", "timezone", "a: {event"))
    assert not fails(replace(small, data={}))
