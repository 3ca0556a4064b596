"""Audits as values: programs that are reviewed on a cadence, and their benchmarks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from leadline.diagnostic import Place
from leadline.expression.metrics import Figure
from leadline.expression.nodes import Node

Kind = Literal["nurture", "automation", "scoring", "assignment", "content"]


@dataclass(frozen=True, slots=True)
class Metric:
    """The figure that is followed, as written and as read; another layout is the same figure."""

    text: str = field(compare=False)
    figure: Figure


@dataclass(frozen=True, slots=True)
class Benchmark:
    """The figure from before the program.

    Exactly one of these is set apart from ``measured``: a ``value`` (a share where it was written
    as a percentage), or nothing, then the figure is measured over ``measured`` by ``metric`` (the
    audit's own where None).

    Attributes:
        value: the figure as given.
        measured: the first and the last day (both included) it is of.
        metric: another figure that gives it, such as one that was imported into ``metrics``.
    """

    value: float | None
    measured: tuple[date, date] | None
    metric: Metric | None


@dataclass(frozen=True, slots=True)
class Audit:
    """A program that is reviewed on a cadence.

    Attributes:
        program: its name in the data: the ``campaign`` of events, the ``program`` of metrics.
        score: the score that is reviewed.
        group: the events (by their assets) that are rolled up into one number.
        started: its first day.
        cadence: the days between reviews, where they are not those of the kind.
    """

    name: str
    kind: Kind
    program: str | None
    score: str | None
    group: Node | None
    started: date | None
    metric: Metric
    benchmark: Benchmark | None
    cadence: int | None
    owner: str
    review_by: date | None
    note: str
    place: Place = field(compare=False, repr=False)
