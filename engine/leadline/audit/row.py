"""A row of the sheet of audits: a program, its benchmark, its reviews, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from leadline.audit.benchmark import before_program, other_benchmark, own_days
from leadline.audit.change import Change, change
from leadline.audit.figures import Days
from leadline.audit.log import Log
from leadline.audit.measure import (
    first_day,
    known_days,
    log_begins,
    log_ends,
    measure,
    of_audit,
    unit_of,
    until_known,
)
from leadline.audit.reading import NOT_ENOUGH, Reading, Unit
from leadline.audit.recorded import recorded_reading
from leadline.audit.schedule import Planned, review_dates
from leadline.audit.trend import Trend, months_before, trend_of
from leadline.ruleset.audits import Audit
from leadline.ruleset.reviews import Review

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reviews are asked for.

    Attributes:
        ahead: how many reviews after the date to plan.
        since: leave out reviews before this date.
        cycle: the median days of a sale, where it is known.
    """

    ahead: int = 2
    since: date | None = None
    cycle: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A review of a program.

    Attributes:
        on: when it was recorded, else for when it is planned.
        planned: the date it was planned for.
        ahead: whether it lies after the date of the sheet; then there is no reading.
        reading: the figure: as recorded where a person recorded it, else as the data say today.
        recorded: the review that a person recorded; None where nobody has.
        missed: its date has come and nobody recorded it.
        change: against the review before; None where one of the two has no figure.
        against_benchmark: against the benchmark; likewise.
    """

    on: date
    planned: date
    ahead: bool
    reading: Reading | None
    recorded: Review | None
    missed: bool
    change: Change | None = None
    against_benchmark: Change | None = None

    @property
    def note(self) -> str:
        """What the person who recorded it wrote."""
        return self.recorded.note if self.recorded is not None else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A program with its reviews.

    Attributes:
        audit: the program.
        started: its first day: as given, else the first recorded review, else the first day of its
            data; None where there is none of them.
        benchmark: its figure from before; None where the audit has none.
        cells: its reviews, oldest first, those ahead last.
        change: the last figure against the one before.
        against_benchmark: the last figure against the benchmark.
        trend: over the year before the date of the sheet.
        next: the first planned review that nobody recorded and whose date has not come.
        reason: why nothing is planned; else empty.
        hidden: the reviews before the dates that were asked for, oldest first.
    """

    audit: Audit
    started: date | None
    benchmark: Reading | None
    cells: tuple[Cell, ...]
    change: Change | None
    against_benchmark: Change | None
    trend: Trend | None
    next: date | None
    reason: str = ""
    hidden: tuple[Cell, ...] = ()

    @property
    def past(self) -> tuple[Cell, ...]:
        """The reviews whose date has come."""
        return tuple(cell for cell in self.cells if not cell.ahead)


@dataclass(frozen=True, slots=True)
class _Measured:
    """The readings of a program: at its reviews, of its benchmark, month by month."""

    reviews: tuple[Reading, ...]
    benchmark: Reading | None
    months: tuple[Reading, ...]


def make_row(log: Log, audit: Audit, reviews: Sequence[Review], asked: Asked) -> Row:
    """Measure a program at its reviews.

    Args:
        log: the data.
        audit: the program.
        reviews: what people recorded of it.
        asked: which reviews.
    """
    recorded = {review.on: review for review in reviews if review.on <= log.as_of.day}
    began = audit.started or first_day(log, audit)
    started = audit.started or min(recorded, default=began)
    planned = _planned(log, audit, started, recorded, asked)
    past = [one for one in planned if one.on <= log.as_of.day]
    measured = _measure(log, audit, began, past)
    told = [
        recorded_reading(recorded[one.recorded], found, audit.metric.text)
        if one.recorded
        else found
        for one, found in zip(past, measured.reviews, strict=True)
    ]
    cells = _cells(planned, told, recorded, measured.benchmark)
    shown = tuple(cell for cell in cells if asked.since is None or cell.on >= asked.since)
    last = cells[len(past) - 1] if past else None
    following = next((cell.planned for cell in cells if cell.ahead), None)
    return Row(
        audit=audit,
        started=started,
        benchmark=measured.benchmark,
        cells=shown,
        change=last.change if last else None,
        against_benchmark=last.against_benchmark if last else None,
        trend=trend_of(measured.months) if started is not None else None,
        next=following,
        reason="" if planned else "nothing says when it began: add `started:`",
        hidden=tuple(cell for cell in cells if cell not in shown),
    )


