"""Velocity: who came into each stage and left it, period by period, and how long that took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from leadline.diagnostic import did_you_mean
from leadline.errors import UsageError
from leadline.flow import Flow
from leadline.plan.clock import midnights, parse_as_of
from leadline.sql import velocity as sql
from leadline.sql.relations import kept
from leadline.sql.velocity import Shown

#: How long a period can be.
UNITS = tuple(sql.UNITS)

#: Rows that a statement for Kaplan-Meier medians may have: a bound on the memory it takes.
_MOST_TIMES = 5_000_000
#: Midnights are asked for around the periods, which begin before the first day and end after the
#: last.
_A_QUARTER = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of the stages of a flow, in a relation of its database.

    Attributes:
        flow: whose they are.
        unit: how long a period is, one of ``UNITS``.
        relation: where they are; docs/velocity.md lists its columns.
        log_begins: the first instant of the log (UTC), where it is known.
    """

    flow: Flow
    unit: str
    relation: str
    log_begins: datetime | None

    def figures(self) -> str:
        """Return the SELECT of the figures, one row a stage, group and period."""
        return sql.figure_list(self.relation, grouped=self.flow.by is not None)


def measure_velocity(
    flow: Flow,
    unit: str,
    *,
    since: str | None = None,
    stage: str | None = None,
    latest: bool = False,
) -> Measured:
    """Count and time the moves of each period.

    Args:
        flow: the stays.
        unit: how long a period is, one of ``UNITS``.
        since: a day of the first period; None begins with the first move.
        stage: this stage alone.
        latest: only the last period that is over and the one before it; where none is over yet,
            the one that has begun.

    Raises:
        UsageError: there is no such stage, or ``since`` is no day of the past.
    """
    shown, log_begins = _shown(flow, stage), _log_begins(flow)
    _keep_periods(flow, unit, log_begins)
    first, last = _latest(flow) if latest else _span(flow, since)
    database = flow.past.store.database
    database.execute(sql.no_medians())
    stays = int(database.value("SELECT count(*) FROM stay"))
    chunk = max(1, _MOST_TIMES // max(1, stays))
    for begin in range(first, last + 1, chunk):
        database.execute(sql.more_medians(begin, min(begin + chunk - 1, last)))
    database.execute(kept(sql.VELOCITY, sql.velocity(shown, first, last)))
    return Measured(flow, unit, sql.VELOCITY, log_begins)


def measure_cohorts(
    flow: Flow,
    unit: str,
    days: int,
    *,
    since: str | None = None,
    stage: str | None = None,
    most: int | None = None,
) -> Measured:
    """Count, of those who entered a stage in a period, who went on within some days.

    Args:
        flow: the stays.
        unit: how long a period is, one of ``UNITS``.
        days: how long each stay is followed, in days of 24 hours.
        since: a day of the first period; None begins with the first move.
        stage: this stage alone.
        most: at most so many periods, the last ones, unless ``since`` is given.

    Raises:
        UsageError: there is no such stage, or ``since`` is no day of the past.
    """
    shown, log_begins = _shown(flow, stage), _log_begins(flow)
    _keep_periods(flow, unit, log_begins)
    first, last = _span(flow, since)
    if most is not None and since is None:
        first = max(first, last - most + 1)
    rows = sql.cohorts(shown, days, first, last)
    flow.past.store.database.execute(kept(sql.COHORTS, rows))
    return Measured(flow, unit, sql.COHORTS, log_begins)


def measure_ways(
    flow: Flow,
    unit: str,
    *,
    since: str | None = None,
    stage: str | None = None,
    latest: bool = False,
) -> Measured:
    """Count and time the moves of each period by the stage they lead to; see above."""
    shown, log_begins = _shown(flow, stage), _log_begins(flow)
    _keep_periods(flow, unit, log_begins)
    first, last = _latest(flow) if latest else _span(flow, since)
    flow.past.store.database.execute(kept(sql.WAYS, sql.ways(shown, first, last)))
    return Measured(flow, unit, sql.WAYS, log_begins)


def _shown(flow: Flow, stage: str | None) -> tuple[Shown, ...]:
    names = flow.names
    if stage is not None and stage not in names:
        raise UsageError(f"no stage is called `{stage}`", hint=did_you_mean(stage, names))
    limits = dict(flow.stages.sla)
    return tuple(
        Shown(name, place, limits.get(name), place + 1 < len(names))
        for place, name in enumerate(names)
        if stage in (None, name)
    )


def _log_begins(flow: Flow) -> datetime | None:
    """Return the first instant that could have moved anybody, or None where there is none."""
    database, source = flow.past.store.database, flow.stages.source
    first = flow.past.catalog.first_event
    if source.kind == "tag" and source.name is not None:
        first = database.value(sql.first_tag(source.name))
    found: datetime | None = first or database.value(sql.first_left_or_entered())
    return found


def _keep_periods(flow: Flow, unit: str, log_begins: datetime | None) -> None:
    past = flow.past
    instant = past.store.database.value(sql.first_left_or_entered())
    first, last = _day(flow, instant) if instant is not None else past.until.day, past.until.day
    table = midnights(past.ruleset.timezone, first - _A_QUARTER, last + _A_QUARTER)
    rows = sql.periods(unit, min(first, last), last, past.until.before, table, log_begins)
    past.store.database.execute(kept(sql.PERIODS, rows))


def _day(flow: Flow, instant: datetime) -> date:
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(flow.past.ruleset.timezone)).date()


def _span(flow: Flow, since: str | None) -> tuple[int, int]:
    """Return the numbers of the first and the last period to show."""
    past = flow.past
    [(most,)] = past.store.database.rows(sql.last_period())
    if since is None:
        return 0, most
    day = parse_as_of(since, past.ruleset.timezone).day
    if day > past.until.day:
        raise UsageError(f"the span ends ({past.until.day}) before it begins ({since})")
    found = past.store.database.value(sql.period_of(day))
    return found if found is not None else 0, most


def _latest(flow: Flow) -> tuple[int, int]:
    [(last, whole)] = flow.past.store.database.rows(sql.latest_periods())
    if whole is None:
        return last, last
    return max(whole - 1, 0), whole
