"""The scores of every lead as step functions: each instant at which a reported value changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tests.oracle.records import Tables
from tests.oracle.timeline import Known, World, last_instant, start_of, world_of


@dataclass(frozen=True, slots=True)
class Row:
    """A change of one score; None is no instant (always) and no value (no score)."""

    lead_id: str
    score: str
    per: str
    at: datetime | None
    old: float | None
    new: float | None


@dataclass(frozen=True, slots=True)
class History:
    """All changes, by lead, score, `per` and instant; instants in UTC, without offset."""

    rows: tuple[Row, ...]


def history(
    ruleset: str, data: Tables, since: date | datetime | None, until: date | datetime
) -> History:
    """Return the changes between two dates or instants, both included."""
    return history_of(world_of(ruleset, data, until), since)


def history_of(world: World, since: date | datetime | None) -> History:
    """Return the changes from a date or instant on; what holds there begins there."""
    rows: list[Row] = []
    for lead_id, timeline in world.leads.items():
        changes = list(changes_of(lead_id, timeline))
        rows += changes if since is None else _from(changes, _begin(world, since))
    return History(tuple(sorted(rows, key=_place)))


def changes_of(lead_id: str, timeline: Sequence[Known]) -> Iterator[Row]:
    """Yield every change of a lead's scores, in order of time."""
    before: dict[tuple[str, str], float] = {}
    for known in timeline:
        for score, per in sorted({*before, *known.scores}):
            old, new = before.get((score, per)), known.scores.get((score, per))
            if old != new:
                yield Row(lead_id, score, per, naive(known.at), old, new)
        before = dict(known.scores)


def naive(at: datetime | None) -> datetime | None:
    """Return an instant without its offset, as tables of the engine have it."""
    return at.replace(tzinfo=None) if at is not None else None


def _begin(world: World, since: date | datetime) -> datetime:
    zone = world.model.zone
    at = last_instant(since, zone) if isinstance(since, datetime) else start_of(since, zone)
    return at.replace(tzinfo=None)


def _from(changes: Iterable[Row], begin: datetime) -> list[Row]:
    holding: dict[tuple[str, str], Row] = {}
    later = []
    for row in changes:
        if row.at is None or row.at <= begin:
            holding[row.score, row.per] = row
        else:
            later.append(row)
    carried = [
        Row(row.lead_id, row.score, row.per, begin, None, row.new)
        for row in holding.values()
        if row.new is not None
    ]
    return carried + later


def _place(row: Row) -> tuple[str, str, str, bool, datetime]:
    return (row.lead_id, row.score, row.per, row.at is not None, row.at or datetime.min)
