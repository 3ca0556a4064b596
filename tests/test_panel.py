"""Panels: leads as they stood, what came after, and nothing that was not known."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from leadline.errors import UsageError
from leadline.outcomes import gather_outcomes
from leadline.panel import Asked, Panel, build_panel, knowing, panel_dates
from leadline.pipeline import (
    RulesetText,
    columns_of,
    compile_ruleset,
    evaluate,
    open_directory,
    read_ruleset,
)
from leadline.plan.clock import parse_as_of
from leadline.store import Store

RULESET = """
leadline: 1
model: judged
scores:
  readiness:
    sales_ready: 10
    actions:
      visit: {event: visit, points: 1}
      signed: {event: contract_signed, points: 100}
      capped: {event: talk, points: 4, max: 6}
    facts:
      customer: {when: lead.relation is customer, points: 50}
      large: {when: account.employees >= 200, points: 7}
      title: {when: lead.title is boss, points: 3}
    decay: {inactivity: 50% every 30 days}
  twice:
    formula: 2 * score.readiness
  fit:
    facts:
      large: {when: account.employees >= 200, points: 7}
"""

TABLES = {
    "events.csv": """event_id,lead_id,occurred_at,type
e1,ann,2026-01-05T10:00:00Z,visit
e2,ann,2026-02-20T10:00:00Z,contract_signed
e3,ben,2026-01-06T10:00:00Z,talk
e4,ben,2026-01-07T10:00:00Z,talk
e5,old,2026-01-08T10:00:00Z,visit
""",
    "leads.csv": """lead_id,account_id,created_at,relation,title
ann,A,2026-01-01T00:00:00Z,customer,
ben,A,2026-01-01T00:00:00Z,prospect,boss
cat,B,2026-01-01T00:00:00Z,prospect,
dan,,2026-03-15T00:00:00Z,prospect,
new,B,2026-01-01T00:00:00Z,prospect,
""",
    "accounts.csv": "account_id,employees\nA,500\nB,20\n",
    "lead_history.csv": ("lead_id,field,value,changed_at\nben,title,boss,2026-02-10T00:00:00Z\n"),
    "aliases.csv": "old_lead_id,lead_id\nold,new\n",
    "opportunities.csv": """opportunity_id,lead_id,account_id,created_at,closed_at,won,amount
O1,ann,A,2026-02-15T00:00:00Z,2026-03-20T00:00:00Z,true,1000
O2,,B,2026-02-25T00:00:00Z,2026-03-05T00:00:00Z,false,500
O3,old,,2026-04-20T00:00:00Z,,,
""",
    "handoffs.csv": """lead_id,offered_at,decided_at,accepted,reason,expired_at,recycled_at
