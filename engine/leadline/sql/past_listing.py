"""The SQL of tables of the past that people and programs read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from leadline.plan.clock import Offset
from leadline.sql import quote, zoned
from leadline.sql.standing import MEMBER_NOW

#: How an instant is given: as ISO 8601 with offset, for people, or as itself.
Instants = Literal["text", "minutes", "typed"]

_ORDER = 'ORDER BY lead_id, score, "per", instant NULLS FIRST'


@dataclass(frozen=True, slots=True)
class Spells:
    """A relation of spells and whose they are.

    Args:
        relation: such as ``stage_spell``.
        owner: the column that says whose they are.
        list: the column of the stage or segment.
        account: the account score, where there are several in the relation.
    """

    relation: str
    owner: str
    list: str
    account: str | None = None

    @property
    def source(self) -> str:
        """The SQL of its rows."""
        if self.account is None:
            return quote.name(self.relation)
        rows = quote.name(self.relation)
        return f"(SELECT * FROM {rows} WHERE account = {quote.text(self.account)})"


STAGES = Spells("stage_spell", "lead_id", "stage")
SEGMENTS = Spells("segment_spell", "lead_id", "segment")


def account_stages(account: str) -> Spells:
    """Return the spells of the stages of an account score."""
    return Spells("account_stage_spell", "account_id", "stage", account)


def first_instants(relation: str, columns: Sequence[str]) -> str:
    """Return the SELECT of the earliest instant in some columns of a relation."""
    least = ", ".join(f"min({quote.name(column)})" for column in columns)
    return f"SELECT {f'least({least})' if len(columns) > 1 else least} FROM {quote.name(relation)}"


def history_list(score: str | None, offsets: Sequence[Offset], instants: Instants) -> str:
    """Return the SELECT of every change: lead_id, score, per, at, old, new, cause."""
    at = _shown("instant", offsets, instants)
    return f"""
SELECT lead_id, score, "per", {at} AS "at", old, new, cause
FROM {_changes(score)}
{_ORDER}"""


def folded_history(score: str | None, offsets: Sequence[Offset]) -> str:
    """Return the SELECT of the changes, those of decay that follow each other in one row."""
    last = zoned.day("max(instant)", offsets)
    more = f"', ' || count(*) || ' times to ' || {last}"
    return f"""
SELECT lead_id, score, "per", {zoned.minute("min(instant)", offsets)} AS "at",
  first(old ORDER BY instant NULLS FIRST) AS old, last(new ORDER BY instant NULLS FIRST) AS new,
  min(cause) || CASE WHEN count(*) > 1 THEN {more} ELSE '' END AS cause
FROM (
  SELECT *, sum(CASE WHEN cause = 'decay' AND before = 'decay' THEN 0 ELSE 1 END) OVER w AS island
  FROM (SELECT *, lag(cause) OVER w AS before FROM {_changes(score)} WINDOW w AS ({_WINDOW}))
  WINDOW w AS ({_WINDOW})
)
GROUP BY lead_id, score, "per", island
ORDER BY lead_id, score, "per", island"""


_WINDOW = 'PARTITION BY lead_id, score, "per" ORDER BY instant NULLS FIRST'


def _changes(score: str | None) -> str:
    where = f" WHERE score = {quote.text(score)}" if score is not None else ""
    columns = 'lead_id, score, "per", "at" AS instant, old, new, cause'
    return f"(SELECT {columns} FROM history{where})"


def spell_list(
    spells: Spells, offsets: Sequence[Offset], instants: Instants, owner: str | None = None
) -> str:
    """Return the SELECT of spells in the order of time: owner, list, from, to, why."""
    entered, left = (
        f"{_shown(f's.{column}', offsets, instants)} AS {column}"
        for column in ("entered_at", "left_at")
    )
    direction = ", direction" if spells.list == "stage" else ""
    where = f"\nWHERE {spells.owner} = {quote.text(owner)}" if owner is not None else ""
    return f"""
SELECT {spells.owner}, {spells.list}, {entered}, {left}{direction}, cause
FROM {spells.source} s{where}
ORDER BY {spells.owner}, s.entered_at NULLS FIRST, s.left_at NULLS LAST, {spells.list}"""


def _shown(instant: str, offsets: Sequence[Offset], instants: Instants) -> str:
    match instants:
        case "text":
            return zoned.iso(instant, offsets)
        case "minutes":
            return zoned.minute(instant, offsets)
        case "typed":
            return f"CAST({instant} AS TIMESTAMPTZ)"


def stage_summary(spells: Spells, steps: Sequence[str], since: datetime) -> str:
    """Return the SELECT of the leads or accounts in each stage, in the order of the steps.

    Args:
        spells: the stages.
        steps: their names in order.
        since: from which instant on (UTC) moves are counted: in, out to a later stage, out to an
            earlier one, and out to none.
    """
    who = "accounts" if spells.owner == "account_id" else "leads"
    rows = ", ".join(f"({place}, {quote.text(step)})" for place, step in enumerate(steps))
    recent = f"{{}} >= {quote.instant(since)}"
    entered, left = recent.format("entered_at"), recent.format("left_at")
    return f"""
