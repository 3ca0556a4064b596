"""A figure over some days, as it is told: its value, what it is of, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from leadline.intervals import Interval

#: What a figure is: a part of a whole (0.024, shown as 2.4%), a number of records or of leads, a
#: sum, one amount for each of another, what one costs, days.
Unit = Literal["share", "count", "sum", "ratio", "cost", "days"]

#: What ``Reading.reason`` begins with where there are too few days of data.
NOT_ENOUGH = "not enough data"


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure over some days.

    Attributes:
        begin, end: the first and the last day it is of, both included; None of a benchmark that
            was given without its days. Where the log begins later than the period, ``begin`` is
            the log's first day and ``cut`` is true.
        unit: what it is.
        value: the figure; None where there is none, and ``reason`` says why.
        n: how many records it stands on: what a rate is of, what was counted or timed.
        top, bottom: the two amounts of a rate or a cost; of anything else None.
        interval: the 95% interval of ``value``; None where chance cannot be told.
        variance: the variance of ``value``; None where chance cannot be told.
        volume: the variance of ``bottom``; None where it is not known.
        reason: why there is no value ("not enough data: .."), or why it has no interval.
        cut: whether the log begins within the period.
        note: what it is of, where that is not what it seems; else empty.
        metric: the figure that it is of, where that is not the audit's own of today; else empty.
        given: whether the value was written down and stands for itself, without chance.
    """

    begin: date | None
    end: date | None
    unit: Unit
    value: float | None
    n: int = 0
    top: float | None = None
    bottom: float | None = None
    interval: Interval | None = None
    variance: float | None = None
    volume: float | None = None
    reason: str = ""
    cut: bool = False
    note: str = ""
    given: bool = False
    metric: str = ""

    @property
    def share(self) -> bool:
        """Whether it is a part of a whole, to be shown as a percentage."""
        return self.unit == "share"

    @property
    def days(self) -> int | None:
        """How many days it is of, where they are known."""
        if self.begin is None or self.end is None:
            return None
        return (self.end - self.begin).days + 1
