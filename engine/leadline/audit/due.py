"""What is to be reviewed: programs whose date has come, and models that sales has lost faith in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from leadline.audit.plans import Plan
from leadline.plan.clock import AsOf, start_of_day
from leadline.ruleset.audits import Audit
from leadline.sql.refusals import decided
from leadline.store import Store

State = Literal["review now", "overdue", "due soon", "later", "not planned"]

#: The states that somebody has to act on today.
PRESSING: tuple[State, ...] = ("review now", "overdue")

#: Over how many days the decisions of sales count.
LATELY = 90
#: What stands for the reason of a refusal that has none.
NO_REASON = "no reason given"


@dataclass(frozen=True, slots=True)
class Decisions:
    """What sales decided about the leads it was offered.

    Attributes:
        begin, end: the first and the last day of the decisions.
        accepted: how many hand-overs were accepted.
        reasons: why the others were refused, each with how many, the most frequent first.
    """

    begin: date
    end: date
    accepted: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def refused(self) -> int:
        """How many hand-overs were refused."""
        return sum(times for _, times in self.reasons)

    @property
    def decided(self) -> int:
        """How many hand-overs were decided."""
        return self.accepted + self.refused

    @property
    def mostly_refused(self) -> bool:
        """Whether more than half of them were refused."""
        return 2 * self.refused > self.decided


@dataclass(frozen=True, slots=True)
class Due:
    """How a program stands on a date.

    Attributes:
        audit: the program.
        state: what is to be done.
        on: the date that its next review is planned for; the first that passed without one where
            it is overdue; None where nothing is planned.
        days: the days until then, below 0 where it has passed.
        missed: how many planned reviews have passed since somebody recorded one.
        last: when somebody recorded the last one; None where nobody ever has.
        decisions: of an audit of scoring, where there are data and something was decided.
        reason: why nothing is planned; else empty.
    """

    audit: Audit
    state: State
    on: date | None
    days: int | None
    missed: int
    last: date | None
    decisions: Decisions | None
    reason: str = ""

    @property
    def pressing(self) -> bool:
        """Whether somebody has to act today."""
        return self.state in PRESSING


def due_of(plan: Plan, day: date, within: int, decisions: Decisions | None = None) -> Due:
    """Say how a program stands.

    Args:
        plan: its reviews, with at least one that is ahead.
        day: the date.
        within: a review at most so many days ahead is due soon.
        decisions: what sales decided lately.
    """
    on = min(plan.open, default=None)
    days = (on - day).days if on is not None else None
    refused = decisions is not None and decisions.mostly_refused
    return Due(
        plan.audit,
        _state(days, within, refused),
        on,
        days,
        sum(planned < day for planned in plan.open),
        plan.last,
        decisions,
        plan.reason,
    )


def _state(days: int | None, within: int, refused: bool) -> State:
    if refused:
        return "review now"
    if days is None:
        return "not planned"
    if days < 0:
        return "overdue"
    return "due soon" if days <= within else "later"


def decisions_of(store: Store, as_of: AsOf, timezone: str, last: date | None) -> Decisions:
    """Count what sales decided in the last 90 days.

    A review ends what was decided up to its day: whoever has looked at the refusals and changed
    the model is not sent back to it by the same ones.

    Args:
        store: the data, with every table of the canon.
        as_of: the date; nothing later is known.
        timezone: whose days count.
        last: when the model was reviewed; None where it never was.
    """
    begin = as_of.day - timedelta(days=LATELY - 1)
    if last is not None:
        begin = max(begin, last + timedelta(days=1))
    since = start_of_day(begin, timezone)
    rows = store.database.rows(decided(since, as_of, NO_REASON))
    return Decisions(
        begin,
        as_of.day,
        sum(times for accepted, _, times in rows if accepted),
        tuple((reason, times) for accepted, reason, times in rows if not accepted),
    )
