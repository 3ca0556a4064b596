"""Running what is other than before: the same tables as running all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from tests.evaluation import built, fill

from leadline.engine.duckdb import Database
from leadline.engine.run import run_changed, run_query
from leadline.expression.nodes import Number
from leadline.plan.build import build_plan
from leadline.plan.clock import parse_as_of
from leadline.ruleset.model import EventRule, RuleScore, Ruleset
from leadline.sql.query import Query, write_query

RULESET = """leadline: 1
model: m
scores:
  readiness:
    actions:
      visit: {event: visit, points: 8, limit: 3 per day}
      paper: {event: paper, points: 10 * 1, decay: {half_life: 30 days}}
    decay: {half_life: 45 days}
    grades: {A: 10}
  fit:
    facts:
      big: {when: lead.size > 5, points: 7}
  both: {formula: score.readiness + score.fit}
"""
ROWS = {
    "events": [
        {"event_id": "1", "lead_id": "a", "type": "visit", "occurred_at": datetime(2026, 5, 1)},
        {"event_id": "2", "lead_id": "a", "type": "paper", "occurred_at": datetime(2026, 5, 2)},
    ],
    "leads": [{"lead_id": "a", "size": 9}, {"lead_id": "b", "size": 2}],
}


def with_points(ruleset: Ruleset, points: float) -> Ruleset:
    score = ruleset.scores[0]
    assert isinstance(score, RuleScore)
    rule = score.rules[0]
    assert isinstance(rule, EventRule)
    assert isinstance(rule.points, Number)
    rule = replace(rule, points=replace(rule.points, value=points))
    score = replace(score, rules=(rule, *score.rules[1:]))
    return replace(ruleset, scores=(score, *ruleset.scores[1:]))


def query_of(ruleset: Ruleset, database: Database) -> Query:
    catalog = fill(database, ROWS)
    return write_query(build_plan(ruleset, catalog, parse_as_of("2026-06-01", "UTC")))


def scores(database: Database) -> list[tuple[object, ...]]:
    return database.rows("SELECT lead_id, score, value, grade FROM scores ORDER BY ALL")


@pytest.mark.parametrize("points", [8.0, 9.0, -1.0])
def test_it_comes_to_the_same_as_running_everything(points: float) -> None:
    with Database() as database:
        ruleset = built(RULESET, fill(database, ROWS))
        before, after = (query_of(r, database) for r in (ruleset, with_points(ruleset, points)))
        run_query(database, after)
        expected = scores(database)
        run_query(database, before)
        run_changed(database, before, after)
        assert scores(database) == expected
        run_query(database, before)
        expected = scores(database)
        run_changed(database, before, after)
        run_changed(database, after, before)
        assert scores(database) == expected


def test_only_what_differs_is_run() -> None:
    with Database() as database:
        ruleset = built(RULESET, fill(database, ROWS))
        before, after = (query_of(r, database) for r in (ruleset, with_points(ruleset, 9)))
        run_query(database, before)
        changed = run_changed(database, before, after)
        assert {"score.readiness", "reported", "scores"} <= changed
        assert not {"event", "lead", "known_lead", "score.fit"} & changed
        assert not run_changed(database, after, after)


def test_other_age_factors_run_what_reads_them() -> None:
    with Database() as database:
        ruleset = built(RULESET, fill(database, ROWS))
        other = built(RULESET.replace("45 days", "46 days"), fill(database, ROWS))
        before, after = (query_of(r, database) for r in (ruleset, other))
        run_query(database, after)
        expected = scores(database)
        run_query(database, before)
        changed = run_changed(database, before, after)
        assert "score.readiness" in changed
        assert scores(database) == expected
