"""The SQL of what sales decided about hand-overs over some days."""

from __future__ import annotations

from datetime import datetime

from leadline.sql import quote


def decided(begin: datetime, before: datetime, unsaid: str) -> str:
    """Return the SELECT of the hand-overs that were decided, by what was decided and why.

    Args:
        begin: the first instant (UTC) of the decisions.
        before: the first one that is too late.
        unsaid: what stands where a refusal has no reason.

    Returns:
        ``accepted, reason, handoffs``; the reason of what was accepted is empty.
    """
    return f"""
SELECT accepted, CASE WHEN accepted THEN '' ELSE coalesce(nullif(trim(reason), ''),
  {quote.text(unsaid)}) END AS reason, count(*) AS handoffs
FROM handoffs
WHERE accepted IS NOT NULL AND decided_at >= {quote.instant(begin)}
  AND decided_at < {quote.instant(before)}
GROUP BY ALL ORDER BY accepted, handoffs DESC, reason"""
