"""Rulesets over the same past: who they would have put on the list, and what became of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from leadline.backtest.area import area_difference, measure_area
from leadline.backtest.bands import measure_bands, steps_of
from leadline.backtest.lead_time import measure_lead_time
from leadline.backtest.sums import (
    around,
    ratio_figure,
    share_difference,
    share_figure,
    sums_of,
)
from leadline.errors import UsageError
from leadline.expression.catalog import Catalog
from leadline.intervals import Share
from leadline.outcomes import Kind, gather_outcomes
from leadline.panel import Asked, Panel, build_panel, panel_dates
from leadline.pipeline import RulesetText, Tick, columns_of, compile_ruleset
from leadline.plan.clock import AsOf, end_of_day, parse_as_of
from leadline.report.backtest import (
    Backtest,
    Change,
    Changes,
    Figure,
    Judged,
    Origin,
    WeekOfList,
)
from leadline.report.backtest_words import WORDS
from leadline.sql import backtest as sql
from leadline.sql.backtest import Horizon
from leadline.sql.relations import kept
from leadline.store import Store

#: How many leads are on a list where nobody says it and no hand-overs do.
CAPACITY = 20

#: The table and the columns that an outcome is read from.
_DEALS = ("opportunities", "opportunity_id, lead_id or account_id, created_at, closed_at and won")
_NEEDED: dict[Kind, tuple[str, str]] = {
    "opportunity": _DEALS,
    "won": _DEALS,
    "accepted": ("handoffs", "lead_id, offered_at, decided_at and accepted"),
}

_WEEK = 7
#: The relations: panels, lists, and the outcomes of the span.
_PANELS = ("backtest base", "backtest head")
_PICKS = ("backtest base list", "backtest head list")
_BEGAN = "backtest outcome"


@dataclass(frozen=True, slots=True)
class Question:
    """What a backtest is asked.

    Attributes:
        panel: what its panels are asked for; their dates are found.
        weeks: how many weeks at most, the last ones whose outcomes are known.
        capacity: how many leads are on a list; None takes what sales can take.
        stage: the stage that makes a lead sales-ready; None is the last.
        scores: the scores of the base and the head, where they have other names there.
    """

    panel: Asked
    weeks: int = 26
    capacity: int | None = None
    stage: str | None = None
    scores: tuple[str, str] | None = None


def backtest(
    store: Store,
    sides: Sequence[tuple[str, RulesetText]],
    question: Question,
    tick: Tick,
    *,
    timed: bool = True,
) -> Backtest:
    """Judge one ruleset, or two over the same past.

    Args:
        store: the data.
        sides: what people call each ruleset, and its text.
        question: what is asked.
        tick: told of progress.
        timed: whether lead times are measured, which takes the past of every lead.

    Raises:
        RulesetError: a ruleset does not compile.
        UsageError: there is no week whose outcomes are known, or no score or stage as asked.
    """
    catalog = columns_of(store)
    ruleset = compile_ruleset(sides[0][1], catalog, store)
    until = parse_as_of(question.panel.until, ruleset.timezone)
    _refuse_no_outcomes(store, until, question.panel)
    dates = _sundays(until, question, catalog, ruleset.timezone)
    panels = [
        _panel(store, text, question, dates, place, tick) for place, (_, text) in enumerate(sides)
    ]
    horizons = _horizons(dates, question.panel.within, ruleset.timezone)
    # Of a short horizon, the last week itself may not be over.
    following = min(
        until.before, end_of_day(dates[-1] + timedelta(days=_WEEK), ruleset.timezone).before
    )
    capacity, origin = _capacity(store, question, horizons, following)
    database = store.database
    database.execute(kept(_BEGAN, sql.begun(horizons[0].begins, following)))
    for panel, pick in zip(panels, _PICKS, strict=False):
        database.execute(kept(pick, sql.picks(panel.relation, capacity)))
    judged = [
        _judged(name, panel, pick, horizons, question.stage, timed=timed)
        for (name, _), panel, pick in zip(sides, panels, _PICKS, strict=False)
    ]
    return Backtest(
        outcome=question.panel.outcome,
        within=question.panel.within,
        until=until.day,
        log_ends=_log_ends(store, until, ruleset.timezone),
        first=dates[0] + timedelta(days=1),
        last=dates[-1] + timedelta(days=1),
        weeks=len(dates),
        asked_weeks=question.weeks,
        capacity=capacity,
        origin=origin,
        sides=tuple(judged),
        changes=_changes(panels, horizons) if len(panels) > 1 else None,
    )


def _refuse_no_outcomes(store: Store, until: AsOf, asked: Asked) -> None:
    """Refuse data that cannot tell what became of anybody.

    Raises:
        UsageError: there are no outcomes in it.
    """
    kind = asked.outcome
    found = gather_outcomes(store, until, kind, whole_account=asked.whole_account)
    if found.happened:
        return
    _, several = WORDS[kind]
    table, columns = _NEEDED[kind]
    raise UsageError(
        f"the data has no {several} until {until.day}, so nothing says which leads were good",
        hint=f"load a table `{table}` with {columns}",
    )


def _sundays(until: AsOf, question: Question, catalog: Catalog, timezone: str) -> tuple[date, ...]:
    """Return the Sundays at whose end a list is made: since the log began, horizons over.

    Raises:
        UsageError: there is none.
    """
    within = question.panel.within
    # From the last day with a whole horizon back to a Sunday.
    over = (until.day - timedelta(days=within)).isoweekday() % _WEEK
    log = catalog.first_event
    first = log.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).date() if log else None
    dates = panel_dates(until, within=within + over, every=_WEEK, most=question.weeks, first=first)
    if not dates:
        begins = f"the log begins on {first}" if first is not None else "the log has no events"
        raise UsageError(
            f"no week lies {within} days before {until.day}: {begins}",
            hint="a shorter --within, or a later --as-of",
        )
    return dates


def _log_ends(store: Store, until: AsOf, timezone: str) -> date | None:
    last = store.database.value(sql.last_known(until.before))
    if last is None:
        return None
    day = last.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).date()
    return day if until.day - day > timedelta(days=_WEEK) else None


def _horizons(dates: Sequence[date], within: int, timezone: str) -> tuple[Horizon, ...]:
    return tuple(
        Horizon(
            day,
            end_of_day(day, timezone).before,
            end_of_day(day + timedelta(days=within), timezone).before,
        )
        for day in dates
    )


def _panel(
    store: Store,
    text: RulesetText,
    question: Question,
    dates: tuple[date, ...],
    place: int,
    tick: Tick,
) -> Panel:
    asked = replace(question.panel, dates=dates)
    if question.scores is not None:
        asked = replace(asked, score=question.scores[place])
    return build_panel(store, text, asked, tick, relation=_PANELS[place])


def _capacity(
    store: Store, question: Question, horizons: Sequence[Horizon], last: datetime
) -> tuple[int, Origin]:
    if question.capacity is not None:
        return question.capacity, "asked"
    offered = store.database.value(sql.handoffs_a_week(horizons, last))
    return (math.ceil(offered), "hand-overs") if offered else (CAPACITY, "default")


def _judged(
    name: str,
    panel: Panel,
    pick: str,
    horizons: Sequence[Horizon],
    stage: str | None,
    *,
    timed: bool,
) -> Judged:
    database = panel.store.database
    counts = database.rows(sql.totals(pick))[0]
    sums = sums_of(database, sql.counts_by_lead(pick), sql.COUNTS)
    foreseen = sql.foreseen(_BEGAN, pick, horizons)
    outcomes, seen, listed = database.rows(sql.captured(foreseen))[0]
    bands = measure_bands(panel)
    return Judged(
        name=name,
        model=panel.ruleset.model,
        score=panel.score.name,
        rows=counts[0],
        leads=counts[1],
        unknown=counts[2],
        came=sums.totals["came"],
        came_leads=counts[3],
        listed=counts[4],
        listed_leads=counts[5],
        empty=counts[6],
        tied=counts[7],
        precision=share_figure(sums, "hits", "picked"),
        recall=share_figure(sums, "hits", "came"),
        lift=ratio_figure(sums, ("hits", "picked"), ("came", "seen")),
        capture=_plain_share(listed, outcomes),
        auc=measure_area(database, panel.relation),
        unseen=outcomes - seen,
        bands=bands,
        steps=steps_of(bands),
        lead_time=measure_lead_time(panel, _BEGAN, horizons, stage) if timed else None,
        weeks=tuple(WeekOfList(*row) for row in database.rows(sql.weekly(pick))),
        untrusted=panel.untrusted,
    )


def _plain_share(part: int, whole: int) -> Figure:
    """Return a share of outcomes, each of which stands for itself."""
    if not whole:
        return Figure(None, None, part, whole)
    share = Share(part, whole)
    return Figure(share.value, share.interval, part, whole)


def _changes(panels: Sequence[Panel], horizons: Sequence[Horizon]) -> Changes:
    database = panels[0].store.database
    columns = [f"{side}_{column}" for side in ("base", "head") for column in sql.COUNTS]
    sums = sums_of(database, sql.counts_of_both(*_PICKS), columns)
    auc, rows = area_difference(database, panels[0].relation, panels[1].relation)
    return Changes(
        precision=share_difference(
            sums, ("base_hits", "base_picked"), ("head_hits", "head_picked")
        ),
        recall=share_difference(sums, ("base_hits", "base_came"), ("head_hits", "head_came")),
        capture=_capture_change(panels, horizons),
        auc=auc,
        rows=rows,
    )


def _capture_change(panels: Sequence[Panel], horizons: Sequence[Horizon]) -> Change:
    """Return how many more outcomes had their lead listed, as a share of all.

    The interval is that of a paired share with half an outcome added to each kind of disagreement
    (Agresti and Min, Statistics in Medicine 24, 2005).
    """
    database = panels[0].store.database
    sides = [sql.foreseen(_BEGAN, pick, horizons) for pick in _PICKS]
    outcomes = database.rows(sql.captured(sides[0]))[0][0]
    lost, won = database.rows(sql.captured_of_both(sides[0], sides[1]))[0]
    if not outcomes:
        return Change(None, None)
    value = (won - lost) / outcomes
    if not won and not lost:
        return Change(value, None)
    more = (won - lost) / (outcomes + 2)
    variance = ((won + lost + 1) / (outcomes + 2) - more * more) / (outcomes + 2)
    return replace(around(more, variance), value=value)
