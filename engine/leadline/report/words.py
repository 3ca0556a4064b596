"""Rules and scores in words: what counts, how many points, what limits them, how they decay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from leadline.expression import nodes as n
from leadline.report.phrases import condition_in_words, counted, figure, in_words, listed, spoken
from leadline.ruleset.model import (
    Decay,
    EventRule,
    Fact,
    FormulaScore,
    Group,
    Idle,
    Inactivity,
    Limit,
    Reach,
    Reset,
    Rule,
    RuleScore,
    Score,
    Window,
)

__all__ = [
    "caps_in_words",
    "condition_in_words",
    "dates_in_words",
    "decay_in_words",
    "events_in_words",
    "in_words",
    "limits_in_words",
    "points_in_words",
    "rule_in_words",
    "score_decay_in_words",
    "trigger_in_words",
]


def rule_in_words(rule: Rule, score: Score) -> str:
    """Say a rule in a few sentences: what counts, its points, limits, caps, dates and decay.

    Args:
        rule: the rule.
        score: the score it belongs to, whose groups and decay it shares.
    """
    said = [_first_sentence(rule)]
    caps = caps_in_words(rule.head.minimum, rule.head.maximum)
    said += [f"its total is {caps}"] if caps else []
    said += [_group(rule, score)] if rule.head.group else []
    dates = dates_in_words(rule.head.since, rule.head.until)
    said += [f"it counts {dates}"] if dates else []
    said += [decay_in_words(_decay_of(rule, score))] if _decay_of(rule, score) else []
    said += ["" if rule.head.enabled else "it is switched off"]
    return " ".join(f"{_capital(part)}." for part in said if part)


def trigger_in_words(rule: Rule) -> str:
    """Say what a rule gives points for: events, a fact, or silence."""
    match rule:
        case EventRule():
            return events_in_words(rule.events, rule.where)
        case Fact():
            return condition_in_words(rule.when)
        case Idle():
            return f"the lead has done nothing for {counted(rule.days, 'day')} or more"
        case _:
            assert_never(rule)


def events_in_words(events: Sequence[str], where: n.Node | None) -> str:
    """Say which events are meant: ``page view or download where url contains "x"``."""
    types = listed([spoken(event) for event in events], "or")
    return f"{types} where {condition_in_words(where)}" if where is not None else types


def points_in_words(rule: Rule) -> str:
    """Say what a rule gives: a number, how it is worked out, or its bands."""
    if isinstance(rule, EventRule) and rule.bands:
        *lower, highest = rule.bands
        steps = [f"{figure(points)} for {count}" for count, points in lower]
        return listed([*steps, f"{figure(highest[1])} for {highest[0]} or more"])
    return in_words(rule.points) if rule.points is not None else ""


def limits_in_words(rule: EventRule) -> str:
    """Say what keeps a matching event from counting; ``""`` where nothing does."""
    words = [_reach(rule.reach)] if rule.reach is not None else []
    words += [_limit(limit) for limit in rule.limits]
    if len(words) > 1:
        return f"only what is {listed(words)} counts"
    several = any(limit.count > 1 for limit in rule.limits)
    word = words[0].removeprefix("among ") if words else ""
    return f"only {word} {'count' if several else 'counts'}" if word else ""


def caps_in_words(minimum: float | None, maximum: float | None) -> str:
    """Say what a total is held to; ``""`` for no bounds."""
    if minimum is not None and maximum is not None:
        return f"held to {figure(minimum)} to {counted(maximum, 'point')}"
    if maximum is not None:
        return f"held to at most {counted(maximum, 'point')}"
    return f"held to at least {counted(minimum, 'point')}" if minimum is not None else ""


def dates_in_words(since: date | None, until: date | None) -> str:
    """Say between which dates, both included; ``""`` for always."""
    if since and until:
        return f"from {since} to {until}, both included"
    return f"from {since} on" if since else f"until {until}" if until else ""


def decay_in_words(decay: Decay | Inactivity | None) -> str:
    """Say how points decay with the age of their event; ``""`` where they do not."""
    match decay:
        case Decay("half_life", days):
            return f"points halve every {_days(days)}"
        case Decay("linear", days):
            return f"points decay evenly, to nothing after {counted(days, 'day')}"
        case Decay("steps", days, share, compound):
            whole = "what is left of them" if compound else "their first value"
            return f"points lose {figure(round(share * 100, 9))}% of {whole} every {_days(days)}"
        case Decay("expire", days):
            return f"points count in full for {counted(days, 'day')}, then no more"
        case Decay("none") | Inactivity() | None:
            return ""
    return f"points decay by the plugin kind `{decay.kind}`"


def score_decay_in_words(score: RuleScore) -> str:
    """Say what silence does to a score, in sentences."""
    if isinstance(score.decay, Inactivity):
        return _inactivity(score.decay, score.floor)
    said = decay_in_words(score.decay)
    if not said:
        return "Points do not decay."
    return f"{_capital(said)}{_down_to(score.floor)}."


def reset_in_words(reset: Reset) -> str:
    """Say what starts a score anew."""
    return (
        f"only what comes after the lead's last {events_in_words(reset.events, reset.where)} counts"
    )


def _first_sentence(rule: Rule) -> str:
    what = trigger_in_words(rule)
    if not isinstance(rule, EventRule):
        if isinstance(rule.points, n.Number):
            return f"{counted(rule.points.value, 'point')} while {what}"
        return f"points while {what}: {points_in_words(rule)}"
    limits = limits_in_words(rule)
    counting = f"; {limits}" if limits else ""
    if rule.bands:
        within = f" in the last {counted(rule.within, 'day')}" if rule.within is not None else ""
        counts = f"counts{within} towards its points: {points_in_words(rule)}"
        return f"each {what} {counts}{counting}"
    return f"each {what} {_giving(rule)}{counting}"


def _giving(rule: EventRule) -> str:
    match rule.points:
        case n.Number(value) if value < 0:
            return f"takes {counted(-value, 'point')}"
        case n.Number(value):
            return f"gives {counted(value, 'point')}"
    return f"gives points: {points_in_words(rule)}"


def _limit(limit: Limit) -> str:
    first = "the first" if limit.count == 1 else f"among the first {limit.count}"
    return f"{first}{_window(limit.window)}"


def _reach(reach: Reach) -> str:
    ordinal = f"the {reach.count}{_ending(reach.count)}"
    different = f" different {_bare(reach.distinct)}" if reach.distinct is not None else ""
    return f"{ordinal}{different}{_window(reach.window)}"


def _window(window: Window) -> str:
    if window.kind == "ever":
        return ""
    if window.key is not None:
        return f" for each {_bare(window.key)}"
    return f" of each {window.kind}"


def _bare(node: n.Node) -> str:
    return in_words(node).removeprefix("the ")


def _ending(count: int) -> str:
    if count % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")


def _group(rule: Rule, score: Score) -> str:
    group = _group_of(rule, score)
    if group is None or isinstance(score, FormulaScore):
        return ""
    caps = caps_in_words(group.minimum, group.maximum)
    others = [
        other.head.name
        for other in score.rules
        if other.head.group == group.name and other.head.name != rule.head.name
    ]
    together = f"together with {listed(others)} it is" if others else f"in group {group.name} it is"
    return f"{together} {caps}" if caps else ""


def _group_of(rule: Rule, score: Score) -> Group | None:
    groups = score.groups if isinstance(score, RuleScore) else ()
    return next((group for group in groups if group.name == rule.head.group), None)


def _decay_of(rule: Rule, score: Score) -> Decay | None:
    """Return how a rule's points decay; what has no age does not."""
    if not isinstance(rule, EventRule) or rule.bands:
        return None
    if rule.decay is not None:
        return rule.decay
    own = score.decay if isinstance(score, RuleScore) else None
    return own if isinstance(own, Decay) else None


def _days(days: int) -> str:
    return "day" if days == 1 else counted(days, "day")


def _inactivity(decay: Inactivity, floor: float | None) -> str:
    step = decay.step
    loss = (
        f"{figure(round(step.share * 100, 9))}% of what is left"
        if step.share is not None
        else counted(step.points or 0, "point")
    )
    said = [f"without activity the score loses {loss} every {_days(step.days)}"]
    if decay.after != step.days:
        said.append(f", for the first time after {counted(decay.after, 'day')}")
    said.append(_down_to(floor) or ", down to 0")
    match decay.activity:
        case None:
            activity = "an event that earns points"
        case "any":
            activity = "any event"
        case condition:
            activity = f"an event where {condition_in_words(condition)}"
    return f"{_capital(''.join(said))}. Activity is {activity}."


def _down_to(floor: float | None) -> str:
    return f", but decay never takes the score below {figure(floor)}" if floor else ""


def _capital(sentence: str) -> str:
    return f"{sentence[0].upper()}{sentence[1:]}"
