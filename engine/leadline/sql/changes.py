"""The SQL of changes: every value of a score and when it began."""

from __future__ import annotations

from collections.abc import Sequence

from leadline.plan.caps import members_of
from leadline.plan.clock import Offset
from leadline.plan.steps import ScoreChanges
from leadline.plan.tracks import FREE, Track, bucket_of
from leadline.ruleset.model import Decay, EventRule, Rule
from leadline.sql import quote
from leadline.sql.moments import BEFORE
from leadline.sql.relations import (
    capped,
    decay_column,
    in_points,
    keys,
    listed,
    local_day,
    rounded_points,
    total,
)
from leadline.sql.state import band
from leadline.sql.totals import columns_of, track_columns
from leadline.sql.versions import Clock


def score_changes(step: ScoreChanges, clock: Clock, offsets: Sequence[Offset]) -> str:
    """Return every change of a score's reported value.

    Each part has the running totals before and from an instant on, and the factor of each smooth
    decay on both days; one layer of SELECT above it adds up, one rounds, so nothing is computed
    twice for a row.
    """
    parts = [_instants(step, clock)]
    if _is_smooth(step):
        parts.append(_midnights(step, clock, offsets))
    union = "\n  UNION ALL".join(_valued(step, part) for part in parts)
    return f"\nSELECT *\nFROM ({union}\n)\nWHERE old IS DISTINCT FROM new"


def _halving(step: ScoreChanges) -> tuple[Decay, ...]:
    """Return the half-lives of the running totals, each once."""
    found = [track.decay for track in step.tracks if track.kind == "half_life" and track.decay]
    return tuple(dict.fromkeys(found))


def _is_smooth(step: ScoreChanges) -> bool:
    return any(track.smooth for track in step.tracks)


def _left(step: ScoreChanges, table: str, suffix: str, column_suffix: str = "") -> list[str]:
    """Return the columns of what is left of a point, from a row of the age factors."""
    return [
        f"{table}.{quote.name(decay_column(decay) + column_suffix)}"
        f" AS {quote.name(decay_column(decay) + suffix)}"
        for decay in _halving(step)
    ]


def _instants(step: ScoreChanges, clock: Clock) -> str:
    """Return the instants at which something was added.

    What the day's begin did is a row of its own, so before an instant it is the same day, unless
    the instant is that begin. Before the log's first day there is nothing that decays.
    """
    names = list(columns_of(step.tracks))
    grouped = ", ".join(keys(step.keyed))
    columns = [quote.name(name + suffix) for suffix in ("", BEFORE) for name in names]
    rows = quote.name(step.moments)
    if _is_smooth(step):
        day = f"greatest(0, day - {quote.day(step.origin)})"
        begins = f"CASE WHEN instant = {clock.midnight('day')} THEN 1 ELSE 0 END"
        rows = f"""(
  SELECT *, {day} AS x, greatest(0, {day} - {begins}) AS {quote.name("x" + BEFORE)}
  FROM {rows}
) m"""
        columns += ["m.x", f"m.{quote.name('x' + BEFORE)}"]
    if _halving(step):
        factors = quote.name(step.factors)
        rows += f"""
JOIN {factors} n ON n.age = m.x
JOIN {factors} b ON b.age = m.{quote.name("x" + BEFORE)}"""
        columns += [*_left(step, "n", ""), *_left(step, "b", BEFORE)]
    return f"""
SELECT {grouped}, instant, day,
  {listed(columns)}
FROM {rows}"""


def _midnights(step: ScoreChanges, clock: Clock, offsets: Sequence[Offset]) -> str:
    """Return the midnights between two instants, where the totals are and the factors change."""
    moving = [
        f"{quote.name(name)} <> 0"
        for track in step.tracks
        if track.smooth
        for name in track_columns(track)
    ]
    grouped = ", ".join(keys(step.keyed))
    names = ", ".join(quote.name(name) for name in columns_of(step.tracks))
    same = ", ".join(
        f"{quote.name(name)} AS {quote.name(name + BEFORE)}" for name in columns_of(step.tracks)
    )
    # The last midnight before the next instant. Nothing decays before the log's first event, so
    # its table of offsets says the day.
    next_day = local_day("next_at - to_microseconds(1)", offsets)
    last = f"CASE WHEN next_at IS NULL THEN {quote.day(step.until)} ELSE {next_day} END"
    origin = quote.day(step.origin)
    day = f"CAST({origin} + m.x AS DATE)"
    columns = [names, same, "m.x", f"m.x - 1 AS {quote.name('x' + BEFORE)}"]
    join = ""
    if _halving(step):
        decays = [quote.name(decay_column(decay)) for decay in _halving(step)]
        before = [
            f"lag({name}) OVER (ORDER BY age) AS {quote.name(decay_column(decay) + BEFORE)}"
            for name, decay in zip(decays, _halving(step), strict=True)
        ]
        join = f"""
JOIN (SELECT age, {", ".join([*decays, *before])} FROM {quote.name(step.factors)}) n
  ON n.age = m.x"""
        columns += [*_left(step, "n", ""), *_left(step, "n", BEFORE, BEFORE)]
    return f"""
SELECT {grouped}, {clock.midnight(day)} AS instant, {day} AS day,
  {listed(columns)}
FROM (
  SELECT {grouped}, CAST(first + unnest(range(days)) AS INTEGER) AS x, {names}
  FROM (
    SELECT *, day - {origin} + 1 AS first, {last} - day AS days
    FROM {quote.name(step.moments)}
    WHERE present > 0 AND ({" OR ".join(moving)})
  )
) m{join}"""


