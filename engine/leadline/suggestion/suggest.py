"""Points proposed from outcomes: the order of the work."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date
from functools import partial
from itertools import combinations
from zoneinfo import ZoneInfo

from leadline.errors import UsageError
from leadline.panel import Asked, Panel, build_panel, panel_dates
from leadline.pipeline import (
    RulesetText,
    Tick,
    choose_any_score,
    columns_of,
    compile_ruleset,
    evaluate,
)
from leadline.plan import needs
from leadline.plan.clock import parse_as_of
from leadline.ruleset.model import FormulaScore, RuleScore, Ruleset
from leadline.sql import suggestion as sql
from leadline.store import Store
from leadline.suggestion.check import Check, Counts, check_held_out, keep_rows, with_points
from leadline.suggestion.features import Feature, features_of
from leadline.suggestion.fit import Rows
from leadline.suggestion.points import Choice, Proposal
from leadline.suggestion.propose import Model, fit_rules

#: The days from one date to the next on which leads are looked at.
EVERY = 30
#: How often points are sized, until the number of sales-ready leads is within a tenth of today's.
_SIZINGS = 3
_NEAR = 0.1
#: Two rules that go together more than this cannot be told apart.
_TOGETHER = 0.98


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the outcomes say of the points of a score.

    Attributes:
        panel: the leads and what came after; its dates are those of ``asked``.
        score: the score.
        counts: what there was to fit to.
        proposal: each rule, judged; None where the outcomes are too few.
        check: how it does on outcomes that it was not fitted to; None where too few could be
            held out.
        together: pairs of rules that leads nearly always have together.
        after: the ruleset with the suggested points.
        ready: how many leads are sales-ready on the date, today and with the suggested points;
            None where the score has no such total or nothing changes.
    """

    panel: Panel
    score: RuleScore
    counts: Counts
    proposal: Proposal | None
    check: Check | None = None
    together: tuple[tuple[str, str], ...] = ()
    after: RulesetText | None = None
    ready: tuple[int, int] | None = None


def suggest(
    store: Store, text: RulesetText, asked: Asked, months: int, choice: Choice, tick: Tick
) -> Suggestion:
    """Propose points for the rules of a score from what became of the leads.

    Args:
        store: the data.
        text: the ruleset.
        asked: what counts as an outcome; its dates are chosen here.
        months: on how many dates, each 30 days from the next, leads are looked at.
        choice: what may be suggested.
        tick: told of progress.

    Raises:
        RulesetError: the ruleset does not compile.
        UsageError: the score has no rules, or one value for each ``per``; there is no such rule;
            no date has a horizon that is over.
    """
    ruleset = compile_ruleset(text, columns_of(store), store)
    score = _score(ruleset, asked.score)
    dates = _dates(store, ruleset, asked, months)
    asked = replace(asked, dates=dates, score=score.name, rules=True)
    panel = build_panel(store, text, asked, tick)
    features = features_of(panel, score)
    if not features:
        raise UsageError(f"no rule of the score `{score.name}` is switched on")
    choice.refuse_unknown(features)
    counts = keep_rows(panel, features)
    if not counts.is_enough:
        return Suggestion(panel, score, counts, None)
    rows = Rows(store.database, tuple(map(sql.x, range(len(features)))))
    tick("fitting", 0, 0)
    work = partial(fit_rules, rows, features, score, choice)
    check = check_held_out(panel, features, work, tick)
    tick("fitting", 0, 0)
    keep_rows(panel, features)
    model = work()
    together = _together(rows, features)
    found = Suggestion(panel, score, counts, model.proposal(), check, together)
    return _sized(found, model)


def _sized(found: Suggestion, model: Model) -> Suggestion:
    """Return a suggestion with the patched ruleset, its points large enough.

    The fit takes points as adding up, but decay and caps do not. So the leads are scored with the
    new points, and where far more or fewer of them than today are sales-ready, points are sized
    again.
    """
    aim, best = 1.0, found
    for _ in range(_SIZINGS):
        proposal = model.proposal(aim)
        if not proposal.changed:
            return replace(found, proposal=proposal) if best is found else best
        after = with_points(found.panel.text, proposal)
        sized = replace(found, proposal=proposal, after=after, ready=_ready(found, after))
        best = sized if _off(sized) < _off(best) or best is found else best
        if sized.ready is None or _off(best) < _NEAR or not min(sized.ready):
            return best
        aim *= sized.ready[0] / sized.ready[1]
    return best


def _off(found: Suggestion) -> float:
    """Return how far, as a logarithm, the number of sales-ready leads is from today's."""
    if found.ready is None:
        return math.inf
    now, then = found.ready
    return abs(math.log((then + 1) / (now + 1)))


def _score(ruleset: Ruleset, name: str | None) -> RuleScore:
    """Return the score of that name, or the first with a sales-ready total, or the first.

    Raises:
        UsageError: it has no rules, or one value for each ``per``; or there is none that has.
    """
    fit = [score for score in needs.rule_scores(ruleset) if score.per is None]
    known = ", ".join(f"`{score.name}`" for score in fit) or "none"
    if name is None:
        ready = [score for score in fit if score.sales_ready is not None]
        if not fit:
            raise UsageError("no score of the ruleset has rules and one value a lead")
        return (ready or fit)[0]
    score = choose_any_score(ruleset, name)
    if isinstance(score, FormulaScore):
        read = {field.column for field in needs.fields_of([score.formula], ("score", "grade"))}
        made = ", ".join(f"`--score {one.name}`" for one in fit if one.name in read)
        raise UsageError(
            f"the score `{name}` is made of other scores and has no rules",
            hint=f"suggest points for one of those: {made}" if made else f"known: {known}",
        )
    if score.per is not None:
        raise UsageError(
            f"the score `{name}` has a value for each `per`, and no one value a lead",
            hint=f"choose another with --score: {known}",
        )
    return score


def _dates(store: Store, ruleset: Ruleset, asked: Asked, months: int) -> tuple[date, ...]:
    until = parse_as_of(asked.until, ruleset.timezone)
    begins = columns_of(store).first_event
    first = None
    if begins is not None:
        first = begins.replace(tzinfo=UTC).astimezone(ZoneInfo(ruleset.timezone)).date()
    dates = panel_dates(until, within=asked.within, every=EVERY, most=months, first=first)
    if not dates:
        raise UsageError(
            f"the log begins on {first}, less than {asked.within} days before {until.day}",
            hint="wait for more outcomes, or choose a shorter time with --within",
        )
    return dates


def _together(rows: Rows, features: Sequence[Feature]) -> tuple[tuple[str, str], ...]:
    pairs = list(combinations(range(len(features)), 2))
    if not pairs:
        return ()
    [found] = rows.database.rows(sql.correlations(pairs))
    return tuple(
        (features[i].rule, features[j].rule)
        for (i, j), value in zip(pairs, found, strict=True)
        if value is not None and abs(value) > _TOGETHER
    )


def _ready(found: Suggestion, after: RulesetText) -> tuple[int, int] | None:
    score, panel = found.score, found.panel
    if score.sales_ready is None:
        return None
    counts = []
    for text in (panel.text, after):
        evaluate(panel.store, text, panel.asked.until)
        count = panel.store.database.value(sql.ready_now(score.name, score.sales_ready))
        counts.append(int(count))
    return counts[0], counts[1]
