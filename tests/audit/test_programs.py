"""The audits of a ruleset and of the file beside it, and the reviews of both."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.ruleset.catalog import CATALOG

from leadline.audit.programs import audits_of, reviews_of
from leadline.errors import RulesetError, UsageError
from leadline.expression import metrics as m
from leadline.expression import nodes as n
from leadline.pipeline import RulesetText, read_ruleset
from leadline.ruleset.audits import Benchmark

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
  readiness: {kind: scoring, score: r, owner: anna, review_by: 2026-12-31, note: Look at it.}
"""
AUDITS = """\
leadline: 1
audits:
  newsletter:
    kind: nurture
    program: q1
    started: 2026-01-15
    metric: rate(email_click, email_send)
    benchmark: {value: 2.1%, measured: 2025-12-01 to 2026-01-14}
    cadence: 2 weeks
  papers: {kind: content, group: paper, metric: leads(download), benchmark: 120}
  clicks:
    kind: content
    program: q1
    metric: sum(amount of opportunity where won)
    benchmark: {metric: sum(metric.earlier), measured: 2025-12-01 to 2025-12-31}
  hand_overs: {kind: assignment, metric: 'median_days(offered_at, decided_at of handoff)'}
"""
REVIEWS = """\
leadline: 1
reviews:
  - audit: newsletter
    on: 2026-03-31
    by: Anna
    note: "fine: go on"
    metric: rate(email_click, email_send)
    from: 2026-01-15
    to: 2026-03-31
    figure: 2.41%
    top: 96
    bottom: 3984
    low: 1.9%
    high: 3.0%
  - {audit: gone, on: 2025-03-31, figure: 12}
"""


def files(folder: Path, **texts: str) -> RulesetText:
    """Write ruleset.yaml and what stands beside it, and read the ruleset."""
    for name, text in ({"": RULESET} | {f".{kind}": text for kind, text in texts.items()}).items():
        (folder / f"ruleset{name}.yaml").write_text(text, encoding="utf-8")
    return read_ruleset(folder)


def test_audits_of_both_files_in_their_order(tmp_path: Path):
    found = audits_of(files(tmp_path, audits=AUDITS), CATALOG, None)

    assert [audit.name for audit in found] == [
        *("readiness", "newsletter", "papers", "clicks", "hand_overs"),
    ]
    readiness, newsletter, papers, clicks, hand_overs = found
    assert (readiness.kind, readiness.score, readiness.owner) == ("scoring", "r", "anna")
    assert (readiness.review_by, readiness.note) == (date(2026, 12, 31), "Look at it.")
    assert readiness.metric.figure == m.Acceptance()
    assert readiness.place.file.endswith("ruleset.yaml")
    assert (newsletter.program, newsletter.started, newsletter.cadence) == (
        *("q1", date(2026, 1, 15), 14),
    )
    assert newsletter.benchmark == Benchmark(0.021, (date(2025, 12, 1), date(2026, 1, 14)), None)
    assert newsletter.metric.text == "rate(email_click, email_send)"
    assert newsletter.place.file.endswith("ruleset.audits.yaml")
    assert papers.group is not None
    assert [field.column for field in n.fields(papers.group)] == ["kind"]
    assert papers.benchmark == Benchmark(120.0, None, None)
    assert clicks.benchmark is not None
    assert clicks.benchmark.value is None
    assert clicks.benchmark.metric is not None
    assert clicks.benchmark.metric.text == "sum(metric.earlier)"
    assert m.reads_metrics(clicks.benchmark.metric.figure)
    assert [
        field.scope for node in m.nodes(hand_overs.metric.figure) for field in n.fields(node)
    ] == [
        *("handoff", "handoff"),
    ]


def test_a_ruleset_without_such_files_has_its_own_audits_and_no_reviews(tmp_path: Path):
    text = files(tmp_path)

    assert [audit.name for audit in audits_of(text, None, None)] == ["readiness"]
    assert reviews_of(text) == ()


def test_every_mistake_of_both_files_is_said_at_once(tmp_path: Path):
    files(tmp_path, audits=AUDITS.replace("kind: nurture", "kind: nurtur"))
    (tmp_path / "ruleset.yaml").write_text(RULESET.replace("points: 5", "points: x"))

    with pytest.raises(RulesetError) as caught:
        audits_of(read_ruleset(tmp_path), CATALOG, None)

    said = [(Path(one.place.file).name, one.code) for one in caught.value.diagnostics if one.place]
    assert said == [("ruleset.audits.yaml", "LL053"), ("ruleset.yaml", "LL040")]
    assert {Path(file).name for file in caught.value.texts} == {name for name, _ in said}


def test_one_name_in_both_files_is_a_mistake(tmp_path: Path):
    text = files(tmp_path, audits="leadline: 1\naudits: {Readiness: {kind: assignment}}\n")

    with pytest.raises(RulesetError, match=r"ruleset\.audits\.yaml does not compile") as caught:
        audits_of(text, None, None)

    assert [one.code for one in caught.value.diagnostics] == ["LL068"]


def test_reviews_are_read_as_they_are_written(tmp_path: Path):
    newsletter, gone = reviews_of(files(tmp_path, reviews=REVIEWS))

    assert (newsletter.audit, newsletter.on, newsletter.by) == (
        *("newsletter", date(2026, 3, 31), "Anna"),
    )
    assert (newsletter.begin, newsletter.end) == (date(2026, 1, 15), date(2026, 3, 31))
    assert (newsletter.figure, newsletter.share) == (0.0241, True)
    assert (newsletter.top, newsletter.bottom) == (96, 3984)
    assert (newsletter.low, newsletter.high) == (0.019, 0.03)
    assert (newsletter.note, newsletter.metric) == ("fine: go on", "rate(email_click, email_send)")
    assert (gone.audit, gone.figure, gone.share, gone.begin) == ("gone", 12.0, False, None)


def test_reviews_that_cannot_be_read_are_refused(tmp_path: Path):
    text = files(tmp_path, reviews=REVIEWS.replace("2.41%", "lots"))

    with pytest.raises(RulesetError, match=r"ruleset\.reviews\.yaml cannot be read") as caught:
        reviews_of(text)

    assert [one.code for one in caught.value.diagnostics] == ["LL088"]


@pytest.mark.parametrize("kind", ["audits", "reviews"])
def test_such_a_file_is_no_ruleset(tmp_path: Path, kind: str):
    files(tmp_path, audits=AUDITS, reviews=REVIEWS)

    with pytest.raises(UsageError, match="is no ruleset") as caught:
        read_ruleset(tmp_path / f"ruleset.{kind}.yaml")

    assert str(tmp_path / "ruleset.yaml") in caught.value.hint
