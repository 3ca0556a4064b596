"""The SQL of a comparison: the results of two rulesets side by side in one store.

What the base came to and the head comes to anew is kept under another name; what is the same on
both sides is there once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from leadline.expression.nodes import Node, Rank
from leadline.plan.needs import rank_column
from leadline.sql import quote
from leadline.sql.expression import Writer

#: The relation of the leads that are scored, with everything that they have one value of.
REPORTED = "reported"


def kept(relation: str) -> str:
    """Return the name under which a relation of the base is kept."""
    return f"base of {relation}"


def keep(relation: str) -> str:
    """Return the statement that keeps a stored relation of the base."""
    return f"ALTER TABLE {quote.name(relation)} RENAME TO {quote.name(kept(relation))}"


def drop(relation: str) -> str:
    """Return the statement that drops a stored relation."""
    return f"DROP TABLE IF EXISTS temp.{quote.name(relation)}"


@dataclass(frozen=True, slots=True)
class Sides:
    """The relations of both sides that are compared.

    Args:
        base: that of the base.
        head: that of the head.
    """

    base: str
    head: str

    @property
    def names(self) -> tuple[str, str]:
        """Both names, quoted."""
        return quote.name(self.base), quote.name(self.head)


def are_there_opportunities() -> str:
    """Return the SELECT of whether the data has any opportunity."""
    return "SELECT count(*) > 0 FROM opportunities"


def lead_counts(reported: Sides) -> str:
    """Return the SELECT of the leads scored before and after, those gained and those lost."""
    base, head = reported.names
    return f"""
SELECT count(b.lead_id), count(h.lead_id), count(*) - count(b.lead_id), count(*) - count(h.lead_id)
FROM {base} b FULL JOIN {head} h ON h.lead_id = b.lead_id"""


def value_changes(relation: str, values: Sides, columns: tuple[str, str], *, keyed: bool) -> str:
    """Return the statement that keeps the changed values of a score: lead_id, per, old, new.

    Leads that are scored on one side only are counted elsewhere; a value of ``per`` that there is
    on one side only is 0 on the other.

    Args:
        relation: what to call the rows.
        values: where the values are.
        columns: the column of each side.
        keyed: whether there is a value for each ``per``.
    """
    base, head = values.names
    old, new = f"b.{quote.name(columns[0])}", f"h.{quote.name(columns[1])}"
    if not keyed:
        rows = f"""
SELECT h.lead_id, '' AS "per", {old} AS old, {new} AS new
FROM {base} b JOIN {head} h ON h.lead_id = b.lead_id
WHERE {old} <> {new}"""
    else:
        rows = f"""
SELECT coalesce(h.lead_id, b.lead_id) AS lead_id, coalesce(h."per", b."per") AS "per",
  coalesce({old}, 0) AS old, coalesce({new}, 0) AS new
FROM {base} b FULL JOIN {head} h ON h.lead_id = b.lead_id AND h."per" = b."per"
WHERE coalesce({old}, 0) <> coalesce({new}, 0)"""
    return f"CREATE OR REPLACE TEMP TABLE {quote.name(relation)} AS {rows}"


def single_values(relation: str, reported: str, column: str) -> str:
    """Return the statement that keeps a score with one value a lead as one with a ``per``."""
    return (
        f"CREATE OR REPLACE TEMP TABLE {quote.name(relation)} AS"
        f" SELECT lead_id, '' AS \"per\", {quote.name(column)} AS value"
        f" FROM {quote.name(reported)}"
    )


def only_of_both(relation: str, reported: Sides) -> str:
    """Return the statement that leaves out the changes of leads that one side alone scores."""
    name = quote.name(relation)
    both = " AND ".join(f"lead_id IN (SELECT lead_id FROM {side})" for side in reported.names)
    return f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {name} WHERE {both}"


def change_summary(relation: str) -> str:
    """Return the SELECT of leads changed, up and down, and the mean and largest change.

    Differences are taken in the units of a reported score, ten thousandths, so that they are exact.
    """
    units = "CAST(round((new - old) * 10000) AS BIGINT)"
    return f"""
