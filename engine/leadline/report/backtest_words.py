"""What a backtest means, in plain words, and what it cannot say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadline.report.backtest import FEW_OUTCOMES, Backtest, Change, Judged, Step
from leadline.report.diagnostics import visible

#: An outcome in words: one, several.
WORDS = {
    "opportunity": ("an opportunity", "opportunities"),
    "won": ("a deal that was won since", "won deals"),
    "accepted": ("a hand-over that sales accepted", "accepted hand-overs"),
}

#: Of more pairs of bands than this, their number is told instead of their names.
_MOST_NAMED = 2


def judgement(change: Change) -> str:
    """Say in a word what a change of a figure is: better, worse, no clear difference, the same."""
    if change.interval is None:
        return "the same" if change.value == 0 else ""
    words = {"up": "better", "down": "worse", "no clear change": "no clear difference"}
    return words[change.interval.direction()]


def order_in_words(steps: Sequence[Step]) -> str:
    """Say whether more leads of higher bands had an outcome."""
    if not steps:
        return "cannot be told: only one band has leads"
    for word, said in (("down", "no: {}"), ("no clear change", "not shown: {}")):
        pairs = [step for step in steps if step.word == word]
        of = "below" if word == "down" else "above"
        if len(pairs) > _MOST_NAMED:
            clearly = "" if word == "down" else "not clearly above"
            many = f"{len(pairs)} of {len(steps) + 1} bands are"
            return said.format(f"{many} {clearly or of} the one before")
        if pairs:
            return said.format(", ".join(f"{step.higher} {of} {step.lower}" for step in pairs))
    return "yes: each band above the one before"


def answers(found: Backtest) -> Iterator[tuple[str, str]]:
    """Yield what the figures say of the order of leads, of the list and of the bands."""
    few = min(side.came_leads for side in found.sides)
    if found.few:
        had = "1 lead has an outcome" if few == 1 else f"{few} leads have an outcome"
        yield "all", f"cannot be told: {had}, and it takes {FEW_OUTCOMES}"
        return
    if found.changes is None:
        side = found.sides[0]
        yield "order", _ordered(side)
        yield "list", _lifted(side)
    else:
        yield "order", _compared(found.changes.auc, "more of 100 pairs are right")
        yield "list", _compared(found.changes.precision, "more of 100 on it had one")
    for side, mark in zip(found.sides, _marks(found), strict=True):
        of = f"bands of {mark[0]}" if mark else "bands"
        yield of, visible(order_in_words(side.steps))


def _ordered(side: Judged) -> str:
    area, interval = side.auc.value, side.auc.interval
    if area is None:
        return "cannot be told: every lead has the same outcome"
    pairs = f"{_pairs(area)} of 100 pairs are right"
    if interval is None:
        return pairs
    between = f"({_pairs(interval.low)} to {_pairs(interval.high)}; 50 is chance)"
    word = {"up": "yes", "down": "no, reversed", "no clear change": "not shown"}
    return f"{word[interval.direction(0.5)]}: {pairs} {between}"


def _lifted(side: Judged) -> str:
    lift, interval = side.lift.value, side.lift.interval
    if lift is None:
        return "cannot be told: nobody is on it"
    if interval is None:
        return f"not shown: {lift:.1f} times as many as by chance"
    word = {"up": "yes", "down": "no, worse", "no clear change": "not shown"}
    between = f"({interval.low:.1f} to {interval.high:.1f})"
    return f"{word[interval.direction(1.0)]}: {lift:.1f} times as many as by chance {between}"


def _compared(change: Change, said: str) -> str:
    word = judgement(change)
    if change.value is None or word not in ("better", "worse"):
        return word or "cannot be told"
    return f"{'B' if word == 'better' else 'A'}: {100 * abs(change.value):.1f} {said}"


def _pairs(share: float) -> str:
    return f"{100 * share:.0f}"


def remarks(found: Backtest) -> Iterator[str]:
    """Yield what is to be known of the figures, and what they cannot say."""
    one, several = WORDS[found.outcome]
    yield f"row: a lead on a Monday at 0:00; had one: {one} began within {found.within} days"
    yield "hit: a place on a list whose lead had one"
    yield "pair: a row that had one and a row that had not; AUC: how often the first has the higher"
    yield "  score; 1 is always, 0.5 is chance"
    yield _capacity(found)
    for side, mark in zip(found.sides, _marks(found), strict=True):
        yield from _said_of_list(side, mark, several)
    if found.log_ends is not None:
        yield f"note: the log ends on {found.log_ends}, and what came later counts as nothing;"
        yield f"  `--as-of {found.log_ends}` leaves out what it cannot know"
    if found.weeks < found.asked_weeks:
        many = "is only 1 week" if found.weeks == 1 else f"are only {found.weeks} weeks"
        yield f"note: there {many} between the log's begin and {found.within} days ago"
    yield f"note: {several} of leads that sales never called are not known: whoever was not handed"
    yield "  over counts as having had none"


def _capacity(found: Backtest) -> str:
    of = {
        "asked": "",
        "hand-overs": ": as many as were handed to sales in a median week (--top N)",
        "default": ": too few hand-overs to say how many sales take (--top N)",
    }
    places = "1 place" if found.capacity == 1 else f"{found.capacity:,} places"
    return f"{places} on each list{of[found.origin]}"


def _said_of_list(side: Judged, mark: str, several: str) -> Iterator[str]:
    if side.listed:
        leads = "1 lead fills" if side.listed_leads == 1 else f"{side.listed_leads:,} leads fill"
        yield f"{mark}{leads} the {side.listed:,} places of all lists"
    if side.tied:
        yield f"note: {mark}{side.tied:,} of these went by id alone: others had the same score"
    if side.empty:
        weeks = "1 week has" if side.empty == 1 else f"{side.empty} weeks have"
        yield f"note: {mark}{weeks} nobody with a score above 0, and an empty list"
    if side.unseen:
        outcomes = f"{side.unseen:,} of {side.capture.whole:,} {several}"
        yield f"note: {mark}{outcomes} are of leads that no week before had: new,"
        yield "  or left out by `leads:` of the ruleset"
    if side.unknown:
        yield f"note: {mark}{side.unknown:,} rows count for nothing: what becomes of them is open"
    if side.lead_time is not None and not side.lead_time.stage:
        yield f"note: {mark}without stages, a lead is ready in the first week at `sales_ready`"


def _marks(found: Backtest) -> tuple[str, ...]:
    return ("A: ", "B: ") if found.changes is not None else ("",)


def before_and_after_in_words(found: Backtest) -> str:
    """Say whether a change orders leads better, and what it was judged on."""
    one, _ = WORDS[found.outcome]
    few = min(side.came_leads for side in found.sides)
    said = f"{few:,} leads have an outcome, too few to say more"
    if not found.few and found.changes is not None:
        word = judgement(found.changes.auc) or "no clear difference"
        told = {"better": "orders leads better", "worse": "orders leads worse"}
        said = told.get(word, f"{word} in the order of leads")
    weeks = "1 Monday" if found.weeks == 1 else f"{found.weeks} Mondays"
    places = "1 lead" if found.capacity == 1 else f"{found.capacity:,} leads"
    left_out = sorted({field for side in found.sides for field in side.untrusted})
    without = f" Left out for want of a history: {', '.join(map(visible, left_out))}."
    score = visible(found.sides[-1].score)
    return (
        f"{score}: {said}. Judged on {weeks}, {found.first} to {found.last}, with lists of"
        f" {places}; a hit had {one} within {found.within} days.{without if left_out else ''}"
    )