def _valued(step: ScoreChanges, rows: str) -> str:
    """Add up the totals of each row, hold them to floor and range, round, before and after."""
    grouped = ", ".join(keys(step.keyed))
    sums: list[str] = []
    values: list[str] = []
    for moment, suffix in (("old", BEFORE), ("new", "")):
        sums.append(f"{_sum(step, suffix, undecayed=False)} AS {moment}")
        points = moment
        if step.floor is not None:
            undecayed = f"{moment}_undecayed"
            sums.append(f"{_sum(step, suffix, undecayed=True)} AS {undecayed}")
            points = f"greatest({moment}, least({undecayed}, {quote.points(step.floor)}))"
        if step.range is not None:
            points = capped(points, step.range.low, step.range.high)
        present = f"{quote.name('present' + suffix)} > 0"
        value = rounded_points(points) if _is_smooth(step) else in_points(points)
        values.append(f"CASE WHEN {present} THEN {value} END AS {moment}")
    here, before = quote.name("present"), quote.name("present" + BEFORE)
    return f"""
SELECT {grouped}, instant, day,
  {listed(values)}
FROM (
SELECT {grouped}, instant, day, {here}, {before},
  {listed(sums)}
FROM ({rows}
)
)"""


def _sum(step: ScoreChanges, suffix: str, *, undecayed: bool) -> str:
    """Return the sum of the capped totals: what has no cap, then rule by rule, group by group."""
    every: tuple[Rule, ...] = (*step.rules, *step.facts, *step.idles)
    terms = [_bucket(step, FREE, suffix, undecayed=undecayed)]
    held = [rule for rule in step.rules if bucket_of(rule) == f"rule {rule.head.name}"]

    def own(rule: EventRule) -> str:
        value = _bucket(step, bucket_of(rule), suffix, undecayed=undecayed)
        if rule.bands:
            value = band(rule, quote.name(f"{bucket_of(rule)} counted{suffix}"))
        return capped(value, rule.head.minimum, rule.head.maximum)

    terms += [own(rule) for rule in held if rule.head.group is None]
    for group in step.groups:
        if members_of(group, every):
            members = [_bucket(step, f"group {group.name}", suffix, undecayed=undecayed)]
            members += [own(rule) for rule in held if rule.head.group == group.name]
            terms.append(capped(_added(members), group.minimum, group.maximum))
    return _added(terms)


def _added(terms: Sequence[str]) -> str:
    return total([term for term in terms if term != "0"])


def _bucket(step: ScoreChanges, bucket: str, suffix: str, *, undecayed: bool) -> str:
    """Return what was summed before the same cap: each of its running totals on the day."""
    tracks = [
        track
        for track in step.tracks
        if track.bucket == bucket and track.undecayed == undecayed and track.kind != "count"
    ]
    return _added([_track(track, suffix) for track in tracks]) if tracks else "0"


def _track(track: Track, suffix: str) -> str:
    """Return a running total on the day of a row.

    Half-life: each point p of day d is worth p * 2^(-(x - d) / h) on day x, so the total is
    2^(-x / h) * sum(p * 2^(d / h)), and the sum is what runs. Linear: p * (1 - (x - d) / n), so
    sum(p) - (x * sum(p) - sum(p * d)) / n, over the points younger than n days.
    """
    names = [quote.name(name + suffix) for name in track_columns(track)]
    if track.decay is None:
        return names[0]
    days = track.decay.days
    if track.kind == "half_life":
        return f"round({names[0]} * {quote.name(decay_column(track.decay) + suffix)})"
    lost = f"CAST({quote.name('x' + suffix)} * {names[0]}::HUGEINT - {names[1]} AS DOUBLE) / {days}"
    return f"({names[0]} - round({lost}))"
