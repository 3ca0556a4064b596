"""How far points, rules and scores can go: the least and the most that is possible at all.

What is said may be too wide and is never too narrow, whatever the data holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from leadline.expression import nodes as n
from leadline.expression import ranges as r
from leadline.expression.bounds import Domain, Known, domain
from leadline.ruleset.model import (
    AccountScore,
    EventRule,
    FormulaScore,
    Group,
    Inactivity,
    Rule,
    RuleScore,
    Ruleset,
    Score,
)
from leadline.ruleset.named import cells
from leadline.ruleset.rules import MOST_POINTS

#: Factors of these kinds of decay are between 0 and 1; of a plugin's nothing is known.
_FADING = ("none", "half_life", "linear", "steps", "expire")


@dataclass(frozen=True, slots=True)
class Reach:
    """The least and the most that something can be, and in words what holds the most down."""

    low: float
    high: float
    why: str = ""

    def __add__(self, other: Reach) -> Reach:
        return Reach(self.low + other.low, self.high + other.high)

    def held(self, low: float | None, high: float | None) -> Reach:
        """Return it held between two bounds, each None where there is none."""
        least, most = self.low, self.high
        if high is not None:
            least, most = min(least, high), min(most, high)
        if low is not None:
            least, most = max(least, low), max(most, low)
        return Reach(least, most, self.why)


NOTHING = Reach(0.0, 0.0)


def types_known(events: tuple[str, ...]) -> Known:
    """Know of the column ``type`` that it is one of some types of events."""

    def known(node: n.Node) -> Domain | None:
        if isinstance(node, n.Field) and (node.scope, node.column) == ("event", "type"):
            shown = " and ".join(f"`{event}`" for event in events)
            return Domain("text", False, r.points(events), why=f"the rule counts {shown} only")
        return None

    return known


def of_points(rule: Rule) -> Reach:
    """Return what one event, or the fact itself, can give before any cap."""
    if isinstance(rule, EventRule) and rule.points is None:
        given = [points for _, points in rule.bands]
        return Reach(min(given), max(given))
    if rule.points is None:
        return NOTHING
    found = domain(rule.points, types_known(rule.events if isinstance(rule, EventRule) else ()))
    if found.kind != "number" or found.values.is_empty:
        return Reach(-MOST_POINTS, MOST_POINTS)
    low, high = found.ends
    return Reach(max(low, -MOST_POINTS), min(high, MOST_POINTS))


def most_counted(rule: EventRule) -> float:
    """Return how many events a rule can count at most: a lead's whole life has one window."""
    counts = [float(limit.count) for limit in rule.limits if limit.window.kind == "ever"]
    if rule.reach is not None and rule.reach.window.kind == "ever":
        counts.append(1.0)
    return min(counts, default=math.inf)


def of_rule(rule: Rule, score: RuleScore) -> Reach:
    """Return what a rule can give a lead in all, its own caps applied."""
    return uncapped(rule, score).held(rule.head.minimum, rule.head.maximum)


def uncapped(rule: Rule, score: RuleScore) -> Reach:
    """Return what a rule can give a lead in all before its own caps."""
    head, points = rule.head, of_points(rule)
    if not head.enabled:
        return NOTHING
    times = most_counted(rule) if isinstance(rule, EventRule) and not rule.bands else 1.0
    low = points.low * times if points.low < 0.0 else 0.0
    high = points.high * times if points.high > 0.0 else 0.0
    if isinstance(rule, EventRule) and not rule.bands and _may_grow(rule, score):
        low, high = -math.inf if points.low else 0.0, math.inf if points.high else 0.0
    return Reach(low, high)


def _may_grow(rule: EventRule, score: RuleScore) -> bool:
    decay = rule.decay or score.decay
    return not isinstance(decay, Inactivity) and decay.kind not in _FADING


def of_group(score: RuleScore, group: Group) -> Reach:
    """Return what the rules of a group can give together, its caps not yet applied."""
    rules = (rule for rule in score.rules if rule.head.group == group.name)
    return sum((of_rule(rule, score) for rule in rules), NOTHING)


def of_total(score: RuleScore) -> Reach:
    """Return what all rules can give together, the range not yet applied."""
    caps = {group.name: group for group in score.groups}
    sums: dict[str, Reach] = {}
    total = NOTHING
    for rule in score.rules:
        given, group = of_rule(rule, score), rule.head.group
        if group is None:
            total += given
        else:
            sums[group] = sums.get(group, NOTHING) + given
    for name, given in sums.items():
        total += given.held(caps[name].minimum, caps[name].maximum)
    if isinstance(score.decay, Inactivity) and total.low < 0.0:
        # What was lost while the lead was away is lost, and points taken off later come on top.
        total = replace(total, low=-math.inf)
    return replace(total, why=f"its rules give at most {total.high:g}")


