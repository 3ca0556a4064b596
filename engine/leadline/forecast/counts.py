"""What a forecast is made from: a few counts for each week, stage and age."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadline.engine.duckdb import Database
from leadline.plan.clock import Offset
from leadline.sql import hazards as sql

#: The age in weeks from which on all are one.
OLDEST = 52

#: (place of a stage, age in weeks) -> stays.
Ages = Mapping[tuple[int, int], int]
#: (place of a stage, age in weeks, place of the next stage or None for none) -> stays.
Moves = Mapping[tuple[int, int, int | None], int]


@dataclass(frozen=True, slots=True)
class Counts:
    """The stays of a log, counted by week.

    Args:
        stages: how many stages there are; a place is one of ``range(stages)``.
        first: the first full week of the log.
        last: the last full week that is known.
        inside: for each week who was inside at its beginning by age (from 1, or UNKNOWN), and who
            entered in it (age 0); the week after the last has the former only.
        moves: for each week who left in it.
        arrivals: for each week and stage (by place) who came from no stage.
    """

    stages: int
    first: int
    last: int
    inside: Mapping[int, Ages]
    moves: Mapping[int, Moves]
    arrivals: Mapping[int, tuple[int, ...]]

    def entries(self, week: int, place: int) -> int:
        """Return how many entered a stage in a week."""
        return self.inside.get(week, {}).get((place, 0), 0)

    def arrived(self, week: int, place: int) -> int:
        """Return how many entered a stage in a week from no stage."""
        found = self.arrivals.get(week)
        return found[place] if found is not None else 0


def read_counts(
    database: Database, zone: Sequence[Offset], stages: int, opening: int, last: int, span: int
) -> Counts:
    """Count the stays in the relation ``stay``.

    Args:
        database: it has the relation.
        zone: the timezone's offsets.
        stages: how many stages there are.
        opening: the week in which the log begins, which is not a full one.
        last: the last full week.
        span: how many weeks up to it are needed at most.
    """
    first = max(opening + 1, last - span + 1)
    database.execute(sql.kept_weeks(zone, last))
    database.execute(sql.kept_lives(opening, first, last, OLDEST))
    inside: dict[int, dict[tuple[int, int], int]] = defaultdict(dict)
    for week, place, age, stays in database.rows(sql.exposures()):
        inside[week][place, age] = stays
    moves: dict[int, dict[tuple[int, int, int | None], int]] = defaultdict(dict)
    for week, place, age, following, stays in database.rows(sql.moves()):
        moves[week][place, age, following] = stays
    arrivals: dict[int, list[int]] = defaultdict(lambda: [0] * stages)
    for week, place, stays in database.rows(sql.arrivals(first)):
        arrivals[week][place] = stays
    arrived = {week: tuple(row) for week, row in arrivals.items()}
    return Counts(stages, first, last, dict(inside), dict(moves), arrived)


class History:
    """The sums of a span of weeks that moves on: a week comes in, the oldest goes out.

    Args:
        counts: the weeks.
        length: how many weeks are summed at most.
    """

    def __init__(self, counts: Counts, length: int) -> None:
        self._counts = counts
        self._length = length
        self._after = self._from = counts.first
        self.inside: Counter[tuple[int, int]] = Counter()
        self.moves: Counter[tuple[int, int, int | None]] = Counter()

    def up_to(self, origin: int) -> None:
        """Move on to the weeks that end with ``origin``, which must not be earlier than before."""
        for week in range(self._after, origin + 1):
            self.inside.update(self._counts.inside.get(week, {}))
            self.moves.update(self._counts.moves.get(week, {}))
        self._after = max(self._after, origin + 1)
        begin = max(self._counts.first, origin - self._length + 1)
        for week in range(self._from, begin):
            self.inside.subtract(self._counts.inside.get(week, {}))
            self.moves.subtract(self._counts.moves.get(week, {}))
        self._from = max(self._from, begin)