def read_up_to(log: Log, audit: Audit, reviews: Sequence[Review]) -> Reading:
    """Measure a program from the review before the date of the log up to that date.

    Args:
        log: the data.
        audit: the program.
        reviews: what people recorded of it.
    """
    day = log.as_of.day
    began = audit.started or first_day(log, audit)
    recorded = [review.on for review in reviews if review.on < day]
    started = audit.started if audit.started or recorded else began
    known = started is not None or recorded
    planned = review_dates(audit, started, day, (*recorded, day), ahead=0) if known else ()
    today = next((one for one in planned if one.on == day), None)
    if today is None:
        return Reading(day, day, "count", None, reason=f"{NOT_ENOUGH}: it has not begun yet")
    [reading] = _measure(log, audit, began, [today]).reviews
    return reading


def _planned(
    log: Log,
    audit: Audit,
    started: date | None,
    recorded: dict[date, Review],
    asked: Asked,
) -> tuple[Planned, ...]:
    begin = audit.started if audit.started or recorded else started
    return review_dates(
        audit, begin, log.as_of.day, tuple(recorded), cycle=asked.cycle, ahead=asked.ahead
    )


def _measure(log: Log, audit: Audit, began: date | None, reviews: Sequence[Planned]) -> _Measured:
    """Measure all days that a program is looked at over, those of one figure at once."""
    figure = audit.metric.figure
    begins = log_begins(log, figure)
    first = max((day for day in (began, begins) if day is not None), default=None)
    months = months_before(log.as_of.day, first) if first is not None and begins else ()
    ends = log_ends(log, figure)
    asked = [
        until_known(known_days(one.begin or first or one.on, one.on, begins, began), ends)
        for one in reviews
    ]
    asked += [Days(*month) for month in months]
    own = own_days(audit.benchmark)
    if own is not None:
        asked.append(known_days(*own, begins, None))
    known = [days for days in asked if isinstance(days, Days)]
    found = list(measure(log, figure, of_audit(audit), known))
    unit: Unit = found[0].unit if found else unit_of(figure)
    told = [found.pop(0) if isinstance(days, Days) else _missing(days, unit) for days in asked]
    spans = [(one.begin, one.on) for one in reviews] + [*months] + ([own] if own else [])
    told = [_dated(one, *span) for one, span in zip(told, spans, strict=True)]
    benchmark: Reading | None
    if own is not None:
        benchmark = before_program(log, audit, told.pop())
    else:
        benchmark = other_benchmark(log, audit, unit)
    count = len(reviews)
    return _Measured(tuple(told[:count]), benchmark, tuple(told[count:]))


def _missing(reason: str, unit: Unit) -> Reading:
    return Reading(None, None, unit, None, reason=reason)


def _dated(reading: Reading, begin: date | None, end: date) -> Reading:
    """Return a reading with the days it was asked for where it has none."""
    return replace(reading, begin=begin, end=end) if reading.end is None else reading


def _cells(
    planned: Sequence[Planned],
    told: Sequence[Reading],
    recorded: dict[date, Review],
    benchmark: Reading | None,
) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for number, one in enumerate(planned):
        reading = told[number] if number < len(told) else None
        before = told[number - 1] if 0 < number <= len(told) else None
        cells.append(
            Cell(
                on=one.on,
                planned=one.planned,
                ahead=reading is None,
                reading=reading,
                recorded=recorded[one.recorded] if one.recorded else None,
                missed=one.missed,
                change=change(before, reading),
                against_benchmark=change(benchmark, reading),
            )
        )
    return tuple(cells)
