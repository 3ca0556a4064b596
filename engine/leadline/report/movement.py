"""What moved a lead's scores, as text for a terminal and as JSON."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from leadline.report.diagnostics import visible
from leadline.report.listing import decimal, instant
from leadline.report.moved import Moved, Movement, Mover

_WIDEST_NAME = 24


def movement_text(movement: Movement, *, width: int = 80) -> str:
    """Write for a person what moved a lead's scores.

    Args:
        movement: what was gathered.
        width: the columns to fit in.
    """
    span = f"from {movement.since} to {movement.as_of}"
    head = f"{visible(movement.lead_id)} {span} ({movement.model}, {movement.timezone})"
    blocks = [_score(score, movement.timezone, width) for score in movement.scores]
    if not blocks:
        blocks = [["no score on either date"]]
    return "\n\n".join("\n".join(block) for block in ([head], *blocks)) + "\n"


def _score(score: Moved, timezone: str, width: int) -> list[str]:
    name = visible(f"{score.score}: {score.per}" if score.per else score.score)
    if not score.causes:
        return [f"{name}  {_value(score.new)}, unchanged"]
    lines = [f"{name}  {_value(score.old)} -> {_value(score.new)}"]
    names = ["= change", *(cause.cause for cause in score.causes)]
    column = max(len(name) for name in names if len(name) <= _WIDEST_NAME)
    for cause in score.causes:
        lines += _mover(cause, column, timezone, width)
    return [*lines, f"  {'= change':<{column}} {_signed(score.difference):>10}"]


def _mover(mover: Mover, column: int, timezone: str, width: int) -> list[str]:
    """Write a cause, its points and when it was in columns; a long cause goes above."""
    name, above = visible(mover.cause), []
    if len(name) > column:
        above = textwrap.wrap(name, width - 2, initial_indent="  ", subsequent_indent="    ")
        name = ""
    return [*above, f"  {name:<{column}} {_signed(mover.points):>10}  {_when(mover, timezone)}"]


def _when(mover: Mover, timezone: str) -> str:
    first, last = (_day(at, timezone) for at in (mover.first, mover.last))
    number, what = (mover.events, "event") if mover.events else (mover.changes, "time")
    many = f"{number:,} {what}{'' if number == 1 else 's'}"
    if first is None or last is None:
        return many
    return f"{many}, {first}" if first == last else f"{many}, {first} to {last}"


def _day(at: datetime | None, timezone: str) -> date | None:
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).date() if at else None


def _value(value: float | None) -> str:
    return "none" if value is None else decimal(value)


def _signed(points: float) -> str:
    text = decimal(points)
    return text if text.startswith("-") or text == "0" else f"+{text}"


def movement_json(movement: Movement) -> str:
    """Write for a program what moved a lead's scores."""
    return (
        json.dumps(dataclasses.asdict(movement), default=_plain, ensure_ascii=False, indent=2)
        + "\n"
    )


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else str(value)
