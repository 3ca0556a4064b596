"""Rules in words."""

from __future__ import annotations

from leadline.expression.unparse import unparse
from leadline.ruleset.model import EventRule, Window


def limits_in_words(rule: EventRule) -> str:
    """Say what keeps a matching event from counting."""
    words = [f"limit {limit.count}{_per(limit.window)}" for limit in rule.limits]
    if rule.reach is not None:
        distinct = f" distinct {unparse(rule.reach.distinct)}" if rule.reach.distinct else ""
        words.append(f"reach {rule.reach.count}{distinct}{_per(rule.reach.window)}")
    return ", ".join(words)


def _per(window: Window) -> str:
    if window.kind == "ever":
        return ""
    if window.key is not None:
        return f" per {unparse(window.key)}"
    return f" per {window.kind}"
