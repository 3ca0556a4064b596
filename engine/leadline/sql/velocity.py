"""The SQL of velocity: who came into each stage in each period, who left, and after how long.

A period begins at a midnight of the model's timezone and ends before that of the next; whoever
leaves at the very instant at which it ends was inside at its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from leadline.plan.clock import Midnight
from leadline.sql import quote
from leadline.sql.relations import midnight
from leadline.sql.stays import NO_GROUP, STAYS
from leadline.sql.survival import survival_curve, survival_medians

PERIODS = "velocity_period"
MEDIANS = "velocity_median"
VELOCITY = "velocity"
COHORTS = "velocity_cohort"
WAYS = "velocity_way"

#: What ``--by`` can be, and how long each is to the engine.
UNITS = {"day": "1 day", "week": "7 days", "month": "1 month", "quarter": "3 months"}

_MICROSECONDS_A_DAY = 86_400_000_000
#: The mean is of whole microseconds, so that no order of the rows changes its last digit.
_TIMES = (
    "count(days) AS timed, CAST(sum(epoch_us(left_at) - epoch_us(entered_at)) AS DOUBLE)"
    f" / nullif(count(days), 0) / {_MICROSECONDS_A_DAY} AS mean_days,"
    " quantile_cont(days, 0.5) AS median_days, quantile_cont(days, 0.9) AS p90_days"
)
_KEYS = ("n", "stage", "group")
_CELL = 'n, stage, "group"'


@dataclass(frozen=True, slots=True)
class Shown:
    """A stage to show: its place, its service level in days, whether a stage comes after it."""

    name: str
    place: int
    sla: int | None
    goes_on: bool


def first_left_or_entered() -> str:
    """Return the SELECT of the first instant at which anybody enters or leaves a stage."""
    return f"SELECT least(min(entered_at), min(left_at)) FROM {quote.name(STAYS)}"


def first_tag(tag: str) -> str:
    """Return the SELECT of the first instant at which a tag is set."""
    return f"SELECT min(set_at) FROM lead_tags WHERE lower(tag) = lower({quote.text(tag)})"


def periods(
    unit: str,
    first: date,
    last: date,
    until: datetime,
    midnights: Sequence[Midnight],
    log_begins: datetime | None,
) -> str:
    """Return the SELECT of the periods from one day to another.

    Args:
        unit: one of ``UNITS``.
        first: a day of the first period.
        last: a day of the last.
        until: the instant (UTC) up to which the past is known; the last period ends there at most.
        midnights: the timezone's.
        log_begins: the first instant of the log (UTC), where it is known.

    Returns:
        n (from 0), period (its first day), period_end (its last), begins, ends (UTC, exclusive),
        whole (whether it is over), truncated (whether it begins before the log does).
    """
    step = f"INTERVAL {quote.text(UNITS[unit])}"
    begin = f"date_trunc({quote.text(unit)}, {{}})"
    truncated = "false"
    if log_begins is not None:
        truncated = f"{midnight('period', midnights)} < {quote.instant(log_begins)}"
    return f"""
SELECT n, period, CAST(following - INTERVAL 1 DAY AS DATE) AS period_end,
  {midnight("period", midnights)} AS begins,
  least({midnight("following", midnights)}, {quote.instant(until)}) AS ends,
  {midnight("following", midnights)} <= {quote.instant(until)} AS whole, {truncated} AS truncated
