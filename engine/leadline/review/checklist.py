"""The whole checklist: what the figures of a scoring model say."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from leadline.acceptance import decided_lately, measure_acceptance
from leadline.backtest.bands import measure_bands, steps_of
from leadline.panel import Asked, Panel, build_panel, panel_dates
from leadline.pipeline import RulesetText, Tick, columns_of, compile_ruleset, evaluate
from leadline.plan.clock import AsOf, parse_as_of
from leadline.plan.listing import single_scores
from leadline.report.backtest import Band
from leadline.report.review import Acceptance, GroupUse, Ready, Review, RuleLift, RuleUse
from leadline.review.feedback import gather_feedback
from leadline.review.lifts import EVERY, measure_lifts
from leadline.review.ready import measure_ready
from leadline.review.uses import measure_uses
from leadline.ruleset.model import FormulaScore, Ruleset
from leadline.sql.review import panel_size
from leadline.store import Store

Section = Literal["ready", "bands", "acceptance", "feedback", "lift", "use"]
#: The points of the checklist, in their order.
SECTIONS: tuple[Section, ...] = ("ready", "bands", "acceptance", "feedback", "lift", "use")

#: Of how many days the hand-overs are shown.
_A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the panel shows."""

    panel: Panel | None
    bands: tuple[Band, ...]
    lifts: tuple[RuleLift, ...]
    ready: Ready


def review(
    store: Store,
    text: RulesetText,
    asked: Asked,
    tick: Tick,
    *,
    weeks: int,
    sections: Collection[Section] = SECTIONS,
) -> Review:
    """Look a scoring model over.

    Args:
        store: the data.
        text: the ruleset.
        asked: what leads are judged by; its dates are chosen here.
        tick: told of progress.
        weeks: on how many dates, a week apart, leads are looked at: the last of which it is known
            what came of them.
        sections: the points to look at; what the others take is left out.

    Raises:
        RulesetError: the ruleset does not compile.
        UsageError: as for a panel.
    """
    catalog = columns_of(store)
    ruleset = compile_ruleset(text, catalog, store)
    until = parse_as_of(asked.until, ruleset.timezone)
    log_begins = catalog.first_event or catalog.first_known
    dates = panel_dates(
        until,
        within=asked.within,
        every=EVERY,
        most=weeks,
        first=log_begins.date() if log_begins is not None else until.day,
    )
    judged = _judged(store, text, replace(asked, dates=dates), tick, sections)
    panel = judged.panel
    size = store.database.rows(panel_size(panel.relation))[0] if panel is not None else (0,) * 3
    rows, leads, happened = map(int, size)
    uses, groups = _uses(store, text, asked.until) if "use" in sections else ((), ())
    return Review(
        model=ruleset.model,
        score=panel.score.name if panel is not None else asked.score or "",
        as_of=until.day,
        outcome=asked.outcome,
        within=asked.within,
        first=dates[0] if dates else None,
        last=dates[-1] if dates else None,
        dates=len(dates),
        rows=rows,
        leads=leads,
        happened=happened,
        outcomes=panel.outcomes.happened if panel is not None else 0,
        ready=judged.ready,
        bands=judged.bands,
        steps=steps_of(judged.bands),
        acceptance=_acceptance(store, text, until),
        feedback=gather_feedback(store.database, ruleset, until),
        lifts=judged.lifts,
        judged=panel is None or not isinstance(panel.score, FormulaScore),
        uses=uses,
        groups=groups,
        untrusted=panel.untrusted if panel is not None else (),
    )


def _judged(
    store: Store, text: RulesetText, asked: Asked, tick: Tick, sections: Collection[Section]
) -> _Judged:
    """Build the panel where a point takes one, and read off it what is asked for."""
    nothing = Ready("", None, 0, None, None)
    if not {"ready", "bands", "lift"}.intersection(sections):
        return _Judged(None, (), (), nothing)
    ruleset = compile_ruleset(text, columns_of(store), store)
    rules = "lift" in sections and not _is_formula(ruleset, asked.score)
    panel = build_panel(store, text, replace(asked, rules=rules), tick)
    bands = measure_bands(panel) if "bands" in sections else ()
    lifts = measure_lifts(panel) if rules else ()
    ready = measure_ready(panel) if "ready" in sections else nothing
    return _Judged(panel, bands, lifts, ready)


def _is_formula(ruleset: Ruleset, score: str | None) -> bool:
    """Say whether the score that a panel will be of is made of others."""
    singles = single_scores(ruleset)
    named = [one for one in singles if one.name == score]
    chosen = named or [one for one in singles if one.sales_ready is not None] or singles
    return bool(chosen) and isinstance(chosen[0], FormulaScore)


def _acceptance(store: Store, text: RulesetText, until: AsOf) -> Acceptance:
    since = until.day - _A_YEAR + timedelta(days=1)
    ledger = measure_acceptance(store, text, until, since=since)
    lately = decided_lately(store.database, until)
    total = ledger.total
    return Acceptance(
        since=since,
        offered=total.offered,
        open=total.open,
        accepted=total.accepted,
        refused=total.refused,
        expired=total.expired,
        lately=lately.decided,
        refused_lately=lately.refused,
        reasons=lately.reasons or total.reasons,
        ever=ledger.first is not None,
    )


def _uses(
    store: Store, text: RulesetText, as_of: str | None
) -> tuple[tuple[RuleUse, ...], tuple[GroupUse, ...]]:
    return measure_uses(evaluate(store, text, as_of))
