"""The SQL of weekly counts of stays: what hazards and arrivals are read from.

Weeks are calendar ones, from Monday on, in the model's timezone, numbered from ``EPOCH``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from leadline.plan.clock import Offset
from leadline.sql import quote
from leadline.sql.relations import local_day
from leadline.sql.stays import STAYS

#: The Monday that weeks are numbered from.
EPOCH = date(1900, 1, 1)
#: The age of a stay whose beginning is not known.
UNKNOWN = -1

_WEEKS = "stay_week"
_LIVED = "lived_week"


def week_of(day: date) -> int:
    """Return the number of the week that a day is in."""
    return (day - EPOCH).days // 7


def monday_of(week: int) -> date:
    """Return the first day of a week."""
    return EPOCH + timedelta(days=7 * week)


def first_entry() -> str:
    """Return the SELECT of the first instant at which anybody is known to enter a stage."""
    return f"SELECT min(entered_at) FROM {quote.name(STAYS)}"


def without_beginning() -> str:
    """Return the SELECT that counts the leads or accounts that have always been there."""
    return f"SELECT count(*) FROM {quote.name(STAYS)} WHERE entered_at IS NULL"


def kept_weeks(offsets: Sequence[Offset], last: int) -> str:
    """Return the statement that counts stays that are alike by week.

    A stay without a beginning is left out, for nobody can say that it was known of at an earlier
    date; who moves on from it arrives.

    Args:
        offsets: the timezone's.
        last: the last week that is known; who leaves later is still inside after it, and where
            to is not known.

    Returns:
        place, arrived, entered and "left" (weeks), next_place, stays.
    """
    entered = f"greatest({_week('s.entered_at', offsets)}, 0)"
    left = f"coalesce({_week('s.left_at', offsets)}, {last + 1})"
    return f"""
CREATE OR REPLACE TEMP TABLE {_WEEKS} AS
SELECT place, arrived, entered, least("left", {last + 1}) AS "left",
  CASE WHEN "left" <= {last} THEN next_place END AS next_place, count(*) AS stays
FROM (
  SELECT s.place, s.came = 'enter' OR always.owner IS NOT NULL AS arrived, s.next_place,
    {entered} AS entered, {left} AS "left"
  FROM {quote.name(STAYS)} s
  LEFT JOIN (SELECT owner, left_at FROM {quote.name(STAYS)} WHERE entered_at IS NULL) always
    ON always.owner = s.owner AND always.left_at = s.entered_at
  WHERE s.entered_at IS NOT NULL
)
WHERE entered <= {last}
GROUP BY ALL"""


def kept_lives(begun: int, first: int, last: int, oldest: int) -> str:
    """Return the statement that counts stays week by week, after ``kept_weeks``.

    Args:
        begun: the week in which the log begins; of a stay that began no later the age is not known.
        first: the first week to count.
        last: the last week that is known; the week after it has those who are inside then.
        oldest: the age in weeks from which on ages are one.

    Returns:
        week, place, age, next_place, gone, moved (whether the stay ended in this week), stays: a
        stay counts in each week in which it was inside at the beginning, or began (age 0).
    """
    return f"""
CREATE OR REPLACE TEMP TABLE {_LIVED} AS
SELECT week, place, CASE WHEN entered <= {begun} THEN {UNKNOWN}
    ELSE least(week - entered, {oldest}) END AS age,
  "left" = week AND week <= {last} AS moved, CASE WHEN "left" = week THEN next_place END
    AS next_place, sum(stays)::BIGINT AS stays
FROM (
  SELECT *, unnest(range(greatest(entered, {first}), "left" + 1)) AS week
  FROM {_WEEKS}
  WHERE "left" >= {first}
)
GROUP BY ALL"""


def exposures() -> str:
    """Return the SELECT of week, place, age, stays: who could leave, or began (age 0)."""
    return f"SELECT week, place, age, sum(stays)::BIGINT FROM {_LIVED} GROUP BY ALL"


def moves() -> str:
    """Return the SELECT of week, place, age, next_place, stays: who left, NULL to no stage."""
    return f"SELECT week, place, age, next_place, stays FROM {_LIVED} WHERE moved"


def arrivals(first: int) -> str:
    """Return the SELECT of week, place, stays: who arrived, from a week on."""
    return f"""
SELECT entered, place, sum(stays)::BIGINT
FROM {_WEEKS}
WHERE arrived AND entered >= {first}
GROUP BY ALL"""


def _week(instant: str, offsets: Sequence[Offset]) -> str:
    day = local_day(instant, offsets)
    return f"CAST(floor(({day} - {quote.day(EPOCH)}) / 7) AS BIGINT)"


def literal_rows(
    columns: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[str | int | float | date | bool | None]],
) -> str:
    """Return the SELECT of a few rows that are known, in their order.

    Args:
        columns: names and types.
        rows: the values.
    """
    heads = ", ".join(quote.name(name) for name, _ in columns)
    typed = ", ".join(
        f"CAST({quote.name(name)} AS {kind}) AS {quote.name(name)}" for name, kind in columns
    )
    numbered = [(n, *row) for n, row in enumerate(rows)]
    body = ", ".join(f"({', '.join(map(_literal, row))})" for row in numbered)
    nothing = f"({', '.join(['NULL'] * (len(columns) + 1))})"
    where = "" if rows else "\nWHERE false"
    return (
        f'SELECT {typed}\nFROM (VALUES {body or nothing}) t("row", {heads}){where}\nORDER BY "row"'
    )


def _literal(value: str | int | float | date | bool | None) -> str:
    match value:
        case None:
            return "NULL"
        case bool() | int():
            return str(value)
        case float():
            return quote.number(value)
        case date():
            return quote.day(value)
        case str():
            return quote.text(value)
