"""Rulesets of one rule, and what is marked in them."""

from __future__ import annotations

from leadline.diagnostic import Diagnostic
from leadline.document.source import source_of


def of_events(rule: str, more: str = "") -> str:
    """Return a ruleset with one event rule."""
    return (
        f"leadline: 1\nmodel: m\n{more}scores:\n  r:\n    actions:\n"
        f"      rule: {{points: 5, {rule}}}\n"
    )


def of_leads(when: str, more: str = "") -> str:
    """Return a ruleset with one fact."""
    fact = f"      fact: {{points: 5, when: '{when}'}}\n"
    return f"leadline: 1\nmodel: m\n{more}scores:\n  r:\n    facts:\n{fact}"


def marked(text: str, found: Diagnostic) -> str:
    """Return the source that a finding marks."""
    assert found.place is not None
    start, end = source_of("", text).span(found.place)
    return text[start:end]
