"""The parts of a ruleset's forms as they are written: key -> text.

Two forms are the same in meaning where these texts are the same; a key that is not there is not
written either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from leadline.expression.nodes import Node
from leadline.expression.unparse import quoted_name, unparse
from leadline.ruleset.model import (
    AccountScore,
    Action,
    AssignBy,
    AssignInTurn,
    Automation,
    Decay,
    EventRule,
    Fact,
    FormulaScore,
    Group,
    Idle,
    Inactivity,
    Limit,
    Offer,
    Reach,
    Reset,
    Rule,
    RuleHead,
    RuleScore,
    Ruleset,
    Score,
    Segment,
    Send,
    SetTags,
    Stages,
    Window,
)

Texts = dict[str, str]

#: What says something to people and nothing to a score.
QUIET = ("note", "owner", "review_by", "section")


def model_texts(ruleset: Ruleset) -> Texts:
    """Return the keys that hold for the whole model."""
    texts = {"model": ruleset.model, "timezone": ruleset.timezone}
    texts["visit_gap"] = _seconds(ruleset.visit_gap)
    texts |= _node("leads", ruleset.leads) | _node("ignore", ruleset.ignore)
    if ruleset.matrix is not None:
        texts["matrix"] = ", ".join(
            f"{axis.score}: {{{_pairs(axis.cells)}}}" for axis in ruleset.matrix
        )
    return texts | _given("note", ruleset.note)


def score_texts(score: Score) -> Texts:
    """Return the keys of a score, its rules and groups aside."""
    texts: Texts = {}
    match score:
        case RuleScore():
            texts |= _node("per", score.per)
            if score.decay != Decay("none"):
                texts["decay"] = decay_text(score.decay)
            if isinstance(score.decay, Inactivity) and isinstance(score.decay.activity, Node):
                texts["activity"] = unparse(score.decay.activity)
            elif isinstance(score.decay, Inactivity) and score.decay.activity == "any":
                texts["activity"] = "any"
            texts |= _number("floor", score.floor)
            texts |= {"reset": _reset(score.reset)} if score.reset is not None else {}
        case FormulaScore():
            texts["formula"] = unparse(score.formula)
        case _:
            assert_never(score)
    texts |= _number("sales_ready", score.sales_ready)
    if score.range is not None:
        texts["range"] = f"{plain(score.range.low)} to {plain(score.range.high)}"
    if score.grades:
        texts["grades"] = _pairs(score.grades)
    return texts | _given("note", score.note) | _given("owner", score.owner)


def rule_texts(rule: Rule) -> Texts:
    """Return the keys of a rule."""
    match rule:
        case EventRule():
            texts = {"event": ", ".join(rule.events)} | _node("where", rule.where)
            texts |= _node("points", rule.points)
            if rule.bands:
                texts["bands"] = ", ".join(f"{n}: {plain(points)}" for n, points in rule.bands)
            if rule.limits:
                texts["limit"] = " and ".join(map(_limit, rule.limits))
            if rule.reach is not None:
                texts["reach"] = _reach(rule.reach)
            texts |= {"within": _days(rule.within)} if rule.within is not None else {}
            texts |= {"decay": decay_text(rule.decay)} if rule.decay is not None else {}
        case Fact():
            texts = {"when": unparse(rule.when), "points": unparse(rule.points)}
        case Idle():
            texts = {"idle": _days(rule.days), "points": unparse(rule.points)}
        case _:
            assert_never(rule)
    return texts | _head(rule.head)


def _head(head: RuleHead) -> Texts:
    texts = _number("min", head.minimum) | _number("max", head.maximum)
    texts |= {"group": head.group} if head.group is not None else {}
    days = {"since": head.since, "until": head.until, "review_by": head.review_by}
    texts |= {key: str(day) for key, day in days.items() if day is not None}
    texts |= {} if head.enabled else {"enabled": "false"}
    texts["section"] = head.section
    return texts | _given("note", head.note) | _given("owner", head.owner)


def group_texts(group: Group) -> Texts:
    """Return the keys of a group."""
    return _number("min", group.minimum) | _number("max", group.maximum)


def stages_texts(stages: Stages) -> Texts:
    """Return the keys of stages."""
    texts = {"by": " ".join(part for part in (stages.source.kind, stages.source.name) if part)}
    texts |= _node("and", stages.condition)
    texts |= {} if stages.backward else {"backward": "false"}
    texts["steps"] = ", ".join(step.name for step in stages.steps)
    for step in stages.steps:
        texts |= _number(f"{step.name} at", step.at)
        if step.leave_below not in (None, step.at):
            texts |= _number(f"{step.name} leave_below", step.leave_below)
    return texts


def account_texts(account: AccountScore) -> Texts:
    """Return the keys of an account score, its stages aside."""
    combine = account.combine
    texts = {
        "of": account.of,
        "combine": combine.how if combine.count is None else f"{combine.how} {combine.count}",
    }
    texts |= {"include_zero": "true"} if account.include_zero else {}
    if account.weight is not None:
        values = ", ".join(f"{value}: {plain(weight)}" for value, weight in account.weight.values)
        other = f"other: {plain(account.weight.other)}"
        texts["weight"] = f"{unparse(account.weight.field)} {{{values}}}, {other}"
    texts |= _node("only", account.only)
    if account.committee is not None:
        texts["committee"] = f"{account.committee.leads} leads at {plain(account.committee.at)}"
    return texts


def segment_texts(segment: Segment) -> Texts:
    """Return the condition of a segment."""
    return {"": unparse(segment.when)}


def automation_texts(automation: Automation) -> Texts:
    """Return the keys of an automation."""
    texts = {"when": f"{automation.edge} {automation.subject}"}
    texts["do"] = "; ".join(map(_action, automation.actions))
    return texts | ({} if automation.enabled else {"enabled": "false"})


def decay_text(decay: Decay | Inactivity) -> str:
    """Return a decay as it is written, in one line."""
    if isinstance(decay, Inactivity):
        step = decay.step
        lost = f"{plain((step.share or 0) * 100)}%" if step.share is not None else None
        lost = lost or f"{plain(step.points or 0)} points"
        after = f", after: {_days(decay.after)}" if decay.after != step.days else ""
        return f"inactivity: {lost} every {_days(step.days)}{after}"
    match decay.kind:
        case "none":
            return "none"
        case "steps":
            compound = ", compound: true" if decay.compound else ""
            return f"steps: {plain(decay.share * 100)}% every {_days(decay.days)}{compound}"
        case _ if decay.settings:
            return f"{decay.kind}: {decay.settings}"
        case _:
            return f"{decay.kind}: {_days(decay.days)}"


def plain(value: float) -> str:
    """Return a number as people write it."""
    rounded = round(value, 9)
    return str(int(rounded)) if rounded == int(rounded) else repr(rounded)


def _limit(limit: Limit) -> str:
    return f"{limit.count}{_window(limit.window)}"


def _reach(reach: Reach) -> str:
    distinct = f" distinct {unparse(reach.distinct)}" if reach.distinct is not None else ""
    return f"{reach.count}{distinct}{_window(reach.window)}"


def _window(window: Window) -> str:
    if window.key is not None:
        return f" per {unparse(window.key)}"
    return "" if window.kind == "ever" else f" per {window.kind}"


def _reset(reset: Reset) -> str:
    where = f" where {unparse(reset.where)}" if reset.where is not None else ""
    return f"{', '.join(reset.events)}{where}"


def _action(action: Action) -> str:
    match action:
        case SetTags(tags):
            return "tag " + ", ".join(f"{name}: {value}" for name, value in tags)
        case AssignInTurn(owners):
            return f"assign in turn {', '.join(owners)}"
        case AssignBy(by, owners, other):
            pairs = [*(f"{value}: {owner}" for value, owner in owners)]
            pairs += [f"other: {other}"] if other is not None else []
            return f"assign by {unparse(by)} {', '.join(pairs)}"
        case Offer():
            return "offer"
        case Send(kind, output):
            return f"{kind} {quoted_name(output)}"
        case _:
            assert_never(action)


def _pairs(pairs: Iterable[tuple[str, float]]) -> str:
    return ", ".join(f"{name}: {plain(bound)}" for name, bound in pairs)


def _node(key: str, node: Node | None) -> Texts:
    return {key: unparse(node)} if node is not None else {}


def _number(key: str, value: float | None) -> Texts:
    return {key: plain(value)} if value is not None else {}


def _given(key: str, text: str) -> Texts:
    return {key: " ".join(text.split())} if text else {}


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _seconds(seconds: int) -> str:
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds % length == 0:
            count = seconds // length
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds} seconds"


def key_order(old: Texts, new: Texts) -> Iterator[str]:
    """Yield every key of two forms, in the order in which the new one has them."""
    yield from new
    yield from (key for key in old if key not in new)
