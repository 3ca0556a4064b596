"""When programs are reviewed, as their commands need it: with the data or without any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from leadline.audit.reading import Reading
from leadline.audit.schedule import Planned, review_dates
from leadline.audit.sheet import Row
from leadline.ruleset.audits import Audit
from leadline.ruleset.reviews import Review

_NO_START = (
    "nothing says when it began: write `started:`, record a first review, or look with the data"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """The reviews of a program.

    Attributes:
        audit: the program.
        reviews: oldest first, those ahead last.
        latest: its last figure, where there is one.
        latest_on: the review that it is of.
        benchmark: its figure from before, where it is known.
        reason: why there are no reviews; else empty.
    """

    audit: Audit
    reviews: tuple[Planned, ...]
    latest: Reading | None = None
    latest_on: date | None = None
    benchmark: Reading | None = None
    reason: str = ""

    @property
    def last(self) -> date | None:
        """When a person recorded the last review; None where nobody ever has."""
        recorded = [one.recorded for one in self.reviews if one.recorded is not None]
        return max(recorded, default=None)

    @property
    def open(self) -> tuple[date, ...]:
        """The dates planned since the last recorded review, those that have passed among them."""
        last = self.last
        return tuple(
            one.planned
            for one in self.reviews
            if one.recorded is None and (last is None or one.on > last)
        )


def plan_of(row: Row) -> Plan:
    """Return the reviews of a row of the sheet."""
    cells = (*row.hidden, *row.cells)
    reviews = tuple(
        Planned(
            on=cell.on,
            begin=cell.reading.begin if cell.reading is not None else None,
            planned=cell.planned,
            recorded=cell.recorded.on if cell.recorded is not None else None,
            missed=cell.missed,
        )
        for cell in cells
    )
    told = [cell for cell in cells if cell.reading is not None and cell.reading.value is not None]
    latest = told[-1] if told else None
    return Plan(
        row.audit,
        reviews,
        latest.reading if latest is not None else None,
        latest.on if latest is not None else None,
        row.benchmark,
        row.reason,
    )


def plan_without_data(audit: Audit, reviews: Sequence[Review], day: date, ahead: int) -> Plan:
    """Plan the reviews of a program by its start and by what was recorded of it.

    Args:
        audit: the program.
        reviews: what people recorded, of this program and others.
        day: the date up to which reviews have come.
        ahead: how many to plan after it.
    """
    recorded = [review.on for review in reviews if review.audit == audit.name]
    planned = review_dates(audit, audit.started, day, recorded, ahead=ahead)
    return Plan(audit, planned, reason="" if planned else _NO_START)
