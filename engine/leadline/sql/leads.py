"""The SQL of leads: merged ids, fields as on the date, who is scored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from leadline.expression.nodes import Field
from leadline.plan.clock import AsOf
from leadline.plan.steps import (
    CountedEvents,
    EventCounts,
    KnownLeads,
    LastEvents,
    Leads,
    Resolved,
)
from leadline.sql import quote
from leadline.sql.expression import Writer, column, sql_type
from leadline.sql.relations import dated_value, listed

#: Anybody can have a mailbox there, so the domain says nothing about the company.
FREE_MAIL = (
    "aol.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com",
    "live.com", "mail.com", "outlook.com", "proton.me", "protonmail.com", "web.de", "yahoo.com",
)  # fmt: skip


def aliases(as_of: AsOf) -> str:
    """Follow each merged id to the lead it counts for; a circle leads nowhere and is left out."""
    return f"""
WITH RECURSIVE merged AS (
  SELECT old_lead_id, arg_min(lead_id, (-coalesce(epoch_us(since), 0), lead_id)) AS lead_id
  FROM aliases
  WHERE since IS NULL OR since < {quote.instant(as_of.before)}
  GROUP BY old_lead_id
), chain AS (
  SELECT old_lead_id, lead_id FROM merged
  UNION
  SELECT chain.old_lead_id, merged.lead_id
  FROM chain JOIN merged ON merged.old_lead_id = chain.lead_id
)
SELECT old_lead_id, lead_id
FROM chain
WHERE lead_id NOT IN (SELECT old_lead_id FROM merged)"""


def resolved(step: Resolved) -> str:
    """Replace merged ids; of the leads table keep the row of the lead itself where there is one."""
    alias, table = quote.name(step.aliases), quote.name(step.table)
    rows = f"""
SELECT t.* REPLACE (coalesce(a.lead_id, t.lead_id) AS lead_id){{more}}
FROM {table} t LEFT JOIN {alias} a ON a.old_lead_id = t.lead_id"""
    if step.table != "leads":
        return rows.format(more="")
    own = ", a.lead_id IS NULL AS own_row, t.lead_id AS written_id"
    return f"""
SELECT * EXCLUDE (own_row, written_id)
FROM ({rows.format(more=own)}
)
QUALIFY row_number() OVER (PARTITION BY lead_id ORDER BY own_row DESC, written_id) = 1"""


def known_leads(step: KnownLeads, as_of: AsOf) -> str:
    """Gather every lead that exists on the date, with its fields as on the date."""
    before = quote.instant(as_of.before)
    only = f" WHERE lead_id = {quote.text(step.lead)}" if step.lead is not None else ""
    past = _as_of(step, before)
    joins, columns = field_columns(step.fields, past, with_account=step.with_account)
    return f"""
WITH created AS (
  SELECT lead_id FROM {quote.name(step.leads)} WHERE created_at < {before}
), first_event AS (
  -- who was created by the date exists; of the others the first event decides
  SELECT lead_id, min(occurred_at) AS first_at
  FROM (SELECT * FROM {quote.name(step.events)}{only}) ANTI JOIN created USING (lead_id)
  GROUP BY lead_id
)
SELECT
  {listed(["coalesce(l.lead_id, e.lead_id) AS lead_id", "l.created_at", *columns])}
FROM (SELECT * FROM {quote.name(step.leads)}{only}) l
FULL JOIN first_event e ON e.lead_id = l.lead_id{"".join(joins)}
WHERE e.first_at < {before} OR l.created_at < {before}
  OR (e.first_at IS NULL AND l.created_at IS NULL)"""


@dataclass(frozen=True, slots=True)
class Past:
    """How a step finds the last of several dated values.

    Attributes:
        latest: makes the join that does; given the relation, its instant, a condition and the
            alias of the result, which has ``lead_id`` (where the lead has any) and ``state``.
        tags, history: the relations with values.
        history_fields: the lead fields that have a history.
        account_history: whether the account has one.
        lead_id: the id of the lead, whether it has a row of its own or not.
    """

    latest: Callable[[str, str, str, str], str]
    tags: str
    history: str
    history_fields: tuple[str, ...]
    account_history: bool
    lead_id: str


def _as_of(step: KnownLeads, before: str) -> Past:
    """Return how to find what was known on the date; rows later than it count as known."""

    def latest(table: str, instant: str, condition: str, alias: str) -> str:
        return f"""
