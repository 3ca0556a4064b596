"""Steps of events: age factors, days, visits, resets."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.expression.nodes import Field, Node
from leadline.ruleset.model import Decay, Reset


@dataclass(frozen=True, slots=True)
class AgeFactors:
    """What a point is worth by age: a row an age, a column a decay."""

    name: str
    decays: tuple[Decay, ...]
    ages: int


@dataclass(frozen=True, slots=True)
class Events:
    """The events up to the date that ``ignore`` keeps, each with its day.

    Attributes:
        types: the types anything looks at; None is all.
        fields: the event, asset, lead and account fields that are read.
        views: whether ids of leads are those of views.
    """

    name: str
    source: str
    leads: str
    types: tuple[str, ...] | None
    fields: tuple[Field, ...]
    ignore: Node | None
    lead: str | None
    views: bool = False


@dataclass(frozen=True, slots=True)
class CountedEvents:
    """The events with the counts of their lead, where a rule asks for them."""

    name: str
    source: str
    counts: str


@dataclass(frozen=True, slots=True)
class Visits:
    """The events with the visit that each belongs to, given or found by pauses."""

    name: str
    source: str
    gap: int


@dataclass(frozen=True, slots=True)
class AfterReset:
    """The events after each lead's last reset."""

    name: str
    source: str
    reset: Reset
