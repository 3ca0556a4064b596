"""The log of a real shop through a project of its own, every score as the oracle counts it."""

from __future__ import annotations

import gzip
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.evaluation import results
from tests.fixtures.reading import read_rows
from tests.oracle.compare import differences
from tests.oracle.strategies import Case

from leadline.engine.duckdb import Row
from leadline.pipeline import evaluate, load_source, read_ruleset
from leadline.project import Project, read_project
from leadline.store import Store
from leadline.store.summary import TableSummary

Rows = dict[str, list[dict[str, Any]]]

RULESET = ROOT / "rulesets" / "webshop"
USERS, EVENTS = 600, 31_106
NAMES = {
    "user_id": "lead_id",
    "session_id": "visit_id",
    "event": "type",
    "timestamp": "occurred_at",
}


@pytest.fixture(scope="module")
def project(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project that comes with the ruleset, around the whole log instead of five shoppers."""
    root = tmp_path_factory.mktemp("shop")
    for name in ("leadline.yaml", "ruleset.yaml"):
        shutil.copy(RULESET / name, root / name)
    (root / "data").mkdir()
    with gzip.open(shared / "data" / "ecom" / "ecom.csv.gz") as log:
        (root / "data" / "events.csv").write_bytes(log.read())
    return read_project(root / "leadline.yaml")


@pytest.fixture(scope="module")
def loaded(project: Project) -> TableSummary:
    """What became of the log when it was loaded first."""
    with Store.open(project.store) as store:
        return load(store, project)


@pytest.fixture(scope="module")
def data(project: Project) -> Rows:
    """The rows for the oracle; the log has no event_id, and none of its events needs one."""
    with (project.root / "data" / "events.csv").open(encoding="utf-8", newline="") as file:
        events = read_rows(file, NAMES)
    for number, event in enumerate(events):
        event["event_id"] = str(number)
    return {"events": events}


def load(store: Store, project: Project) -> TableSummary:
    source = project.source("shop")
    return load_source(store, project, source, 1, lambda label, done, total: None).table("events")


def content(store: Store) -> list[Row]:
    return store.database.rows("SELECT * FROM events ORDER BY event_id")


def test_the_whole_log_is_loaded(loaded: TableSummary) -> None:
    assert loaded == TableSummary("events", rows=EVENTS, new=EVENTS)


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("day", [date(2024, 6, 29), date(2024, 4, 30), date(2024, 1, 7)], ids=str)
def test_every_score_of_every_shopper(project: Project, data: Rows, day: date) -> None:
    text = read_ruleset(project.rulesets[0])
    with Store.open(project.store, read_only=True) as store:
        model = evaluate(store, text, day.isoformat()).ruleset
        found = results(store.database, model)
    apart = differences(
        Case(text.text, data, day), found.scores, None, found.grades, None, found.stage or None
    )
    assert apart == []
    known = {event["lead_id"] for event in data["events"] if event["occurred_at"].date() <= day}
    assert set(found.scores) == {
        (lead, score, "") for lead in known for score in ("intent", "loyalty", "trouble")
    }
    assert len(known) == USERS or day < date(2024, 6, 29)


@pytest.mark.usefixtures("loaded")
def test_loading_twice_changes_nothing(project: Project) -> None:
    with Store.open(project.store) as store:
        before = content(store)
        assert load(store, project) == TableSummary("events", rows=EVENTS, known=EVENTS)
        assert content(store) == before
        assert len(before) == EVENTS
