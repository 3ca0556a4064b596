from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

TESTS = """\
cases:
  a demo is worth twenty:
    note: sales asked for it
    given:
      leads: [{lead_id: ada, job_title: Chief}]
      events:
        - {lead_id: ada, type: demo_request, occurred_at: 2026-03-01 09:00:00}
        - {lead_id: ada, type: webinar, occurred_at: 2026-03-01 09:00:00}
    on: 2026-03-02
    expect:
      leads:
        ada: {scores: {readiness: 30}, stage: ready, grade: {fit: A}}
  nothing is worth nothing:
    given: {leads: [{lead_id: ben}]}
    on: 2026-03-02
    expect: {leads: {ben: {scores: {readiness: 0}, fired: []}}}
"""

FAILED = """\
FAILED a demo is worth twenty
  --> small.test.yaml:12
  note: sales asked for it

    on 2026-03-02      expected  came
  ! ada  readiness     35        30
    ada  stage         ready     ready
  ! ada  grade of fit  B         A

    why ada has readiness 30
      demo               +20  1 event
          2026-03-01 09:00  demo_request  +20
      webinar            +15  1 event
          2026-03-01 09:00  webinar  +15
      group events            webinar, talk: 15 held to 10
      = readiness         30

    why ada has fit 40, grade A
      chief       +40  lead.job_title contains "Chief"
      = fit        40

small.test.yaml    2 cases  1 failed
1 of 2 cases failed in"""


@pytest.fixture
def tested(small: Path) -> Path:
    (small / "small.test.yaml").write_text(TESTS, encoding="utf-8")
    return small


@pytest.fixture
def failing(tested: Path) -> Path:
    wrong = TESTS.replace("readiness: 30", "readiness: 35").replace("fit: A", "fit: B")
    (tested / "small.test.yaml").write_text(wrong, encoding="utf-8")
    return tested


def test_passing_cases_are_counted(cli, tested: Path):
    said = cli("test", "small.yaml")

    assert said.code == 0, said.out
    assert said.out.startswith("small.test.yaml    2 cases  passed\n2 cases passed in ")


