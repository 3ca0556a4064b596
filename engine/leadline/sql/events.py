"""The SQL of events: age factors, days, visits, resets, the rollup by day."""

from __future__ import annotations

from collections.abc import Mapping

from leadline.expression.nodes import Field
from leadline.plan.clock import AsOf, Offset
from leadline.plan.steps import AfterReset, AgeFactors, Daily, Events, Visits
from leadline.ruleset.model import Decay
from leadline.sql import quote
from leadline.sql.expression import Writer, column
from leadline.sql.relations import (
    VIEW_MARK,
    decay_column,
    keys,
    listed,
    local_day,
    matched,
    types,
)

_EVENT_COLUMNS = ("event_id", "lead_id", "occurred_at", "type", "visit_id")


def age_factors(step: AgeFactors, values: Mapping[str, tuple[float, ...]]) -> str:
    """Write the factors as formulas; an engine is given the values themselves (see ``sql.query``).

    Of a plugin's decay nothing but the values is known.
    """
    columns = [
        f"{_formula(decay, values)} AS {quote.name(decay_column(decay))}" for decay in step.decays
    ]
    return f"""
SELECT
  {listed(["age", *columns])}
FROM range({step.ages}) ages(age)"""


def _formula(decay: Decay, values: Mapping[str, tuple[float, ...]]) -> str:
    match decay.kind:
        case "half_life":
            return f"power(2, -age / {decay.days}.0)"
        case "linear":
            return f"greatest(0.0, 1 - age / {decay.days}.0)"
        case "steps" if decay.compound:
            return f"power(1 - {decay.share!r}, age // {decay.days})"
        case "steps":
            return f"greatest(0.0, 1 - {decay.share!r} * (age // {decay.days}))"
        case "expire":
            return f"CASE WHEN age < {decay.days} THEN 1.0 ELSE 0.0 END"
        case _:
            listed_ = ", ".join(map(repr, values[decay_column(decay)]))
            return f"[{listed_}]::DOUBLE[][age + 1]"


def events(step: Events, writer: Writer, as_of: AsOf, offsets: tuple[Offset, ...]) -> str:
    """Take the events up to the date, each with its day and the fields that rules read."""
    columns = [
        "e.event_id",
        "e.lead_id",
        "e.occurred_at",
        f"{local_day('e.occurred_at', offsets)} AS day",
        'e."type"',
        'e."visit_id"',
    ]
    columns += [_taken(field) for field in step.fields if not is_own(field)]
    joins = ""
    scopes = {field.scope for field in step.fields}
    if "asset" in scopes:
        joins += '\nLEFT JOIN assets a ON a.asset_id = e."asset_id"'
    if scopes & {"lead", "account", "tag"}:
        joins += f"\nJOIN {quote.name(step.leads)} l ON l.lead_id = e.lead_id"
    conditions = [f"e.occurred_at < {quote.instant(as_of.before)}"]
    if step.lead is not None:
        # Of a lead that is cut into views, the events of each.
        of_lead = f"split_part(e.lead_id, {VIEW_MARK}, 1)" if step.views else "e.lead_id"
        conditions.append(f"{of_lead} = {quote.text(step.lead)}")
    if step.types is not None:
        conditions.append(f"e.{types(step.types)}" if step.types else "FALSE")
    rows = f"""
SELECT
  {listed(columns)}
FROM {quote.name(step.source)} e{joins}
WHERE {" AND ".join(conditions)}"""
    if step.ignore is None:
        return rows
    return f"\nSELECT *\nFROM ({rows}\n)\nWHERE ({writer.condition(step.ignore)}) IS NOT TRUE"


def is_own(field: Field) -> bool:
    """Say whether a field is a column that every event has here anyway."""
    return field.scope == "event" and column(field).casefold() in _EVENT_COLUMNS


def _taken(field: Field) -> str:
    out = quote.name(column(field))
    match field.scope:
        case "event":
            return f"e.{quote.name(field.column)} AS {out}"
        case "asset":
            return f"a.{quote.name(field.column)} AS {out}"
        case _:
            return f"l.{out}"


def visits(step: Visits) -> str:
    """Tell visits apart: the given ones by ``visit_id``, the others by the number found.

    A pause as long as the gap begins a new visit.
    """
    source = quote.name(step.source)
    return f"""
SELECT *, 0 AS "found visit"
FROM {source}
WHERE "visit_id" IS NOT NULL
UNION ALL BY NAME
SELECT * EXCLUDE (begins), count(begins) OVER (
    PARTITION BY lead_id ORDER BY occurred_at, event_id
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "found visit"
FROM (
  SELECT *, CASE WHEN epoch_us(occurred_at) - epoch_us(lag(occurred_at) OVER (
      PARTITION BY lead_id ORDER BY occurred_at, event_id)) < {step.gap * 1_000_000}
    THEN NULL ELSE 1 END AS begins
  FROM {source}
  WHERE "visit_id" IS NULL
)"""


def after_reset(step: AfterReset, writer: Writer) -> str:
    """Keep the events after each lead's last reset."""
    source, reset = quote.name(step.source), step.reset
    condition = types(reset.events)
    if reset.where is not None:
        condition += f" AND ({writer.condition(reset.where)})"
    return f"""
WITH reset AS (
  SELECT lead_id, max({{'at': occurred_at, 'id': event_id}}) AS last
  FROM {source}
  WHERE {condition}
  GROUP BY lead_id
)
SELECT e.*
FROM {source} e LEFT JOIN reset r ON r.lead_id = e.lead_id
WHERE r.last IS NULL OR {{'at': e.occurred_at, 'id': e.event_id}} > r.last"""


def daily(step: Daily, writer: Writer) -> str:
    """Fold events into days: a column for each rule with the number of its matches."""
    keyed = step.per is not None
    source = quote.name(step.source)
    if step.per is not None:
        per = writer.value(step.per)
        source = f'(SELECT *, CAST({per} AS VARCHAR) AS "per" FROM {source})'
    conditions = [matched(match, writer) for match in step.matches]
    columns = [
        f"count(CASE WHEN {condition} THEN 1 END) AS {quote.name(match.rule)}"
        for match, condition in zip(step.matches, conditions, strict=True)
    ]
    grouped = [*keys(keyed), "day"]
    # An event that no rule looks at needs no place among the days.
    any_rule = " OR ".join(f"({condition})" for condition in dict.fromkeys(conditions))
    where = f'"per" IS NOT NULL AND ({any_rule})' if keyed else any_rule
    return f"""
SELECT
  {listed([*grouped, *columns])}
FROM {source}
WHERE {where}
GROUP BY {", ".join(grouped)}"""