FROM (
  SELECT row_number() OVER (ORDER BY begin) - 1 AS n, CAST(begin AS DATE) AS period,
    CAST(begin + {step} AS DATE) AS following
  FROM (SELECT unnest(generate_series(
    CAST({begin.format(quote.day(first))} AS TIMESTAMP),
    CAST({begin.format(quote.day(last))} AS TIMESTAMP), {step})) AS begin)
)"""


def last_period() -> str:
    """Return the SELECT of the number of the last period."""
    return f"SELECT max(n) FROM {quote.name(PERIODS)}"


def period_of(day: date) -> str:
    """Return the SELECT of the number of the period with a day; no number is before the first."""
    return f"SELECT max(n) FROM {quote.name(PERIODS)} WHERE period <= {quote.day(day)}"


def latest_periods() -> str:
    """Return the SELECT of the numbers of the last period and of the last that is over."""
    return f"SELECT max(n), max(CASE WHEN whole THEN n END) FROM {quote.name(PERIODS)}"


def no_medians() -> str:
    """Return the statement that makes ``MEDIANS`` anew, empty."""
    columns = (
        'n BIGINT, stage VARCHAR, "group" VARCHAR, median DOUBLE, low DOUBLE, high DOUBLE,'
        " stays BIGINT, gone BIGINT"
    )
    return f"CREATE OR REPLACE TEMP TABLE {quote.name(MEDIANS)} ({columns})"


def more_medians(first: int, last: int) -> str:
    """Return the statement that adds the Kaplan-Meier medians of some periods.

    Each is of all stays that began before the period's end, as far as they were seen by then.
    """
    ends = "coalesce(least(s.left_at, p.ends), p.ends)"
    times = f"""(
      SELECT p.n, s.stage, s."group", coalesce(s.left_at < p.ends, false) AS ended,
        (epoch_us({ends}) - epoch_us(s.entered_at)) / {_MICROSECONDS_A_DAY}.0 AS days
      FROM {quote.name(PERIODS)} p JOIN {quote.name(STAYS)} s ON s.entered_at < p.ends
      WHERE p.n BETWEEN {first} AND {last}
    )"""
    medians = survival_medians(f"({survival_curve(times, _KEYS)})", _KEYS)
    return f"INSERT INTO {quote.name(MEDIANS)} {medians}"


def velocity(stages: Sequence[Shown], first: int, last: int) -> str:
    """Return the SELECT of every figure of a stage in a period.

    Args:
        stages: the stages to show.
        first: the number of the first period to show.
        last: that of the last.

    Returns:
        stage, place, "group" and the columns that docs/velocity.md lists, in that order.
    """
    return f"""
WITH step(place, stage, sla_days, goes_on) AS (VALUES {_steps(stages)}),
cell AS (
  SELECT p.n, g.stage, g."group" FROM {quote.name(PERIODS)} p CROSS JOIN ({_GROUPS}) g
),
came AS (
  SELECT {_CELL}, count(*) AS in_all, {_counted("came", "enter", "in_new")},
    {_counted("came", "forward", "in_forward")}, {_counted("came", "backward", "in_backward")}
  FROM {_dated("entered_at")} GROUP BY {_CELL}
),
left_then AS (
  SELECT {_CELL}, count(*) AS out_all, {_counted("move", "forward", "out_forward")},
    {_counted("move", "backward", "out_backward")}, {_counted("move", "gone", "out_gone")},
    count(CASE WHEN next_place = place + 1 THEN 1 END) AS out_next,
    {_TIMES}
  FROM {_dated("left_at")} GROUP BY {_CELL}
),
over AS (
  SELECT s.*, s.entered_at + to_days(t.sla_days) AS over_at
  FROM {quote.name(STAYS)} s JOIN step t ON t.stage = s.stage AND t.sla_days IS NOT NULL
  WHERE over_at < coalesce(s.left_at, (SELECT max(ends) FROM {quote.name(PERIODS)}))
),
went_over AS (
  SELECT {_CELL}, count(*) AS went_over FROM {_dated("over_at", "over")} GROUP BY {_CELL}
),
over_left AS (
  SELECT {_CELL}, count(*) AS over_left FROM {_dated("left_at", "over")} GROUP BY {_CELL}
),
always AS (
  SELECT stage, "group", count(*) AS inside
  FROM {quote.name(STAYS)} WHERE entered_at IS NULL GROUP BY stage, "group"
),
counted AS (
  SELECT c.*, coalesce(a.inside, 0) AS always_inside, {_zeros("i", _IN)}, {_zeros("o", _OUT)},
    o.mean_days, o.median_days, o.p90_days, {_zeros("w", ("went_over",))},
    {_zeros("l", ("over_left",))}
  FROM cell c
  LEFT JOIN came i USING ({_CELL})
  LEFT JOIN left_then o USING ({_CELL})
  LEFT JOIN went_over w USING ({_CELL})
  LEFT JOIN over_left l USING ({_CELL})
  LEFT JOIN always a USING (stage, "group")
),
summed AS (
  SELECT *, CAST(always_inside + sum(in_all - out_all) OVER w AS BIGINT) AS balance,
    CAST(sum(went_over - over_left) OVER w AS BIGINT) AS past_due
  FROM counted
  WINDOW w AS (PARTITION BY stage, "group" ORDER BY n ROWS UNBOUNDED PRECEDING)
)
SELECT s.stage, p.place, s."group", d.period, d.period_end, d.whole, d.truncated,
  {", ".join(f"s.{column}" for column in (*_IN, *_OUT[:4]))}, s.balance,
  CASE WHEN p.goes_on THEN s.out_next END AS out_next,
  CASE WHEN p.goes_on THEN s.out_next / nullif(s.out_all, 0)::DOUBLE END AS conversion_next,
  CASE WHEN p.goes_on THEN s.out_forward / nullif(s.out_all, 0)::DOUBLE END AS conversion_any,
  s.timed, s.out_all - s.timed AS untimed, s.mean_days, s.median_days, s.p90_days,
  coalesce(m.stays, 0) AS km_stays, coalesce(m.gone, 0) AS km_left, m.median AS km_median_days,
  m.low AS km_low_days, m.high AS km_high_days, p.sla_days,
  CASE WHEN p.sla_days IS NOT NULL THEN s.past_due + s.over_left END AS due,
  CASE WHEN p.sla_days IS NOT NULL THEN s.past_due END AS past_due
