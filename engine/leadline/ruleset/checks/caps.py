"""Points that their own cap, their group's or the score's range cuts."""

from __future__ import annotations

from collections.abc import Iterator

from leadline.diagnostic import Code, Diagnostic, Place
from leadline.ruleset.checks.codes import ABOVE_GROUP_CAP, ABOVE_OWN_CAP, OUT_OF_RANGE
from leadline.ruleset.checks.reach import of_points
from leadline.ruleset.checks.subject import Subject, path_of
from leadline.ruleset.model import EventRule, Rule, RuleScore


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Find points, bands and caps beyond a cap or range that holds them."""
    for score, rule in subject.rules():
        yield from _own_cap(subject, score, rule)
        yield from _group_cap(subject, score, rule)
        yield from _range(subject, score, rule)


def _own_cap(subject: Subject, score: RuleScore, rule: Rule) -> Iterator[Diagnostic]:
    head = rule.head
    for what, value, place in _single(subject, score, rule):
        cap = _passed(value, head.minimum, head.maximum)
        if cap:
            yield _cut(ABOVE_OWN_CAP, f"{what} {cap} of the rule itself", place)


def _group_cap(subject: Subject, score: RuleScore, rule: Rule) -> Iterator[Diagnostic]:
    group = next((group for group in score.groups if group.name == rule.head.group), None)
    if group is None:
        return
    caps = [
        (f"its own `{word}` of {cap:g} is", cap, subject.value(*path_of(score, rule), word))
        for word, cap in (("max", rule.head.maximum), ("min", rule.head.minimum))
        if cap is not None
    ]
    for what, value, place in (*_single(subject, score, rule), *caps):
        cap = _passed(value, group.minimum, group.maximum)
        if cap:
            yield _cut(ABOVE_GROUP_CAP, f"{what} {cap} of the group `{group.name}`", place)


def _range(subject: Subject, score: RuleScore, rule: Rule) -> Iterator[Diagnostic]:
    if score.range is None:
        return
    found = list(_single(subject, score, rule))
    if rule.head.maximum is not None:
        place = subject.value(*path_of(score, rule), "max")
        found.append((f"`max` {rule.head.maximum:g} is", rule.head.maximum, place))
    for what, value, place in found:
        if value > score.range.high:
            message = f"{what} more than `{score.name}` can show, which is {score.range.high:g}"
            hint = "lower it, or widen the range"
            yield Diagnostic(OUT_OF_RANGE, message, place, hint)


def _single(
    subject: Subject, score: RuleScore, rule: Rule
) -> Iterator[tuple[str, float, Place | None]]:
    """Yield what one event, a band or the fact gives at least, said, and where it is written."""
    if isinstance(rule, EventRule) and rule.bands:
        for count, given in rule.bands:
            band = subject.value(*path_of(score, rule), "bands", str(count))
            yield f"the band's {given:g} points are", given, band
        return
    points = of_points(rule)
    place = rule.points.place if rule.points is not None else None
    each = "each event's" if isinstance(rule, EventRule) else "its"
    if points.low == points.high:
        yield f"{each} {points.low:g} points are", points.low, place
        return
    # Of points that differ, the least is what surely is given; of a loss, the smallest.
    if points.low > 0.0:
        yield f"{each} points, at least {points.low:g}, are", points.low, place
    elif points.high < 0.0:
        yield f"{each} points, at most {points.high:g}, are", points.high, place


def _passed(value: float, low: float | None, high: float | None) -> str:
    """Return which of two caps a value is beyond, in words; empty where it is beyond none."""
    if high is not None and value > high:
        return f"above the `max` of {high:g}"
    if low is not None and value < low:
        return f"below the `min` of {low:g}"
    return ""


def _cut(kind: Code, message: str, place: Place | None) -> Diagnostic:
    hint = "change the points or the cap: what is beyond it is never given"
    return Diagnostic(kind, message, place, hint)
