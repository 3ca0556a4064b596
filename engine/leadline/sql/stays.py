"""The SQL of stays: how long each lead was in each stage, and where it went.

A stay is a spell of a stage seen from its end: what came next, after how many days, or that the
lead is still inside.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime

from leadline.sql import quote
from leadline.sql.past_listing import Spells

STAYS = "stay"
#: The group of a stay where leads are not told apart, or the field has no value.
NO_GROUP = "(none)"

_SECONDS_A_DAY = 86_400


def stays(
    spells: Spells,
    stages: Sequence[str],
    until: datetime,
    groups: str | None = None,
    values: str | None = None,
) -> str:
    """Return the SELECT of the stays, one row for each spell.

    Args:
        spells: the spells of leads or of accounts.
        stages: the names of the steps, lowest first.
        until: the instant (UTC) up to which the past is known; who is inside then stays censored.
        groups: a relation with a value for each owner of spells; None tells nobody apart.
        values: its column.

    Returns:
        owner, stage, place (of the step, from 0), entered_at (UTC; NULL where a lead has no
        beginning), left_at (NULL while inside), days (from entering to leaving, or to ``until``
        while inside; NULL without a beginning), ended, next_stage, next_place (NULL inside, and
        where the lead left to no stage), move (``forward``, ``backward``, ``gone``; NULL inside),
        came (``enter``, ``forward``, ``backward``), cause, "group".
    """
    owner = quote.name(spells.owner)
    cases = " ".join(f"WHEN {quote.text(name)} THEN {n}" for n, name in enumerate(stages))
    end = f"coalesce(left_at, {quote.instant(until)})"
    days = f"epoch_us({end}) - epoch_us(entered_at)"
    group = f"{quote.text(NO_GROUP)}"
    join = ""
    if groups is not None and values is not None:
        group = f"coalesce(CAST(g.{quote.name(values)} AS VARCHAR), {quote.text(NO_GROUP)})"
        join = f"\nLEFT JOIN {quote.name(groups)} g ON g.{owner} = s.owner"
    return f"""
SELECT s.*, {group} AS "group"
FROM (
  SELECT owner, stage, place, entered_at, left_at, came, cause,
    ({days}) / {_SECONDS_A_DAY * 1_000_000}.0 AS days,
    left_at IS NOT NULL AS ended,
    CASE WHEN left_at = after_at THEN after END AS next_stage,
    CASE WHEN left_at = after_at THEN after_place END AS next_place,
    CASE WHEN left_at IS NULL THEN NULL
      WHEN left_at IS DISTINCT FROM after_at THEN 'gone'
      WHEN after_place > place THEN 'forward' ELSE 'backward' END AS move
  FROM (
    SELECT *, lead(stage) OVER w AS after, lead(place) OVER w AS after_place,
      lead(entered_at) OVER w AS after_at
    FROM (
      SELECT {owner} AS owner, stage, CASE stage {cases} END AS place, entered_at, left_at,
        direction AS came, cause
      FROM {spells.source}
    )
    WINDOW w AS (PARTITION BY owner ORDER BY entered_at NULLS FIRST, left_at NULLS LAST)
  )
) s{join}"""


def kept_stays(rows: str) -> str:
    """Return the statement that keeps the stays."""
    return f"CREATE OR REPLACE TEMP TABLE {quote.name(STAYS)} AS {rows}"


def kept_groups(name: str, field: str, bands: Sequence[float] = ()) -> str:
    """Return the statement that keeps the value of a field of each lead: lead_id, value.

    Args:
        name: the relation to make.
        field: the column of ``lead_list``.
        bands: bounds, rising, that cut a number into bands; the band is the value then.
    """
    value = quote.name(field)
    if bands:
        labels = band_labels(bands)
        cases = " ".join(
            f"WHEN {value} < {quote.number(bound)} THEN {quote.text(label)}"
            for bound, label in zip(bands, labels, strict=False)
        )
        value = f"CASE {cases} WHEN {value} IS NOT NULL THEN {quote.text(labels[-1])} END"
    return (
        f"CREATE OR REPLACE TEMP TABLE {quote.name(name)} AS"
        f" SELECT lead_id, {value} AS value FROM lead_list"
    )


def band_labels(bands: Sequence[float]) -> tuple[str, ...]:
    """Return what the bands between some bounds are called, numbered so that they sort."""
    bounds = [f"{bound:g}" for bound in bands]
    inner = [f"{low} to below {high}" for low, high in itertools.pairwise(bounds)]
    names = [f"below {bounds[0]}", *inner, f"{bounds[-1]} and more"]
    return tuple(f"{number}: {name}" for number, name in enumerate(names, start=1))


def spread(field: str) -> str:
    """Return the SELECT of a field of the leads: is it a number, its values, its quartiles."""
    value = quote.name(field)
    numeric = f"any_value(typeof({value})) IN ('DOUBLE', 'BIGINT', 'INTEGER', 'HUGEINT')"
    quartiles = f"quantile_cont(TRY_CAST({value} AS DOUBLE), [0.25, 0.5, 0.75])"
    return f"SELECT coalesce({numeric}, FALSE), count(DISTINCT {value}), {quartiles} FROM lead_list"