WITH step(place, stage) AS (VALUES {rows}),
spell AS (
  SELECT s.*, p.place, lead(p.place) OVER w AS next_place, lead(s.entered_at) OVER w AS next_at
  FROM {spells.source} s JOIN step p ON p.stage = s.stage
  WINDOW w AS (PARTITION BY {spells.owner} ORDER BY s.entered_at NULLS FIRST)
),
counted AS (
  SELECT stage, count(CASE WHEN left_at IS NULL THEN 1 END) AS inside,
    count(CASE WHEN {entered} THEN 1 END) AS came,
    count(CASE WHEN {left} AND next_at = left_at AND next_place > place THEN 1 END) AS forward,
    count(CASE WHEN {left} AND next_at = left_at AND next_place < place THEN 1 END) AS backward,
    count(CASE WHEN {left} AND next_at IS DISTINCT FROM left_at THEN 1 END) AS gone
  FROM spell GROUP BY stage
)
SELECT p.stage, coalesce(c.inside, 0) AS {who},
  coalesce(round(100 * c.inside / nullif(sum(c.inside) OVER (), 0), 1), 0) AS "%",
  coalesce(c.came, 0) AS entered, coalesce(c.forward, 0) AS forward,
  coalesce(c.backward, 0) AS backward, coalesce(c.gone, 0) AS gone
FROM step p LEFT JOIN counted c ON c.stage = p.stage
ORDER BY p.place"""


def segment_summary(names: Sequence[str], since: datetime) -> str:
    """Return the SELECT of the members of each segment and who joined and left of late."""
    rows = ", ".join(f"({place}, {quote.text(name)})" for place, name in enumerate(names))
    recent = f"{{}} >= {quote.instant(since)}"
    return f"""
SELECT l.segment, count(CASE WHEN s.lead_id IS NOT NULL AND s.left_at IS NULL THEN 1 END) AS leads,
  count(CASE WHEN {recent.format("s.entered_at")} THEN 1 END) AS joined,
  count(CASE WHEN {recent.format("s.left_at")} THEN 1 END) AS "left"
FROM (VALUES {rows}) l(place, segment)
LEFT JOIN segment_spell s ON s.segment = l.segment
GROUP BY l.place, l.segment
ORDER BY l.place"""


def daily_list(kind: Literal["stage", "segment"], names: Sequence[str], since: date | None) -> str:
    """Return the SELECT of the leads in each list at the end of each day: day, list, leads."""
    return f"""
SELECT d.day, d.list AS {kind}, d.leads
FROM daily_count d {_places(names)}
WHERE d.kind = '{kind}'{_from_day(since)}
ORDER BY d.day, l.place"""


def daily_columns(
    kind: Literal["stage", "segment"], names: Sequence[str], since: date | None
) -> str:
    """Return the same with a row a day and a column a list."""
    columns = [
        f"sum(CASE WHEN list = {quote.text(name)} THEN leads END)::BIGINT AS {quote.name(name)}"
        for name in names
    ]
    return f"""
SELECT day, {", ".join(columns)}
FROM daily_count
WHERE kind = '{kind}'{_from_day(since)}
GROUP BY day
ORDER BY day"""


def _from_day(since: date | None) -> str:
    return f" AND day >= {quote.day(since)}" if since is not None else ""


def _places(names: Sequence[str]) -> str:
    rows = ", ".join(f"({place}, {quote.text(name)})" for place, name in enumerate(names))
    return f"JOIN (VALUES {rows}) l(place, name) ON l.name = d.list"


def member_list(
    segment: str, order: str | None, offsets: Sequence[Offset], instants: Instants
) -> str:
    """Return the SELECT of the leads of ``lead_list`` that are on a segment, and since when.

    Args:
        segment: its name.
        order: the column to order by, the highest first.
        offsets: the timezone's.
        instants: how the instant of entry is given.
    """
    first = f"l.{quote.name(order)} DESC, " if order is not None else ""
    return f"""
SELECT l.lead_id, {_shown("m.entered_at", offsets, instants)} AS entered_at, l.* EXCLUDE (lead_id)
FROM lead_list l JOIN {MEMBER_NOW} m ON m.lead_id = l.lead_id
WHERE m.segment = {quote.text(segment)}
ORDER BY {first}l.lead_id"""


def count_by(column: str, segment: str | None = None) -> str:
    """Return the SELECT that counts the leads of ``lead_list``, or those on a segment, by a column.

    A missing value is a row of its own, the last among equals.
    """
    name = quote.name(column)
    only = ""
    if segment is not None:
        of = f"segment = {quote.text(segment)}"
        only = f"\nWHERE lead_id IN (SELECT lead_id FROM {MEMBER_NOW} WHERE {of})"
    return f"""
SELECT {name}, count(*) AS leads, round(100 * count(*) / sum(count(*)) OVER (), 1) AS "%"
FROM lead_list{only}
GROUP BY {name}
ORDER BY count(*) DESC, {name} NULLS LAST"""
