"""The SQL of timelines: all that is known of a lead, at every instant that changes some of it."""

from __future__ import annotations

from leadline.plan.steps import (
    FormulaChanges,
    PastValues,
    Quiet,
    Ranked,
    Source,
    Timeline,
)
from leadline.sql import quote
from leadline.sql.expression import Writer
from leadline.sql.relations import listed
from leadline.sql.results import formula_value, graded, matrix_cell
from leadline.sql.stages import zone
from leadline.sql.versions import Clock
from leadline.sql.views import BEGINNING


def timeline(step: Timeline, clock: Clock) -> str:
    """Put the changes of everything that is asked for in one order and carry each value on."""
    parts = [f"SELECT lead_id, instant, present FROM {quote.name(step.presence)}"]
    parts += [_moved(source) for source in step.sources]
    carried = [f"score.{source.score}" for source in step.sources]
    if step.stage is not None:
        # No stage is a value of its own here, so that it is carried on like any other.
        stage = quote.name(step.stage)
        parts.append(
            f"SELECT lead_id, coalesce(entered_at, {BEGINNING}) AS instant, stage FROM {stage}"
        )
        parts.append(
            f"SELECT lead_id, left_at AS instant, '' AS stage FROM {stage}"
            " WHERE left_at IS NOT NULL"
        )
        carried.append("stage")
    for name, relation in step.flags:
        parts.append(
            f"SELECT lead_id, instant, value AS {quote.name(name)} FROM {quote.name(relation)}"
        )
        carried.append(name)
    if step.versions is not None:
        versions = quote.name(step.versions)
        parts.append(f"SELECT of_lead AS lead_id, instant FROM {versions}")
    names = ["present", *carried]
    highest = [f"max({quote.name(name)}) AS {quote.name(name)}" for name in names]
    on = [f"last_value({quote.name(n)} IGNORE NULLS) OVER w AS {quote.name(n)}" for n in names]
    union = "\n    UNION ALL BY NAME ".join(parts)
    rows = f"""
  SELECT
    {listed(["lead_id", "instant", *on], 4)}
  FROM (
    SELECT
      {listed(["lead_id", "instant", *highest], 6)}
    FROM (
    {union}
    )
    WHERE instant < {clock.before}
    GROUP BY lead_id, instant
  )
  WINDOW w AS (PARTITION BY lead_id ORDER BY instant)"""
    rows = _known(step, rows)
    grades = dict(step.grades)
    for source in step.sources:
        rows = graded(rows, source.score, grades)
    if step.matrix is not None:
        rows = f"\nSELECT *, {matrix_cell(step.matrix)} AS matrix\nFROM ({rows}\n)"
    return rows


def _moved(source: Source) -> str:
    name = quote.name(f"score.{source.score}")
    where = ""
    if source.cuts is not None:
        where = f" WHERE {zone('old', source.cuts)} IS DISTINCT FROM {zone('new', source.cuts)}"
    return f"SELECT lead_id, instant, new AS {name} FROM {quote.name(source.changes)}{where}"


def _known(step: Timeline, rows: str) -> str:
    """Take the instants at which the lead is scored, with its fields as in that time."""
    columns = ["t.*"]
    join = ""
    if step.stage is not None:
        columns[0] = "t.* REPLACE (nullif(stage, '') AS stage)"
    if step.versions is not None:
        columns.append(
            "v.* EXCLUDE (base_id, lead_id, of_lead, instant, until, number, kept, scored,"
            " scored_from)"
        )
        join = f"""
ASOF LEFT JOIN {quote.name(step.versions)} v
  ON v.of_lead = t.lead_id AND v.instant <= t.instant"""
    return f"""
SELECT {", ".join(columns)}
FROM ({rows}
) t{join}"""


def formula_changes(step: FormulaChanges, writer: Writer, clock: Clock) -> str:
    """Compute a formula wherever something in it changes, and keep what changes it."""
    value = f"CASE WHEN present THEN {formula_value(step.formula, writer)} END"
    return f"""
SELECT lead_id, instant, {clock.day("instant")} AS day, old, new
FROM (
  SELECT lead_id, instant, new, lag(new) OVER (PARTITION BY lead_id ORDER BY instant) AS old
  FROM (SELECT lead_id, instant, {value} AS new FROM {quote.name(step.timeline)})
)
WHERE old IS DISTINCT FROM new"""


