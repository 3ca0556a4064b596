"""What changed in the meaning of a ruleset, found in its built values."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from leadline.comparison.changes import Renames, find_changes, find_written_changes
from leadline.diagnostic import Place
from leadline.document import load
from leadline.expression.catalog import Type
from leadline.expression.nodes import Field, Number
from leadline.report.comparison import Change
from leadline.report.comparison_text import sentence
from leadline.ruleset.build import build
from leadline.ruleset.model import (
    Decay,
    EventRule,
    Fact,
    Idle,
    Limit,
    Reach,
    RuleHead,
    Ruleset,
    Window,
)
from leadline.ruleset.wording import rule_texts

TEXT = """\
leadline: 1
model: small
define:
  prices: url starts with "/pricing"
leads: lead.relation is not competitor
scores:
  readiness:
    sales_ready: 100
    range: 0 to 150
    actions:
      webinar: {event: webinar_attend, points: 15, group: events}
      pricing: {event: page_view, where: prices, points: 8, limit: 3 per day}
    behaviours:
      silent: {idle: 30 days, points: -5}
    groups:
      events: {max: 45}
    decay: {inactivity: 10% every 30 days, floor: 50% of sales_ready}
  fit:
    facts:
      chief: {when: lead.title is chief, points: 40}
    grades: {A: 60, B: 0}
  priority: {formula: 0.6 * score.readiness + 0.4 * score.fit}
accounts:
  buying: {of: readiness, combine: top 3, committee: 2 leads at 30}
stages:
  by: score readiness
  steps: equal [aware, engaged, sales_ready]
segments:
  hot: stage is sales_ready and grade.fit is A
automations:
  qualify: {when: enters hot, do: [{tag: {mql: today}}]}
audits:
  all_webinars: {kind: content, group: asset.kind is "webinar", metric: count(webinar_attend)}
