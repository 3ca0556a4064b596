"""The SQL of lead versions: each lead at every instant at which something about it changes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from leadline.plan.clock import AsOf, Midnight
from leadline.plan.steps import LeadVersions
from leadline.sql import quote
from leadline.sql.expression import Writer
from leadline.sql.leads import Past, field_columns
from leadline.sql.relations import VIEW_MARK, dated_value, listed, midnight
from leadline.sql.views import BEGINNING, view_id


@dataclass(frozen=True, slots=True)
class Clock:
    """What a plan knows of time.

    Attributes:
        until: the last date or instant.
        midnights: how days begin.
        timezone: the model's.
    """

    until: AsOf
    midnights: tuple[Midnight, ...]
    timezone: str

    @property
    def before(self) -> str:
        """The first instant that is too late."""
        return quote.instant(self.until.before)

    def midnight(self, day: str) -> str:
        """Return the instant at which a day begins."""
        return midnight(day, self.midnights)

    def day(self, instant: str) -> str:
        """Return the local day of an instant."""
        return Writer(None, self.timezone).local_date(instant)


def lead_versions(step: LeadVersions, writer: Writer, clock: Clock) -> str:
    """Return each lead at every instant at which a field, a count or its idleness changes."""
    past = _past(step)
    joins, fields = field_columns(step.fields, past, with_account=step.with_account)
    own_columns = "lead_id, of_lead, created_at, begun, first_at, until"
    own = view_id("v.lead_id", "v.number", "#") if step.views else "v.lead_id"
    columns = ["v.lead_id AS base_id", f"{own} AS lead_id", "v.of_lead", "v.instant", "v.until"]
    columns += ["v.number", 'v."as of"', "s.created_at", f"s.* EXCLUDE ({own_columns})", *fields]
    parts = [f"known AS (SELECT * FROM {quote.name(step.known)})"]
    if step.counts:
        parts.append(f"counted AS ({_count_changes(step, clock)}\n)")
    parts += _instants(step, writer, clock)
    if step.counts:
        columns += [f"n.{quote.name(counted.column)}" for counted in step.counts]
        joins.append(
            "\nASOF LEFT JOIN counted n ON n.lead_id = v.lead_id AND n.instant <= v.instant"
        )
    if step.idles:
        columns.append('i.day AS "last day"')
        joins.append(
            "\nASOF LEFT JOIN active_day i ON i.lead_id = v.lead_id AND i.instant <= v.instant"
        )
    kept = "TRUE"
    if step.condition is not None:
        kept = f"coalesce({writer.condition(step.condition)}, FALSE)"
    leads = f"\nLEFT JOIN {quote.name(step.leads)} l ON l.lead_id = v.lead_id"
    return f"""
WITH {("," + chr(10)).join(parts)}
SELECT *, kept AND instant >= scored_from AS scored
FROM (
SELECT *, {kept} AS kept
FROM (
SELECT
  {listed(columns)}
FROM version v
JOIN known s ON s.lead_id = v.lead_id{leads if fields else ""}{"".join(joins)}
)
)"""


def _past(step: LeadVersions) -> Past:
    """Return how to find what was known at the instant of a version."""

    def latest(table: str, instant: str, condition: str, alias: str) -> str:
        return f"""
