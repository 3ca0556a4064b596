"""Instants as HubSpot says them: ISO text, or milliseconds since 1970, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def millis(text: str) -> int:
    """Return an ISO text in milliseconds since 1970; without an offset it is in UTC.

    Raises:
        ValueError: the text is no instant.
    """
    return since_epoch(datetime.fromisoformat(text))


def since_epoch(at: datetime) -> int:
    """Return an instant in milliseconds since 1970; without an offset it is in UTC."""
    return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH) // _MILLISECOND


def instant(said: Any) -> object:
    """Return what HubSpot says of an instant as a cell: milliseconds become a time."""
    if isinstance(said, int) or (isinstance(said, str) and said.isdecimal()):
        try:
            return _EPOCH + int(said) * _MILLISECOND
        except OverflowError:
            return str(said)
    return said


def iso(millis: int) -> str:
    """Return milliseconds since 1970 as ISO text, such as ``2026-06-30T12:00:00Z``."""
    return (_EPOCH + millis * _MILLISECOND).isoformat().replace("+00:00", "Z")
