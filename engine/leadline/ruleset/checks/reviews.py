"""Reviews of audits that there are not (any more)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from leadline.diagnostic import Diagnostic, did_you_mean
from leadline.ruleset.checks.codes import REVIEW_OF_NOTHING
from leadline.ruleset.reviews import Review


def review_findings(reviews: Iterable[Review], audits: Collection[str]) -> tuple[Diagnostic, ...]:
    """Return a note on each review of an audit that is nowhere.

    Args:
        reviews: the reviews beside a ruleset.
        audits: the names of the ruleset's audits, those of the file beside it among them.
    """
    return tuple(
        Diagnostic(
            REVIEW_OF_NOTHING,
            f"no audit is called `{review.audit}`: its review is kept, and shown nowhere",
            review.place,
            did_you_mean(review.audit, audits) or "the ruleset has no audits",
        )
        for review in reviews
        if review.audit not in audits
    )
