"""Expressions and rules in plain English."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.expression.expressions import EXPRESSIONS, HERE
from tests.expression.reading import OF_EVENTS, OF_SEGMENTS, parsed, resolved

from leadline.document import load
from leadline.expression import nodes as n
from leadline.expression.functions import BUILT_IN
from leadline.report.words import (
    condition_in_words,
    in_words,
    rule_in_words,
    score_decay_in_words,
)
from leadline.ruleset.build import build
from leadline.ruleset.model import RuleScore

CONDITIONS = {
    'text starts with "/pricing"': 'text starts with "/pricing"',
    'text is "white paper"': 'text is "white paper"',
    "text is not DE": 'text is not "DE"',
    "lead.country in [DE, AT, CH]": 'the lead\'s country is "DE", "AT" or "CH"',
    "lead.country not in [DE, AT]": 'the lead\'s country is neither "DE" nor "AT"',
    "lead.country not in [DE]": 'the lead\'s country is not "DE"',
    "number >= 200": "number is at least 200",
    "number < 1.50": "number is below 1.5",
    "not number < 2": "number is not below 2",
    "number between 50 and 199": "number is between 50 and 199",
    "not (number between 1 and 2)": "number is not between 1 and 2",
    "born <= 2026-01-31": "born is not after 2026-01-31",
    "not (born <= 2026-01-31)": "it is not so that born is not after 2026-01-31",
    "instant > 2026-01-31": "instant is after 2026-01-31",
    "lead.`Job Title` is missing": "the lead's Job Title is missing",
    "topics is present": "topics are present",
    'topics has "x"': 'topics include "x"',
    'not (topics has "x")': 'topics do not include "x"',
    "truth": "truth is true",
    "not truth": "truth is not true",
    "truth is false": "truth is false",
    "number > 1 and (number < 9 or truth)": "number is above 1 and (number is below 9 or "
    "truth is true)",
    "not (number > 1 or number < 0)": "number is not above 1 and number is not below 0",
    "not (number > 1 and truth)": "number is not above 1 or truth is not true",
    'text matches "(?i)\\b(vp|chief|head)\\b"': 'text contains the word "vp", "chief" or "head" '
    "in any case",
    'text matches "\\bstudent\\b"': 'text contains the word "student"',
    'not (text matches "(?i)ceo|cfo")': 'text does not contain "ceo" or "cfo" in any case',
    'text matches "^/a.*b$"': 'text matches the pattern "^/a.*b$"',
    'lower(text) is "a"': 'text in small letters is "a"',
    "count(view, 7 days) = 0": "the lead has no view event in the last 7 days",
    "count(page_view, 1 day) > 0": "the lead has at least 1 page view event in the last 1 day",
    "not (count(view) >= 3)": "the lead has fewer than 3 view events",
    "number = `other`": "number is other",
}

OF_LISTS = {
    "stage is sales_ready and grade.fit in [A, B]": 'the stage is "sales_ready" and the grade of '
    'fit is "A" or "B"',
    "quiet(readiness, 60 days)": "readiness has not risen for 60 days",
    "not quiet(readiness, 60 days)": "readiness has risen, or the lead begun, in the last 60 days",
    "bottom 10% by readiness": "the lead is among the bottom 10% by readiness",
    "not top 5 by fit": "the lead is not among the top 5 leads by fit",
    "change(readiness, 7 days) >= 10": "the change of readiness in the last 7 days is at least 10",
    "matrix is A1": 'the cell of the matrix is "A1"',
    "tag.consent is withdrawn": 'the tag consent is "withdrawn"',
    "score.readiness > 3 * score.fit": "readiness is above 3 times fit",
}

VALUES = {
    "20 * share(number, other)": "20 times the share of number in other (from 0 to 1)",
    "3 * (number + 1) - 2": "3 times (number plus 1) minus 2",
    "max(number, 3, other) / 2": "(the largest of number, 3 and other) divided by 2",
    "5 - min(number, 1)": "5 minus the smallest of number and 1",
    "-number": "minus number",
    "50% * number": "50% of number",
    "coalesce(number, 0)": "the first of number and 0 that is present",
    "days_since(born)": "the number of whole days from born to the date of the score",
}


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_condition_is_said_in_english(text: str) -> None:
    assert condition_in_words(resolved(text, OF_EVENTS)) == CONDITIONS[text]


@pytest.mark.parametrize("text", OF_LISTS)
def test_what_a_list_asks_is_said_in_english(text: str) -> None:
    assert condition_in_words(resolved(text, OF_SEGMENTS)) == OF_LISTS[text]


@pytest.mark.parametrize("text", VALUES)
def test_a_value_is_said_in_english(text: str) -> None:
    assert in_words(resolved(text, OF_EVENTS)) == VALUES[text]


def test_a_formula_of_shares_reads_as_percentages() -> None:
    formula = resolved("0.6 * score.readiness + 0.4 * score.fit", OF_SEGMENTS)

    assert in_words(formula) == "60% of readiness plus 40% of fit"


def test_names_that_are_not_resolved_yet_read_the_same() -> None:
    assert condition_in_words(parsed('lead.country is DE and url contains "x"')) == (
        'the lead\'s country is "DE" and url contains "x"'
    )
    assert condition_in_words(n.Compare("=", parsed("lead.vip"), n.Text("true", HERE), HERE)) == (
        "the lead's vip is true"
    )


def test_every_function_has_a_sentence_for_its_arguments() -> None:
    for function in BUILT_IN:
        said = in_words(parsed(function.example[0]))
        assert said != function.example[0]
        assert "{" not in said, said


@settings(max_examples=200)
@given(EXPRESSIONS)
def test_anything_that_parses_can_be_said(node: n.Node) -> None:
    said = condition_in_words(node)

    assert said == said.strip()
    assert said != ""


RULES = """\
leadline: 1
model: m
scores:
  s:
    sales_ready: 100
    actions:
      plain: {event: demo_request, points: 40, limit: 1}
      several: {event: [view, play], points: 1}
      negative: {event: page_view, where: url contains "job", points: -15, limit: 1 per day}
      worked_out: {event: play, points: '20 * share(watched, asset.duration)', max: 40}
      banded:
        event: buy
        bands: {1: 5, 3: 10}
        within: 90 days
        since: 2026-01-01
        until: 2026-02-01
        min: -3
        max: 20
      deep: {event: view, points: 10, reach: 5 distinct url per visit}
      narrow: {event: view, points: 1, limit: [1 per day, 3 per visit], reach: 2 per asset.product}
      left: {event: view, points: 1, group: g, until: 2026-02-01}
      right: {event: view, points: 1, group: g, enabled: false}
      alone: {event: view, points: 1, group: h, since: 2026-02-01, min: 1}
      own: {event: view, points: 8, decay: none}
    behaviours:
      still: {idle: 30 days, points: -5}
    facts:
      chief: {when: lead.job contains "Chief", points: 40}
      sized: {when: account.employees > 9, points: account.employees / 10}
    groups: {g: {max: 10, min: -4}, h: {max: 1}}
    decay: {DECAY}
