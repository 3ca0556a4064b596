"""Planned reviews as days in a calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from leadline.audit import words
from leadline.audit.plans import Plan
from leadline.expression.metrics import Acceptance, Rate
from leadline.report.calendar import Appointment


def appointments(models: Sequence[tuple[str, Sequence[Plan]]], day: date) -> list[Appointment]:
    """Return the reviews that are open: those ahead, and of those that have passed the first.

    Args:
        models: the name of each model, and the reviews of its programs.
        day: the date of the calendar.
    """
    return [
        _appointment(model, plan, planned, day)
        for model, plans in models
        for plan in plans
        for planned in _open(plan, day)
    ]


def _open(plan: Plan, day: date) -> Iterator[date]:
    """Yield the open dates; one review makes good all that have passed."""
    yield from [planned for planned in plan.open if planned < day][:1]
    yield from (planned for planned in plan.open if planned >= day)


def _appointment(model: str, plan: Plan, planned: date, day: date) -> Appointment:
    audit = plan.audit
    late = " (overdue)" if planned < day else ""
    name = f"Review {audit.name} ({audit.kind})"
    return Appointment(
        key=("review", model, audit.name, str(planned)),
        day=planned,
        summary=f"{name}{late}",
        description="\n".join(_described(model, plan)),
        reminder=f"{name} in a week",
    )


def _described(model: str, plan: Plan) -> Iterator[str]:
    audit = plan.audit
    yield f"Model: {model}"
    yield f"Figure: {audit.metric.text}"
    if audit.owner:
        yield f"Owner: {audit.owner}"
    if plan.benchmark is not None:
        yield f"Benchmark: {words.of_how_many(plan.benchmark)}"
    elif audit.benchmark is not None and audit.benchmark.value is not None:
        share = isinstance(audit.metric.figure, Rate | Acceptance) and audit.benchmark.value <= 1
        yield f"Benchmark: {words.figure(audit.benchmark.value, 'share' if share else 'sum')}"
    if plan.latest is not None:
        yield f"Last figure: {words.of_how_many(plan.latest)}, on {plan.latest_on}"
    if plan.last is not None:
        yield f"Last reviewed: {plan.last}"
    if audit.note:
        yield audit.note
    yield f'When done: leadline audit record {audit.name} --note "..."'
