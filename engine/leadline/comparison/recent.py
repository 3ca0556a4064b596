"""The past that a comparison asks for: entries of the last weeks, and how long scores were quiet.

A past is the dearest thing to compute, so it is that of the leads to whom something happened in
the span that is asked for, wherever nobody else can have entered anything in it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from leadline.comparison.rising import columns_up_to, rises_by_itself, types_that_raise
from leadline.comparison.sharing import run_both
from leadline.engine.duckdb import Database
from leadline.expression.catalog import Catalog
from leadline.expression.nodes import EventCount, Field, Node, Rank, ScoreWindow, walk
from leadline.plan import needs
from leadline.plan.clock import AsOf, offsets, start_of_day
from leadline.plan.past import build_past
from leadline.plan.steps import ScoreChanges, SegmentSpells, Spells, needed
from leadline.report.comparison import Week
from leadline.ruleset.extensions import Extensions
from leadline.ruleset.model import RuleScore, Ruleset, Segment
from leadline.sql import comparison as sql
from leadline.sql import watched
from leadline.sql.query import Query, other_steps, write_query
from leadline.sql.relations import local_day

#: Which relation a score of that name is, at the base and at the head.
Scored = tuple[Callable[[str], str], Callable[[str], str]]

STAGES, SEGMENTS = "stage_spell", "segment_spell"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: its ruleset and the date of its scores."""

    ruleset: Ruleset
    date: AsOf

    @property
    def staged(self) -> bool:
        """Whether there are stages that take a lead's past."""
        return self.ruleset.stages is not None and not self.ruleset.stages.by_date


@dataclass(frozen=True, slots=True)
class Both:
    """What is compared: both sides over the same data."""

    database: Database
    catalog: Catalog
    extensions: Extensions
    base: Side
    head: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        """The base and the head."""
        return self.base, self.head


@dataclass(frozen=True, slots=True)
class Target:
    """What makes a lead an MQL: entering a stage or a segment."""

    kind: Literal["stage", "segment"]
    name: str
    first: date
    weeks: int

    @property
    def relation(self) -> str:
        """The relation of its spells."""
        return STAGES if self.kind == "stage" else SEGMENTS

    def is_in(self, ruleset: Ruleset) -> bool:
        """Say whether a ruleset has it."""
        if self.kind == "segment":
            return any(segment.name == self.name for segment in ruleset.segments)
        stages = ruleset.stages
        return stages is not None and any(step.name == self.name for step in stages.steps)


@dataclass(frozen=True, slots=True)
class Recent:
    """What was found of the past.

    Args:
        ran: whether there was anything to compute; if not, the past is the same on both sides.
        changed: the relations that are other at the head; those of the base are kept.
        weeks: entries week by week; none where they are the same on both sides.
    """

    ran: bool = False
    changed: frozenset[str] = frozenset()
    weeks: tuple[Week, ...] = ()

    def sides(self, relation: str) -> sql.Sides:
        """Return where a relation of both sides is found."""
        base = sql.kept(relation) if relation in self.changed else relation
        return sql.Sides(base, relation)


def first_monday(until: date, weeks: int) -> date:
    """Return the Monday of the first of some full weeks that end on a date or before."""
    following = until + timedelta(days=1)
    return following - timedelta(days=following.weekday() + 7 * weeks)


def windows_of(segments: Iterable[Segment]) -> tuple[ScoreWindow, ...]:
    """Return every ``quiet(..)`` of segments that are judged on the date, each once."""
    parts = [part for one in segments if on_date(one.when) for part in walk(one.when)]
    return tuple(dict.fromkeys(part for part in parts if isinstance(part, ScoreWindow)))


def ranks_of(segments: Iterable[Segment]) -> tuple[Rank, ...]:
    """Return every rank of segments that are judged on the date, each once."""
    parts = [part for one in segments if on_date(one.when) for part in walk(one.when)]
    return tuple(dict.fromkeys(part for part in parts if isinstance(part, Rank)))


def on_date(when: Node) -> bool:
    """Say whether a condition asks for the scores of the date, and the past for rises alone."""
    return not any(
        isinstance(part, EventCount) or (isinstance(part, ScoreWindow) and part.function != "quiet")
        for part in walk(when)
    )


