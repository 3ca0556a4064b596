"""Steps of the past: leads as they were seen, running totals, every change of a score.

A lead whose past itself looks different from some instant on (ids merged later, a rule that asks
for a title that was another one) is cut into *views*: leads of their own, one after another, each
with all events as they count in its time. Whatever counts events then needs to know of no view.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from leadline.expression.nodes import Field, Node
from leadline.expression.phrases import Range
from leadline.plan.steps.leads import Counted
from leadline.plan.steps.rules import Match
from leadline.plan.tracks import Track
from leadline.ruleset.model import (
    Decay,
    EventRule,
    Fact,
    Group,
    Idle,
    Reach,
    Reset,
)


@dataclass(frozen=True, slots=True)
class AliasViews:
    """The lead that each merged id counts for, and when: a view for each time of one answer."""

    name: str


@dataclass(frozen=True, slots=True)
class Viewed:
    """A table of the store with each row under every view that sees it."""

    name: str
    table: str
    views: str


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Every lead that exists by the end of the span: its first instant and what never changes.

    Attributes:
        leads, events: the relations to read.
        views: the relation of alias views; None where ids are merged for all time.
        fields: the fields of leads and accounts that have no history.
        with_account: whether the account is needed and has no history.
        lead: this lead alone.
        tag: the tag that stages go by: a lead with a value of it is known from then on.
    """

    name: str
    leads: str
    events: str
    tags: str
    views: str | None
    fields: tuple[Field, ...]
    with_account: bool
    lead: str | None
    tag: str | None


@dataclass(frozen=True, slots=True)
class LeadVersions:
    """Each lead at every instant at which something about it changes, events aside.

    Attributes:
        known: the relation of beginnings; ``leads`` has today's fields.
        events: the events after ``ignore``, for counts and idleness.
        tags, history: the relations to read.
        fields: the fields that change.
        history_fields: those of them with a history of their own.
        with_account: whether the account is needed and has a history.
        counts: the ``count(..)`` that anything asks of a lead.
        idles: the days after which a lead is idle, each once.
        bounds: days at whose begin a rule of state starts or ends.
        daily: whether something asks for the date itself, so that each midnight counts.
        condition: who is scored.
        views: whether each version is a view of its own.
        first: a day before anything is known: the date of a lead without beginning.
    """

    name: str
    known: str
    leads: str
    events: str
    tags: str
    history: str
    fields: tuple[Field, ...]
    history_fields: tuple[str, ...]
    with_account: bool
    counts: tuple[Counted, ...]
    idles: tuple[int, ...]
    bounds: tuple[date, ...]
    daily: bool
    condition: Node | None
    views: bool
    first: date


@dataclass(frozen=True, slots=True)
class SeenEvents:
    """The events under each version of their lead, with the lead's fields as in its time."""

    name: str
    source: str
    versions: str
    fields: tuple[Field, ...]
    counts: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Lives:
    """The events after each reset, as those of a life of its own."""

    name: str
    source: str
    reset: Reset


@dataclass(frozen=True, slots=True)
class LifeSpans:
    """When each life of a lead begins, and with which event."""

    name: str
    source: str
    reset: Reset


@dataclass(frozen=True, slots=True)
class Keys:
    """Whose score it is: each view (and life) of a lead and value of ``per``, from when to when.

    Attributes:
        leads: the relation of beginnings, or of versions where they are ``views``.
        lives: the relation of lives, where the score has a reset.
        matches: the matches that bring a value of ``per`` into being, and whether only some of
            them do: of a rule without ``reach`` the first match always counts.
    """

    name: str
    leads: str
    views: bool
    lives: str | None
    keyed: bool
    matches: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class StateChanges:
    """What facts and idle behaviours give, version by version, and by how much it changed.

    In ``views`` every version stands for itself, so its change is its value.
    """

    name: str
    score: str
    versions: str
    views: bool
    facts: tuple[Fact, ...]
    idles: tuple[Idle, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """When a ``reach`` of constant points gives them: the instant of the Nth match of each window.

    The least N of a window need no order among the others, so this is cheaper than ``Matches``,
    which also says which events they were.
    """

    name: str
    source: str
    per: Node | None
    match: Match
    reach: Reach
    points: Node


@dataclass(frozen=True, slots=True)
class Counting:
    """How the matches of a rule move the running totals.

    Attributes:
        rule: the rule.
        matches: the relation of its matches, event by event.
        counted: the relation to add up, where that is another.
        track: the running total.
        decay: its decay by age, or None.
    """

    rule: EventRule
    matches: str
    counted: str
    track: Track
    decay: Decay | None


@dataclass(frozen=True, slots=True)
class Entries:
    """Every amount that is added to a running total, and when.

    Attributes:
        countings: the event rules.
        states: facts and idle behaviours as (column of ``state``, track).
        state: the relation of their changes.
        lost: the relation of fold states, where the score decays by inactivity.
        keys: the relation of keys.
        origin: the day from which running totals of smooth decays are measured.
        until: the last day.
    """

    name: str
    keyed: bool
    countings: tuple[Counting, ...]
    states: tuple[tuple[str, Track], ...]
    state: str
    lost: str | None
    keys: str
    factors: str
    tracks: tuple[Track, ...]
    origin: date
    until: date
    views: bool


@dataclass(frozen=True, slots=True)
class Moments:
    """The running totals at every instant with an entry, before it and from it on.

    Where leads are ``cut`` into views, a total holds within its view's time alone; a key that the
    next view does not go on with ends there. ``always`` says that a score, once begun, never ends.
    """

    name: str
    entries: str
    keys: str
    keyed: bool
    tracks: tuple[Track, ...]
    cut: bool
    always: bool


@dataclass(frozen=True, slots=True)
class ScoreChanges:
    """Every change of a score: the running totals capped, added up and held to floor and range.

    A smooth decay is written out day by day in closed form; ``factors`` says what is left of a
    point by the days since the origin.
    """

    name: str
    moments: str
    factors: str
    keyed: bool
    rules: tuple[EventRule, ...]
    facts: tuple[Fact, ...]
    idles: tuple[Idle, ...]
    groups: tuple[Group, ...]
    tracks: tuple[Track, ...]
    floor: float | None
    range: Range | None
    origin: date
    until: date


@dataclass(frozen=True, slots=True)
class Causes:
    """What moved a score at each instant, one by one; where ``wanted``, at its instants alone."""

    name: str
    score: str
    keyed: bool
    countings: tuple[Counting, ...]
    state: str
    facts: tuple[Fact, ...]
    idles: tuple[Idle, ...]
    lives: str | None
    keys: str
    cut: bool
    views: bool
    wanted: str | None


@dataclass(frozen=True, slots=True)
class JoinedCauses:
    """What moved any of several scores at an instant, in words; where ``wanted``, only then."""

    name: str
    causes: tuple[str, ...]
    keyed: bool
    wanted: str | None


@dataclass(frozen=True, slots=True)
class History:
    """Every change of every score, with its cause; the scores as (name, changes, causes, per).

    With ``since`` each score that there is at that instant begins there.
    """

    name: str
    scores: tuple[tuple[str, str, str | None, bool], ...]
    since: datetime | None
