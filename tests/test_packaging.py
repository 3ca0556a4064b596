"""The distributions hold what they need and nothing else, and work where they are installed."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from leadline import __version__

ROOT = Path(__file__).parent.parent
#: What a build reads; a copy, so that it leaves nothing behind in the project.
SOURCES = ("engine", "plugins", "rulesets", "tests", "pyproject.toml", "README.md", "LICENSE")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.egg-info", "build", "dist")


def build(kind: str, project: Path, out: Path) -> Path:
    """Build a distribution as pip does without isolation: by the backend alone, no network."""
    code = f"from setuptools import build_meta; print(build_meta.build_{kind}({str(out)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return out / done.stdout.splitlines()[-1]


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of leadline."""
    folder = tmp_path_factory.mktemp("build")
    project = folder / "project"
    project.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, project / name, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / name, project / name)
    return build("wheel", project, folder)


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with leadline and the example plugin as pip would install them."""
    folder = tmp_path_factory.mktemp("site")
    example = tmp_path_factory.mktemp("example")
    shutil.copytree(ROOT / "plugins/example", example / "project", ignore=LEFT_OUT)
    for distribution in (wheel, build("wheel", example / "project", example)):
        with zipfile.ZipFile(distribution) as archive:
            archive.extractall(folder)  # noqa: S202 - made here, a moment ago
    return folder


def leadline(site: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run leadline as installed in ``site``, out of sight of the checkout."""
    code = (
        "import sys, leadline, leadline_plugins, leadline_rulesets; from leadline.cli import main\n"
        f"found = [m.__file__ for m in (leadline, leadline_plugins, leadline_rulesets)]\n"
        f"assert all(file.startswith({str(site)!r}) for file in found), found\n"
        "main(sys.argv[1:])"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_every_module_and_what_the_modules_read(wheel: Path):
    held = names(wheel)

    homes = {
        "leadline": ROOT / "engine/leadline",
        "leadline_plugins": ROOT / "plugins/leadline_plugins",
        "leadline_rulesets": ROOT / "rulesets",
    }
    for package, home in homes.items():
        for path in home.rglob("*"):
            inside = path.relative_to(home)
            if path.suffix in (".py", ".sql", ".lark", ".typed"):
                assert f"{package}/{inside.as_posix()}" in held
    for path in (ROOT / "rulesets").glob("*/*.yaml"):
        assert f"leadline_rulesets/{path.parent.name}/{path.name}" in held
    assert {"leadline/py.typed", "leadline/expression/grammar.lark"} <= held
    assert {
        f"leadline_rulesets/{name}/ruleset.yaml"
        for name in ("b2b_saas", "webshop", "careers_and_cold")
    } <= held


def test_the_wheel_holds_nothing_else(wheel: Path):
    tops = {name.split("/")[0] for name in names(wheel)}

    information = f"leadline-{__version__}.dist-info"
    assert tops == {"leadline", "leadline_plugins", "leadline_rulesets", information}
    assert f"{information}/licenses/LICENSE" in names(wheel)
    assert not [name for name in names(wheel) if "/test_" in name or "conftest" in name]


def test_the_wheel_declares_the_command_and_the_built_in_plugins(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(f"leadline-{__version__}.dist-info/entry_points.txt").decode()
        metadata = archive.read(f"leadline-{__version__}.dist-info/METADATA").decode()

    assert "leadline = leadline.cli:main" in text
    assert "csv = leadline_plugins.csv_files" in text
    assert "parquet = leadline_plugins.parquet_files" in text
    assert f"\nVersion: {__version__}\n" in metadata
    assert "\nLicense-Expression: Apache-2.0\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata


def test_every_package_is_listed():
    with (ROOT / "pyproject.toml").open("rb") as file:
        listed = tomllib.load(file)["tool"]["setuptools"]["packages"]
    homes = {ROOT / "engine": "leadline", ROOT / "plugins": "leadline_plugins"}

    found = {
        ".".join(path.parent.relative_to(home).parts)
        for home, package in homes.items()
        for path in (home / package).rglob("__init__.py")
    }
    assert sorted(listed) == sorted(found | {"leadline_rulesets"})


def test_the_source_distribution_makes_the_same_wheel(wheel: Path, tmp_path: Path):
    archive = build("sdist", wheel.parent / "project", tmp_path)
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "source", filter="data")
    [project] = (tmp_path / "source").iterdir()

    assert names(build("wheel", project, tmp_path)) == names(wheel)


def test_what_is_installed_runs(site: Path, tmp_path: Path):
    made = leadline(site, tmp_path, "init", "p", "--leads", "20", "--until", "2026-06-30")
    ran = leadline(site, tmp_path / "p", "run", "--as-of", "2026-06-30")

    assert made.returncode == 0, made.stderr
    assert ran.returncode == 0, ran.stderr
    assert "stages of b2b_saas" in ran.stdout


def test_a_plugin_that_is_installed_beside_is_listed_and_loads(site: Path, tmp_path: Path):
    (tmp_path / "events.jsonl").write_text(
        '{"lead_id": "ada", "occurred_at": "2026-01-02T03:04:05Z", "type": "visit"}\nno json\n'
    )
    (tmp_path / "ruleset.yaml").write_text(
        "leadline: 1\nmodel: m\nscores: {s: {actions: {a: {event: visit, points: 3}}}}\n"
    )
    (tmp_path / "leadline.yaml").write_text(
        "rulesets: [ruleset.yaml]\nsources:\n  site:\n    plugin: jsonl\n"
        "    settings: {path: events.jsonl, table: events}\n"
    )

    listed = leadline(site, tmp_path, "plugins", "list", "--format", "csv")
    ran = leadline(site, tmp_path, "run", "--as-of", "2026-06-30")
    scored = leadline(site, tmp_path, "score", "--as-of", "2026-06-30", "--format", "csv")

    rows = {row["plugin"]: row for row in csv.DictReader(io.StringIO(listed.stdout))}
    assert rows["jsonl"]["distribution"] == "leadline-example"
    assert (rows["jsonl"]["origin"], rows["jsonl"]["used here"]) == ("installed", "yes")
    assert ran.returncode == 0, ran.stderr
    assert "warning: 1 row was rejected" in ran.stderr
    assert scored.stdout == "lead_id,score,per,value\nada,s,,3\n"
