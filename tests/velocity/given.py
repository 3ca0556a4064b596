"""Leads that a tag moves through the stages: the least that velocity can be read from."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.evaluation import fill

from leadline.document import load
from leadline.flow import Flow, follow
from leadline.pipeline import RulesetText
from leadline.store import Store
from leadline.store.standins import step_aside
from leadline.velocity import Measured

#: lead, stage, instant (UTC, ISO 8601).
Tag = tuple[str, str, str]
Figures = dict[str, Any]

STAGES = ("new", "engaged", "ready")


def ruleset(
    *, stages: Sequence[str] = STAGES, sla: str = "", timezone: str = "UTC", more: str = ""
) -> str:
    steps = ", ".join(f"{{name: {stage}}}" for stage in stages)
    limits = f"\n  sla: {sla}" if sla else ""
    return (
        f"leadline: 1\nmodel: tagged\ntimezone: {timezone}\n{more}"
        f"stages:\n  by: tag stage\n  steps: [{steps}]{limits}\n"
    )


@contextlib.contextmanager
def followed(
    tags: Sequence[Tag],
    until: str,
    *,
    text: str = "",
    leads: Sequence[Mapping[str, object]] = (),
    by: str | None = None,
) -> Iterator[Flow]:
    """Follow leads by their tags up to a date."""
    rows = [
        {"lead_id": lead, "tag": "stage", "value": stage, "set_at": datetime.fromisoformat(at)}
        for lead, stage, at in tags
    ]
    loaded = load((text or ruleset()).encode(), "tagged.yaml")
    read = RulesetText("tagged.yaml", loaded.text, loaded.document, loaded.diagnostics)
    with Store.open(None) as store:
        step_aside(store.database)
        fill(store.database, {"lead_tags": rows, "leads": [dict(lead) for lead in leads]})
        yield follow(store, read, until, by=by)


def figures(measured: Measured) -> list[Figures]:
    """Return the rows of what was measured."""
    columns, rows = measured.flow.past.store.database.table(measured.figures())
    return [dict(zip(columns, row, strict=True)) for row in rows]


def of(rows: Sequence[Figures], stage: str, period: str) -> Figures:
    """Return the one row of a stage and of the period that begins on a day."""
    [found] = [row for row in rows if (row["stage"], str(row["period"])) == (stage, period)]
    return found
