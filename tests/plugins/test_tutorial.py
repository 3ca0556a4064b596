"""The tutorial is followed, word for word: its commands, its files, its tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from leadline.cli import run_command

PAGE = Path(__file__).parents[2] / "docs/writing-a-source.md"


def test_a_source_is_written_as_the_page_says(tmp_path: Path, monkeypatch) -> None:
    text = PAGE.read_text(encoding="utf-8")
    files = re.findall(r"^```python\n# (\S+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    commands = re.findall(r"^\$ (.+)$", text, re.MULTILINE)
    monkeypatch.chdir(tmp_path)

    begin, *rest = commands
    assert run_command(begin.split()[1:]) == 0
    # An editable install without the network leaves this.
    information = tmp_path / "site/leadline_acme-0.1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Name: leadline-acme\nVersion: 0.1.0\n")
    (information / "entry_points.txt").write_text("[leadline]\nacme = leadline_acme\n")
    folder = tmp_path / "leadline-acme"
    assert 'acme = "leadline_acme"' in (folder / "pyproject.toml").read_text()
    # That the tests of a plugin just begun pass holds tests/cli/test_plugin_health.py.
    for path, content in files:
        (folder / path).write_text(content, encoding="utf-8")
    said = _tests(folder, tmp_path / "site")

    assert rest == [
        "cd leadline-acme",
        "python -m pip install -e '.[dev]'",
        "python -m pytest",
        "python -m pytest",
    ]
    assert [path for path, _ in files] == [
        "src/leadline_acme/settings.py",
        "src/leadline_acme/__init__.py",
        "tests/test_acme.py",
    ]
    assert re.search(r"\d+ passed", said)


def _tests(folder: Path, site: Path) -> str:
    paths = [str(site), str(folder / "src"), *filter(None, sys.path)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