def quiet(step: Quiet, clock: Clock) -> str:
    """Say when a score has not risen for the window, and the lead is at least that old.

    Since its last rise, or its begin where that is later, as known at the time: a lead that
    another is merged into can turn out to be older. Who exists always is old enough.
    """
    days = round(step.window.days)
    begins = clock.midnight(f"CAST(last + {days} AS DATE)")
    return f"""
WITH turn AS (
  SELECT lead_id, instant, day AS rise, NULL::DATE AS begun
  FROM {quote.name(step.changes)} WHERE new > old
  UNION ALL
  SELECT of_lead, scored_from, NULL,
    CASE WHEN begun = {BEGINNING} THEN {_ALWAYS} ELSE {clock.day("begun")} END
  FROM {quote.name(step.known)}
), still AS (
  SELECT lead_id, instant, greatest({begins}, {BEGINNING}) AS since, until
  FROM (
    SELECT lead_id, instant, lead(instant) OVER w AS until,
      greatest(max(rise) OVER w, last_value(begun IGNORE NULLS) OVER w) AS last
    FROM (
      SELECT lead_id, instant, max(rise) AS rise, max(begun) AS begun FROM turn GROUP BY ALL
    )
    WINDOW w AS (PARTITION BY lead_id ORDER BY instant)
  )
)
SELECT lead_id, instant, since <= instant AS value FROM still
UNION ALL
SELECT lead_id, since, TRUE FROM still WHERE since > instant AND (until IS NULL OR since < until)"""


#: A day so long ago that whoever began then is old enough for any window.
_ALWAYS = "DATE '1000-01-01'"


def past_values(step: PastValues, clock: Clock) -> str:
    """Return what a score was at the end of the day a window back, from which midnight on.

    What a lead that exists always had from the beginning it had a window before that, too.
    """
    days = round(step.window.days)
    begins = clock.midnight(f"CAST(day + {days} AS DATE)")
    return f"""
SELECT lead_id,
  CASE WHEN min(instant) = {BEGINNING} THEN {BEGINNING} ELSE {begins} END AS instant,
  coalesce(arg_max(coalesce(new, 0), instant), 0) AS value
FROM {quote.name(step.changes)}
GROUP BY lead_id, day"""


def ranked(step: Ranked, clock: Clock) -> str:
    """Rank the leads of each day by their scores at its end, and say on which days one is in.

    Days in a row are one spell: they all have the same day less their number among the lead's.
    """
    rank = step.rank
    order = "DESC" if rank.direction == "top" else "ASC"
    last = f"{rank.amount:.0f}"
    if rank.percent:
        share = f"{rank.amount!r}::DECIMAL(18, 6) * count(*) OVER (PARTITION BY day) / 100"
        # A share too small for its six digits is still a share: of any leads it takes one.
        last = f"greatest(1, ceil({share}))"
    dawn, until = quote.day(step.dawn), quote.day(step.until)
    begins = f"CASE WHEN first = {dawn} THEN {BEGINNING} ELSE {clock.midnight('first')} END"
    ended = clock.midnight("CAST(last + 1 AS DATE)")
    return f"""
WITH day_end AS (
  SELECT lead_id, greatest(day, {dawn}) AS day, arg_max({{'value': new}}, instant).value AS value
  FROM {quote.name(step.changes)}
  GROUP BY ALL
), every_day AS (
  SELECT lead_id, value, CAST(day + CAST(unnest(range(days)) AS INTEGER) AS DATE) AS day
  FROM (
    SELECT *, coalesce(lead(day) OVER (PARTITION BY lead_id ORDER BY day), {until} + 1) - day
      AS days
    FROM day_end
  )
  WHERE value IS NOT NULL
), inside AS (
  SELECT lead_id, day
  FROM every_day
  QUALIFY row_number() OVER (PARTITION BY day ORDER BY value {order}, lead_id) <= {last}
), run AS (
  SELECT lead_id, min(day) AS first, max(day) AS last
  FROM (SELECT *, day - CAST(row_number() OVER (PARTITION BY lead_id ORDER BY day) AS INTEGER) AS r
    FROM inside)
  GROUP BY lead_id, r
)
SELECT lead_id, {begins} AS instant, TRUE AS value FROM run
UNION ALL
SELECT lead_id, {ended}, FALSE FROM run WHERE last < {until}"""
