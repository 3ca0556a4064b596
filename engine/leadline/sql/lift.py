"""The SQL of lift: how much more often who moved on did something than who did not.

Both are watched alike: from entering the stage, for as long as those who moved on were in it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from leadline.sql import quote
from leadline.sql.stays import STAYS
from leadline.sql.touches import TOUCH

WATCHED = "watched_stay"
LIFT = "lift"
#: What is added to each count, so that no odds are zero or infinite.
PRIOR = 1
#: The 97.5% quantile of the standard normal distribution.
QUANTILE = 1.959963984540054


def watched(window: timedelta, since: datetime | None, until: datetime) -> str:
    """Return the SELECT of the stays to compare: stay, owner, stage, entered_at, moved, seen.

    Only stays whose window is over by the date are taken, whatever became of them: of a later one
    it is not known yet whether it moves in time, and those that already did are no fair sample.

    Args:
        window: how long a stay is watched from its beginning.
        since: from which instant on (UTC) stays begin; None is all.
        until: the instant (UTC) up to which the past is known.

    Returns:
        ``moved`` is whether it ended forward within the window, ``seen`` how long it was watched,
        in microseconds: to its end or the window's.
    """
    length = round(window / timedelta(microseconds=1))
    over = quote.instant(until)
    where = f" AND entered_at >= {quote.instant(since)}" if since is not None else ""
    return f"""
SELECT row_number() OVER (ORDER BY owner, entered_at) AS stay, owner, stage, entered_at,
  coalesce(move = 'forward' AND inside <= {length}, FALSE) AS moved, least(inside, {length}) AS seen
FROM (
  SELECT *, epoch_us(coalesce(left_at, {over})) - epoch_us(entered_at) AS inside
  FROM {quote.name(STAYS)}
  WHERE entered_at IS NOT NULL{where}
)
WHERE epoch_us(entered_at) + {length} <= epoch_us({over})"""


def lifts() -> str:
    """Return the SELECT of the lift of each action in each stage that somebody moved on from.

    A stay that moved on has done what happened in it up to its end, the event that moved it
    included. One that did not is watched for as long as each that moved, in turn: it counts as
    the share of them that were still inside when it did it. So an action that moves nobody has
    an odds ratio around 1, however early those who move on do.

    Returns:
        stage, action, moved, moved_with, stayed, stayed_with, odds_ratio, low, high.
    """
    a, b = f"(moved_with + {PRIOR})", f"(moved - moved_with + {PRIOR})"
    c, d = f"(stayed_with + {PRIOR})", f"(stayed - stayed_with + {PRIOR})"
    error = f"{QUANTILE} * sqrt(1.0 / {a} + 1.0 / {b} + 1.0 / {c} + 1.0 / {d})"
    return f"""
WITH done AS (
  SELECT w.stay, w.stage, w.moved, t.action,
    min(epoch_us(t.occurred_at)) - epoch_us(w.entered_at) AS age
  FROM {WATCHED} w
  JOIN {TOUCH} t ON t.owner = w.owner AND t.occurred_at > w.entered_at
    AND epoch_us(t.occurred_at) <= epoch_us(w.entered_at) + w.seen
    AND epoch_us(t.seen_from) <= epoch_us(w.entered_at) + w.seen
    AND epoch_us(t.until) >= epoch_us(w.entered_at) + w.seen
  GROUP BY w.stay, w.stage, w.moved, w.entered_at, t.action
), still AS (
  SELECT DISTINCT stage, seen,
    count(*) OVER (PARTITION BY stage ORDER BY seen DESC) / count(*) OVER (PARTITION BY stage)
      AS share
  FROM {WATCHED}
  WHERE moved
), whole AS (
  SELECT stage, CAST(count(CASE WHEN moved THEN 1 END) AS DOUBLE) AS moved,
    CAST(count(CASE WHEN NOT moved THEN 1 END) AS DOUBLE) AS stayed
  FROM {WATCHED}
  GROUP BY stage
), counted AS (
  SELECT d.stage, d.action, CAST(count(CASE WHEN d.moved THEN 1 END) AS DOUBLE) AS moved_with,
    coalesce(sum(CASE WHEN NOT d.moved THEN s.share END ORDER BY d.stay), 0) AS stayed_with
  FROM done d
  ASOF LEFT JOIN still s ON s.stage = d.stage AND d.age <= s.seen
  GROUP BY d.stage, d.action
)
SELECT stage, action, moved, moved_with, stayed, stayed_with, odds_ratio,
  odds_ratio * exp(-error) AS low, odds_ratio * exp(error) AS high
FROM (
  SELECT *, {a} * {d} / ({b} * {c}) AS odds_ratio, {error} AS error
  FROM counted JOIN whole USING (stage)
  WHERE moved > 0 AND stayed > 0 AND moved_with + stayed_with > 0
)"""
