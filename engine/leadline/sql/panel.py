"""The SQL of a panel: leads as they stood on several dates, each with what came after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from leadline.plan.caps import BILLION
from leadline.sql import quote
from leadline.sql.outcomes import OUTCOME
from leadline.sql.relations import listed


def empty_panel(relation: str, rules: Sequence[str]) -> str:
    """Return the statement that makes a panel without rows."""
    columns = [
        "snapshot DATE",
        "lead_id VARCHAR",
        "value DOUBLE",
        "happened BOOLEAN",
        *(f"{quote.name(rule_column(rule))} DOUBLE" for rule in rules),
    ]
    return f"CREATE OR REPLACE TEMP TABLE {quote.name(relation)} (\n  {listed(columns)}\n)"


def is_empty(relation: str) -> str:
    """Return the SELECT of whether a panel has no rows."""
    return f"SELECT count(*) = 0 FROM {quote.name(relation)}"


def rule_column(rule: str) -> str:
    """Return the column of what a rule gives."""
    return f"rule.{rule}"


def more_of_panel(
    relation: str,
    score: str,
    rules: Sequence[str],
    day: date,
    span: tuple[datetime, datetime],
) -> str:
    """Return the statement that adds the leads of a date, from the evaluation just made.

    A rule's points are its capped total; where inactivity or the cap of a group took something
    away from all of them together, each loses in proportion.

    Args:
        relation: the panel.
        score: the score.
        rules: its rules, by name; none where they are not asked for.
        day: the date.
        span: its end, and the end of the horizon behind it (UTC).
    """
    begin, end = map(quote.instant, span)
    own = [f"r.{quote.name(f'{score}.{rule}')}" for rule in rules]
    given = " + ".join(own) or "0"
    share = (
        "CASE WHEN s.given > 0 AND s.total < s.given THEN greatest(s.total, 0) / s.given ELSE 1 END"
    )
    columns = [
        f"{quote.day(day)} AS snapshot",
        "p.lead_id",
        f"p.{quote.name(f'score.{score}')} AS value",
        "CASE WHEN o.lead_id IS NULL THEN FALSE ELSE o.happened END AS happened",
    ]
    shared = ""
    if rules:
        columns += [
            f"s.{quote.name(f'{score}.{rule}')} * ({share}) / {BILLION} AS "
            f"{quote.name(rule_column(rule))}"
            for rule in rules
        ]
        shared = f"""
JOIN (SELECT r.*, CAST({given} AS DOUBLE) AS given FROM {quote.name(f"score.{score}")} r) s
  ON s.lead_id = p.lead_id"""
    return f"""
INSERT INTO {quote.name(relation)}
SELECT
  {listed(columns)}
FROM reported p{shared}
LEFT JOIN (
  -- An outcome that happened decides; of the others one that may still happen leaves it open.
  SELECT lead_id,
    CASE WHEN bool_or(coalesce(happened, FALSE)) THEN TRUE
         WHEN bool_or(happened IS NULL) THEN NULL ELSE FALSE END AS happened
  FROM {quote.name(OUTCOME)}
  WHERE began_at >= {begin} AND began_at < {end}
  GROUP BY lead_id
) o ON o.lead_id = p.lead_id
WHERE p.lead_id NOT IN (
  SELECT lead_id FROM {quote.name(OUTCOME)}
  WHERE began_at < {begin} AND (free_at IS NULL OR free_at >= {begin})
)"""
