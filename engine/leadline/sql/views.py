"""The SQL of views: leads whose past looks different from some instant on, one after another."""

from __future__ import annotations

from collections.abc import Sequence

from leadline.plan.clock import AsOf
from leadline.plan.steps import Beginnings, LifeSpans, Lives, SeenEvents, Viewed
from leadline.ruleset.model import Reset
from leadline.sql import quote
from leadline.sql.expression import Writer, column
from leadline.sql.leads import Past, field_columns
from leadline.sql.relations import VIEW_MARK, keys, listed, types

#: Before everything and after everything. A lead of whom nothing says when it began exists always.
BEGINNING = "TIMESTAMP '1900-01-01'"
ENDING = "TIMESTAMP '9999-12-31'"


def view_id(lead: str, number: str, mark: str) -> str:
    """Return the id of a view: that of its lead for the first, a name of its own for later ones.

    Views can be cut again: each kind has a mark of its own, so that no two ids meet.
    """
    own = f"{VIEW_MARK} || {quote.text(mark)} || {number}"
    return f"{lead} || CASE WHEN {number} > 0 THEN {own} ELSE '' END"


def within_views(rows: str, columns: Sequence[str], keys_: str, *, keyed: bool) -> str:
    """Return rows of views as those of their leads, each within the time of its view.

    Args:
        rows: the rows, with the keys and an ``instant``.
        columns: what to take of them.
        keys_: the relation of keys.
        keyed: whether there is a ``per``.
    """
    own = ["k.of_lead AS lead_id", *(['k."per"'] if keyed else [])]
    on = " AND ".join(f"m.{key} = k.{key}" for key in keys(keyed))
    return f"""
SELECT {", ".join([*own, *(f"m.{column}" for column in columns)])}
FROM {rows} m
JOIN {quote.name(keys_)} k ON {on} AND m.instant >= k.since AND m.instant < k.until"""


def alias_views(as_of: AsOf) -> str:
    """Cut the time of merged ids where the ids that count for a lead change.

    ``meant`` says for whom an id counts and when: as its chain of aliases goes at the time, up to
    the instant at which the end of the chain is merged itself. A circle leads nowhere.
    """
    return f"""
WITH RECURSIVE link AS (
  SELECT *, lead(since, 1, {ENDING}) OVER (PARTITION BY old_lead_id ORDER BY since) AS until
  FROM (
    SELECT old_lead_id, coalesce(since, {BEGINNING}) AS since, min(lead_id) AS lead_id
    FROM aliases
    WHERE since IS NULL OR since < {quote.instant(as_of.before)}
    GROUP BY ALL
  )
), chain AS (
  SELECT old_lead_id, lead_id, since, until FROM link
  UNION
  SELECT c.old_lead_id, l.lead_id, greatest(c.since, l.since), least(c.until, l.until)
  FROM chain c JOIN link l ON l.old_lead_id = c.lead_id AND l.since < c.until AND c.since < l.until
), gone AS (
  SELECT old_lead_id, min(since) AS since FROM link GROUP BY old_lead_id
), meant AS (
  SELECT c.old_lead_id, c.lead_id, c.since, least(c.until, coalesce(g.since, {ENDING})) AS until
  FROM chain c LEFT JOIN gone g ON g.old_lead_id = c.lead_id
  WHERE c.since < coalesce(g.since, {ENDING})
), cut AS (
  SELECT lead_id AS of_lead, since AS instant FROM meant
  UNION SELECT lead_id, until FROM meant
  UNION SELECT old_lead_id, since FROM meant
  UNION SELECT old_lead_id, until FROM meant
  UNION SELECT unnest([old_lead_id, lead_id]), {BEGINNING} FROM link
), segment AS (
  SELECT of_lead, instant AS since, row_number() OVER w - 1 AS number,
    lead(instant, 1, {ENDING}) OVER w AS until
  FROM cut
  WHERE instant < {ENDING}
  WINDOW w AS (PARTITION BY of_lead ORDER BY instant)
)
SELECT m.old_lead_id, {view_id("s.of_lead", "s.number", "@")} AS lead_id, s.of_lead, s.since,
  s.until
FROM segment s
JOIN meant m ON m.lead_id = s.of_lead AND m.since <= s.since AND m.until >= s.until
UNION ALL
SELECT s.of_lead, {view_id("s.of_lead", "s.number", "@")}, s.of_lead, s.since, s.until
FROM segment s
ANTI JOIN meant m ON m.old_lead_id = s.of_lead AND m.since <= s.since AND m.until >= s.until"""


def viewed(step: Viewed) -> str:
    """Put rows under each view; of the leads table keep the lead's own row where there is one."""
    views, table = quote.name(step.views), quote.name(step.table)
    rows = f"""
SELECT t.* REPLACE (coalesce(v.lead_id, t.lead_id) AS lead_id){{more}}
FROM {table} t LEFT JOIN {views} v ON v.old_lead_id = t.lead_id"""
    if step.table != "leads":
        return rows.format(more="")
    own = ", coalesce(v.of_lead = t.lead_id, TRUE) AS own_row, t.lead_id AS written_id"
    return f"""
SELECT * EXCLUDE (own_row, written_id)
FROM ({rows.format(more=own)}
)
QUALIFY row_number() OVER (PARTITION BY lead_id ORDER BY own_row DESC, written_id) = 1"""


