"""The handbook page: the same for the same ruleset, whole, and readable by anybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadline.document import load
from leadline.report.handbook import handbook
from leadline.report.markdown import anchor, code, plain, table
from leadline.ruleset.build import build

ROOT = Path(__file__).parents[2]
FIXTURES = Path(__file__).parent / "fixtures"
PAGES = {
    "b2b_saas": ROOT / "rulesets/b2b_saas/ruleset.yaml",
    "everything": FIXTURES / "everything.yaml",
}


def page_of(text: str, file: str = "ruleset.yaml") -> str:
    document = load(text.encode(), file).document
    assert document is not None
    built = build(document)
    assert built.ruleset is not None, built.diagnostics
    return handbook(built.ruleset, document)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_the_one_on_file(name: str, update: bool) -> None:
    golden = FIXTURES / f"{name}.md"
    page = page_of(PAGES[name].read_text(encoding="utf-8"), str(PAGES[name]))
    if update:
        golden.write_text(page, encoding="utf-8")

    assert page == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_every_rule_and_list_is_on_the_page(name: str) -> None:
    text = PAGES[name].read_text(encoding="utf-8")
    document = load(text.encode(), "f").document
    assert document is not None
    ruleset = build(document).ruleset
    assert ruleset is not None
    page = page_of(text)

    for score in ruleset.scores:
        for rule in getattr(score, "rules", ()):
            assert f"| `{rule.head.name}` |" in page
    for segment in ruleset.segments:
        assert f"| **{segment.name}** |" in page
    for automation in ruleset.automations:
        assert f"| `{automation.name}` |" in page


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_headings_and_tables_have_all_their_cells(name: str) -> None:
    page = page_of(PAGES[name].read_text(encoding="utf-8"))
    lines = page.split("\n")
    headings = {anchor(line.lstrip("# ")) for line in lines if line.startswith("#")}
    links = {part.split(")")[0] for part in page.split("](")[1:]}
    widths: set[int] = set()

    assert links <= headings
    for line in lines:
        if line.startswith("|"):
            widths.add(line.replace("\\|", "").count("|"))
            assert len(widths) == 1, line
        else:
            widths.clear()


def test_the_page_does_not_say_where_the_file_is() -> None:
    text = PAGES["b2b_saas"].read_text(encoding="utf-8")

    assert page_of(text, "a/b/ruleset.yaml") == page_of(text, "/elsewhere/ruleset.yaml")


def test_the_least_ruleset_has_a_page() -> None:
    page = page_of("leadline: 1\nmodel: least\n")

    assert page.startswith("# How leads are scored: least\n")
    assert "**Who is scored:** every lead." in page
    assert "undefined" not in page


def test_stages_by_tag_are_told() -> None:
    page = page_of(
        "leadline: 1\nmodel: m\nstages:\n  by: tag phase\n  steps: [{name: one}, {name: two}]\n"
    )

    assert "The stage of a lead is the value of the tag `phase`: **one** then **two**." in page


def test_signs_of_markdown_are_shown_as_they_are() -> None:
    assert plain("a *b* | <c> [d] `e` ~f~ \\g") == (
        "a \\*b\\* \\| \\<c> \\[d\\] \\`e\\` \\~f\\~ \\\\g"
    )
    assert plain("snake_case _word_ two\nlines") == "snake_case \\_word\\_ two lines"
    assert code("a") == "`a`"
    assert code("a`b") == "a\\`b"


def test_a_column_that_is_empty_throughout_is_left_out() -> None:
    assert table(("a", "b"), [["1", ""], ["2", ""]]) == "| a |\n| --- |\n| 1 |\n| 2 |"
