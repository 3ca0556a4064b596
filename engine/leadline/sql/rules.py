"""The SQL of rules: matches, counting, the days and totals of each rule."""

from __future__ import annotations

from collections.abc import Sequence

from leadline.plan.clock import Offset
from leadline.plan.steps import (
    DayReach,
    DayRule,
    LongRule,
    Matches,
    Reached,
    RuleDays,
    Totals,
    WideRule,
)
from leadline.ruleset.model import Decay, Limit, Window
from leadline.sql import quote
from leadline.sql.expression import Writer
from leadline.sql.relations import (
    age,
    decay_column,
    keys,
    listed,
    local_day,
    matched,
    total,
    usable,
    window,
)


def matches(step: Matches, writer: Writer) -> str:
    """List a rule's matching events, each with its points and whether it is counted."""
    keyed = step.per is not None
    columns = ["*"]
    if step.per is not None:
        columns.append(f'CAST({writer.value(step.per)} AS VARCHAR) AS "per"')
    points = "NULL::DOUBLE" if step.points is None else writer.value(step.points)
    columns.append(f'{points} AS "points given"')
    rows = f"""
  SELECT {", ".join(columns)}
  FROM {quote.name(step.source)}
  WHERE {matched(step.match, writer)}"""
    if keyed:
        rows = f'\n  SELECT * FROM ({rows}\n  ) WHERE "per" IS NOT NULL'
    rows = _reached(step, rows, writer)
    factor, join = "1.0", ""
    if step.decay is not None:
        factor = f"f.{quote.name(decay_column(step.decay))}"
        join = f"\nJOIN {quote.name(step.factors)} f ON f.age = {age(writer.today)}"
    given = 'm."points given"'
    points_of = "0::BIGINT" if step.points is None else usable(given)
    decayed = "0::BIGINT" if step.points is None else _decayed(given, factor)
    out = [
        *keys(keyed, "m"),
        "m.event_id",
        "m.occurred_at",
        "m.day",
        'm."type"',
        f"{points_of} AS points",
        f"{decayed} AS decayed",
        f"{given} AS given",
        f"{_counted(step, keyed, writer)} AS counted",
    ]
    return f"\nSELECT\n  {listed(out)}\nFROM ({rows}\n) m{join}"


def _decayed(given: str, factor: str) -> str:
    value = f"CASE WHEN abs({given}) <= 1000000 THEN {given} * {factor} END"
    return f"CAST(round({value} * 1e9) AS BIGINT)"


def _over(keyed: bool, window_: Window, writer: Writer, *more: str) -> str:
    parts = [*keys(keyed), *window(window_, writer), *more]
    return f"PARTITION BY {', '.join(parts)} ORDER BY occurred_at, event_id"


def _counted(step: Matches, keyed: bool, writer: Writer) -> str:
    """Return whether an event is kept by every limit and by the reach."""
    terms = [
        f"row_number() OVER ({_over(keyed, limit.window, writer)}) <= {limit.count}"
        for limit in step.limits
    ]
    if step.reach is not None:
        terms.append('"reached"')
    return " AND ".join(terms) or "TRUE"


def _reached(step: Matches, rows: str, writer: Writer) -> str:
    """Add whether an event is the Nth match, or brings the Nth distinct value, of its window."""
    reach = step.reach
    if reach is None:
        return rows
    keyed = step.per is not None
    over = _over(keyed, reach.window, writer)
    if reach.distinct is None:
        nth = f"row_number() OVER ({over}) = {reach.count}"
        return f'\n  SELECT *, {nth} AS "reached"\n  FROM ({rows}\n  )'
    value = writer.value(reach.distinct)
    first = f"row_number() OVER ({_over(keyed, reach.window, writer, value)}) = 1"
    # The first appearance of a value is what counts; a missing one is no value.
    rows = (
        f"\n  SELECT *, CASE WHEN {value} IS NOT NULL AND {first} THEN 1 ELSE 0 END "
        f'AS "first seen"\n  FROM ({rows}\n  )'
    )
    seen = f'sum("first seen") OVER ({over} ROWS UNBOUNDED PRECEDING)'
    return (
        f'\n  SELECT *, "first seen" = 1 AND {seen} = {reach.count} AS "reached"'
        f"\n  FROM ({rows}\n  )"
    )


def rule_days(step: RuleDays) -> str:
    """Sum a rule's counted events by day."""
    grouped = [*keys(step.keyed), "day"]
    columns = [
        *grouped,
        "count(*) FILTER (counted) AS counted",
        "coalesce(sum(points) FILTER (counted), 0) AS points",
        "coalesce(sum(decayed) FILTER (counted), 0) AS decayed",
        "coalesce(bool_or(points > 0), FALSE) AS active",
    ]
    return f"""
SELECT
  {listed(columns)}
FROM {quote.name(step.matches)}
GROUP BY {", ".join(grouped)}"""


