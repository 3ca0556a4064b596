"""The SQL of what is a state and not earned over time: facts, idle behaviours, bands."""

from __future__ import annotations

from leadline.expression.nodes import Node, Number
from leadline.ruleset.model import EventRule, Fact, Idle, RuleHead
from leadline.sql import quote
from leadline.sql.expression import Writer
from leadline.sql.relations import capped, usable


def band(rule: EventRule, counted: str) -> str:
    """Return the value of the highest band that a number of counted events reaches."""
    cases = [
        f"WHEN {counted} >= {count} THEN {quote.points(points)}"
        for count, points in reversed(rule.bands)
    ]
    return f"CASE {' '.join(cases)} ELSE 0 END"


def fact_points(fact: Fact, writer: Writer) -> str:
    """Return what a fact gives, in billionths, held to its own cap."""
    return _held(fact.head, writer.condition(fact.when), fact.points, writer)


def idle_points(idle: Idle, last_day: str, created_at: str, writer: Writer) -> str:
    """Return what an idle behaviour gives; a lead without events counts from its creation."""
    since = f"coalesce({last_day}, {writer.local_date(created_at)})"
    return _held(idle.head, f"{writer.today} - {since} >= {idle.days}", idle.points, writer)


def _held(head: RuleHead, condition: str, points: Node, writer: Writer) -> str:
    between = _between(head, writer)
    if between == "FALSE":
        return "0"
    if between:
        condition = f"{between} AND ({condition})"
    given = (
        quote.points(points.value) if isinstance(points, Number) else usable(writer.value(points))
    )
    value = f"CASE WHEN {condition} THEN {given} END"
    return capped(f"coalesce({value}, 0)", head.minimum, head.maximum)


def _between(head: RuleHead, writer: Writer) -> str:
    """Return whether the date lies between the rule's dates; nothing where it certainly does."""
    if writer.as_of is not None:
        early = head.since is not None and writer.as_of < head.since
        late = head.until is not None and writer.as_of > head.until
        return "FALSE" if early or late else ""
    bounds = [f"{writer.today} >= {quote.day(head.since)}"] if head.since else []
    bounds += [f"{writer.today} <= {quote.day(head.until)}"] if head.until else []
    return " AND ".join(bounds)
