"""The SQL of the acceptance ledger: hand-overs to sales, as far as they were known on a date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from leadline.plan.clock import AsOf, Offset
from leadline.plan.steps import Resolved
from leadline.sql import quote, zoned
from leadline.sql.leads import aliases, resolved
from leadline.sql.past_listing import Instants
from leadline.sql.relations import VIEW_MARK, dated_value

OFFER = "acceptance_offer"
KEY = "acceptance_key"

NO_RULE = "(no rule)"
NO_PROGRAM = "(no program)"
NO_OWNER = "(no owner)"
NO_REASON = "(no reason given)"


_MICROSECONDS_A_DAY = 86_400_000_000
_COUNTS = """count(*) AS offered, count(DISTINCT lead_id) AS leads,
  count(CASE WHEN outcome = 'open' THEN 1 END) AS "open",
  count(CASE WHEN outcome = 'accepted' THEN 1 END) AS accepted,
  count(CASE WHEN outcome = 'refused' THEN 1 END) AS refused,
  count(CASE WHEN outcome = 'expired' THEN 1 END) AS expired,
  count(recycled_at) AS recycled,
  quantile_cont(days, 0.5) AS median_days, count(days) AS timed"""


def first_offer(as_of: AsOf) -> str:
    """Return the SELECT of the first instant at which a lead was offered."""
    return f"SELECT min(offered_at) FROM handoffs WHERE offered_at < {quote.instant(as_of.before)}"


def day_of(instant: datetime, offsets: Sequence[Offset]) -> str:
    """Return the SELECT of the local day of an instant."""
    return f"SELECT {zoned.day(quote.instant(instant), offsets)}"


def offers(
    as_of: AsOf,
    span: tuple[datetime | None, datetime],
    offsets: Sequence[Offset],
    *,
    dated_owner: bool,
) -> str:
    """Return the SELECT of the hand-overs of a span of time.

    Args:
        as_of: the date up to which anything is known.
        span: from which instant on (UTC; None: from ever) and before which one they were offered.
        offsets: the timezone's.
        dated_owner: whether the history of leads has their owner; then the owner at the offer
            counts, else today's.

    Returns:
        n (a number for each), lead_id (merged ids resolved), offered_at, day (local), outcome
        (open, accepted, refused, expired), decided_at, expired_at, recycled_at, days (from the
        offer to the decision), reason, owner; instants in UTC.
    """
    since, until = span
    spanned = f"offered_at < {quote.instant(until)}"
    if since is not None:
        spanned += f" AND offered_at >= {quote.instant(since)}"
    owner, history = "l.owner", ""
    if dated_owner:
        owner = "CASE WHEN h.n IS NOT NULL THEN h.state.value ELSE CAST(l.owner AS VARCHAR) END"
        history = f"""
LEFT JOIN (
  SELECT o.n, max({dated_value("changed_at")}) FILTER (changed_at <= o.offered_at) AS state
  FROM numbered o JOIN ({_merged("lead_history", as_of)}) r ON r.lead_id = o.lead_id
  WHERE lower(field) = 'owner'
  GROUP BY o.n
) h ON h.n = o.n"""
    return f"""
WITH known AS ({offers_known(as_of)}
), numbered AS (
  SELECT *, row_number() OVER (ORDER BY offered_at, lead_id) AS n FROM known WHERE {spanned}
)
SELECT o.n, o.lead_id, o.offered_at, {zoned.day("o.offered_at", offsets)} AS day, o.outcome,
  o.decided_at, o.expired_at, o.recycled_at,
  CASE WHEN o.decided_at >= o.offered_at
    THEN (epoch_us(o.decided_at) - epoch_us(o.offered_at)) / {_MICROSECONDS_A_DAY}.0 END AS days,
  o.reason, nullif(trim(CAST({owner} AS VARCHAR)), '') AS owner
