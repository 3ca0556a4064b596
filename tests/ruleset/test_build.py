"""A ruleset from a document, whatever the document holds."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ruleset.catalog import CATALOG

from leadline.document import load
from leadline.expression import codes
from leadline.report.diagnostics import text
from leadline.ruleset.build import Built, build
from leadline.ruleset.model import EventRule, RuleScore

FINE = (Path(__file__).parent / "fixtures" / "fine.yaml").read_text("utf-8")
PATTERN = """\
leadline: 1
model: demo
segments:
  plain: lead.job_title matches "vp"
  refused: lead.job_title matches "(vp"
"""


def built(source: str) -> Built:
    document = load(source.encode(), "r.yaml").document
    assert document is not None
    return build(document, CATALOG)


def test_an_engine_judges_patterns_where_one_is_given() -> None:
    document = load(PATTERN.encode(), "r.yaml").document
    assert document is not None
    asked: list[str] = []

    def refuse(pattern: str) -> str | None:
        asked.append(pattern)
        return "no such luck" if pattern == "vp" else None

    result = build(document, CATALOG, pattern_error=refuse)
    assert asked == ["vp", "(vp"]
    (found,) = result.diagnostics
    assert found.kind is codes.BAD_PATTERN
    assert found.message == "this pattern cannot be used: no such luck"
    assert str(found.place) == "r.yaml:4:33"
    assert result.ruleset is None


def test_a_reformatted_ruleset_is_equal() -> None:
    moved = FINE.replace("    actions:\n", "\n    # a comment\n    actions:\n")
    assert moved != FINE
    first, second = built(FINE).ruleset, built(moved).ruleset
    assert first is not None
    assert second is not None
    assert first == second
    assert first.sha256 != second.sha256


def test_columns_are_named_as_the_data_names_them() -> None:
    ruleset = built(FINE).ruleset
    assert ruleset is not None
    score = ruleset.score("readiness")
    assert isinstance(score, RuleScore)
    six = next(rule for rule in score.rules if rule.head.name == "six")
    assert isinstance(six, EventRule)
    assert "is_bot" in str(six.where)
    assert "Is_Bot" not in str(six.where)


def test_without_data_no_name_is_unknown() -> None:
    document = load(FINE.replace("url", "no_such_column").encode(), "r.yaml").document
    assert document is not None
    assert build(document).diagnostics == ()
    assert build(document, CATALOG).diagnostics != ()


@given(
    st.integers(0, len(FINE)),
    st.integers(0, 40),
    st.sampled_from(
        ["", " ", "\n", ":", ",", "{", "]", '"', "'", "#", "- ", "null", "é", "\t", "%"]
    )
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
)
@settings(max_examples=150, deadline=None)
def test_any_change_of_a_ruleset_is_read_or_said(at: int, width: int, put: str) -> None:
    source = FINE[:at] + put + FINE[at + width :]
    loaded = load(source.encode(), "r.yaml")
    found = loaded.diagnostics
    if loaded.document is not None:
        result = build(loaded.document, CATALOG)
        assert (result.ruleset is None) == bool(result.diagnostics)
        found += result.diagnostics
    printed = text(found, {"r.yaml": loaded.text}, colour=False)
    assert bool(printed) == bool(found)
    for diagnostic in found:
        assert diagnostic.place is not None
        assert diagnostic.place.line <= loaded.text.count("\n") + 1
