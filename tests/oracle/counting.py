"""Which events a rule matches and counts: since, until, where, limit and reach."""

import math
from collections.abc import Hashable, Sequence

from tests.oracle.expression import evaluate, holds
from tests.oracle.leads import Event
from tests.oracle.model import Limit, Reach, Reset, Rule, Window

MOST_POINTS = 1_000_000


def matching(rule: Rule, events: Sequence[Event]) -> list[Event]:
    """Return the events that an event rule matches, in their order."""
    return [
        event
        for event in events
        if event.type in rule.types
        and rule.since <= event.day <= rule.until
        and (rule.condition is None or holds(rule.condition, event.scope))
    ]


def counted(rule: Rule, matches: Sequence[Event]) -> list[Event]:
    """Return the matching events that every limit and the reach keep."""
    kept = set(range(len(matches)))
    for limit in rule.limits:
        kept &= _kept_by_limit(limit, matches)
    if rule.reach is not None:
        kept &= _kept_by_reach(rule.reach, matches)
    return [event for place, event in enumerate(matches) if place in kept]


def points_of(rule: Rule, event: Event) -> float | None:
    """Return the event's points by the rule, None where they cannot be used."""
    if rule.points is None:
        return None
    return usable(evaluate(rule.points, event.scope))


def usable(points: object) -> float | None:
    """Return points that count: a finite number up to a million either way."""
    if not isinstance(points, float) or not math.isfinite(points):
        return None
    return points if abs(points) <= MOST_POINTS else None


def after_reset(reset: Reset | None, events: Sequence[Event]) -> list[Event]:
    """Return the events later than the last one that resets the score."""
    begin = 0
    for place, event in enumerate(events):
        if reset is None or event.type not in reset.types:
            continue
        if reset.condition is None or holds(reset.condition, event.scope):
            begin = place + 1
    return list(events[begin:])


def window_of(window: Window, event: Event) -> Hashable:
    """Return what two events of one window have in common."""
    if window.kind == "day":
        return event.day
    if window.kind == "week":
        return event.day.isocalendar()[:2]
    if window.kind == "month":
        return (event.day.year, event.day.month)
    if window.kind == "visit":
        return event.visit
    if window.field is not None:
        return evaluate(window.field, event.scope)
    return "ever"


def _kept_by_limit(limit: Limit, matches: Sequence[Event]) -> set[int]:
    seen: dict[Hashable, int] = {}
    kept = set()
    for place, event in enumerate(matches):
        window = window_of(limit.window, event)
        seen[window] = seen.get(window, 0) + 1
        if seen[window] <= limit.number:
            kept.add(place)
    return kept


def _kept_by_reach(reach: Reach, matches: Sequence[Event]) -> set[int]:
    seen: dict[Hashable, set[Hashable]] = {}
    kept = set()
    for place, event in enumerate(matches):
        value: Hashable = place
        if reach.distinct is not None:
            value = evaluate(reach.distinct, event.scope)
            if value is None:
                continue
        values = seen.setdefault(window_of(reach.window, event), set())
        if value in values:
            continue
        values.add(value)
        if len(values) == reach.number:
            kept.add(place)
    return kept
