"""Many mutants in one ruleset, each seen by leads of its own.

The leads of a batch are copied once for each mutant. A changed rule is one more rule of its score,
which only the copies of its mutant can match, and which the rule it comes from leaves alone; so
all mutants of rules are columns of one query.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from leadline.diagnostic import Place
from leadline.expression import nodes as n
from leadline.expression.catalog import Type
from leadline.ruleset.model import EventRule, Fact, Rule, RuleScore, Ruleset, Score, Segment
from leadline.testing.mutating import Mutant

_NOWHERE = Place("", 0, 0, 0, 0)
_OF_EVENT = n.Field("event", "lead_id", Type.TEXT, _NOWHERE)
_OF_LEAD = n.Field("lead", "lead_id", Type.TEXT, _NOWHERE)

#: The ids of the leads that see a mutant, by the number of the mutant.
Seers = Mapping[int, Sequence[str]]


def joinable(base: Ruleset, mutant: Mutant) -> bool:
    """Say whether a mutant changes nothing but a condition, an event rule or a fact."""
    if mutant.rule is not None:
        return isinstance(mutant.rule[1], EventRule | Fact)
    other = mutant.ruleset
    return (
        replace(
            other,
            leads=base.leads,
            ignore=base.ignore,
            segments=base.segments,
        )
        == base
    )


def joined(base: Ruleset, mutants: Mapping[int, Mutant], seers: Seers) -> Ruleset:
    """Return a ruleset that is each mutant for the leads that see it, and the base for others.

    Args:
        base: the ruleset.
        mutants: joinable ones, by number.
        seers: the leads of each.
    """
    leads = {i: m.ruleset.leads for i, m in mutants.items() if m.ruleset.leads != base.leads}
    ignore = {i: m.ruleset.ignore for i, m in mutants.items() if m.ruleset.ignore != base.ignore}
    return replace(
        base,
        leads=_condition(base.leads, leads, seers, _OF_LEAD, otherwise=True),
        ignore=_condition(base.ignore, ignore, seers, _OF_EVENT, otherwise=False),
        scores=tuple(_score(score, mutants, seers) for score in base.scores),
        segments=tuple(
            _segment(segment, number, mutants, seers)
            for number, segment in enumerate(base.segments)
        ),
    )


def stand_ins(mutants: Mapping[int, Mutant]) -> dict[str, str]:
    """Return the rule that each changed rule stands for, both as ``SCORE.RULE``."""
    rules = {i: mutant.rule for i, mutant in mutants.items() if mutant.rule is not None}
    return {
        f"{score}.{_name(rule, i)}": f"{score}.{rule.head.name}"
        for i, (score, rule) in rules.items()
    }


def _name(rule: Rule, number: int) -> str:
    return f"{rule.head.name} {number}"


def _condition(
    base: n.Node | None,
    others: Mapping[int, n.Node | None],
    seers: Seers,
    field: n.Field,
    *,
    otherwise: bool,
) -> n.Node | None:
    """Return a condition that is another for some leads; without one it is ``otherwise``."""
    if not others:
        return base
    absent = n.Truth(otherwise, _NOWHERE)
    ways = [_and(n.Not(_seen(field, list(others), seers), _NOWHERE), base or absent)]
    ways += [
        _and(_seen(field, [number], seers), other or absent) for number, other in others.items()
    ]
    return n.Any(tuple(ways), _NOWHERE)


def _seen(field: n.Field, numbers: Sequence[int], seers: Seers) -> n.Node:
    ids = tuple(n.Text(id, _NOWHERE) for number in numbers for id in seers[number])
    return n.In(field, ids, _NOWHERE)


def _and(*nodes: n.Node) -> n.Node:
    return n.All(nodes, _NOWHERE)


def _score(score: Score, mutants: Mapping[int, Mutant], seers: Seers) -> Score:
    if not isinstance(score, RuleScore):
        return score
    changed: dict[str, dict[int, Rule]] = {}
    for number, mutant in mutants.items():
        if mutant.rule is not None and mutant.rule[0] == score.name:
            rule = mutant.rule[1]
            changed.setdefault(rule.head.name, {})[number] = rule
    rules: list[Rule] = []
    for rule in score.rules:
        own = changed.get(rule.head.name, {})
        rules.append(_rule(rule, list(own), seers, seen=False) if own else rule)
        for number, other in own.items():
            seen = _rule(other, [number], seers, seen=True)
            rules.append(replace(seen, head=replace(seen.head, name=_name(rule, number))))
    return replace(score, rules=tuple(rules))


def _rule(rule: Rule, numbers: Sequence[int], seers: Seers, *, seen: bool) -> Rule:
    """Return a rule for those who see some mutants, or for all others."""
    match rule:
        case EventRule(where=where):
            own = _whose(_OF_EVENT, numbers, seers, seen=seen)
            return replace(rule, where=own if where is None else _and(own, where))
        case Fact(when=when):
            return replace(rule, when=_and(_whose(_OF_LEAD, numbers, seers, seen=seen), when))
        case _:
            return rule


def _whose(field: n.Field, numbers: Sequence[int], seers: Seers, *, seen: bool) -> n.Node:
    node = _seen(field, numbers, seers)
    return node if seen else n.Not(node, _NOWHERE)


def _segment(segment: Segment, number: int, mutants: Mapping[int, Mutant], seers: Seers) -> Segment:
    others = {
        i: mutant.ruleset.segments[number].when
        for i, mutant in mutants.items()
        if mutant.ruleset.segments[number].when != segment.when
    }
    when = _condition(segment.when, others, seers, _OF_LEAD, otherwise=False)
    return replace(segment, when=when or segment.when)
