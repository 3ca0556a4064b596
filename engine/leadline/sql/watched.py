"""The SQL of a past of some leads: only those to whom something happened of late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from leadline.sql import quote
from leadline.sql.relations import total, types

WATCHED = "watched"
#: The tables whose rows are taken of the watched leads alone.
TABLES = ("events", "leads", "lead_tags", "lead_history")


def watch(since: datetime, events: Sequence[str] | None, able: Sequence[str], *, tags: bool) -> str:
    """Return the statement that keeps the ids of leads to whom something happened.

    Args:
        since: from which instant on (UTC).
        events: the types of events that count; None is all. Any event begins a lead of whom
            nothing else says when it began.
        able: SELECTs of the leads that are to be kept of those with events; where there is none,
            all of them. A lead of which something else changed is always kept.
        tags: whether tags count.

    Whoever was merged with such a lead is of it.
    """
    begin = quote.instant(since)
    of_late = f"FROM events WHERE occurred_at >= {begin}"
    happened = [f"SELECT lead_id FROM leads WHERE created_at >= {begin}"]
    if events is None:
        happened.append(f"SELECT lead_id {of_late}")
    else:
        known = f"(SELECT lead_id FROM leads WHERE created_at < {begin})"
        happened.append(
            f"SELECT e.lead_id FROM (SELECT lead_id {of_late}) e"
            f" ANTI JOIN {known} k ON k.lead_id = e.lead_id"
        )
        happened += [f"SELECT lead_id {of_late} AND {types(events)}"] if events else []
    changed = [
        f"SELECT lead_id FROM lead_history WHERE changed_at >= {begin}",
        f'SELECT unnest([old_lead_id, lead_id]) FROM aliases WHERE "since" >= {begin}',
    ]
    changed += [f"SELECT lead_id FROM lead_tags WHERE set_at >= {begin}"] if tags else []
    kept = "SELECT lead_id FROM happened_chain"
    if able:
        kept += f" WHERE lead_id IN ({' UNION ALL '.join(able)})"
    return f"""
CREATE OR REPLACE TEMP TABLE {WATCHED} AS
WITH RECURSIVE link AS (
  SELECT old_lead_id AS one, lead_id AS other FROM aliases
  UNION ALL SELECT lead_id, old_lead_id FROM aliases
), happened AS (
  {_UNION.join(happened)}
), happened_chain AS (
  SELECT lead_id FROM happened
  UNION SELECT link.other FROM happened_chain c JOIN link ON link.one = c.lead_id
), kept AS (
  {_UNION.join([kept, *changed])}
), kept_chain AS (
  SELECT lead_id FROM kept
  UNION SELECT link.other FROM kept_chain c JOIN link ON link.one = c.lead_id
)
SELECT DISTINCT lead_id FROM kept_chain WHERE lead_id IS NOT NULL"""


_UNION = "\n  UNION "


def able_to_reach(relation: str, columns: Sequence[str], at: float) -> str:
    """Return the SELECT of the leads whose points, those that cost some aside, reach a bound.

    Args:
        relation: the scores.
        columns: the columns of rules that give points.
        at: the bound.
    """
    given = total([f"greatest({quote.name(column)}, 0)" for column in columns])
    return f"SELECT lead_id FROM {quote.name(relation)} WHERE {given} >= {quote.points(at)}"


def take(table: str) -> str:
    """Return the statement that keeps the watched leads' rows of a table."""
    return (
        f"CREATE OR REPLACE TEMP TABLE {quote.name(_kept(table))} AS"
        f" SELECT * FROM {table} SEMI JOIN {WATCHED} ON {WATCHED}.lead_id = {table}.lead_id"
    )


def set_aside(table: str) -> str:
    """Return the statement that gives a temporary view in the place of a table another name."""
    return f"ALTER VIEW temp.{table} RENAME TO {quote.name(_aside(table))}"


def stand_for(table: str) -> str:
    """Return the statement that puts the rows that were kept in the place of a table."""
    return f"CREATE TEMP VIEW {table} AS SELECT * FROM {quote.name(_kept(table))}"


def put_back(table: str, *, aside: bool) -> tuple[str, ...]:
    """Return the statements that put a table back in its place."""
    back = (f"ALTER VIEW temp.{quote.name(_aside(table))} RENAME TO {table}",) if aside else ()
    return (
        f"DROP VIEW temp.{table}",
        f"DROP TABLE temp.{quote.name(_kept(table))}",
        *back,
    )


def views_in_place() -> str:
    """Return the SELECT of the tables that a temporary view stands in the place of."""
    names = ", ".join(map(quote.text, TABLES))
    return (
        "SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal"
        f" AND view_name IN ({names})"
    )


def _kept(table: str) -> str:
    return f"watched {table}"


def _aside(table: str) -> str:
    return f"every row of {table}"
