"""Decays that take everything, and floors that leave a decay nothing to take."""

from __future__ import annotations

from collections.abc import Iterator

from leadline.diagnostic import Diagnostic, Edit, Fix, Place
from leadline.document.source import source_of
from leadline.document.values import Mapping
from leadline.ruleset.checks.codes import DECAY_TO_ZERO, FLOOR_ABOVE_RANGE
from leadline.ruleset.checks.reach import Reach, of_points, of_scores
from leadline.ruleset.checks.subject import Subject
from leadline.ruleset.decays import NO_DECAY
from leadline.ruleset.model import EventRule, Inactivity, Rule, RuleScore


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Find scores that fall to nothing, and floors that nothing falls to."""
    reaches = of_scores(subject.ruleset)
    for score in subject.scores:
        if score.floor is None:
            yield from _to_zero(subject, score)
        else:
            yield from _floor(subject, score, score.floor, reaches[score.name])


def _to_zero(subject: Subject, score: RuleScore) -> Iterator[Diagnostic]:
    entry = subject.entry("scores", score.name, "decay")
    if score.sales_ready is None or entry is None or not any(map(_fades, score.rules)):
        return
    if score.decay == NO_DECAY:
        return
    how = "inactivity" if isinstance(score.decay, Inactivity) else "age"
    message = (
        f"decay by {how} takes `{score.name}` down to 0: a lead that was interested once then "
        "looks like one that never was"
    )
    hint = "add `floor: 50% of sales_ready`; where 0 is meant, write `floor: 0`"
    fix = _with_floor(subject, entry.value) if isinstance(entry.value, Mapping) else None
    yield Diagnostic(DECAY_TO_ZERO, message, entry.key.place, hint, fix=fix)


def _fades(rule: Rule) -> bool:
    """Say whether a rule gives points that its score's decay can take."""
    if not isinstance(rule, EventRule) or rule.bands or rule.decay == NO_DECAY:
        return False
    return rule.head.enabled and of_points(rule).high > 0.0


def _with_floor(subject: Subject, decay: Mapping) -> Fix | None:
    """Return the fix that writes the floor behind the last key of a decay."""
    floor = "floor: 50% of sales_ready"
    source = source_of(subject.document.file, subject.document.text)
    start, _ = source.span(decay.place)
    first, last = decay.entries[0].key.place, decay.entries[-1].value.place
    if source.text[start] == "{":
        text = f", {floor}"
    elif last.line == last.end_line:
        text = f"\n{' ' * (first.column - 1)}{floor}"
    else:
        return None
    behind = Place(last.file, last.end_line, last.end_column, last.end_line, last.end_column)
    return Fix(f"add `{floor}`", (Edit(behind, text),), safe=False)


def _floor(subject: Subject, score: RuleScore, floor: float, reach: Reach) -> Iterator[Diagnostic]:
    place = subject.value("scores", score.name, "decay", "floor")
    hint = "lower it, such as `floor: 50% of sales_ready`"
    if floor >= reach.high:
        message = (
            f"the floor is {floor:g} points, and `{score.name}` never shows more than "
            f"{reach.high:g}: nothing that it shows is above its floor"
        )
        yield Diagnostic(FLOOR_ABOVE_RANGE, message, place, hint)
    elif score.sales_ready is not None and floor > score.sales_ready:
        message = (
            f"the floor is {floor:g} points, above `sales_ready` {score.sales_ready:g}: no decay "
            "ever takes a lead out of what sales is given"
        )
        yield Diagnostic(FLOOR_ABOVE_RANGE, message, place, hint)
