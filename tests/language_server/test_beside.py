"""Audits and reviews in the editor: what they are, what is said of them, what is offered."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadline.document import load
from leadline.language_server.completion import complete
from leadline.language_server.metric_offers import metric_offers
from leadline.language_server.names import Name
from leadline.language_server.opened import Opened
from leadline.language_server.renaming import renamed
from leadline.language_server.session import Session
from leadline.language_server.surroundings import kind_of
from leadline.language_server.text import text_of
from leadline.language_server.vocabulary import Vocabulary
from leadline.ruleset.audit_keys import AUDITS_SCHEMA, REVIEWS_SCHEMA

RULESET = """\
leadline: 1
model: m
define:
  paper: asset.kind is "paper"
scores:
  r:
    actions:
      guide: {event: download, where: paper, points: 5}
audits:
  own: {kind: content, metric: count(download where paper)}
"""
AUDITS = """\
leadline: 1
audits:
  papers: {kind: content, group: paper, metric: count(download where paper)}
  model: {kind: scoring, score: r}
"""


@pytest.fixture
def session(tmp_path: Path) -> Session:
    (tmp_path / "ruleset.yaml").write_text(RULESET, encoding="utf-8")
    (tmp_path / "ruleset.audits.yaml").write_text(AUDITS, encoding="utf-8")
    return Session()


def opened(session: Session, path: Path, text: str) -> Opened:
    return session.put(path.name, path, 1, text_of(text, "utf-32"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ruleset.audits.yaml", "audits"),
        ("x.reviews.yaml", "reviews"),
        ("ruleset.yaml", "ruleset"),
        ("ruleset.test.yaml", "tests"),
        ("audits.yaml", "ruleset"),
    ],
)
def test_a_file_is_what_its_name_says(name: str, kind: str):
    assert kind_of(Path(name), "leadline: 1\n") == kind


def test_what_is_not_saved_is_checked_against_the_ruleset(session: Session, tmp_path: Path):
    text = AUDITS.replace("score: r}", "score: s}").replace("group: paper", "group: papers")
    audits = opened(session, tmp_path / "ruleset.audits.yaml", text)
    found = session.check(audits).diagnostics

    assert [(one.code, one.place.line if one.place else 0) for one in found] == [("LL066", 4)]
    review = (
        "leadline: 1\nreviews:\n- {audit: papers, on: 2026-01-31}\n- {audit: other, on: 2026-01-31}"
    )
    reviews = opened(session, tmp_path / "ruleset.reviews.yaml", review)
    assert [one.code for one in session.check(reviews).diagnostics] == ["LL122"]


def test_a_ruleset_that_is_not_saved_is_the_one_that_counts(session: Session, tmp_path: Path):
    opened(session, tmp_path / "ruleset.yaml", RULESET.replace("  r:", "  s:"))
    audits = opened(session, tmp_path / "ruleset.audits.yaml", AUDITS)

    assert [one.code for one in session.check(audits).diagnostics] == ["LL066"]


def test_a_file_beside_no_ruleset_is_told_of(tmp_path: Path):
    session = Session()
    audits = opened(session, tmp_path / "other.audits.yaml", AUDITS)

    assert [one.code for one in session.check(audits).diagnostics] == ["LL089"]


def test_a_name_is_renamed_in_the_audits_too(session: Session, tmp_path: Path):
    ruleset = opened(session, tmp_path / "ruleset.yaml", RULESET)
    done = renamed(session.mentions(ruleset), Name("define", "paper"), "white_paper")
    places = sorted((Path(place.file).name, place.line, place.column) for place in done.places)

    assert places == [
        ("ruleset.audits.yaml", 3, 34),
        ("ruleset.audits.yaml", 3, 70),
        ("ruleset.yaml", 4, 3),
        ("ruleset.yaml", 8, 39),
        ("ruleset.yaml", 10, 53),
    ]
    audits = opened(session, tmp_path / "ruleset.audits.yaml", AUDITS)
    assert set(session.mentions(audits)) == set(session.mentions(ruleset))
    point = audits.text.place(str(audits.path), AUDITS.index("score: r") + 7)
    mention = session.mention(audits, point)
    assert mention is not None
    assert mention.name == Name("score", "r")


def test_renaming_knows_what_it_cannot_read(session: Session, tmp_path: Path):
    ruleset = opened(session, tmp_path / "ruleset.yaml", RULESET)
    assert session.unread(ruleset) == ""
    opened(session, tmp_path / "ruleset.audits.yaml", AUDITS.replace("count(", "cuont("))

    assert session.unread(ruleset) == "ruleset.audits.yaml:3"


def labels(text: str, words: Vocabulary) -> list[str]:
    """Return what is offered at the mark ¦ of a metric."""
    return [offer.label for offer in metric_offers(text.partition("¦")[0], words).offers]


def test_what_can_stand_in_a_metric(words: Vocabulary):
    records = ["opportunity", "handoff", "metric."]
    types = [value.text for value in words.figures.event_types] if words.figures else []
    assert len(types) > 3

    assert labels("¦", words)[:3] == labels("ra¦", words)[:3] == ["count", "leads", "sum"]
    for inside in ("count(¦", "rate(email_click, ¦", "rate(leads(a), ema¦", "sum(amount of ¦"):
        offered = labels(inside, words)
        assert set(types) <= set(offered)
        assert offered[-3:] == records
    for listed in ("count([¦", "count([a, ¦"):
        assert not set(records) & set(labels(listed, words))
    assert labels("count(email_click ¦", words) == ["where", "of"]
    assert "url" in labels("count(page_view where ¦", words)
    assert "page" in labels("rate(a, page_view where asset.kind in [paper, ¦", words)
    assert labels('rate(a where text is "x, (y", ¦', words)[-3:] == records
    assert "starts with" in labels("count(page_view where url ¦", words)


def test_keys_and_values_are_those_of_the_file(words: Vocabulary):
    text = "leadline: 1\naudits:\n  a:\n    kind: \n    metric: count(email_click, \n    \n"
    kinds = complete(text, text.index("kind: ") + 6, words, AUDITS_SCHEMA)
    keys = complete(text, len(text) - 1, words, AUDITS_SCHEMA)
    metric = complete(text, text.index("click, ") + 7, words, AUDITS_SCHEMA)
    review = complete("reviews:\n  - audit: a\n    ", 26, words, REVIEWS_SCHEMA)

    assert [offer.label for offer in kinds.offers][:2] == ["nurture", "automation"]
    assert {"program", "benchmark"} <= {offer.label for offer in keys.offers}
    assert "handoff" in {offer.label for offer in metric.offers}
    assert {"on", "figure"} <= {offer.label for offer in review.offers}


def test_keys_are_explained(session: Session, tmp_path: Path):
    document = load(AUDITS.encode(), "a").document
    assert document is not None
    audits = opened(session, tmp_path / "ruleset.audits.yaml", AUDITS)
    assert audits.kind == "audits"
    assert session.words(audits).of("define") == ("paper",)
