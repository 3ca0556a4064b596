"""The SQL of credit: which touches before a move are given how much of it.

All in closed form. The parts of a move are the differences of rounded running sums, whole
billionths, so they add up to exactly one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from leadline.plan.caps import BILLION
from leadline.sql import quote
from leadline.sql.drivers import MOVE, Way, ended
from leadline.sql.touches import TOUCH

CREDIT = "credit"
#: What a move without any touch in its window is given to.
NO_TOUCH = "(no touch)"
#: How long it takes a touch to lose half its weight.
HALF_LIFE = timedelta(days=7)

Model = Literal["first", "last", "linear", "position", "decay"]
MODELS: tuple[Model, ...] = ("first", "last", "linear", "position", "decay")

#: The share of the first and of the last touch by position, in billionths.
_ENDS = BILLION * 4 // 10

#: What the first ``nth`` of ``n`` touches have together, in billionths.
_UP_TO = {
    "first": str(BILLION),
    "last": f"CASE WHEN nth = n THEN {BILLION} ELSE 0 END",
    "linear": f"nth * {BILLION} // n",
    "position": f"CASE WHEN nth = n THEN {BILLION} WHEN n = 2 THEN {BILLION // 2}"
    f" ELSE {_ENDS} + (nth - 1) * {BILLION - 2 * _ENDS} // (n - 2) END",
    "decay": f"CASE WHEN nth = n THEN {BILLION}"
    f" ELSE CAST(round({BILLION} * weights / all_weights) AS BIGINT) END",
}


def credit_parts(models: Sequence[Model], window: timedelta) -> str:
    """Return the SELECT of what each touch is given of each move up: move, event_id, action, ...

    A touch is an event of the window before the move, the instant of the move included. A move
    down is nobody's merit.

    Args:
        models: how a move is given: all to the ``first`` or ``last`` touch; ``linear``, to each the
            same; by ``position``, 40% to the first and the last and 20% to those between (half
            to each of two, all to one); by ``decay``, half the weight for each seven days before
            the last touch.
        window: how long before the move touches count.

    Returns:
        move, event_id, action (NULL both without a touch), and for each model a column of
        billionths.
    """
    length = round(window / timedelta(microseconds=1))
    half = round(HALF_LIFE / timedelta(microseconds=1))
    columns = ",\n  ".join(
        f"up_to_{model} - lag(up_to_{model}, 1, 0) OVER w AS {model}" for model in models
    )
    sums = ",\n    ".join(f"{_UP_TO[model]} AS up_to_{model}" for model in models)
    alone = ", ".join(f"{BILLION} AS {model}" for model in models)
    ways = "came IN ('enter', 'forward')"
    return f"""
WITH touched AS (
  SELECT m.move, t.event_id, t.action, t.occurred_at,
    max(t.occurred_at) OVER (PARTITION BY m.move) AS last_at
  FROM {MOVE} m
  JOIN {TOUCH} t ON t.owner = m.owner AND t.occurred_at <= m."at"
    AND epoch_us(t.occurred_at) > epoch_us(m."at") - {length}
    AND m."at" >= t.seen_from AND m."at" < t.until
  WHERE m.{ways}
), weighed AS (
  SELECT *, row_number() OVER w AS nth, count(*) OVER (PARTITION BY move) AS n,
    sum(weight) OVER (w ROWS UNBOUNDED PRECEDING) AS weights,
    sum(weight) OVER (PARTITION BY move) AS all_weights
  FROM (
    SELECT *, pow(2, (epoch_us(occurred_at) - epoch_us(last_at)) / {half}.0) AS weight FROM touched
  )
  WINDOW w AS (PARTITION BY move ORDER BY occurred_at, event_id)
)
SELECT move, event_id, action,
  {columns}
FROM (
  SELECT *,
    {sums}
  FROM weighed
)
WINDOW w AS (PARTITION BY move ORDER BY nth)
UNION ALL
SELECT move, NULL, NULL, {alone}
FROM {MOVE}
WHERE {ways} AND move NOT IN (SELECT move FROM touched)"""


def credit_list(
    stages: Sequence[str], ways: Sequence[Way], models: Sequence[Model], *, top: int, few: int
) -> str:
    """Return the SELECT of the credit of each action, the most by the first model first.

    Args:
        stages: the names of the steps, lowest first.
        ways: into, out of, or both.
        models: as the relation of credits has them.
        top: how many actions of each stage and way; 0 is all.
        few: what is said of fewer moves is from few.

    Returns:
        stage, way, touch, touched (moves with such a touch), of (moves in all), few, and for each
        model the moves it is given.
    """
    places = ", ".join(f"({n}, {quote.text(name)})" for n, name in enumerate(stages))
    sums = ", ".join(f"sum({model}) / {BILLION}.0 AS {model}" for model in models)
    parts = "\n  UNION ALL ".join(_of_way(way, models) for way in ways)
    first = f"\nWHERE rank <= {top}" if top else ""
    return f"""
SELECT stage, way, touch, touched, "of", "of" < {few} AS few, {", ".join(models)}
FROM (
  SELECT s.place, c.*, row_number() OVER (
    PARTITION BY c.stage, way ORDER BY {models[0]} DESC, touched DESC, touch) AS rank
  FROM (
    SELECT stage, way, touch, count(DISTINCT move) AS touched, any_value("of") AS "of", {sums}
    FROM (
  {parts}
    )
    GROUP BY stage, way, touch
  ) c
  JOIN (VALUES {places}) s(place, stage) ON s.stage = c.stage
){first}
ORDER BY place, way, rank"""


def _of_way(way: Way, models: Sequence[Model]) -> str:
    stage, where = ended(way)
    return f"""SELECT m.{stage} AS stage, '{way}' AS way, m.move,
    coalesce(c.action, {quote.text(NO_TOUCH)}) AS touch,
    count(DISTINCT m.move) OVER (PARTITION BY m.{stage}) AS "of",
    {", ".join(f"c.{model}" for model in models)}
  FROM {CREDIT} c JOIN {MOVE} m ON m.move = c.move
  WHERE {where}"""
