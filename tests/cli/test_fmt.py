from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest

from leadline.cli import fmt as fmt_command

LOOSE = """\
model:   loose
leadline: 1
scores:
    s: {facts: {f: {points: 1, when: lead.a   is 1}}}   # one
"""
NEAT = """\
leadline: 1
model: loose
scores:
  s:  # one
    facts:
      f:
        when: lead.a is 1
        points: 1
"""
TEST = """\
cases:
  a case:
    expect: {leads: {ada: {stage: aware}}}
    on: 2026-06-30
"""
NEAT_TEST = """\
cases:
  a case:
    on: 2026-06-30
    expect:
      leads:
        ada: {stage: aware}
"""
BROKEN = "leadline: 1\nmodel: [\n"


@pytest.fixture
def files(small: Path) -> Path:
    """Make rulesets: a loose one with a test, one in its layout, one that is no YAML."""
    for name, text in (("loose", LOOSE), ("neat", NEAT), ("broken", BROKEN)):
        folder = small / "rulesets" / name
        folder.mkdir(parents=True)
        (folder / "ruleset.yaml").write_text(text, encoding="utf-8")
    (small / "rulesets/loose/ruleset.test.yaml").write_text(TEST, encoding="utf-8")
    return small


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_a_folder_and_its_tests(cli, files: Path):
    said = cli("fmt", "rulesets/loose", "rulesets/neat")

    assert said.code == 0
    assert said.out == ""
    assert said.err == "2 files formatted, 1 unchanged\n"
    assert read(files / "rulesets/loose/ruleset.yaml") == NEAT
    assert read(files / "rulesets/loose/ruleset.test.yaml") == NEAT_TEST
    again = cli("fmt", "rulesets/loose", "rulesets/neat")
    assert (again.code, again.err) == (0, "3 files unchanged\n")


def test_the_rulesets_of_the_project(cli, files: Path):
    (files / "leadline.yaml").write_text("rulesets: [rulesets/loose, rulesets/neat]\n")

    assert cli("fmt").err == "2 files formatted, 1 unchanged\n"
    assert read(files / "rulesets/loose/ruleset.yaml") == NEAT


def test_check_writes_nothing(cli, files: Path):
    said = cli("fmt", "--check", "rulesets/loose", "rulesets/neat")

    assert said.code == 1
    assert said.out.splitlines() == [
        os.path.join("rulesets", "loose", name) for name in ("ruleset.yaml", "ruleset.test.yaml")
    ]
    assert said.err == "2 files would be formatted, 1 unchanged\n"
    assert read(files / "rulesets/loose/ruleset.yaml") == LOOSE
    assert cli("fmt", "--check", "rulesets/neat").code == 0


def test_diff_writes_nothing(cli, files: Path):
    said = cli("fmt", "--diff", "rulesets/loose/ruleset.yaml")

    assert said.code == 1
    assert said.out.startswith(
        "--- rulesets/loose/ruleset.yaml\n+++ rulesets/loose/ruleset.yaml\n@@ -1,4 +1,8 @@\n"
    )
    assert "-model:   loose\n" in said.out
    assert "+  s:  # one\n" in said.out
    assert read(files / "rulesets/loose/ruleset.yaml") == LOOSE
    neat = cli("fmt", "--diff", "rulesets/neat")
    assert (neat.code, neat.out) == (0, "")


def test_a_file_that_is_no_yaml_does_not_stop_the_others(cli, files: Path):
    said = cli("fmt", "rulesets")

    assert said.code == 3
    assert "error[LL001]" in said.err
    assert "rulesets/broken/ruleset.yaml" in said.err
    assert said.err.endswith("2 files formatted, 1 unchanged, 1 not formatted\n")
    assert read(files / "rulesets/loose/ruleset.yaml") == NEAT
    assert read(files / "rulesets/broken/ruleset.yaml") == BROKEN


