"""Mutants: each changes one written thing, none changes what only a default says."""

from __future__ import annotations

import pytest

from leadline.document import load
from leadline.expression.nodes import Node, children, walk, with_children
from leadline.expression.unparse import unparse
from leadline.ruleset.build import build
from leadline.ruleset.model import Ruleset
from leadline.testing.mutating import Mutant, mutants
from leadline.testing.variants import variants

HEAD = "leadline: 1\nmodel: m\n"


def of(text: str) -> list[Mutant]:
    loaded = load((HEAD + text).encode(), "ruleset.yaml")
    assert loaded.document is not None
    built = build(loaded.document)
    assert built.ruleset is not None, built.diagnostics
    return list(mutants(built.ruleset, loaded.document))


def changes(text: str) -> list[str]:
    return [f"{m.place.line} {m.subject} {m.change}" for m in of(text)]


def resolved(text: str) -> Node:
    """Return an expression as a segment has it."""
    scores = "scores:\n  readiness:\n    facts:\n      f: {when: lead.a is x, points: 1}\n"
    loaded = load(f"{HEAD}{scores}segments:\n  s: |-\n    {text}\n".encode(), "ruleset.yaml")
    assert loaded.document is not None
    built = build(loaded.document)
    assert built.ruleset is not None, built.diagnostics
    return built.ruleset.segments[0].when


def expression(text: str) -> list[str]:
    return [
        v.after.replace("lead.", "") or f"without {v.before}"
        for v in variants(resolved(text.replace("a ", "lead.a ", 1) if text[0] == "a" else text))
    ]


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("a >= 5", ["6", "a > 5"]),
        ("a < 0.5", ["0.6", "a <= 0.5"]),
        ("a = 5", ["6", "a != 5"]),
        ("a in [x, y]", ['without "x"', 'without "y"', 'not a in ["x", "y"]']),
        ("a in [x]", ['not a in ["x"]']),
        ('a starts with "x"', ['not a starts with "x"']),
        ("a is present", ["a is missing"]),
        ("count(visit, 7 days) > 0", ["count(visit, 8 days)", "1", "count(visit, 7 days) >= 0"]),
        ("a > 1 day", ["2 days", "a >= 1 day"]),
        ("a > 2026-01-31", ["2026-02-01", "a >= 2026-01-31"]),
        ("a > 50%", ["51%", "a >= 50%"]),
        ("a between 1 and 2", ["2", "3"]),
        ("top 10% by readiness", ["top 11% by readiness"]),
        ("quiet(readiness, 60 days)", ["quiet(readiness, 61 days)"]),
    ],
)
def test_an_expression_is_changed_in_one_place(text: str, changed: list[str]) -> None:
    assert expression(text) == changed


def test_each_clause_of_and_and_or_is_left_out_once() -> None:
    found = [
        unparse(v.node) for v in variants(resolved("lead.a is x and (lead.b is y or lead.c is z)"))
    ]
    assert 'lead.b is "y" or lead.c is "z"' in found
    assert 'lead.a is "x"' in found
    assert 'lead.a is "x" and lead.b is "y"' in found
    assert 'lead.a is "x" and lead.c is "z"' in found


def test_with_children_is_the_inverse_of_children() -> None:
    text = (
        'not (lead.a in [1, 2] and lead.b between 1 and 2) or lower(lead.c) has "x" and '
        '-lead.d + 1 < 2 or lead.e is missing and lead.f starts with "g"'
    )
    for node in walk(resolved(text)):
        assert with_children(node, children(node)) == node


RULE = """scores:
  readiness:
    actions:
      visit:
        event: [page_view, download]
        where: url starts with "/pricing"
        points: 8
        limit: [3 per day, 5]
        max: 20
"""


