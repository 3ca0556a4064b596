"""What is found about a ruleset: each fixture is a file, and beside it the exact text about it.

Fixtures called LLnnn-not are near misses: everything in them is nearly what LLnnn is about.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from leadline.diagnostic import Diagnostic, Severity
from leadline.document import load
from leadline.report.diagnostics import text
from leadline.ruleset.build import build
from leadline.ruleset.checks import findings
from leadline.ruleset.checks.codes import CODES, REVIEW_OF_NOTHING

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = sorted(path.stem for path in FIXTURES.glob("*.yaml"))
NEAR = [name for name in NAMES if name.endswith("-not")]
BAD = [name for name in NAMES if name not in NEAR]
TODAY = date(2026, 6, 30)


def found(source: str, name: str = "r.yaml") -> tuple[Diagnostic, ...]:
    """Return the findings about a ruleset that compiles."""
    document = load(source.encode(), name).document
    assert document is not None
    built = build(document)
    assert built.ruleset is not None, text(built.diagnostics, {name: source}, colour=False)
    assert built.diagnostics == ()
    return findings(built.ruleset, document, None, TODAY)


def read(name: str) -> str:
    return (FIXTURES / f"{name}.yaml").read_text("utf-8")


@pytest.mark.parametrize("name", BAD)
def test_says(name: str, update: bool) -> None:
    source = read(name)
    diagnostics = found(source, f"{name}.yaml")
    printed = text(diagnostics, {f"{name}.yaml": source}, colour=False)
    expected = FIXTURES / f"{name}.txt"
    if update:
        expected.write_text(printed, encoding="utf-8")
    assert printed == expected.read_text(encoding="utf-8")
    assert {each.code for each in diagnostics} == {name.split("-")[0]}


@pytest.mark.parametrize("name", NEAR)
def test_says_nothing_about_near_misses(name: str) -> None:
    source = read(name)
    assert text(found(source), {"r.yaml": source}, colour=False) == ""


def test_every_code_has_a_fixture_and_a_near_miss() -> None:
    # Reviews are no part of a ruleset: see tests/checking/test_beside.py.
    codes = {code.code for code in CODES if code != REVIEW_OF_NOTHING}
    assert {name.split("-")[0] for name in BAD} == codes
    assert {name.split("-")[0] for name in NEAR} == codes
    assert sorted(path.stem for path in FIXTURES.glob("*.txt")) == BAD


def test_codes_are_warnings_and_notes_in_order() -> None:
    assert [code.code for code in CODES] == [f"LL{100 + i}" for i in range(len(CODES))]
    assert len({code.name for code in CODES}) == len(CODES)
    assert all(code.severity < Severity.ERROR for code in CODES)
