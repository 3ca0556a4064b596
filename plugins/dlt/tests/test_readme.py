"""The example of the README is followed, word for word."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def blocks(language: str) -> list[str]:
    text = README.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_the_example_runs_as_it_says(tmp_path: Path) -> None:
    [source] = blocks("python")
    configuration, ruleset, *_ = blocks("yaml")
    (tmp_path / "rulesets/acme").mkdir(parents=True)
    assert source.startswith("# acme_source.py\n")
    (tmp_path / "acme_source.py").write_text(source, encoding="utf-8")
    assert configuration.startswith("# leadline.yaml\n")
    (tmp_path / "leadline.yaml").write_text(configuration, encoding="utf-8")
    assert "by rulesets/acme/ruleset.yaml:" in README.read_text(encoding="utf-8")
    (tmp_path / "rulesets/acme/ruleset.yaml").write_text(ruleset, encoding="utf-8")
    [console] = blocks("console")
    install, *commands = [line[2:] for line in console.splitlines() if line.startswith("$ ")]
    assert install == "pip install leadline leadline-dlt"
    printed = [line for line in console.splitlines() if line and not line.startswith("$ ")]

    out = ""
    for command in commands:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            command.split(),
            cwd=tmp_path,
            env={**os.environ, "PATH": path, "COLUMNS": "80"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        out = done.stdout
    assert [line.rstrip() for line in out.splitlines()] == [line.rstrip() for line in printed]
    assert {path.name for path in tmp_path.iterdir()} == {
        "acme_source.py",
        "leadline.duckdb",
        "leadline.yaml",
        "rulesets",
    }
