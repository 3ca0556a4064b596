"""What moved a lead's scores between two dates: the changes of its history, summed by cause."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from leadline.engine.duckdb import Database, Row
from leadline.ruleset.model import EventRule, RuleScore, Ruleset

#: Scores are reported with four decimals, so that their differences add up as whole numbers.
_UNITS = 10_000


@dataclass(frozen=True, slots=True)
class Mover:
    """What one cause did to a score.

    ``events`` is how many events it was, ``changes`` at how many instants it moved the score.
    """

    cause: str
    points: float
    events: int
    changes: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A score on two dates (None where there was none) and what lies between them.

    The points of the causes add up to ``difference`` exactly.
    """

    score: str
    per: str
    old: float | None
    new: float | None
    difference: float
    causes: tuple[Mover, ...]


@dataclass(frozen=True, slots=True)
class Movement:
    """A lead's scores between two dates."""

    lead_id: str
    model: str
    since: date
    as_of: date
    timezone: str
    scores: tuple[Moved, ...]


def moved_scores(
    database: Database, ruleset: Ruleset, since: datetime, only: str | None = None
) -> tuple[Moved, ...]:
    """Read what moved the scores of a lead from the relation ``history`` of this lead alone.

    Args:
        database: with the whole history of the lead.
        ruleset: the model.
        since: the first instant (UTC) whose changes are told of.
        only: this score alone.
    """
    rows = database.rows(
        'SELECT score, "per", "at", old, new, cause FROM history '
        'ORDER BY score, "per", "at" NULLS FIRST'
    )
    keyed = {key: list(some) for key, some in groupby(rows, lambda row: (row[0], row[1]))}
    return tuple(
        _moved(score.name, per, changes, since, _rules(ruleset, score.name))
        for score in ruleset.scores
        if only is None or score.name == only
        for (name, per), changes in keyed.items()
        if name == score.name
    )


def _rules(ruleset: Ruleset, score: str) -> tuple[str, ...]:
    """Return the event rules that may stand in a cause; a formula's are those of all scores."""
    of = ruleset.score(score)
    read = [of] if isinstance(of, RuleScore) else ruleset.scores
    return tuple(
        rule.head.name
        for one in read
        if isinstance(one, RuleScore)
        for rule in one.rules
        if isinstance(rule, EventRule)
    )


def _moved(
    score: str, per: str, rows: Iterable[Row], since: datetime, rules: tuple[str, ...]
) -> Moved:
    old: float | None = None
    new: float | None = None
    changes: list[Row] = []
    for row in rows:
        new = row[4]
        if row[2] is None or row[2] < since:
            old = new
        else:
            changes.append(row)
    causes = sorted(_summed(changes, rules), key=lambda one: (-abs(one.points), one.cause))
    return Moved(score, per, old, new, (_units(new) - _units(old)) / _UNITS, tuple(causes))


def _units(value: float | None) -> int:
    return round((value or 0) * _UNITS)


def _summed(changes: list[Row], rules: tuple[str, ...]) -> Iterator[Mover]:
    found: dict[str, list[tuple[Row, int]]] = {}
    for row in changes:
        cause, events = _without_events(row[5], rules)
        found.setdefault(cause, []).append((row, events))
    for cause, rows in found.items():
        yield Mover(
            cause=cause,
            points=sum(_units(row[4]) - _units(row[3]) for row, _ in rows) / _UNITS,
            events=sum(events for _, events in rows),
            changes=len(rows),
            first=rows[0][0][2],
            last=rows[-1][0][2],
        )


def _without_events(cause: str, rules: tuple[str, ...]) -> tuple[str, int]:
    """Return a cause with the rules of its events alone, each once, and how many events it has.

    An event stands in it as ``event ID: rule, rule``, whatever the id is.
    """
    if not rules:
        return cause, 0
    names = "|".join(re.escape(name) for name in sorted(rules, key=len, reverse=True))
    events = re.compile(f"event .*?: ((?:{names})(?:, (?:{names}))*)(?=; |$)", re.DOTALL)
    counted = events.findall(cause)
    parts = events.sub("\0", cause).split("; ")
    by_events = dict.fromkeys(name for some in counted for name in some.split(", "))
    other = [part for part in parts if part != "\0"]
    return "; ".join([*other, *([", ".join(by_events)] if by_events else [])]), len(counted)
