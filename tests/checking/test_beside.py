"""Audits and reviews beside a ruleset: read with it, checked with it, never taken for one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.checking.conftest import TODAY
from tests.checking.rulesets import marked

from leadline.checking.beside import check_beside
from leadline.checking.check import check_files
from leadline.checking.selection import ALL, CheckRules
from leadline.diagnostic import Diagnostic
from leadline.pipeline import open_directory, read_ruleset
from leadline.store import Store

RULESET = """\
leadline: 1
model: m
define:
  paper: asset.kind is "white paper"
scores:
  r:
    actions:
      guide: {event: download, points: 5}
audits:
  own: {kind: scoring, score: r}
"""
AUDITS = """\
leadline: 1
audits:
  papers: {kind: content, group: paper, metric: count(download)}
"""


def checked(
    folder: Path,
    files: Mapping[str, str],
    store: Store | None = None,
    rules: CheckRules = ALL,
) -> tuple[Diagnostic, ...]:
    """Return what is said of the files beside ruleset.yaml; every place names its file."""
    (folder / "ruleset.yaml").write_text(RULESET, encoding="utf-8")
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    found, texts = check_beside([read_ruleset(folder)], store, rules, TODAY)
    said = {f"ruleset.{name}.yaml" for name in ("audits", "reviews")} & set(files)
    assert {Path(file).name for file in texts} == said
    return found


def told(found: tuple[Diagnostic, ...]) -> list[tuple[str, str]]:
    return [(Path(one.place.file).name if one.place else "", one.code) for one in found]


def test_nothing_is_said_where_all_is_well(tmp_path: Path, store: Store):
    reviews = (
        "leadline: 1\nreviews:\n- {audit: papers, on: 2026-03-31}\n- {audit: own, on: 2026-03-31}"
    )
    files = {"ruleset.audits.yaml": AUDITS, "ruleset.reviews.yaml": reviews}

    assert checked(tmp_path, files, store) == ()
    assert check_files([read_ruleset(tmp_path)], store, ALL, TODAY) == ()


def test_a_define_that_only_the_audits_use_is_used(tmp_path: Path):
    checked(tmp_path, {})
    [alone] = check_files([read_ruleset(tmp_path)], None, ALL, TODAY)
    checked(tmp_path, {"ruleset.audits.yaml": AUDITS})

    assert alone.code == "LL117"
    assert check_files([read_ruleset(tmp_path)], None, ALL, TODAY) == ()


def test_a_file_that_is_no_yaml_is_told_of(tmp_path: Path):
    files = {"ruleset.audits.yaml": "a: [", "ruleset.reviews.yaml": "a: ]"}
    found = checked(tmp_path, files)

    assert [name for name, _ in told(found)] == ["ruleset.audits.yaml", "ruleset.reviews.yaml"]


def test_audits_are_read_though_the_ruleset_cannot_be(tmp_path: Path):
    (tmp_path / "ruleset.yaml").write_text("leadline: [", encoding="utf-8")
    (tmp_path / "ruleset.audits.yaml").write_text(
        "leadline: 1\naudits: {a: {kind: nurture}}\n", encoding="utf-8"
    )
    found, _ = check_beside([read_ruleset(tmp_path)], None, ALL, TODAY)

    assert told(found) == [("ruleset.audits.yaml", "LL084")]


def test_a_name_that_the_ruleset_has_cannot_be_taken_again(tmp_path: Path):
    audits = "leadline: 1\naudits:\n  own: {kind: assignment}\n"
    [found] = checked(tmp_path, {"ruleset.audits.yaml": audits})

    assert (found.code, marked(audits, found)) == ("LL068", "own")
    assert "ruleset.yaml:10:3" in found.hint


def test_what_data_show_of_audits_is_told(tmp_path: Path, store: Store):
    audits = (
        "leadline: 1\naudits:\n"
        '  papers: {kind: content, group: asset.kind is "wihte paper", metric: count(downlaod)}\n'
    )
    found = checked(tmp_path, {"ruleset.audits.yaml": audits}, store)

    assert [(one.code, marked(audits, one)) for one in found] == [
        ("LL152", '"wihte paper"'),
        ("LL151", "downlaod"),
    ]


def test_programs_and_figures_that_the_data_do_not_have_are_told(tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "events.csv").write_text(
        "event_id,lead_id,occurred_at,type,campaign\n1,a,2026-06-01T00:00:00Z,download,spring\n"
    )
    (data / "metrics.csv").write_text("program,date,metric,value\nmail,2026-06-01,cost,12\n")
    audits = (
        "leadline: 1\naudits:\n"
        "  a: {kind: nurture, program: spring, metric: cost_per(download)}\n"
        "  b: {kind: nurture, program: mail, metric: sum(metric.cost)}\n"
        "  c: {kind: nurture, program: sprign, metric: sum(metric.costs)}\n"
    )
    store, _ = open_directory(data, lambda *_: None)
    with store:
        found = checked(tmp_path, {"ruleset.audits.yaml": audits}, store)

    assert [(one.code, marked(audits, one)) for one in found] == [
        ("LL155", "sprign"),
        ("LL156", "metric.costs"),
    ]
    assert found[0].hint == "did you mean `spring` (1 row)?"


def test_what_data_show_of_the_audits_in_a_ruleset_is_told(tmp_path: Path, store: Store):
    text = RULESET.replace(
        "kind: scoring, score: r", "kind: content, metric: sum(seconds of downlod)"
    )
    (tmp_path / "ruleset.yaml").write_text(text, encoding="utf-8")
    found = check_files([read_ruleset(tmp_path)], store, ALL, TODAY)

    assert [(one.code, marked(text, one)) for one in found] == [
        ("LL117", "paper"),
        ("LL151", "downlod"),
    ]


def test_findings_of_audits_can_be_ignored_and_deselected(tmp_path: Path):
    late = "  late: {kind: assignment, review_by: 2026-01-01}"
    said = checked(tmp_path, {"ruleset.audits.yaml": f"{AUDITS}{late}\n"})
    ignored = f"{AUDITS}{late}  # leadline: ignore LL120\n"
    unselected = CheckRules(ignore=frozenset({"LL120"}))

    assert told(said) == [("ruleset.audits.yaml", "LL120")]
    assert checked(tmp_path, {"ruleset.audits.yaml": ignored}) == ()
    assert checked(tmp_path, {"ruleset.audits.yaml": f"{AUDITS}{late}\n"}, None, unselected) == ()


def test_a_comment_that_ignores_nothing_is_told_of(tmp_path: Path):
    found = checked(tmp_path, {"ruleset.audits.yaml": f"# leadline: ignore LL120\n{AUDITS}"})

    assert told(found) == [("ruleset.audits.yaml", "LL190")]


def test_a_review_of_an_audit_that_is_gone_is_noted_and_kept(tmp_path: Path):
    reviews = "leadline: 1\nreviews:\n- {audit: paper, on: 2026-03-31}\n"
    [found] = checked(tmp_path, {"ruleset.audits.yaml": AUDITS, "ruleset.reviews.yaml": reviews})

    assert (found.code, found.severity.word, marked(reviews, found)) == ("LL122", "note", "paper")
    assert found.hint == "did you mean `papers`?"


@pytest.mark.parametrize("name", ["other.audits.yaml", "other.reviews.yaml"])
def test_a_file_beside_no_ruleset_is_told_of(tmp_path: Path, name: str):
    found = checked(tmp_path, {name: AUDITS})

    assert told(found) == [(name, "LL089")]
    assert "`other.yaml`" in found[0].message
