"""The SQL of stages: which one holds from an instant on, and from when to when."""

from __future__ import annotations

from leadline.plan.steps import ContentLevels, Presence, ScoreLevels, Spells, TagLevels
from leadline.ruleset.model import Stages
from leadline.sql import quote
from leadline.sql.events import is_own
from leadline.sql.expression import Writer, column
from leadline.sql.versions import Clock
from leadline.sql.views import BEGINNING


def presence(step: Presence, clock: Clock) -> str:
    """Say when a lead begins and ends to be scored; a merged id ends with its merger."""
    versions = quote.name(step.versions)
    return f"""
SELECT lead_id, instant, present
FROM (
  SELECT lead_id, instant, present, lag(present, 1, FALSE) OVER w AS before
  FROM (
    SELECT of_lead AS lead_id, instant, {quote.name(step.column)} AS present FROM {versions}
    UNION ALL
    SELECT v.of_lead, v.until, FALSE
    FROM {versions} v ANTI JOIN {versions} n ON n.of_lead = v.of_lead AND n.instant = v.until
    WHERE v.until < {clock.before}
  )
  WINDOW w AS (PARTITION BY lead_id ORDER BY instant)
)
WHERE present <> before"""


def zone(value: str, bounds: tuple[float, ...]) -> str:
    """Return between which bounds a value lies, as the number of bounds that it reaches."""
    terms = [f"({value} >= {quote.number(bound)})::INTEGER" for bound in bounds]
    return " + ".join(terms) if terms else f"({value} IS NOT NULL)::INTEGER"


def score_levels(step: ScoreLevels) -> str:
    """Switch each step on and off by itself; the stage is the highest that is on."""
    steps = [
        (number, one.at, one.at if one.leave_below is None else one.leave_below)
        for number, one in enumerate(step.stages.steps)
        if number and one.at is not None
    ]
    bounds = tuple(sorted({bound for _, at, leave in steps for bound in (at, leave)}))
    switches = [
        f"CASE WHEN new IS NULL THEN 0 WHEN new >= {quote.number(at)} THEN 1"
        f" WHEN new < {quote.number(leave)} THEN 0 END AS {quote.name(f'on {number}')}"
        for number, at, leave in steps
    ]
    on = [
        f"CASE WHEN last_value({quote.name(f'on {number}')} IGNORE NULLS) OVER w = 1"
        f" THEN {number} ELSE 0 END"
        for number, _, _ in steps
    ]
    level = f"greatest({', '.join(['0', *on])})"
    rows = f"""
  SELECT lead_id, instant, new, {level} AS level,
    count(CASE WHEN new IS NULL THEN 1 END) OVER w AS life
  FROM (
    SELECT {", ".join(["lead_id", "instant", "new", *switches])}
    FROM {quote.name(step.changes)}
    WHERE {zone("old", bounds)} IS DISTINCT FROM {zone("new", bounds)}
  )
  WINDOW w AS (PARTITION BY lead_id ORDER BY instant)"""
    if not step.stages.backward:
        level = "max(level) OVER (PARTITION BY lead_id, life ORDER BY instant)"
    else:
        level = "level"
    return f"""
SELECT lead_id, instant, CASE WHEN new IS NOT NULL THEN {level} END AS level,
  NULL::VARCHAR AS said
FROM ({rows}
)"""


def tag_levels(step: TagLevels) -> str:
    """Take the stage from a tag; a value that is no step's name is no stage."""
    value = quote.name(column(step.tag))
    cases = [
        f"WHEN {quote.text(one.name)} THEN {number}" for number, one in enumerate(step.stages.steps)
    ]
    level = f"CASE WHEN {value} IS NULL THEN 0 ELSE CASE {value} {' '.join(cases)} ELSE -1 END END"
    rows = f"""
  SELECT of_lead AS lead_id, instant, {level} AS level, 'tag ' || {value} AS said
  FROM {quote.name(step.versions)}"""
    return _kept(rows, step.presence, step.stages)


