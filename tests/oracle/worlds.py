"""Small worlds written by hand, and what a look back says of them in words short enough to read."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from tests.oracle.past import Past

Rows = list[dict[str, Any]]
Spans = list[tuple[str, str | None, str | None, str]]
Steps = list[tuple[str | None, float | None, float | None]]


def events(*happened: tuple[str, str], lead: str = "l", **columns: Any) -> Rows:
    """Return events given as (instant, type); a column is a value for all, or a list."""
    return [
        {
            "event_id": f"{lead}{place}",
            "lead_id": lead,
            "occurred_at": datetime.fromisoformat(at),
            "type": kind,
            **{
                name: value[place] if isinstance(value, list) else value
                for name, value in columns.items()
            },
        }
        for place, (at, kind) in enumerate(happened)
    ]


def lead(lead_id: str = "l", created: str | None = None, **columns: Any) -> dict[str, Any]:
    """Return a row of a lead."""
    at = datetime.fromisoformat(created) if created is not None else None
    return {"lead_id": lead_id, "created_at": at, **columns}


def known(field: str, *values: tuple[str, str | None], lead: str = "l") -> Rows:
    """Return what became known of a field of a lead, given as (instant, value)."""
    return [
        {"lead_id": lead, "field": field, "value": value, "changed_at": datetime.fromisoformat(at)}
        for at, value in values
    ]


def tagged(tag: str, *values: tuple[str, str | None], lead: str = "l") -> Rows:
    """Return the values of a lead's tag, given as (instant, value)."""
    return [
        {"lead_id": lead, "tag": tag, "value": value, "set_at": datetime.fromisoformat(at)}
        for at, value in values
    ]


def with_columns(data: Mapping[str, Rows]) -> dict[str, Rows]:
    """Return the tables with every column that a test may name, in rows that are yet to come."""
    later = "2030-01-01T00:00"
    columns = {"quantity": None, "url": None, "campaign": None, "asset_id": None}
    of_lead = lead("later", later, country=None, job_title=None, account_id=None)
    return {
        **data,
        "events": [*data.get("events", []), *events((later, "none"), lead="later", **columns)],
        "leads": [*data.get("leads", []), of_lead],
    }


def changes(past: Past, lead: str = "l", score: str = "s", per: str = "") -> Steps:
    """Return the changes of one score as (instant, old, new), in order of time."""
    rows = [r for r in past.history if (r.lead_id, r.score, r.per) == (lead, score, per)]
    rows.sort(key=lambda row: row.at or datetime.min)
    return [(shown(row.at), row.old, row.new) for row in rows]


def spells(past: Past, lead: str = "l") -> Spans:
    """Return a lead's spells as (stage, entered, left, direction), in order of time."""
    mine = [spell for spell in past.stages if spell.lead_id == lead]
    mine.sort(key=lambda spell: spell.entered_at or datetime.min)
    return [(s.stage, shown(s.entered_at), shown(s.left_at), s.direction) for s in mine]


def stays(past: Past, segment: str) -> list[tuple[str, str | None, str | None]]:
    """Return the stays in a segment as (lead, entered, left), by lead and time."""
    mine = [stay for stay in past.segments if stay.segment == segment]
    mine.sort(key=lambda stay: (stay.lead_id, stay.entered_at or datetime.min))
    return [(stay.lead_id, shown(stay.entered_at), shown(stay.left_at)) for stay in mine]


def counts(past: Past, kind: str, name: str, days: Iterable[str]) -> list[int]:
    """Return how many leads were in a stage or segment at the end of some days."""
    found = {(one.kind, one.list, one.day): one.leads for one in past.daily}
    return [found[kind, name, date.fromisoformat(day)] for day in days]


def shown(at: datetime | None) -> str | None:
    """Return an instant as short as it can be written."""
    if at is None:
        return None
    return at.isoformat(" ", "auto" if at.second or at.microsecond else "minutes")
