"""The words that the page and the tables of a review share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from leadline.intervals import Interval
from leadline.report.diagnostics import visible
from leadline.report.review import Contrast, Review, RuleLift

#: What an outcome is called: what a lead did, and the thing.
_OUTCOMES = {
    "opportunity": ("became an opportunity", "an opportunity"),
    "won": ("were won", "a won deal"),
    "accepted": ("were accepted by sales", "an accepted hand-over"),
}
#: How many names a sentence lists.
MOST_NAMES = 6


def became(review: Review) -> str:
    """Say what leads with an outcome did: ``became an opportunity``."""
    return _OUTCOMES[review.outcome][0]


def outcome_of(review: Review) -> str:
    """Return what an outcome is called: ``an opportunity``."""
    return _OUTCOMES[review.outcome][1]


def percent(share: float | None) -> str:
    """Return a share as people read it."""
    return "" if share is None else f"{100 * share:.1f}%"


def times(ratio: float | None) -> str:
    """Return how many times as often: two digits at least."""
    if ratio is None:
        return ""
    return f"{ratio:.2f}" if ratio < 1 else f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"


def between(interval: Interval | None, written: Callable[[float | None], str]) -> str:
    """Return an interval: ``5.2 to 10``."""
    return "" if interval is None else f"{written(interval.low)} to {written(interval.high)}"


def counted(number: int, word: str) -> str:
    """Return ``1 lead`` or ``1,200 leads``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def names(found: Sequence[str]) -> str:
    """Return some names; of many the first ones and how many more."""
    shown = [visible(name) for name in found[:MOST_NAMES]]
    more = len(found) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def too_little(review: Review) -> str:
    """Say why nothing can be judged by outcomes, where that is so; else ""."""
    if not review.dates:
        return (
            f"The log does not reach back {review.within} days from {review.as_of}, so it is not "
            "known of any date what came after it."
        )
    if not review.outcomes:
        thing = outcome_of(review).partition(" ")[2]
        return f"There is no {thing} in the data up to {review.as_of}."
    return ""


def to_get_outcomes(review: Review) -> str:
    """Say what to do where nothing can be judged by outcomes."""
    if not review.dates:
        return f"Wait, or give a shorter horizon: `--within {max(7, review.within // 3)}`."
    table = "handoffs" if review.outcome == "accepted" else "opportunities"
    return f"Load `{table}` from your CRM."


def often(contrast: Contrast) -> str:
    """Say how many times as often, and between which bounds."""
    return f"{times(contrast.ratio)} times as often (likely {between(contrast.interval, times)})"


def reason_untold(lift: RuleLift) -> str:
    """Say why a rule cannot be judged yet."""
    if lift.untold:
        return f"reads {', '.join(visible(name) for name in lift.untold)}, which has no history"
    if not lift.fresh.one.leads:
        return "no lead got its points in the span"
    if not lift.fresh.other.leads:
        return "every lead has its points"
    return "too few leads with an outcome yet"