def content_levels(step: ContentLevels, writer: Writer) -> str:
    """Move a lead one step at its first event, after it entered a step, with content of the next.

    Every event is judged once; then step by step, the first event later than the one that moved
    the lead into the step before. The names of the stages are the content's.
    """
    stages = step.stages
    condition = "TRUE" if stages.condition is None else writer.condition(stages.condition)
    names = ", ".join(quote.text(one.name) for one in stages.steps[1:]) or "NULL"
    own = ["e.lead_id", "e.event_id", "e.occurred_at", "e.day", 'e."type"', "e.visit_id"]
    own += [f"e.{quote.name(column(field))}" for field in step.event_fields if not is_own(field)]
    join = ""
    if stages.condition is not None:
        own.append('v."as of"')
        own += [f"v.{quote.name(column(field))}" for field in step.fields]
        own += [f"v.{quote.name(counted.column)}" for counted in step.counts]
        join = f"""
    JOIN {quote.name(step.known)} k ON k.lead_id = e.lead_id
    ASOF JOIN {quote.name(step.versions)} v
      ON v.base_id = e.lead_id AND v.instant <= greatest(e.occurred_at, k.first_at)"""
    ctes = [
        f"""engaged AS (
  SELECT lead_id, {{'at': occurred_at, 'id': event_id}} AS place, "asset.stage" AS stage
  FROM (
    SELECT {", ".join(own)}
    FROM {quote.name(step.events)} e{join}
    WHERE "asset.stage" IN ({names})
  )
  WHERE {condition}
)""",
        f"""step_0 AS (
  SELECT lead_id, of_lead, first_at AS begun, first_at AS instant, until,
    {{'at': {BEGINNING}, 'id': ''}} AS place
  FROM {quote.name(step.known)}
)""",
    ]
    for number, one in enumerate(stages.steps[1:], start=1):
        ctes.append(f"""step_{number} AS (
  SELECT s.lead_id, s.of_lead, s.begun, min(e.place).at AS instant, s.until, min(e.place) AS place
  FROM step_{number - 1} s
  JOIN engaged e ON e.lead_id = s.lead_id AND e.stage = {quote.text(one.name)}
    AND e.place > s.place
  GROUP BY ALL
)""")
    every = "\n    UNION ALL ".join(
        f"SELECT *, {number} AS level FROM step_{number}" for number in range(len(stages.steps))
    )
    rows = f"""
  SELECT of_lead AS lead_id, greatest(instant, begun) AS instant, max(level) AS level,
    'event ' || max(place).id AS said
  FROM (
    {every}
  )
  WHERE instant < until
  GROUP BY ALL"""
    rows = f"\nWITH {(',' + chr(10)).join(ctes)}\nSELECT * FROM ({rows}\n)"
    return _kept(rows, step.presence, stages)


def _kept(rows: str, presence_: str, stages: Stages) -> str:
    """Take levels away while a lead is not scored; keep the highest where stages do not go back."""
    highest = "level"
    if not stages.backward:
        # What was said while the lead was not scored is forgotten.
        known = "CASE WHEN present THEN level END"
        highest = f"max({known}) OVER (PARTITION BY lead_id, life ORDER BY instant)"
    return f"""
SELECT lead_id, instant, CASE WHEN present AND level >= 0 THEN {highest} END AS level, said
FROM (
  SELECT *, count(CASE WHEN NOT present THEN 1 END) OVER w AS life
  FROM (
    SELECT lead_id, instant, last_value(level IGNORE NULLS) OVER w AS level,
      last_value(present IGNORE NULLS) OVER w AS present, said
    FROM (
      SELECT lead_id, instant, max(level) AS level, bool_or(present) AS present, max(said) AS said
      FROM (
        SELECT *, NULL::BOOLEAN AS present FROM ({rows}
        )
        UNION ALL BY NAME
        SELECT lead_id, instant, present FROM {quote.name(presence_)}
      )
      GROUP BY lead_id, instant
    )
    WINDOW w AS (PARTITION BY lead_id ORDER BY instant)
  )
  WINDOW w AS (PARTITION BY lead_id ORDER BY instant)
)"""


def spells(step: Spells) -> str:
    """Turn levels into spells, each with its direction and what moved the lead in."""
    names = [f"WHEN {n} THEN {quote.text(one.name)}" for n, one in enumerate(step.stages.steps)]
    said, join = "s.said", ""
    if step.causes is not None:
        said = "coalesce(c.cause, s.said, 'decay')"
        join = f"""
LEFT JOIN {quote.name(step.causes)} c ON c.lead_id = s.lead_id AND c.instant = s.instant"""
    return f"""
SELECT s.lead_id, CASE s.level {" ".join(names)} END AS stage,
  nullif(s.instant, {BEGINNING}) AS entered_at, s.left_at,
  CASE WHEN s.before IS NULL THEN 'enter' WHEN s.level > s.before THEN 'forward'
    ELSE 'backward' END AS direction,
  {said} AS cause
FROM (
  SELECT *, lead(instant) OVER (PARTITION BY lead_id ORDER BY instant) AS left_at
  FROM (
    SELECT *, lag(level) OVER (PARTITION BY lead_id ORDER BY instant) AS before
    FROM {quote.name(step.levels)}
  )
  WHERE level IS DISTINCT FROM before
) s{join}
WHERE s.level IS NOT NULL"""
