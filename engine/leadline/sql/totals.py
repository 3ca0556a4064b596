"""The SQL of running totals: whose they are, what is added to them and when, what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from leadline.plan.steps import Counting, Entries, Keys, StateChanges
from leadline.plan.tracks import Track
from leadline.ruleset.model import Decay, Fact, Idle
from leadline.sql import quote
from leadline.sql.expression import Writer
from leadline.sql.relations import decay_column, keys, listed
from leadline.sql.state import fact_points, idle_points
from leadline.sql.versions import Clock
from leadline.sql.views import BEGINNING, ENDING

#: A point of a million that has halved this often is below half a billionth.
_LAST_HALF_LIFE = 52


def track_columns(track: Track) -> tuple[str, ...]:
    """Return the columns of a running total.

    A linear decay takes two, the points and the points times the day they were given on: their
    total at a day x is sum(p) - (x * sum(p) - sum(p * day)) / days.
    """
    if track.decay is None:
        ending = " counted" if track.kind == "count" else ""
        return (track.bucket + ending + (" undecayed" if track.undecayed else ""),)
    name = f"{track.bucket} {decay_column(track.decay)}"
    return (name, f"{name} by day") if track.kind == "linear" else (name,)


def columns_of(tracks: Iterable[Track]) -> tuple[str, ...]:
    """Return the columns of running totals, and that of whether there is a score at all."""
    return ("present", *(column for track in tracks for column in track_columns(track)))


def column_type(name: str, tracks: Sequence[Track]) -> str:
    """Return the SQL type of such a column: sums have room for any number of points."""
    for track in tracks:
        if name in track_columns(track):
            return "DOUBLE" if track.kind == "half_life" else "HUGEINT"
    return "BIGINT"


def keys_of(step: Keys, writer: Writer) -> str:
    """Say whose running totals there are, each from when to when."""
    begins = "v.instant" if step.views else "v.scored_from"
    columns = ["v.lead_id", "v.of_lead", "v.lead_id AS state_id"]
    since, until = begins, "v.until"
    joins = ""
    if step.lives:
        joins += f"""
JOIN (
  SELECT lead_id AS view_id, lead_id, {BEGINNING} AS since,
    coalesce(min(since), {ENDING}) AS until
  FROM (SELECT v.lead_id, r.since FROM {quote.name(step.leads)} v
    LEFT JOIN {quote.name(step.lives)} r ON r.view_id = v.lead_id)
  GROUP BY lead_id
  UNION ALL
  SELECT view_id, lead_id, since, until FROM {quote.name(step.lives)}
) r ON r.view_id = v.lead_id"""
        columns[0] = "r.lead_id"
        since, until = f"greatest({since}, r.since)", f"least({until}, r.until)"
    if step.keyed:
        parts = [
            f'SELECT lead_id, "per", occurred_at FROM {quote.name(matches)}'
            + (" WHERE counted" if some else "")
            for matches, some in step.matches
        ]
        nothing = "SELECT '' AS lead_id, '' AS \"per\", NULL::TIMESTAMP AS occurred_at WHERE FALSE"
        counted = "\n    UNION ALL ".join(parts) or nothing
        joins += f"""
JOIN (
  SELECT lead_id, "per", min(occurred_at) AS since
  FROM ({counted})
  GROUP BY ALL
) p ON p.lead_id = {columns[0]}"""
        columns.append('p."per"')
        since = f"greatest({since}, p.since)"
    rows = f"""
  SELECT {", ".join(columns)}, {since} AS since, {until} AS until
  FROM {quote.name(step.leads)} v{joins}"""
    return f"""
