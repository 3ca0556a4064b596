from __future__ import annotations

import os
import shutil
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from leadline.cli import run_command
from leadline.errors import UsageError
from leadline.language_server.counting import rule_figures
from leadline.language_server.figures import DAYS, Figures, Matched
from leadline.language_server.looking import look
from leadline.language_server.session import Session
from leadline.language_server.snapshot import Snapshot, stamp_of
from leadline.language_server.text import text_of
from leadline.language_server.worker import Stores, Worker
from leadline.pipeline import read_ruleset
from leadline.store import Store

RULESET = """\
leadline: 1
model: m
timezone: America/New_York
scores:
  one:
    actions:
      pages: {event: page_view, where: asset.kind is page, points: 1, limit: 1}
      all: {event: [page_view, download, email_click], points: 1, decay: {expire: 1 day}}
      first: {event: page_view, reach: 1 distinct url per visit, points: 1}
      counted: {event: page_view, where: 'count(download, 60 days) > 0', points: 1}
      off: {event: page_view, points: 1, enabled: false}
    facts:
      german: {when: lead.country is DE, points: 1}
"""


def test_fields_are_counted_as_they_are(store: Store, figures: Figures):
    for table, column in (("events", "type"), ("leads", "country"), ("assets", "kind")):
        [*values] = store.database.rows(f'SELECT "{column}" FROM {table}')
        counts = Counter(value for (value,) in values if value is not None)
        found = figures.of({"events": "event", "leads": "lead", "assets": "asset"}[table], column)
        assert found is not None
        assert found.distinct == len(counts)
        assert {v.text: v.rows for v in found.commonest} == counts
        rows = [value.rows for value in found.commonest]
        assert rows == sorted(rows, reverse=True)


def test_members_of_lists_are_counted_alone(store: Store, figures: Figures):
    rows = store.database.rows("SELECT tags FROM assets")
    counts = Counter(tag for (tags,) in rows for tag in tags or ())

    found = figures.of("asset", "tags")
    assert found is not None
    assert {v.text: v.rows for v in found.commonest} == counts


def test_rules_are_counted_over_the_last_days_of_the_log(tmp_path: Path, store: Store):
    file = tmp_path / "ruleset.yaml"
    file.write_text(RULESET, encoding="utf-8")
    day = "CAST(occurred_at - INTERVAL 4 HOUR AS DATE)"  # summer in New York
    [(last,)] = store.database.rows(f"SELECT max({day}) FROM events")
    since = last - timedelta(days=DAYS - 1)

    def counted(condition: str) -> Matched:
        [(leads, events)] = store.database.rows(
            "SELECT count(DISTINCT lead_id), count(*) FROM events e LEFT JOIN assets a "
            f"USING (asset_id) WHERE {day} >= '{since}' AND {condition}"
        )
        return Matched(leads, events)

    [(german,)] = store.database.rows("SELECT count(*) FROM leads WHERE country = 'DE'")
    downloads = f"type = 'download' AND {day} > DATE '{last}' - 60"
    seen = f"type = 'page_view' AND lead_id IN (SELECT lead_id FROM events WHERE {downloads})"
    assert rule_figures(store, read_ruleset(file)) == {
        ("one", "pages"): counted("type = 'page_view' AND kind = 'page'"),
        ("one", "all"): counted("type IN ('page_view', 'download', 'email_click')"),
        ("one", "first"): counted("type = 'page_view'"),
        ("one", "counted"): counted(seen),
        ("one", "german"): Matched(german),
    }
    assert 0 < counted(seen).events < counted("type = 'page_view'").events


def test_of_a_ruleset_that_does_not_compile_nothing_is_counted(tmp_path: Path, store: Store):
    file = tmp_path / "ruleset.yaml"
    file.write_text("leadline: 1\n", encoding="utf-8")

    assert rule_figures(store, read_ruleset(file)) == {}


