"""A review on a day that a person chose: its figure, what changed, and when the next one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from leadline.audit.record import Remark, item_of, review_of
from leadline.audit.row import Cell
from leadline.audit.sheet import make_sheet, read_at
from leadline.errors import UsageError
from leadline.pipeline import RulesetText
from leadline.ruleset.audits import Audit
from leadline.ruleset.reviews import Review
from leadline.store import Store


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review and what follows from it.

    Attributes:
        item: the review as the file holds it.
        cell: the review as the sheet will show it.
        next: when the next review is planned.
        notes: what is to be said about the data.
    """

    item: dict[str, str]
    cell: Cell
    next: date | None
    notes: tuple[str, ...]


def review_on(
    store: Store, text: RulesetText, audit: Audit, reviews: Sequence[Review], remark: Remark
) -> Reviewed:
    """Measure a program for a review on a day, with what was known on that day.

    Args:
        store: the data.
        text: the ruleset.
        audit: the program.
        reviews: what people recorded so far, of this program and others; none of it on that day.
        remark: what was said, and on which day.

    Raises:
        RulesetError: the ruleset does not compile.
        UsageError: the program had not started on that day.
    """
    if audit.started is not None and remark.on <= audit.started:
        raise UsageError(
            f"`{audit.name}` started on {audit.started}, and a review on {remark.on} has nothing "
            "to look at"
        )
    item = item_of(audit, remark, read_at(store, text, audit, reviews, str(remark.on)))
    every = (*reviews, review_of(item))
    last = max(review.on for review in every if review.audit == audit.name)
    sheet = make_sheet(store, text, [audit], every, str(last), ahead=1)
    [row] = sheet.rows
    cell = next(cell for cell in row.past if cell.on == remark.on)
    return Reviewed(item, cell, row.next, sheet.notes)
