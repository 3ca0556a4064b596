"""The SQL of lists over time: segments, accounts, and how many leads are in each, day by day."""

from __future__ import annotations

from leadline.plan.steps import (
    AccountCauses,
    AccountChanges,
    AccountSpells,
    DailyCounts,
    Memberships,
    SegmentSpells,
)
from leadline.sql import quote
from leadline.sql.expression import Writer
from leadline.sql.relations import in_points, listed
from leadline.sql.results import combination, lead_weight
from leadline.sql.versions import Clock
from leadline.sql.views import BEGINNING


def memberships(step: Memberships, writer: Writer) -> str:
    """Say from when to when each lead was in each segment.

    All segments are judged in one pass, as a list of truths in their order.
    """
    names = ", ".join(quote.text(segment.name) for segment in step.segments)
    truths = [
        f"coalesce(present AND ({writer.condition(segment.when)}), FALSE)"
        for segment in step.segments
    ]
    return f"""
SELECT segment, lead_id, instant, left_at
FROM (
  SELECT *, lead(instant) OVER (PARTITION BY segment, lead_id ORDER BY instant) AS left_at
  FROM (
    SELECT lead_id, instant, unnest([{names}]) AS segment, unnest(inside) AS inside,
      unnest(before) AS before
    FROM (
      SELECT lead_id, instant, inside,
        lag(inside) OVER (PARTITION BY lead_id ORDER BY instant) AS before
      FROM (
        SELECT lead_id, instant, [
          {listed(truths, 10)}
        ] AS inside
        FROM {quote.name(step.timeline)}
      )
    )
    WHERE inside IS DISTINCT FROM before
  )
  WHERE inside <> coalesce(before, FALSE)
)
WHERE inside"""


def segment_spells(step: SegmentSpells, clock: Clock) -> str:
    """Say what made a lead enter: what moved a score at that instant, or the clock."""
    midnight = f"m.instant = {clock.midnight(clock.day('m.instant'))}"
    said, join = f"CASE WHEN {midnight} THEN 'decay' ELSE 'lead changed' END", ""
    if step.causes is not None:
        said = f"coalesce(c.cause, {said})"
        join = f"""
LEFT JOIN {quote.name(step.causes)} c ON c.lead_id = m.lead_id AND c.instant = m.instant"""
    return f"""
SELECT m.segment, m.lead_id, nullif(m.instant, {BEGINNING}) AS entered_at, m.left_at,
  {said} AS cause
FROM {quote.name(step.memberships)} m{join}"""


def account_changes(step: AccountChanges, writer: Writer) -> str:
    """Compute an account's score wherever that of a lead, or who its leads are, changes.

    At each such instant every lead that is ever of the account is looked up as it was then.
    """
    account = step.account
    versions, changes = quote.name(step.versions), quote.name(step.changes)
    only = "TRUE"
    if account.only is not None:
        only = f"coalesce({writer.condition(account.only)}, FALSE)"
    combined, rows = combination(account, "part", "account_id, instant")
    return f"""
WITH member AS (
  SELECT of_lead, account_id, instant, until, {only} AS counted,
    {lead_weight(account, writer)} AS weight
  FROM {versions}
  WHERE scored
), pair AS (
  SELECT DISTINCT account_id, of_lead FROM member WHERE account_id IS NOT NULL
), begun AS (
  SELECT account_id, min(instant) AS instant FROM member WHERE account_id IS NOT NULL
  GROUP BY account_id
), moment AS (
  SELECT DISTINCT p.account_id, t.instant
  FROM pair p
  JOIN (
    SELECT lead_id, instant FROM {changes}
    UNION SELECT of_lead, instant FROM member
    UNION SELECT lead_id, instant FROM {quote.name(step.presence)}
  ) t ON t.lead_id = p.of_lead
  JOIN begun b ON b.account_id = p.account_id AND t.instant >= b.instant
), seen AS (
  SELECT m.account_id, m.instant, p.of_lead AS lead_id
  FROM moment m JOIN pair p ON p.account_id = m.account_id
), part AS (
  SELECT s.account_id, s.instant, s.lead_id, h.new AS value,
    CAST(round(h.new * v.weight * 1e9) AS BIGINT) AS points
  FROM seen s
  ASOF JOIN {changes} h ON h.lead_id = s.lead_id AND h.instant <= s.instant
  ASOF JOIN member v ON v.of_lead = s.lead_id AND v.instant <= s.instant
  WHERE h.new IS NOT NULL AND v.counted AND v.account_id = s.account_id AND s.instant < v.until
), summed AS (
  SELECT account_id, instant, {combined} AS points FROM ({rows}) GROUP BY ALL
)
SELECT account_id AS lead_id, instant, old, new
FROM (
  SELECT account_id, instant, new, lag(new) OVER (PARTITION BY account_id ORDER BY instant) AS old
  FROM (
    SELECT m.account_id, m.instant, {in_points("coalesce(s.points, 0)")} AS new
    FROM moment m
    LEFT JOIN summed s ON s.account_id = m.account_id AND s.instant = m.instant
  )
)
WHERE old IS DISTINCT FROM new"""


