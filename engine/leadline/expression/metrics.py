"""The figures that audits follow: what is counted, summed or timed, of which records.

``parse_metric`` makes them with the names of fields unresolved; ``resolve_metric`` returns the same
figure with every name resolved. Places do not take part in equality.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, assert_never

from leadline.diagnostic import Place
from leadline.expression.nodes import Node


@dataclass(frozen=True, slots=True)
class EventSource:
    """Events of some types: ``page_view where url starts with "/pricing"``."""

    types: tuple[str, ...]
    where: Node | None
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RecordSource:
    """Opportunities by when they were created, or hand-overs to sales by when they were offered."""

    table: Literal["opportunity", "handoff"]
    where: Node | None
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MetricSource:
    """Rows of the table ``metrics`` with this name: ``metric.cost``."""

    name: str
    place: Place = field(compare=False, repr=False)


Source = EventSource | RecordSource | MetricSource


@dataclass(frozen=True, slots=True)
class Count:
    """How many records: ``count(email_click)``; of ``metrics`` the sum of their values."""

    source: Source


@dataclass(frozen=True, slots=True)
class Leads:
    """How many different leads: ``leads(webinar_attend)``."""

    source: EventSource | RecordSource


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of a field: ``sum(amount of opportunity where won)``."""

    value: Node
    source: EventSource | RecordSource


Amount = Count | Leads | Sum


@dataclass(frozen=True, slots=True)
class Rate:
    """One amount over another: ``rate(email_click, email_send)``."""

    top: Amount
    bottom: Amount


@dataclass(frozen=True, slots=True)
class CostPer:
    """What one costs: the ``cost`` in ``metrics`` over an amount: ``cost_per(demo_request)``."""

    bottom: Amount


@dataclass(frozen=True, slots=True)
class MedianDays:
    """The median days between two instants of a record.

    ``median_days(offered_at, decided_at of handoff)``. Records whose second instant is not there
    yet are not counted.
    """

    begin: Node
    end: Node
    source: RecordSource


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The accepted share of the hand-overs that sales decided: ``acceptance()``."""


Figure = Amount | Rate | CostPer | MedianDays | Acceptance


def sources(figure: Figure) -> tuple[Source, ...]:
    """Return the records that a figure is made of, in the order in which they are written."""
    match figure:
        case Count(source) | Leads(source) | Sum(_, source) | MedianDays(_, _, source):
            return (source,)
        case Rate(top, bottom):
            return (*sources(top), *sources(bottom))
        case CostPer(bottom):
            return sources(bottom)
        case Acceptance():
            return ()
        case _:
            assert_never(figure)


def nodes(figure: Figure) -> tuple[Node, ...]:
    """Return the expressions in a figure: conditions, what is summed, the ends of a time."""
    conditions = tuple(
        source.where
        for source in sources(figure)
        if not isinstance(source, MetricSource) and source.where is not None
    )
    match figure:
        case Sum(value):
            return (value, *conditions)
        case MedianDays(begin, end):
            return (begin, end, *conditions)
        case Rate(top, bottom):
            return (*nodes(top), *nodes(bottom))
        case CostPer(bottom):
            return nodes(bottom)
        case _:
            return conditions


def reads_metrics(figure: Figure) -> bool:
    """Say whether a figure is made of rows of the table ``metrics``."""
    imported = any(isinstance(source, MetricSource) for source in sources(figure))
    return imported or isinstance(figure, CostPer)