def judged_on_date(ruleset: Ruleset) -> tuple[Segment, ...]:
    """Return the segments that are judged on the scores of the date."""
    by_date = ruleset.stages is None or ruleset.stages.by_date
    return tuple(
        segment
        for segment in ruleset.segments
        if on_date(segment.when) and (by_date or not _asks_stage(segment.when))
    )


def judged_by_past(ruleset: Ruleset) -> tuple[Segment, ...]:
    """Return the other segments, which take every lead's past."""
    direct = judged_on_date(ruleset)
    return tuple(segment for segment in ruleset.segments if segment not in direct)


def _asks_stage(when: Node) -> bool:
    fields = (part for part in walk(when) if isinstance(part, Field))
    return any((field.scope, field.column) == ("model", "stage") for field in fields)


def look_at_both(both: Both, target: Target | None, scores: Scored) -> Recent:
    """Compute what is asked of the past of both sides.

    Args:
        both: what is compared.
        target: what makes a lead an MQL; None where nothing does.
        scores: return the relation of a score on the date, at the base and at the head.

    Raises:
        UsageError: the past cannot be told.
    """
    wanted = [_wanted(side, target) for side in both.sides]
    if not any(wanted):
        return Recent()
    asked = wanted[0] | wanted[1]
    watching = _few_matter(both, asked)
    base, head = (
        _query(both, side, names, watching=watching)
        for side, names in zip(both.sides, wanted, strict=True)
    )
    if not other_steps(base, head) & asked and not _read_anyway(both):
        return Recent()
    with _watching(both, target, asked, scores) if watching else contextlib.nullcontext():
        changed = run_both(both.database, base, head, asked)
        recent = Recent(True, changed)
        for relation in asked - {STAGES, SEGMENTS}:
            _keep_ends(both, recent, relation)
        if target is None:
            return recent
        return replace(recent, weeks=_weeks(both, target, recent))


def _read_anyway(both: Both) -> bool:
    """Say whether segments are judged again although no past changed: their scores may have."""
    return any(windows_of(judged_on_date(side.ruleset)) for side in both.sides)


def _wanted(side: Side, target: Target | None) -> frozenset[str]:
    names = {needs.window_column(w) for w in windows_of(judged_on_date(side.ruleset))}
    names |= {STAGES} if side.staged else set()
    names |= {SEGMENTS} if judged_by_past(side.ruleset) else set()
    names |= {target.relation} if target is not None and target.is_in(side.ruleset) else set()
    return frozenset(names)


def _query(both: Both, side: Side, wanted: frozenset[str], *, watching: bool) -> Query:
    """Return the query of what is wanted of a past, without what moved each lead."""
    ruleset = replace(side.ruleset, accounts=(), automations=())
    if SEGMENTS not in wanted:
        used = windows_of(judged_on_date(ruleset))
        kept = tuple(s for s in judged_on_date(ruleset) if windows_of((s,))) if used else ()
        ruleset = replace(ruleset, segments=kept)
    plan = build_past(
        ruleset,
        both.catalog,
        side.date,
        extensions=both.extensions,
        parts=("stages", "segments"),
    )
    untold = (
        replace(step, causes=None) if isinstance(step, Spells | SegmentSpells) else step
        for step in plan.steps
    )
    always = {"known_lead", "lead_version", plan.steps[0].name}
    plan = replace(plan, steps=needed(untold, wanted | always))
    query = write_query(plan, both.extensions)
    # The events of few leads are few, and every rule reads them.
    stored = wanted | ({"event"} if watching else set())
    if len(wanted) > 1:
        stored |= {step.name for step in plan.steps if isinstance(step, ScoreChanges)}
    steps = (replace(one, stored=True) if one.name in stored else one for one in query.steps)
    return replace(query, steps=tuple(steps))


def _few_matter(both: Both, asked: frozenset[str]) -> bool:
    """Say whether only leads to whom something happened of late matter to what is asked."""
    return not (
        SEGMENTS in asked
        or any(side.staged for side in both.sides)
        or any(rises_by_itself(s.ruleset, both.catalog, both.extensions) for s in both.sides)
    )


