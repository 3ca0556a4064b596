"""The small tables of a review, point by point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from leadline.report.diagnostics import visible
from leadline.report.listing import Listing
from leadline.report.review import (
    EFFECTS,
    LATELY,
    Contrast,
    Deals,
    Effect,
    GroupUse,
    Review,
    RuleFeedback,
    RuleLift,
    RuleUse,
)
from leadline.report.review_words import (
    between,
    outcome_of,
    percent,
    reason_untold,
    times,
    too_little,
)

T = TypeVar("T")

#: A text that is longer is cut: names in tables, notes below them.
_LONGEST_NAME, _LONGEST_NOTE = 24, 60
#: How many reasons are shown.
_MOST_REASONS = 3

#: The points that nothing can be said of without outcomes.
BY_OUTCOMES = ("ready", "bands", "lift")

_TITLES: dict[Effect, str] = {
    "points the wrong way": "Point the wrong way",
    "predicts": "Predict",
    "no clear effect": "No clear effect: it may be chance",
    "cannot be told yet": "Cannot be judged yet",
}


def tables(section: str, review: Review, top: int) -> tuple[Listing, ...]:
    """Return the tables of a point; those without rows are left out.

    Args:
        section: the point.
        review: the figures.
        top: the most rows of a table; 0 is all.
    """
    if section in BY_OUTCOMES and too_little(review):
        return ()
    match section:
        case "ready":
            found = _ready(review)
        case "bands":
            found = _bands(review)
        case "acceptance":
            found = _acceptance(review)
        case "feedback":
            found = _feedback(review.feedback, top)
        case "lift":
            found = _lifts(review, top)
        case _:
            found = _uses(review.uses, review.groups, top)
    return tuple(listing for listing in found if listing.rows)


def _ready(review: Review) -> Iterator[Listing]:
    ready = review.ready
    if ready.contrast is not None and ready.contrast.one.leads:
        yield _sides(review, ready.contrast)
    if ready.of_ready is not None and ready.of_others is not None:
        rows = [
            ("of leads sales-ready before", *_deals(ready.of_ready)),
            ("of all others", *_deals(ready.of_others)),
        ]
        heads = ("opportunities of the span", "all", "won", "lost", "open", "won of closed")
        yield _table(heads, rows)


def _sides(review: Review, contrast: Contrast) -> Listing:
    one, other = contrast.one, contrast.other
    rows = [
        ("became sales-ready", *map(_count, (one.leads, one.times, one.happened)),
         percent(one.share)),
        ("on dates before, or never", *map(_count, (other.leads, other.times, other.happened)),
         percent(other.share)),
    ]  # fmt: skip
    heads = ("leads that", "leads", "looked at", f"with {outcome_of(review)}", "share")
    return _table(heads, rows)


def _deals(deals: Deals) -> tuple[str, ...]:
    share = percent(deals.won / deals.closed) if deals.closed else ""
    return (*map(_count, (deals.deals, deals.won, deals.lost, deals.still_open)), share)


def _bands(review: Review) -> Iterator[Listing]:
    rows = [
        (
            _short(band.name),
            *map(_count, (band.leads, band.rows, band.came)),
            percent(band.share.value),
            between(band.share.interval, percent),
        )
        for band in reversed(review.bands)
        if band.share is not None
    ]
    heads = ("band", "leads", "looked at", f"with {outcome_of(review)}", "share", "likely")
    yield _table(heads, rows)


def _acceptance(review: Review) -> Iterator[Listing]:
    ledger = review.acceptance
    if not ledger.ever:
        return
    counts = (ledger.offered, ledger.accepted, ledger.refused, ledger.expired, ledger.open)
    decided = ledger.accepted + ledger.refused
    share = percent(ledger.accepted / decided) if decided else ""
    heads = ("offered since", "leads", "accepted", "refused", "expired", "open",
             "accepted of decided")  # fmt: skip
    yield _table(heads, [(ledger.since.isoformat(), *map(_count, counts), share)])
    reasons = [(_short(reason), _count(n)) for reason, n in ledger.reasons[:_MOST_REASONS]]
    when = f"the last {LATELY} days" if ledger.refused_lately else "that year"
    yield _table((f"why refused, {when}", "times"), reasons)


def _feedback(found: Sequence[RuleFeedback], top: int) -> Iterator[Listing]:
    rows = [
        (
            _short(one.rule) or "(no rule named)",
            str(one.good),
            str(one.bad),
            percent(one.share.value),
            between(one.share.interval, percent),
            {"few": "too few"}.get(one.opinion, one.opinion)
            + ("" if one.known or not one.rule else ", no rule of the model"),
        )
        for one in _first(found, top)
    ]
    yield _table(("rule", "good", "bad", "good of all", "likely", "so"), rows, texts=("so",))


def notes(found: Sequence[RuleFeedback], top: int) -> tuple[str, ...]:
    """Return the latest note on each rule, as a quotation."""
    quoted = []
    for one in _first(found, top):
        for note in one.notes[:1]:
            by = f"{visible(note.by)}, {note.on}"
            text = _cut(visible(note.text), _LONGEST_NOTE)
            quoted.append(f"{_short(one.rule) or '(no rule named)'}: “{text}” ({by})")
    return tuple(quoted)


def _lifts(review: Review, top: int) -> Iterator[Listing]:
    for effect in EFFECTS:
        lifts = [lift for lift in review.lifts if lift.effect == effect]
        if effect == "cannot be told yet":
            rows = [(_short(one.rule), reason_untold(one)) for one in _first(lifts, top)]
            yield _table(("rule", "why"), rows, _titled(effect, lifts, top), texts=("why",))
            continue
        lifts.sort(key=lambda lift: (-(lift.fresh.ratio or 0), lift.rule))
        heads: tuple[str, ...] = (
            "rule",
            "points",
            "leads",
            "fresh",
            "later",
            "without",
            "times",
            "likely",
        )
        judged: list[tuple[str, ...]] = [_lift(lift) for lift in _first(lifts, top)]
        if all(lift.later is None for lift in lifts):
            judged = [(*row[:4], *row[5:]) for row in judged]
            heads = (*heads[:4], *heads[5:])
        yield _table(heads, judged, _titled(effect, lifts, top))


def _titled(effect: Effect, lifts: Sequence[RuleLift], top: int) -> str:
    more = f", the first {top} of {len(lifts)}" if 0 < top < len(lifts) else ""
    return f"{_TITLES[effect]}{more}"


def _lift(lift: RuleLift) -> tuple[str, ...]:
    return (
        _short(lift.rule),
        lift.points if len(lift.points) <= 6 else "varies",
        _count(lift.fresh.one.leads),
        percent(lift.fresh.one.share),
        percent(lift.later.one.share) if lift.later is not None else "",
        percent(lift.fresh.other.share),
        times(lift.fresh.ratio),
        between(lift.fresh.interval, times),
    )


def _uses(uses: Sequence[RuleUse], groups: Sequence[GroupUse], top: int) -> Iterator[Listing]:
    found = [(use.rule, said) for use in uses for said in _said_of(use)]
    found += [
        (f"group {group.group}", _at_cap(group.leads, group.at_cap))
        for group in groups
        if group.capped
    ]
    rows = [(visible(rule), said) for rule, said in _first(found, top)]
    yield _table(("rule", "what was seen"), rows, texts=("what was seen",))


def _said_of(use: RuleUse) -> Iterator[str]:
    if use.never:
        yield "matched no event" if use.what == "events" else "holds for no lead"
    if use.silent and use.matches is not None:
        yield f"{use.matches:,} events before, none in the last {LATELY} days"
    if use.capped and use.at_cap is not None:
        yield _at_cap(use.leads, use.at_cap)


def _at_cap(leads: int, held: int) -> str:
    return f"{held:,} of {leads:,} leads with its points are at its cap"


def _table(
    heads: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    title: str = "",
    texts: tuple[str, ...] = (),
) -> Listing:
    """Return a table; all columns but the first and the texts stand to the right."""
    aligned = [
        head
        if n == 0 or head in texts
        else head.rjust(max([len(head), *(len(r[n]) for r in rows)]))
        for n, head in enumerate(heads)
    ]
    body = [
        tuple(
            cell if n == 0 or heads[n] in texts else cell.rjust(len(aligned[n]))
            for n, cell in enumerate(row)
        )
        for row in rows
    ]
    return Listing(tuple(aligned), body, title=title)


def _count(number: int) -> str:
    return f"{number:,}"


def _first(rows: Sequence[T], top: int) -> Sequence[T]:
    return rows[:top] if top else rows


def _short(name: str) -> str:
    return _cut(visible(name), _LONGEST_NAME)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
