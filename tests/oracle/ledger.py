"""The total of one score for one lead and one value of `per`, in the order of the reference."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tests.oracle.counting import counted, matching, points_of, usable
from tests.oracle.decay import after_inactivity, factor
from tests.oracle.exact import billionths, held
from tests.oracle.expression import evaluate, holds
from tests.oracle.leads import Event, Lead
from tests.oracle.model import Inactivity, Rule, Score


@dataclass(frozen=True, slots=True)
class Earnings:
    """What an event rule has found: its counted events, each with its points."""

    rule: Rule
    matches: tuple[Event, ...]
    counted: tuple[tuple[Event, float | None], ...]


def earnings_of(score: Score, events: Sequence[Event]) -> list[Earnings]:
    """Return what each event rule matches and counts among the events."""
    earnings = []
    for rule in score.rules:
        if rule.kind != "event":
            continue
        matches = matching(rule, events)
        kept = tuple((event, points_of(rule, event)) for event in counted(rule, matches))
        earnings.append(Earnings(rule, tuple(matches), kept))
    return earnings


def total_of(
    score: Score, lead: Lead, events: Sequence[Event], earnings: Sequence[Earnings]
) -> int:
    """Return the score in billionths, after decay, floor and range.

    Args:
        score: The score.
        lead: The lead, with all its events.
        events: The lead's events of the score: later than a reset, of one value of `per`.
        earnings: What the event rules count among these events.
    """
    if score.inactivity is None:
        total = _aged(score, lead, earnings)
    else:
        total = _inactive(score, score.inactivity, lead, events, earnings)
    return held(total, score.range.least, score.range.most)


def _aged(score: Score, lead: Lead, earnings: Sequence[Earnings]) -> int:
    states = _states(score, lead, earnings)
    earning = [earned for earned in earnings if not earned.rule.is_state]
    decayed = [(earned.rule, _earned(earned, with_decay=True)) for earned in earning]
    total = _capped(score, [*states, *decayed])
    if score.age_floor is None:
        return total
    undecayed = [(earned.rule, _earned(earned, with_decay=False)) for earned in earning]
    return max(total, min(_capped(score, [*states, *undecayed]), score.age_floor))


def _inactive(
    score: Score,
    decay: Inactivity,
    lead: Lead,
    events: Sequence[Event],
    earnings: Sequence[Earnings],
) -> int:
    earning = [earned for earned in earnings if not earned.rule.is_state]
    start = before = _capped(score, [(earned.rule, 0) for earned in earning])
    added = {}
    for day in sorted({event.day for earned in earning for event, _ in earned.counted}):
        after = _capped(score, [(earned.rule, _earned_by(earned, day)) for earned in earning])
        added[day] = after - before
        before = after
    active = _active_days(decay, events, earning)
    kept = after_inactivity(decay, start, added, active, lead.scope.today)
    return kept + _capped(score, _states(score, lead, earnings))


def _earned_by(earned: Earnings, day: date) -> int:
    return sum(
        billionths(points)
        for event, points in earned.counted
        if event.day <= day and points is not None
    )


def _earned(earned: Earnings, with_decay: bool) -> int:
    total = 0
    for event, points in earned.counted:
        if points is not None:
            left = factor(earned.rule.decay, event.age) if with_decay else 1.0
            total += billionths(points, left)
    return total


def _states(score: Score, lead: Lead, earnings: Iterable[Earnings]) -> list[tuple[Rule, int]]:
    """Return the totals of what is a state: bands, facts and idle behaviours."""
    totals = [
        (rule, _standing(rule, lead)) for rule in score.rules if rule.kind in ("fact", "idle")
    ]
    for earned in earnings:
        if earned.rule.is_state:
            number = sum(1 for event, _ in earned.counted if event.age < earned.rule.within)
            reached = [points for bound, points in earned.rule.bands if bound <= number]
            totals.append((earned.rule, billionths(reached[-1]) if reached else 0))
    return totals


def _standing(rule: Rule, lead: Lead) -> int:
    """Return the points of a fact or idle behaviour, 0 while it does not hold."""
    if not rule.since <= lead.scope.today <= rule.until or rule.points is None:
        return 0
    if rule.kind == "idle":
        begin = lead.events[-1].day if lead.events else lead.created
        true = begin is not None and (lead.scope.today - begin).days >= rule.idle
    else:
        true = rule.condition is not None and holds(rule.condition, lead.scope)
    points = usable(evaluate(rule.points, lead.scope)) if true else None
    return billionths(points) if points is not None else 0


def _capped(score: Score, totals: Iterable[tuple[Rule, int]]) -> int:
    """Return the sum of the rules' totals, each held to its bounds, then each group to its."""
    by_group: dict[str | None, int] = {}
    for rule, total in totals:
        own = held(total, rule.bounds.least, rule.bounds.most)
        by_group[rule.group] = by_group.get(rule.group, 0) + own
    result = 0
    for group, total in by_group.items():
        if group is None:
            result += total
        else:
            bounds = score.groups[group]
            result += held(total, bounds.least, bounds.most)
    return result


def _active_days(
    decay: Inactivity, events: Sequence[Event], earning: Sequence[Earnings]
) -> set[date]:
    if decay.activity == "any":
        return {event.day for event in events}
    if decay.active is not None:
        return {event.day for event in events if holds(decay.active, event.scope)}
    days = set()
    for earned in earning:
        for event in earned.matches:
            points = points_of(earned.rule, event)
            if points is not None and points > 0:
                days.add(event.day)
    return days
