"""A hundred runs killed with SIGKILL at random points: nothing is lost, nothing is doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests.delivery import killing
from tests.delivery.given import RULESET, enter, hot, ruleset, spells
from tests.receiver import Receiver

from leadline.engine.duckdb import Database
from leadline.store import Store

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")

ACTIONS = "[{tag: {mql: today}}, {offer: {}}, {send: knows}, {send: plain}, {send: lines}]"
PROJECT = """\
store: store.duckdb
rulesets: [small.yaml]
sources:
  log: {{plugin: csv, settings: {{files: {{events: data/events.csv}}}}}}
outputs:
  knows: {{plugin: webhook, settings: {{url: "{url}", recognises_keys: true}}}}
  plain: {{plugin: webhook, settings: {{url: "{url}"}}}}
  lines: {{plugin: json_lines, settings: {{path: lines.jsonl}}}}
"""


def project(folder: Path, receiver: Receiver) -> Path:
    """Make a project whose automation does a bit of everything."""
    automation = f"  qualify: {{when: enters hot, do: {ACTIONS}}}\n"
    (folder / "small.yaml").write_text(RULESET + automation)
    (folder / "leadline.yaml").write_text(PROJECT.format(url=receiver.url))
    (folder / "data").mkdir()
    (folder / "data/events.csv").write_text(
        "event_id,lead_id,occurred_at,type\n0,first,2026-06-01T07:00:00Z,demo_request\n"
    )
    return folder / "store.duckdb"


def kill(folder: Path, what: str, kills: int, seconds: float) -> int:
    """Kill so many runs and let the last one end; return how many were really at work."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    arguments = [what, str(kills), "7", str(seconds)]
    done = subprocess.run(
        [sys.executable, killing.__file__, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def every_message_came_as_it_should(path: Path, receiver: Receiver, leads: int) -> None:
    """Compare the outbox with what arrived."""
    with Database(path, read_only=True) as database:
        rows = database.rows('SELECT key, kind, "value", state, doubts FROM outbox')
        tags = database.rows("SELECT count(*), count(DISTINCT lead_id) FROM lead_tags")
        offers = database.rows("SELECT count(*), count(DISTINCT lead_id) FROM handoffs")
    kinds = ('{"mql": "today"}', "offer", "knows", "plain", "lines")
    assert Counter(value or kind for _, kind, value, _, _ in rows) == dict.fromkeys(kinds, leads)
    assert tags == offers == [(leads, leads)]
    doubts = {key: times for key, _, _, _, times in rows}
    held = {key for key, _, _, state, _ in rows if state == "in doubt"}
    plain = {key for key, _, value, _, _ in rows if value == "plain"}
    posted = {key for key, _, value, _, _ in rows if value in ("knows", "plain")}
    # Only what nobody recognises is held back, and each such row is listed as in doubt.
    assert {state for _, _, _, state, _ in rows} <= {"delivered", "in doubt"}
    assert held <= plain
    assert posted - held <= set(receiver.keys) <= posted
    # What came more than once was in doubt as often, and what is held back never came twice.
    assert all(times - 1 <= doubts[key] for key, times in receiver.keys.items())
    assert all(receiver.keys[key] <= 1 for key in plain)
    text = (path.parent / "lines.jsonl").read_text(encoding="utf-8")
    lines = Counter(json.loads(line)["key"] for line in text.splitlines())
    assert lines == {key: 1 for key, _, value, _, _ in rows if value == "lines"}


def test_runs_that_are_killed_anywhere(tmp_path: Path, receiver: Receiver):
    path = project(tmp_path, receiver)
    kills = 25
    assert kill(tmp_path, "run", kills, 1.2) > kills / 2

    every_message_came_as_it_should(path, receiver, 1 + kills * killing.LEADS_A_RUN)


def test_deliveries_that_are_killed_anywhere(tmp_path: Path, receiver: Receiver):
    path = project(tmp_path, receiver)
    receiver.seconds = 0.002
    leads = 400
    with Store.open(path) as store:
        spells(store.database, hot(leads))
        enter(
            store.database,
            ruleset(f"  qualify: {{when: enters hot, do: {ACTIONS}}}\n"),
            killing.DAY,
        )
    assert kill(tmp_path, "delivery", 75, 0.3) > 60

    every_message_came_as_it_should(path, receiver, leads)
    assert max(receiver.keys.values()) > 1  # the kills did hit messages in flight