ann,2026-02-01T00:00:00Z,2026-02-03T00:00:00Z,true,,,
ben,2026-02-01T00:00:00Z,2026-02-04T00:00:00Z,false,no budget,,
cat,2026-02-01T00:00:00Z,,,,2026-02-20T00:00:00Z,
old,2026-04-25T00:00:00Z,2026-05-20T00:00:00Z,true,,,
cat,2026-03-10T00:00:00Z,,true,,,
dan,2026-04-05T00:00:00Z,2026-04-06T00:00:00Z,,,,
""",
}


@pytest.fixture
def judged(tmp_path: Path) -> Iterator[tuple[Store, RulesetText]]:
    with _given(tmp_path) as found:
        yield found


@contextlib.contextmanager
def _given(folder: Path, **tables: str) -> Iterator[tuple[Store, RulesetText]]:
    data = folder / "data"
    data.mkdir()
    for name, text in TABLES.items():
        (data / name).write_text(tables.get(name.removesuffix(".csv"), text))
    (folder / "ruleset.yaml").write_text(RULESET)
    store, _ = open_directory(data, _silent)
    with store:
        yield store, read_ruleset(folder)


def _silent(what: str, done: int, total: int) -> None:
    """Say nothing of progress."""


def _asked(*days: str, **more: Any) -> Asked:
    return replace(
        Asked(tuple(map(date.fromisoformat, days)), within=30, until="2026-04-30"), **more
    )


def _rows(panel: Panel, *columns: str) -> list[tuple[Any, ...]]:
    names = ", ".join(f'"{column}"' for column in columns)
    return panel.store.database.rows(
        f"SELECT {names} FROM {panel.relation} ORDER BY snapshot, lead_id"
    )


def test_leads_are_seen_as_they_stood(judged: tuple[Store, RulesetText]) -> None:
    panel = build_panel(*judged, _asked("2026-02-01", "2026-03-31"), _silent)
    assert _rows(panel, "snapshot", "lead_id", "value", "happened") == [
        # ann is won in the middle of February and is not judged any more at the end of March;
        # dan does not exist before March; `old` counts for `new`, whose opportunity is O3.
        (date(2026, 2, 1), "ann", 1.0, True),
        (date(2026, 2, 1), "ben", 6.0, False),
        (date(2026, 2, 1), "cat", 0.0, True),
        (date(2026, 2, 1), "new", 1.0, True),
        (date(2026, 3, 31), "ben", 3.0 * 0.5 + 3.0, False),
        (date(2026, 3, 31), "cat", 0.0, False),
        (date(2026, 3, 31), "dan", 0.0, False),
        (date(2026, 3, 31), "new", 0.25, True),
    ]
    assert panel.outcomes.happened == 3
    assert panel.outcomes.leads == 3


def test_a_panel_has_the_scores_of_an_ordinary_evaluation(tmp_path: Path) -> None:
    with _given(tmp_path) as (store, text):
        panel = build_panel(store, text, _asked("2026-02-01", trust=("all",)), _silent)
        found = dict(_rows(panel, "lead_id", "value"))
        evaluation = evaluate(store, text, "2026-02-01")
        scored = store.database.rows('SELECT lead_id, "score.readiness" FROM reported')
    assert evaluation.as_of.day == date(2026, 2, 1)
    assert found == dict(scored)
    assert found["ann"] == 1 + 50 + 7


def test_fields_without_a_history_are_not_known(judged: tuple[Store, RulesetText]) -> None:
    panel = build_panel(*judged, _asked("2026-02-01"), _silent)
    assert panel.untrusted == ("lead.relation", "account.employees")
    vouched = build_panel(*judged, _asked("2026-02-01", trust=("Account.Employees",)), _silent)
    assert vouched.untrusted == ("lead.relation",)
    assert dict(_rows(vouched, "lead_id", "value"))["ann"] == 8.0
    # What was hidden is there again.
    store = judged[0]
    assert store.database.value("SELECT count(relation) FROM leads") == 5
    assert store.database.value("SELECT count(employees) FROM accounts") == 2


def test_only_what_the_score_reads_is_told(judged: tuple[Store, RulesetText]) -> None:
    panel = build_panel(*judged, _asked("2026-02-01", score="fit"), _silent)
    assert panel.untrusted == ("account.employees",)


def test_rules_share_what_inactivity_took(judged: tuple[Store, RulesetText]) -> None:
    panel = build_panel(*judged, _asked("2026-03-31", rules=True), _silent)
    assert panel.rules == ("visit", "signed", "capped", "customer", "large", "title")
    found = {row[0]: row[1:] for row in _rows(panel, "lead_id", "rule.capped", "rule.title")}
    # 6 and 3 points, of which inactivity left 1.5 + 3: a half of all.
    assert found["ben"] == (3.0, 1.5)
    assert found["cat"] == (0.0, 0.0)


def test_a_formula_has_no_rules(judged: tuple[Store, RulesetText]) -> None:
    panel = build_panel(*judged, _asked("2026-02-01", score="twice"), _silent)
    assert dict(_rows(panel, "lead_id", "value"))["ben"] == 12.0
    with pytest.raises(UsageError, match="made of other scores"):
        build_panel(*judged, _asked("2026-02-01", score="twice", rules=True), _silent)


def test_a_won_deal_is_unknown_while_it_is_open(judged: tuple[Store, RulesetText]) -> None:
    panel = build_panel(*judged, _asked("2026-02-01", "2026-03-31", outcome="won"), _silent)
    found = {row[:2]: row[2] for row in _rows(panel, "snapshot", "lead_id", "happened")}
    assert found[date(2026, 2, 1), "ann"] is True
    assert found[date(2026, 2, 1), "cat"] is False
    assert found[date(2026, 3, 31), "new"] is None


def test_a_deal_that_closes_later_is_open(judged: tuple[Store, RulesetText]) -> None:
    asked = _asked("2026-02-01", outcome="won", until="2026-03-10")
    found = dict(_rows(build_panel(*judged, asked, _silent), "lead_id", "happened"))
    assert found == {"ann": None, "ben": False, "cat": False, "new": False}


def test_what_became_of_a_lead_became_of_the_ids_merged_into_it_later(tmp_path: Path) -> None:
    """On a date before the merge the visitor stands there by the old id, and it did buy."""
    aliases = "old_lead_id,lead_id,since\nold,new,2026-03-10T00:00:00Z\n"
    with _given(tmp_path, aliases=aliases) as (store, text):
        panel = build_panel(store, text, _asked("2026-02-01", "2026-03-31"), _silent)
        found = {row[:2]: row[2] for row in _rows(panel, "snapshot", "lead_id", "happened")}
        assert found[date(2026, 2, 1), "old"] is True
        assert found[date(2026, 2, 1), "new"] is True
        assert (date(2026, 3, 31), "old") not in found
        assert panel.outcomes.leads == 3

        handed = _asked("2026-03-01", outcome="accepted", until="2026-05-31", within=60)
        panel = build_panel(store, text, handed, _silent)
        assert dict(_rows(panel, "lead_id", "happened"))["old"] is True


def test_an_opportunity_of_the_whole_account(judged: tuple[Store, RulesetText]) -> None:
    asked = _asked("2026-02-01", whole_account=True)
    found = dict(_rows(build_panel(*judged, asked, _silent), "lead_id", "happened"))
    assert found == {"ann": True, "ben": True, "cat": True, "new": True}


def test_accepted_hand_overs(judged: tuple[Store, RulesetText]) -> None:
    asked = _asked("2026-01-31", "2026-02-28", "2026-03-31", outcome="accepted")
    panel = build_panel(*judged, asked, _silent)
    found = {row[:2]: row[2] for row in _rows(panel, "snapshot", "lead_id", "happened")}
    assert found[date(2026, 1, 31), "ann"] is True
    assert found[date(2026, 1, 31), "ben"] is False
    assert found[date(2026, 1, 31), "cat"] is False  # it expired
    assert (date(2026, 2, 28), "ann") not in found
    assert found[date(2026, 2, 28), "ben"] is False
    assert found[date(2026, 2, 28), "cat"] is True  # accepted, nobody says when
    assert found[date(2026, 3, 31), "dan"] is False  # decided, nobody says how
    assert found[date(2026, 3, 31), "new"] is None  # decided after the end


def test_what_is_hidden_stays_hidden_whoever_asks_for_the_columns(tmp_path: Path) -> None:
    """A table that lacks columns of the canon has a stand-in, which must not show them again."""
    with _given(tmp_path) as (store, text):
        catalog = columns_of(store)
        ruleset = compile_ruleset(text, catalog, store)
        seen = "SELECT count(relation) FROM leads"
        assert store.catalog().table("leads").column("owner") is None
        with knowing(store, ruleset, catalog) as hidden:
            assert "lead.relation" in hidden
            columns_of(store)
            assert store.database.value(seen) == 0
        assert store.database.value(seen) == 5


def test_a_horizon_that_is_not_over_is_refused(judged: tuple[Store, RulesetText]) -> None:
    with pytest.raises(UsageError, match="within 30 days of 2026-04-01 is not known"):
        build_panel(*judged, _asked("2026-02-01", "2026-04-01"), _silent)


def test_nobody_is_kept_by_a_field_that_is_not_known(tmp_path: Path) -> None:
    with _given(tmp_path) as (store, _):
        (tmp_path / "ruleset.yaml").write_text(
            RULESET.replace("scores:\n", "leads: lead.relation is prospect\nscores:\n", 1)
        )
        text = read_ruleset(tmp_path)

        with pytest.raises(UsageError, match=r"keeps nobody: it asks for lead\.relation") as found:
            build_panel(store, text, _asked("2026-02-01"), _silent)

        assert found.value.hint == "--trust lead.relation takes today's values"
        trusting = _asked("2026-02-01", trust=("lead.relation",))
        assert _rows(build_panel(store, text, trusting, _silent), "lead_id")


def test_an_unknown_field_is_named(judged: tuple[Store, RulesetText]) -> None:
    with pytest.raises(UsageError, match=r"`lead\.relatoin`") as caught:
        build_panel(*judged, _asked("2026-02-01", trust=("lead.relatoin",)), _silent)
    assert "lead.relation" in caught.value.hint


def test_dates_end_where_the_horizon_is_over() -> None:
    until = parse_as_of("2026-06-30", "UTC")
    assert panel_dates(until, within=90, every=30, most=3) == (
        date(2026, 1, 31),
        date(2026, 3, 2),
        date(2026, 4, 1),
    )
    first = date(2026, 2, 1)
    assert panel_dates(until, within=90, every=30, most=3, first=first)[0] == date(2026, 3, 2)


def test_without_opportunities_nothing_happened(tmp_path: Path) -> None:
    header = TABLES["opportunities.csv"].split("\n")[0] + "\n"
    with _given(tmp_path, opportunities=header) as (store, _):
        found = gather_outcomes(store, parse_as_of("2026-04-30", "UTC"))
    assert (found.leads, found.happened) == (0, 0)
