"""Conditions that every value fulfils."""

from __future__ import annotations

from collections.abc import Iterator

from leadline.diagnostic import Diagnostic
from leadline.expression.claims import claims
from leadline.expression.proof import always
from leadline.expression.wording import shown
from leadline.ruleset.checks.codes import ALWAYS_MATCHES
from leadline.ruleset.checks.conditions import conditions
from leadline.ruleset.checks.never import why
from leadline.ruleset.checks.subject import Subject


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Find conditions that are always true."""
    for condition in conditions(subject):
        if always(claims(condition.node, condition.known)):
            reason = why(condition.node, condition)
            message = f"{shown(condition.node)} is always true{f': {reason}' if reason else ''}"
            hint = "remove it, or write what was meant"
            note = f"so {condition.always}"
            yield Diagnostic(ALWAYS_MATCHES, message, condition.node.place, hint, (note,))