def test_a_snapshot_keeps_no_run_out_and_leaves_nothing_behind(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    left = tmp_path / "temporary/leadline-copy-4194305-left"  # no process has such a number
    left.mkdir(parents=True)
    (left / "store.duckdb").write_bytes(b"personal data")
    monkeypatch.chdir(project)
    path = project / "store.duckdb"

    with Snapshot(path) as snapshot:
        before = snapshot.store.database.value("SELECT count(*) FROM runs")
        assert run_command(["run", "--as-of", "2026-06-30", "--only", "log"]) == 0
        assert snapshot.store.database.value("SELECT count(*) FROM runs") == before
        if os.name == "posix":  # not even a process that is killed leaves the data there
            assert [p for p in (tmp_path / "temporary").rglob("*") if p.is_file()] == []
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_store_is_read_while_a_run_writes_to_it(project: Path):
    path = project / "store.duckdb"
    stores = Stores()
    with Store.open(path) as run:
        run.database.execute("INSERT INTO leads (lead_id) VALUES ('new')")
        opened = stores.store(path)
        assert opened is not None
        new = "SELECT count(*) FROM leads WHERE lead_id = 'new'"
        assert opened.database.value(new) == 0
    os.utime(path, (3, 3))
    opened = stores.store(path)
    assert opened is not None
    assert opened.database.value(new) == 1
    stores.close()


def test_a_store_that_changes_on_the_way_is_read_later(
    project: Path, monkeypatch: pytest.MonkeyPatch
):
    path = project / "store.duckdb"
    copy = shutil.copyfile
    stores = Stores()
    opened = stores.store(path)
    assert opened is not None
    assert stores.stamp == stamp_of(path)
    assert stores.store(path) is opened

    os.utime(path, (3, 3))
    with monkeypatch.context() as patch:
        patch.setattr("shutil.copyfile", lambda a, b: (copy(a, b), os.utime(path, (2, 2))))
        assert stores.store(path) is opened  # as it last was
    again = stores.store(path)
    assert again is not None
    assert again is not opened
    assert stores.stamp == stamp_of(path)
    os.utime(path)
    with pytest.raises(UsageError, match="is being written to"):
        Snapshot(path)
    assert stores.store(project / "nothing.duckdb") is None
    stores.close()


def test_a_file_that_is_no_store_is_copied_once(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "none.duckdb"
    path.write_bytes(b"no store at all")
    os.utime(path, (1, 1))
    copies: list[Path] = []
    copy = shutil.copyfile
    monkeypatch.setattr("shutil.copyfile", lambda a, b: (copies.append(a), copy(a, b)))
    stores = Stores()

    assert stores.store(project / "store.duckdb") is not None
    assert [stores.store(path), stores.store(path)] == [None, None]
    assert copies == [project / "store.duckdb", path]
    stores.close()


def test_a_look_tells_figures_findings_and_matches(project: Path):
    session = Session()
    path = project / "b2b_saas/ruleset.yaml"
    text = path.read_text(encoding="utf-8")
    opened = session.put("uri", path, 1, text_of(text, "utf-16"))
    stores = Stores()

    assert session.behind() == ("uri",)
    looked = look(opened, session.around(path), None, stores)
    stores.close()
    assert looked is not None
    assert session.learn("uri", opened, session.around(path), looked)
    assert session.behind() == ()
    after = session.get("uri")
    assert after is not None
    assert after.found == looked.found
    assert after.rules["readiness", "demo_request"].leads > 0
    assert session.known(after).words.figures is looked.figures
    assert not session.learn("uri", opened, session.around(path), looked)
    os.utime(project / "store.duckdb", (3, 3))
    assert session.behind() == ("uri",)

    # What was seen of an older text is not said of a newer one; the figures still are.
    session.put("uri", path, 2, text_of("leadline: 1\n", "utf-16"))
    assert session.say("uri", 1, session.check(opened)) is None
    checked = session.check(after)
    newer = session.put("uri", path, 3, text_of("leadline: 1\nmodel: m\n", "utf-16"))
    assert session.say("uri", 1, checked) is None
    session.learn("uri", opened, session.around(path), replace(looked, found=()))
    assert session.get("uri") == replace(newer, rules=looked.rules)


def test_of_jobs_with_one_key_the_last_is_done_and_a_fault_ends_nothing():
    faults: list[BaseException] = []
    done: list[str] = []
    begun, go, end = threading.Event(), threading.Event(), threading.Event()
    worker = Worker(faults.append)

    def first(stores: Stores) -> None:
        begun.set()
        go.wait(5)
        raise ValueError("broken")

    worker.ask("a", first)
    begun.wait(5)
    worker.ask("b", lambda stores: done.append("old"))
    worker.ask("b", lambda stores: done.append("new"))
    worker.ask("c", lambda stores: end.set())
    go.set()
    assert end.wait(5)
    assert worker.stop(5)
    assert done == ["new"]
    assert [str(fault) for fault in faults] == ["broken"]
