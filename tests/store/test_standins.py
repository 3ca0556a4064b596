"""An evaluation reads tables that are not there; a load after it must still find those that are."""

from __future__ import annotations

from pathlib import Path

from leadline.pipeline import evaluate, read_ruleset
from leadline.plugin import Records
from leadline.store import SourceLoad, Store

RULESET = """
leadline: 1
model: small
scores:
  readiness:
    actions:
      spring: {event: visit, where: campaign is spring, points: 2}
      visit: {event: visit, points: 5}
"""


def test_a_store_can_be_loaded_evaluated_and_loaded_again(tmp_path: Path) -> None:
    ruleset = tmp_path / "ruleset.yaml"
    ruleset.write_text(RULESET)
    columns = ("event_id", "lead_id", "occurred_at", "type")
    found = []
    with Store.open(None) as store:
        for number in ("1", "2"):
            row = (number, "ann", f"2026-01-0{number}T10:00:00Z", "visit")
            store.load(SourceLoad("web"), [Records("events", "web", columns, (row,), 1)])
            evaluate(store, read_ruleset(ruleset), "2026-01-31")
            found.append(store.database.value("SELECT value FROM scores"))
    assert found == [5, 10]
