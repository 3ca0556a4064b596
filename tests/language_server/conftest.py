from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.language_server.client import Client

from leadline.cli import run_command
from leadline.document import Document, load
from leadline.language_server.counting import figures_of
from leadline.language_server.figures import Figures
from leadline.language_server.vocabulary import (
    Vocabulary,
    event_types_in,
    grades_in,
    keyed_in,
    names_in,
    tags_in,
)
from leadline.pipeline import open_directory
from leadline.store import Store

ROOT = Path(__file__).parents[2]
FILE = "ruleset.yaml"


@pytest.fixture(scope="session")
def store() -> Iterator[Store]:
    """Return a store with a few rows of each table."""
    opened, _ = open_directory(ROOT / "rulesets/b2b_saas/data", lambda what, done, of: None)
    with opened:
        yield opened


@pytest.fixture(scope="session")
def figures(store: Store) -> Figures:
    return figures_of(store)


@pytest.fixture(scope="session")
def ruleset_yaml() -> str:
    return (ROOT / "rulesets/b2b_saas/ruleset.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def document(ruleset_yaml: str) -> Document:
    loaded = load(ruleset_yaml.encode(), FILE).document
    assert loaded is not None
    return loaded


@pytest.fixture(scope="session")
def words(document: Document, ruleset_yaml: str, figures: Figures) -> Vocabulary:
    return Vocabulary(
        names=names_in(document),
        keyed=keyed_in(document),
        grades=grades_in(document),
        event_types=event_types_in(document),
        tags=tags_in(ruleset_yaml),
        figures=figures,
        outputs=("digest",),
    )


@pytest.fixture(scope="session")
def project_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "rulesets/b2b_saas", folder / "b2b_saas")
    data = folder / "b2b_saas/data"
    files = "".join(f"        {p.stem}: {p.relative_to(folder)}\n" for p in sorted(data.iterdir()))
    (folder / "leadline.yaml").write_text(
        "store: store.duckdb\nrulesets: [b2b_saas]\nsources:\n  log:\n    plugin: csv\n"
        f"    settings:\n      files:\n{files}"
        "outputs:\n  sales_digest: {plugin: webhook, settings: {url: http://127.0.0.1:1/}}\n",
        encoding="utf-8",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run_command(["run", "--as-of", "2026-06-30", "--only", "log"]) == 0
    os.utime(folder / "store.duckdb", (1, 1))  # one that was written this instant is not read yet
    return folder


@pytest.fixture
def project(project_once: Path, tmp_path: Path) -> Path:
    """Return the folder of a project with a store, to write to."""
    folder = tmp_path / "project"
    shutil.copytree(project_once, folder)
    return folder


@pytest.fixture
def client(project: Path) -> Iterator[Client]:
    """Return a client of a server that looks at the project."""
    started = Client(project)
    yield started
    started.close()
