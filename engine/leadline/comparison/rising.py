"""Whether a score can rise while nothing happens to its lead."""

from __future__ import annotations

from leadline.expression.catalog import Catalog
from leadline.expression.nodes import Arithmetic, Call, Field, Minus, Node, Number, Percent, walk
from leadline.plan import needs
from leadline.plan.dated import dated
from leadline.ruleset.extensions import Extensions
from leadline.ruleset.model import (
    Decay,
    EventRule,
    Fact,
    Idle,
    Inactivity,
    Rule,
    RuleScore,
    Ruleset,
)

#: Functions that never turn numbers round: a larger argument gives no smaller result.
_KEEPING = ("min", "max", "round", "floor", "ceil", "coalesce")


def rises_by_itself(ruleset: Ruleset, catalog: Catalog, extensions: Extensions) -> bool:
    """Say whether a score may rise at an instant without an event and without a new field value.

    Midnight lowers what decays, and that cannot bring a lead forward. It may raise a score where
    negative points decay, where a fact asks for the date, where points are given for idleness.
    Where that cannot be told, the answer is yes.
    """
    rules = [rule for score in needs.rule_scores(ruleset) for rule in needs.enabled(score.rules)]
    asked = [*needs.lead_nodes(ruleset), *needs.event_nodes(ruleset)]
    moving = dated(asked, catalog, extensions.functions)
    if moving.today or moving.counts:
        return True
    if any(
        _rises(rule, score)
        for score in needs.rule_scores(ruleset)
        for rule in needs.enabled(score.rules)
    ):
        return True
    if any(isinstance(rule, Idle) and not _negative(rule.points) for rule in rules):
        return True
    return not all(_keeps(formula.formula) for formula in needs.formula_scores(ruleset))


def _rises(rule: Rule, score: RuleScore) -> bool:
    match rule:
        case EventRule():
            worths = [0.0, *(points for _, points in rule.bands)]
            if rule.within is not None and worths != sorted(worths):
                return True
            decay = rule.decay or score.decay
            fades = isinstance(decay, Decay) and decay.kind != "none"
            return fades and not isinstance(decay, Inactivity) and not _positive(rule.points)
        case Fact():
            return rule.head.since is not None or rule.head.until is not None
        case _:
            return rule.head.since is not None or rule.head.until is not None


def _positive(node: Node | None) -> bool:
    """Say whether an expression is never below 0, as far as its form tells."""
    match node:
        case None | Percent():
            return True
        case Number(value):
            return value >= 0
        case Call("share" | "abs" | "length", _):
            return True
        case Call(function, arguments) if function in _KEEPING:
            return all(map(_positive, arguments))
        case Arithmetic("+" | "*" | "/", left, right):
            return _positive(left) and _positive(right)
        case _:
            return False


def _negative(node: Node) -> bool:
    match node:
        case Number(value):
            return value <= 0
        case Minus(operand):
            return _positive(operand)
        case _:
            return False


def _keeps(node: Node) -> bool:
    """Say whether an expression over scores never falls where a score rises."""
    if not any(isinstance(part, Field) and part.scope in ("score", "grade") for part in walk(node)):
        return True
    match node:
        case Field("score"):
            return True
        case Arithmetic("+", left, right):
            return _keeps(left) and _keeps(right)
        case Arithmetic("*", left, right):
            fixed = isinstance(left, Number | Percent) or isinstance(right, Number | Percent)
            return fixed and _keeps(left) and _keeps(right) and _factor(left) and _factor(right)
        case Arithmetic("/", left, Number(value)):
            return value > 0 and _keeps(left)
        case Call(function, arguments) if function in _KEEPING:
            return all(map(_keeps, arguments))
        case _:
            return False


def _factor(node: Node) -> bool:
    return not isinstance(node, Number | Percent) or node.value >= 0


def types_that_raise(rulesets: tuple[Ruleset, ...]) -> tuple[str, ...] | None:
    """Return the types of events at which a score can rise; None where it can be any.

    A ``reset`` can raise a score below 0, and so can the end of an idleness that costs points.
    """
    found: set[str] = set()
    for ruleset in rulesets:
        for score in needs.rule_scores(ruleset):
            found.update(score.reset.events if score.reset else ())
            for rule in needs.enabled(score.rules):
                if isinstance(rule, Idle):
                    return None
                found.update(rule.events if isinstance(rule, EventRule) else ())
        if ruleset.stages is not None and ruleset.stages.source.kind == "content":
            return None
    return tuple(sorted(found))


def columns_up_to(score: RuleScore) -> tuple[str, ...] | None:
    """Return the columns of a score's rules whose sum, negative ones aside, it never was above.

    Points that were earned stay in them, so that what a lead has on a date is the most that it ever
    had. None where that does not hold: points of an age fade, a reset takes them, a window ends.
    """
    fading = isinstance(score.decay, Decay) and score.decay.kind != "none"
    if fading or score.reset is not None or score.per is not None:
        return None
    columns = []
    for rule in needs.enabled(score.rules):
        if isinstance(rule, EventRule) and (
            rule.within is not None or (rule.decay is not None and rule.decay.kind != "none")
        ):
            return None
        worths = [0.0, *(points for _, points in rule.bands)] if isinstance(rule, EventRule) else []
        one_way = rule.bands == () if isinstance(rule, EventRule) else True
        if not one_way and worths != sorted(worths):
            return None
        points = rule.points
        if points is not None and not (_positive(points) or _negative(points)):
            return None
        columns.append(f"{score.name}.{rule.head.name}")
    if any(group.minimum is not None and group.minimum > 0 for group in score.groups):
        return None
    return tuple(columns)
