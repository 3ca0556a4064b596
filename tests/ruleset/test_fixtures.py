"""What is said about a ruleset: each fixture is a file, and beside it the exact text about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ruleset.catalog import CATALOG

from leadline.diagnostic import Diagnostic
from leadline.document import Document, load
from leadline.document import codes as document_codes
from leadline.expression import codes as expression_codes
from leadline.report.diagnostics import text
from leadline.ruleset import codes as ruleset_codes
from leadline.ruleset.build import build, build_audits
from leadline.ruleset.reviews import build_reviews

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = sorted(path.stem for path in FIXTURES.glob("*.yaml"))


def said(name: str) -> tuple[tuple[Diagnostic, ...], str]:
    """Return all diagnostics of a fixture, and the text that their places count in."""
    path = FIXTURES / f"{name}.yaml"
    loaded = load(path.read_bytes(), path.name)
    if loaded.document is None:
        return loaded.diagnostics, loaded.text
    return (*loaded.diagnostics, *built(name, loaded.document)), loaded.text


def built(name: str, document: Document) -> tuple[Diagnostic, ...]:
    """Return what is said of a document: audits and reviews by the name of their file."""
    if name.endswith(".reviews"):
        return build_reviews(document).diagnostics
    if name.endswith(".audits"):
        beside = load((FIXTURES / "fine.yaml").read_bytes(), "fine.yaml").document
        assert beside is not None
        return build_audits(document, beside, CATALOG).diagnostics
    return build(document, CATALOG).diagnostics


@pytest.mark.parametrize("name", NAMES)
def test_says(name: str, update: bool) -> None:
    diagnostics, source = said(name)
    printed = text(diagnostics, {f"{name}.yaml": source}, colour=False)
    expected = FIXTURES / f"{name}.txt"
    if update:
        expected.write_text(printed, encoding="utf-8")
    assert printed == expected.read_text(encoding="utf-8")


def test_every_text_belongs_to_a_fixture() -> None:
    assert sorted(path.stem for path in FIXTURES.glob("*.txt")) == NAMES


def test_every_code_has_a_fixture() -> None:
    found = {diagnostic.kind for name in NAMES for diagnostic in said(name)[0]}
    declared = {*expression_codes.CODES, *ruleset_codes.CODES}
    # What is wrong there is the name of a file: see tests/checking/test_beside.py.
    assert declared - found == {ruleset_codes.NO_RULESET}
    assert found - declared <= set(document_codes.CODES)


def test_every_code_is_declared_once() -> None:
    declared = [*document_codes.CODES, *expression_codes.CODES, *ruleset_codes.CODES]
    assert len({code.code for code in declared}) == len(declared)
    assert len({code.name for code in declared}) == len(declared)
    assert [code.code for code in declared] == sorted(code.code for code in declared)


def test_nothing_is_said_about_what_is_fine() -> None:
    assert said("fine")[0] == ()


def test_ten_mistakes_are_ten_diagnostics_each_at_its_place() -> None:
    diagnostics, source = said("ten_mistakes")
    lines = source.split("\n")
    places = [found.place for found in diagnostics if found.place is not None]
    marked = [lines[p.line - 1][p.column - 1 : p.end_column - 1] for p in places]
    assert marked == [
        "Europe/Berln",
        "sales_raedy",
        "a",
        "ulr",
        "paper",
        "10%",
        '"200"',
        "45 days",
        "score.readyness",
        "sned",
    ]
