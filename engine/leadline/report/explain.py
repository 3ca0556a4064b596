"""An explanation as text for a terminal, and as JSON."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from leadline.report.diagnostics import visible
from leadline.report.explanation import Counted, Explanation, Line, ScoreWhy
from leadline.report.listing import decimal, instant

_WIDEST_NAME = 24


def explanation_text(why: Explanation, *, events: int | None = 3, width: int = 80) -> str:
    """Write an explanation for a person.

    Args:
        why: what was gathered.
        events: how many events of each rule to show, the latest; None shows all.
        width: the columns to fit in.
    """
    head = [f"{visible(why.lead_id)} as of {why.as_of} ({why.model}, {why.timezone})"]
    head += _standing(why, width)
    blocks = [_score(score, why.timezone, events, width) for score in why.scores]
    if not blocks:
        blocks = [["no score"]]
    return "\n\n".join("\n".join(block) for block in (head, *blocks)) + "\n"


def _standing(why: Explanation, width: int) -> list[str]:
    """Write where the lead stands: its stage and cell, its segments, its tags."""
    stage = f"stage {_since(why.stage, why.stage_since, why.timezone)}" if why.stage else ""
    cell = f"cell {why.matrix}" if why.matrix else ""
    stays = ", ".join(_since(stay.name, stay.since, why.timezone) for stay in why.segments)
    lines = [
        ", ".join(part for part in (stage, cell) if part),
        f"on {stays}" if stays else "",
        f"not asked: {', '.join(why.untold)} (--ranks)" if why.untold else "",
        f"tags {visible(why.tags)}" if why.tags else "",
    ]
    return [part for line in lines if line for part in _folded(line, width)]


def _since(name: str, since: datetime | None, timezone: str) -> str:
    if since is None:
        return name
    local = since.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone))
    return f"{name} since {local:%Y-%m-%d}"


def _folded(line: str, width: int) -> list[str]:
    return textwrap.wrap(line, width, subsequent_indent="  ", break_on_hyphens=False)


def _score(score: ScoreWhy, timezone: str, events: int | None, width: int) -> list[str]:
    name = f"{score.score}: {score.per}" if score.per else score.score
    grade = f"  grade {score.grade}" if score.grade else ""
    lines = [f"{visible(name)}  {decimal(score.value)}{grade}"]
    total = f"= {score.score}"
    names = [line.rule for line in score.lines] + [silent.rule for silent in score.silent]
    names += [label for label, _ in score.steps]
    column = max(
        len(name) for name in (total, *names) if len(name) <= max(_WIDEST_NAME, len(total))
    )
    for line in score.lines:
        lines += _named(line.rule, _signed(line.points), line.because, column, width)
        lines += _events(line, timezone, events)
    for label, what in score.steps:
        lines += _named(label, "", what, column, width)
    lines.append(f"  {total:<{column}} {decimal(score.value):>9}")
    if score.silent:
        lines.append("  nothing from")
        for silent in score.silent:
            lines += _wrapped(f"    {silent.rule:<{column}}  ", silent.because, width)
    return lines


def _named(name: str, points: str, because: str, column: int, width: int) -> list[str]:
    """Write a name, points and a reason in columns; a long name, as of a formula, goes above."""
    above = []
    if len(name) > column:
        above = _wrapped("  ", name, width)
        name = ""
    return above + _wrapped(f"  {name:<{column}} {points:>9}  ", because, width)


def _wrapped(start: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        width=max(width, len(start) + 20),
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_on_hyphens=False,
    ) or [start]


def _events(line: Line, timezone: str, most: int | None) -> list[str]:
    if not line.events or most == 0:
        return []
    shown = line.events if most is None else line.events[-most:]
    lines = [f"      {_event(event, timezone)}" for event in shown]
    if len(shown) < len(line.events):
        earlier = len(line.events) - len(shown)
        lines.insert(0, f"      {earlier} earlier {'event' if earlier == 1 else 'events'}")
    return lines


def _event(event: Counted, timezone: str) -> str:
    local = event.at.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone))
    worth = _signed(event.points)
    if event.points != event.decayed:
        worth += f", now {_signed(event.decayed)}"
    return f"{local:%Y-%m-%d %H:%M}  {visible(event.type)}  {worth}"


def _signed(points: float) -> str:
    text = decimal(points)
    return text if text.startswith("-") or text == "0" else f"+{text}"


def explanation_json(why: Explanation) -> str:
    """Write an explanation for a program."""
    return json.dumps(dataclasses.asdict(why), default=_plain, ensure_ascii=False, indent=2) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else str(value)
