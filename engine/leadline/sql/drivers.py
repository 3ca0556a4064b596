"""The SQL of drivers: what made each move into and out of a stage.

A move is whole: its parts are counted in billionths, so that they add up to exactly one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from leadline.plan.caps import BILLION
from leadline.plan.clock import Midnight, Offset
from leadline.sql import quote
from leadline.sql.relations import local_day, midnight
from leadline.sql.stays import STAYS
from leadline.sql.touches import TOUCH, TOUCH_EVENT

MOVE = "stage_move"
DRIVER = "driver"
#: What stands for the rule of an event that no rule counted.
NO_RULE = "(no rule)"

Way = Literal["into", "out of"]


@dataclass(frozen=True, slots=True)
class Told:
    """What moved the score that stages go by.

    Args:
        causes: (score, relation of its causes).
        changes: the changes of the score of an account's leads; None where leads move.
        versions: the relation that says of which account each of them was, with ``changes``.
    """

    causes: tuple[tuple[str, str], ...]
    changes: str | None = None
    versions: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of the model's timezone."""

    offsets: tuple[Offset, ...]
    midnights: tuple[Midnight, ...]


def moves(since: datetime | None) -> str:
    """Return the SELECT of the moves, one a stay that begins: move, owner, at, stage, place, ...

    Args:
        since: from which instant on (UTC); None is all.

    Returns:
        move, owner, "at", stage, place, came, cause, from_stage, from_place (NULL where the owner
        was in no stage directly before), first (whether it is the owner's first stay).
    """
    where = f" AND entered_at >= {quote.instant(since)}" if since is not None else ""
    return f"""
SELECT row_number() OVER (ORDER BY owner, entered_at) AS move, owner, entered_at AS "at", stage,
  place, came, cause, CASE WHEN left_before = entered_at THEN stage_before END AS from_stage,
  CASE WHEN left_before = entered_at THEN place_before END AS from_place, number = 1 AS first
FROM (
  SELECT *, lag(stage) OVER w AS stage_before, lag(place) OVER w AS place_before,
    lag(left_at) OVER w AS left_before, row_number() OVER w AS number
  FROM {quote.name(STAYS)}
  WINDOW w AS (PARTITION BY owner ORDER BY entered_at NULLS FIRST, left_at NULLS LAST)
)
WHERE entered_at IS NOT NULL{where}"""


def unbegun() -> str:
    """Return the SELECT of the number of stays without a beginning, which no move is known of."""
    return f"SELECT count(*) FROM {quote.name(STAYS)} WHERE entered_at IS NULL"


def drivers(kind: str, told: Told | None, calendar: Calendar, *, by_rule: bool) -> str:
    """Return the SELECT of what made each move: move, kind, name, billionths.

    Several things of one instant share a move equally, and the rules of one event its share.

    Args:
        kind: what the stages go by: ``score``, ``tag`` or ``content``.
        told: what moved the score, where they go by one.
        calendar: the model's days, which tell decay from other changes.
        by_rule: whether events are named by the rule that counted them.

    Returns:
        ``kind`` is ``event`` where ``name`` is an action or a rule, else ``model``.
    """
    piece = _piece("thing", "things", str(BILLION))
    name = "CASE WHEN event_id IS NULL THEN what ELSE coalesce(action, what) END"
    if by_rule:
        unruled = f"CASE WHEN place = 2 THEN 'reset' ELSE {quote.text(NO_RULE)} END"
        name = f"CASE WHEN event_id IS NULL THEN what ELSE coalesce(rule, {unruled}) END"
    return f"""
WITH told AS ({_told(kind, told)}
), happened AS ({_happened(kind)}
), thing AS (
  SELECT * FROM told
  UNION ALL SELECT * FROM happened
  UNION ALL
  SELECT move, 0, {_own_name(kind, calendar)}, NULL, NULL
  FROM {MOVE}
  WHERE move NOT IN (SELECT move FROM told) AND move NOT IN (SELECT move FROM happened)
), numbered AS (
  SELECT *, max(thing) OVER (PARTITION BY move) AS things,
    row_number() OVER (PARTITION BY move, thing ORDER BY rule) AS nth,
    count(*) OVER (PARTITION BY move, thing) AS rules
  FROM (
    SELECT *, dense_rank() OVER (PARTITION BY move ORDER BY place, what) AS thing FROM thing
  )
)
SELECT n.move, CASE WHEN event_id IS NULL THEN 'model' ELSE 'event' END AS kind, {name} AS name,
  {_piece("nth", "rules", "share")} AS billionths
FROM (SELECT *, {piece} AS share FROM numbered) n
LEFT JOIN (
  SELECT event_id AS id, any_value(action) AS action FROM {TOUCH_EVENT}
  WHERE event_id IN (SELECT event_id FROM thing)
  GROUP BY event_id
) e ON e.id = n.event_id"""