"""

SAID = {
    "plain": "Each demo request gives 40 points; only the first counts.",
    "several": "Each view or play gives 1 point.",
    "negative": 'Each page view where url contains "job" takes 15 points; only the first of each '
    "day counts.",
    "worked_out": "Each play gives points: 20 times the share of watched in the asset's duration "
    "(from 0 to 1). Its total is held to at most 40 points.",
    "banded": "Each buy counts in the last 90 days towards its points: 5 for 1 and 10 for 3 or "
    "more. Its total is held to -3 to 20 points. It counts from 2026-01-01 to 2026-02-01, both "
    "included.",
    "deep": "Each view gives 10 points; only the 5th different url of each visit counts.",
    "narrow": "Each view gives 1 point; only what is the 2nd for each asset's product, the first "
    "of each day and among the first 3 of each visit counts.",
    "left": "Each view gives 1 point. Together with right it is held to -4 to 10 points. It counts "
    "until 2026-02-01.",
    "right": "Each view gives 1 point. Together with left it is held to -4 to 10 points. It is "
    "switched off.",
    "alone": "Each view gives 1 point. Its total is held to at least 1 point. In group h it is "
    "held to at most 1 point. It counts from 2026-02-01 on.",
    "own": "Each view gives 8 points.",
    "still": "-5 points while the lead has done nothing for 30 days or more.",
    "chief": '40 points while the lead\'s job contains "Chief".',
    "sized": "Points while the account's employees are above 9: the account's employees divided "
    "by 10.",
}

DECAYS = {
    "half_life: 45 days": "Points halve every 45 days.",
    "half_life: 1 day": "Points halve every day.",
    "linear: 90 days": "Points decay evenly, to nothing after 90 days.",
    "steps: 25% every 30 days": "Points lose 25% of their first value every 30 days.",
    "steps: 12.5% every 30 days, compound: true": "Points lose 12.5% of what is left of them every "
    "30 days.",
    "expire: 90 days": "Points count in full for 90 days, then no more.",
    "expire: 90 days, floor: 50% of sales_ready": "Points count in full for 90 days, then no more, "
    "but decay never takes the score below 50.",
    "inactivity: 10% every 30 days, floor: 20": "Without activity the score loses 10% of what is "
    "left every 30 days, but decay never takes the score below 20. Activity is an event that earns "
    "points.",
    "inactivity: 5 points every 7 days, after: 60 days, activity: any": "Without activity the "
    "score loses 5 points every 7 days, for the first time after 60 days, down to 0. Activity is "
    "any event.",
    "inactivity: 1 points every 1 day, activity: url is present": "Without activity the score "
    "loses 1 point every day, down to 0. Activity is an event where url is present.",
}


def score_of(decay: str) -> RuleScore:
    text = RULES.replace("decay: {DECAY}", f"decay: {{{decay}}}" if decay else "")
    document = load(text.encode(), "m.yaml").document
    assert document is not None
    built = build(document)
    assert built.ruleset is not None, built.diagnostics
    [score] = built.ruleset.scores
    assert isinstance(score, RuleScore)
    return score


@pytest.mark.parametrize("name", SAID)
def test_a_rule_is_said_in_a_few_sentences(name: str) -> None:
    score = score_of("")
    [rule] = [rule for rule in score.rules if rule.head.name == name]

    assert rule_in_words(rule, score) == SAID[name]


def test_a_rule_says_the_decay_that_its_points_have() -> None:
    score = score_of("half_life: 45 days")
    said = {rule.head.name: rule_in_words(rule, score) for rule in score.rules}

    assert said["several"] == "Each view or play gives 1 point. Points halve every 45 days."
    assert said["own"] == SAID["own"]
    assert said["banded"] == SAID["banded"]
    assert said["chief"] == SAID["chief"]


@pytest.mark.parametrize("decay", DECAYS)
def test_a_decay_is_said_in_a_sentence(decay: str) -> None:
    score = score_of(decay)

    assert score_decay_in_words(score) == DECAYS[decay]


def test_a_score_without_decay_says_so() -> None:
    assert score_decay_in_words(score_of("")) == "Points do not decay."
