from __future__ import annotations

import pytest

from leadline.diagnostic import Place
from leadline.document import Document, load
from leadline.language_server.counting import rule_figures
from leadline.language_server.hover import Known, hover, hover_key
from leadline.language_server.text import text_of
from leadline.language_server.vocabulary import Vocabulary
from leadline.pipeline import RulesetText, check_ruleset
from leadline.testing.schema import TEST_SCHEMA


@pytest.fixture(scope="module")
def known(document: Document, words: Vocabulary, store) -> Known:
    text = RulesetText("ruleset.yaml", document.text, document, ())
    ruleset, found = check_ruleset(text, words.figures.catalog, store)
    assert found == ()
    return Known(words, ruleset, rule_figures(store, text))


def said(document: Document, known: Known, marked: str) -> str:
    """Return what is said at the mark ¦ in a piece of the ruleset."""
    at = document.text.index(marked.replace("¦", "")) + marked.index("¦")
    found = hover(document, text_of(document.text, "utf-16").place("ruleset.yaml", at), known)
    return found.says if found is not None else ""


@pytest.mark.parametrize(
    ("marked", "words_said"),
    [
        ("      demo¦_request:", ["gives 40 points", "The clearest sign there is.", "Matched "]),
        ("      decision¦_maker:", ["while the lead's job title", "True of "]),
        ("      event¦s:\n        max: 45", ["**events** (group)", "webinar", "at most 45"]),
        ("group: ev¦ents", ["**events** (group)", "at most 45"]),
        ("  rea¦diness:\n    note", ["**readiness** (score)", "A lead usually is ready", "100"]),
        ("0.6 * sco¦re.readiness", ["**readiness** (score)"]),
        ("  inte¦rest:\n", ["**interest** (score)", "One score for each product", "3 rules."]),
        ("  prio¦rity:\n", ["**priority** (score)", "Made of other scores"]),
        ("where: sales¦_content", ["(define)", 'asset.tags has "sales-ready"']),
        ("  ho¦t: stage", ["**hot** (segment)", "Leads where the stage is"]),
        ("when: enters ho¦t", ["**hot** (segment)"]),
        ("hot: stage is sales¦_ready", ["**sales_ready** (stage)", "Begins at 67"]),
        ("lim¦it: 3 per day", ["The first N matching events count", "`3 per day`"]),
        ("timezo¦ne: Europe", ["**timezone** (text)"]),
        ("event: demo¦_request", ["(event type)", "in the data."]),
        ("seconds¦_watched, asset", ["(number; events)", "value"]),
        ('asset.ki¦nd is "white', ["**asset.kind** (text; assets)", "`page` (6)"]),
        ('"white pa¦per"', ["**white paper**", "of the data with this `asset.kind`"]),
        ("[D¦E, AT, CH]", ["**DE**", "`lead.country`"]),
        ("20 * sha¦re(", ["**share(number, number)**", "`share(30, 60)` is `0.5`"]),
        ("cold: qui¦et(", ["**quiet(score, duration)**", "has not risen"]),
        ("tag.con¦sent", ["(tag)"]),
    ],
)
def test_what_is_said_about_a_place(
    document: Document, known: Known, marked: str, words_said: list[str]
):
    text = said(document, known, marked)

    assert [words for words in words_said if words not in text] == []


def test_nothing_is_said_of_numbers_and_comments(document: Document, known: Known):
    assert said(document, known, "points: 4¦0") == ""
    assert said(document, known, "# A lead-sc¦oring model") == ""


def test_without_data_and_without_a_ruleset_the_keys_are_explained(document: Document):
    known = Known(Vocabulary())

    assert "(rule of readiness)" in said(document, known, "      demo¦_request:")
    assert "Such as" in said(document, known, "lim¦it: 3 per day")
    assert said(document, known, "seconds¦_watched, asset") == ""


def test_keys_of_tests_are_explained():
    document = load(b"cases:\n  it counts:\n    on: 2026-06-30\n", "x.test.yaml").document
    assert document is not None

    found = hover_key(document, Place("x", 3, 6, 3, 6), TEST_SCHEMA)

    assert found is not None
    assert "The date of the scores" in found.says
