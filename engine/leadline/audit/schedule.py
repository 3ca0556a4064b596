"""When programs are reviewed: the cadence of each kind, and the dates it gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from leadline.ruleset.audits import Audit, Kind

#: The days from the start to the first review, and from each review to the next.
FIRST: dict[Kind, int] = {
    "nurture": 90,
    "automation": 30,
    "scoring": 60,
    "assignment": 90,
    "content": 90,
}
LATER = 90
#: Scoring is reviewed less often once it is a year old.
SETTLED_AFTER, SETTLED = 365, 180

_A_DAY = timedelta(days=1)
#: Nothing is planned for later: the day after it is the last that there is.
_LAST = date.max - _A_DAY


@dataclass(frozen=True, slots=True)
class Planned:
    """A review.

    Attributes:
        on: when it was recorded, else for when it is planned.
        begin: the first day of what it looks at: the day after the review before, or the day the
            program started; None where that is not known.
        planned: the date it was planned for.
        recorded: when a person recorded it; None where nobody has.
        missed: its date has come and nobody recorded it.
    """

    on: date
    begin: date | None
    planned: date
    recorded: date | None
    missed: bool


def review_dates(
    audit: Audit,
    started: date | None,
    until: date,
    recorded: Sequence[date],
    *,
    cycle: int | None = None,
    ahead: int = 2,
) -> tuple[Planned, ...]:
    """Plan the reviews of a program.

    A recorded review answers the next planned one if it comes no later than half an interval
    after it; the reviews after it count from it. One that nobody recorded counts from its plan.

    Args:
        audit: the program.
        started: its first day; without one the first recorded review stands in.
        until: the date up to which reviews have come.
        recorded: when reviews were recorded, in any order; later ones than ``until`` are unknown.
        cycle: the median days of a sale, for assignment, where it is known.
        ahead: how many reviews after ``until`` to plan.

    Returns:
        The reviews, oldest first; none where nothing says when the program began.
    """
    days = sorted({day for day in recorded if day <= until})
    found: list[Planned] = []
    for review in _reviews(audit, started, days, cycle):
        if review.on > until:
            ahead -= 1
            if ahead < 0:
                break
        missed = review.recorded is None and review.on <= until
        found.append(replace(review, missed=missed))
    return tuple(found)


def _reviews(
    audit: Audit, started: date | None, recorded: Sequence[date], cycle: int | None
) -> Iterator[Planned]:
    """Yield one review after the other, as far as dates go; none where nothing says a beginning."""
    if started is None:
        if not recorded:
            return
        started = recorded[0]
        yield Planned(started, None, started, started, missed=False)
        begin, days = started + _A_DAY, _later(audit, started, started, cycle)
    else:
        begin, days = started, _first(audit, cycle)
    before = started
    while before < _LAST:
        planned = before + timedelta(days=min(days, (_LAST - before).days))
        answer = next((day for day in recorded if day > before), None)
        if answer is not None and 2 * (answer - planned).days > days:
            answer = None
        on = answer or planned
        yield Planned(on, begin, planned, answer, missed=False)
        before, begin, days = on, on + _A_DAY, _later(audit, started, on, cycle)


def _first(audit: Audit, cycle: int | None) -> int:
    return audit.cadence or _closing(audit, FIRST[audit.kind], cycle)


def _later(audit: Audit, started: date, review: date, cycle: int | None) -> int:
    if audit.cadence:
        return audit.cadence
    settled = audit.kind == "scoring" and (review - started).days >= SETTLED_AFTER
    return _closing(audit, SETTLED if settled else LATER, cycle)


def _closing(audit: Audit, days: int, cycle: int | None) -> int:
    """Wait until what was assigned can have closed."""
    return max(days, cycle or 0) if audit.kind == "assignment" else days