SELECT *, {writer.local_date("since")} AS day
FROM ({rows}
)
WHERE since < until"""


def state_changes(step: StateChanges, writer: Writer) -> str:
    """Return what facts and idle behaviours give from version to version, and the change of it."""
    values = [
        f"{fact_points(fact, writer)} AS {quote.name(f'{step.score}.{fact.head.name}')}"
        for fact in step.facts
    ]
    values += [
        f"{idle_points(idle, _LAST_DAY, 'created_at', writer)}"
        f" AS {quote.name(f'{step.score}.{idle.head.name}')}"
        for idle in step.idles
    ]
    states: tuple[Fact | Idle, ...] = (*step.facts, *step.idles)
    names = [f"{step.score}.{rule.head.name}" for rule in states]
    rows = listed(
        [
            "base_id",
            "lead_id",
            "instant",
            "number",
            quote.name("as of"),
            "scored::BIGINT AS present",
            *values,
        ],
        4,
    )
    source = f"""
  SELECT
    {rows}
  FROM {quote.name(step.versions)}"""
    if step.views:
        return f"\nSELECT * FROM ({source}\n)"
    out = ["base_id", "lead_id", "instant", "number", quote.name("as of")]
    for name in ("present", *names):
        column = quote.name(name)
        out.append(f"{column} - lag({column}, 1, 0) OVER w AS {column}")
    return f"""
SELECT
  {listed(out)}
FROM ({source}
)
WINDOW w AS (PARTITION BY base_id ORDER BY instant)"""


_LAST_DAY = '"last day"'


def entries(step: Entries, clock: Clock) -> str:
    """List every amount that is added to a running total, and the instant and day it is."""
    floored = {track.bucket for track in step.tracks if track.undecayed}
    parts = [_begins(step), *_state(step, floored)]
    for counting in step.countings:
        parts += _counted(step, counting, floored, clock)
    if step.lost is not None:
        parts.append(_lost(step, step.lost, clock))
    return "\nUNION ALL BY NAME".join(parts)


def _begins(step: Entries) -> str:
    grouped = ", ".join(keys(step.keyed))
    return f"\nSELECT {grouped}, since AS instant, day FROM {quote.name(step.keys)}"


def _state(step: Entries, floored: set[str]) -> list[str]:
    """Return the changes of facts and idleness, those before a key began at its begin."""
    sums: dict[str, list[str]] = {"present": ["s.present"]}
    for name, track in step.states:
        for column in _summed_columns(track, floored):
            sums.setdefault(column, []).append(f"s.{quote.name(name)}")
    amounts = [f"{' + '.join(terms)} AS {quote.name(name)}" for name, terms in sums.items()]
    grouped = ", ".join(keys(step.keyed, "k"))
    own = "s.lead_id" if step.views else "s.base_id"
    return [
        f"""
SELECT {grouped}, greatest(s.instant, k.since) AS instant,
  CASE WHEN s.instant > k.since THEN s."as of" ELSE k.day END AS day,
  {listed(amounts)}
FROM {quote.name(step.state)} s
JOIN {quote.name(step.keys)} k ON k.state_id = {own} AND s.instant < k.until"""
    ]


def _summed_columns(track: Track, floored: set[str]) -> tuple[str, ...]:
    plain = track_columns(track)
    if track.bucket not in floored:
        return plain
    return (*plain, *track_columns(Track(track.bucket, "sum", None, undecayed=True)))


def _counted(step: Entries, counting: Counting, floored: set[str], clock: Clock) -> list[str]:
    """Return what a rule's events give, when they happen and at the midnights after."""
    track, decay, rule = counting.track, counting.decay, counting.rule
    names = [quote.name(name) for name in track_columns(track)]
    source = f"FROM {quote.name(counting.counted)}"
    given = [*keys(step.keyed), "occurred_at AS instant", "day"]
    if track.kind == "count":
        parts = [_select([*given, f"1 AS {names[0]}"], f"{source} WHERE counted")]
        if rule.within is not None:
            later = _later(step, rule.within, clock)
            parts.append(_select([*later, f"-1 AS {names[0]}"], f"{source} WHERE counted"))
        return parts
    source += " WHERE counted AND points IS NOT NULL"
    undecayed = []
    if track.bucket in floored:
        name = track_columns(Track(track.bucket, "sum", None, undecayed=True))[0]
        undecayed = [f"points AS {quote.name(name)}"]
    match track.kind:
        case "half_life":
            assert track.decay is not None  # noqa: S101 - a closed form has its decay
            weight = f"power(2, ({_since_origin('day', step.origin)}) / {track.decay.days}.0)"
            return [_select([*given, f"points * {weight} AS {names[0]}", *undecayed], source)]
        case "linear":
            assert track.decay is not None  # noqa: S101 - as above
            weighted = f"points::HUGEINT * ({_since_origin('day', step.origin)})"
            amounts = [f"points AS {names[0]}", f"{weighted} AS {names[1]}"]
            ended = [f"-points AS {names[0]}", f"-{weighted} AS {names[1]}"]
            later = _later(step, track.decay.days, clock)
            return [
                _select([*given, *amounts, *undecayed], source),
                _select([*later, *ended], source),
            ]
        case _ if decay is None:
            return [_select([*given, f"points AS {names[0]}", *undecayed], source)]
        case _:
            return _stepped(step, counting, decay, [names[0], *undecayed], clock)