def test_a_ruleset_with_mistakes_is_formatted(cli, files: Path):
    path = files / "rulesets/neat/ruleset.yaml"
    path.write_text("leadline: 1\nmodel: x\nscores: {s: {facts: {f: {wen: a  +}}}}\n")

    assert cli("fmt", "rulesets/neat").code == 0
    assert "      f:\n        wen: a  +\n" in read(path)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [("ruleset.yaml", LOOSE, NEAT), ("ruleset.test.yaml", TEST, NEAT_TEST)],
)
def test_standard_input(
    cli, small: Path, monkeypatch: pytest.MonkeyPatch, name: str, before: str, after: str
):
    for arguments, out, code in (
        ((), after, 0),
        (("--check",), "", 1),
    ):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(before.encode())))
        said = cli("fmt", "-", "--stdin-name", name, *arguments)
        assert (said.code, said.out, said.err) == (code, out, "")


def test_standard_input_that_is_no_yaml(cli, small: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(BROKEN.encode())))
    said = cli("fmt", "-")

    assert (said.code, said.out) == (3, "")
    assert "--> ruleset.yaml:" in said.err


def test_the_rest_of_a_file_stays(cli, files: Path):
    path = files / "rulesets/loose/ruleset.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + LOOSE.replace("\n", "\r\n").encode())
    path.chmod(0o640)

    assert cli("fmt", str(path)).code == 0
    assert path.read_bytes() == b"\xef\xbb\xbf" + NEAT.replace("\n", "\r\n").encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [each.name for each in path.parent.iterdir() if each.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "there is nothing to format"),
        (("nowhere.yaml",), "there is no file nowhere.yaml"),
        (("-", "small.yaml"), "`-` goes with no other file"),
        (("leadline.yaml",), "leadline.yaml is no ruleset and no test"),
    ],
)
def test_wrong_usage(cli, small: Path, arguments: tuple[str, ...], message: str):
    said = cli("fmt", *arguments)

    assert said.code == 2
    assert message in said.err


@pytest.mark.parametrize("spoilt", [NEAT.replace("points: 1", "points: 2"), "leadline: 1\n"])
def test_a_layout_that_means_something_else_is_not_written(
    cli, files: Path, monkeypatch: pytest.MonkeyPatch, spoilt: str
):
    monkeypatch.setattr(
        fmt_command, "format_text", lambda text, *_: spoilt if text == LOOSE else NEAT
    )
    said = cli("fmt", "rulesets/loose/ruleset.yaml", "rulesets/neat")

    assert said.code == 5
    assert "would change what rulesets/loose/ruleset.yaml means" in said.err
    assert "please report it" in said.err
    assert read(files / "rulesets/loose/ruleset.yaml") == LOOSE


def test_a_plan_that_differs_is_not_written(cli, files: Path, monkeypatch: pytest.MonkeyPatch):
    plans = iter((None, "another"))
    monkeypatch.setattr(fmt_command, "build_plan", lambda *_: next(plans))
    said = cli("fmt", "rulesets/loose/ruleset.yaml")

    assert said.code == 5
    assert read(files / "rulesets/loose/ruleset.yaml") == LOOSE


def test_audits_and_reviews_have_a_layout_too(cli, files: Path):
    folder = files / "rulesets/neat"
    audits, reviews = folder / "ruleset.audits.yaml", folder / "ruleset.reviews.yaml"
    audits.write_text(
        "audits:\n  a: {metric: 'rate( x,y where(url  is  z) )', kind: nurture}  # as agreed\n"
        "leadline: 1\n"
    )
    reviews.write_text("reviews: [{on: 2026-01-31, audit: a, figure: 2.0%}]\nleadline: 1\n")
    done = cli("fmt", "rulesets/neat")

    assert done.code == 0
    assert done.err == "2 files formatted, 1 unchanged\n"
    assert read(audits) == (
        "leadline: 1\naudits:\n  a:  # as agreed\n    kind: nurture\n"
        "    metric: rate(x, y where (url is z))\n"
    )
    assert read(reviews) == (
        "leadline: 1\nreviews:\n  - audit: a\n    on: 2026-01-31\n    figure: 2.0%\n"
    )
    assert cli("fmt", "--check", str(audits), str(reviews)).code == 0
