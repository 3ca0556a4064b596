"""The SQL of a review: who had what, and what came of it; what salespeople say.

What is compared is summed by lead first, since the dates of one lead are no observations of their
own; from these sums whole numbers make the variance, so that the order of rows changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from leadline.plan.clock import AsOf
from leadline.sql import quote
from leadline.sql.leads import aliases
from leadline.sql.outcomes import OUTCOME
from leadline.sql.panel import rule_column
from leadline.sql.relations import listed

ENTRY = "review entry"
EVER = "review ever"
COUNTED = "review counted"
_ALIAS = "review alias"


@dataclass(frozen=True, slots=True)
class Watched:
    """A rule of a panel; ``lasting`` where what it asks holds of a lead and does not happen."""

    rule: str
    lasting: bool


def counted_rules(panel: str, rules: Sequence[Watched], first: date, every: int) -> str:
    """Return the statement that counts, by lead, the dates with and without each rule's points.

    Args:
        panel: the relation of a panel with rules; ``outcome`` is the one that it left.
        rules: which of them.
        first: the first date of the panel: points that a lead has by then may be old, and so may
            those of a lead that comes back from the hands of sales.
        every: the days from one date to the next.

    Returns:
        ``lead_id`` and, for the rule at place N, ``new N``, ``old N``, ``none N``: on how many
        dates it had points that it had not on the date before, on how many those it had already,
        on how many none; and the same with ``happened`` behind, of dates with an outcome. All
        dates with the points of a lasting rule are new. ``plus N`` and ``minus N`` count the
        dates by the sign of the points.
    """
    seen, sums = [], []
    for n, rule in enumerate(rules):
        points = quote.name(rule_column(rule.rule))
        before = f"is_back OR coalesce(lag({points} <> 0) OVER dates, FALSE)"
        seen.append(f'{points} AS "points {n}"')
        seen.append(f'{"FALSE" if rule.lasting else before} AS "before {n}"')
        given = f'"points {n}" <> 0'
        for word, condition in (
            ("new", f'{given} AND NOT "before {n}"'),
            ("old", f'{given} AND "before {n}"'),
            ("none", f"NOT {given}"),
        ):
            sums.append(f'count(*) FILTER ({condition}) AS "{word} {n}"')
            sums.append(f'count(*) FILTER ({condition} AND happened) AS "{word} {n} happened"')
        sums.append(f'count(*) FILTER ("points {n}" > 0) AS "plus {n}"')
        sums.append(f'count(*) FILTER ("points {n}" < 0) AS "minus {n}"')
    return f"""
CREATE OR REPLACE TEMP TABLE {quote.name(COUNTED)} AS
SELECT
  {listed(["lead_id", *sums])}
FROM (
  SELECT
    {listed(["lead_id", "happened", *seen], 4)}
  FROM (
    -- Nobody saw the lead on the date before, though it was there.
    SELECT p.*, CASE
        WHEN lag(snapshot) OVER dates IS NULL
          THEN snapshot = {quote.day(first)} OR coalesce(b.began_at < snapshot, FALSE)
        ELSE lag(snapshot) OVER dates < snapshot - {int(every)}
      END AS is_back
    FROM {quote.name(panel)} p
    LEFT JOIN (
      SELECT lead_id, min(began_at) AS began_at FROM {quote.name(OUTCOME)} GROUP BY lead_id
    ) b ON b.lead_id = p.lead_id
    WINDOW dates AS (PARTITION BY p.lead_id ORDER BY snapshot)
  )
  WINDOW dates AS (PARTITION BY lead_id ORDER BY snapshot)
)
WHERE happened IS NOT NULL
GROUP BY lead_id"""


def happened(column: str) -> str:
    """Return the column beside one of counts: how many of these had an outcome."""
    return f"{column} happened"


def all_counted(relation: str) -> str:
    """Return the SELECT of the counts by lead."""
    return f"SELECT * FROM {quote.name(relation)}"


def signs(count: int) -> str:
    """Return the SELECT of how many dates had points above and below 0: a row a rule."""
    rows = (
        f'SELECT {n}, sum("plus {n}"), sum("minus {n}") FROM {quote.name(COUNTED)}'
        for n in range(count)
    )
    return "\nUNION ALL ".join(rows) + "\nORDER BY 1"


def entered_stage(stage: str) -> str:
    """Return the SELECT of the instants at which leads entered a stage, from its spells."""
    return f"""
SELECT lead_id, entered_at FROM stage_spell
WHERE stage = {quote.text(stage)} AND entered_at IS NOT NULL"""


def reached_score(score: str, bound: float) -> str:
    """Return the SELECT of the instants at which leads reached a score, from its history."""
    least = quote.number(bound)
    return f"""
SELECT lead_id, "at" AS entered_at FROM history
WHERE score = {quote.text(score)} AND "at" IS NOT NULL
  AND new >= {least} AND (old IS NULL OR old < {least})"""


def kept_ever(entered: str, until: AsOf) -> tuple[str, ...]:
    """Return the statements that keep when each lead was ready, ids merged: ``EVER``."""
    return (
        f"CREATE OR REPLACE TEMP TABLE {quote.name(_ALIAS)} AS {aliases(until)}",
        f"""
CREATE OR REPLACE TEMP TABLE {quote.name(EVER)} AS
SELECT DISTINCT coalesce(a.lead_id, e.lead_id) AS lead_id, e.entered_at
FROM ({entered}) e
LEFT JOIN {quote.name(_ALIAS)} a ON a.old_lead_id = e.lead_id""",
    )


def kept_entries(span: tuple[datetime, datetime], within: int) -> str:
    """Return the statement that keeps the first time in a span at which each lead became ready.

    A lead in the hands of sales at that instant is not judged. The relation ``outcome`` says what
    came of it.

    Args:
        span: the first instant, and the first that is too late (UTC).
        within: the days in which an outcome counts.
    """
    begin, end = map(quote.instant, span)
    return f"""