def _piece(nth: str, of: str, whole: str) -> str:
    """Return the nth of so many parts that add up to exactly the whole."""
    return f"({nth} * {whole}) // {of} - (({nth} - 1) * {whole}) // {of}"


def _told(kind: str, told: Told | None) -> str:
    """Return what the model itself names: move, place, what, event_id, rule."""
    if kind == "content":
        return f"""
  SELECT move, 3 AS place, cause AS what, substr(cause, 7) AS event_id, NULL::VARCHAR AS rule
  FROM {MOVE} WHERE cause LIKE 'event _%'"""
    if told is None or not told.causes:
        return """
  SELECT 0::BIGINT AS move, 0 AS place, '' AS what, NULL::VARCHAR AS event_id,
    NULL::VARCHAR AS rule
  WHERE FALSE"""
    rows = "\n    UNION ALL ".join(
        f"SELECT lead_id, instant, place, what, event_id,"
        f" {quote.text(score + '.')} || rule AS rule FROM {quote.name(relation)}"
        for score, relation in told.causes
    )
    join = 'JOIN cause c ON c.lead_id = m.owner AND c.instant = m."at"'
    if told.changes is not None and told.versions is not None:
        join = f"""JOIN (
    SELECT DISTINCT account_id, of_lead FROM {quote.name(told.versions)}
  ) p ON p.account_id = m.owner
  JOIN {quote.name(told.changes)} h ON h.lead_id = p.of_lead AND h.instant = m."at"
  JOIN cause c ON c.lead_id = p.of_lead AND c.instant = m."at\""""
    return f"""
  WITH cause AS (
    {rows}
  )
  SELECT DISTINCT m.move, c.place, c.what, c.event_id, c.rule
  FROM {MOVE} m
  {join}
  WHERE c.place > 0"""


def _happened(kind: str) -> str:
    """Return the events of the instant, where the model names nothing and an event could be it.

    A score that no event moved is moved by none, save that the first event brings the lead in.
    """
    entering = " AND m.came = 'enter'" if kind == "score" else ""
    return f"""
  SELECT DISTINCT m.move, 3 AS place, 'event ' || t.event_id AS what, t.event_id,
    NULL::VARCHAR AS rule
  FROM {MOVE} m
  JOIN {TOUCH} t ON t.owner = m.owner AND t.occurred_at = m."at"
    AND m."at" >= t.seen_from AND m."at" < t.until
  WHERE m.move NOT IN (SELECT move FROM told){entering}"""


def _own_name(kind: str, calendar: Calendar) -> str:
    """Return what a move without an event is called."""
    entered = "WHEN came = 'enter' AND first THEN 'created' WHEN came = 'enter' THEN 'leads'"
    match kind:
        case "tag":
            return f"CASE WHEN cause LIKE 'tag %' THEN 'tag' {entered} ELSE 'tag' END"
        case "content":
            return f"CASE {entered} ELSE 'lead changed' END"
        case _:
            day = local_day('"at"', calendar.offsets)
            dawn = midnight(day, calendar.midnights)
            return f"CASE {entered} WHEN \"at\" = {dawn} THEN 'decay' ELSE 'lead changed' END"


