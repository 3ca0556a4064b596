"""Why a lead has its scores: gathered from the relations of one evaluation by event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from leadline.engine.duckdb import Database
from leadline.expression.functions import Function
from leadline.expression.unparse import unparse
from leadline.plan.caps import BILLION, held, members_of
from leadline.plan.steps import Plan
from leadline.report.listing import decimal
from leadline.report.silence import Silence
from leadline.report.words import limits_in_words
from leadline.ruleset.model import (
    EventRule,
    Fact,
    FormulaScore,
    Idle,
    Inactivity,
    Rule,
    RuleScore,
    Ruleset,
)
from leadline.sql import explain as sql
from leadline.sql.expression import Writer


@dataclass(frozen=True, slots=True)
class Counted:
    """An event that a rule counted; points before and after decay."""

    event_id: str
    at: datetime
    day: date
    type: str
    points: float
    decayed: float
    unusable: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What one rule gave: its total, how it came about, and the events behind it."""

    rule: str
    points: float
    because: str
    events: tuple[Counted, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Silent:
    """A rule that gave nothing, and what would have made it fire."""

    rule: str
    because: str


@dataclass(frozen=True, slots=True)
class ScoreWhy:
    """One score of the lead; ``value`` is the batch score to the last digit."""

    score: str
    per: str
    value: float
    grade: str | None
    lines: tuple[Line, ...]
    steps: tuple[tuple[str, str], ...]
    silent: tuple[Silent, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """A stage or segment that a lead is in, and since when; None where that was always so."""

    name: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a lead stands on a date.

    ``untold`` are the segments that were not asked for, since they rank all leads; ``tags`` are
    written as in lists of leads.
    """

    stage: Stay | None = None
    segments: tuple[Stay, ...] = ()
    untold: tuple[str, ...] = ()
    tags: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A lead's scores on a date, each with its reasons."""

    lead_id: str
    model: str
    as_of: date
    timezone: str
    stage: str | None
    stage_since: datetime | None
    matrix: str | None
    segments: tuple[Stay, ...]
    untold: tuple[str, ...]
    tags: str | None
    scores: tuple[ScoreWhy, ...]


def explain(
    database: Database,
    ruleset: Ruleset,
    plan: Plan,
    lead_id: str,
    functions: Mapping[str, Function],
    only: str | None = None,
    standing: Standing | None = None,
) -> Explanation:
    """Gather why a lead has its scores.

    Args:
        database: with the relations of an evaluation by event of this lead alone.
        ruleset: the model.
        plan: what was evaluated.
        lead_id: the lead.
        functions: the functions expressions may call.
        only: this score alone.
        standing: where the lead stands; without it, the stage is told where it follows from the
            score of the date.
    """
    placed = standing or Standing()
    gatherer = _Gatherer(database, ruleset, plan, functions)
    columns, rows = database.table("SELECT * FROM reported")
    reported = dict(zip(columns, rows[0], strict=True))
    return Explanation(
        lead_id=lead_id,
        model=ruleset.model,
        as_of=plan.as_of.day,
        timezone=plan.timezone,
        stage=placed.stage.name if placed.stage is not None else reported.get("stage"),
        stage_since=placed.stage.since if placed.stage is not None else None,
        matrix=reported.get("matrix"),
        segments=placed.segments,
        untold=placed.untold,
        tags=placed.tags,
        scores=tuple(
            why
            for score in ruleset.scores
            if only is None or score.name == only
            for why in gatherer.score(score)
        ),
    )


class _Gatherer:
    """Reads the relations of one evaluation."""

    def __init__(
        self, database: Database, ruleset: Ruleset, plan: Plan, functions: Mapping[str, Function]
    ) -> None:
        self._database = database
        self._ruleset = ruleset
        self._plan = plan
        self._writer = Writer(plan.as_of.day, plan.timezone, functions)
        self._steps = {step.name: step for step in plan.steps}
        self._silence = Silence(database, plan, self._writer)

    def score(self, score: RuleScore | FormulaScore) -> list[ScoreWhy]:
        """Return one explanation for each value of ``per``."""
        rows = self._database.rows(
            "SELECT per, value, grade FROM scores WHERE score = ? ORDER BY per", [score.name]
        )
        if isinstance(score, FormulaScore):
            because = Line(unparse(score.formula), rows[0][1], self._inputs(score))
            return [ScoreWhy(score.name, "", rows[0][1], rows[0][2], (because,), (), ())]
        return [self._rules(score, per, value, grade) for per, value, grade in rows]

    def _inputs(self, score: FormulaScore) -> str:
        used = sql.read_by([score.formula])
        values = self._database.rows(sql.reported_values(used))[0]
        pairs = zip(used, values, strict=False)
        return ", ".join(f"{f.column} is {_value(v)}" for f, v in pairs)

    def _rules(self, score: RuleScore, per: str, value: float, grade: str | None) -> ScoreWhy:
        columns, rows = self._database.table(sql.score_row(score.name), [per])
        row = dict(zip(columns, rows[0], strict=True))
        lines: list[Line] = []
        silent: list[Silent] = []
        for rule in score.rules:
            if not rule.head.enabled:
                silent.append(Silent(rule.head.name, "switched off by `enabled: false`"))
                continue
            found = self._rule(score, rule, per, row[f"{score.name}.{rule.head.name}"])
            (lines if isinstance(found, Line) else silent).append(found)  # type: ignore[arg-type]
        lines.sort(key=lambda line: (-abs(line.points), line.rule))
        steps = (*self._groups(score, row), *self._decay(score, per), *_bounds(score, row))
        return ScoreWhy(score.name, per, value, grade, tuple(lines), steps, tuple(silent))

    # Rules

    def _rule(self, score: RuleScore, rule: Rule, per: str, points: int) -> Line | Silent:
        match rule:
            case EventRule():
                return self._event_rule(score, rule, per, points)
            case Fact():
                return self._fact(rule, points)
            case Idle():
                return self._idle(rule, points)

    def _event_rule(
        self, score: RuleScore, rule: EventRule, per: str, points: int
    ) -> Line | Silent:
        name = f"{score.name}.{rule.head.name}"
        columns, rows = self._database.table(sql.matches_of(name))
        found = [dict(zip(columns, row, strict=True)) for row in rows]
        matched = [event for event in found if event.get("per", "") == per]
        kept = [event for event in matched if event["counted"]]
        if not kept and points == 0:
            return Silent(
                rule.head.name, self._silence.of_events(name, rule, len(matched), len(found))
            )
        events = tuple(
            Counted(
                e["event_id"],
                e["occurred_at"],
                e["day"],
                e["type"],
                (e["points"] or 0) / BILLION,
                (e["decayed"] or 0) / BILLION,
                unusable=e["points"] is None,
            )
            for e in kept
        )
        return Line(
            rule.head.name,
            points / BILLION,
            _because(rule, len(matched), events, points),
            events,
            rule.head.note,
        )

    def _fact(self, rule: Fact, points: int) -> Line | Silent:
        true, why = self._silence.of_fact(rule)
        if not points:
            return Silent(rule.head.name, why)
        because = unparse(rule.when) if true else f"{why}; held to {_points(points)}"
        return Line(rule.head.name, points / BILLION, because, (), rule.head.note)

    def _idle(self, rule: Idle, points: int) -> Line | Silent:
        why = self._silence.of_idle(rule)
        if not points:
            return Silent(rule.head.name, why)
        return Line(rule.head.name, points / BILLION, why.split(";")[0], (), rule.head.note)

    # What happened to the sum

    def _groups(self, score: RuleScore, row: dict[str, int]) -> list[tuple[str, str]]:
        steps = []
        for group in score.groups:
            members = members_of(group, tuple(r for r in score.rules if r.head.enabled))
            total = sum(row[f"{score.name}.{rule.head.name}"] for rule in members)
            capped = held(total, group.minimum, group.maximum)
            if members and capped != total:
                names = ", ".join(rule.head.name for rule in members)
                steps.append(
                    (f"group {group.name}", f"{names}: {_points(total)} held to {_points(capped)}")
                )
        return steps

    def _decay(self, score: RuleScore, per: str) -> list[tuple[str, str]]:
        if not isinstance(score.decay, Inactivity) or f"{score.name} states" not in self._steps:
            return []
        keyed = score.per is not None
        rows = self._database.rows(sql.decay_steps(score.name, keyed), [per] if keyed else [])
        return [
            (str(day), f"no activity: {_points(before)} to {_points(after)}")
            for day, before, after in rows
            if day is not None and before != after
        ]


def _bounds(score: RuleScore, row: dict[str, int]) -> list[tuple[str, str]]:
    total, points = row["total"], row["points"]
    steps = []
    if score.floor is not None and not isinstance(score.decay, Inactivity):
        floored = max(total, min(row["undecayed"], int(score.floor * BILLION)))
        if floored != total:
            steps.append(("floor", f"{_points(total)} held to {_points(floored)}"))
            total = floored
    if points != total and score.range is not None:
        bounds = f"{score.range.low:g} to {score.range.high:g}"
        steps.append(("range", f"{_points(total)} held to {bounds}"))
    return steps


def _because(rule: EventRule, matched: int, events: tuple[Counted, ...], points: int) -> str:
    counted = "1 event" if len(events) == 1 else f"{len(events)} events"
    parts = [counted]
    unusable = sum(event.unusable for event in events)
    if matched > len(events):
        parts[0] += f" of {matched} ({limits_in_words(rule)})"
    if rule.bands:
        within = f" younger than {rule.within} days" if rule.within else ""
        return f"{parts[0]}{within}, by bands"
    if unusable:
        parts.append(f"{unusable} without usable points")
    before = round(sum(event.points for event in events), 9)
    after = round(sum(event.decayed for event in events), 9)
    if before != after:
        parts.append(f"{decimal(before)} before decay")
    if round(after * BILLION) != points:
        parts.append(f"{decimal(after)} held to {_points(points)}")
    return ", ".join(parts)


def _points(value: int) -> str:
    return decimal(value / BILLION)


def _value(value: object) -> str:
    return decimal(value) if isinstance(value, float) else str(value)
