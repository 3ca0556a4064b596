"""The source ``jsonl`` does what every source must do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from leadline.testing.conformance import SourceConformance

VISITS = """{"lead_id": "ada", "occurred_at": "2026-01-02T03:04:05Z", "type": "visit", "seconds": 4}
{"lead_id": "Zoë", "occurred_at": "2026-01-03T03:04:05Z", "type": "visit", "seconds": null}
no JSON
{"lead_id": "ben", "occurred_at": "2026-01-04T03:04:05Z", "type": "visit", "url": "/prices"}
"""


class TestJsonLines(SourceConformance):
    kind = "jsonl"

    def settings(self, root: Path) -> Mapping[str, object]:
        (root / "visits.jsonl").write_text(VISITS, encoding="utf-8")
        return {"path": "visits.jsonl"}

    def nothing(self, root: Path) -> Mapping[str, object]:
        (root / "none.jsonl").touch()
        return {"path": "none.jsonl"}

    def unreadable(self, root: Path) -> Mapping[str, object]:
        return {"path": "nowhere.jsonl"}