def test_a_failed_case_says_what_came_and_why(cli, failing: Path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    said = cli("test", "small.yaml")

    assert said.code == 1
    assert said.out.startswith(FAILED), said.out


def test_the_same_for_programs(cli, failing: Path):
    said = cli("test", "small.yaml", "--format", "json", "-o", "junit=out.xml", "-o", "github=gh")

    assert said.code == 1
    [file] = json.loads(said.out)["files"]
    assert [case["outcome"] for case in file["cases"]] == ["failed", "passed"]
    unmet = file["cases"][0]["unmet"][0]
    assert unmet == {
        "subject": "ada",
        "what": "readiness",
        "expected": "35",
        "actual": "30",
        "line": 12,
    }
    [suite] = ElementTree.parse(failing / "out.xml").getroot()  # noqa: S314 - written just now
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    failure = suite[0].find("failure")
    assert failure is not None
    assert failure.get("message") == "ada: readiness is 30, not 35; ada: grade of fit is A, not B"
    annotations = (failing / "gh").read_text(encoding="utf-8").splitlines()
    assert len(annotations) == 2
    assert "line=12" in annotations[0]
    assert "ada: readiness is 30, expected 35" in annotations[0]


def test_cases_are_chosen_by_name(cli, failing: Path):
    chosen = cli("test", "small.test.yaml::nothing is worth nothing")
    assert (chosen.code, "1 not chosen" in chosen.out) == (0, True)
    assert cli("test", "small.yaml", "-k", "worth nothing").code == 0

    none = cli("test", "small.yaml", "-k", "worth nothink")
    assert (none.code, none.out) == (1, "no case was run\n2 not chosen\n")
    unknown = cli("test", "small.test.yaml::nothing is worth nothink")
    assert unknown.code == 2
    assert "did you mean `nothing is worth nothing`?" in unknown.err


def test_no_tests_are_a_failure(cli, small: Path):
    said = cli("test", "small.yaml")

    assert said.code == 1
    assert "LL318" in said.out
    assert "`small.yaml` has no tests" in said.out


def test_a_wrong_file_does_not_stop_the_others(cli, tested: Path):
    (tested / "smal.test.yaml").write_text(TESTS, encoding="utf-8")
    (tested / "broken.yaml").write_text("leadline: 1\nmodel: broken\nscore: {}\n", encoding="utf-8")
    (tested / "broken.test.yaml").write_text(TESTS, encoding="utf-8")
    said = cli("test", "broken.yaml", "small.yaml")

    assert said.code == 3
    assert "did you mean `scores`?" in said.out
    assert "LL302" in said.out
    assert "name it `small.test.yaml`" in said.out
    assert "2 cases passed" in said.out


def test_a_mistake_in_a_test_is_a_failure(cli, tested: Path):
    wrong = TESTS.replace("grade:", "grades:")
    (tested / "small.test.yaml").write_text(wrong, encoding="utf-8")
    said = cli("test", "small.yaml")

    assert said.code == 1
    assert "did you mean `grade`?" in said.out


RECORDED = """\
cases:
  a lead recorded on 2026-06-30:
    given:
      leads:
        - {lead_id: lead, created_at: 2026-01-01 00:00:00, job_title: Chief Engineer}
      assets:
        - {asset_id: guide, product: motors}
      events:
        - {lead_id: lead, occurred_at: 2026-03-01 09:00:00, type: demo_request}
        - {lead_id: lead, occurred_at: 2026-03-02 09:00:00, type: webinar}
        - {lead_id: lead, occurred_at: 2026-03-03 09:00:00, type: talk}
        - {lead_id: lead, occurred_at: 2026-03-06 09:00:00, type: page_view, asset_id: guide}
        - {lead_id: lead, occurred_at: 2026-03-07 09:00:00, type: page_view, asset_id: guide}
    on: 2026-06-30
    expect:
      leads:
        lead:
          scores: {fit: 40, interest: {motors: 5}, readiness: 30}
          grade: {fit: A}
          stage: ready
          matrix: A1
          fired: [fit.chief, interest.reading, readiness.demo, readiness.talk, readiness.webinar]
"""
RECORD = ("test", "small.yaml", "--data", "data", "--as-of", "2026-06-30", "--record")


def test_a_case_is_recorded_and_passes(cli, small: Path):
    said = cli(*RECORD, "ada")

    assert said.code == 0, said.err
    assert (small / "small.test.yaml").read_text(encoding="utf-8") == RECORDED
    assert "added the case `a lead recorded on 2026-06-30` to small.test.yaml" in said.err
    assert "replaced by stand-ins: lead_id" in said.err
    assert cli("test", "small.yaml").code == 0


def test_a_recorded_case_goes_behind_the_others(cli, tested: Path):
    text = TESTS + "\n# Rows for later.\nfixtures: {}\n"
    (tested / "small.test.yaml").write_text(text, encoding="utf-8")
    assert cli(*RECORD, "ben", "--name", "a student", "--score", "readiness").code == 0

    written = (tested / "small.test.yaml").read_text(encoding="utf-8")
    assert written.startswith(TESTS)
    assert written.endswith("\n# Rows for later.\nfixtures: {}\n")
    assert "\n  a student:\n    given:\n" in written
    assert written.count("        lead:\n          scores: {readiness: 20}\n") == 1
    assert cli("test", "small.yaml").out.startswith("small.test.yaml    3 cases  passed")
    assert "has a case `a student`" in cli(*RECORD, "ben", "--name", "a student").err


def test_a_case_is_printed_where_asked(cli, small: Path):
    said = cli(*RECORD, "ada", "-o", "-")
    assert said.out == RECORDED
    assert not (small / "small.test.yaml").exists()


def test_who_cannot_be_recorded_is_said(cli, small: Path):
    assert "no lead is called adda" in cli(*RECORD, "adda").err
    assert "left out by `leads:`" in cli(*RECORD, "cy").err
    assert cli("test", "small.yaml", "--name", "x").code == 2