def beginnings(step: Beginnings, as_of: AsOf) -> str:
    """Find the first instant of each lead: its creation or first event, whichever is earlier."""
    before = quote.instant(as_of.before)
    only = ""
    span = {"of_lead": "lead_id", "since": BEGINNING, "until": ENDING}
    views = ""
    if step.views is not None:
        span = {
            "of_lead": "coalesce(v.of_lead, b.lead_id)",
            "since": f"coalesce(v.since, {BEGINNING})",
            "until": f"coalesce(v.until, {ENDING})",
        }
        views = f"""
  LEFT JOIN (SELECT DISTINCT lead_id, of_lead, since, until FROM {quote.name(step.views)}) v
    ON v.lead_id = b.lead_id"""
    if step.lead is not None:
        only = f"\n  WHERE {span['of_lead']} = {quote.text(step.lead)}"
    # No field here has a history, so there is nothing to look up in one.
    none = Past(lambda *_: "", "", "", (), account_history=False, lead_id="b.of_lead")
    joins, columns = field_columns(step.fields, none, with_account=step.with_account)
    out = ["b.lead_id", "b.of_lead", "l.created_at", "b.begun", "b.first_at"]
    out += ["b.scored_from", "b.until"]
    begun, tag_join = "", ""
    if step.tag is not None:
        begun = ", g.first_at"
        tag_join = f"""
  FULL JOIN (
    SELECT lead_id, min(set_at) AS first_at FROM {quote.name(step.tags)}
    WHERE lower(tag) = {quote.text(step.tag.lower())} AND value IS NOT NULL
    GROUP BY lead_id
  ) g ON g.lead_id = coalesce(l.lead_id, e.lead_id)"""
    known = "l.lead_id IS NOT NULL OR e.lead_id IS NOT NULL"
    return f"""
WITH first_event AS (
  SELECT lead_id, min(occurred_at) AS first_at FROM {quote.name(step.events)} GROUP BY lead_id
), born AS (
  SELECT coalesce(l.lead_id, e.lead_id{", g.lead_id" if step.tag is not None else ""}) AS lead_id,
    CASE WHEN {known} THEN coalesce(least(l.created_at, e.first_at), {BEGINNING})
      ELSE {ENDING} END AS scored_from, least(scored_from{begun}) AS first_at
  FROM {quote.name(step.leads)} l FULL JOIN first_event e ON e.lead_id = l.lead_id{tag_join}
), begun AS (
  SELECT b.lead_id, {span["of_lead"]} AS of_lead, b.scored_from AS begun,
    greatest(b.first_at, {span["since"]}) AS first_at,
    greatest(b.scored_from, {span["since"]}) AS scored_from, {span["until"]} AS until
  FROM born b{views}{only}
)
SELECT
  {listed([*out, *columns])}
FROM begun b LEFT JOIN {quote.name(step.leads)} l ON l.lead_id = b.lead_id{"".join(joins)}
WHERE b.first_at < {before} AND b.first_at < b.until"""


def seen_events(step: SeenEvents) -> str:
    """Give each version of a lead all events up to its end, with the fields of its time."""
    columns = ["e.* REPLACE (v.lead_id AS lead_id)", 'v."as of"']
    columns += [f"v.{quote.name(column(field))}" for field in step.fields]
    columns += [f"v.{quote.name(counted.column)}" for counted in step.counts]
    return f"""
SELECT
  {listed(columns)}
FROM {quote.name(step.source)} e
JOIN {quote.name(step.versions)} v ON v.base_id = e.lead_id AND e.occurred_at < v.until
WHERE v.scored"""


def life_spans(step: LifeSpans, writer: Writer) -> str:
    """Say when each life begins; the first has no beginning of its own."""
    condition = _resets(step.reset, writer)
    return f"""
SELECT lead_id AS view_id, {view_id("lead_id", "number", "~")} AS lead_id,
  occurred_at AS since, event_id,
  lead(occurred_at, 1, {ENDING}) OVER (PARTITION BY lead_id ORDER BY number) AS until
FROM (
  SELECT lead_id, occurred_at, event_id,
    row_number() OVER (PARTITION BY lead_id ORDER BY occurred_at, event_id) AS number
  FROM {quote.name(step.source)}
  WHERE {condition}
)"""


def lives(step: Lives, writer: Writer) -> str:
    """Number the resets before each event; a reset itself counts in no life."""
    condition = f"({_resets(step.reset, writer)}) IS TRUE"
    number = """count(CASE WHEN "is reset" THEN 1 END) OVER (
      PARTITION BY lead_id ORDER BY occurred_at, event_id ROWS UNBOUNDED PRECEDING)"""
    life = view_id("lead_id", '"life"', "~")
    return f"""
SELECT * EXCLUDE ("is reset", "life") REPLACE ({life} AS lead_id)
FROM (
  SELECT *, {number} AS "life"
  FROM (SELECT *, {condition} AS "is reset" FROM {quote.name(step.source)})
)
WHERE NOT "is reset\""""


def _resets(reset: Reset, writer: Writer) -> str:
    condition = types(reset.events)
    if reset.where is not None:
        condition += f" AND ({writer.condition(reset.where)})"
    return condition
