"""Instants as HubSpot says them: ISO text with milliseconds, or milliseconds since 1970, in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HERE = _EPOCH.replace(tzinfo=None)
_MILLISECOND = timedelta(milliseconds=1)


def iso(millis: int) -> str:
    """Return an instant as ISO text, such as ``2026-06-30T12:00:00.000Z``."""
    at = _HERE + timedelta(milliseconds=millis)
    return f"{at.isoformat(timespec='milliseconds')}Z"


def millis(text: str) -> int:
    """Return an instant in milliseconds since 1970.

    Args:
        text: ISO; without an offset it is in UTC, and a day is its midnight.

    Raises:
        ValueError: the text is no instant.
    """
    if len(text) == len("2026-06-30"):
        day = date.fromisoformat(text)
        return (day.toordinal() - _EPOCH.toordinal()) * 86_400_000
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return (at - _EPOCH) // _MILLISECOND