FROM summed s
JOIN step p ON p.stage = s.stage
JOIN {quote.name(PERIODS)} d ON d.n = s.n
LEFT JOIN {quote.name(MEDIANS)} m ON m.n = s.n AND m.stage = s.stage AND m."group" = s."group"
WHERE s.n BETWEEN {first} AND {last}"""


_IN = ("in_all", "in_new", "in_forward", "in_backward")
_OUT = ("out_all", "out_forward", "out_backward", "out_gone", "out_next", "timed")
# A stage that nobody was in has a row as well.
_GROUPS = f"""
    SELECT s.stage, coalesce(t."group", {quote.text(NO_GROUP)}) AS "group"
    FROM step s LEFT JOIN (SELECT DISTINCT "group" FROM {quote.name(STAYS)}) t ON true"""


def cohorts(stages: Sequence[Shown], days: int, first: int, last: int) -> str:
    """Return the SELECT of what became, within some days, of those who entered in each period.

    Args:
        stages: the stages to show.
        days: how long each is followed.
        first: the number of the first period to show.
        last: that of the last.

    Returns:
        stage, place, "group" and the columns that docs/velocity.md lists, in that order.
    """
    limit = f"s.entered_at + to_days({days})"
    within = f"s.left_at <= {limit}"
    last_seen = f"(SELECT max(ends) FROM {quote.name(PERIODS)})"
    return f"""
WITH step(place, stage, sla_days, goes_on) AS (VALUES {_steps(stages)}),
followed AS (
  SELECT s.stage, s."group", s.n, s.move, {limit} < {last_seen} AS seen,
    coalesce({within} AND next_place = place + 1, false) AS on_next,
    coalesce({within} AND move = 'forward', false) AS on_any,
    coalesce({within} AND move <> 'forward', false) AS elsewhere
  FROM {_dated("entered_at")} s
),
counted AS (
  SELECT {_CELL}, count(*) AS in_all, {_of("seen", "true", "seen")},
    {_of("seen", "on_next", "seen_next")}, {_of("seen", "on_any", "seen_any")},
    {_of("seen", "elsewhere", "seen_elsewhere")}, {_of("NOT seen", "true", "open")},
    {_of("NOT seen", "on_next", "open_next")}, {_of("NOT seen", "on_any", "open_any")}
  FROM followed GROUP BY {_CELL}
)
SELECT p.stage, p.place, g."group", d.period, d.period_end, d.whole, d.truncated,
  {days} AS within_days, {_zeros("c", _COHORT)},
  CASE WHEN p.goes_on THEN c.seen_next / nullif(c.seen, 0)::DOUBLE END AS conversion_next,
  CASE WHEN p.goes_on THEN c.seen_any / nullif(c.seen, 0)::DOUBLE END AS conversion_any
