"""Leads that will enter each stage in the weeks to come, and how well that can be told.

A model of weeks: who is inside moves on with a chance that depends on the stage and the weeks in
it, who arrives comes at the level of recent weeks. All is computed from a few counts, which SQL
makes of the stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from leadline.diagnostic import did_you_mean
from leadline.errors import UsageError
from leadline.flow import FEW, Flow, follow
from leadline.forecast.backtest import (
    EIGHTY,
    LEAST_WEEKS,
    NINETY_FIVE,
    Outlook,
    Trial,
    look_ahead,
)
from leadline.forecast.counts import Counts, History, read_counts
from leadline.forecast.intervals import quantiles
from leadline.forecast.projection import RECALLED, Expected, arrivals_of
from leadline.pipeline import RulesetText
from leadline.plan.clock import offsets
from leadline.report.forecast import Forecast, Measured, StageForecast, WeekAhead
from leadline.sql import hazards as sql
from leadline.store import Store


def forecast(
    store: Store,
    text: RulesetText,
    as_of: str | None,
    *,
    account: str | None = None,
    stage: str | None = None,
    weeks: int = 8,
    history: int = 52,
    tests: int = 12,
) -> Forecast:
    """Forecast the entries into each stage.

    Args:
        store: the data.
        text: the ruleset.
        as_of: the date up to which the past is known; weeks that are not over then are left out.
        account: an account score with stages, instead of the leads.
        stage: this stage alone.
        weeks: how many weeks to look ahead.
        history: how many weeks the hazards are estimated from.
        tests: how many past weeks to test each distance with.

    Raises:
        RulesetError: the ruleset does not compile.
        UsageError: there are no such stages, or no such stage.
    """
    flow = follow(store, text, as_of, account=account)
    if stage is not None and stage not in flow.names:
        raise UsageError(f"no stage is called `{stage}`", hint=did_you_mean(stage, flow.names))
    who = "accounts" if account is not None else "leads"
    last = _running_week(flow) - 1
    begun = _beginning(flow)
    counts = None
    if begun is not None:
        span = max(history, RECALLED) + tests + weeks
        counts = _counts(flow, begun, last, span)
    outlook = look_ahead(counts, weeks, history, tests) if counts is not None else None
    first = sql.week_of(_local(flow, begun).date()) + 1 if begun is not None else last + 1
    full = max(0, last - first + 1)
    return Forecast(
        who=who,
        begun=_local(flow, begun).date() if begun is not None else None,
        known=sql.monday_of(last + 1) - timedelta(days=1),
        full_weeks=full,
        needed=LEAST_WEEKS,
        least=FEW,
        history=min(history, full),
        arriving=_arriving(counts) if outlook is not None and counts is not None else 0.0,
        without_beginning=store.database.value(sql.without_beginning()),
        running=_local(flow, flow.past.until.before).date() > sql.monday_of(last + 1),
        stages=_stages(flow.names, stage, counts, outlook, history)
        if counts is not None and outlook is not None
        else (),
    )


def _counts(flow: Flow, begun: datetime, last: int, span: int) -> Counts:
    database, timezone = flow.past.store.database, flow.past.ruleset.timezone
    earliest: datetime = min(begun, database.value(sql.first_entry()))
    zone = offsets(timezone, earliest, flow.past.until.before)
    opening = sql.week_of(_local(flow, begun).date())
    return read_counts(database, zone, len(flow.names), opening, last, span)


def _beginning(flow: Flow) -> datetime | None:
    """Return the first instant of the log; None where nobody is known to have entered a stage.

    Stages by tag are known from their first value on, others from the first event on.
    """
    entered: datetime | None = flow.past.store.database.value(sql.first_entry())
    event = flow.past.catalog.first_event
    if entered is None or event is None or flow.stages.source.kind == "tag":
        return entered
    return event


def _running_week(flow: Flow) -> int:
    """Return the week that had begun at the date and was not over, or began with its end."""
    return sql.week_of(_local(flow, flow.past.until.before).date())


def _local(flow: Flow, instant: datetime) -> datetime:
    zone = ZoneInfo(flow.past.ruleset.timezone)
    return instant.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)


def _arriving(counts: Counts) -> float:
    return sum(arrivals_of(counts, counts.last, place).level for place in range(counts.stages))


def _stages(
    names: Sequence[str], only: str | None, counts: Counts, outlook: Outlook, length: int
) -> tuple[StageForecast, ...]:
    history = History(counts, length)
    history.up_to(counts.last)
    found = []
    for place, name in enumerate(names):
        if only not in (None, name):
            continue
        trials = [trial for trial in outlook.trials if trial.place == place]
        weeks = tuple(
            _week(counts.last, ahead, row[place], trials)
            for ahead, row in enumerate(outlook.projection, 1)
        )
        inside = counts.inside.get(counts.last + 1, {})
        entered = history.inside[place, 0]
        found.append(
            StageForecast(
                stage=name,
                inside=sum(stays for (at, _), stays in inside.items() if at == place),
                entered=entered,
                few=entered < FEW,
                left=sum(stays for (at, _, _), stays in history.moves.items() if at == place),
                weeks=weeks,
                measured=_measured(trials),
            )
        )
    return tuple(found)


def _week(last: int, ahead: int, expected: Expected, trials: Sequence[Trial]) -> WeekAhead:
    levels = (NINETY_FIVE[0], *EIGHTY, NINETY_FIVE[1])
    least, low, high, most = quantiles(expected.mean, expected.variance, levels)
    return WeekAhead(
        ahead=ahead,
        monday=sql.monday_of(last + ahead),
        expected=expected.mean,
        eighty=(low, high),
        ninety_five=(least, most),
        measured=_measured([trial for trial in trials if trial.ahead == ahead]),
    )


def _measured(trials: Sequence[Trial]) -> Measured | None:
    if not trials:
        return None
    many = len(trials)
    return Measured(
        tests=many,
        error=sum(abs(trial.expected - trial.actual) for trial in trials) / many,
        covered=sum(trial.covered for trial in trials) / many,
        last_week=sum(abs(trial.last_week - trial.actual) for trial in trials) / many,
        mean_of_four=sum(abs(trial.mean_of_four - trial.actual) for trial in trials) / many,
        few=len({trial.week for trial in trials}) < FEW,
    )
