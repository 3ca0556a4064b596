"""The output ``calendar``: each batch of messages as an iCalendar file (RFC 5545), a task an entry.

An entry's UID comes from the message's key, so a calendar that reads it twice has it once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from leadline.plugin import Message, OutputContext, OutputKind, UsageError, hookimpl
from leadline_plugins.batch_files import BatchFiles, file_settings
from leadline_plugins.message_words import LINK, Card, Words, check_template, filled

_CLOCK = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
SETTINGS = file_settings(
    "ics",
    title={
        "description": "What an entry is called; {lead}, {moved} and {date} may be used.",
        "type": "string",
        "default": "Call {lead}",
        "minLength": 1,
    },
    starts={
        **_CLOCK,
        "description": "When the first entry of a day begins, in `timezone`.",
        "default": "09:00",
    },
    ends={**_CLOCK, "description": "When the last entry of a day is over.", "default": "17:00"},
    minutes={
        "description": "How long an entry takes.",
        "type": "integer",
        "minimum": 5,
        "maximum": 480,
        "default": 30,
    },
    link=LINK,
)

_PLACEHOLDERS = ("lead", "moved", "date")
#: How long a line of the file may be, in bytes, without its end.
_LINE = 75
_SATURDAY = 5


class Calendars:
    """Writes messages as entries, one after the other from the next working day on.

    Args:
        settings: checked settings.
        context: what the output is given.

    Raises:
        UsageError: the title has a placeholder that there is not, or no entry fits a day.
    """

    def __init__(self, settings: Mapping[str, Any], context: OutputContext) -> None:
        self._title: str = settings["title"]
        check_template(self._title, "title", context.name, _PLACEHOLDERS)
        self._words = Words(settings, context.name)
        self._starts = time.fromisoformat(settings["starts"])
        self._length = timedelta(minutes=settings["minutes"])
        ends = time.fromisoformat(settings["ends"])
        day = timedelta(
            hours=ends.hour - self._starts.hour, minutes=ends.minute - self._starts.minute
        )
        self._each_day = day // self._length
        if self._each_day < 1:
            raise UsageError(
                f"no entry of {settings['minutes']} minutes fits between `starts` and `ends` of "
                f"the output `{context.name}`",
                hint="let a day end later",
            )

    def write(self, path: Path, messages: Sequence[Message]) -> None:
        """Write a calendar.

        Raises:
            OSError: the file cannot be written.
        """
        day = self._words.local(max(messages, key=lambda message: message.at))
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//leadline//leadline//EN"]
        for number, message in enumerate(messages):
            if number % self._each_day == 0:
                day = _next_working_day(day)
            at = datetime.combine(day.date(), self._starts, self._words.zone)
            lines += self._entry(message, at + self._length * (number % self._each_day))
        lines.append("END:VCALENDAR")
        path.write_bytes(b"".join(map(_folded, lines)))

    def _entry(self, message: Message, begins: datetime) -> list[str]:
        card = self._words.card(message)
        values = {"lead": card.name, "moved": card.moved, "date": card.when[:10]}
        link = [f"URL:{card.link}"] if card.link else []
        return [
            "BEGIN:VEVENT",
            f"UID:{_escaped(message.key)}@leadline",
            f"DTSTAMP:{_instant(message.at)}",
            f"DTSTART:{_instant(begins)}",
            f"DTEND:{_instant(begins + self._length)}",
            f"SUMMARY:{_escaped(filled(self._title, values))}",
            f"DESCRIPTION:{_escaped(_told(card))}",
            *link,
            "END:VEVENT",
        ]


def _told(card: Card) -> str:
    cause = f", moved by {card.cause}" if card.cause else ""
    reasons = [f"Strongest reasons: {'; '.join(card.reasons)}"] if card.reasons else []
    facts = [f"{name}: {value}" for name, value in card.facts]
    return "\n".join([f"{card.moved} on {card.when}{cause}", *reasons, *facts])


def _next_working_day(day: datetime) -> datetime:
    day += timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return day


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(words: str) -> str:
    for found, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        words = words.replace(found, written)
    return words


def _folded(line: str) -> bytes:
    """Return a line with its end, cut where it is too long, never inside a character."""
    parts, part = [], b""
    for character in line:
        written = character.encode("utf-8", "replace")
        if len(part) + len(written) > _LINE:
            parts.append(part)
            part = b" "
        part += written
    return b"\r\n".join([*parts, part]) + b"\r\n"


def calendars(settings: Mapping[str, Any], context: OutputContext) -> BatchFiles:
    """Make the output."""
    return BatchFiles(settings, context, Calendars(settings, context).write)


@hookimpl
def leadline_outputs() -> tuple[OutputKind, ...]:
    """Return the output ``calendar``."""
    return (OutputKind("calendar", "A calendar file for each batch.", SETTINGS, calendars),)
