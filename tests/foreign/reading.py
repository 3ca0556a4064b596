"""Files of other systems, imported, and what leadline makes of events with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from tests.evaluation import Rows, score

from leadline.document import load
from leadline.foreign.hubspot import read_hubspot
from leadline.foreign.mautic import read_mautic
from leadline.foreign.reading import Json
from leadline.foreign.result import Imported
from leadline.ruleset.build import build
from leadline.ruleset.model import Ruleset

FIXTURES = Path(__file__).parent / "fixtures"


def given(name: str) -> Any:
    """Return a file of another system as plain data."""
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


def from_hubspot(data: object, events: Mapping[str, str] | None = None) -> Imported:
    return read_hubspot(Json(data), events or {})


def from_mautic(*data: object) -> Imported:
    return read_mautic([Json(one) for one in data])


def text_of(imported: Imported) -> str:
    return imported.text("export.json", "leadline import")


def compiled(imported: Imported) -> Ruleset:
    """Return the ruleset that an import makes, about which nothing is said."""
    loaded = load(text_of(imported).encode(), "ruleset.yaml")
    assert loaded.document is not None, loaded.diagnostics
    built = build(loaded.document)
    assert built.ruleset is not None, (built.diagnostics, text_of(imported))
    assert loaded.diagnostics + built.diagnostics == ()
    return built.ruleset


def lost(imported: Imported) -> dict[str, str]:
    """Return what could not be expressed: place to reason, the last of each place."""
    return {one.path: one.reason for one in imported.lost}


def points(imported: Imported, data: Rows, on: date, lead: str = "ada") -> dict[str, float]:
    """Return a lead's scores on a date."""
    found = score(text_of(imported), data, on).scores
    return {key[1]: value for key, value in found.items() if key[0] == lead}


def event(number: int, type_: str, day: date, **columns: object) -> dict[str, Any]:
    """Return an event of ada's at noon of a day."""
    at = datetime.combine(day, time(12))
    return {"event_id": str(number), "lead_id": "ada", "occurred_at": at, "type": type_, **columns}