FROM numbered o
LEFT JOIN ({_merged("leads", as_of)}) l ON l.lead_id = o.lead_id{history}"""


def offers_known(as_of: AsOf) -> str:
    """Return the SELECT of every hand-over as it stood on a date.

    A source that gives a hand-over again once it is decided leaves two rows of one offer: the one
    that knows more counts. A verdict without a date is known as soon as the offer is.
    """
    known = quote.instant(as_of.before)
    return f"""
  SELECT lead_id, offered_at, decided_at, expired_at, recycled_at, reason,
    CASE WHEN is_accepted THEN 'accepted' WHEN is_decided THEN 'refused'
         WHEN expired_at IS NOT NULL OR recycled_at IS NOT NULL THEN 'expired'
         ELSE 'open' END AS outcome
  FROM (
    SELECT coalesce(a.lead_id, h.lead_id) AS lead_id, offered_at,
      CASE WHEN decided_at < {known} THEN decided_at END AS decided_at,
      CASE WHEN expired_at < {known} THEN expired_at END AS expired_at,
      CASE WHEN recycled_at < {known} THEN recycled_at END AS recycled_at,
      coalesce(decided_at < {known}, accepted IS NOT NULL) AS is_decided,
      is_decided AND coalesce(accepted, FALSE) AS is_accepted,
      CASE WHEN coalesce(h.decided_at < {known}, TRUE)
        THEN nullif(trim(CAST(reason AS VARCHAR)), '') END AS reason
    FROM handoffs h LEFT JOIN ({aliases(as_of)}) a ON a.old_lead_id = h.lead_id
    WHERE offered_at < {known}
  )
  QUALIFY row_number() OVER (
    PARTITION BY lead_id, offered_at
    ORDER BY is_accepted DESC, is_decided DESC, decided_at, expired_at, recycled_at, reason
  ) = 1"""


def _merged(table: str, as_of: AsOf) -> str:
    """Return the SELECT of a table with merged ids resolved."""
    alias = "acceptance alias"
    return (
        f"WITH RECURSIVE {quote.name(alias)} AS ({aliases(as_of)})"
        f"{resolved(Resolved(table, table, alias))}"
    )


def by_month() -> str:
    """Return the SELECT of what each hand-over is told by: n, key; here its local month."""
    return f"SELECT n, strftime(day, '%Y-%m') AS key FROM {OFFER}"


def by_owner() -> str:
    """Return the SELECT of the owner of each hand-over's lead."""
    return f"SELECT n, coalesce(owner, {quote.text(NO_OWNER)}) AS key FROM {OFFER}"


def by_reason() -> str:
    """Return the SELECT of why each refused hand-over was refused."""
    reason = f"coalesce(reason, {quote.text(NO_REASON)})"
    return f"SELECT n, {reason} AS key FROM {OFFER} WHERE outcome = 'refused'"


def matches(rule: str) -> str:
    """Return the relation of a rule's matching events."""
    return f"{rule} matches"


def by_rule(rules: Sequence[str], before: timedelta) -> str:
    """Return the SELECT of the rules that counted an event of the lead before the offer.

    Args:
        rules: the rules, as SCORE.RULE; the relations of their matches are filled, the lead's id
            with the number of its life behind it.
        before: how long before the offer.
    """
    parts = [
        f"SELECT DISTINCT o.n, {quote.text(rule)} AS key FROM {OFFER} o "
        f"JOIN {quote.name(matches(rule))} e "
        f"ON split_part(e.lead_id, {VIEW_MARK}, 1) = o.lead_id AND {_shortly(before)} "
        "WHERE e.counted"
        for rule in rules
    ]
    return _or_none(parts, NO_RULE)


def by_program(events: str, before: timedelta) -> str:
    """Return the SELECT of the campaigns with an event of the lead before the offer.

    Args:
        events: the relation of the events, with their ``campaign``.
        before: how long before the offer.
    """
    campaign = "nullif(trim(CAST(e.campaign AS VARCHAR)), '')"
    part = (
        f"SELECT DISTINCT o.n, {campaign} AS key FROM {OFFER} o "
        f"JOIN {quote.name(events)} e ON e.lead_id = o.lead_id AND {_shortly(before)} "
        f"WHERE {campaign} IS NOT NULL"
    )
    return _or_none([part], NO_PROGRAM)


