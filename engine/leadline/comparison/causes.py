"""What made scores change: each rule's part in all, and in each of the largest changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadline.comparison.changes import Renames
from leadline.comparison.parts import parts_of_score, rest_of
from leadline.engine.duckdb import Database
from leadline.plan.caps import BILLION
from leadline.report.comparison import Mover, RuleEffect, ScoreEffect
from leadline.ruleset.model import FormulaScore, RuleScore, Ruleset, Score
from leadline.sql import comparison as sql


@dataclass(frozen=True, slots=True)
class Changed:
    """A score that changed.

    Args:
        relation: its changed values.
        values: where all its values are.
        rulesets: the base and the head.
        base: the score there.
        head: the score here.
        renames: what has another name.
        effect: how much of it changed.
    """

    relation: str
    values: sql.Sides
    rulesets: tuple[Ruleset, Ruleset]
    base: Score
    head: Score
    renames: Renames
    effect: ScoreEffect


@dataclass(frozen=True, slots=True)
class Causes:
    """What made a score change: each rule's part in all, and in its largest changes."""

    rules: tuple[RuleEffect, ...]
    movers: tuple[Mover, ...]


def causes_of(database: Database, one: Changed, most: int) -> Causes:
    """Return what made a score change.

    Args:
        database: with the changed values.
        one: the score.
        most: how many of its largest changes.
    """
    if isinstance(one.base, RuleScore) and isinstance(one.head, RuleScore):
        return _of_rules(database, one, one.base, one.head, most)
    return _of_formula(database, one, most)


def largest(causes: Sequence[Causes], most: int) -> tuple[Mover, ...]:
    """Return the largest changes of several scores."""
    every = [mover for one in causes for mover in one.movers]
    every.sort(key=lambda m: (-round(abs(m.new - m.old), 4), m.lead_id, m.score, m.per))
    return tuple(every[:most])


def ordered(causes: Sequence[Causes]) -> tuple[RuleEffect, ...]:
    """Return what each rule did, the largest first."""
    every = [rule for one in causes for rule in one.rules]
    return tuple(sorted(every, key=lambda r: (-r.size, -r.leads, r.score, r.rule)))


def _of_rules(
    database: Database, one: Changed, base: RuleScore, head: RuleScore, most: int
) -> Causes:
    parts = parts_of_score(one.rulesets, (base, head), one.renames)
    labels = [*(part.label for part in parts), rest_of((base, head))]
    summary = sql.part_summary(
        one.relation, one.values, parts, keyed=(base.per or head.per) is not None
    )
    rules = tuple(
        RuleEffect(head.name, labels[place], leads, size, net)
        for place, leads, size, net in database.rows(summary)
        if leads
    )
    rows = database.rows(sql.parts_of(one.relation, one.values, parts, most)) if most else []
    return Causes(rules, tuple(_rule_mover(head.name, labels, row) for row in rows))


def _rule_mover(score: str, labels: Sequence[str], row: tuple[object, ...]) -> Mover:
    """Return a mover with the part that changed most; the rest where that is larger."""
    lead, per, old, new, before, after, *points = row
    pairs = [(_whole(points[i]), _whole(points[i + 1])) for i in range(0, len(points), 2)]
    rest = [_whole(side) - sum(pair[i] for pair in pairs) for i, side in enumerate((before, after))]
    pairs.append((rest[0], rest[1]))
    place = max(range(len(pairs)), key=lambda n: (abs(pairs[n][1] - pairs[n][0]), -n))
    was, now = pairs[place]
    if place == len(pairs) - 1:
        # Of the rest only its change says something: the rules that are alike are in it, too.
        was, now = 0, now - was
    return Mover(
        str(lead),
        score,
        str(per),
        float(str(old)),
        float(str(new)),
        labels[place],
        was / BILLION,
        now / BILLION,
    )


def _whole(value: object) -> int:
    return int(str(value)) if value is not None else 0


def _of_formula(database: Database, one: Changed, most: int) -> Causes:
    """Return the formula as the one cause; nothing where it is the same on both sides.

    The causes are those of the scores in it then.
    """
    if (
        isinstance(one.base, FormulaScore)
        and isinstance(one.head, FormulaScore)
        and (one.base.formula, one.base.range) == (one.head.formula, one.head.range)
    ):
        return Causes((), ())
    name = one.head.name
    size, net = database.rows(sql.change_sums(one.relation))[0]
    rows = database.rows(sql.largest(one.relation, most)) if most else []
    return Causes(
        (RuleEffect(name, "formula", one.effect.changed, size, net),),
        tuple(
            Mover(lead, name, per, old, new, "formula", old, new) for lead, per, old, new in rows
        ),
    )
