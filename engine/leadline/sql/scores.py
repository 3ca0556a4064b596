"""The SQL of scores: the day's changes, the fold of inactivity, caps, floor and range."""

from __future__ import annotations

from leadline.expression.nodes import Node
from leadline.plan.steps import Changes, Fold, FoldStates, Idleness, ScoreRows, WideRule
from leadline.ruleset.model import EventRule, Rule
from leadline.sql import quote
from leadline.sql.expression import Writer
from leadline.sql.relations import capped, in_points, keys, listed, summed, total
from leadline.sql.rules import wide_counted
from leadline.sql.state import band, fact_points, idle_points


def changes(step: Changes, writer: Writer) -> str:
    """Return the change of the capped total on each day, and whether the lead was active."""
    grouped = [*keys(step.keyed), "day"]
    held = [rule for rule in step.rules if _is_held(rule)]
    parts = _change_parts(step, writer, {f"{step.score}.{r.head.name}" for r in held})
    rows = parts[0]
    if len(parts) > 1:
        sums = ["sum(change) AS change", "bool_or(active) AS active"]
        sums += [f"coalesce(sum({_column(step, r)}), 0) AS {_column(step, r)}" for r in held]
        joined = "\nUNION ALL BY NAME".join(parts)
        rows = f"""
SELECT
  {listed([*grouped, *sums])}
FROM ({joined}
)
GROUP BY {", ".join(grouped)}"""
    if held:
        rows = _held_changes(step, held, rows)
    return (
        f"\nSELECT {', '.join(grouped)}, change, active\nFROM ({rows}\n)\n"
        "WHERE change <> 0 OR active"
    )


def _is_held(rule: EventRule) -> bool:
    head = rule.head
    return head.group is not None or head.minimum is not None or head.maximum is not None


def _column(step: Changes, rule: EventRule) -> str:
    return quote.name(f"{step.score}.{rule.head.name}")


def _change_parts(step: Changes, writer: Writer, held: set[str]) -> list[str]:
    """Return a query for each place that a day's points come from.

    A rule under a cap keeps a column of its own; the others go straight into ``change``.
    """
    grouped = [*keys(step.keyed), "day"]
    by_rules = step.activity is None
    parts: list[str] = []
    if step.wide:
        free = [rule for rule in step.wide if rule.rule not in held]
        amounts = [f"{total([_amount(rule) for rule in free])} AS change"]
        amounts += [f"{_amount(r)} AS {quote.name(r.rule)}" for r in step.wide if r.rule in held]
        earning = [quote.name(rule.rule) for rule in step.wide if rule.points > 0]
        active = f"greatest({', '.join(earning)}, 0) > 0" if earning and by_rules else "FALSE"
        columns = [*grouped, *amounts, f"{active} AS active"]
        parts.append(f"\nSELECT\n  {listed(columns)}\nFROM {quote.name(step.daily or '')}")
    for rule in step.long:
        amount = "points AS change"
        if rule.rule in held:
            amount = f"0 AS change, points AS {quote.name(rule.rule)}"
        active = "active" if by_rules else "FALSE AS active"
        columns = [*grouped, amount, active]
        parts.append(f"\nSELECT {', '.join(columns)}\nFROM {quote.name(rule.rule)}")
    if not by_rules:
        parts.append(_activity(step, writer))
    return parts


def _amount(rule: WideRule) -> str:
    return f"{wide_counted(rule)} * {quote.points(rule.points)}"


def _activity(step: Changes, writer: Writer) -> str:
    """Return the days on which the lead was active by the score's own definition."""
    conditions: list[str] = []
    columns = ["lead_id", "day", "0 AS change", "TRUE AS active"]
    grouped = ["lead_id", "day"]
    if step.per is not None:
        per = f"CAST({writer.value(step.per)} AS VARCHAR)"
        columns.insert(1, f'{per} AS "per"')
        grouped.insert(1, per)
        conditions.append(f"{per} IS NOT NULL")
    if isinstance(step.activity, Node):
        conditions.append(f"({writer.condition(step.activity)})")
    where = f"\nWHERE {' AND '.join(conditions)}" if conditions else ""
    return (
        f"\nSELECT {', '.join(columns)}\nFROM {quote.name(step.source)}{where}"
        f"\nGROUP BY {', '.join(grouped)}"
    )