LEFT JOIN (
  SELECT t.lead_id, v.instant,
    max({dated_value(instant)}) FILTER ({instant} <= v.instant) AS state
  FROM {quote.name(table)} t JOIN version v ON v.lead_id = t.lead_id
  WHERE {condition}
  GROUP BY t.lead_id, v.instant
) {alias} ON {alias}.lead_id = v.lead_id AND {alias}.instant = v.instant"""

    return Past(
        latest,
        step.tags,
        step.history,
        step.history_fields,
        account_history=step.with_account,
        lead_id=f"split_part(v.lead_id, {VIEW_MARK}, 1)",
    )


def _instants(step: LeadVersions, writer: Writer, clock: Clock) -> list[str]:
    """Return the CTEs that find the instants, and the versions that they cut time into."""
    ctes: list[str] = []
    sources = ["SELECT DISTINCT lead_id, unnest([first_at, scored_from]) AS instant FROM known"]
    named = [name.lower() for name in step.history_fields]
    if step.with_account:
        named.append("account_id")
    if named:
        texts = ", ".join(map(quote.text, dict.fromkeys(named)))
        sources.append(
            f"SELECT lead_id, changed_at FROM {quote.name(step.history)}"
            f" WHERE lower(field) IN ({texts})"
        )
    tags = [field.column.lower() for field in step.fields if field.scope == "tag"]
    if tags:
        texts = ", ".join(map(quote.text, dict.fromkeys(tags)))
        sources.append(
            f"SELECT lead_id, set_at FROM {quote.name(step.tags)} WHERE lower(tag) IN ({texts})"
        )
    if step.counts:
        sources.append("SELECT lead_id, instant FROM counted")
    if step.idles:
        ctes.append(f"""active_day AS (
  SELECT lead_id, day, min(occurred_at) AS instant FROM {quote.name(step.events)} GROUP BY ALL
)""")
        sources += _idle_instants(step, writer, clock)
    for day in step.bounds:
        sources.append(f"SELECT lead_id, {clock.midnight(quote.day(day))} FROM known")
    if step.daily:
        last = quote.day(clock.until.day)
        begins = f"greatest(CAST(first_at AS DATE) - 1, {quote.day(step.first)})"
        days = f"CAST({begins} + CAST(unnest(range({last} - {begins} + 1)) AS INTEGER) AS DATE)"
        sources.append(
            f"SELECT lead_id, {clock.midnight('day')} FROM (SELECT lead_id, {days} AS day"
            " FROM known)"
        )
    union = "\n  UNION ".join(sources)
    ctes.append(f"""turning AS (
  {union}
), version AS (
  SELECT i.lead_id, k.of_lead, i.instant, row_number() OVER w - 1 AS number,
    lead(i.instant, 1, k.until) OVER w AS until,
    CASE WHEN i.instant = {BEGINNING} THEN {quote.day(step.first)}
      ELSE {writer.local_date("i.instant")} END AS "as of"
  FROM turning i JOIN known k ON k.lead_id = i.lead_id
  WHERE i.instant >= k.first_at AND i.instant < k.until AND i.instant < {clock.before}
  WINDOW w AS (PARTITION BY i.lead_id ORDER BY i.instant)
)""")
    return ctes


def _idle_instants(step: LeadVersions, writer: Writer, clock: Clock) -> list[str]:
    """Return when leads become idle, and when they come back."""
    shortest = min(step.idles)
    begins = [clock.midnight(f"CAST(day + {days} AS DATE)") for days in step.idles]
    gaps = """(SELECT lead_id, day, lead(day) OVER w AS next_day, lead(instant) OVER w AS next_at
    FROM active_day WINDOW w AS (PARTITION BY lead_id ORDER BY day))"""
    created = f"(SELECT lead_id, {writer.local_date('created_at')} AS day FROM known)"
    sources = [
        f"SELECT lead_id, {begin} FROM {gaps} WHERE next_day IS NULL OR next_day - day >= {days}"
        for begin, days in zip(begins, step.idles, strict=True)
    ]
    sources.append(f"SELECT lead_id, next_at FROM {gaps} WHERE next_day - day >= {shortest}")
    sources += [f"SELECT lead_id, {begin} FROM {created} WHERE day IS NOT NULL" for begin in begins]
    sources.append("SELECT lead_id, min(instant) FROM active_day GROUP BY lead_id")
    return sources


def _count_changes(step: LeadVersions, clock: Clock) -> str:
    """Count events from instant to instant: each counts from its own until its window has passed.

    An event is within a window of so many days while its age is below them.
    """
    parts = []
    for counted in step.counts:
        name = quote.name(counted.column)
        source = f'FROM {quote.name(step.events)} WHERE "type" = {quote.text(counted.event)}'
        parts.append(f"SELECT lead_id, occurred_at AS instant, 1 AS {name} {source}")
        if counted.days is not None:
            ends = clock.midnight(f"CAST(day + {math.ceil(counted.days)} AS DATE)")
            parts.append(f"SELECT lead_id, {ends} AS instant, -1 AS {name} {source}")
    names = [quote.name(counted.column) for counted in step.counts]
    sums = [f"sum(coalesce(sum({name}), 0)) OVER w AS {name}" for name in names]
    union = "\n    UNION ALL BY NAME ".join(parts)
    return f"""
  SELECT lead_id, instant, {", ".join(sums)}
  FROM (
    {union}
  )
  GROUP BY lead_id, instant
  WINDOW w AS (PARTITION BY lead_id ORDER BY instant)"""
