from __future__ import annotations

import random

import pytest

from leadline.configuration import PROJECT_SCHEMA
from leadline.document import Document, load
from leadline.language_server.case_completion import complete_case
from leadline.language_server.completion import complete
from leadline.language_server.offers import Offers
from leadline.language_server.spot import keys_in
from leadline.language_server.vocabulary import Vocabulary, names_near
from leadline.ruleset.build import build

PRICING = 'where: url starts with "/pricing"'


def offered(text: str, old: str, new: str, words: Vocabulary) -> tuple[Offers, str]:
    """Return what is offered at the mark ¦ of what stands in the place of ``old``."""
    assert old in text
    marked = text.replace(old, new, 1)
    whole = marked.replace("¦", "", 1)
    return complete(whole, marked.index("¦"), words), whole


def labels(found: Offers) -> list[str]:
    return [offer.label for offer in found.offers]


def inserts(found: Offers) -> list[str]:
    return [offer.insert for offer in found.offers]


def test_keys_are_those_of_the_schema_that_are_not_there(ruleset_yaml: str, words: Vocabulary):
    old = "        limit: 1\n        note: The clearest"
    found, _ = offered(ruleset_yaml, old, "        ¦\n        note: The clearest", words)

    assert "limit" in labels(found)
    assert not {"event", "points", "note"} & set(labels(found))
    limit = next(offer for offer in found.offers if offer.label == "limit")
    assert limit.insert == "limit: "
    assert limit.says.startswith("The first N matching events count")


@pytest.mark.parametrize(
    ("old", "new", "first"),
    [
        ("decay:\n      half_life: 45 days", "decay:\n      ¦", ["half_life", "linear"]),
        ("limit: 3 per day", "limit: ¦", ["1", "3 per day"]),
        ("limit: 3 per day", "limit: 3 ¦", ["per"]),
        ("limit: 3 per day", "limit: 3 per ¦", ["day", "week", "month", "visit"]),
        ("group: events", "group: ¦", ["events"]),
        ("by: score readiness", "by: ¦", ["score readiness", "score fit", "score priority"]),
        ("when: enters hot", "when: ¦", ["enters hot", "enters cold"]),
        ("fit: [A, B, C, D]", "fit: [A, ¦", ["A", "B", "C", "D"]),
        ("fit: [A, B, C, D]", "¦", ["fit", "priority"]),
        ("of: readiness", "of: ¦", ["readiness", "fit"]),
        ("timezone: Europe/Berlin", "timezone: Europe/B¦", ["Africa/Abidjan"]),
        ("0.6 * score.readiness", "0.6 * score.¦", ["readiness", "fit"]),
        ("hot: stage is sales_ready", "hot: stage is ¦", ["aware", "engaged", "sales_ready"]),
        ("grade.fit in [A, B]", "grade.fit in [A, ¦", ["B", "C", "D"]),
        ("cold: quiet(readiness", "cold: quiet(¦", ["readiness", "fit"]),
        ("wake: bottom 10% by readiness", "wake: bottom 10% by ¦", ["readiness"]),
        (PRICING, "where: ur¦", ["occurred_at", "type", "campaign"][:1]),
        (PRICING, "where: url ¦", ["is", "is not", "in", "not in", "starts with"]),
    ],
)
def test_names_and_words_of_the_language(
    ruleset_yaml: str, words: Vocabulary, old: str, new: str, first: list[str]
):
    found, _ = offered(ruleset_yaml, old, new, words)

    assert labels(found)[: len(first)] == first


@pytest.mark.parametrize(
    ("new", "insert", "typed"),
    [
        ("where: asset.kind is ¦", '"white paper"', ""),
        ('where: asset.kind is "wh¦', '"white paper"', '"wh'),
        ("where: asset.kind in [page, ¦", '"case study"', ""),
        ("where: 'asset.kind is ¦'", '"white paper"', ""),
        ('where: "asset.kind is ¦"', '\\"white paper\\"', ""),
        ('where: "asset.kind is \\"wh¦"', '\\"white paper\\"', '\\"wh'),
        ("where: asset.tags has ¦", '"sales-ready"', ""),
        ("where: lead.country is ¦", "DE", ""),
        ('where: lead.country is "¦', '"DE"', '"'),
        ("where: lead.country contains ¦", '"DE"', ""),
        ("where: not (asset.kind is ¦)", '"white paper"', ""),
        ("where: >-\n          url is present\n          and asset.kind is ¦", '"white paper"', ""),
        ("where: asset.k¦", "kind", "k"),
        ("where: count(¦", "page_view", ""),
    ],
)
def test_values_and_fields_come_from_the_data(
    ruleset_yaml: str, words: Vocabulary, new: str, insert: str, typed: str
):
    found, whole = offered(ruleset_yaml, PRICING, new, words)

    assert insert in inserts(found)
    marked = ruleset_yaml.replace(PRICING, new, 1)
    assert whole[found.start : marked.index("¦")] == typed


