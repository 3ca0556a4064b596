"""What a changed ruleset does to the leads of a store on a date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from leadline.comparison.causes import Changed, causes_of, largest, ordered
from leadline.comparison.changes import Renames
from leadline.comparison.outcomes import accounts_of, moves_of, past_moves_of, segments_of
from leadline.comparison.recent import (
    Both,
    Side,
    Target,
    first_monday,
    judged_on_date,
    look_at_both,
)
from leadline.comparison.seen import Seen
from leadline.comparison.sharing import run_both
from leadline.diagnostic import did_you_mean
from leadline.errors import UsageError
from leadline.expression.nodes import Field
from leadline.plan import needs
from leadline.plan.build import build_plan
from leadline.plan.clock import parse_as_of, start_of_day
from leadline.plan.steps import KnownLeads
from leadline.report.comparison import (
    Effect,
    Mqls,
    ScoreEffect,
)
from leadline.ruleset.model import RuleScore, Ruleset, Score
from leadline.sql import comparison as sql
from leadline.sql.query import Query, write_query

_OF_LEADS = ("lead", "account", "tag")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of an effect.

    Args:
        as_of: a date or instant; None is today in each model's timezone.
        mql: the stage or segment whose members are MQLs; None is the last stage.
        weeks: how many full weeks are told of.
        top: how many of the largest changes.
        backtest: whether the change is judged by what became of leads, where that is known.
    """

    as_of: str | None = None
    mql: str | None = None
    weeks: int = 8
    top: int = 10
    backtest: bool = True


def effect_of(both: Both, renames: Renames, asked: Asked) -> Effect:
    """Evaluate both sides and compare what they come to.

    Args:
        both: what is compared.
        renames: what has another name at the head.
        asked: what is asked for.

    Raises:
        UsageError: no stage or segment is called as ``asked.mql`` says.
    """
    target = target_of(both, asked)
    fields = _fields(both)
    base, head = (_query(both, side, fields) for side in both.sides)
    results = {step.name for step in base.steps if _is_result(step.name)}
    changed = run_both(both.database, base, head, results)
    seen = Seen(both, renames, changed)
    counts = both.database.rows(sql.lead_counts(seen.reported))[0]
    scores, leads = _scores(seen, apart=bool(counts[2] or counts[3]))
    causes = [causes_of(seen.database, one, asked.top) for one in scores]
    effect = Effect(
        as_of=both.head.date.day,
        timezone=both.head.ruleset.timezone,
        base_leads=counts[0],
        head_leads=counts[1],
        gained=counts[2],
        lost=counts[3],
        changed=leads,
        scores=tuple(one.effect for one in scores),
        rules=ordered(causes),
        movers=largest(causes, asked.top),
        moves=tuple(moves for moves in moves_of(seen) if moves.cells),
        segments=(),
        accounts=accounts_of(seen),
        mqls=None,
    )
    return _with_past(seen, effect, target)


def target_of(both: Both, asked: Asked) -> Target | None:
    """Return what makes a lead an MQL.

    Raises:
        UsageError: no stage or segment is called so.
    """
    first = first_monday(_last_whole_day(both.head), asked.weeks)
    rulesets = [both.head.ruleset, both.base.ruleset]
    stages = [step.name for r in rulesets if r.stages is not None for step in r.stages.steps]
    segments = [segment.name for r in rulesets for segment in r.segments]
    if asked.mql is None:
        last = [r.stages.steps[-1].name for r in rulesets if r.stages is not None]
        return Target("stage", last[0], first, asked.weeks) if last else None
    if asked.mql in stages:
        return Target("stage", asked.mql, first, asked.weeks)
    if asked.mql in segments:
        return Target("segment", asked.mql, first, asked.weeks)
    raise UsageError(
        f"no stage or segment is called `{asked.mql}`",
        hint=did_you_mean(asked.mql, [*stages, *segments]),
    )


def _last_whole_day(side: Side) -> date:
    """Return the last day that is over on the date of a side, which can be an instant."""
    day = side.date.day
    over = side.date.before >= start_of_day(day + timedelta(days=1), side.ruleset.timezone)
    return day if over else day - timedelta(days=1)


def _is_result(name: str) -> bool:
    return name == sql.REPORTED or name.startswith(("score.", "account."))


def _fields(both: Both) -> tuple[Field, ...]:
    """Return every field of leads that either side reads.

    Both sides take all of them, so that what knows the leads is the same step.
    """
    rulesets = [side.ruleset for side in both.sides]
    nodes = [node for r in rulesets for node in (*needs.lead_nodes(r), *needs.event_nodes(r))]
    nodes += [segment.when for r in rulesets for segment in judged_on_date(r)]
    return needs.fields_of(nodes, _OF_LEADS)