FROM {quote.name(PERIODS)} d CROSS JOIN ({_GROUPS}) g
JOIN step p ON p.stage = g.stage
LEFT JOIN counted c ON c.n = d.n AND c.stage = g.stage AND c."group" = g."group"
WHERE d.n BETWEEN {first} AND {last}"""


_COHORT = (
    *("in_all", "seen", "seen_next", "seen_any", "seen_elsewhere"),
    *("open", "open_next", "open_any"),
)


def ways(stages: Sequence[Shown], first: int, last: int) -> str:
    """Return the SELECT of the ways out of each stage: where to, how often, after how long.

    Args:
        stages: the stages to show.
        first: the number of the first period to show.
        last: that of the last.

    Returns:
        stage, place, "group", next_place and the columns that docs/velocity.md lists. A way that
        anybody ever took has a row in every period.
    """
    by = 'stage, "group", next_stage, next_place, move'
    same = " AND ".join(
        f"m.{column} IS NOT DISTINCT FROM w.{column}" for column in by.replace(" ", "").split(",")
    )
    all_out = (
        'CAST(coalesce(sum(m.moves) OVER (PARTITION BY d.n, w.stage, w."group"), 0) AS BIGINT)'
    )
    return f"""
WITH step(place, stage, sla_days, goes_on) AS (VALUES {_steps(stages)}),
moved AS (
  SELECT n, {by}, count(*) AS moves, {_TIMES}
  FROM {_dated("left_at")} GROUP BY n, {by}
)
SELECT w.stage, p.place, w."group", w.next_place, w.next_stage, w.move, d.period, d.period_end,
  d.whole, d.truncated, {_zeros("m", ("moves",))},
  {all_out} AS out_all, coalesce(m.moves, 0) / nullif({all_out}, 0)::DOUBLE AS share,
  {_zeros("m", ("timed",))}, m.mean_days, m.median_days, m.p90_days
FROM (SELECT DISTINCT {by} FROM {quote.name(STAYS)} WHERE left_at IS NOT NULL) w
JOIN step p ON p.stage = w.stage
CROSS JOIN {quote.name(PERIODS)} d
LEFT JOIN moved m ON m.n = d.n AND {same}
WHERE d.n BETWEEN {first} AND {last}"""


def figure_list(relation: str, *, grouped: bool) -> str:
    """Return the SELECT of all figures of a relation of this module in their order."""
    order = ["place", '"group"', *(["next_place NULLS LAST"] if relation == WAYS else []), "period"]
    left_out = [
        "place",
        *(["next_place"] if relation == WAYS else []),
        *([] if grouped else ['"group"']),
    ]
    return (
        f"SELECT * EXCLUDE ({', '.join(left_out)}) FROM {quote.name(relation)}"
        f" ORDER BY {', '.join(order)}"
    )


def _steps(stages: Sequence[Shown]) -> str:
    rows = (
        f"({one.place}, {quote.text(one.name)},"
        f" CAST({one.sla if one.sla is not None else 'NULL'} AS INTEGER), {one.goes_on})"
        for one in stages
    )
    return ", ".join(rows)


def _dated(instant: str, rows: str = STAYS) -> str:
    """Return the stays with the period in which one of their instants lies."""
    return f"""(
    SELECT s.*, p.n FROM {quote.name(rows)} s
    ASOF JOIN {quote.name(PERIODS)} p ON s.{instant} >= p.begins
  )"""


def _counted(column: str, value: str, name: str) -> str:
    return f"count(CASE WHEN {column} = {quote.text(value)} THEN 1 END) AS {name}"


def _of(rows: str, those: str, name: str) -> str:
    return f"count(CASE WHEN {rows} AND {those} THEN 1 END) AS {name}"


def _zeros(table: str, columns: Sequence[str]) -> str:
    return ", ".join(f"coalesce({table}.{column}, 0) AS {column}" for column in columns)
