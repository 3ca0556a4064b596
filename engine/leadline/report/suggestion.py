"""Suggested points as people and programs read them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from leadline.report.listing import Listing, decimal

#: How wide sentences are.
_WIDTH = 80

#: What an outcome is called: of those who had one, and by itself.
_OUTCOMES = {
    "opportunity": ("had an opportunity", "an opportunity"),
    "won": ("had a deal that was won", "a deal that is won"),
    "accepted": ("had a hand-over that sales accepted", "a hand-over that sales accepts"),
}
#: Stands behind the verdict on a rule that points the wrong way.
_WRONG = "!"
#: What changes stands first.
_ORDER = (
    "raise", "lower", "turn", "drop to 0", "keep", "cannot be told", "not judged", "not asked",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SuggestedRule:
    """A rule with its points of today and those that are suggested.

    Args:
        rule: its name.
        written: how its points are written: ``points``, ``product``, ``factor``, ``bands``. Of the
            last two, the figures are what all of their points are multiplied by.
        now: today's points.
        suggested: the points to be.
        allowed: the least and the most that fit the outcomes; None where that is not known.
        leads: the leads to which it gave points.
        outcomes: those of them with an outcome later.
        verdict: one of raise, lower, turn, drop to 0, keep, cannot be told, not judged, not asked.
        wrong_way: whether the outcomes speak for points of the other sign.
        hidden: the fields that it reads and that keep no history.
    """

    rule: str
    written: str
    now: float
    suggested: float
    allowed: tuple[float, float] | None
    leads: int
    outcomes: int
    verdict: str
    wrong_way: bool
    hidden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """How points that were fitted to one part of the past did in the other.

    Args:
        by_time: whether the last dates were held out, and not some of the leads.
        first: the first date that was held out.
        leads_with: leads that were held out and had an outcome.
        leads_without: those that had none.
        today: in what share of pairs the lead with an outcome has the higher score today.
        more: in how much larger a share with suggested points; None where it cannot be told.
        interval: the 95% interval of that; None where nothing differs.
        better: whether it is more than chance.
    """

    by_time: bool
    first: date
    leads_with: int
    leads_without: int
    today: float | None
    more: float | None
    interval: tuple[float, float] | None
    better: bool


@dataclass(frozen=True, slots=True)
class SuggestedPoints:
    """What the outcomes say of the points of a score.

    Args:
        score: its name.
        outcome: what counts as an outcome: ``opportunity``, ``won``, ``accepted``.
        within: how many days after a date one counts.
        dates: the dates on which leads were looked at.
        leads_with: leads that had an outcome.
        leads_without: leads that had none.
        needed: how many of each are needed.
        rules: each rule; none where there are too few.
        trial: how they do on leads that were held out; None where there are too few.
        together: pairs of rules that nearly always come together.
        ready: the sales-ready total, and how many leads reach it on the date, today and with the
            suggested points; None without one.
        as_of: the date.
    """

    score: str
    outcome: str
    within: int
    dates: tuple[date, ...]
    leads_with: int
    leads_without: int
    needed: int
    rules: tuple[SuggestedRule, ...]
    trial: Trial | None
    together: tuple[tuple[str, str], ...]
    ready: tuple[float, int, int] | None
    as_of: date

    @property
    def is_enough(self) -> bool:
        """Whether there are enough outcomes to suggest anything."""
        return min(self.leads_with, self.leads_without) >= self.needed

    @property
    def is_changed(self) -> bool:
        """Whether any rule is to have other points."""
        return any(rule.now != rule.suggested for rule in self.rules)

    @property
    def is_better(self) -> bool:
        """Whether the suggested points did better where they were not fitted."""
        return self.trial is not None and self.trial.better


def suggestion_table(found: SuggestedPoints) -> Listing:
    """Return the table that people read; what changes stands first, the largest change above."""
    rows = sorted(
        found.rules,
        key=lambda rule: (
            _ORDER.index(rule.verdict) if rule.now == rule.suggested else 0,
            -abs(rule.suggested - rule.now),
        ),
    )
    columns = ("rule", "now", "new", "data allow", "leads", "had one", "verdict")
    body = [
        (rule.rule, *_written(rule), rule.leads, rule.outcomes, _verdict(rule)) for rule in rows
    ]
    headings, *cells = _to_the_right((columns, *body), (1, 2, 3))
    return Listing(tuple(map(str, headings)), cells, title=f"points of {found.score}")


def figures(found: SuggestedPoints) -> Listing:
    """Return the table that programs read, in the order of the ruleset."""
    columns = (
        "rule", "written", "now", "suggested", "low", "high", "leads", "outcomes", "verdict",
        "wrong_way",
    )  # fmt: skip
    rows = [
        (
            rule.rule,
            rule.written,
            rule.now,
            rule.suggested,
            *(rule.allowed or (None, None)),
            rule.leads,
            rule.outcomes,
            rule.verdict,
            rule.wrong_way,
        )
        for rule in found.rules
    ]
    return Listing(columns, rows)


def too_few(found: SuggestedPoints) -> str:
    """Say that there are too few outcomes, and what can be done about it."""
    had = _OUTCOMES[found.outcome][0]
    table = "handoffs" if found.outcome == "accepted" else "opportunities"
    known = "" if found.leads_with else f" Does the data have a table `{table}`?"
    more = (
        "More come with time; or look back further (--months), wait longer for an outcome "
        "(--within), or count one that comes more often (--outcome accepted, --whole-account)."
    )
    if found.leads_with >= found.needed:
        more = (
            "Are leads without one in the data, too? Else wait less long for an outcome "
            "(--within), or count one that comes less often (--outcome won)."
        )
    return _paragraph(
        f"Too few outcomes to suggest points: of the leads on {_dates(found)}, "
        f"{found.leads_with:,} {had} within {found.within} days and {found.leads_without:,} did "
        f"not. At least {found.needed} of each are needed.{known} {more}"
    )


def conclusion(found: SuggestedPoints) -> str:
    """Say in sentences what the suggestion is worth."""
    parts = [_tried(found), _worth(found)]
    if found.ready is not None and found.is_changed:
        bound, now, then = found.ready
        parts.append(
            f"Leads with {decimal(bound)} points or more on {found.as_of}: {now:,} now, {then:,} "
            "with the new points."
        )
    return "\n".join(_paragraph(part) for part in parts if part)


def notes(found: SuggestedPoints) -> Iterator[str]:
    """Yield what is to be known beside the table."""
    had = _OUTCOMES[found.outcome][0]
    yield from _lines(
        f"{found.score}: {found.leads_with + found.leads_without:,} leads on {_dates(found)}; "
        f"{found.leads_with:,} {had} within {found.within} days of one"
    )
    verdicts = {rule.verdict for rule in found.rules}
    yield from _lines(
        "leads: to whom the rule gave points; had one: those of them with an outcome after that"
    )
    if any(rule.allowed for rule in found.rules):
        yield from _lines(
            "data allow: the points that fit what happened, 19 times out of 20; points within are "
            "kept as they are"
        )
    if "cannot be told" in verdicts:
        yield from _lines(
            "cannot be told: fewer than 10 leads have it, or all have it alike, or both its points "
            "and none at all fit what happened"
        )
    yield from _wrong_ways(found)
    for rule in found.rules:
        if rule.hidden:
            yield from _lines(f"not judged: {rule.rule} reads {' and '.join(rule.hidden)}")
    for one, other in found.together:
        yield from _lines(
            f"{one} and {other} nearly always come together: what each is worth cannot be told "
            "apart"
        )
    if found.is_changed:
        yield "limits, caps (max, groups, range) and decay stay as they are"


def _wrong_ways(found: SuggestedPoints) -> Iterator[str]:
    wrong = [rule for rule in found.rules if rule.wrong_way]
    if wrong:
        names = ", ".join(rule.rule for rule in wrong)
        turned = any(rule.verdict == "turn" for rule in wrong)
        option = "" if turned else "; --free-signs lets points turn from plus to minus"
        yield from _lines(
            f"{_WRONG} wrong way: the rest being equal, leads with {names} fared the other way "
            f"than the points say{option}"
        )


def _written(rule: SuggestedRule) -> tuple[str, str, str]:
    """Return the cells of a rule's points: today's, those to be, what the outcomes allow."""
    low, high = rule.allowed or (None, None)
    if rule.written in ("points", "product"):
        more = " *" if rule.written == "product" else ""
        span = f"{_whole(low)} to {_whole(high)}" if low is not None and high is not None else ""
        return decimal(rule.now) + more, decimal(rule.suggested) + more, span
    span = f"x {low:.1f} to {high:.1f}" if low is not None and high is not None else ""
    return "x 1", f"x {decimal(rule.suggested)}", span


def _whole(value: float) -> str:
    return f"{value:.1f}" if 0 < abs(value) < 9.95 else decimal(round(value))


def _verdict(rule: SuggestedRule) -> str:
    return f"{rule.verdict} {_WRONG}" if rule.wrong_way else rule.verdict


def _tried(found: SuggestedPoints) -> str:
    trial = found.trial
    if trial is None:
        return (
            "Too few leads had an outcome to hold some of them out, so nothing says whether new "
            "points would do better on leads they were not fitted to."
        )
    held = (
        f"leads as they stood from {trial.first} on; the points were fitted to what was over by "
        "then."
        if trial.by_time
        else "a fifth of the leads; the points were fitted to the others."
    )
    if trial.today is None:
        return f"Tried on {held} Nothing can be told."
    what = _OUTCOMES[found.outcome][1]
    pairs = (
        f"Take two of them, one that has {what} within {found.within} days and one that has not "
        f"({trial.leads_with:,} and {trial.leads_without:,} leads): the first has the higher score "
        f"in {_percent(trial.today)} of 100 such pairs today"
    )
    if trial.more is None or trial.interval is None:
        return f"Tried on {held} {pairs}, and in as many with new points."
    low, high = trial.interval
    return (
        f"Tried on {held} {pairs}, in {_percent(trial.today + trial.more)} with new points "
        f"({_signed(trial.more)}; 95% interval {_signed(low)} to {_signed(high)}). Guessing gives "
        "50."
    )


def _worth(found: SuggestedPoints) -> str:
    if not found.is_changed:
        return "No points to change: those of now fit what happened, or too little did to tell."
    if found.is_better:
        return "So the new points are better at telling who will."
    return "So nothing says that new points would be better."


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _signed(share: float) -> str:
    return f"{100 * share:+.1f}"


def _dates(found: SuggestedPoints) -> str:
    first, last = found.dates[0], found.dates[-1]
    if first == last:
        return f"{first}"
    return f"{len(found.dates)} dates from {first} to {last}"


def _paragraph(text: str) -> str:
    return "\n".join(_lines(text)) + "\n"


def _lines(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _to_the_right(
    rows: Sequence[tuple[object, ...]], places: Sequence[int]
) -> list[tuple[object, ...]]:
    """Return rows with some columns, of texts, to the right."""
    widths = {at: max(len(str(row[at])) for row in rows) for at in places}
    return [
        tuple(str(cell).rjust(widths[at]) if at in widths else cell for at, cell in enumerate(row))
        for row in rows
    ]