def day_reach(step: DayReach, writer: Writer, offsets: Sequence[Offset]) -> str:
    """Find the day of the Nth match, or Nth distinct value, of each window."""
    keyed = step.per is not None
    grouped = [*keys(keyed), *window(step.reach.window, writer)]
    named = [f'{key} AS "w{number}"' for number, key in enumerate(grouped)]
    names = [f'"w{number}"' for number in range(len(grouped))]
    rows = quote.name(step.source)
    conditions = [matched(step.match, writer)]
    if step.per is not None:
        rows = f'(SELECT *, CAST({writer.value(step.per)} AS VARCHAR) AS "per" FROM {rows})'
        conditions.append('"per" IS NOT NULL')
    instant = "occurred_at"
    if step.reach.distinct is not None:
        value = writer.value(step.reach.distinct)
        conditions.append(f"{value} IS NOT NULL")
        instant = "min(occurred_at)"
    first = f"""
    SELECT {", ".join(named)}, {instant} AS occurred_at
    FROM {rows}
    WHERE {" AND ".join(conditions)}"""
    if step.reach.distinct is not None:
        first += f"\n    GROUP BY {', '.join(grouped)}, {value}"
    count = step.reach.count
    outs = [f'"w{number}" AS {key}' for number, key in enumerate(keys(keyed))]
    decayed, join = f"count(*) * {quote.points(step.points)}", ""
    if step.decay is not None:
        decayed = f"sum({_constant(step.points, step.decay)})"
        join = f"\nJOIN {quote.name(step.factors)} f ON f.age = {age(writer.today)}"
    columns = [
        *keys(keyed),
        "day",
        "count(*) AS counted",
        f"count(*) * {quote.points(step.points)} AS points",
        f"{decayed} AS decayed",
        "TRUE AS active",
    ]
    return f"""
SELECT
  {listed(columns)}
FROM (
  SELECT {", ".join(outs)}, {local_day(f"min(occurred_at, {count})[{count}]", offsets)} AS day
  FROM ({first}
  )
  GROUP BY {", ".join(names)}
  HAVING count(*) >= {count}
){join}
GROUP BY {", ".join([*keys(keyed), "day"])}"""


def reached(step: Reached, writer: Writer, offsets: Sequence[Offset]) -> str:
    """Find the instant of the Nth match of each window; of several at once any."""
    keyed = step.per is not None
    grouped = [*keys(keyed), *window(step.reach.window, writer)]
    rows = quote.name(step.source)
    conditions = [matched(step.match, writer)]
    if step.per is not None:
        rows = f'(SELECT *, CAST({writer.value(step.per)} AS VARCHAR) AS "per" FROM {rows})'
        conditions.append('"per" IS NOT NULL')
    count = step.reach.count
    given = writer.value(step.points)
    columns = [
        *keys(keyed),
        "occurred_at",
        f"{local_day('occurred_at', offsets)} AS day",
        f"{usable(given)} AS points",
        f"{given} AS given",
        "TRUE AS counted",
    ]
    return f"""
SELECT
  {listed(columns)}
FROM (
  SELECT {", ".join(keys(keyed))}, min(occurred_at, {count})[{count}] AS occurred_at
  FROM {rows}
  WHERE {" AND ".join(conditions)}
  GROUP BY {", ".join(grouped)}
  HAVING count(*) >= {count}
)"""


def day_rule(step: DayRule, writer: Writer) -> str:
    """Count a rule of constant points from the rollup, each limit by running totals."""
    matches_ = quote.name(step.name)
    grouped = [*keys(step.keyed), "day"]
    before = [
        f"least({limit.count}, {_run(step, limit, matches_, writer)})"
        f" - least({limit.count}, {_run(step, limit, matches_, writer)} - {matches_})"
        if limit.window.kind != "day"
        else f"least({limit.count}, {matches_})"
        for limit in step.limits
    ]
    counted = before[0] if len(before) == 1 else f"least({', '.join(before)})"
    rows = f"""
  SELECT {", ".join(grouped)}, {counted} AS counted
  FROM {quote.name(step.daily)}
  WHERE {matches_} > 0"""
    points = quote.points(step.points)
    decayed, join = f"counted * {points}", ""
    if step.decay is not None:
        decayed = f"counted * {_constant(step.points, step.decay)}"
        join = f"\nJOIN {quote.name(step.factors)} f ON f.age = {age(writer.today)}"
    columns = [
        *grouped,
        "counted",
        f"counted * {points} AS points",
        f"{decayed} AS decayed",
        f"{'TRUE' if step.points > 0 else 'FALSE'} AS active",
    ]
    return f"\nSELECT\n  {listed(columns)}\nFROM ({rows}\n){join}"


