"""An explanation has the score of the batch, and its lines and steps add up to it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from tests.conftest import ROOT
from tests.evaluation import built, fill, results, score
from tests.oracle.exact import reported
from tests.oracle.strategies import Case, cases
from tests.test_fixtures import FIXTURES, NAMES, as_of, opened

from leadline.demo import generate
from leadline.engine.duckdb import Database
from leadline.engine.run import run_query
from leadline.expression.types import function_table as functions
from leadline.pipeline import RulesetText, evaluate, open_directory, read_ruleset
from leadline.plan.build import build_plan
from leadline.plan.clock import end_of_day
from leadline.report.explain import explanation_json, explanation_text
from leadline.report.explanation import Counted, Explanation, Line, ScoreWhy, explain
from leadline.sql.query import write_query
from leadline.store import Store

PARTS = 2

BILLION = 1_000_000_000
#: Texts show four decimals, so a step taken from its text is right to half of the last.
HALF = BILLION // 20_000

_NUMBER = r"-?\d+(?:\.\d+)?"
_HELD = re.compile(rf"(?:(?P<names>.*): )?(?P<before>{_NUMBER}) held to (?P<after>{_NUMBER})")
_RANGE = re.compile(rf"(?P<before>{_NUMBER}) held to (?P<low>{_NUMBER}) to (?P<high>{_NUMBER})")
_DECAY = re.compile(rf"no activity: (?P<before>{_NUMBER}) to (?P<after>{_NUMBER})")


def whole(points: float | str) -> int:
    return round(float(points) * BILLION)


def read(pattern: re.Pattern[str], text: str) -> dict[str, str]:
    found = pattern.fullmatch(text)
    assert found, text
    return found.groupdict()


def faults(why: ScoreWhy) -> list[str]:
    """Return what does not add up in the explanation of a score."""
    wrong = [fault for line in why.lines for fault in _line_faults(line)]
    points = {line.rule: whole(line.points) for line in why.lines}
    total, slack = sum(points.values()), 0
    for label, text in why.steps:
        slack += 2 * HALF
        if label.startswith("group "):
            held = read(_HELD, text)
            before = sum(points.get(name, 0) for name in held["names"].split(", "))
            after = total - before + whole(held["after"])
        elif label == "floor":
            held, before = read(_HELD, text), total
            after = whole(held["after"])
        elif label == "range":
            held, before = read(_RANGE, text), total
            after = min(max(total, whole(held["low"])), whole(held["high"]))
        else:
            # Decay steps lie between events, so what stood before one is not the sum of all lines.
            date.fromisoformat(label)
            held = read(_DECAY, text)
            before, lost = whole(held["before"]), whole(held["before"]) - whole(held["after"])
            after = total - lost
            if lost < 0:
                wrong.append(f"{label}: a decay that raises the score: {text}")
        if abs(before - whole(held["before"])) > slack:
            wrong.append(f"{label}: {before} stood before, the text says {text}")
        total = after
    if reported(total) != why.value and abs(total - whole(why.value)) > slack:
        wrong.append(f"the lines and steps add up to {total}, the score is {why.value}")
    return wrong


def _line_faults(line: Line) -> Iterable[str]:
    if not line.events or line.because.endswith("by bands"):
        return
    decayed = sum(whole(event.decayed) for event in line.events)
    held = re.search(rf"({_NUMBER}) held to ({_NUMBER})$", line.because)
    if held and abs(whole(held[1]) - decayed) <= HALF:
        decayed = whole(held[2])
    if abs(decayed - whole(line.points)) > (HALF if held else 0):
        yield f"{line.rule}: its events add up to {decayed}, the line says {line.points}"


def explained(database: Database, case: Case, lead_ids: Iterable[str]) -> list[Explanation]:
    """Return the explanations of some leads."""
    catalog = fill(database, case.data)
    named = "" if "\nmodel:" in case.ruleset else "model: drawn\n"
    model = built(named + case.ruleset.lstrip(), catalog)
    moment = end_of_day(case.as_of, model.timezone)
    whys = []
    for lead_id in lead_ids:
        plan = build_plan(model, catalog, moment, lead=lead_id, event_grain=True)
        run_query(database, write_query(plan))
        whys.append(explain(database, model, plan, lead_id, functions()))
    return whys


@pytest.mark.parametrize("part", range(PARTS))
def test_drawn_cases(part: int, request: pytest.FixtureRequest) -> None:
    """Ask for every fifth lead; with ``--cases 5000`` of more cases."""
    examples = max(16, request.config.getoption("--cases") // 30) // PARTS
    seen = 0
    with Database(threads=1) as database:

        @seed(request.config.getoption("--cases-seed") * PARTS + part)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(cases())
        def add_up(case: Case) -> None:
            nonlocal seen
            batch = score(case.ruleset, case.data, case.as_of, database=database).scores
            asked = sorted({lead for lead, _, _ in batch})[seen % 5 :: 5]
            found = {}
            for why in explained(database, case, asked):
                assert explanation_text(why).startswith(f"{why.lead_id} as of {case.as_of}")
                assert json.loads(explanation_json(why))["lead_id"] == why.lead_id
                for one in why.scores:
                    found[why.lead_id, one.score, one.per] = one.value
                    assert faults(one) == [], f"{why.lead_id} {one}\n{case!r}"
            assert found == {key: value for key, value in batch.items() if key[0] in asked}
            seen += 1

        add_up()
    assert seen >= examples


def agree(store: Store, text: RulesetText, day: str, every: int) -> int:
    """Hold the explanations of every so manieth lead to the batch; return how many there are."""
    batch = results(store.database, evaluate(store, text, day).ruleset).scores
    asked = sorted({lead for lead, _, _ in batch})[::every]
    found = {}
    for lead_id in asked:
        one = evaluate(store, text, day, lead=lead_id, event_grain=True)
        for why in explain(store.database, one.ruleset, one.plan, lead_id, functions()).scores:
            found[lead_id, why.score, why.per] = why.value
            assert faults(why) == [], f"{lead_id} {why}"
    assert found == {key: value for key, value in batch.items() if key[0] in asked}
    return len(asked)


@pytest.mark.parametrize("name", ["b2b_saas", "careers_and_cold"])
def test_the_demo_log(name: str, tmp_path: Path) -> None:
    generate(tmp_path, leads=60)
    store, _ = open_directory(tmp_path, lambda label, done, total: None)
    with store:
        store.database.execute("SET threads = 1")
        assert agree(store, read_ruleset(ROOT / "rulesets" / name), "2026-06-30", every=4) > 10


@pytest.mark.parametrize("name", NAMES)
def test_the_fixtures(name: str) -> None:
    with opened(name) as store:
        store.database.execute("SET threads = 1")
        assert agree(store, read_ruleset(FIXTURES / name), as_of(name), every=1) > 1


RULES = """
leadline: 1
model: silence
ignore: type is ping
scores:
  interest:
    reset: {event: reset}
    actions:
      no_event:     {event: [demo, call], points: 1}
      where:        {event: view, where: 'url starts with "/pricing"', points: 1}
      second_part:  {event: view, where: 'quantity > 1 and url is "/x" and quantity > 9', points: 1}
      of_the_lead:  {event: view, where: lead.country is DE, points: 1}
      of_the_asset: {event: view, where: asset.kind is video, points: 1}
      either:       {event: view, where: 'quantity > 5 or url is "/x"', points: 1}
      reach:        {event: view, reach: 4, points: 1}
      reach_pages:  {event: view, reach: 3 distinct url per day, points: 1}
      limit:        {event: view, reach: 2, limit: 1, points: 1}
      too_early:    {event: view, since: 2026-02-01, points: 1}
      too_late:     {event: view, since: 2025-02-01, until: 2025-03-01, points: 1}
      off:          {event: view, enabled: false, points: 1}
      before_reset: {event: old, points: 1}
      ignored:      {event: ping, points: 1}
    behaviours:
      idle:         {idle: 30 days, points: 1}
      idle_earlier: {idle: 1 day, points: 1, until: 2025-01-01}
    facts:
      fact:         {when: 'lead.country is DE', points: 1}
      second_fact:  {when: 'lead.country is FR and account.size is large', points: 1}
      missing:      {when: lead.title is boss and lead.country is FR, points: 1}
      fact_earlier: {when: lead.country is FR, points: 1, until: 2025-01-01}
  products:
    per: asset.product
    actions:
      view:  {event: view, points: 1}
      other: {event: view, where: quantity is 3, points: 1}
