"""What the documentation says is done here: its commands, its rulesets, its links, its names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from leadline.cli import COMMANDS, cli, run_command
from leadline.cli.hindsight import WITHIN
from leadline.project import read_project

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = (
    README,
    ROOT / "CHANGELOG.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "plugins").glob("*/README.md")),
)
#: Where the documentation of the code names files from.
HOMES = (ROOT, ROOT / "engine/leadline", ROOT / "plugins")


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def commands(block: str) -> list[str]:
    """Return the command lines of a console block."""
    return [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]


def code(page: Path) -> list[str]:
    """Return what stands in backquotes, on one line, outside of blocks."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", text)]


def test_the_commands_of_the_readme_run_one_after_the_other(tmp_path: Path):
    scripts = blocks(README, "console")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    for script in scripts:
        lines = [line for line in commands(script) if not line.startswith("pip install")]
        done = subprocess.run(
            ["sh", "-eux", "-c", "\n".join(lines)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert not re.search("^error", done.stderr, re.MULTILINE)

    assert len(scripts) >= 2
    assert (tmp_path / "scores.csv").read_text().startswith("lead_id,score,per,value\n")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_rulesets_and_configurations_of_the_documentation_are_right(page: Path, tmp_path: Path):
    for block in blocks(page, "yaml"):
        if block.startswith("# rulesets/"):
            continue  # a file of the page that tests/test_quarter.py runs
        if block.startswith("leadline: 1"):
            (tmp_path / "ruleset.yaml").write_text(block, encoding="utf-8")
            assert run_command(["check", str(tmp_path)]) == 0
        elif re.match("(cases|fixtures):", block):
            cases = tmp_path / "ruleset.test.yaml"
            cases.write_text(block, encoding="utf-8")
            shutil.copy(ROOT / "rulesets/b2b_saas/ruleset.yaml", tmp_path)
            assert run_command(["test", str(tmp_path), "--no-mutants"]) == 0
        else:
            (tmp_path / "leadline.yaml").write_text(block, encoding="utf-8")
            assert read_project(tmp_path / "leadline.yaml").sources


def test_the_readme_shows_a_ruleset():
    assert [block for block in blocks(README, "yaml") if block.startswith("leadline: 1")]


def test_the_mistake_of_the_readme_is_told_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    [told] = blocks(README, "text")
    shutil.copytree(ROOT / "rulesets/b2b_saas", tmp_path / "rulesets/b2b_saas")
    file = tmp_path / "rulesets/b2b_saas/ruleset.yaml"
    right = file.read_text(encoding="utf-8")
    file.write_text(right.replace("account.employees >= 200", "account.employes >= 200"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)

    code = run_command(["check", "rulesets/b2b_saas", "--data", "rulesets/b2b_saas/data"])

    assert code == 3
    assert capsys.readouterr().out == told


def _anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_inside_the_project_leads_somewhere(page: Path):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path) if path else page
        assert linked.exists(), target
        assert not anchor or anchor in _anchors(linked), target


def _options(command: click.Command) -> set[str]:
    commands = command.commands.values() if isinstance(command, click.Group) else [command]
    return {name for one in commands for option in one.params for name in option.opts}


def _every_option() -> set[str]:
    context = click.Context(cli)
    found = _options(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        found |= _options(command)
    return found | {"--help", "--version"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_and_options_that_are_named_exist(page: Path):
    options = _every_option()
    lines = [
        line
        for kind in ("console", "sh")
        for block in blocks(page, kind)
        for line in commands(block)
    ]
    said = [*code(page), *lines]

    for span in said:
        for name in re.findall(r"(?:^|&& )leadline ([a-z]+)", span):
            assert name in COMMANDS, span
        if span.startswith(("leadline ", "--")):
            for option in re.findall(r"(?<!\S)(--[a-z-]+)", span):
                assert option in options, span


def test_the_horizon_that_is_named_is_that_of_the_commands():
    told = [
        found
        for page in PAGES
        for found in re.findall(r"`--within` days \((\d+)\)", page.read_text(encoding="utf-8"))
    ]
    shown = re.search(r'"within": (\d+)', (ROOT / "docs" / "diff.md").read_text(encoding="utf-8"))
    assert shown is not None
    assert len(told) >= 2
    assert {*told, shown[1]} == {str(WITHIN)}


def test_every_command_is_told_of():
    told = " ".join([*code(ROOT / "CHANGELOG.md"), README.read_text(encoding="utf-8")])

    assert {name for name in COMMANDS if not re.search(rf"\b{name}\b", told)} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_and_modules_that_are_named_exist(page: Path):
    """A span such as ``plan/factors.py`` or ``ruleset/validate``: a path, not a word of YAML."""
    for span in code(page):
        if not re.fullmatch(r"[a-z_]+(/[a-z_.]+)+/?|[a-z_]+\.py|[a-z_]+/", span):
            continue
        assert any(
            (home / f"{span.rstrip('/')}{ending}").exists()
            for home in (*HOMES, page.parent)
            for ending in ("", ".py")
        ), span


def test_the_make_targets_that_are_named_exist():
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    said = re.findall(r"\bmake ([a-z]+)", " ".join([*blocks(README, "sh"), *code(README)]))

    assert {"demo", "test"} <= set(said) <= set(targets)


def test_the_tables_of_the_readme_are_those_of_the_store():
    from leadline.store.tables import TABLE_NAMES  # noqa: PLC0415 - the rest reads text alone

    text = README.read_text(encoding="utf-8")
    [table] = re.findall(r"\| table \| needs .*?\n\n", text, re.DOTALL)

    assert set(re.findall(r"^\| `(\w+)` ", table, re.MULTILINE)) <= set(TABLE_NAMES)