def _held_changes(step: Changes, held: list[EventRule], rows: str) -> str:
    """Add the change of the capped sum: the cap of the running totals after less before."""
    grouped = [*keys(step.keyed), "day"]
    over = f"OVER (PARTITION BY {', '.join(keys(step.keyed))} ORDER BY day)"
    before: list[str] = []
    after: list[str] = []
    for rule in held:
        head, own = rule.head, _column(step, rule)
        running = f"sum({own}) {over}"
        name_after = quote.name(f"{step.score}.{head.name} after")
        name_before = quote.name(f"{step.score}.{head.name} before")
        after.append(f"{capped(running, head.minimum, head.maximum)} AS {name_after}")
        before.append(
            f"{capped(f'{running} - {own}', head.minimum, head.maximum)} AS {name_before}"
        )
    inner = listed([*grouped, "change", "active", *before, *after])
    sums = [summed(step.score, held, step.groups, f" {moment}") for moment in ("after", "before")]
    return f"""
SELECT {", ".join(grouped)}, active, change + {sums[0]} - {sums[1]} AS change
FROM (
SELECT
  {inner}
FROM ({rows}
)
)"""


def idleness(step: Idleness) -> str:
    """Cut the changes into islands: runs of days with no decay step between them.

    A step falls on the days a + after + k * every since the last active day a, at their start, so
    up to a day d after it (included) there are (d - a - after + every) // every of them, or none
    where that is negative; between two changes fall as many as that number grew.
    """
    partition = ", ".join(keys(step.keyed))
    grouped = ", ".join(keys(step.keyed))
    over = f"PARTITION BY {partition} ORDER BY day, is_end"
    steps = (
        f"greatest(0, (day - last_active - {step.after} + {step.every}) // {step.every})"
        f" - greatest(0, (previous - last_active - {step.after} + {step.every}) // {step.every})"
    )
    return f"""
WITH days AS (
  SELECT *, FALSE AS is_end FROM {quote.name(step.changes)}
  UNION ALL BY NAME
  SELECT DISTINCT {grouped}, {quote.day(step.as_of)} AS day, 0 AS change, FALSE AS active,
    TRUE AS is_end
  FROM {quote.name(step.changes)}
), before AS (
  SELECT *,
    max(CASE WHEN active THEN day END) OVER ({over}
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_active,
    lag(day) OVER ({over}) AS previous
  FROM days
), stepped AS (
  SELECT *, coalesce({steps}, 0) AS steps FROM before
), cut AS (
  SELECT *, count(CASE WHEN steps > 0 THEN 1 END) OVER ({over}) AS island FROM stepped
)
SELECT {grouped}, island, max(steps) AS steps, sum(change) AS change, min(day) AS day,
  arg_min(last_active, day) AS last_active,
  arg_min(greatest(0, (previous - last_active - {step.after} + {step.every}) // {step.every}), day)
    AS steps_before
FROM cut
GROUP BY {grouped}, island"""


def fold_states(step: FoldStates) -> str:
    """Carry each score through its islands, one decay step at a time.

    An island becomes one row for each step before it, the last of which also adds its points. A
    step never raises a score and never takes it below the floor; the score is rounded to a
    billionth after each, so steps cannot be drawn together into one power.
    """
    grouped = ", ".join(keys(step.keyed))
    next_of = " AND ".join(f"m.{key} = s.{key}" for key in keys(step.keyed))
    state = ", ".join(keys(step.keyed, "s"))
    floor = quote.points(step.floor)
    lowered = f"s.points - {quote.points(step.step.points or 0.0)}"
    if step.step.share is not None:
        lowered = f"CAST(round(s.points - s.points * {quote.number(step.step.share)}) AS BIGINT)"
    decayed = f"least(s.points, greatest({floor}, {lowered}))"
    return f"""
WITH RECURSIVE moves AS (
  SELECT {grouped}, steps > 0 AS decays,
    CASE WHEN i = greatest(steps, 1) THEN change ELSE 0 END AS change,
    CASE WHEN steps > 0 THEN CAST(last_active + CAST({step.after} + (steps_before + i - 1)
      * {step.step.days} AS INTEGER) AS DATE) END AS step_day,
    row_number() OVER (PARTITION BY {grouped} ORDER BY island, i) AS position
  FROM (SELECT *, unnest(range(1, greatest(steps, 1)::BIGINT + 1)) AS i
        FROM {quote.name(step.idleness)})
), state AS (
  SELECT {grouped}, 0::BIGINT AS position, NULL::DATE AS step_day, {step.start}::BIGINT AS decayed,
    {step.start}::BIGINT AS points
  FROM moves WHERE position = 1
  UNION ALL
  SELECT {state}, m.position, m.step_day,
    CASE WHEN m.decays THEN {decayed} ELSE s.points END,
    CAST(CASE WHEN m.decays THEN {decayed} ELSE s.points END + m.change AS BIGINT)
  FROM state s JOIN moves m ON {next_of} AND m.position = s.position + 1
)
SELECT * FROM state"""


