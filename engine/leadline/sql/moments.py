"""The SQL of moments: what running totals come to at every instant, before it and from it on."""

from __future__ import annotations

from leadline.plan.steps import Moments
from leadline.sql import quote
from leadline.sql.expression import Writer
from leadline.sql.relations import keys, listed
from leadline.sql.totals import column_type, columns_of
from leadline.sql.versions import Clock
from leadline.sql.views import within_views

#: What marks a total as that of just before an instant.
BEFORE = " before"


def moments(step: Moments, clock: Clock, writer: Writer) -> str:
    """Add up entries in the order of time."""
    grouped = ", ".join(keys(step.keyed))
    sums = [
        f"CAST(coalesce(sum({name}), 0) AS {kind}) AS {name}" for _, name, kind in _columns(step)
    ]
    added = f"""
  SELECT {grouped}, instant, min(day) AS day,
    {listed(sums, 4)}
  FROM {quote.name(step.entries)}
  WHERE instant < {clock.before}
  GROUP BY {grouped}, instant"""
    if step.cut:
        return _cut_moments(step, added, clock, writer)
    columns = _columns(step)
    running: list[str] = []
    if step.always:
        # Once begun a score does not end, and its first instant is the one that says so.
        [(_, present, _), *columns] = columns
        running += [f"1 AS {present}", f"1 - {present} AS {_before('present')}"]
    for raw, name, kind in columns:
        total = f"sum({name}) OVER w"
        running.append(f"CAST({total} AS {kind}) AS {name}")
        running.append(f"CAST({total} - {name} AS {kind}) AS {_before(raw)}")
    return f"""
SELECT {grouped}, instant, day,
  {listed(running)},
  lead(instant) OVER w AS next_at
FROM ({added}
)
WINDOW w AS (PARTITION BY {grouped} ORDER BY instant)"""


def _columns(step: Moments) -> list[tuple[str, str, str]]:
    """Return each running total: its name, the same quoted, its type."""
    return [
        (name, quote.name(name), column_type(name, step.tracks)) for name in columns_of(step.tracks)
    ]


def _before(name: str) -> str:
    return quote.name(name + BEFORE)


def _cut_moments(step: Moments, added: str, clock: Clock, writer: Writer) -> str:
    """Join the totals of views into those of leads, each view within its own time.

    A key that no view goes on with ends with its view: all of it is zero from then on.
    """
    grouped = ", ".join(keys(step.keyed))
    same = ' AND n."per" = k."per"' if step.keyed else ""
    own = ["k.of_lead AS lead_id", *(['k."per"'] if step.keyed else [])]
    columns = _columns(step)
    names = [name for _, name, _ in columns]
    running = [f"CAST(sum({name}) OVER w AS {kind}) AS {name}" for _, name, kind in columns]
    before = [f"coalesce(lag({name}) OVER w, 0) AS {_before(raw)}" for raw, name, _ in columns]
    zeros = ", ".join("0" for _ in names)
    return f"""
WITH summed AS (
SELECT {grouped}, instant, day,
  {listed(running)}
FROM ({added}
)
WINDOW w AS (PARTITION BY {grouped} ORDER BY instant)
), own AS ({within_views("summed", ["instant", "day", *names], step.keys, keyed=step.keyed)}
  UNION ALL
  SELECT {", ".join(own)}, k.until, {writer.local_date("k.until")}, {zeros}
  FROM {quote.name(step.keys)} k
  ANTI JOIN {quote.name(step.keys)} n ON n.of_lead = k.of_lead{same} AND n.since = k.until
  WHERE k.until < {clock.before}
)
SELECT *,
  {listed(before)},
  lead(instant) OVER w AS next_at
FROM own
WINDOW w AS (PARTITION BY {grouped} ORDER BY instant)"""