def of_score(score: Score, others: Mapping[str, Reach]) -> Reach:
    """Return what a score can be as it is reported.

    Args:
        score: the score.
        others: what the scores of its formula can be.
    """
    if isinstance(score, RuleScore):
        found = of_total(score)
    else:
        known = domain(score.formula, partial(_known_score, others))
        low, high = known.ends if known.kind == "number" else (-math.inf, math.inf)
        # A formula with a missing result scores 0.
        found = Reach(min(low, 0.0), max(high, 0.0), f"its formula gives at most {high:g}")
    if score.range is None:
        return _rounded(found)
    bounds = score.range
    why = found.why if found.high < bounds.high else f"its range ends at {bounds.high:g}"
    return _rounded(replace(found.held(bounds.low, bounds.high), why=why))


def _rounded(found: Reach) -> Reach:
    """Round to the four decimals of a reported score, outwards."""
    low = math.floor(found.low * 1e4) / 1e4 if math.isfinite(found.low) else found.low
    high = math.ceil(found.high * 1e4) / 1e4 if math.isfinite(found.high) else found.high
    return replace(found, low=low, high=high)


def _known_score(reaches: Mapping[str, Reach], node: n.Node) -> Domain | None:
    match node:
        case n.Field("score", name) if name in reaches:
            return _as_domain(name, reaches[name])
        case n.ScoreWindow("change", name) if name in reaches:
            found = reaches[name]
            # Where there was no score yet, it is compared with 0.
            ends = found.low - max(found.high, 0.0), found.high - min(found.low, 0.0)
            return Domain("number", False, r.between(*ends))
        case _:
            return None


def _as_domain(name: str, found: Reach) -> Domain:
    """Return a score as what an expression can meet; its reason names both ends."""
    why = ""
    if found.low == found.high:
        why = f"`{name}` is always {found.low:g}"
    elif math.isfinite(found.low) and math.isfinite(found.high):
        why = f"`{name}` is from {found.low:g} to {found.high:g}"
    elif math.isfinite(found.high):
        why = f"`{name}` is at most {found.high:g}"
    elif math.isfinite(found.low):
        why = f"`{name}` is at least {found.low:g}"
    return Domain("number", False, r.between(found.low, found.high), why=why)


def of_scores(ruleset: Ruleset) -> Mapping[str, Reach]:
    """Return what each score can be, formulas after what they are made of."""
    found: dict[str, Reach] = {}
    waiting = list(ruleset.scores)
    while waiting:
        score = waiting.pop(0)
        uses = _uses(score)
        if uses <= found.keys():
            found[score.name] = of_score(score, found)
        else:
            waiting.append(score)
    return found


def _uses(score: Score) -> set[str]:
    if not isinstance(score, FormulaScore):
        return set()
    return {f.column for f in n.fields(score.formula) if f.scope in ("score", "grade")}


def of_account(account: AccountScore, of: Reach) -> Reach:
    """Return what an account's score can be, made of its leads' scores."""
    weights = [1.0]
    if account.weight is not None:
        weights = [*(weight for _, weight in account.weight.values), account.weight.other]
    corners = [_weighted(end, weight) for end in (of.low, of.high) for weight in weights]
    low, high = min(0.0, *corners), max(0.0, *corners)
    if account.combine.how in ("max", "average"):
        return _rounded(Reach(low, high))
    leads = math.inf if account.combine.how == "sum" else float(account.combine.count or 1)
    return _rounded(Reach(_weighted(low, leads), _weighted(high, leads)))


def _weighted(value: float, weight: float) -> float:
    return 0.0 if 0.0 in (value, weight) else value * weight


def reached(bounds: Iterable[tuple[str, float]], reach: Reach) -> tuple[str, ...]:
    """Return which of some cells, highest bound first, a score of that reach can be in."""
    found: list[str] = []
    above = math.inf
    for name, bound in bounds:
        if bound <= reach.high and reach.low < above:
            found.append(name)
        above = bound
    return tuple(found)


def known_of_leads(ruleset: Ruleset, reaches: Mapping[str, Reach]) -> Known:
    """Know what a segment can meet: scores, grades, stages and cells."""
    letters = {score.name: score.grades for score in ruleset.scores}
    stages = tuple(step.name for step in ruleset.stages.steps) if ruleset.stages else ()
    named = {"stage": stages, "matrix": cells(ruleset.matrix) if ruleset.matrix else ()}

    def known(node: n.Node) -> Domain | None:
        match node:
            case n.Field("grade", name) if letters.get(name) and name in reaches:
                return _grade(name, letters[name], reaches[name])
            case n.Field("model", name) if named.get(name):
                return Domain("text", True, r.points(named[name]))
            case _:
                return _known_score(reaches, node)

    return known


def _grade(name: str, letters: tuple[tuple[str, float], ...], reach: Reach) -> Domain:
    some = reached(letters, reach)
    missing = reach.low < letters[-1][1]
    shown = " or ".join(f"`{letter}`" for letter in some) or "none"
    why = f"`{name}` {'can only have' if missing else 'always has'} the grade {shown}"
    return Domain("text", missing, r.points(some), why=why)