CREATE OR REPLACE TEMP TABLE {quote.name(ENTRY)} AS
WITH entered AS (
  SELECT * FROM {quote.name(EVER)} WHERE entered_at >= {begin} AND entered_at < {end}
), free AS (
  SELECT e.lead_id, min(e.entered_at) AS entered_at
  FROM entered e
  LEFT JOIN {quote.name(OUTCOME)} o ON o.lead_id = e.lead_id AND o.began_at < e.entered_at
    AND (o.free_at IS NULL OR o.free_at > e.entered_at)
  WHERE o.lead_id IS NULL
  GROUP BY e.lead_id
)
SELECT f.lead_id, f.entered_at,
  CASE WHEN bool_or(coalesce(o.happened, FALSE)) THEN TRUE
       WHEN count(o.lead_id) > count(o.happened) THEN NULL ELSE FALSE END AS happened
FROM free f
LEFT JOIN {quote.name(OUTCOME)} o ON o.lead_id = f.lead_id AND o.began_at >= f.entered_at
  AND o.began_at < f.entered_at + to_days({int(within)})
GROUP BY f.lead_id, f.entered_at"""


def counted_ready(panel: str, ends: Sequence[tuple[date, datetime]]) -> str:
    """Return the statement that counts, by lead, its becoming ready and its dates before it.

    Args:
        panel: the relation of a panel.
        ends: its dates, each with the first instant behind it (UTC).

    Returns:
        ``lead_id``, ``ready``, ``other`` and the same with ``happened`` behind; ``other`` are the
        dates on which the lead had never been ready.
    """
    days = ", ".join(f"({quote.day(day)}, {quote.instant(end)})" for day, end in ends)
    return f"""
CREATE OR REPLACE TEMP TABLE {quote.name(COUNTED)} AS
WITH days(snapshot, ends) AS (VALUES {days}), first AS (
  SELECT lead_id, min(entered_at) AS entered_at FROM {quote.name(EVER)} GROUP BY lead_id
), times AS (
  SELECT lead_id, TRUE AS ready, happened FROM {quote.name(ENTRY)}
  UNION ALL
  SELECT p.lead_id, FALSE AS ready, p.happened
  FROM {quote.name(panel)} p
  JOIN days d ON d.snapshot = p.snapshot
  LEFT JOIN first f ON f.lead_id = p.lead_id
  WHERE f.entered_at IS NULL OR f.entered_at >= d.ends
)
SELECT lead_id,
  count(*) FILTER (ready) AS ready,
  count(*) FILTER (ready AND happened) AS "ready happened",
  count(*) FILTER (NOT ready) AS other,
  count(*) FILTER (NOT ready AND happened) AS "other happened"
FROM times
WHERE happened IS NOT NULL
GROUP BY lead_id"""


def unknown_entries() -> str:
    """Return the SELECT of how many became ready of whom it is not known yet what came of it."""
    return f"SELECT count(*) FROM {quote.name(ENTRY)} WHERE happened IS NULL"


def deals(span: tuple[datetime, datetime]) -> str:
    """Return the SELECT of what became of the deals of a span, by whether a lead had been ready.

    The relation ``outcome`` has deals that were won.

    Returns:
        ``was_ready``, ``deals``, ``won``, ``lost``, ``still_open``; no row where there are none.
    """
    begin, end = map(quote.instant, span)
    return f"""
SELECT was_ready, count(*) AS deals, count(*) FILTER (won) AS won,
  count(*) FILTER (NOT won) AS lost, count(*) FILTER (won IS NULL) AS still_open
FROM (
  SELECT o.outcome_id, bool_or(o.happened) AS won,
    coalesce(bool_or(e.lead_id IS NOT NULL), FALSE) AS was_ready
  FROM {quote.name(OUTCOME)} o
  LEFT JOIN {quote.name(EVER)} e ON e.lead_id = o.lead_id AND e.entered_at <= o.began_at
  WHERE o.began_at >= {begin} AND o.began_at < {end}
  GROUP BY o.outcome_id
)
GROUP BY was_ready
ORDER BY was_ready DESC"""


def feedback_counts(until: datetime) -> str:
    """Return the SELECT of what was said of each rule: rule, good, bad; NULL where none is named.

    Args:
        until: the instant (UTC) up to which it was said.
    """
    return f"""
SELECT nullif(trim(rule), '') AS rule, count(*) FILTER (lower(verdict) = 'good') AS good,
  count(*) FILTER (lower(verdict) = 'bad') AS bad
FROM feedback
WHERE "at" < {quote.instant(until)}
GROUP BY 1
ORDER BY rule NULLS LAST"""


def latest_notes(until: datetime, most: int) -> str:
    """Return the SELECT of the latest notes of each rule: rule, at, by, verdict, note."""
    return f"""
SELECT nullif(trim(rule), '') AS rule, "at", "by", lower(verdict) AS verdict, note
FROM feedback
WHERE "at" < {quote.instant(until)} AND trim(note) <> ''
QUALIFY row_number() OVER (
  PARTITION BY nullif(trim(rule), '') ORDER BY "at" DESC, "by", note, lead_id
) <= {int(most)}
ORDER BY rule NULLS LAST, "at" DESC, "by", note"""


def panel_size(panel: str) -> str:
    """Return the SELECT of how large a panel is: rows, leads, leads with an outcome to come.

    Rows of which that is not known count for nothing.
    """
    return f"""
SELECT count(*), count(DISTINCT lead_id), count(DISTINCT lead_id) FILTER (happened)
FROM {quote.name(panel)} WHERE happened IS NOT NULL"""