"""

BECAUSE = {
    "no_event": "no events demo or call yet",
    "where": '3 events view, none where url starts with "/pricing"; url is "/a" 2x, "/b" 1x',
    "second_part": '2 events view, none where url is "/x"; url is "/a" 1x, "/b" 1x',
    "of_the_lead": '3 events view, none where lead.country is "DE"; lead.country is "FR"',
    "of_the_asset": '3 events view, none where asset.kind is "video"; asset.kind is "page" 3x',
    "either": '3 events view, none where quantity > 5 or url is "/x"',
    "reach": "3 events view match, but at most 3 of the 4 in one window",
    "reach_pages": "3 events view match, but at most 1 of the 3 in one window",
    "too_early": "3 events view, none of them from 2026-02-01 to ...",
    "too_late": "3 events view, none of them from 2025-02-01 to 2025-03-01",
    "off": "switched off by `enabled: false`",
    "idle": "last event 7 days ago; holds from 30 days on",
    "fact": 'needs lead.country is "DE"; lead.country is "FR"',
    "second_fact": 'needs account.size is "large"; account.size is "small"',
    "missing": 'needs lead.title is "boss"; lead.title is missing',
    "fact_earlier": "true, but not between its dates",
    "other": "1 event view match, all of another value of `per`",
}


def event(number: int, at: str, type_: str, **columns: object) -> dict[str, Any]:
    moment = datetime.fromisoformat(at)
    return {
        "event_id": f"e{number}",
        "lead_id": "ann",
        "occurred_at": moment,
        "type": type_,
    } | columns


@pytest.fixture(scope="module")
def silent() -> dict[str, str]:
    """Why each rule of a lead gave nothing."""
    events = [
        event(0, "2025-12-01T12:00", "old"),
        event(1, "2025-12-02T12:00", "reset"),
        event(2, "2026-01-02T12:00", "view", url="/a", quantity=1, asset_id="p1"),
        event(3, "2026-01-02T13:00", "view", url="/a", quantity=2, asset_id="p1"),
        event(4, "2026-01-03T12:00", "view", url="/b", quantity=3, asset_id="p2"),
        event(5, "2026-01-04T12:00", "ping"),
    ]
    data = {
        "events": events,
        "leads": [
            {"lead_id": "ann", "account_id": "acme", "country": "FR", "title": None},
            {"lead_id": "bob", "account_id": None, "country": "DE", "title": "boss"},
        ],
        "accounts": [{"account_id": "acme", "size": "small"}],
        "assets": [
            {"asset_id": "p1", "kind": "page", "product": "pump"},
            {"asset_id": "p2", "kind": "page", "product": "valve"},
        ],
    }
    with Database() as database:
        [why] = explained(database, Case(RULES, data, date(2026, 1, 10)), ["ann"])
    said = {one.rule: one.because for of_score in why.scores for one in of_score.silent}
    assert {line.rule for of_score in why.scores for line in of_score.lines} == {"view", "other"}
    return said


@pytest.mark.parametrize("rule", BECAUSE)
def test_a_silent_rule_says_what_is_missing(silent: dict[str, str], rule: str) -> None:
    assert BECAUSE[rule] in silent[rule]


@pytest.mark.parametrize(
    ("rule", "because"),
    [
        (
            "limit",
            r"3 events view match; none is counted "
            r"\(only what is the 2nd and the first counts\)",
        ),
        ("idle_earlier", r".*not between its dates"),
        ("before_reset", r"(?!no events old yet$).*"),
        ("ignored", r"(?!no events ping yet$).*"),
    ],
    ids=["limit", "idle_earlier", "before_reset", "ignored"],
)
def test_a_silent_rule_blames_nothing_else(silent: dict[str, str], rule: str, because: str) -> None:
    assert re.fullmatch(because, silent[rule])


def test_a_false_fact_that_is_held_to_a_least_is_a_line() -> None:
    ruleset = (
        RULES.split("scores:")[0]
        + """