SELECT count(DISTINCT lead_id), count(DISTINCT CASE WHEN units > 0 THEN lead_id END),
  count(DISTINCT CASE WHEN units < 0 THEN lead_id END),
  CAST(coalesce(sum(units), 0) AS DOUBLE) / 10000 / greatest(count(*), 1),
  CAST(coalesce(max(abs(units)), 0) AS DOUBLE) / 10000
FROM (SELECT lead_id, {units} AS units FROM {quote.name(relation)})"""


def change_sums(relation: str) -> str:
    """Return the SELECT of the sum of the sizes and the sum of the changes of a score."""
    units = "CAST(round((new - old) * 10000) AS BIGINT)"
    return f"""
SELECT sum(abs({units}))::DOUBLE / 10000, sum({units})::DOUBLE / 10000
FROM {quote.name(relation)}"""


def leads_changed(relations: Sequence[str]) -> str:
    """Return the SELECT of how many leads have a change in any of some relations."""
    if not relations:
        return "SELECT 0"
    rows = " UNION ALL ".join(f"SELECT lead_id FROM {quote.name(name)}" for name in relations)
    return f"SELECT count(DISTINCT lead_id) FROM ({rows})"


@dataclass(frozen=True, slots=True)
class Part:
    """What a score is made of: a rule, or the cap of a group.

    Args:
        label: what people call it.
        base: the SQL of what it adds in the rows ``b``, in billionths; "0" where it is not there.
        head: the same in the rows ``h``.
    """

    label: str
    base: str
    head: str

    @property
    def change(self) -> str:
        """The SQL of its change; a row that one side lacks has nothing."""
        return f"coalesce({self.head}, 0) - coalesce({self.base}, 0)"


def part_summary(relation: str, values: Sides, parts: Sequence[Part], *, keyed: bool) -> str:
    """Return the SELECT of what each part changed in the changed scores, a row a part.

    Its columns: place of the part, leads touched, sum of the sizes and sum of the changes in
    points. The last part is the rest: what decay, floor and range make of it.
    """
    changes = [*(f"CAST({part.change} AS BIGINT) AS p{n}" for n, part in enumerate(parts))]
    count = len(parts)
    total = " + ".join(f"p{n}" for n in range(count)) or "0"
    once = "DISTINCT " if keyed else ""
    sums = ", ".join(
        f"{{'place': {n}, 'leads': count({once}CASE WHEN p{n} <> 0 THEN lead_id END),"
        f" 'size': sum(abs(p{n}))::DOUBLE / 1e9, 'net': sum(p{n})::DOUBLE / 1e9}}"
        for n in range(count + 1)
    )
    return f"""
SELECT unnest([{sums}], recursive := true)
FROM (
  SELECT *, CAST(coalesce(after, 0) - coalesce(before, 0) - ({total}) AS BIGINT) AS p{count}
  FROM (
    {_changed_parts(relation, values, changes)}
  )
)"""


def parts_of(relation: str, values: Sides, parts: Sequence[Part], most: int) -> str:
    """Return the SELECT of the largest changes with every part of them, before and after.

    Its columns: lead_id, per, old, new, points before and after (billionths, before rounding), then
    the points of each part before and after.
    """
    both = [
        f"CAST(coalesce({side}, 0) AS BIGINT) AS {name}{n}"
        for n, part in enumerate(parts)
        for side, name in ((part.base, "b"), (part.head, "h"))
    ]
    top = f"(SELECT * FROM {quote.name(relation)} {_LARGEST} LIMIT {most})"
    return f"""
SELECT *
FROM (
  {_changed_parts(top, values, both)}
)
{_LARGEST}"""


_LARGEST = 'ORDER BY abs(round((new - old) * 10000)) DESC, lead_id, "per"'


def largest(relation: str, most: int) -> str:
    """Return the SELECT of the largest changes of a score: lead_id, per, old, new."""
    return f"SELECT * FROM {quote.name(relation)} {_LARGEST} LIMIT {most}"


def _changed_parts(relation: str, values: Sides, columns: Iterable[str]) -> str:
    base, head = values.names
    source = relation if relation.startswith("(") else quote.name(relation)
    listed = ", ".join(
        ["c.*", "b.points AS before", "h.points AS after", *columns],
    )
    return f"""SELECT {listed}
    FROM {source} c
    LEFT JOIN {base} b ON b.lead_id = c.lead_id AND b."per" = c."per"
    LEFT JOIN {head} h ON h.lead_id = c.lead_id AND h."per" = c."per\""""