def fold(step: Fold) -> str:
    """Take the last state of each score."""
    grouped = ", ".join(keys(step.keyed))
    return f"""
SELECT {grouped}, arg_max(points, position) AS points
FROM {quote.name(step.states)}
GROUP BY {grouped}"""


def score_rows(step: ScoreRows, writer: Writer) -> str:
    """Hold each rule and group to its cap, add up, apply floor and range."""
    per = 't."per"' if step.keyed else "''"
    columns = ["l.lead_id", f'{per} AS "per"']
    for rule in step.rules:
        columns += _rule_columns(step, rule)
    columns += [f"{fact_points(fact, writer)} AS {_named(step, fact)}" for fact in step.facts]
    columns += [
        f"{idle_points(idle, 'i.day', 'l.created_at', writer)} AS {_named(step, idle)}"
        for idle in step.idles
    ]
    joins = ""
    if step.totals:
        join = "JOIN" if step.keyed else "LEFT JOIN"
        joins += f"\n  {join} {quote.name(step.totals)} t ON t.lead_id = l.lead_id"
    elif step.keyed:  # no rule counts anything: there is no value of `per`, so no row
        joins += "\n  JOIN (SELECT '' AS lead_id, '' AS \"per\" WHERE FALSE) t USING (lead_id)"
    if step.fold:
        on = "f.lead_id = l.lead_id" + (' AND f."per" = t."per"' if step.keyed else "")
        joins += f"\n  LEFT JOIN {quote.name(step.fold)} f ON {on}"
        columns.append("f.points AS folded")
    if step.last_events:
        joins += f"\n  LEFT JOIN {quote.name(step.last_events)} i ON i.lead_id = l.lead_id"
    rules = _names(step)
    points = "total"
    if step.floor is not None:
        points = f"greatest(total, least(undecayed, {quote.points(step.floor)}))"
    if step.range is not None:
        points = capped(points, step.range.low, step.range.high)
    return f"""
SELECT *, {in_points("points")} AS value
FROM (
  SELECT *, {points} AS points
  FROM (
    SELECT {", ".join(["lead_id", '"per"', *rules, *_sums(step)])}
    FROM (
  SELECT
    {listed(columns, 4)}
  FROM {quote.name(step.leads)} l{joins}
    )
  )
)"""


def _named(step: ScoreRows, rule: Rule) -> str:
    return quote.name(f"{step.score}.{rule.head.name}")


def _every(step: ScoreRows) -> tuple[Rule, ...]:
    return (*step.rules, *step.facts, *step.idles)


def _names(step: ScoreRows) -> list[str]:
    return [_named(step, rule) for rule in _every(step)]


def _sums(step: ScoreRows) -> list[str]:
    """Return the total, and where a floor needs it the total without decay."""
    state = tuple(rule for rule in step.rules if rule.bands) + step.facts + step.idles
    if step.inactivity:
        earning = tuple(rule for rule in step.rules if not rule.bands)
        earned = summed(step.score, earning, step.groups)
        if not step.fold:
            earned = "0"
        # A lead without any change has no fold: its capped total is that of no events.
        decayed = f"coalesce(folded, {earned})" if step.fold else "0"
        return [f"{decayed} + {summed(step.score, state, step.groups)} AS total"]
    every = _every(step)
    sums = [f"{summed(step.score, every, step.groups)} AS total"]
    if step.floor is not None:
        sums.append(f"{summed(step.score, every, step.groups, ' undecayed')} AS undecayed")
    return sums


def _rule_columns(step: ScoreRows, rule: EventRule) -> list[str]:
    head, name = rule.head, f"{step.score}.{rule.head.name}"
    total_ = f"coalesce(t.{quote.name(name)}, 0)"
    if rule.bands:
        value = capped(band(rule, total_), head.minimum, head.maximum)
        return [f"{value} AS {quote.name(name)}"]
    columns = [f"{capped(total_, head.minimum, head.maximum)} AS {quote.name(name)}"]
    if step.floor is not None:
        undecayed = quote.name(f"{name} undecayed")
        value = capped(f"coalesce(t.{undecayed}, 0)", head.minimum, head.maximum)
        columns.append(f"{value} AS {undecayed}")
    return columns
