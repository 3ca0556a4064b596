"""The SQL of causes: what moved a score at each instant, and the history that tells both."""

from __future__ import annotations

from leadline.plan.steps import Causes, History
from leadline.sql import quote
from leadline.sql.relations import keys
from leadline.sql.versions import Clock
from leadline.sql.views import BEGINNING


def causes(step: Causes) -> str:
    """Say what moved a score at each instant, in words."""
    grouped = ", ".join(keys(step.keyed))
    parts = [*_event_causes(step), *_state_causes(step)]
    if step.lives:
        parts.append(f"""
SELECT {", ".join(keys(step.keyed, "k"))}, k.since AS instant, 2 AS place,
  'reset ' || r.event_id AS said
FROM {quote.name(step.lives)} r
JOIN {quote.name(step.keys)} k ON k.lead_id = r.lead_id AND k.since = r.since""")
    union = "\nUNION ALL".join(parts)
    rows = f"({union}\n)"
    if step.cut:
        own = ["k.of_lead AS lead_id", *(['k."per"'] if step.keyed else [])]
        on = " AND ".join(f"m.{key} = k.{key}" for key in keys(step.keyed))
        rows = f"""(
SELECT {", ".join(own)}, m.instant, m.place, m.said
FROM {rows} m JOIN {quote.name(step.keys)} k
  ON {on} AND m.instant >= k.since AND m.instant < k.until
)"""
    return f"""
SELECT {grouped}, instant, string_agg(said, '; ' ORDER BY place, said) AS cause
FROM (SELECT DISTINCT * FROM {rows})
GROUP BY {grouped}, instant"""


def _event_causes(step: Causes) -> list[str]:
    if not step.countings:
        return []
    grouped = ", ".join(keys(step.keyed))
    parts = []
    asked = ""
    if step.wanted is not None:
        asked = f" AND occurred_at IN (SELECT instant FROM {quote.name(step.wanted)})"
    for number, counting in enumerate(step.countings):
        gives = "" if counting.rule.bands else " AND points <> 0"
        parts.append(
            f"SELECT {grouped}, occurred_at AS instant, event_id, {number} AS number,"
            f" {quote.text(counting.rule.head.name)} AS rule"
            f" FROM {quote.name(counting.matches)} WHERE counted{gives}{asked}"
        )
    union = "\n  UNION ALL ".join(parts)
    return [
        f"""
SELECT {grouped}, instant, 3 AS place,
  'event ' || event_id || ': ' || string_agg(rule, ', ' ORDER BY number) AS said
FROM (
  {union}
)
GROUP BY {grouped}, instant, event_id"""
    ]


def _state_causes(step: Causes) -> list[str]:
    """Return what facts, idleness and ``leads:`` say; the first version of a lead is its begin."""
    grouped = ", ".join(keys(step.keyed, "k"))
    own = "s.lead_id" if step.views else "s.base_id"
    join = f"""
FROM {quote.name(step.state)} s
JOIN {quote.name(step.keys)} k
  ON k.state_id = {own} AND s.instant < k.until AND s.instant >= k.since"""
    begun = "CASE WHEN s.number = 0 THEN 'created' ELSE 'leads' END"
    parts = [
        f"\nSELECT {grouped}, s.instant, 0 AS place, {begun} AS said{join}\nWHERE s.present <> 0"
        + (" AND s.number = 0" if step.views else "")
    ]
    for kind, rules in (("fact", step.facts), ("idle", step.idles)):
        for rule in rules:
            value = f"s.{quote.name(f'{step.score}.{rule.head.name}')}"
            said = quote.text(f"{kind} {rule.head.name}")
            parts.append(
                f"\nSELECT {grouped}, s.instant, 1 AS place, {said} AS said{join}"
                f"\nWHERE {value} <> 0"
            )
    return parts


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