def moves(sides: Sides, columns: tuple[str | None, str | None]) -> str:
    """Return the SELECT of how many leads went from which value of a column to which.

    A side without the column has no value. Leads that are on one side only have none on the other.
    """
    base, head = sides.names
    old, new = (
        f"{table}.{quote.name(name)}" if name is not None else "NULL::VARCHAR"
        for table, name in zip("bh", columns, strict=True)
    )
    return f"""
SELECT {old} AS "from", {new} AS "to", count(*) AS leads
FROM {base} b FULL JOIN {head} h ON h.lead_id = b.lead_id
GROUP BY ALL"""


def members(
    relation: str, reported: str, conditions: Sequence[tuple[str, Node]], writer: Writer
) -> str:
    """Return the statement that keeps who is on which segment on the date: segment, lead_id.

    Args:
        relation: what to call the rows.
        reported: the leads with everything that the conditions ask for.
        conditions: the segments' names and conditions.
        writer: writes them.
    """
    parts = [
        f"SELECT {quote.text(name)} AS segment, lead_id FROM rows WHERE {writer.condition(when)}"
        for name, when in conditions
    ]
    every = "\nUNION ALL ".join(parts) or "SELECT '' AS segment, '' AS lead_id WHERE FALSE"
    return (
        f"CREATE OR REPLACE TEMP TABLE {quote.name(relation)} AS"
        f"\nWITH rows AS (SELECT * FROM ({reported}))\n{every}"
    )


def with_ranks(reported: str, ranks: Sequence[Rank]) -> str:
    """Return the SELECT of leads with a truth for each rank: who is among the first or last."""
    columns = []
    for rank in ranks:
        order = "DESC" if rank.direction == "top" else "ASC"
        last = f"{rank.amount:.0f}"
        if rank.percent:
            share = f"{rank.amount!r}::DECIMAL(18, 6) * count(*) OVER () / 100"
            last = f"greatest(1, ceil({share}))"
        score = quote.name(f"score.{rank.score}")
        columns.append(
            f"row_number() OVER (ORDER BY {score} {order}, lead_id) <= {last}"
            f" AS {quote.name(rank_column(rank))}"
        )
    return f"SELECT {', '.join(['*', *columns])} FROM {quote.name(reported)}"


def with_quiet(rows: str, quiet: Sequence[tuple[str, str]]) -> str:
    """Return the SELECT of leads with a truth for each ``quiet(..)``.

    Args:
        rows: a SELECT of leads.
        quiet: the columns and the relations they come from, of the leads that were watched; any
            other is quiet.
    """
    columns = ["r.*"]
    joins = ""
    for number, (column, relation) in enumerate(quiet):
        columns.append(f"coalesce(q{number}.value, TRUE) AS {quote.name(column)}")
        joins += f"\nLEFT JOIN {quote.name(relation)} q{number} ON q{number}.lead_id = r.lead_id"
    return f"SELECT {', '.join(columns)} FROM ({rows}) r{joins}"


def quiet_now(relation: str, quiet: str, before: datetime) -> str:
    """Return the statement that keeps whether a score is quiet on a date: lead_id, value.

    The relation also says when a score will be, unless it rises again.
    """
    return f"""
CREATE OR REPLACE TEMP TABLE {quote.name(relation)} AS
SELECT lead_id, arg_max(value, instant) AS value
FROM {quote.name(quiet)} WHERE instant < {quote.instant(before)}
GROUP BY lead_id"""


