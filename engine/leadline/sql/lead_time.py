"""The SQL of lead time: how long leads had been sales-ready when an outcome began."""

from __future__ import annotations

from collections.abc import Sequence

from leadline.sql import quote
from leadline.sql.backtest import Horizon, horizons_in_values
from leadline.sql.past_listing import STAGES

_DAY = 86_400_000_000


def entries(stages: Sequence[str], stage: str) -> str:
    """Return the SELECT of when leads came up to a stage: lead_id, ready_at (UTC).

    Who comes to a later stage from below has come up to this one too; who falls back into it has
    not.

    Args:
        stages: the names of the steps, lowest first.
        stage: one of them.

    Returns:
        ``ready_at`` is NULL where nothing says when the lead's first stage began.
    """
    places = " ".join(f"WHEN {quote.text(name)} THEN {n}" for n, name in enumerate(stages))
    at = list(stages).index(stage)
    return f"""
SELECT lead_id, entered_at AS ready_at
FROM (
  SELECT *, lag(place) OVER w AS place_before, lag(left_at) OVER w AS left_before
  FROM (
    SELECT lead_id, entered_at, left_at, CASE stage {places} END AS place FROM {STAGES.source}
  )
  WINDOW w AS (PARTITION BY lead_id ORDER BY entered_at NULLS FIRST, left_at NULLS LAST)
)
WHERE place >= {at}
  AND (coalesce(place_before, -1) < {at} OR left_before IS DISTINCT FROM entered_at)"""


def weekly_entries(panel: str, at: float, horizons: Sequence[Horizon]) -> str:
    """Return the SELECT of the weeks in which leads reached a score: lead_id, ready_at (UTC).

    Args:
        panel: snapshot, lead_id, value.
        at: the score.
        horizons: of each week.
    """
    ready = quote.number(at)
    return f"""
SELECT lead_id, begins AS ready_at
FROM (
  SELECT snapshot, lead_id, value,
    lag(value) OVER (PARTITION BY lead_id ORDER BY snapshot) AS value_before
  FROM {quote.name(panel)}
) JOIN (VALUES {horizons_in_values(horizons)}) h(snapshot, begins, ends) USING (snapshot)
WHERE value >= {ready} AND (value_before IS NULL OR value_before < {ready})"""


def waits(began: str, entered: str) -> str:
    """Return the SELECT of how outcomes stand to their leads' becoming sales-ready.

    Args:
        began: the outcomes: outcome_id, lead_id, began_at.
        entered: a SELECT of lead_id, ready_at.

    Returns:
        outcomes, those whose lead became so before, only later, and the quartiles of the days
        from the last time before.
    """
    return f"""
SELECT count(*), count(*) FILTER (early), count(*) FILTER (late AND NOT early),
  quantile_cont((epoch_us(began_at) - epoch_us(ready_at)) / {_DAY}.0, [0.25, 0.5, 0.75])
FROM (
  SELECT o.outcome_id, any_value(o.began_at) AS began_at,
    max(e.ready_at) FILTER (e.ready_at <= o.began_at) AS ready_at,
    coalesce(bool_or(coalesce(e.ready_at <= o.began_at, TRUE)) FILTER (e.lead_id IS NOT NULL),
      FALSE) AS early,
    coalesce(bool_or(e.ready_at > o.began_at), FALSE) AS late
  FROM {quote.name(began)} o
  LEFT JOIN ({entered}) e ON e.lead_id = o.lead_id
  GROUP BY o.outcome_id
)"""
