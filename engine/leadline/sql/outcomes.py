"""The SQL of outcomes: what became of each lead, as far as it was known on a date.

An outcome of a lead is one of every id that was merged into it, too: on a date before that was
known, the lead stood there under the old id.
"""

from __future__ import annotations

from datetime import datetime

from leadline.plan.clock import AsOf
from leadline.plan.steps import KnownLeads, Resolved
from leadline.sql import quote
from leadline.sql.leads import aliases, known_leads, resolved
from leadline.sql.relations import kept

OUTCOME = "outcome"
#: Every lead with its account, ids merged.
MEMBERS = "outcome member"
_ALIAS, _LEADS, _EVENTS = "outcome alias", "outcome leads", "outcome events"


def kept_members(until: AsOf, *, account_history: bool) -> tuple[str, ...]:
    """Return the statements that keep each lead with its account, ids merged."""
    member = KnownLeads(
        name=MEMBERS,
        leads=_LEADS,
        events=_EVENTS,
        tags="lead_tags",
        history="lead_history",
        fields=(),
        history_fields=(),
        account_history=account_history,
        with_account=True,
        lead=None,
    )
    return (
        kept(_ALIAS, aliases(until)),
        kept(_LEADS, resolved(Resolved(_LEADS, "leads", _ALIAS))),
        f"CREATE OR REPLACE TEMP VIEW {quote.name(_EVENTS)} AS "
        + resolved(Resolved(_EVENTS, "events", _ALIAS)),
        kept(MEMBERS, known_leads(member, until)),
    )


def kept_opportunities(until: datetime, *, won: bool, whole_account: bool) -> str:
    """Return the statement that keeps opportunities as outcomes.

    Args:
        until: the instant (UTC) up to which anything is known; a deal closed later is still open.
        won: whether the outcome is a deal that was won, instead of a deal.
        whole_account: whether a deal is of every lead of the account, also where it names one.

    Returns:
        ``lead_id, outcome_id, began_at, free_at, happened, amount``, one row a lead and deal.
    """
    known = quote.instant(until)
    happened = "CASE WHEN is_closed THEN coalesce(won, FALSE) END" if won else "TRUE"
    shared = "TRUE" if whole_account else "d.lead_id IS NULL"
    return kept(
        OUTCOME,
        f"""
WITH deal AS (
  SELECT opportunity_id, coalesce(a.lead_id, o.lead_id) AS lead_id, account_id,
    created_at AS began_at, closed_at, won, amount,
    coalesce(closed_at < {known}, FALSE) AS is_closed
  FROM opportunities o LEFT JOIN {quote.name(_ALIAS)} a ON a.old_lead_id = o.lead_id
  WHERE created_at < {known}
), of_lead AS (
  SELECT d.*, d.lead_id AS who FROM deal d WHERE d.lead_id IS NOT NULL
  UNION
  SELECT d.*, m.lead_id AS who
  FROM deal d
  LEFT JOIN {quote.name(MEMBERS)} n ON n.lead_id = d.lead_id
  JOIN {quote.name(MEMBERS)} m ON m.account_id = coalesce(d.account_id, n.account_id)
  WHERE {shared}
)
SELECT i.lead_id, opportunity_id AS outcome_id, began_at,
  CASE WHEN is_closed AND NOT coalesce(won, FALSE) THEN closed_at END AS free_at,
  {happened} AS happened, amount
FROM of_lead JOIN ({_ids("SELECT who FROM of_lead")}) i USING (who)""",
    )


def kept_handoffs(until: datetime) -> str:
    """Return the statement that keeps accepted hand-overs as outcomes; columns as above."""
    known = quote.instant(until)
    return kept(
        OUTCOME,
        f"""
WITH offer AS (
  -- Who says only when it was decided did not accept; who says only what, has decided.
  SELECT coalesce(a.lead_id, h.lead_id) AS lead_id, offered_at,
    CASE WHEN decided_at < {known} OR (decided_at IS NULL AND accepted IS NOT NULL)
         THEN coalesce(accepted, FALSE) END AS accepted,
    CASE WHEN decided_at < {known} THEN decided_at
         WHEN decided_at IS NULL AND accepted IS NOT NULL THEN offered_at END AS decided_at,
    CASE WHEN expired_at < {known} THEN expired_at END AS expired_at,
    CASE WHEN recycled_at < {known} THEN recycled_at END AS recycled_at
  FROM handoffs h LEFT JOIN {quote.name(_ALIAS)} a ON a.old_lead_id = h.lead_id
  WHERE offered_at < {known}
), decided AS (
SELECT lead_id AS who, concat(lead_id, ' ', CAST(offered_at AS VARCHAR)) AS outcome_id,
  offered_at AS began_at,
  CASE WHEN accepted THEN recycled_at
       ELSE least(CASE WHEN accepted IS FALSE THEN decided_at END, expired_at, recycled_at)
  END AS free_at,
  CASE WHEN accepted IS NOT NULL THEN accepted WHEN expired_at IS NOT NULL THEN FALSE END
    AS happened,
  CAST(NULL AS DOUBLE) AS amount
FROM offer
QUALIFY row_number() OVER (
  PARTITION BY lead_id, offered_at ORDER BY accepted DESC NULLS LAST, decided_at, expired_at,
    recycled_at
) = 1
)
SELECT i.lead_id, d.* EXCLUDE (who)
FROM decided d JOIN ({_ids("SELECT who FROM decided")}) i USING (who)""",
    )


def _ids(who: str) -> str:
    """Return the SELECT of leads with each id that counts for them: who, lead_id."""
    return f"""
  SELECT who, who AS lead_id FROM ({who})
  UNION SELECT lead_id AS who, old_lead_id AS lead_id FROM {quote.name(_ALIAS)}"""


def outcome_counts() -> str:
    """Return the SELECT of how many leads have an outcome, and how many outcomes there are.

    An opportunity of several leads is one.
    """
    return f"""
SELECT count(DISTINCT o.lead_id) FILTER (happened AND a.lead_id IS NULL),
  count(DISTINCT outcome_id) FILTER (happened)
FROM {quote.name(OUTCOME)} o LEFT JOIN {quote.name(_ALIAS)} a ON a.old_lead_id = o.lead_id"""
