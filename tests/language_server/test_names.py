from __future__ import annotations

import re
from pathlib import Path

import pytest

from leadline.document import Document, load
from leadline.errors import UsageError
from leadline.language_server.case_names import case_mentions
from leadline.language_server.names import Mention, Name, mention_in, mentions
from leadline.language_server.outline import outline
from leadline.language_server.renaming import definitions, references, renamed
from leadline.language_server.session import Session
from leadline.language_server.text import text_of
from leadline.ruleset.build import build

ROOT = Path(__file__).parents[2]


def with_text(text: str, places, new: str) -> str:
    lines = text_of(text, "utf-32")
    for place in sorted(places, reverse=True):
        span = lines.span(place)
        text = text[: span.start] + new + text[span.end :]
    return text


def word_at(document: Document, mention: Mention) -> str:
    lines = text_of(document.text, "utf-32")
    span = lines.span(mention.place)
    return document.text[span.start : span.end]


def test_every_mention_stands_where_it_says(document: Document):
    found = mentions(document)

    assert {mention.name.kind for mention in found} == {
        "define", "score", "group", "stage", "segment", "account", "rule", "automation",
    }  # fmt: skip
    for mention in found:
        assert word_at(document, mention) == mention.name.text
        assert mention_in(document, mention.place) == mention


@pytest.mark.parametrize(
    "name",
    [
        Name("score", "readiness"),
        Name("score", "fit"),
        Name("define", "sales_content"),
        Name("group", "events", "readiness"),
        Name("segment", "hot"),
        Name("stage", "sales_ready"),
        Name("account", "buying"),
        Name("rule", "white_paper", "readiness"),
    ],
)
def test_a_name_is_renamed_everywhere_and_nowhere_else(document: Document, name: Name):
    done = renamed(mentions(document), name, "quite_new")
    text = with_text(document.text, done.places, done.text)

    after = load(text.encode(), "ruleset.yaml").document
    assert after is not None
    assert build(after).diagnostics == ()
    back = renamed(mentions(after), Name(name.kind, "quite_new", name.score), name.text)
    assert with_text(text, back.places, back.text) == document.text
    assert references(mentions(after), name) == ()


def test_quotes_backquotes_and_blocks_are_seen_through():
    text = """\
leadline: 1
model: m
define:
  'busy': url is present
scores:
  "one":
    actions:
      a:
        event: x
        where: >-
          busy and
          url is y
        points: 1
        group: "g"
    groups: {g: {max: 2}}
  two: {formula: '`score`.`one` + score.one'}
stages: {by: score one, steps: [{name: "low"}, {name: high, at: 3}]}
segments: {s: 'stage in ["high", low] and grade.one is A and top 3 by `one`'}
automations: {q: {when: leaves high, do: [{offer: {}}]}}
"""
    document = load(text.encode(), "f").document
    assert document is not None
    found = mentions(document)

    assert {word_at(document, m) for m in found if m.name == Name("define", "busy")} == {"busy"}
    assert len(references(found, Name("define", "busy"))) == 2
    assert len(references(found, Name("score", "one"))) == 6
    assert len(references(found, Name("group", "g", "one"))) == 2
    assert len(references(found, Name("stage", "high"))) == 3
    assert all(word_at(document, m) == m.name.text for m in found)


def test_a_service_level_names_a_stage():
    text = "stages: {by: score s, steps: 'equal [low, high]', sla: {high: 14 days}}\n"
    document = load(text.encode(), "f").document
    assert document is not None

    found = mentions(document)
    assert [m.name for m in found if m.name.text == "high"] == [Name("stage", "high")] * 2
    assert all(word_at(document, m) == m.name.text for m in found)


def test_steps_that_are_several_words_are_one_name():
    text = """stages: {by: score s, steps: 'equal [low, "quite high"]'}\n"""
    document = load(text.encode(), "f").document
    assert document is not None

    found = mentions(document)
    assert [m.name.text for m in found if m.gives] == ["low", "quite high"]
    assert word_at(document, found[-1]) == "quite high"


def test_a_name_is_not_renamed_where_something_cannot_be_read(tmp_path: Path):
    good = "leadline: 1\nmodel: m\nscores: {one: {formula: score.two}}\n"
    ruleset, tests = tmp_path / "ruleset.yaml", tmp_path / "ruleset.test.yaml"
    session = Session()

    def unread(text: str, cases: str) -> str:
        ruleset.write_text(text, encoding="utf-8")
        tests.write_text(cases, encoding="utf-8")
        return session.unread(session.put("uri", ruleset, 1, text_of(text, "utf-16")))

    assert unread(good, "cases: {}\n") == ""
    assert unread(good.replace("score.two", "score.two +"), "cases: {}\n") == "ruleset.yaml:3"
    assert unread("a: [", "cases: {}\n") == "ruleset.yaml"
    assert unread(good, "cases: [") == "ruleset.test.yaml"


def test_a_column_called_like_a_stage_is_none():
    text = "define: {d: 'stage is aware'}\nstages: {by: tag t, steps: [{name: aware}]}\n"
    document = load(text.encode(), "f").document
    assert document is not None

    assert len(references(mentions(document), Name("stage", "aware"))) == 1


def test_tests_are_renamed_with_their_ruleset(document: Document):
    path = ROOT / "rulesets/b2b_saas/ruleset.test.yaml"
    cases = load(path.read_bytes(), str(path)).document
    assert cases is not None
    found = case_mentions(cases)

    assert {m.name.kind for m in found} >= {"score", "rule", "stage", "segment"}
    assert all(word_at(cases, mention) == mention.name.text for mention in found)
    done = renamed((*mentions(document), *found), Name("rule", "white_paper", "readiness"), "paper")
    in_cases = [place for place in done.places if place.file == str(path)]
    text = with_text(cases.text, in_cases, done.text)
    assert in_cases
    assert text == re.sub(r"readiness\.white_paper\b", "readiness.paper", cases.text)


@pytest.mark.parametrize(
    ("name", "new", "why"),
    [
        (Name("score", "readiness"), "fit", "already"),
        (Name("score", "readiness"), "FIT", "already"),
        (Name("score", "readiness"), "two words", "is no name"),
        (Name("score", "readiness"), "and", "is no name"),
        (Name("score", "nowhere"), "new", "is given"),
    ],
)
def test_what_cannot_be_renamed_is_refused(document: Document, name: Name, new: str, why: str):
    with pytest.raises(UsageError, match=why):
        renamed(mentions(document), name, new)


def test_a_definition_is_the_key_that_gives_the_name(document: Document):
    [place] = definitions(mentions(document), Name("segment", "hot"))

    assert document.text.split("\n")[place.line - 1].startswith("  hot:")


def test_the_outline_has_every_rule_and_stage(document: Document):
    def texts(symbols) -> list[str]:
        return [s.text for one in symbols for s in (one, *below(one))]

    def below(symbol):
        return [s for one in symbol.below for s in (one, *below(one))]

    found = texts(outline(document))
    given = {m.name.text for m in mentions(document) if m.gives}
    assert given <= set(found)
    for symbol in outline(document):
        for inner in below(symbol):
            whole, name = inner.whole, inner.name
            assert (whole.line, whole.column) <= (name.line, name.column)
            assert (whole.end_line, whole.end_column) >= (name.end_line, name.end_column)