def test_a_rule_is_changed_in_its_numbers_clauses_limits_and_caps() -> None:
    assert changes(RULE) == [
        "7 scores.readiness.actions.visit `page_view` left out",
        "7 scores.readiness.actions.visit `download` left out",
        '8 scores.readiness.actions.visit `url starts with "/pricing"` made '
        '`not url starts with "/pricing"`',
        '8 scores.readiness.actions.visit `where: url starts with "/pricing"` left out',
        "9 scores.readiness.actions.visit `8` made `9`",
        "10 scores.readiness.actions.visit `limit: 3 per day` left out",
        "10 scores.readiness.actions.visit `3 per day` made `4 per day`",
        "10 scores.readiness.actions.visit `limit: 5` left out",
        "10 scores.readiness.actions.visit `5` made `6`",
        "11 scores.readiness.actions.visit `20` made `21`",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("visit_gap: 20 minutes\n", ["3 visit_gap `20 minutes` made `a minute more`"]),
        (
            'leads: lead.a is "x"\n',
            [
                '3 leads `lead.a is "x"` made `lead.a is not "x"`',
                '3 leads `leads: lead.a is "x"` left out',
            ],
        ),
        (
            "scores:\n  s:\n    sales_ready: 100\n    range: 0 to 90\n"
            "    facts:\n      f: {when: lead.a is present, points: 5}\n"
            "    grades: {A: 50}\n"
            "stages:\n  by: score s\n  steps:\n    - {name: low, at: 0}\n"
            "    - {name: high, at: 40, leave_below: 30}\n  backward: false\n",
            [
                "6 scores.s `0 to 90` made `1 to 90`",
                "6 scores.s `0 to 90` made `0 to 91`",
                "8 scores.s.facts.f `lead.a is present` made `lead.a is missing`",
                "8 scores.s.facts.f `5` made `6`",
                "9 scores.s `50` made `51`",
                "14 stages `high at 40` made `high at 41`",
                "14 stages `leave_below: 30` made `leave_below: 31`",
                "15 stages `backward: false` left out",
            ],
        ),
        (
            "scores:\n  s:\n    actions:\n      a: {event: e, points: 1}\n"
            "    decay: {inactivity: 10% every 30 days, after: 60 days, floor: 5}\n",
            [
                "6 scores.s.actions.a `1` made `2`",
                "7 scores.s `10% every 30 days` made `11% every 30 days`",
                "7 scores.s `10% every 30 days` made `10% every 31 days`",
                "7 scores.s `after: 60 days` made `after: 61 days`",
                "7 scores.s `5` made `6`",
            ],
        ),
        (
            "scores:\n  s:\n    actions:\n"
            "      a: {event: e, bands: {1: 5, 3: 9}, within: 9 days}\n"
            "      b: {event: e, points: 1, reach: 5 distinct url per day}\n",
            [
                "6 scores.s.actions.a `1: 5` made `2: 5`",
                "6 scores.s.actions.a `1: 5` made `1: 6`",
                "6 scores.s.actions.a `3: 9` made `4: 9`",
                "6 scores.s.actions.a `3: 9` made `3: 10`",
                "6 scores.s.actions.a `9 days` made `10 days`",
                "7 scores.s.actions.b `1` made `2`",
                "7 scores.s.actions.b `5 distinct url per day` made `6 distinct url per day`",
                "7 scores.s.actions.b `reach: 5 distinct url per day` left out",
                "7 scores.s.actions.b `5 distinct url per day` made `without `distinct``",
            ],
        ),
    ],
)
def test_what_is_written_is_changed(text: str, expected: list[str]) -> None:
    assert changes(text) == expected


def test_a_rule_that_is_switched_off_has_no_mutants() -> None:
    assert not changes(
        "scores:\n  s:\n    actions:\n      a: {event: e, points: 1, enabled: false}\n"
    )


def test_every_mutant_is_another_ruleset() -> None:
    found = of(RULE)
    loaded = load((HEAD + RULE).encode(), "ruleset.yaml")
    assert loaded.document is not None
    base = build(loaded.document).ruleset
    assert isinstance(base, Ruleset)
    assert all(mutant.ruleset != base for mutant in found)


def test_the_last_day_that_there_is_has_no_later_one() -> None:
    found = changes(
        "scores:\n  r:\n    actions:\n      a: {event: e, points: 1, since: 2026-01-01, "
        "until: 9999-12-31, where: due < 9999-12-31}\n"
    )
    assert found == [
        "6 scores.r.actions.a `1` made `2`",
        "6 scores.r.actions.a `2026-01-01` made `2026-01-02`",
        "6 scores.r.actions.a `due < 9999-12-31` made `due <= 9999-12-31`",
        "6 scores.r.actions.a `where: due < 9999-12-31` left out",
    ]