def _query(both: Both, side: Side, fields: tuple[Field, ...]) -> Query:
    plan = build_plan(side.ruleset, both.catalog, side.date, listed=fields)
    steps = (
        replace(
            step, fields=_sorted(step.fields), history_fields=tuple(sorted(step.history_fields))
        )
        if isinstance(step, KnownLeads)
        else step
        for step in plan.steps
    )
    return write_query(replace(plan, steps=tuple(steps)), both.extensions)


def _sorted(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(sorted(fields, key=lambda field: (field.scope, field.column)))


def _scores(seen: Seen, *, apart: bool) -> tuple[list[Changed], int]:
    """Return each score that changed, and how many leads have one.

    Args:
        seen: both sides.
        apart: whether a side scores leads that the other does not.
    """
    base = {score.name: score for score in seen.both.base.ruleset.scores}
    found: list[Changed] = []
    for head in seen.both.head.ruleset.scores:
        old = base.get(seen.renames.scores.get(head.name, head.name))
        if old is None:
            continue
        one = _changed(seen, old, head, apart=apart)
        if one is not None:
            found.append(one)
    leads = seen.database.value(sql.leads_changed([one.relation for one in found]))
    return found, int(leads)


def _changed(seen: Seen, base: Score, head: Score, *, apart: bool) -> Changed | None:
    names = f"score.{base.name}", f"score.{head.name}"
    rule_made = isinstance(base, RuleScore) and isinstance(head, RuleScore)
    # A score with one value a lead has that of no ``per`` where the other side has several.
    keyed = _is_keyed(base) or _is_keyed(head)
    values, columns = seen.reported, names
    if rule_made:
        values, columns = seen.sides(*names), ("value", "value")
    if seen.is_same(*names) if rule_made else seen.is_same(sql.REPORTED, sql.REPORTED):
        return None
    if keyed and not rule_made:
        values, columns = _with_per(seen, base, head), ("value", "value")
    relation = f"changed {names[1]}"
    seen.database.execute(sql.value_changes(relation, values, columns, keyed=keyed))
    if apart and keyed:
        seen.database.execute(sql.only_of_both(relation, seen.reported))
    counts = seen.database.rows(sql.change_summary(relation))[0]
    if not counts[0]:
        return None
    rulesets = (seen.both.base.ruleset, seen.both.head.ruleset)
    effect = ScoreEffect(head.name, *counts)
    return Changed(relation, values, rulesets, base, head, seen.renames, effect)


def _with_per(seen: Seen, base: Score, head: Score) -> sql.Sides:
    """Return the values of a score with ``per`` and of a formula, both with a ``per``."""
    names = f"score.{base.name}", f"score.{head.name}"
    rules, reported = seen.sides(*names), seen.reported
    found = [
        (rules.base, reported.base, names[0], base, "single values at the base"),
        (rules.head, reported.head, names[1], head, "single values at the head"),
    ]
    sides = []
    for values, rows, column, score, single in found:
        if not _is_keyed(score):
            seen.database.execute(sql.single_values(single, rows, column))
        sides.append(values if _is_keyed(score) else single)
    return sql.Sides(sides[0], sides[1])


def _is_keyed(score: Score) -> bool:
    return isinstance(score, RuleScore) and score.per is not None


def _with_past(seen: Seen, effect: Effect, target: Target | None) -> Effect:
    """Add what takes the past: MQLs a week, segments, and stages that do not follow from the date.

    The relations of the scores stay where they are; those of the past have other names.
    """
    scored = (
        lambda score: seen.sides(f"score.{score}", "").base,
        lambda score: seen.sides("", f"score.{score}").head,
    )
    try:
        recent = look_at_both(seen.both, target, scored)
    except UsageError as error:
        # The scores of the date can be told all the same.
        staged = any(side.staged for side in seen.both.sides)
        return replace(effect, untold=error.message, stages_told=not staged)
    return replace(
        effect,
        moves=(*past_moves_of(seen, recent), *effect.moves),
        segments=segments_of(seen, recent),
        mqls=Mqls(target.name, recent.weeks) if target is not None else None,
    )


def side_of(ruleset: Ruleset, as_of: str | None) -> Side:
    """Return a side of a comparison on a date."""
    return Side(ruleset, parse_as_of(as_of, ruleset.timezone))
