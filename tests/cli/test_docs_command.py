"""``leadline docs`` writes the handbook page and says when the one on file is stale."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli


def test_docs_prints_the_page(cli: Cli, small: Path) -> None:
    said = cli("docs", "small.yaml")

    assert said.code == 0
    assert said.err == ""
    assert said.out.startswith("# How leads are scored: small\n")
    assert "| `demo` | demo request | 20 | only the first counts |" in said.out


def test_docs_needs_no_name_where_a_project_has_one_ruleset(cli: Cli, small_project: Path) -> None:
    assert cli("docs").out == cli("docs", "small.yaml").out


def test_a_page_is_fresh_until_the_ruleset_changes(cli: Cli, small: Path) -> None:
    assert cli("docs", "small.yaml", "-o", "scoring.md").out == ""
    page = (small / "scoring.md").read_text(encoding="utf-8")
    fresh = cli("docs", "small.yaml", "-o", "scoring.md", "--check")
    text = (small / "small.yaml").read_text(encoding="utf-8")
    (small / "small.yaml").write_text(text.replace("points: 20", "points: 25"), encoding="utf-8")
    stale = cli("docs", "small.yaml", "-o", "scoring.md", "--check")

    assert fresh.code == 0
    assert stale.code == 1
    assert "scoring.md is out of date" in stale.err
    assert "leadline docs small.yaml -o scoring.md" in stale.err
    assert (small / "scoring.md").read_text(encoding="utf-8") == page


def test_a_comment_makes_no_page_stale(cli: Cli, small: Path) -> None:
    cli("docs", "small.yaml", "-o", "scoring.md")
    with (small / "small.yaml").open("a", encoding="utf-8") as file:
        file.write("# a word to the next reader\n")

    assert cli("docs", "small.yaml", "-o", "scoring.md", "--check").code == 0


def test_line_ends_of_another_system_are_no_difference(cli: Cli, small: Path) -> None:
    cli("docs", "small.yaml", "-o", "scoring.md")
    page = (small / "scoring.md").read_bytes()
    (small / "scoring.md").write_bytes(page.replace(b"\n", b"\r\n"))

    assert cli("docs", "small.yaml", "-o", "scoring.md", "--check").code == 0


def test_a_page_that_is_not_there_is_stale(cli: Cli, small: Path) -> None:
    said = cli("docs", "small.yaml", "-o", "scoring.md", "--check")

    assert said.code == 1
    assert "scoring.md is not there" in said.err
    assert not (small / "scoring.md").exists()


def test_check_without_a_page_is_exit_2(cli: Cli, small: Path) -> None:
    said = cli("docs", "small.yaml", "--check")

    assert said.code == 2
    assert "-o FILE" in said.err


def test_a_ruleset_that_does_not_compile_has_no_page(cli: Cli, small: Path) -> None:
    (small / "small.yaml").write_text("leadline: 1\nmodel: m\nscore: {}\n", encoding="utf-8")
    said = cli("docs", "small.yaml", "-o", "scoring.md")

    assert said.code == 3
    assert "`scores`" in said.err
    assert not (small / "scoring.md").exists()
