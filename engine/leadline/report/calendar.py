"""Planned days as an iCalendar file (RFC 5545): the one module that imports icalendar."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

_PRODUCT = "-//leadline//leadline//EN"
_A_DAY, _A_WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A day on which something is to be done.

    Args:
        key: what tells it from every other one; the same key is the same appointment in every
            file, so that a calendar that reads the file again moves and keeps it.
        day: the day.
        summary: what it is called.
        description: what there is to know, on several lines.
        reminder: what is said a week before.
    """

    key: tuple[str, ...]
    day: date
    summary: str
    description: str
    reminder: str


def calendar(name: str, appointments: Iterable[Appointment], made_on: date) -> str:
    """Write an iCalendar file of whole days, each with a reminder a week before.

    The same arguments give the same text: nothing in it is of a clock.

    Args:
        name: what calendar programs call it.
        appointments: the days, in any order.
        made_on: the date of the file.

    Returns:
        The file, whose lines end with CR LF and have 75 bytes at most.
    """
    written = Calendar()
    written.add("prodid", _PRODUCT)
    written.add("version", "2.0")
    written.add("method", "PUBLISH")
    written.add("x-wr-calname", name)
    for each in sorted(appointments, key=lambda one: (one.day, one.key)):
        written.add_component(_event(each, made_on))
    text: bytes = written.to_ical(sorted=False)
    return text.decode("utf-8")


def _event(appointment: Appointment, made_on: date) -> Event:
    event = Event()
    event.add("uid", _identity(appointment.key))
    event.add("dtstamp", datetime.combine(made_on, time.min, UTC))
    event.add("dtstart", appointment.day)
    event.add("dtend", appointment.day + _A_DAY)  # the first day after it, as RFC 5545 wants
    event.add("summary", appointment.summary)
    event.add("description", appointment.description)
    event.add("transp", "TRANSPARENT")  # nobody is busy the whole day
    reminder = Alarm()
    reminder.add("action", "DISPLAY")
    reminder.add("description", appointment.reminder)
    reminder.add("trigger", -_A_WEEK)
    event.add_component(reminder)
    return event


def _identity(key: tuple[str, ...]) -> str:
    """Return an id that no other key has; the length of each part keeps parts apart."""
    told = "".join(f"{len(part)}:{part}" for part in key)
    return f"{hashlib.sha256(told.encode()).hexdigest()[:32]}@leadline"
