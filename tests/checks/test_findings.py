"""Findings as a whole: their fixes, what is said once, and rulesets that nothing is found about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.checks.test_fixtures import FIXTURES, TODAY, found, read
from tests.ruleset.catalog import CATALOG

from leadline.diagnostic import Diagnostic, Edit
from leadline.document import load
from leadline.document.source import source_of
from leadline.ruleset.build import build
from leadline.ruleset.checks import findings
from leadline.ruleset.model import RuleScore

ROOT = Path(__file__).parent.parent.parent
RULESETS = sorted((ROOT / "rulesets").glob("*/ruleset.yaml"))
MODEL = "leadline: 1\nmodel: demo\n"
PAGE_VIEW = MODEL + "scores: {a: {actions: {r: {event: page_view, points: 1, where: %s}}}}\n"


def edited(source: str, edits: tuple[Edit, ...]) -> str:
    spans = source_of("r.yaml", source)
    for edit in sorted(edits, key=lambda each: each.place, reverse=True):
        start, end = spans.span(edit.place)
        source = source[:start] + edit.text + source[end:]
    return source


def codes(diagnostics: tuple[Diagnostic, ...]) -> list[str]:
    return [each.code for each in diagnostics]


@pytest.mark.parametrize("path", RULESETS, ids=lambda path: path.parent.name)
def test_nothing_is_found_about_the_rulesets_that_come_along(path: Path) -> None:
    assert found(path.read_text("utf-8")) == ()


def test_rulesets_come_along() -> None:
    assert len(RULESETS) == 3


FIXED = [
    (name, index)
    for name in ("LL100-never-matches", "LL102-redundant-clause", "LL115-decay-to-zero")
    for index, each in enumerate(found(read(name)))
    if each.fix is not None
]


@pytest.mark.parametrize(("name", "index"), FIXED)
def test_a_fix_mends_what_was_found_and_nothing_else(name: str, index: int) -> None:
    source = read(name)
    before = found(source)
    fix = before[index].fix
    assert fix is not None
    after = found(edited(source, fix.edits))
    left = [each.message for i, each in enumerate(before) if i != index]
    assert [each.message for each in after if each.code == before[index].code] == left


def test_there_are_fixes_of_each_kind() -> None:
    assert len(FIXED) == 8
    assert {name for name, _ in FIXED} == {path.stem for path in FIXTURES.glob("*.yaml")} & {
        "LL100-never-matches",
        "LL102-redundant-clause",
        "LL115-decay-to-zero",
    }


def test_a_floor_is_added_as_the_decay_is_written() -> None:
    source = read("LL115-decay-to-zero")
    edits = tuple(edit for each in found(source) if each.fix for edit in each.fix.edits)
    mended = edited(source, edits)
    assert "{inactivity: 10% every 30 days, floor: 50% of sales_ready}" in mended
    assert "      half_life: 30 days\n      floor: 50% of sales_ready\n" in mended


@pytest.mark.parametrize(
    ("where", "left"),
    [
        ("url is a and url is a", "url is a"),
        ("url is present and url is a", "url is a"),
        ("url is present and `x y` is a", "url is present and `x y` is a"),
        ("x > 3 and url is a and x > 5", "url is a and x > 5"),
        ("(x > 3) and x > 5", "(x > 3) and x > 5"),
    ],
)
def test_a_clause_is_removed_where_the_value_stays_one_of_yaml(where: str, left: str) -> None:
    source = PAGE_VIEW % where
    for each in found(source):
        if each.fix is not None:
            assert each.fix.safe
            source = edited(source, each.fix.edits)
    assert PAGE_VIEW % left == source


def test_a_define_is_judged_apart_from_the_rules_that_use_it() -> None:
    source = (
        MODEL
        + """\
define:
  paper: type is download and asset.kind is paper
scores:
  a:
    actions:
      first: {event: download, where: paper, points: 1}
      second: {event: page_view, where: paper, points: 1}
      third: {event: [download, page_view], where: paper, points: -1}
"""
    )
    (said,) = found(source)
    assert (said.code, said.place.line if said.place else 0) == ("LL100", 9)


def test_what_a_define_does_is_said_once_with_a_note_for_each_rule() -> None:
    source = (
        MODEL
        + """\
define:
  nothing: amount > 5 and amount < 5
scores:
  a:
    actions:
      first: {event: download, where: nothing, points: 1}
      second: {event: page_view, where: nothing and url is present, points: 1}
"""
    )
    (said,) = found(source)
    assert said.place is not None
    assert said.place.line == 4
    assert said.notes == (
        "so `first` of `a` never gives points",
        "so `second` of `a` never gives points",
    )


def test_leads_that_nobody_is_explain_only_themselves() -> None:
    source = (
        MODEL
        + """\
leads: lead.country is DE and lead.country is AT
scores:
  a: {facts: {large: {when: account.employees > 5, points: 1}}}
"""
    )
    assert codes(found(source)) == ["LL100"]


def test_rules_that_are_switched_off_are_passed_over() -> None:
    source = PAGE_VIEW % "x > 5 and x < 5, enabled: false"
    assert found(source) == ()


def test_a_ruleset_knows_when_its_rules_are_to_be_reviewed() -> None:
    source = (PAGE_VIEW % "x > 5, review_by: 2099-01-31").encode()
    document = load(source, "r.yaml").document
    assert document is not None
    ruleset = build(document).ruleset
    assert ruleset is not None
    score = ruleset.score("a")
    assert isinstance(score, RuleScore)
    (rule,) = score.rules
    assert str(rule.head.review_by) == "2099-01-31"
    assert replace(rule.head, review_by=None) != rule.head


def test_a_member_is_judged_by_the_type_of_its_column() -> None:
    source = PAGE_VIEW % "'asset.%s has \"a, b\"'"
    said = []
    for column in ("tags", "topics"):
        document = load((source % column).encode(), "r.yaml").document
        assert document is not None
        ruleset = build(document, CATALOG).ruleset
        assert ruleset is not None
        said.append(codes(findings(ruleset, document, CATALOG, TODAY)))
    assert said == [["LL100"], []]
