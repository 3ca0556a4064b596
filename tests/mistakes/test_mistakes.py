"""The worst that tools for rules do to their users: each folder is one of them, done right here.

``said.txt`` is what stands on the terminal: what is said about the files beside it, and the exit
code. ``pytest --update`` writes it anew, to be read before it is committed.
"""

from __future__ import annotations

import re
import shlex
import shutil
import socket
from pathlib import Path

import pytest

from leadline.cli import run_command

FOLDERS = sorted(path for path in Path(__file__).parent.iterdir() if re.match(r"\d\d-", path.name))


@pytest.fixture(autouse=True)
def plain_and_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the terminal and the network of whoever runs the tests out of them."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a command reached for the network")

    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "LEADLINE_TRACEBACK", "CI"):
        monkeypatch.delenv(name, raising=False)
    for name in ("create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def transcript(lines: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return comments and commands as they stand, each command followed by what it said."""
    said = []
    for line in lines:
        said.append(f"{line}\n")
        if line.startswith("$ cat "):
            said.append(Path(line.removeprefix("$ cat ")).read_text(encoding="utf-8"))
        elif line.startswith("$ leadline "):
            code = run_command(shlex.split(line)[2:])
            out, err = capsys.readouterr()
            said.append(f"{out}{err}[exit code {code}]\n")
    return "".join(said).replace(str(Path.cwd()), "/here")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_is_done_right(
    folder: Path,
    update: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    expected = (folder / "said.txt").read_text(encoding="utf-8")
    asked = [line for line in expected.splitlines() if re.match(r"# (Elsewhere|Here): |\$ ", line)]
    shutil.copytree(folder, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")

    said = transcript(asked, capsys)

    if update:
        (folder / "said.txt").write_text(said, encoding="utf-8")
        expected = said
    assert "Traceback" not in said
    assert "a fault of leadline" not in said
    assert said == expected


def test_there_are_the_twenty_worst_and_more() -> None:
    numbers = [int(folder.name[:2]) for folder in FOLDERS]

    assert numbers == list(range(1, len(FOLDERS) + 1))
    assert len(FOLDERS) >= 20
