"""An evaluation reads tables that are not there; a load after it must still find those that are."""

from __future__ import annotations

from pathlib import Path

import pytest

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


#: Conditions over columns that no source has given, each read as the type that its place asks for.
CONDITIONS = (
    'asset.tags has "a"',
    'coalesce(asset.tags, asset.kind) has "a"',
    'asset.tags is "a"',
    'asset.duration is "a"',
    "asset.duration > 2026-01-01",
    'lower(asset.duration) is "a"',
    "campaign > 2026-01-01",
    "campaign > 3",
    "days_since(campaign) > 3",
    "asset.kind",
    'lead.created_at is "a"',
    'lower(lead.created_at) is "a"',
    "lead.email > 2026-01-01",
    "days_since(lead.owner) > 1",
    "extra > 2026-01-01",
    'extra has "a"',
    "asset.tags in [a, b]",
    "asset.duration in [a, b]",
    "asset.duration between 2026-01-01 and 2026-02-01",
    'asset.duration contains "a"',
    "asset.duration = asset.tags",
    "asset.tags > 3",
    "campaign - asset.kind > 1",
    "min(asset.tags, 3) > 1",
    "share(asset.tags, asset.duration) > 0.5",
)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_column_without_a_value_fits_every_type(tmp_path: Path, condition: str) -> None:
    assert score(tmp_path, f"not ({condition})", "extra", None) == 5


@pytest.mark.parametrize(
    ("column", "condition"),
    [
        ("langs", 'langs has "a"'),
        ("langs", 'coalesce(langs, langs) has "a"'),
        ("langs", 'coalesce(extra, langs) has "a"'),
        ("lang", 'coalesce(extra, lang) has "a"'),
    ],
)
def test_the_first_list_that_is_there(tmp_path: Path, column: str, condition: str) -> None:
    value = ["a", "b"] if column == "langs" else "a; b"

    assert score(tmp_path, condition, column, value) == 5
    assert score(tmp_path, condition.replace('"a"', '"c"'), column, value) == 0


def score(folder: Path, condition: str, column: str, value: object) -> float:
    """Return the score of a lead whose only event meets a condition or does not."""
    ruleset = folder / "ruleset.yaml"
    ruleset.write_text(
        "leadline: 1\nmodel: small\nscores:\n  readiness:\n    actions:\n"
        f"      visit: {{event: visit, where: '{condition}', points: 5}}\n"
    )
    columns = dict.fromkeys(("event_id", "lead_id", "occurred_at", "type", column, "extra"))
    row = {
        **columns,
        "event_id": "1",
        "lead_id": "ann",
        "occurred_at": "2026-01-01T10:00:00Z",
        "type": "visit",
        column: value,
    }
    with Store.open(None) as store:
        item = Records("events", "web", tuple(row), (tuple(row.values()),), 1)
        store.load(SourceLoad("web"), [item])
        evaluate(store, read_ruleset(ruleset), "2026-01-31")
        return float(store.database.value("SELECT value FROM scores"))


def test_a_field_that_only_its_history_has_is_read_as_its_place_asks(tmp_path: Path) -> None:
    ruleset = tmp_path / "ruleset.yaml"
    ruleset.write_text(
        "leadline: 1\nmodel: small\nscores:\n  fit:\n    facts:\n"
        "      many: {when: lead.owner > 3, points: 5}\n"
        '      word: {when: lead.owner is "four", points: 1}\n'
    )
    columns = ("lead_id", "field", "value", "changed_at")
    rows = (
        ("ann", "owner", "4", "2026-01-01T10:00:00Z"),
        ("ben", "owner", "four", "2026-01-01T10:00:00Z"),
    )
    leads = Records("leads", "crm", ("lead_id",), (("ann",), ("ben",)), 1)
    with Store.open(None) as store:
        store.load(SourceLoad("crm"), [leads, Records("lead_history", "crm", columns, rows, 1)])
        evaluate(store, read_ruleset(ruleset), "2026-01-31")
        found = dict(store.database.rows("SELECT lead_id, value FROM scores"))

    assert found == {"ann": 5, "ben": 1}
