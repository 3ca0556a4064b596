from __future__ import annotations

from pathlib import Path

DATA = ("--data", "data", "--as-of", "2026-03-10")
SET = ("--set", "scores.readiness.actions.demo.points=5")


def test_a_change_is_tried_without_editing(cli, small: Path):
    before = (small / "small.yaml").read_bytes()

    said = cli("whatif", "small.yaml", *SET, *DATA)

    assert said.code == 0
    assert said.out.startswith("small: as it is -> with the change\nsmall.yaml\n\n1 change\n")
    assert "score readiness, rule demo: points 20 -> 5" in said.out
    assert "ben   readiness      20      5  demo 20 -> 5" in said.out
    assert (small / "small.yaml").read_bytes() == before


def test_it_says_what_a_diff_of_the_files_says(cli, small: Path):
    text = (small / "small.yaml").read_text("utf-8")
    (small / "new.yaml").write_text(
        text.replace("demo_request, points: 20", "demo_request, points: 5"), encoding="utf-8"
    )

    tried = cli("whatif", "small.yaml", *SET, *DATA, "--format", "json").json
    compared = cli("diff", "small.yaml", "new.yaml", *DATA, "--format", "json").json

    assert tried["rulesets"][0]["effect"] == compared["rulesets"][0]["effect"]


def test_a_rule_is_left_out(cli, small: Path):
    said = cli("whatif", "small.yaml", "--remove", "scores.readiness.actions.demo", *DATA)

    assert said.code == 0
    assert "score readiness, rule demo: removed" in said.out
    assert "ada   readiness      30     10  demo 20 -> 0" in said.out


def test_write_applies_the_change_and_keeps_comments(cli, small: Path):
    file = small / "small.yaml"
    text = file.read_text("utf-8").replace("actions:\n", "actions:  # what they do\n", 1)
    file.write_text(text, encoding="utf-8")

    said = cli("whatif", "small.yaml", *SET, "--write")

    assert said.code == 0
    assert "small.yaml is changed\n" in said.err
    assert file.read_text("utf-8") == text.replace(
        "demo_request, points: 20", "demo_request, points: 5"
    )


def test_write_does_nothing_where_a_threshold_is_passed(cli, small: Path):
    before = (small / "small.yaml").read_bytes()

    said = cli("whatif", "small.yaml", *SET, *DATA, "--write", "--fail-if", "stage changes > 0")

    assert said.code == 1
    assert "small.yaml is left as it is\n" in said.err
    assert (small / "small.yaml").read_bytes() == before


def test_a_wrong_path_is_told_with_the_nearest(cli, small: Path):
    said = cli("whatif", "small.yaml", "--set", "scores.readines.sales_ready=3")

    assert said.code == 2
    assert "did you mean `readiness`?" in said.err
    assert cli("whatif", "small.yaml").code == 2
    assert "has no value" in cli("whatif", "small.yaml", "--set", "scores.readiness").err


def test_a_change_that_does_not_compile_shows_where(cli, small: Path):
    said = cli(
        "whatif", "small.yaml", "--set", "scores.readiness.actions.demo.points=many + 1", *DATA
    )

    assert said.code == 3
    assert "small.yaml with the change:9:" in said.err
    assert "many" in said.err
