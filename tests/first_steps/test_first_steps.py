"""Mistakes that newcomers make in a ruleset, each repaired by its message alone.

Each folder is one of them. ``mistake.yaml`` holds a change of ``rulesets/b2b_saas``, the command
that a user runs then, and the repairs to which its messages lead. ``said.txt`` is what the command
says before and after each, with the exit code; ``pytest --update`` writes it anew, to be read
before it is committed.
"""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from leadline.cli import run_command

RULESET = Path(__file__).parents[2] / "rulesets/b2b_saas"
FOLDERS = sorted(path for path in Path(__file__).parent.iterdir() if re.match(r"\d\d-", path.name))
FIXED_BY = re.compile(r"1 can be fixed with (--fix(?: --unsafe)?)\n")


@dataclass(frozen=True)
class Mistake:
    """What somebody wrote into a file of the ruleset, and what their command said to it."""

    folder: Path
    file: Path
    told: dict[str, Any]

    @property
    def command(self) -> str:
        return str(self.told["command"])

    def change(self, old: str, new: str) -> None:
        """Replace a text that stands in the file once."""
        text = self.file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        self.file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a made-up log, in which every rule of the ruleset finds something."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    assert run_command(["demo", str(folder), "--leads", "150", "--until", "2026-06-30"]) == 0
    return folder


@pytest.fixture
def mistake(folder: Path, tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> Mistake:
    """Return a mistake that is made in a copy of the ruleset, beside the log ``demo``."""
    told = yaml.safe_load((folder / "mistake.yaml").read_text(encoding="utf-8"))
    shutil.copytree(RULESET, tmp_path / "b2b_saas")
    if "--data" in told["command"]:
        shutil.copytree(log, tmp_path / "demo")
    for name in ("NO_COLOR", "FORCE_COLOR", "LEADLINE_TRACEBACK", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    made = Mistake(folder, tmp_path / "b2b_saas" / told["file"], told)
    made.change(**told["mistake"])
    return made


def fix_told(folder: Path) -> str:
    """Return the options that the message says repair the mistake, ``""`` where none do."""
    told = FIXED_BY.search((folder / "said.txt").read_text(encoding="utf-8"))
    return told[1] if told else ""


def said(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Return a command with what it says and its exit code; the time that it took left out."""
    capsys.readouterr()
    code = run_command(shlex.split(command)[1:])
    out, err = capsys.readouterr()
    text = re.sub(r"(?<= in )\d+\.\d s$", "0.0 s", out + err, flags=re.MULTILINE)
    return f"$ {command}\n{text}[exit code {code}]\n"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_its_message_leads_to_the_repair(
    mistake: Mistake, update: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    transcript = [said(mistake.command, capsys)]
    for repair in mistake.told["repairs"]:
        mistake.change(**repair)
        transcript.append(said(mistake.command, capsys))

    golden = mistake.folder / "said.txt"
    if update:
        golden.write_text("\n".join(transcript), encoding="utf-8")
    assert "\n".join(transcript) == golden.read_text(encoding="utf-8")
    assert not [step for step in transcript[:-1] if "[exit code 0]" in step]
    assert transcript[-1].endswith("[exit code 0]\n")
    assert "error[" not in transcript[-1]
    assert "warning[" not in transcript[-1]


@pytest.mark.parametrize("folder", [*filter(fix_told, FOLDERS)], ids=lambda folder: folder.name)
def test_the_fix_that_a_message_offers_repairs_it(
    mistake: Mistake, capsys: pytest.CaptureFixture[str]
) -> None:
    mended = said(f"{mistake.command} {fix_told(mistake.folder)}", capsys)

    assert "1 fixed in 1 file" in mended
    assert mended.endswith("[exit code 0]\n"), mended


def test_no_mistake_is_lost() -> None:
    numbers = [int(folder.name[:2]) for folder in FOLDERS]

    assert numbers == list(range(1, len(FOLDERS) + 1))
    assert len(FOLDERS) >= 10
