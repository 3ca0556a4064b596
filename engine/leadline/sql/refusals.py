"""The SQL of what sales decided about hand-overs over some days."""

from __future__ import annotations

from datetime import datetime

from leadline.plan.clock import AsOf
from leadline.sql import quote
from leadline.sql.acceptance import offers_known


def decided(begin: datetime, as_of: AsOf, unsaid: str) -> str:
    """Return the SELECT of the hand-overs that were decided, by what was decided and why.

    Args:
        begin: the first instant (UTC) of the decisions.
        as_of: the date up to which anything is known.
        unsaid: what stands where a refusal has no reason.

    Returns:
        ``accepted, reason, handoffs``; the reason of what was accepted is empty.
    """
    return f"""
SELECT outcome = 'accepted' AS accepted, CASE WHEN accepted THEN ''
  ELSE coalesce(reason, {quote.text(unsaid)}) END AS reason, count(*) AS handoffs
FROM ({offers_known(as_of)}
) WHERE outcome IN ('accepted', 'refused') AND decided_at >= {quote.instant(begin)}
GROUP BY ALL ORDER BY accepted, handoffs DESC, reason"""