@contextlib.contextmanager
def _watching(
    both: Both, target: Target | None, asked: frozenset[str], relations: Scored
) -> Iterator[None]:
    """Take the rows of watched leads alone for as long as the block runs."""
    database = both.database
    rulesets = (both.base.ruleset, both.head.ruleset)
    tags = any(_reads_tags(ruleset) for ruleset in rulesets)
    since = min(_begins(both, target))
    able = _able(both, target, relations) if asked == {STAGES} else ()
    database.execute(watched.watch(since, types_that_raise(rulesets), able, tags=tags))
    views = {name for (name,) in database.rows(watched.views_in_place())}
    for table in watched.TABLES:
        database.execute(watched.take(table))
    for table in watched.TABLES:
        if table in views:
            database.execute(watched.set_aside(table))
        database.execute(watched.stand_for(table))
    try:
        yield
    finally:
        for table in watched.TABLES:
            for statement in watched.put_back(table, aside=table in views):
                database.execute(statement)


def _able(both: Both, target: Target | None, relations: Scored) -> tuple[str, ...]:
    """Return the SELECTs of the leads that can ever have come to the stage on either side.

    Nothing where that cannot be told from the scores of the date.
    """
    found: list[str] = []
    for side, relation in zip(both.sides, relations, strict=True):
        stages = side.ruleset.stages
        if target is None or stages is None or not target.is_in(side.ruleset):
            continue
        score = next((s for s in side.ruleset.scores if s.name == stages.source.name), None)
        at = next(step.at for step in stages.steps if step.name == target.name)
        columns = columns_up_to(score) if isinstance(score, RuleScore) else None
        if stages.source.kind != "score" or score is None or not columns or at is None:
            return ()
        found.append(watched.able_to_reach(relation(score.name), columns, at))
    return tuple(found)


def _reads_tags(ruleset: Ruleset) -> bool:
    nodes = [*needs.lead_nodes(ruleset), *needs.event_nodes(ruleset)]
    by_tag = ruleset.stages is not None and ruleset.stages.source.kind == "tag"
    return by_tag or bool(needs.fields_of(nodes, ("tag",)))


def _begins(both: Both, target: Target | None) -> Iterator[datetime]:
    """Yield from which instants on something is asked for."""
    for side in both.sides:
        zone = side.ruleset.timezone
        if target is not None:
            yield start_of_day(target.first, zone)
        for window in windows_of(judged_on_date(side.ruleset)):
            yield start_of_day(side.date.day - timedelta(days=round(window.days) - 1), zone)


def quiet_end(column: str) -> str:
    """Return the relation of who is quiet on the date, of a column such as ``quiet(..)``."""
    return f"end of {column}"


def _keep_ends(both: Both, recent: Recent, relation: str) -> None:
    """Keep what holds on the date of each side; the rest of the past is not read again."""
    sides = recent.sides(relation)
    for end, source, side in (
        (sql.kept(quiet_end(relation)), sides.base, both.base),
        (quiet_end(relation), sides.head, both.head),
    ):
        if relation in {needs.window_column(w) for w in windows_of(side.ruleset.segments)}:
            both.database.execute(sql.quiet_now(end, source, side.date.before))


def _weeks(both: Both, target: Target, recent: Recent) -> tuple[Week, ...]:
    """Count the entries of each week on both sides."""
    sides = recent.sides(target.relation)
    counts: list[dict[int, int]] = []
    for side, spells in zip(both.sides, (sides.base, sides.head), strict=True):
        if not target.is_in(side.ruleset):
            counts.append({})
            continue
        zone = side.ruleset.timezone
        since = start_of_day(target.first, zone)
        day = local_day("entered_at", offsets(zone, since, side.date.before))
        name = "entry"
        statement = sql.entries(
            name, spells, target.kind, target.name, target.first, target.weeks, day
        )
        both.database.execute(statement)
        counts.append(dict(both.database.rows(sql.weekly(name))))
    return tuple(
        Week(target.first + timedelta(days=7 * n), counts[0].get(n, 0), counts[1].get(n, 0))
        for n in range(target.weeks)
    )
