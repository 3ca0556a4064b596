"""What a review says: of each point a verdict, a sentence, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from leadline.intervals import Share, share_change
from leadline.report.backtest import FEW_OUTCOMES, Band
from leadline.report.diagnostics import visible
from leadline.report.review import (
    EFFECTS,
    LATELY,
    LEAST,
    LEAST_DECIDED,
    LEAST_FEEDBACK,
    Deals,
    Effect,
    Review,
    RuleLift,
    Verdict,
)
from leadline.report.review_words import (
    MOST_NAMES,
    became,
    counted,
    names,
    often,
    outcome_of,
    percent,
    to_get_outcomes,
    too_little,
)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the checklist.

    Attributes:
        number: its place in the checklist.
        section: its name as an option.
        title: its question.
        verdict: the answer.
        said: why, in a sentence or two.
        todo: what to do about it.
    """

    number: int
    section: str
    title: str
    verdict: Verdict
    said: str
    todo: tuple[str, ...]


def points(review: Review, sections: Sequence[str]) -> tuple[Point, ...]:
    """Return the points of a review that are asked for, in the order of the checklist."""
    return tuple(_POINTS[section](review) for section in sections)


# 1. Sales-ready leads

_READY_TITLES = {
    "opportunity": "Do sales-ready leads become opportunities?",
    "won": "Are sales-ready leads won?",
    "accepted": "Does sales accept sales-ready leads?",
}


def _ready(review: Review) -> Point:
    title = _READY_TITLES[review.outcome]

    def point(verdict: Verdict, said: str, *todo: str) -> Point:
        return Point(1, "ready", title, verdict, said, todo)

    ready = review.ready
    if too_little(review):
        return point("cannot be told yet", too_little(review), to_get_outcomes(review))
    if ready.contrast is None:
        return point(
            "cannot be told yet",
            f"Nothing says who is sales-ready by the score {visible(review.score)}.",
            "Give the score `sales_ready: 100`, or stages.",
        )
    one = ready.contrast.one
    found = (
        f"Of {counted(one.leads, 'lead')} that {visible(ready.means)}, {one.happened:,} "
        f"({percent(one.share)}) {became(review)} within {review.within} days"
        if one.leads
        else f"No lead {visible(ready.means)} early enough to know what came of it"
    )
    missed = _missed(ready.of_ready, ready.of_others)
    match ready.contrast.word:
        case "up":
            said = f"{found}, {often(ready.contrast)} as leads that were not sales-ready."
            if missed:
                return point("look at this", f"{said} But {missed}.", *_TO_CATCH_MORE)
            return point("good", said, "Nothing now.")
        case "":
            few = f"{found}: too few to say whether that is more than of others."
            return point("cannot be told yet", few, "Look again when more is known.")
        case word:
            less = "clearly less than" if word == "down" else "not clearly more than"
            said = f"{found}, {less} of others ({percent(ready.contrast.other.share)})."
            if missed:
                said += f" And {missed}."
            return point("look at this", said, _TO_REWORK, *_TO_CATCH_MORE[1:])


_TO_REWORK = (
    "The score does not find the leads that buy. Go through the rules of point 5 that do not "
    "predict; `leadline suggest` proposes points from the outcomes."
)
_TO_CATCH_MORE = (
    "See what those leads did before (`leadline drivers`, and ask sales), and give points for it.",
    "Or let leads be ready earlier: `leadline whatif` shows how many more that were.",
)


def _missed(of_ready: Deals | None, of_others: Deals | None) -> str:
    """Say that clearly most opportunities came from leads that were never ready; else ""."""
    if of_ready is None or of_others is None:
        return ""
    deals = of_ready.deals + of_others.deals
    if deals < FEW_OUTCOMES or Share(of_others.deals, deals).interval.low <= 0.5:
        return ""
    return (
        f"{of_others.deals:,} of {deals:,} opportunities ({percent(of_others.deals / deals)}) came "
        "from leads that had not been sales-ready before"
    )


# 2. Bands


