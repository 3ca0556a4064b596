"""The short phrases that keys are written in: ``3 per day``, ``10% every 30 days``, metrics."""

from __future__ import annotations

from dataclasses import dataclass, field

from leadline.diagnostic import Place
from leadline.expression.nodes import Name, Node


@dataclass(frozen=True, slots=True)
class Limit:
    """``limit: 3 per day``: the first ``count`` matching events of each window (None: ever)."""

    count: int
    per: Name | None


@dataclass(frozen=True, slots=True)
class Reach:
    """``reach: 5 distinct url per visit``: only the event that is the Nth of its window."""

    count: int
    distinct: Name | None
    per: Name | None


@dataclass(frozen=True, slots=True)
class Every:
    """``10% every 30 days`` or ``5 points every 30 days``; ``share`` is 0.1 for 10%."""

    share: float | None
    points: float | None
    days: int


@dataclass(frozen=True, slots=True)
class Floor:
    """``floor: 20`` in points, or ``50% of sales_ready`` as a share of it."""

    points: float | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Range:
    """``range: 0 to 150``."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Combine:
    """``combine: top 3``: how an account's leads become one number."""

    how: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Committee:
    """``committee: 2 leads at 30``."""

    leads: int
    at: float


@dataclass(frozen=True, slots=True)
class StageSource:
    """``by: score readiness``, ``by: content``, ``by: tag stage``."""

    kind: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Types:
    """``[email_open, email_click]``: several types of events."""

    names: tuple[Node, ...]
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class WrittenSource:
    """``page_view where url starts with "/pricing"``: the records of a figure."""

    of: Node | Types
    where: Node | None
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FieldOf:
    """``amount of opportunity``: a field of such records."""

    value: Node
    source: WrittenSource
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class WrittenFigure:
    """``rate(email_click, email_send)``: a function of records, as it is written."""

    function: str
    arguments: tuple[Argument, ...]
    place: Place = field(compare=False, repr=False)


Argument = WrittenFigure | FieldOf | WrittenSource