def counted(way: Way) -> str:
    """Return the SELECT of how many moves each thing made: stage, kind, name, moves, of.

    ``of`` is how many moves there are in all. Moves out of a stage are those forward.
    """
    stage, where = ended(way)
    return f"""
SELECT stage, kind, name, CAST(sum(billionths) AS BIGINT) AS billionths,
  sum(sum(billionths)) OVER (PARTITION BY stage) // {BILLION} AS "of"
FROM (
  SELECT m.{stage} AS stage, d.kind, d.name, d.billionths
  FROM {DRIVER} d JOIN {MOVE} m ON m.move = d.move
  WHERE {where}
)
GROUP BY stage, kind, name"""


def ended(way: Way) -> tuple[str, str]:
    """Return the column of the stage that a move belongs to, and the condition of such a move."""
    return ("stage", "TRUE") if way == "into" else ("from_stage", "came = 'forward'")


def driver_list(
    stages: Sequence[str], ways: Sequence[Way], lifts: str | None, *, top: int, few: int
) -> str:
    """Return the SELECT of the first things of each stage and way, with their lift.

    Args:
        stages: the names of the steps, lowest first.
        ways: into, out of, or both.
        lifts: the relation of lifts, by the stage that is left; None where there is no lift.
        top: how many of each; 0 is all.
        few: a figure from fewer moves, stays, or stays with the action is from few.

    Returns:
        stage, way, kind, driver, moves, of, share, few, and of the lift: compared_in (the stage
        that is left), moved, moved_with, stayed, stayed_with, odds_ratio, low, high, few_compared.
    """
    places = ", ".join(f"({n}, {quote.text(name)})" for n, name in enumerate(stages))
    parts = "\n  UNION ALL ".join(_of_way(way, stages, lifts) for way in ways)
    first = f"\nWHERE rank <= {top}" if top else ""
    return f"""
SELECT stage, way, kind, driver, moves, "of", moves / nullif("of", 0) AS share,
  "of" < {few} AS few, {", ".join(_FIGURES)},
  least(moved, stayed, moved_with + stayed_with) < {few} AS few_compared
FROM (
  SELECT s.place, d.* REPLACE (coalesce(max("of") OVER (PARTITION BY d.stage, way), 0) AS "of"),
    row_number() OVER (
      PARTITION BY d.stage, way ORDER BY moves DESC, low DESC NULLS LAST, kind, driver) AS rank
  FROM (
  {parts}
  ) d
  JOIN (VALUES {places}) s(place, stage) ON s.stage = d.stage
){first}
ORDER BY place, way, rank"""


_FIGURES = (
    "compared_in",
    "moved",
    "moved_with",
    "stayed",
    "stayed_with",
    "odds_ratio",
    "low",
    "high",
)


def _of_way(way: Way, stages: Sequence[str], lifts: str | None) -> str:
    counts = f"({counted(way)}\n  )"
    if lifts is None:
        none = "NULL::VARCHAR AS compared_in, "
        none += ", ".join(f"NULL::DOUBLE AS {figure}" for figure in _FIGURES[1:])
        return f"""SELECT stage, '{way}' AS way, kind, name AS driver,
    billionths / {BILLION}.0 AS moves, "of", {none}
  FROM {counts}"""
    left = f"(SELECT *, stage AS compared_in FROM {quote.name(lifts)})"
    following = dict(pairwise(stages))
    if way == "into" and following:
        # Who moves into a stage is compared in the stage before it.
        cases = (f"WHEN {quote.text(a)} THEN {quote.text(b)}" for a, b in following.items())
        entered = f"CASE stage {' '.join(cases)} END"
        left = f"(SELECT * REPLACE ({entered} AS stage) FROM {left} WHERE {entered} IS NOT NULL)"
    return f"""SELECT coalesce(c.stage, l.stage) AS stage, '{way}' AS way,
    coalesce(c.kind, 'event') AS kind, coalesce(c.name, l.action) AS driver,
    coalesce(c.billionths, 0) / {BILLION}.0 AS moves, c."of",
    {", ".join(f"l.{figure}" for figure in _FIGURES)}
  FROM {counts} c
  FULL JOIN {left} l ON l.stage = c.stage AND l.action = c.name AND c.kind = 'event'"""
