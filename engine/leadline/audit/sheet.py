"""The sheet of audits: all programs on a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from leadline.audit.log import Log, open_log
from leadline.audit.measure import QUIET_DAYS, median_cycle
from leadline.audit.reading import Reading
from leadline.audit.row import Asked, Cell, Row, make_row, read_up_to
from leadline.pipeline import RulesetText
from leadline.plan.clock import AsOf
from leadline.ruleset.audits import Audit
from leadline.ruleset.reviews import Review
from leadline.store import Store

__all__ = ["AuditSheet", "Cell", "Row", "make_sheet", "read_at"]


@dataclass(frozen=True, slots=True)
class AuditSheet:
    """All programs on a date.

    Attributes:
        as_of: the date.
        model: the name of the ruleset.
        timezone: whose days the periods have.
        rows: the programs, in the order of the ruleset.
        notes: what is to be said about the sheet as a whole.
    """

    as_of: AsOf
    model: str
    timezone: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def make_sheet(
    store: Store,
    text: RulesetText,
    audits: Sequence[Audit],
    reviews: Sequence[Review],
    as_of: str | None = None,
    *,
    ahead: int = 2,
    since: date | None = None,
) -> AuditSheet:
    """Measure all programs at their reviews up to a date.

    Args:
        store: the data.
        text: the ruleset.
        audits: the programs.
        reviews: what people recorded; those of other programs are left out.
        as_of: a date or instant; None is today in the model's timezone.
        ahead: how many reviews after the date to plan.
        since: leave out reviews before this date.

    Raises:
        RulesetError: the ruleset does not compile.
    """
    log = open_log(store, text, audits, as_of)
    asked = Asked(ahead, since, _cycle(log, audits))
    rows = [
        make_row(log, one, [r for r in reviews if r.audit == one.name], asked) for one in audits
    ]
    ruleset = log.ruleset
    return AuditSheet(
        log.as_of, ruleset.model, ruleset.timezone, tuple(rows), _notes(log, audits, reviews)
    )


def read_at(
    store: Store,
    text: RulesetText,
    audit: Audit,
    reviews: Sequence[Review],
    on: str | None = None,
) -> Reading:
    """Measure a program for a review on any date, from the review before it on.

    Args:
        store: the data.
        text: the ruleset.
        audit: the program.
        reviews: what people recorded so far.
        on: the date of the review; None is today in the model's timezone.

    Raises:
        RulesetError: the ruleset does not compile.
    """
    log = open_log(store, text, (audit,), on)
    return read_up_to(log, audit, [review for review in reviews if review.audit == audit.name])


def _cycle(log: Log, audits: Sequence[Audit]) -> int | None:
    return median_cycle(log) if any(audit.kind == "assignment" for audit in audits) else None


def _notes(log: Log, audits: Sequence[Audit], reviews: Sequence[Review]) -> tuple[str, ...]:
    """Return what is to be said about the data and the reviews of all programs."""
    notes = [
        f"`{audit.name}`: its review of {review.on} is in no column, since the program started on"
        f" {audit.started}"
        for audit in audits
        for review in reviews
        if review.audit == audit.name and audit.started and review.on <= audit.started
    ]
    days = (log.as_of.day - log.last).days if log.last is not None else 0
    if days > QUIET_DAYS:
        notes.append(
            f"the events end on {log.last}, {days} days before the date of the sheet: figures of"
            " later days are low or missing for want of data; `--as-of` can name an earlier date"
        )
    if log.undated:
        names = ", ".join(f"`{name}`" for name in log.undated)
        notes.append(f"{names}: as on {log.as_of.day} at every review, whatever it was before")
    return tuple(notes)