LEFT JOIN (
  SELECT lead_id, max({dated_value(instant)}) FILTER ({instant} < {before}) AS state
  FROM {quote.name(table)}
  WHERE {condition}
  GROUP BY lead_id
) {alias} ON {alias}.lead_id = coalesce(l.lead_id, e.lead_id)"""

    return Past(
        latest,
        step.tags,
        step.history,
        step.history_fields,
        step.account_history,
        lead_id="coalesce(l.lead_id, e.lead_id)",
    )


def field_columns(
    fields: Sequence[Field], past: Past, *, with_account: bool
) -> tuple[list[str], list[str]]:
    """Return the joins and the columns of lead, account and tag fields.

    The joins follow a relation of leads ``l``.
    """
    joins: list[str] = []
    columns: list[str] = []
    if with_account:
        joins += _account_joins(fields, past)
        columns.append("k.account_id")
    for number, field in enumerate(fields):
        alias = f"f{number}"
        out = quote.name(column(field))
        match field.scope:
            case "lead" if field.column.casefold() == "lead_id":
                columns.append(f"{past.lead_id} AS {out}")
            case "lead" if field.column in past.history_fields:
                condition = f"lower(field) = {quote.text(field.column.lower())}"
                joins.append(past.latest(past.history, "changed_at", condition, alias))
                columns.append(f"{_past(field, alias)} AS {out}")
            case "lead":
                columns.append(f"l.{quote.name(field.column)} AS {out}")
            case "account":
                columns.append(f"c.{quote.name(field.column)} AS {out}")
            case _:
                condition = f"lower(tag) = {quote.text(field.column.lower())}"
                joins.append(past.latest(past.tags, "set_at", condition, alias))
                columns.append(f"{alias}.state.value AS {out}")
    return joins, columns


def _past(field: Field, alias: str) -> str:
    today = f"l.{quote.name(field.column)}"
    # A column without a value may be read as several types: each place reads its text.
    kind = "VARCHAR" if field.hollow else sql_type(field.type)
    value = f"{alias}.state.value"
    cast = value if kind == "VARCHAR" else f"TRY_CAST({value} AS {kind})"
    if not field.stored:
        today = "NULL"  # a field that only the history knows
    elif field.hollow:
        today = f"CAST({today} AS VARCHAR)"
    return f"CASE WHEN {alias}.lead_id IS NOT NULL THEN {cast} ELSE {today} END"


def _account_joins(fields: Sequence[Field], past: Past) -> list[str]:
    free = ", ".join(map(quote.text, FREE_MAIL))
    joins: list[str] = []
    own = "l.account_id"
    if past.account_history:
        joins.append(past.latest(past.history, "changed_at", "lower(field) = 'account_id'", "h"))
        own = "CASE WHEN h.lead_id IS NOT NULL THEN h.state.value ELSE l.account_id END"
    joins.append(f"""
LEFT JOIN (
  SELECT lower(domain) AS domain, min(account_id) AS account_id FROM accounts
  WHERE domain IS NOT NULL AND lower(domain) NOT IN ({free})
  GROUP BY lower(domain)
) d ON d.domain = lower(split_part(l.email, '@', -1)) AND contains(l.email, '@')
CROSS JOIN LATERAL (SELECT coalesce({own}, d.account_id) AS account_id) k""")
    if any(field.scope == "account" for field in fields):
        joins.append("\nLEFT JOIN accounts c ON c.account_id = k.account_id")
    return joins


def counted_events(step: CountedEvents) -> str:
    """Give each event the counts of its lead."""
    return f"""
SELECT e.*, n.* EXCLUDE (lead_id)
FROM {quote.name(step.source)} e LEFT JOIN {quote.name(step.counts)} n ON n.lead_id = e.lead_id"""


def leads(step: Leads, writer: Writer) -> str:
    """Keep the leads that the model scores."""
    source = quote.name(step.source)
    join, columns = "", "l.*"
    if step.counts:
        columns = "l.*, n.* EXCLUDE (lead_id)"
        join = f"\nLEFT JOIN {quote.name(step.counts)} n ON n.lead_id = l.lead_id"
    rows = f"SELECT {columns}\nFROM {source} l{join}"
    if step.condition is None:
        return f"\n{rows}"
    return f"\nSELECT *\nFROM (\n{rows}\n)\nWHERE {writer.condition(step.condition)}"


def event_counts(step: EventCounts, writer: Writer) -> str:
    """Count events of a type by lead."""
    columns = []
    for counted in step.counts:
        condition = f'"type" = {quote.text(counted.event)}'
        if counted.days is not None:
            condition += f" AND {writer.today} - day < {counted.days:g}"
        columns.append(f"count(*) FILTER ({condition}) AS {quote.name(counted.column)}")
    return f"""
SELECT
  {listed(["lead_id", *columns])}
FROM {quote.name(step.source)}
GROUP BY lead_id"""


def last_events(step: LastEvents) -> str:
    """Find the day of each lead's last event."""
    return f"""
SELECT lead_id, max(day) AS day FROM {quote.name(step.source)} GROUP BY lead_id"""