def _select(columns: Sequence[str], source: str) -> str:
    return f"\nSELECT {', '.join(columns)}\n{source}"


def _later(step: Entries, days: int, clock: Clock) -> list[str]:
    """Return the columns of what happens so many days after an event's own."""
    day = f"CAST(day + {days} AS DATE)"
    return [*keys(step.keyed), f"{clock.midnight(day)} AS instant", f"{day} AS day"]


def _since_origin(day: str, origin: date) -> str:
    return f"{day} - {quote.day(origin)}"


def _stepped(
    step: Entries, counting: Counting, decay: Decay, out: list[str], clock: Clock
) -> list[str]:
    """Return the points as given, and the change at each age at which the factor changes."""
    name, *undecayed = out
    factor = quote.name(decay_column(decay))
    factors = quote.name(step.factors)
    grouped = keys(step.keyed)
    worth = "CAST(round(given * {factor} * 1e9) AS BIGINT)"
    first = f"(SELECT {factor} FROM {factors} WHERE age = 0)"
    source = f"FROM {quote.name(counting.counted)} WHERE counted AND points IS NOT NULL"
    begun = [*grouped, "occurred_at AS instant", "day", f"{worth.format(factor=first)} AS {name}"]
    ages = f"SELECT age, {factor} AS factor, lag({factor}) OVER (ORDER BY age) AS before"
    limit = ""
    if decay.kind == "half_life":
        limit = f" WHERE age <= {_LAST_HALF_LIFE * decay.days}"
    day = "CAST(m.day + CAST(f.age AS INTEGER) AS DATE)"
    change = f"({worth.format(factor='f.factor')} - {worth.format(factor='f.before')})"
    return [
        _select([*begun, *undecayed], source),
        f"""
SELECT {", ".join(keys(step.keyed, "m"))}, {clock.midnight(day)} AS instant, {day} AS day,
  {change} * m.times AS {name}
FROM (SELECT {", ".join(grouped)}, day, given, count(*) AS times {source} GROUP BY ALL) m
JOIN ({ages} FROM {factors}{limit}) f
  ON f.before <> f.factor AND m.day + CAST(f.age AS INTEGER) <= {quote.day(step.until)}""",
    ]


def _lost(step: Entries, states: str, clock: Clock) -> str:
    """Return what inactivity takes, step by step."""
    grouped = ", ".join(keys(step.keyed))
    return f"""
SELECT {grouped}, {clock.midnight("step_day")} AS instant, step_day AS day,
  decayed - before AS "free"
FROM (
  SELECT *, lag(points) OVER (PARTITION BY {grouped} ORDER BY position) AS before
  FROM {quote.name(states)}
)
WHERE step_day IS NOT NULL AND decayed <> before"""
