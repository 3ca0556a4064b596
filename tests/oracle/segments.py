"""Who was in which segment, from when to when, and how many at the end of each day."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from tests.oracle.expression import Row, Scope, holds, local_day
from tests.oracle.history import changes_of
from tests.oracle.leads import Lead
from tests.oracle.records import Tables
from tests.oracle.scoring import cell_of, grade_of
from tests.oracle.stages import Spell, lead_stages, spells
from tests.oracle.syntax import Node, Rank
from tests.oracle.timeline import Known, World, latest, world_of


@dataclass(frozen=True, slots=True)
class Stay:
    """A time in a segment; `entered_at` None is always, `left_at` None is still inside."""

    segment: str
    lead_id: str
    entered_at: datetime | None
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many leads were in a stage or segment at the end of a day."""

    kind: str
    list: str
    day: date
    leads: int


@dataclass(frozen=True, slots=True)
class Lookback:
    """What a segment can ask about one lead at one instant."""

    world: World
    known: Known
    lead: Lead

    @property
    def timeline(self) -> Sequence[Known]:
        """What is known of the lead up to the instant."""
        whole = self.world.leads[self.lead.lead_id]
        return whole[: whole.index(self.known) + 1]

    def quiet(self, score: str, days: float) -> bool:
        """Return whether the lead is old enough, and no rise is younger than so many days."""
        last = self.known.moment.today - timedelta(days=days)
        if self.lead.begun is not None and self.lead.begun > last:
            return False
        return all(
            local_day(row.at.replace(tzinfo=UTC), self.world.model.zone) <= last
            for row in changes_of(self.lead.lead_id, self.timeline)
            if (row.score, row.per) == (score, "")
            if row.at is not None and row.old is not None and row.new is not None
            if row.new > row.old
        )

    def change(self, score: str, days: float) -> float:
        """Return the value less the value at the end of the day so many days back."""
        day = self.known.moment.today - timedelta(days=days)
        before = latest(self.timeline, self.world.end_of(day))
        then = before.scores.get((score, ""), 0.0) if before is not None else 0.0
        return self.known.scores[score, ""] - then

    def ranks(self, rank: Rank) -> bool:
        """Return whether the lead is among the first at the end of the day."""
        return self.lead.lead_id in ranked(self.world, rank, self.known.moment.today)


def segments(ruleset: str, data: Tables, until: date | datetime) -> tuple[Stay, ...]:
    """Return the stays of all leads up to a date or an instant, by segment, lead and time."""
    return segments_of(world_of(ruleset, data, until))


def segments_of(world: World) -> tuple[Stay, ...]:
    """Return the stays of all leads in every segment."""
    found = []
    for name, node in world.model.segments.items():
        for lead_id in world.leads:
            inside = _inside(world, node, lead_id)
            changes = ((at, name if one else None) for at, one in inside)
            for _, entered, left, _ in spells(changes, (name,)):
                found.append(Stay(name, lead_id, entered, left))
    return tuple(found)


def ranked(world: World, rank: Rank, day: date) -> frozenset[str]:
    """Return the leads of a rank at the end of a day."""
    end = world.end_of(day)
    there = {lead_id: latest(timeline, end) for lead_id, timeline in world.leads.items()}
    values = [
        (known.scores[rank.score, ""], lead_id)
        for lead_id, known in there.items()
        if known is not None and (rank.score, "") in known.scores
    ]
    sign = -1 if rank.direction == "top" else 1
    values.sort(key=lambda pair: (sign * pair[0], pair[1]))
    share = Fraction(rank.amount) * (Fraction(len(values), 100) if rank.percent else 1)
    return frozenset(lead_id for _, lead_id in values[: math.ceil(share)])


def daily_of(world: World, spells: Iterable[Spell], stays: Iterable[Stay]) -> tuple[Count, ...]:
    """Return how many are in each stage and segment at the end of each day, zeros included."""
    steps = world.model.stages
    keys = [("stage", name) for name in (steps.names if steps is not None else ())]
    keys += [("segment", name) for name in world.model.segments]
    lists: dict[tuple[str, str], list[Spell | Stay]] = {key: [] for key in keys}
    for spell in spells:
        lists["stage", spell.stage].append(spell)
    for stay in stays:
        lists["segment", stay.segment].append(stay)
    return tuple(
        Count(kind, name, day, sum(1 for one in inside if _is_inside(one, world.end_of(day))))
        for (kind, name), inside in lists.items()
        for day in world.days()
    )


def _is_inside(spell: Spell | Stay, end: datetime) -> bool:
    at = end.replace(tzinfo=None)
    entered = spell.entered_at is None or spell.entered_at <= at
    return entered and (spell.left_at is None or spell.left_at > at)


def _inside(world: World, node: Node, lead_id: str) -> Iterator[tuple[datetime | None, bool]]:
    timeline = world.leads[lead_id]
    steps = world.model.stages
    stage_at: Mapping[datetime | None, str | None] = (
        dict(lead_stages(world, steps, lead_id, timeline)) if steps is not None else {}
    )
    for known in timeline:
        if known.lead is None:
            yield known.at, False
        else:
            scope = _scope(world, known, known.lead, stage_at.get(known.at))
            yield known.at, holds(node, scope)


def _scope(world: World, known: Known, lead: Lead, stage: str | None) -> Scope:
    single = {name: value for (name, per), value in known.scores.items() if per == ""}
    model = world.model
    of_model: Row = {
        "stage": stage,
        "matrix": cell_of(model, known.scores) if model.matrix else None,
    }
    grades = {name: grade_of(model.scores[name], value) for name, value in single.items()}
    tables = {**lead.scope.tables, "": of_model, "score": single, "grade": grades}
    return replace(lead.scope, tables=tables, recall=Lookback(world, known, lead))
