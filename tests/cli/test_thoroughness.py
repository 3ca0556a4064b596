"""What ``leadline test`` says of the cases: what they reach, which mutants they notice."""

from __future__ import annotations

from pathlib import Path

import pytest

RULESET = """leadline: 1
model: m
scores:
  fit:
    facts:
      big: {when: lead.size >= 5, points: 7}
      near: {when: lead.country is DE, points: 3}
"""
CASES = """cases:
  a big lead:
    given:
      leads:
        - {lead_id: ada, size: 5}
        - {lead_id: ben, size: 4}
    on: 2026-06-30
    expect:
      leads:
        ada: {scores: {fit: 7}}
        ben: {scores: {fit: 0}}
"""
SAID = """\
ruleset.test.yaml     1 case  passed
1 case passed

ruleset.yaml
  coverage 66.6%  4 of 6 reached: rules 1/2, clauses 3/4
  mutants    80%  4 of 5 noticed
  no case reaches
    ruleset.yaml:7  rule fit.near holds
    ruleset.yaml:7  fit.near: `lead.country is "DE"` is true
  no case notices
    ruleset.yaml:7  scores.fit.facts.near: `3` made `4`
"""


@pytest.fixture
def tested(here: Path) -> Path:
    (here / "ruleset.yaml").write_text(RULESET)
    (here / "ruleset.test.yaml").write_text(CASES)
    return here


def test_it_says_what_no_case_reaches_or_notices(cli, tested: Path):
    said = cli("test", "ruleset.yaml")

    assert said.code == 0
    lines = [
        line.split(" in ")[0] if "case passed" in line else line for line in said.out.splitlines()
    ]
    assert "\n".join(lines) + "\n" == SAID


def test_without_mutants_it_only_says_what_is_reached(cli, tested: Path):
    said = cli("test", "ruleset.yaml", "--no-mutants")

    assert "4 of 6 reached" in said.out
    assert "mutants" not in said.out


@pytest.mark.parametrize(
    ("option", "least", "code", "why"),
    [
        ("--cov-fail-under", "66.6", 0, ""),
        ("--cov-fail-under", "67", 1, "ruleset.yaml: 66.6% of it is reached, expected 67%"),
        ("--mutants-fail-under", "80", 0, ""),
        ("--mutants-fail-under", "90", 1, "80% of its mutants are noticed, expected 90%"),
    ],
)
def test_a_threshold_fails_the_command(cli, tested: Path, option: str, least: str, code: int, why):
    said = cli("test", "ruleset.yaml", option, least)

    assert said.code == code
    assert why in said.err


def test_failed_cases_are_mended_before_mutants_are_tried(cli, tested: Path):
    (tested / "ruleset.test.yaml").write_text(CASES.replace("fit: 7", "fit: 8"))
    said = cli("test", "ruleset.yaml", "--cov-fail-under", "1")

    assert said.code == 1
    assert "coverage" not in said.out


def test_some_cases_alone_are_not_measured(cli, tested: Path):
    assert "coverage" not in cli("test", "ruleset.yaml", "-k", "big").out
    said = cli("test", "ruleset.yaml", "-k", "big", "--cov-fail-under", "1")
    assert said.code == 2
    assert "some cases alone are not to be measured" in said.err


def test_programs_get_the_places(cli, tested: Path):
    found = cli("test", "ruleset.yaml", "--format", "json").json["thoroughness"]

    assert found == [
        {
            "ruleset": "ruleset.yaml",
            "coverage": 66.6667,
            "kinds": {
                "rules": {"reached": 1, "total": 2},
                "clauses": {"reached": 3, "total": 4},
            },
            "missed": [
                {"file": "ruleset.yaml", "line": 7, "what": "rule fit.near holds"},
                {
                    "file": "ruleset.yaml",
                    "line": 7,
                    "what": 'fit.near: `lead.country is "DE"` is true',
                },
            ],
            "mutants": 5,
            "noticed": 80.0,
            "survivors": [
                {
                    "file": "ruleset.yaml",
                    "line": 7,
                    "what": "scores.fit.facts.near: `3` made `4`",
                }
            ],
        }
    ]
    github = cli("test", "ruleset.yaml", "--format", "github").out
    assert github.count("::notice ") == 3
