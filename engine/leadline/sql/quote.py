"""Names and values into SQL text: the one place where anything is quoted."""

from __future__ import annotations

from datetime import date, datetime

from leadline.plan.caps import billionths

# Words that stand unquoted in the SQL written here; any other name is quoted.
_KNOWN = frozenset(
    (
        "account_id", "accounts", "active", "age_factor", "alias", "aliases", "asset_id", "assets",
        "campaign", "change", "counted", "counted_event", "created_at", "daily", "day", "decayed",
        "event", "event_count", "event_id", "events", "grade", "known_lead", "last_event", "lead",
        "lead_history", "lead_id", "lead_list", "lead_tags", "leads", "occurred_at", "points",
        "reason", "reported", "score", "scores", "tag_card", "tags", "unusable", "url", "value",
        "visit_id", "visited_event",
    )
)  # fmt: skip


def name(text: str) -> str:
    """Return an identifier, quoted unless it is one of the plain words above.

    A name can be any text; a double quote in it is doubled.
    """
    if text in _KNOWN:
        return text
    return '"' + text.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a text literal."""
    if "\0" in value:
        raise ValueError("a text with a NUL cannot be written in SQL")
    return "'" + value.replace("'", "''") + "'"


def number(value: float) -> str:
    """Return a number literal that is a DOUBLE wherever it stands."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value)}::DOUBLE" if value >= 0 else f"({int(value)})::DOUBLE"
    return f"{value!r}::DOUBLE" if value >= 0 else f"({value!r})::DOUBLE"


def points(value: float) -> str:
    """Return points as whole billionths, a BIGINT literal."""
    whole = billionths(value)
    return f"{whole}::BIGINT" if whole >= 0 else f"({whole})::BIGINT"


def day(value: date) -> str:
    """Return a date literal."""
    return f"DATE '{value.isoformat()}'"


def instant(value: datetime) -> str:
    """Return a timestamp literal (UTC, without offset)."""
    return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
