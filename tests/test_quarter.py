"""The page that walks through a quarter is run: every command on it, in order, says what it says.

``pytest --update`` writes what the commands say now, to be read before it is committed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs/quarter.md"

_BLOCK = re.compile(r"^```(console|yaml)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
#: Commits have ids that hang on everything in them, and so on the version of leadline.
_COMMIT = re.compile(r"\b[0-9a-f]{7}\b(?=[ ,.:)]|$)", re.MULTILINE)
_GIT = {
    "GIT_AUTHOR_NAME": "Anna",
    "GIT_AUTHOR_EMAIL": "anna@example.com",
    "GIT_COMMITTER_NAME": "Anna",
    "GIT_COMMITTER_EMAIL": "anna@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


def environment() -> dict[str, str]:
    """Return a terminal of 80 columns, the commands of this environment, and a git of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    for name in ("CI", "NO_COLOR", "FORCE_COLOR", "LEADLINE_TRACEBACK"):
        kept.pop(name, None)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**kept, **_GIT, "PATH": path, "COLUMNS": "80", "LC_ALL": "C.UTF-8"}


class Terminal:
    """A shell that remembers its folder and its day."""

    def __init__(self, home: Path) -> None:
        self.folder = home
        self.day = "2026-03-31"

    def run(self, command: str) -> str:
        """Return what a command says, and how it ended where that is not well."""
        if found := re.fullmatch(r"cd (\S+)", command):
            self.folder /= found[1]
            return ""
        if found := re.search(r"(?:--as-of|--on) (20\d\d-\d\d-\d\d)", command):
            self.day = found[1]
        dated = f"{self.day}T18:00:00Z"
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env={**environment(), "GIT_AUTHOR_DATE": dated, "GIT_COMMITTER_DATE": dated},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        assert "Traceback" not in done.stdout, done.stdout
        ended = f"[exit code {done.returncode}]\n" if done.returncode else ""
        return done.stdout.replace(str(self.folder), ".") + ended


def commands(block: str) -> Iterator[str]:
    """Yield the commands of a block; one that ends in a backslash goes on."""
    lines = iter(block.splitlines())
    for line in lines:
        if line.startswith("$ "):
            command = line.removeprefix("$ ")
            while command.endswith("\\"):
                command += "\n" + next(lines)
            yield command


def replayed(text: str, terminal: Terminal) -> str:
    """Return the page as it would be written now."""

    def block(match: re.Match[str]) -> str:
        language, body = match.groups()
        if language == "yaml":
            file = re.match(r"# (\S+)\n", body)
            if file is not None:
                (terminal.folder / file[1]).write_text(body.split("\n", 1)[1], encoding="utf-8")
            return match[0]
        said = "".join(f"$ {command}\n{terminal.run(command)}" for command in commands(body))
        return f"```{language}\n{said}```"

    return _BLOCK.sub(block, text)


def test_the_quarter_goes_as_the_page_says(tmp_path: Path, update: bool) -> None:
    text = PAGE.read_text(encoding="utf-8")
    now = replayed(text, Terminal(tmp_path))
    if update:
        PAGE.write_text(now, encoding="utf-8")
    else:
        assert _COMMIT.sub("0000000", now) == _COMMIT.sub("0000000", text)