def _bands(review: Review) -> Point:
    title = "Do higher scores mean more?"

    def point(verdict: Verdict, said: str, *todo: str) -> Point:
        return Point(2, "bands", title, verdict, said, todo)

    held = [(band, band.share) for band in review.bands if band.share is not None]
    if too_little(review):
        return point("cannot be told yet", too_little(review), to_get_outcomes(review))
    if review.happened < FEW_OUTCOMES or len(held) < 2:
        few = f"Only {counted(review.happened, 'lead')} had {outcome_of(review)} to come."
        said = "All leads are in one band." if len(held) < 2 else few
        return point("cannot be told yet", said, "Look again when more is known.")
    (lowest, low), (highest, high) = held[0], held[-1]
    whole = share_change(low, high).direction()
    if whole == "no clear change" and not _enough(lowest, low, highest, high):
        said = f"Too few had {outcome_of(review)} to come in {visible(highest.name)} to tell."
        return point("cannot be told yet", said, "Look again when more is known.")
    down = [step for step in review.steps if step.word == "down"]
    if whole == "up" and not down:
        unclear = [step for step in review.steps if step.word != "up"]
        said = f"Yes: {_of_band(highest, review)}, {_of_band(lowest, review)}."
        if unclear:
            step = unclear[0]
            said += f" From {visible(step.lower)} to {visible(step.higher)} it is not clear."
        return point("good", said, "Nothing now.")
    if down:
        higher, lower = visible(down[0].higher), visible(down[0].lower)
        said = f"No: of leads in {higher} fewer {became(review)} than of those in {lower}."
    else:
        said = (
            f"Not clearly: {_of_band(highest, review)}, {_of_band(lowest, review)}; that may be "
            "chance."
        )
    return point("look at this", said, *_to_sharpen(review))


def _enough(lowest: Band, low: Share, highest: Band, high: Share) -> bool:
    """Say whether the ends of the scale have enough leads with an outcome, or to be expected."""
    return (
        max(highest.came_leads, highest.leads * low.value) >= LEAST
        and max(lowest.came_leads, lowest.leads * high.value) >= LEAST
    )


def _of_band(band: Band, review: Review) -> str:
    share = band.share.value if band.share is not None else None
    return f"{percent(share)} in {visible(band.name)}"


def _to_sharpen(review: Review) -> Iterator[str]:
    if any(lift.stale for lift in review.lifts):
        yield "Let points age (point 5): high scores are full of what happened long ago."
    yield "Try other points: `leadline suggest` proposes some, `leadline backtest` compares them."


# 3. Acceptance


def _acceptance(review: Review) -> Point:
    title = "Does sales accept the leads it is offered?"
    ledger = review.acceptance

    def point(verdict: Verdict, said: str, *todo: str) -> Point:
        return Point(3, "acceptance", title, verdict, said, todo)

    if not ledger.ever:
        said = f"No lead was offered to sales up to {review.as_of}."
        todo = "Load `handoffs` from your CRM, or let an automation `offer` leads."
        return point("cannot be told yet", said, todo)
    share = percent(ledger.refused_lately / ledger.lately) if ledger.lately else ""
    said = (
        f"Of {counted(ledger.lately, 'hand-over')} decided in the last {LATELY} days sales refused "
        f"{ledger.refused_lately:,}{f' ({share})' if share else ''}"
    )
    few = ledger.lately < LEAST_DECIDED
    if few and not ledger.review_now:
        return point("cannot be told yet", f"{said}: too few.", "Ask sales to decide what is open.")
    if not ledger.review_now:
        return point("good", f"{said}, not more than half.", "Nothing now.")
    why = f" The commonest reason: {visible(ledger.reasons[0][0])}." if ledger.reasons else ""
    return point(
        "look at this",
        f"{said}, more than half{', though of few' if few else ''}: review the model now.{why}",
        "See which rules led to what was refused: `leadline acceptance --by rule`.",
        "Ask the salespeople who refused them what the score could not know.",
    )


# 4. Feedback


def _feedback(review: Review) -> Point:
    title = "What do salespeople say?"

    def point(verdict: Verdict, said: str, *todo: str) -> Point:
        return Point(4, "feedback", title, verdict, said, todo)

    if not review.feedback:
        return point(
            "cannot be told yet",
            "They have said nothing yet.",
            "Ask them, and load `feedback`: lead_id, rule, at, by, verdict (good or bad), note.",
        )
    bad = [one for one in review.feedback if one.opinion == "bad"]
    all_ = sum(one.good + one.bad for one in review.feedback)
    told = [one for one in review.feedback if one.opinion != "few"]
    if not bad:
        verdict: Verdict = "good" if told else "cannot be told yet"
        said = f"No rule has clearly bad feedback, of {counted(all_, 'answer')}."
        if not told:
            said = f"No rule has {LEAST_FEEDBACK} answers yet, of {all_:,} in all."
        return point(verdict, said, "Go on asking, of each lead that they decide about.")
    shown = ", ".join(
        f"{visible(one.rule) or 'no rule'} ({one.bad} of {one.good + one.bad} bad)"
        for one in bad[:MOST_NAMES]
    )
    return point("look at this", f"Clearly bad: {shown}.", *_to_answer(review, bad[0].rule))


def _to_answer(review: Review, rule: str) -> Iterator[str]:
    yield "Ask what they see in these leads; then lower the points, or count fewer of them."
    name = rule.rpartition(".")[2]
    lift = next((lift for lift in review.lifts if lift.rule == name), None)
    if lift is not None and lift.effect != "cannot be told yet":
        agrees = "too" if lift.effect != "predicts" else "though"
        said = {"predicts": "does predict", "no clear effect": "show no clear effect"}.get(
            lift.effect, "point the wrong way"
        )
        yield f"The outcomes of {visible(name)} {said}, {agrees} (point 5)."


