"""Caps of rules and groups, in whole billionths of a point."""

from __future__ import annotations

from leadline.ruleset.model import EventRule, Group, Rule

BILLION = 1_000_000_000


def billionths(points: float) -> int:
    """Return points as whole billionths, half away from zero."""
    scaled = points * 1e9
    return int(scaled + 0.5) if scaled >= 0 else -int(-scaled + 0.5)


def held(value: int, minimum: float | None, maximum: float | None) -> int:
    """Return a value held to bounds in points."""
    if maximum is not None:
        value = min(value, billionths(maximum))
    if minimum is not None:
        value = max(value, billionths(minimum))
    return value


def start_of(rules: tuple[EventRule, ...], groups: tuple[Group, ...]) -> int:
    """Return the capped total of rules that have counted nothing yet.

    It is 0 unless a `min` is above 0 or a `max` below.
    """
    own = {rule.head.name: held(0, rule.head.minimum, rule.head.maximum) for rule in rules}
    total = sum(own[rule.head.name] for rule in rules if rule.head.group is None)
    for group in groups:
        members = members_of(group, rules)
        if members:
            total += held(
                sum(own[rule.head.name] for rule in members), group.minimum, group.maximum
            )
    return total


def members_of(group: Group, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return the rules that share a group's cap."""
    return tuple(rule for rule in rules if rule.head.group == group.name)