def test_lines_may_end_as_on_windows(ruleset_yaml: str, words: Vocabulary):
    text = ruleset_yaml.replace("\n", "\r\n")
    for new in ('where: asset.kind is "wh¦', 'where: >-\r\n          asset.kind is "wh¦'):
        found, whole = offered(text, PRICING, new, words)
        assert '"white paper"' in inserts(found)
        assert whole[found.start :].startswith('"wh\r\n')
    assert "limit" in labels(offered(text, "        limit: 1\r\n", "        ¦\r\n", words)[0])


def test_values_are_counted_and_the_commonest_comes_first(
    ruleset_yaml: str, words: Vocabulary, store
):
    counted = store.database.rows(
        'SELECT "type", count(*) FROM events GROUP BY 1 ORDER BY 2 DESC, 1'
    )
    found, _ = offered(ruleset_yaml, "event: demo_request", "event: ¦", words)

    of_data = [offer for offer in found.offers if offer.detail.endswith(("row", "rows"))]
    assert [(o.label, int(o.detail.split()[0])) for o in of_data] == counted


SMALL = """\
leadline: 1
model: m
scores:
  one: {actions: {a: {event: e, points: 1,
        WHERE}}}
"""


def test_what_is_taken_is_what_the_data_hold(words: Vocabulary, figures):
    """Each value that is offered makes a ruleset that compiles, whatever letters it has."""
    for new in ("where: asset.kind is ¦", "where: 'asset.tags has ¦'", 'where: "url is ¦"'):
        found, whole = offered(SMALL, "WHERE", new, words)
        end = SMALL.replace("WHERE", new, 1).index("¦")
        values = [offer for offer in found.offers if offer.kind == "value"]
        assert values
        for offer in values:
            text = whole[: found.start] + offer.insert + whole[end:]
            built = build(load(text.encode(), "x").document, figures.catalog)
            assert built.diagnostics == (), offer


def test_functions_say_how_they_are_written(ruleset_yaml: str, words: Vocabulary):
    found, _ = offered(ruleset_yaml, "points: 40", "points: sh¦", words)

    share = next(offer for offer in found.offers if offer.label == "share")
    assert share.insert == "share("
    assert share.detail == "share(number, number)"
    assert "share(30, 60)" in share.says


def test_without_data_the_language_and_the_names_are_there(ruleset_yaml: str, document: Document):
    words = Vocabulary(names=names_near(document, keys_in(ruleset_yaml)))

    found, _ = offered(ruleset_yaml, PRICING, "where: ¦", words)

    assert {"sales_content", "asset.", "share"} <= set(labels(found))


def test_a_broken_text_still_has_its_names(document: Document):
    text = (
        "scores:\n  one: {actions: {}}\n  two:\n    groups:\n      g: {max: 3\nsegments:\n  new: '"
    )
    names = names_near(document, keys_in(text))

    found = {(name.kind, name.text) for name in names}
    assert {("score", "one"), ("score", "two"), ("group", "g"), ("segment", "new")} <= found
    assert ("score", "readiness") in found  # of the last text that could be read


def test_comments_and_other_keys_offer_nothing(ruleset_yaml: str, words: Vocabulary):
    for old, new in (("limit: 1\n", "limit: 1  # ¦\n"), ("limit: 1\n", "nonsense: {x: ¦}\n")):
        assert offered(ruleset_yaml, old, new, words)[0].offers == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("stage: aware", "stage: ¦", "engaged"),
        ("fired: [readiness.white_paper", "fired: [¦", "readiness.white_paper"),
        ("scores: {readiness: 10", "scores: {¦", "readiness"),
        ("type: download", "type: ¦", "download"),
        ("    on: 2026", "    ¦\n    on: 2026", "use"),
    ],
)
def test_tests_are_completed_by_their_ruleset(words: Vocabulary, old: str, new: str, expected: str):
    text = """\
cases:
  a white paper counts once:
    given:
      events:
        - {lead_id: ada, type: download, occurred_at: 2026-06-30 09:00:00}
    on: 2026-06-30
    expect:
      leads:
        ada:
          scores: {readiness: 10}
          stage: aware
          fired: [readiness.white_paper]
"""
    marked = text.replace(old, new, 1)
    found = complete_case(marked.replace("¦", ""), marked.index("¦"), words)

    assert expected in labels(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stor¦\n", "store"),
        ("store: s\n¦", "rulesets"),
        ("sources:\n  log:\n    ¦", "plugin"),
        ("defaults:\n  format: ¦", "table"),
    ],
)
def test_a_project_is_completed_by_its_schema(text: str, expected: str):
    found = complete(text.replace("¦", ""), text.index("¦"), Vocabulary(), PROJECT_SCHEMA)

    assert expected in labels(found)


def test_no_text_is_too_broken_to_be_completed(ruleset_yaml: str, words: Vocabulary):
    choose = random.Random(1)
    pieces = [
        "",
        "{",
        "[",
        "'",
        '"',
        "`",
        ": ",
        " #",
        "\n",
        "|",
        "- ",
        "(",
        ".",
        "is ",
        "in [",
        "\t",
    ]
    for _ in range(400):
        start = choose.randrange(len(ruleset_yaml))
        piece = choose.choice(pieces)
        end = start + choose.choice((0, 5, len(ruleset_yaml)))
        text = ruleset_yaml[:start] + piece + ruleset_yaml[end:]
        found = complete(text, start + len(piece), words)
        assert 0 <= found.start <= len(text)
