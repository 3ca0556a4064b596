"""The SQL of causes: what moved a score at each instant, and the history that tells both."""

from __future__ import annotations

from leadline.plan.steps import Causes, History, JoinedCauses
from leadline.sql import quote
from leadline.sql.relations import keys
from leadline.sql.versions import Clock
from leadline.sql.views import BEGINNING, within_views


def causes(step: Causes) -> str:
    """Name what moved a score at each instant: in its place, with the rule where one counted it.

    An event, a reset among them, is named by its id as well.
    """
    parts = [*_event_causes(step), *_state_causes(step)]
    if step.lives:
        parts.append(f"""
SELECT {", ".join(keys(step.keyed, "k"))}, k.since AS instant, 2 AS place,
  'reset ' || r.event_id AS what, 0 AS number, NULL AS rule, r.event_id
FROM {quote.name(step.lives)} r
JOIN {quote.name(step.keys)} k ON k.lead_id = r.lead_id AND k.since = r.since""")
    rows = "\nUNION ALL".join(parts)
    if not step.cut:
        return rows
    columns = ["instant", "place", "what", "number", "rule", "event_id"]
    return within_views(f"({rows}\n)", columns, step.keys, keyed=step.keyed)


def _event_causes(step: Causes) -> list[str]:
    grouped = ", ".join(keys(step.keyed))
    asked = ""
    if step.wanted is not None:
        asked = f" AND occurred_at IN (SELECT instant FROM {quote.name(step.wanted)})"
    return [
        f"\nSELECT {grouped}, occurred_at AS instant, 3 AS place, 'event ' || event_id AS what,"
        f" {number} AS number, {quote.text(counting.rule.head.name)} AS rule, event_id"
        f"\nFROM {quote.name(counting.matches)}"
        f"\nWHERE counted{'' if counting.rule.bands else ' AND points <> 0'}{asked}"
        for number, counting in enumerate(step.countings)
    ]


def _state_causes(step: Causes) -> list[str]:
    """Return what facts, idleness and ``leads:`` say; the first version of a lead is its begin.

    Where each version is a view of its own, nothing says which of its facts is new.
    """
    grouped = ", ".join(keys(step.keyed, "k"))
    own = "s.lead_id" if step.views else "s.base_id"
    join = f"""
FROM {quote.name(step.state)} s
JOIN {quote.name(step.keys)} k
  ON k.state_id = {own} AND s.instant < k.until AND s.instant >= k.since"""

    def said(place: int, what: str, where: str) -> str:
        columns = f"{grouped}, s.instant, {place} AS place, {what} AS what"
        none = "0 AS number, NULL AS rule, NULL AS event_id"
        return f"\nSELECT {columns}, {none}{join}\nWHERE {where}"

    if step.views:
        return [said(0, "'created'", "s.present <> 0 AND s.number = 0")]
    begun = "CASE WHEN s.number = 0 THEN 'created' ELSE 'leads' END"
    return [
        said(0, begun, "s.present <> 0"),
        *(
            said(
                1,
                quote.text(f"{kind} {rule.head.name}"),
                f"s.{quote.name(f'{step.score}.{rule.head.name}')} <> 0",
            )
            for kind, rules in (("fact", step.facts), ("idle", step.idles))
            for rule in rules
        ),
    ]


def joined_causes(step: JoinedCauses) -> str:
    """Say what moved any of the scores, in words: an event is named once, with all its rules."""
    grouped = ", ".join(keys(step.keyed))
    semi = ""
    if step.wanted is not None:
        semi = f" SEMI JOIN {quote.name(step.wanted)} USING (lead_id, instant)"
    union = "\n      UNION ALL ".join(
        f"SELECT * REPLACE (number + {place * MOST_RULES} AS number) FROM {quote.name(cause)}{semi}"
        for place, cause in enumerate(step.causes)
    )
    return f"""
SELECT {grouped}, instant,
  string_agg(what || coalesce(': ' || rules, ''), '; ' ORDER BY place, what) AS cause
FROM (
  SELECT {grouped}, instant, place, what, string_agg(rule, ', ' ORDER BY number) AS rules
  FROM (
    SELECT {grouped}, instant, place, what, rule, min(number) AS number
    FROM (
      {union}
    )
    GROUP BY ALL
  )
  GROUP BY ALL
)
GROUP BY {grouped}, instant"""


#: More rules than a score has: the rules of one score are named before those of the next.
MOST_RULES = 100_000


def history(step: History, clock: Clock) -> str:
    """Put the changes of every score below each other, each with its cause."""
    parts = []
    for name, changed, caused, keyed in step.scores:
        rows = quote.name(changed)
        on = (
            " AND ".join(f"y.{key} = c.{key}" for key in keys(keyed)) + " AND y.instant = c.instant"
        )
        per = 'c."per"' if keyed else "''"
        midnight = f"c.instant = {clock.midnight('c.day')}"
        other = f"CASE WHEN {midnight} THEN 'decay' ELSE 'lead changed' END"
        said, join = other, ""
        if caused is not None:
            said = f"coalesce(y.cause, {other})"
            join = f" LEFT JOIN {quote.name(caused)} y ON {on}"
        if step.since is not None:
            since = quote.instant(step.since)
            grouped = ", ".join(keys(keyed))
            parts.append(
                f"\nSELECT lead_id, {quote.text(name)} AS score,"
                f' {_per(keyed)} AS "per", {since} AS "at", NULL AS old, new,'
                f"\n  'carried over' AS cause"
                f"\nFROM (SELECT {grouped}, arg_max({{'new': new}}, instant).new AS new"
                f"\n  FROM {rows} WHERE instant <= {since} GROUP BY {grouped})"
                "\nWHERE new IS NOT NULL"
            )
            rows = f"(SELECT * FROM {rows} WHERE instant > {since})"
        parts.append(
            f'\nSELECT c.lead_id, {quote.text(name)} AS score, {per} AS "per",'
            f' nullif(c.instant, {BEGINNING}) AS "at", c.old, c.new,\n  {said} AS cause'
            f"\nFROM {rows} c{join}"
        )
    if not parts:
        return (
            "\nSELECT '' AS lead_id, '' AS score, '' AS \"per\", NULL::TIMESTAMP AS \"at\","
            " 0.0 AS old, 0.0 AS new, '' AS cause WHERE FALSE"
        )
    return "\nUNION ALL".join(parts)


def _per(keyed: bool) -> str:
    return '"per"' if keyed else "''"
