"""The SQL of touches: what leads did, as far as drivers, lift and credit look at it.

An event counts for a lead as the past has it: ids that are merged later count from then on, and
what ``ignore`` leaves out is no touch.
"""

from __future__ import annotations

from dataclasses import dataclass

from leadline.sql import quote
from leadline.sql.views import BEGINNING, ENDING

#: The events with the action of each; its leads are those of views.
TOUCH_EVENT = "touch_event"
#: Whose touch an event is, and from when to when.
TOUCH = "touch"
#: The action of an event that has none, such as one without a campaign.
NO_ACTION = "(none)"


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose the touches are.

    Args:
        known: the relation of leads with their views (lead_id, of_lead, first_at, until).
        versions: the relation that says of which account a lead was when; None where leads
            themselves own their touches.
    """

    known: str
    versions: str | None = None


def touch_events(events: str, action: str) -> str:
    """Return the SELECT of the events: lead_id (of a view), event_id, occurred_at, action.

    Args:
        events: the SELECT of the events after ``ignore``.
        action: the column that says what was done.
    """
    said = f"coalesce(CAST({quote.name(action)} AS VARCHAR), {quote.text(NO_ACTION)})"
    return f"""
SELECT lead_id, event_id, occurred_at, {said} AS action
FROM ({events}
)"""


def touches(owners: Owners) -> str:
    """Return the SELECT of the touches: owner, event_id, occurred_at, action, seen_from, until.

    An account's are those of the leads that were of it at the time.
    """
    if owners.versions is None:
        return f"""
SELECT k.of_lead AS owner, e.event_id, e.occurred_at, e.action, k.first_at AS seen_from, k.until
FROM {TOUCH_EVENT} e
JOIN {quote.name(owners.known)} k ON k.lead_id = e.lead_id"""
    return f"""
SELECT DISTINCT v.account_id AS owner, e.event_id, e.occurred_at, e.action,
  {BEGINNING} AS seen_from, {ENDING} AS until
FROM {TOUCH_EVENT} e
JOIN {quote.name(owners.known)} k ON k.lead_id = e.lead_id AND e.occurred_at < k.until
JOIN {quote.name(owners.versions)} v ON v.of_lead = k.of_lead
  AND v.instant <= e.occurred_at AND e.occurred_at < v.until
WHERE v.account_id IS NOT NULL"""