scores:
  fit:
    facts:
      german: {when: lead.country is DE, points: 10, min: 3}
"""
    )
    data = {"leads": [{"lead_id": "ann", "country": "FR"}, {"lead_id": "bob", "country": "DE"}]}
    with Database() as database:
        whys = explained(database, Case(ruleset, data, date(2026, 1, 10)), ["ann", "bob"])
    assert [why.scores[0].value for why in whys] == [3, 10]
    assert [fault for why in whys for fault in faults(why.scores[0])] == []


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda why: replace(why, value=why.value + 1),
        lambda why: replace(why, lines=why.lines[1:]),
        lambda why: replace(why, steps=why.steps[1:]),
        lambda why: replace(why, steps=why.steps[:-1]),
    ],
    ids=["another value", "a line less", "the first step less", "the last step less"],
)
def test_what_does_not_add_up_is_found(spoilt: Callable[[ScoreWhy], ScoreWhy]) -> None:
    """Check the check itself, on an explanation with every kind of step."""
    event_ = Counted("e1", datetime(2026, 1, 1), date(2026, 1, 1), "view", 60.0, 60.0)
    lines = (
        Line("demo", 50.0, "1 event, 60 held to 50", (event_,)),
        Line("fair", 40.0, "1 event", (replace(event_, points=40.0, decayed=40.0),)),
        Line("known", 5.0, "lead.email is present"),
    )
    steps = (
        ("group wins", "demo, fair: 90 held to 70"),
        ("2026-02-01", "no activity: 70 to 35"),
        ("range", "40 held to 0 to 30"),
    )
    why = ScoreWhy("s", "", 30.0, None, lines, steps, ())
    assert faults(why) == []
    assert faults(spoilt(why)) != []
