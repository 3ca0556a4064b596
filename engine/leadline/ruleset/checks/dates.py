"""Rules past their last day, and what should have been looked at again by now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from leadline.diagnostic import Diagnostic
from leadline.document.values import Entry, Mapping, Scalar
from leadline.ruleset.checks.codes import PAST_UNTIL, REVIEW_OVERDUE
from leadline.ruleset.checks.subject import Subject, path_of
from leadline.ruleset.model import EventRule


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Find rules that ended before today, and rules whose review is overdue."""
    for score, rule in subject.rules():
        name, head = f"`{rule.head.name}` of `{score.name}`", rule.head
        path = path_of(score, rule)
        if head.until is not None and head.until < subject.today:
            after = "holds no more"
            if isinstance(rule, EventRule):
                after = "counts no new event, only those up to then"
            message = f"`until` {head.until} is past: {name} {after}"
            hint = "move the date, or remove the rule once its points no longer matter"
            yield Diagnostic(PAST_UNTIL, message, subject.value(*path, "until"), hint)
        if head.review_by is not None and head.review_by < subject.today:
            yield _overdue(subject, f"the rule {name}", head.review_by, *path, "review_by")


def check_audits(subject: Subject) -> Iterator[Diagnostic]:
    """Find audits whose review is overdue."""
    audits = subject.entry("audits")
    if audits is None or not isinstance(audits.value, Mapping):
        return
    for entry in audits.value.entries:
        day = _day(entry.value.get("review_by")) if isinstance(entry.value, Mapping) else None
        if day is not None and day < subject.today:
            name = entry.key.text
            yield _overdue(subject, f"the audit `{name}`", day, "audits", name, "review_by")


def _day(entry: Entry | None) -> date | None:
    """Return the day that a key of the document holds, or None where it is none."""
    if entry is None or not isinstance(entry.value, Scalar):
        return None
    try:
        return date.fromisoformat(entry.value.text)
    except ValueError:
        return None


def _overdue(subject: Subject, what: str, day: date, *path: str) -> Diagnostic:
    late = (subject.today - day).days
    message = f"{what} was to be looked at by {day}, {late} day{'s' * (late != 1)} ago"
    hint = "look at it, and write the next day"
    return Diagnostic(REVIEW_OVERDUE, message, subject.value(*path), hint)