# 5. Rules


def _lift(review: Review) -> Point:
    title = "Does each rule point the right way?"

    def point(verdict: Verdict, said: str, *todo: str) -> Point:
        return Point(5, "lift", title, verdict, said, todo)

    if not review.judged:
        said = f"The score {visible(review.score)} is made of other scores, not of rules."
        return point("cannot be told yet", said, "Name one of those: `--score NAME`.")
    if too_little(review):
        return point("cannot be told yet", too_little(review), to_get_outcomes(review))
    found = {effect: _with(review, effect) for effect in EFFECTS}
    wrong, right = found["points the wrong way"], found["predicts"]
    unclear, untold = found["no clear effect"], found["cannot be told yet"]
    counts = (
        (len(right), "predicts", "predict"),
        (len(unclear), "shows no clear effect", "show no clear effect"),
        (len(wrong), "points the wrong way", "point the wrong way"),
        (len(untold), "cannot be judged yet", "cannot be judged yet"),
    )
    said = ", ".join(
        f"{number} {one if number == 1 else several}" for number, one, several in counts if number
    )
    said = f"Of {counted(len(review.lifts), 'rule')} {said}."
    if wrong:
        return point("look at this", said, *_to_turn(review, wrong), *_to_age(review))
    if right:
        todo = tuple(_to_age(review)) or tuple(_to_trim(unclear)) or ("Nothing now.",)
        aged = any(lift.stale for lift in review.lifts)
        return point("look at this" if aged else "good", said, *todo)
    if unclear:
        return point("look at this", said, *_to_trim(unclear))
    return point("cannot be told yet", said, "Look again when more is known.")


def _with(review: Review, effect: Effect) -> list[RuleLift]:
    return [lift for lift in review.lifts if lift.effect == effect]


def _to_turn(review: Review, wrong: Sequence[RuleLift]) -> Iterator[str]:
    for lift in wrong[:MOST_NAMES]:
        takes = "takes points from" if lift.negative else "gives points to"
        yield (
            f"{visible(lift.rule)} {takes} leads that {became(review)} {often(lift.fresh)} as "
            "others. Ask sales whether that can be; then turn it round, or switch it off "
            "(`enabled: false`)."
        )
    yield (
        "Before that, see whether it only goes along with other rules: whoever is active does "
        "more of everything."
    )


def _to_age(review: Review) -> Iterator[str]:
    stale = [lift for lift in review.lifts if lift.stale]
    if stale:
        yield (
            f"Fresh points tell, old ones do not: {names([lift.rule for lift in stale])}. Let "
            "points age: `decay: {half_life: 30 days}`, or a steeper `inactivity`."
        )


def _to_trim(unclear: Sequence[RuleLift]) -> Iterator[str]:
    if unclear:
        yield (
            f"No clear effect does not mean none: {names([lift.rule for lift in unclear])}. Give "
            "few points where nobody knows what they are for."
        )


# 6. Use


def _use(review: Review) -> Point:
    title = "Does every rule do something?"
    never = [use.rule for use in review.uses if use.never]
    silent = [use.rule for use in review.uses if use.silent]
    capped = [use.rule for use in review.uses if use.capped]
    capped += [group.group for group in review.groups if group.capped]
    said = [
        f"never matched: {names(never)}" if never else "",
        f"none in the last {LATELY} days: {names(silent)}" if silent else "",
        f"always at the cap: {names(capped)}" if capped else "",
    ]
    found = "; ".join(part for part in said if part)
    if not review.uses:
        return Point(
            6, "use", title, "cannot be told yet", "The model has no rules.", ("Add some.",)
        )
    if not found:
        many = len(review.uses)
        well = (
            f"All {many} rules match, and none sits" if many > 1 else "The rule matches, and is not"
        )
        said_well = f"{well} at its cap."
        return Point(6, "use", title, "good", said_well, ("Nothing now.",))
    todo = []
    if never:
        todo.append(
            "Correct what never matches, or switch it off; `leadline check --data DIR` says why."
        )
    if silent:
        todo.append("See whether pages, forms or names of events changed since.")
    if capped:
        todo.append(
            "At the cap more of the same changes nothing: raise `max` where more should count "
            "more, or give the points once with `limit: 1`."
        )
    return Point(6, "use", title, "look at this", f"{found[0].upper()}{found[1:]}.", tuple(todo))


_POINTS: dict[str, Callable[[Review], Point]] = {
    "ready": _ready,
    "bands": _bands,
    "acceptance": _acceptance,
    "feedback": _feedback,
    "lift": _lift,
    "use": _use,
}
