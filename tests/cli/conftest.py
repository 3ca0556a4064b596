from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from leadline.cli import run_command

RULESET = """\
leadline: 1
model: small
timezone: UTC
leads: lead.relation is not competitor
scores:
  readiness:
    sales_ready: 30
    actions:
      demo: {event: demo_request, points: 20, limit: 1}
      webinar: {event: webinar, points: 15, group: events}
      talk: {event: talk, points: 5, group: events}
    groups:
      events: {max: 10}
  interest:
    per: asset.product
    actions:
      reading: {event: page_view, points: 2.5}
  fit:
    facts:
      chief: {when: 'lead.job_title contains "Chief"', points: 40}
    grades: {A: 30, B: 0}
matrix: {fit: [A, B], readiness: {1: 20, 2: 0}}
accounts:
  buying: {of: readiness, combine: sum, committee: 2 leads at 10}
stages:
  by: score readiness
  steps: equal [aware, engaged, ready]
"""

LEADS = """\
lead_id,account_id,created_at,relation,job_title,email,country
ada,acme,2026-01-01T00:00:00Z,,Chief Engineer,ada@acme.example,DE
ben,acme,2026-01-02T00:00:00Z,,Student,ben@acme.example,
cy,bolt,2026-01-03T00:00:00Z,competitor,Chief,cy@bolt.example,AT
dee,bolt,2026-05-01T00:00:00Z,,Chief,dee@bolt.example,AT
eve,bolt,2026-01-05T00:00:00Z,,,eve@bolt.example,US
"""

EVENTS = """\
event_id,lead_id,occurred_at,type,asset_id,url
1,ada,2026-03-01T09:00:00Z,demo_request,,
2,ada,2026-03-02T09:00:00Z,webinar,,
3,ada,2026-03-03T09:00:00Z,talk,,
4,ben,2026-03-04T09:00:00Z,demo_request,,
5,ben,2026-03-05T09:00:00Z,demo_request,,
6,ada,2026-03-06T09:00:00Z,page_view,guide,/a
7,ada,2026-03-07T09:00:00Z,page_view,guide,/b
8,eva,2026-03-08T09:00:00Z,webinar,,
"""

REJECTED = """\
9,,2026-03-08T09:00:00Z,talk,,
10,ben,yesterday,talk,,
11,ben,,talk,,
12,ben,31.02.2026,talk,,
"""

OTHERS = {
    "accounts": "account_id,name\nacme,Acme\nbolt,Bolt\nidle,Idle Ltd\n",
    "assets": "asset_id,product\nguide,motors\n",
    "aliases": "old_lead_id,lead_id\neva,eve\n",
    "lead_tags": "lead_id,tag,value,set_at\nada,track,nurture,2026-02-01T00:00:00Z\n",
}


@dataclass(frozen=True)
class Said:
    """What a command came to: its exit code, its results, what it said beside them."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.out)))

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Said]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Return a function that runs a command in this process."""

    def run(*arguments: object) -> Said:
        capsys.readouterr()
        code = run_command([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Said(code, out, err)

    return run


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the terminal of whoever runs the tests out of them."""
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "LEADLINE_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder: an empty one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def small(here: Path) -> Path:
    """Return the current folder: it holds small.yaml and, in data, a few rows of each table."""
    return _small(here)


@pytest.fixture
def small_project(here: Path) -> Path:
    """Return the current folder: a project of the small ruleset and data, nothing loaded yet."""
    return _small_project(here)


@pytest.fixture(scope="session")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = _small_project(tmp_path_factory.mktemp("filled"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run_command(["run", "--as-of", "2026-06-30"]) == 0
    return folder


@pytest.fixture
def filled(filled_once: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder: the small project after a run; not to be written to."""
    monkeypatch.chdir(filled_once)
    return filled_once


def _small(folder: Path) -> Path:
    (folder / "small.yaml").write_text(RULESET, encoding="utf-8")
    (folder / "data").mkdir()
    for table, text in {"leads": LEADS, "events": EVENTS, **OTHERS}.items():
        (folder / "data" / f"{table}.csv").write_text(text, encoding="utf-8")
    return folder


def _small_project(folder: Path) -> Path:
    files = sorted(_small(folder).glob("data/*.csv"))
    listed = "".join(f"        {path.stem}: data/{path.name}\n" for path in files)
    configuration = (
        "store: store.duckdb\nrulesets: [small.yaml]\nsources:\n  log:\n    plugin: csv\n"
        f"    settings:\n      files:\n{listed}"
    )
    (folder / "leadline.yaml").write_text(configuration, encoding="utf-8")
    return folder


@pytest.fixture
def with_rejects(small_project: Path) -> Path:
    """Return the current folder: the small project with four rows that cannot be used."""
    with (small_project / "data/events.csv").open("a", encoding="utf-8") as file:
        file.write(REJECTED)
    return small_project


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project that ``leadline init`` made; not to be written to."""
    folder = tmp_path_factory.mktemp("made") / "scoring"
    assert run_command(["init", str(folder), "--leads", "60", "--until", "2026-06-30"]) == 0
    return folder


@pytest.fixture
def new_project(made: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder: a project that ``leadline init`` made, to write to."""
    folder = here / "scoring"
    shutil.copytree(made, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="session")
def new_run(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project that ``leadline init`` made, after a run."""
    folder = tmp_path_factory.mktemp("run") / "scoring"
    shutil.copytree(made, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run_command(["run", "--as-of", "2026-06-30"]) == 0
    return folder