def _run(step: DayRule, limit: Limit, matches_: str, writer: Writer) -> str:
    partition = ", ".join([*keys(step.keyed), *window(limit.window, writer)])
    return f"sum({matches_}) OVER (PARTITION BY {partition} ORDER BY day)"


def _constant(points: float, decay: Decay) -> str:
    """Return constant points at an age, in billionths."""
    factor = f"f.{quote.name(decay_column(decay))}"
    return f"CAST(round({quote.number(points)} * {factor} * 1e9) AS BIGINT)"


def totals(step: Totals, writer: Writer) -> str:
    """Add up each rule by lead and value of ``per``."""
    grouped = keys(step.keyed)
    parts = [_wide_totals(step, writer)] if step.wide else []
    parts += [_long_totals(step, rule.rule, rule.bands, rule.within) for rule in step.long]
    if len(parts) == 1 and not step.keyed:
        return parts[0]
    rules: tuple[WideRule | LongRule, ...] = (*step.wide, *step.long)
    names = [rule.rule for rule in rules]
    if step.undecayed:
        bands = {rule.rule for rule in rules if rule.bands}
        names += [f"{name} undecayed" for name in names if name not in bands]
    sums = [f"coalesce(sum({quote.name(n)}), 0) AS {quote.name(n)}" for n in names]
    joined = "\nUNION ALL BY NAME".join(parts)
    having = '\nHAVING sum("events counted") > 0' if step.keyed else ""
    return f"""
SELECT
  {listed([*grouped, *sums])}
FROM ({joined}
)
GROUP BY {", ".join(grouped)}{having}"""


def _long_totals(step: Totals, rule: str, bands: bool, within: int | None) -> str:
    grouped = keys(step.keyed)
    name = quote.name(rule)
    if bands:
        young = f" FILTER ({age(quote.day(step.as_of))} < {within})" if within is not None else ""
        columns = [f"coalesce(sum(counted){young}, 0) AS {name}"]
    else:
        columns = [f"sum(decayed) AS {name}"]
        if step.undecayed:
            columns.append(f"sum(points) AS {quote.name(rule + ' undecayed')}")
    if step.keyed:
        columns.append('sum(counted) AS "events counted"')
    return f"""
SELECT {", ".join([*grouped, *columns])}
FROM {quote.name(rule)}
GROUP BY {", ".join(grouped)}"""


def _wide_totals(step: Totals, writer: Writer) -> str:
    grouped = keys(step.keyed, "d")
    columns: list[str] = []
    for rule in step.wide:
        counted = wide_counted(rule, "d.")
        name = quote.name(rule.rule)
        if rule.bands:
            young = f" FILTER ({age(quote.day(step.as_of))} < {rule.within})" if rule.within else ""
            columns.append(f"coalesce(sum({counted}){young}, 0) AS {name}")
            continue
        points = quote.points(rule.points)
        worth = f"p.{name}" if rule.decay else points
        columns.append(_weighted(counted, worth, constant=rule.decay is None) + f" AS {name}")
        if step.undecayed:
            undecayed = quote.name(rule.rule + " undecayed")
            columns.append(f"{_weighted(counted, points, constant=True)} AS {undecayed}")
    if step.keyed:
        counts = total([wide_counted(rule, "d.") for rule in step.wide])
        columns.append(f'sum({counts}) AS "events counted"')
    decayed = [rule for rule in step.wide if rule.decay]
    with_, join = "", ""
    if decayed:
        worths = [
            f"{_constant(rule.points, rule.decay)} AS {quote.name(rule.rule)}"
            for rule in decayed
            if rule.decay
        ]
        with_ = f"""
WITH worth AS (
  SELECT
    {listed(["f.age", *worths], 4)}
  FROM {quote.name(step.factors)} f
)"""
        join = f"\nJOIN worth p ON p.age = {age(quote.day(step.as_of))}"
    assert step.daily is not None  # noqa: S101 - wide rules have their rollup
    rows = f"""{with_}
SELECT
  {listed([*grouped, *columns])}
FROM {quote.name(step.daily)} d{join}
GROUP BY {", ".join(grouped)}"""
    return f"\n(\n{rows.strip()}\n)" if with_ and (step.long or step.keyed) else rows


def _weighted(counted: str, worth: str, *, constant: bool) -> str:
    if constant:
        return f"sum({counted}) * {worth}"
    return f"sum({counted} * {worth})"


def wide_counted(rule: WideRule, table: str = "") -> str:
    """Return how many of a day's matches count."""
    matches_ = f"{table}{quote.name(rule.rule)}"
    return matches_ if rule.limit is None else f"least({matches_}, {rule.limit})"