def account_causes(step: AccountCauses) -> str:
    """Name the leads whose score changed when an account changed its stage."""
    said, join = "'decay'", ""
    if step.causes is not None:
        said = "coalesce(c.cause, 'decay')"
        join = f"""
LEFT JOIN {quote.name(step.causes)} c ON c.lead_id = h.lead_id AND c.instant = h.instant"""
    return f"""
SELECT l.lead_id, l.instant,
  string_agg('lead ' || h.lead_id || ': ' || {said}, '; ' ORDER BY h.lead_id) AS cause
FROM {quote.name(step.levels)} l
JOIN (
  SELECT DISTINCT account_id, of_lead FROM {quote.name(step.versions)} WHERE account_id IS NOT NULL
) p ON p.account_id = l.lead_id
JOIN {quote.name(step.changes)} h ON h.lead_id = p.of_lead AND h.instant = l.instant{join}
GROUP BY l.lead_id, l.instant"""


def account_spells(step: AccountSpells) -> str:
    """Put the spells of every account score below each other."""
    return "\nUNION ALL".join(
        f"""
SELECT {quote.text(name)} AS account, lead_id AS account_id, stage, entered_at, left_at, direction,
  cause
FROM {quote.name(relation)}"""
        for name, relation in step.accounts
    )


def daily_counts(step: DailyCounts, clock: Clock) -> str:
    """Count the leads in each stage and segment at the end of each day.

    A spell adds one on the day it begins and takes it away on the day it ends; the running sum is
    the number at the day's end.
    """
    first, until = quote.day(step.first), quote.day(step.until)
    named: list[str] = []
    moved: list[str] = []
    for kind, column, given in (
        ("stage", "stage", step.stages),
        ("segment", "segment", step.segments),
    ):
        if given is None:
            continue
        relation, names = given
        texts = ", ".join(map(quote.text, names))
        named.append(f"SELECT '{kind}' AS kind, unnest([{texts}]) AS list")
        spells = quote.name(relation)
        entered = f"greatest(coalesce({clock.day('entered_at')}, {first}), {first})"
        moved.append(
            f"SELECT '{kind}' AS kind, {column} AS list, {entered} AS day, 1 AS leads FROM {spells}"
        )
        moved.append(
            f"SELECT '{kind}', {column}, greatest({clock.day('left_at')}, {first}), -1 "
            f"FROM {spells} WHERE left_at IS NOT NULL"
        )
    if not named:
        return "\nSELECT '' AS kind, '' AS list, NULL::DATE AS day, 0::BIGINT AS leads WHERE FALSE"
    every = "\n  UNION ALL ".join(named)
    union = "\n    UNION ALL ".join(moved)
    return f"""
SELECT kind, list, day,
  CAST(sum(coalesce(m.leads, 0)) OVER (PARTITION BY kind, list ORDER BY day) AS BIGINT) AS leads
FROM (
  SELECT kind, list, CAST({first} + CAST(unnest(range({until} - {first} + 1)) AS INTEGER) AS DATE)
    AS day
  FROM (
  {every}
  )
) d
LEFT JOIN (
  SELECT kind, list, day, sum(leads) AS leads
  FROM (
    {union}
  )
  GROUP BY ALL
) m USING (kind, list, day)"""
