"""leadline and plugins beside it, installed as their users install them: in a new environment.

``make test-plugins`` runs this file; plain ``pytest`` passes it over, for it needs a package index.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import leadline_rulesets
import pytest

import leadline
import leadline_plugins
from leadline.scaffold import KINDS

ROOT = Path(__file__).parents[2]
#: The distributions of this project beside leadline itself.
BESIDE = sorted(file.parent.name for file in (ROOT / "plugins").glob("*/pyproject.toml"))
#: What would let the new environment see another one, or change what pytest does in it.
NOT_PASSED_ON = ("PYTHONHOME", "PYTHONPATH", "PYTHONSAFEPATH", "VIRTUAL_ENV", "PYTEST_ADDOPTS")


@pytest.fixture(scope="module", autouse=True)
def _as_users_have_it() -> None:
    """Hold that nothing of the checkout is seen but this file."""
    for package in (leadline, leadline_plugins, leadline_rulesets):
        file = str(package.__file__)
        assert Path(file).is_relative_to(sys.prefix), f"{file}: run this with `make test-plugins`"


def run(command: str, cwd: Path) -> str:
    """Run what a person types, and return what it prints; it has to end well."""
    given = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    paths = [str(Path(sys.prefix) / "bin"), os.environ["PATH"]]
    done = subprocess.run(
        ["sh", "-euc", command],
        cwd=cwd,
        env={**given, "PATH": os.pathsep.join(paths), "CI": "true"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
    return done.stdout


def passed(said: str) -> int:
    """Return how many tests passed, of what pytest printed."""
    found = re.findall(r"^=+ (\d+) passed(?:, \d+ skipped)? in ", said, re.MULTILINE)
    assert len(found) == 1, said
    return int(found[0])


def test_what_is_installed_is_whole_and_runs_without_the_checkout(tmp_path: Path) -> None:
    run("leadline init p --leads 20 --until 2026-06-30", tmp_path)
    project = tmp_path / "p"
    said = run("leadline check && leadline run --as-of 2026-06-30", project)
    assert "stages of b2b_saas" in said
    assert {path.name for path in (project / "schemas").iterdir()} == {
        path.name for path in (ROOT / "schemas").iterdir()
    }
    assert "LL012" in run("leadline check --explain LL012", project)


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_plugin_is_installed_and_tested_as_the_documentation_says(
    kind: str, tmp_path: Path
) -> None:
    said = run(
        f"leadline new plugin {kind} acme && pip install ./leadline-acme"
        " && leadline plugins doctor && pytest leadline-acme",
        tmp_path,
    )
    assert passed(said) > 0
    line = rf"^acme +leadline-acme 0\.1\.0 +{kind} acme( \(messages\))? +good$"
    assert re.search(line, said, re.MULTILINE), said

    readme = (tmp_path / "leadline-acme/README.md").read_text(encoding="utf-8")
    [configuration] = re.findall(r"^```yaml\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    (tmp_path / "leadline.yaml").write_text(configuration, encoding="utf-8")
    said = run("leadline plugins doctor", tmp_path)
    assert re.search(line, said, re.MULTILINE), said
    assert {row.split()[-1] for row in said.splitlines()[2:]} == {"good"}


@pytest.mark.parametrize("name", BESIDE)
def test_a_distribution_of_this_project_is_installed_beside_leadline_and_tested(
    name: str, tmp_path: Path
) -> None:
    left_out = shutil.ignore_patterns("__pycache__", "*.egg-info", "build", "dist")
    shutil.copytree(ROOT / "plugins" / name, tmp_path / "plugins" / name, ignore=left_out)

    said = run(f"pip install './plugins/{name}[dev]' && pytest plugins/{name}", tmp_path)

    assert passed(said) > 0
    assert re.search(r"tests/test_conformance\.py \.+", said), said
    assert f" leadline-{name} " in run("leadline plugins doctor --all", tmp_path)


def test_the_example_is_one_of_them() -> None:
    assert "example" in BESIDE
