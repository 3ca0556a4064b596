"""Instants (UTC) as people write them: in the model's timezone, with or without its offset."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from leadline.plan.clock import Offset
from leadline.sql.relations import choice, instant_of


def iso(instant: str, offsets: Sequence[Offset]) -> str:
    """Return the SQL of an instant in ISO 8601 with offset, such as 2026-05-31T14:00:00+02:00.

    Args:
        instant: the SQL of a UTC timestamp; a missing one stays missing.
        offsets: the timezone's, from the first instant on that can come.
    """

    def written(seconds: int) -> str:
        local = _shifted(instant, seconds)
        return f"strftime({local}, '%Y-%m-%dT%H:%M:%S') || {part} || '{_offset(seconds)}'"

    whole = f"microsecond({instant}) % 1000000 = 0"
    part = f"CASE WHEN {whole} THEN '' ELSE strftime({instant}, '.%f') END"
    return _by_offset(instant, offsets, written)


def minute(instant: str, offsets: Sequence[Offset]) -> str:
    """Return the SQL of an instant as a person reads it, such as 2026-05-31 14:00."""
    return _by_offset(
        instant,
        offsets,
        lambda seconds: f"strftime({_shifted(instant, seconds)}, '%Y-%m-%d %H:%M')",
    )


def day(instant: str, offsets: Sequence[Offset]) -> str:
    """Return the SQL of the day of an instant, a DATE."""
    return _by_offset(
        instant, offsets, lambda seconds: f"CAST({_shifted(instant, seconds)} AS DATE)"
    )


def _by_offset(instant: str, offsets: Sequence[Offset], written: Callable[[int], str]) -> str:
    """Return a CASE with a branch for each span of one offset."""
    return choice(instant, [(instant_of(o.since), written(o.seconds)) for o in offsets])


def _shifted(instant: str, seconds: int) -> str:
    return f"{instant} + to_seconds({seconds})" if seconds else instant


def _offset(seconds: int) -> str:
    """Return an offset as Python writes it; before zones were agreed on some had seconds."""
    sign = "-" if seconds < 0 else "+"
    minutes, rest = divmod(abs(seconds), 60)
    text = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{rest:02}" if rest else text