def add_members(relation: str, spells: str, segments: Sequence[str]) -> str:
    """Return the statement that adds who is on some segments at the end of a past."""
    names = ", ".join(map(quote.text, segments))
    return f"""
INSERT INTO {quote.name(relation)}
SELECT segment, lead_id FROM {quote.name(spells)} WHERE left_at IS NULL AND segment IN ({names})"""


def rename_segment(relation: str, old: str, new: str) -> str:
    """Return the statement that gives a segment's members another name."""
    return (
        f"UPDATE {quote.name(relation)} SET segment = {quote.text(new)}"
        f" WHERE segment = {quote.text(old)}"
    )


def standing(relation: str, spells: str | None, reported: str, *, staged: bool) -> str:
    """Return the statement that keeps each lead's stage: lead_id, stage.

    Args:
        relation: what to call the rows.
        spells: the spells of stages; None where the stage follows from the scores of the date.
        reported: the leads of the date.
        staged: whether there are stages at all.
    """
    stage = "stage" if staged else "NULL::VARCHAR AS stage"
    rows = f"SELECT lead_id, {stage} FROM {quote.name(reported)}"
    if spells is not None:
        rows = f"SELECT lead_id, stage FROM {quote.name(spells)} WHERE left_at IS NULL"
    return f"CREATE OR REPLACE TEMP TABLE {quote.name(relation)} AS {rows}"


def segment_changes(sides: Sides) -> str:
    """Return the SELECT of each segment: its name, members before and after, joined, left."""
    base, head = sides.names
    return f"""
SELECT coalesce(h.segment, b.segment) AS segment, count(b.lead_id), count(h.lead_id),
  count(*) - count(b.lead_id), count(*) - count(h.lead_id)
FROM {base} b FULL JOIN {head} h ON h.segment = b.segment AND h.lead_id = b.lead_id
GROUP BY ALL"""


def account_changes(sides: Sides) -> str:
    """Return the SELECT of an account score's changes.

    Its columns: accounts, changed, up, down, mean change, largest change, committees gained, lost.
    """
    base, head = sides.names
    units = "CAST(round((coalesce(h.value, 0) - coalesce(b.value, 0)) * 10000) AS BIGINT)"
    return f"""
SELECT count(*), count(CASE WHEN units <> 0 THEN 1 END), count(CASE WHEN units > 0 THEN 1 END),
  count(CASE WHEN units < 0 THEN 1 END),
  CAST(coalesce(sum(units), 0) AS DOUBLE) / 10000
    / greatest(count(CASE WHEN units <> 0 THEN 1 END), 1),
  CAST(coalesce(max(abs(units)), 0) AS DOUBLE) / 10000,
  count(CASE WHEN after AND NOT before THEN 1 END), count(CASE WHEN before AND NOT after THEN 1 END)
FROM (
  SELECT {units} AS units, coalesce(b.committee, FALSE) AS before,
    coalesce(h.committee, FALSE) AS after
  FROM {base} b FULL JOIN {head} h ON h.account_id = b.account_id
)"""


def entries(
    relation: str, spells: str, kind: str, name: str, first: date, weeks: int, day: str
) -> str:
    """Return the statement that keeps the entries into a stage or segment: week, lead_id.

    Args:
        relation: what to call the rows.
        spells: the relation of the spells.
        kind: ``stage`` or ``segment``; of stages, only moves forward count.
        name: the stage or segment.
        first: the Monday of the first week.
        weeks: how many weeks.
        day: the SQL of the local day of ``entered_at``.
    """
    forward = " AND direction <> 'backward'" if kind == "stage" else ""
    return f"""
CREATE OR REPLACE TEMP TABLE {quote.name(relation)} AS
SELECT CAST(({day} - {quote.day(first)}) // 7 AS INTEGER) AS week, lead_id
FROM {quote.name(spells)}
WHERE {kind} = {quote.text(name)} AND entered_at IS NOT NULL{forward}
  AND {day} >= {quote.day(first)} AND {day} < {quote.day(first)} + {7 * weeks}"""


def weekly(relation: str) -> str:
    """Return the SELECT of how many entries each week has."""
    return f"SELECT week, count(*) FROM {quote.name(relation)} GROUP BY week"
