"""What a ruleset reads: the fields, event types and visits that its plan must provide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leadline.expression.nodes import EventCount, Field, Node, Rank, ScoreWindow, walk
from leadline.plan.steps import Counted
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


def enabled(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules that are switched on."""
    return tuple(rule for rule in rules if rule.head.enabled)


def rule_scores(ruleset: Ruleset) -> tuple[RuleScore, ...]:
    """Return the scores that are made of rules."""
    return tuple(score for score in ruleset.scores if isinstance(score, RuleScore))


def formula_scores(ruleset: Ruleset) -> tuple[FormulaScore, ...]:
    """Return the scores that are computed from others, each after those it needs."""
    waiting = [score for score in ruleset.scores if isinstance(score, FormulaScore)]
    done = {score.name for score in rule_scores(ruleset)}
    ordered: list[FormulaScore] = []
    while waiting:
        ready = [score for score in waiting if _used_scores(score.formula) <= done]
        ordered += ready
        done |= {score.name for score in ready}
        waiting = [score for score in waiting if score not in ready]
    return tuple(ordered)


def _used_scores(node: Node) -> set[str]:
    return {f.column for f in walk(node) if isinstance(f, Field) and f.scope in ("score", "grade")}


def event_nodes(ruleset: Ruleset) -> Iterator[Node]:
    """Yield every expression that is evaluated for events."""
    if ruleset.ignore is not None:
        yield ruleset.ignore
    for score in rule_scores(ruleset):
        yield from _given(score.per, score.reset.where if score.reset else None)
        if isinstance(score.decay, Inactivity) and score.decay.activity not in (None, "any"):
            yield score.decay.activity  # type: ignore[misc]
        for rule in enabled(score.rules):
            if isinstance(rule, EventRule):
                yield from _rule_nodes(rule)


def _rule_nodes(rule: EventRule) -> Iterator[Node]:
    yield from _given(rule.where, rule.points)
    for limit in rule.limits:
        yield from _given(limit.window.key)
    if rule.reach:
        yield from _given(rule.reach.distinct, rule.reach.window.key)


def _given(*nodes: Node | None) -> Iterator[Node]:
    yield from (node for node in nodes if node is not None)


def lead_nodes(ruleset: Ruleset) -> Iterator[Node]:
    """Yield every expression that is evaluated for leads."""
    yield from _given(ruleset.leads)
    for score in rule_scores(ruleset):
        for rule in enabled(score.rules):
            if isinstance(rule, Fact):
                yield from (rule.when, rule.points)
            elif isinstance(rule, Idle):
                yield rule.points
    for formula in formula_scores(ruleset):
        yield formula.formula
    for account in ruleset.accounts:
        yield from _given(account.only, account.weight.field if account.weight else None)


def fields_of(nodes: Iterable[Node], scopes: tuple[str, ...]) -> tuple[Field, ...]:
    """Return the fields of some scopes that expressions read, each once, in reading order."""
    found: dict[tuple[str, str], Field] = {}
    for node in nodes:
        for part in walk(node):
            if isinstance(part, Field) and part.scope in scopes:
                # SQL reads names without regard to case, and so does leadline those of fields.
                found.setdefault((part.scope, part.column.casefold()), part)
    return tuple(found.values())


def event_counts(nodes: Iterable[Node]) -> tuple[Counted, ...]:
    """Return what ``count(..)`` counts, each once."""
    found: dict[str, Counted] = {}
    for node in nodes:
        for part in walk(node):
            if isinstance(part, EventCount):
                name = count_column(part)
                found.setdefault(name, Counted(name, part.event, part.days))
    return tuple(found.values())


def count_column(node: EventCount) -> str:
    """Return the column that holds a ``count(..)``.

    SQL reads names without regard to case, types of events are told apart by it: the places of
    capitals are part of the name.
    """
    window = f", {node.days:.12g} days" if node.days is not None else ""
    capitals = [str(place) for place, letter in enumerate(node.event) if letter != letter.lower()]
    marked = f" with capitals at {', '.join(capitals)}" if capitals else ""
    return f"count({node.event}{window}){marked}"


def window_column(node: ScoreWindow) -> str:
    """Return the column that holds a ``quiet(..)``, or what ``change(..)`` compares with."""
    return f"{node.function}({node.score}, {node.days:.12g} days)"


def rank_column(node: Rank) -> str:
    """Return the column that holds a ``top`` or ``bottom``."""
    return f"{node.direction} {node.amount:.12g}{'%' if node.percent else ''} by {node.score}"


def event_types(ruleset: Ruleset, counts: tuple[Counted, ...]) -> tuple[str, ...] | None:
    """Return the event types that anything looks at, or None where all of them matter."""
    types = {counted.event for counted in counts}
    for score in rule_scores(ruleset):
        if isinstance(score.decay, Inactivity) and score.decay.activity is not None:
            return None
        if score.reset:
            types.update(score.reset.events)
        for rule in enabled(score.rules):
            if isinstance(rule, Idle):
                return None
            if isinstance(rule, EventRule):
                if uses_visits(rule):
                    return None
                types.update(rule.events)
    return tuple(sorted(types))


def uses_visits(rule: EventRule) -> bool:
    """Say whether a rule counts by visit."""
    windows = [limit.window for limit in rule.limits]
    windows += [rule.reach.window] if rule.reach else []
    return any(window.kind == "visit" for window in windows)