"""


def compared(*edits: tuple[str, str]) -> tuple[tuple[Change, ...], Renames]:
    """Compare the text above with itself after some edits."""
    after = TEXT
    for old, new in edits:
        assert old in after, old
        after = after.replace(old, new)
    base, head = load(TEXT.encode(), "base.yaml"), load(after.encode(), "head.yaml")
    rulesets: list[Ruleset] = []
    for side in (base, head):
        assert side.document is not None
        made = build(side.document)
        assert made.ruleset is not None, made.diagnostics
        rulesets.append(made.ruleset)
    assert base.document is not None
    assert head.document is not None
    changes, renames = find_changes(rulesets[0], rulesets[1])
    return (*find_written_changes(base.document, head.document), *changes), renames


def told(*edits: tuple[str, str]) -> list[str]:
    return [sentence(change) for change in compared(*edits)[0]]


def test_the_same_text_has_no_change():
    assert told() == []


def test_layout_comments_and_order_are_no_change():
    assert (
        told(
            (
                "webinar: {event: webinar_attend, points: 15, group: events}",
                "webinar:  # the live ones\n        group: events\n        points: 15.0\n"
                "        event:\n          - webinar_attend",
            ),
            ("prices: url starts with", "prices: url  starts   with"),
            ("leads: lead.relation is not competitor\n", 'leads: lead.relation != "competitor"\n'),
            ("lead.title is chief", "'lead.title is \"chief\"'"),
            ("    facts:\n", "    grades: {A: 60, B: 0}\n    facts:\n"),
            ("points: 40}\n    grades: {A: 60, B: 0}\n", "points: 40}\n"),
        )
        == []
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("points: 15", "points: 20", "score readiness, rule webinar: points 15 -> 20"),
        ("3 per day", "2 per week", "score readiness, rule pricing: limit 3 per day -> 2 per week"),
        ("8, limit: 3 per day", "8", "score readiness, rule pricing: limit 3 per day -> none"),
        ("idle: 30 days", "idle: 1 day", "score readiness, rule silent: idle 30 days -> 1 day"),
        ("{max: 45}", "{max: 50}", "score readiness, group events: max 45 -> 50"),
        (
            "inactivity: 10% every 30 days",
            "inactivity: 5 points every 30 days",
            "score readiness: decay inactivity: 10% every 30 days -> "
            "inactivity: 5 points every 30 days",
        ),
        ("floor: 50%", "floor: 40%", "score readiness: floor 50 -> 40"),
        ("0 to 150", "0 to 120", "score readiness: range 0 to 150 -> 0 to 120"),
        ("{A: 60, B: 0}", "{A: 70, B: 0}", "score fit: grades A: 60, B: 0 -> A: 70, B: 0"),
        (
            "title is chief",
            "title is head",
            'score fit, rule chief: when lead.title is "chief" -> lead.title is "head"',
        ),
        (
            "0.4 * score.fit",
            "0.5 * score.fit",
            "score priority: formula 0.6 * score.readiness + 0.4 * score.fit -> "
            "0.6 * score.readiness + 0.5 * score.fit",
        ),
        ("top 3", "sum", "account score buying: combine top 3 -> sum"),
        (
            "2 leads at 30",
            "3 leads at 30",
            "account score buying: committee 2 leads at 30 -> 3 leads at 30",
        ),
        ("grade.fit is A", "grade.fit is B", 'segment hot: stage is "sales_ready" and grade.fit is '
         '"A" -> stage is "sales_ready" and grade.fit is "B"'),
        ("tag: {mql: today}", "tag: {mql: yes}",
         "automation qualify: do tag mql: today -> tag mql: yes"),
        ("enters hot", "leaves hot", "automation qualify: when enters hot -> leaves hot"),
        ("model: small\n", "model: small\ntimezone: Europe/Berlin\n",
         "timezone UTC -> Europe/Berlin"),
        ("model: small\n", "model: small\nignore: url is missing\n",
         "ignore none -> url is missing"),
        ("model: small\n", "model: small\nvisit_gap: 1 hour\n", "visit_gap 30 minutes -> 1 hour"),
        ('asset.kind is "webinar"', 'asset.kind is "video"',
         'audit all_webinars: group asset.kind is "webinar" -> asset.kind is "video"'),
    ],
)  # fmt: skip
def test_each_change_is_told_in_a_sentence(old: str, new: str, said: str):
    assert told((old, new)) == [said]


def test_a_define_is_told_with_every_rule_that_uses_it():
    assert told(('"/pricing"', '"/prices"')) == [
        'define prices: url starts with "/pricing" -> url starts with "/prices"',
        'score readiness, rule pricing: where url starts with "/pricing" -> '
        'url starts with "/prices"',
    ]


def test_the_place_is_that_at_the_head():
    [change] = compared(("points: 15", "points: 20"))[0]

    assert change.place == "head.yaml:11"


def test_what_is_added_and_removed_is_told_in_full():
    changes, _ = compared(
        (
            "      webinar: {event: webinar_attend, points: 15, group: events}\n",
            "      demo: {event: demo, points: 3}\n",
        ),
    )

    assert [sentence(change) for change in changes] == [
        "score readiness, rule demo: added: event: demo, points: 3",
        "score readiness, rule webinar: removed: event: webinar_attend, points: 15, group: events",
    ]
    assert [change.place for change in changes] == ["head.yaml:11", "base.yaml:11"]


def test_a_rule_of_another_name_and_the_same_content_is_renamed():
    changes, renames = compared(("      webinar:", "      live_webinar:"))

    assert [sentence(c) for c in changes] == [
        "score readiness, rule live_webinar: renamed, was webinar"
    ]
    assert renames.rules == {("readiness", "live_webinar"): "webinar"}


def test_a_segment_an_account_score_and_a_score_can_be_renamed():
    changes, renames = compared(
        ("  hot: stage", "  warm: stage"), ("enters hot", "enters warm"),
        ("  buying:", "  group:"), ("  priority:", "  rank:"),
    )  # fmt: skip

    assert renames == Renames({"rank": "priority"}, {}, {"group": "buying"}, {"warm": "hot"})
    assert sum(change.kind == "renamed" for change in changes) == 3


def test_words_for_people_are_told_apart():
    changes, _ = compared(
        ("points: 15, group: events}", "points: 15, group: events, note: live, owner: ada}"),
        ("    behaviours:\n      silent: {idle: 30 days, points: -5}\n", ""),
        ("    actions:\n", "    actions:\n      silent: {idle: 30 days, points: -5}\n"),
    )

    assert {(change.kind, change.key) for change in changes} == {
        ("quiet", "note"),
        ("quiet", "owner"),
        ("quiet", "section"),
    }


def test_stages_that_come_and_go_are_told():
    [gone] = [
        change
        for change in compared(
            ("stages:\n  by: score readiness\n  steps: equal [aware, engaged, sales_ready]\n", ""),
            ("stage is sales_ready and ", ""),
        )[0]
        if change.subject == "stages"
    ]

    assert sentence(gone).startswith("stages: removed: by: score readiness, steps: aware, engaged")
    assert told(("equal [aware, engaged", "equal [aware, busy"))[0] == (
        "stages: steps aware, engaged, sales_ready -> aware, busy, sales_ready"
    )


# Nothing of a rule can change without a word.

HERE = Place("a.yaml", 1, 1, 1, 2)
ELSEWHERE = Place("b.yaml", 7, 1, 7, 2)
GIVEN = {"name": "r", "section": "actions", "enabled": True, "note": "", "owner": "", "place": HERE}
HEAD = RuleHead(**{field.name: GIVEN.get(field.name) for field in dataclasses.fields(RuleHead)})
URL = Field("event", "url", Type.TEXT, HERE)
OTHERS = {
    "name": "other",
    "section": "behaviours",
    "minimum": 1.0,
    "maximum": 2.0,
    "group": "g",
    "since": date(2026, 1, 1),
    "until": date(2026, 1, 2),
    "review_by": date(2026, 1, 3),
    "enabled": False,
    "note": "n",
    "owner": "o",
}
RULES = {
    "event": EventRule(HEAD, ("a",), None, (), None, Number(1, HERE), (), None, None),
    "fact": Fact(HEAD, URL, Number(1, HERE)),
    "idle": Idle(HEAD, 30, Number(1, HERE)),
}
PARTS = {
    "events": ("b",),
    "where": URL,
    "limits": (Limit(1, Window("day")),),
    "reach": Reach(2, None, Window("ever")),
    "points": Number(2, HERE),
    "bands": ((1, 2.0),),
    "within": 3,
    "decay": Decay("expire", 5),
    "when": Number(1, HERE),
    "days": 31,
}


@pytest.mark.parametrize("kind", sorted(RULES))
def test_no_part_of_a_rule_changes_without_a_word(kind: str):
    rule = RULES[kind]
    for field in dataclasses.fields(rule):
        if field.name != "head":
            other = dataclasses.replace(rule, **{field.name: PARTS[field.name]})
            assert rule_texts(other) != rule_texts(rule), field.name
    for field in dataclasses.fields(RuleHead):
        if field.name not in ("name", "place"):
            head = dataclasses.replace(HEAD, **{field.name: OTHERS[field.name]})
            other = dataclasses.replace(rule, head=head)
            assert rule_texts(other) != rule_texts(rule), field.name
    moved = dataclasses.replace(rule, head=dataclasses.replace(HEAD, place=ELSEWHERE))
    assert rule_texts(moved) == rule_texts(rule)