def _shortly(before: timedelta) -> str:
    """Return the condition of an event before the offer; one may have led to it at once."""
    length = round(before / timedelta(microseconds=1))
    return (
        "e.occurred_at <= o.offered_at "
        f"AND epoch_us(e.occurred_at) > epoch_us(o.offered_at) - {length}"
    )


def _or_none(parts: Sequence[str], none: str) -> str:
    """Add the hand-overs that have no key."""
    found = "\nUNION ALL\n".join(parts) or f"SELECT n, '' AS key FROM {OFFER} WHERE FALSE"
    return f"""
WITH found AS ({found}
)
SELECT n, key FROM found
UNION ALL
SELECT n, {quote.text(none)} AS key FROM {OFFER} WHERE n NOT IN (SELECT n FROM found)"""


def ledger_rows(by: str) -> str:
    """Return the SELECT of what became of the hand-overs of each key."""
    order = "key" if by == "month" else "offered DESC, key"
    return f"SELECT key, {_COUNTS}\nFROM {KEY} JOIN {OFFER} USING (n) GROUP BY key ORDER BY {order}"


def total() -> str:
    """Return the SELECT of what became of all hand-overs, each once."""
    return f"SELECT 'all' AS key, {_COUNTS}\nFROM {OFFER}"


def reasons(keys: str | None) -> str:
    """Return the SELECT of why hand-overs were refused: key, reason, how many.

    Args:
        keys: the relation of keys; None takes all hand-overs together.
    """
    key, source = "'all'", OFFER
    if keys is not None:
        key, source = "key", f"{keys} JOIN {OFFER} USING (n)"
    return f"""
SELECT {key} AS key, coalesce(reason, {quote.text(NO_REASON)}) AS reason, count(*) AS times
FROM {source}
WHERE outcome = 'refused'
GROUP BY 1, 2
ORDER BY 1, times DESC, 2"""


def decided_since(since: datetime, as_of: AsOf) -> tuple[str, str]:
    """Return the SELECTs of the decisions from an instant (UTC) on: how many, and why refused."""
    rows = f"({offers_known(as_of)}\n) WHERE decided_at >= {quote.instant(since)}"
    counts = f"SELECT count(*), count(CASE WHEN outcome = 'refused' THEN 1 END) FROM {rows}"
    reason = f"coalesce(reason, {quote.text(NO_REASON)})"
    why = f"""
SELECT {reason} AS reason, count(*) AS times FROM {rows} AND outcome = 'refused'
GROUP BY 1 ORDER BY times DESC, 1"""
    return counts, why


def offer_list(instants: Instants, offsets: Sequence[Offset]) -> str:
    """Return the SELECT of the hand-overs one by one, the last first.

    People get days; why and whether it was given back stand beside the outcome.
    """
    order = f"ORDER BY {OFFER}.offered_at DESC, lead_id"
    if instants == "minutes":
        offered, decided = (zoned.day(c, offsets) for c in ("offered_at", "decided_at"))
        outcome = (
            "outcome || CASE WHEN recycled_at IS NULL THEN '' ELSE ', recycled' END"
            " || coalesce(': ' || reason, '')"
        )
        return (
            f"SELECT lead_id AS lead, {offered} AS offered, {decided} AS decided, "
            f"round(days, 1) AS days, {outcome} AS outcome, owner "
            f"FROM {OFFER} {order}"
        )
    names = ("offered_at", "decided_at", "expired_at", "recycled_at")
    written = {
        name: name if instants == "typed" else f"{zoned.iso(name, offsets)} AS {name}"
        for name in names
    }
    return (
        f"SELECT lead_id, {written['offered_at']}, outcome, {written['decided_at']}, days, reason, "
        f"owner, {written['expired_at']}, {written['recycled_at']} FROM {OFFER} {order}"
    )
