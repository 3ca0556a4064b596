"""``leadline plugins show`` and ``doctor``, and ``leadline new plugin``."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from leadline.cli import run_command
from leadline.scaffold import KINDS


def local(project: Path, text: str, more: str = "") -> None:
    """Give a project a plugin of its own."""
    (project / "mine").mkdir()
    (project / "mine/words.py").write_text(text)
    with (project / "leadline.yaml").open("a", encoding="utf-8") as file:
        file.write(f"plugin_folder: mine\n{more}")


def test_a_plugin_shows_its_settings(cli, here: Path):
    said = cli("plugins", "show", "csv")

    assert said.code == 0
    assert "source csv: CSV files" in said.out
    assert "delimiter" in said.out
    assert "What stands between two cells." in said.out


@pytest.mark.parametrize(
    ("name", "called"),
    [("json_lines", "output json_lines (messages): "), ("hubspot", "output hubspot (results): ")],
)
def test_an_output_says_what_it_takes(cli, here: Path, name: str, called: str):
    assert called in cli("plugins", "show", name).out
    assert called.removesuffix(": ") in cli("plugins", "doctor", "--all").out


def test_an_unknown_plugin_has_a_near_name(cli, here: Path):
    said = cli("plugins", "show", "cvs")

    assert said.code == 2
    assert "did you mean `csv`" in said.err


def test_a_good_project_has_nothing_to_mend(cli, small_project: Path):
    said = cli("plugins", "doctor")

    assert said.code == 0
    assert "csv" in said.out
    assert "source" in said.out
    assert said.err == ""


def test_only_what_the_project_needs_is_imported(
    cli, small_project: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("CI", raising=False)
    local(small_project, "raise RuntimeError('imported')\n")

    assert "words" not in cli("plugins", "doctor").out
    every = cli("plugins", "doctor", "--all")
    assert every.code == 0
    assert "warning: words: its import failed: RuntimeError: imported" in every.err
    monkeypatch.setenv("CI", "true")
    assert cli("plugins", "doctor", "--all").code == 1


def test_without_a_project_every_plugin_is_looked_at(cli, here: Path):
    said = cli("plugins", "doctor")

    assert said.code == 0
    assert said.out == cli("plugins", "doctor", "--all").out
    assert {"csv", "webhook"} <= {line.split()[0] for line in said.out.splitlines()}


def test_a_plugin_that_is_needed_and_broken_is_an_error(cli, small_project: Path):
    local(small_project, "raise RuntimeError('imported')\n", "plugins: [words]\n")

    said = cli("plugins", "doctor")

    assert said.code == 4
    assert "error: words: its import failed" in said.err


def test_a_plugin_that_is_not_installed_is_an_error(cli, small_project: Path):
    local(small_project, "", "plugins: [acme]\n")

    said = cli("plugins", "doctor")

    assert said.code == 4
    assert "it is not installed" in said.err


def test_settings_that_do_not_fit_are_named(cli, small_project: Path):
    file = small_project / "leadline.yaml"
    file.write_text(
        file.read_text() + "outputs:\n  log:\n    plugin: json_lines\n    settings: {pth: x}\n"
    )

    said = cli("plugins", "doctor")

    assert said.code == 2
    assert "output `log`: unknown setting `pth`" in said.err
    assert re.search(r"leadline\.yaml:\d+:16\n", said.err)
    assert "settings: {pth: *}" in said.err
    assert "did you mean `path`" in said.err


def test_a_variable_that_is_missing_is_named_and_no_secret_told(cli, small_project: Path):
    file = small_project / "leadline.yaml"
    file.write_text(
        file.read_text()
        + "outputs:\n  hook:\n    plugin: webhook\n    settings: {url: '${NO_SUCH_URL}'}\n"
    )

    said = cli("plugins", "doctor")

    assert said.code == 2
    assert "NO_SUCH_URL" in said.err


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_plugin_installs_and_passes_its_tests(kind: str, here: Path):
    assert run_command(["new", "plugin", kind, "acme-crm"]) == 0
    folder = here / "leadline-acme-crm"
    # What an editable install leaves, without the network.
    information = here / "site/leadline_acme_crm-0.1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Name: leadline-acme-crm\nVersion: 0.1.0\n")
    (information / "entry_points.txt").write_text("[leadline]\nacme_crm = leadline_acme_crm\n")
    paths = [str(here / "site"), str(folder / "src"), *filter(None, sys.path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
    text = (folder / "pyproject.toml").read_text()
    assert 'acme_crm = "leadline_acme_crm"' in text
    for path in folder.rglob("*.py"):
        ast.parse(path.read_text())
        assert "$" not in path.read_text()


def test_a_folder_that_is_there_is_left_alone(cli, here: Path):
    (here / "leadline-acme").mkdir()
    (here / "leadline-acme/mine.txt").write_text("mine")

    said = cli("new", "plugin", "source", "acme")

    assert said.code == 2
    assert "is there already" in said.err
    assert [path.name for path in (here / "leadline-acme").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["Acme", "1st", "a b", "../up", "acme-", "x" * 41])
def test_a_name_that_is_none_is_refused(cli, here: Path, name: str):
    said = cli("new", "plugin", "source", name)

    assert said.code == 2
    assert "is no name for a plugin" in said.err
    assert list(here.iterdir()) == []
