"""The SQL of audits: the amounts of figures, summed by lead, over many periods at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from leadline.expression import metrics as m
from leadline.expression.nodes import Node
from leadline.plan.clock import Offset
from leadline.sql import quote
from leadline.sql.audited import (
    DAYS,
    RECORDS,
    SPANS,
    Of,
    of_events,
    rows_of,
)
from leadline.sql.expression import Writer
from leadline.sql.relations import kept, local_day, types

_TIMED = "audit days"
_LOGS = (("events", "occurred_at"), ("opportunities", "created_at"), ("handoffs", "offered_at"))

#: Amounts are whole millionths, so that their sums do not depend on the order of rows. What is
#: larger than this does not count.
MILLIONTHS, MOST = 1_000_000, 10**15


@dataclass(frozen=True, slots=True)
class Span:
    """Days to measure: their number, the first and the last, what was known when (UTC)."""

    number: int
    begin: date
    end: date
    known: datetime


def kept_spans(spans: Sequence[Span]) -> tuple[str, str]:
    """Return the statements that keep the days to measure, one row a span, one row a day."""
    rows = ", ".join(
        f"({one.number}, {quote.day(one.begin)}, {quote.day(one.end)}, {quote.instant(one.known)})"
        for one in spans
    )
    each = 'CAST(unnest(generate_series(begin, "end", INTERVAL 1 DAY)) AS DATE)'
    days = f"SELECT number, {each} AS day FROM {quote.name(SPANS)}"
    return (
        kept(SPANS, f'SELECT * FROM (VALUES {rows}) s(number, begin, "end", known)'),
        kept(DAYS, days),
    )


def first_instant() -> str:
    """Return the SELECT of the first instant (UTC) of events, opportunities and hand-overs."""
    firsts = (f"(SELECT min({at}) FROM {quote.name(table)})" for table, at in _LOGS)
    return f"SELECT least({', '.join(firsts)})"


def log_ends(offsets: Sequence[Offset]) -> str:
    """Return the SELECT of the first days of events, opportunities and hand-overs.

    Behind them stands the last day of the events.
    """
    ends = [("min", at, table) for table, at in _LOGS] + [("max", "occurred_at", "events")]
    days = (
        f"(SELECT {local_day(f'{end}({at})', offsets)} FROM {quote.name(table)})"
        for end, at, table in ends
    )
    return f"SELECT {', '.join(days)}"


def median_cycle(known: datetime) -> str:
    """Return the SELECT of the median days from the creation of an opportunity to its end."""
    return f"""
SELECT median((epoch_us(closed_at) - epoch_us(created_at)) / 86400000000.0)
FROM opportunities WHERE closed_at < {quote.instant(known)} AND closed_at >= created_at"""


def amounts(top: m.Amount, bottom: m.Amount | None, of: Of, writer: Writer) -> str:
    """Return the SELECT of the amounts of each span, and how they vary from lead to lead.

    Args:
        top: the amount, of a rate the one above.
        bottom: the one below; None of a figure that is no rate.
        of: what they are about.
        writer: of the model.

    Returns:
        ``number`` (of the span); ``top``, ``bottom``, whole millionths; ``top_records``,
        ``bottom_records``; ``top_whole``, ``bottom_whole``, whether every part is a whole number;
        ``top_squares``, ``bottom_squares``, ``products``: sums over leads of the squares of their
        amounts and of their product, where the parts are of leads; ``leads``, how many have any.
        A span without records has no row.
    """
    sides = [
        _side(top, "top", of, writer),
        _side(bottom, "bottom", of, writer) if bottom is not None else _NO_BOTTOM,
    ]
    return f"""
WITH part AS ({" UNION ALL BY NAME ".join(sides)}
), of_lead AS (
  SELECT number, cluster, {_sums("top")}, {_sums("bottom")}
  FROM part GROUP BY number, cluster
), held AS (
  SELECT *, CAST(top AS DOUBLE) / {MILLIONTHS} AS t, CAST(bottom AS DOUBLE) / {MILLIONTHS} AS b
  FROM of_lead
)
SELECT number, sum(top) AS top, sum(bottom) AS bottom,
  CAST(sum(top_records) AS BIGINT) AS top_records,
  CAST(sum(bottom_records) AS BIGINT) AS bottom_records,
  bool_and(top_whole) AS top_whole, bool_and(bottom_whole) AS bottom_whole,
  {_of_leads("t * t")} AS top_squares, {_of_leads("b * b")} AS bottom_squares,
  {_of_leads("t * b")} AS products, count(cluster) AS leads
FROM held GROUP BY number ORDER BY number"""


_NO_BOTTOM = """
  SELECT CAST(0 AS HUGEINT) AS bottom, 0 AS bottom_records, TRUE AS bottom_whole WHERE FALSE"""


def _sums(side: str) -> str:
    return (
        f"coalesce(sum({side}), 0)::HUGEINT AS {side},"
        f" coalesce(sum({side}_records), 0) AS {side}_records,"
        f" coalesce(bool_and({side}_whole), TRUE) AS {side}_whole"
    )


def _of_leads(product: str) -> str:
    return f"coalesce(sum({product}) FILTER (cluster IS NOT NULL), 0.0)"


def _side(amount: m.Amount, name: str, of: Of, writer: Writer) -> str:
    """Return one amount of a figure, a row a span and lead; of ``metrics`` a row a span."""
    columns = f"AS {name}, count(*) AS {name}_records, "
    source = amount.source
    nodes: tuple[Node, ...] = ()
    if isinstance(source, m.MetricSource):
        value = f"CAST(round(value * {MILLIONTHS}) AS HUGEINT)"
        return f"""
  SELECT d.number, CAST(NULL AS VARCHAR) AS cluster, sum({value}) {columns}
    bool_and(value = floor(value) AND value >= 0) AS {name}_whole
  FROM metrics r JOIN {quote.name(DAYS)} d ON d.day = r.date
  WHERE {_of_metric(source.name, of)} AND abs(value) <= {MOST}
  GROUP BY d.number"""
    where = whole = "TRUE"
    match amount:
        case m.Count():
            measured = f"count(*) * {MILLIONTHS}"
        case m.Leads():
            # A deal of which only the account is known is of no lead in particular.
            measured = str(MILLIONTHS)
            where = "NOT shared"
        case m.Sum(node):
            held = f"CASE WHEN abs(value0) <= {MOST} THEN value0 END"
            measured = f"coalesce(sum(CAST(round({held} * {MILLIONTHS}) AS HUGEINT)), 0)"
            nodes, whole = (node,), "FALSE"
        case _:
            assert_never(amount)
    return f"""
  SELECT number, cluster, {measured} {columns}{whole} AS {name}_whole
  FROM ({rows_of(source, nodes, of, writer)}
  ) WHERE {where}
  GROUP BY number, cluster"""


def _of_metric(name: str, of: Of) -> str:
    condition = f"lower(metric) = lower({quote.text(name)})"
    if of.program is not None:
        condition += f" AND program = {quote.text(of.program)}"
    return condition


def kept_days(figure: m.MedianDays, of: Of, writer: Writer) -> str:
    """Return the statement that keeps the days that each record of a span took."""
    rows = rows_of(figure.source, (figure.begin, figure.end), of, writer)
    begin, end = (f"epoch_us(CAST(value{place} AS TIMESTAMP))" for place in (0, 1))
    return kept(
        _TIMED,
        f"""
SELECT number, ({end} - {begin}) / 86400000000.0 AS days
FROM ({rows}
) WHERE value0 IS NOT NULL AND value1 IS NOT NULL""",
    )


def day_counts() -> str:
    """Return the SELECT of how many records of each span were timed."""
    return f"SELECT number, count(*) FROM {quote.name(_TIMED)} GROUP BY number ORDER BY number"


def day_medians(ranks: Sequence[tuple[int, int, int]]) -> str:
    """Return the SELECT of the median days of each span, and of the times at two ranks.

    Args:
        ranks: the number of the span and the two ranks, from 1.

    Returns:
        ``number, median``, the time at each rank.
    """
    rows = ", ".join(f"({number}, {low}, {high})" for number, low, high in ranks)
    return f"""
SELECT t.number, median(days), max(CASE WHEN place = low THEN days END),
  max(CASE WHEN place = high THEN days END)
FROM (
  SELECT number, days, row_number() OVER (PARTITION BY number ORDER BY days) AS place
  FROM {quote.name(_TIMED)}
) t JOIN (VALUES {rows}) r(number, low, high) ON r.number = t.number
GROUP BY t.number ORDER BY t.number"""


def first_day(source: m.Source, of: Of, writer: Writer) -> str:
    """Return the SELECT of the first day of what a source counts, as far as the data go back."""
    match source:
        case m.EventSource(names):
            return f"SELECT min(day) FROM ({of_events(of, writer)}) WHERE {types(names)}"
        case m.MetricSource(name):
            return f"SELECT min(date) FROM metrics WHERE {_of_metric(name, of)}"
        case m.RecordSource() if of.narrow:
            return f"SELECT min(day) FROM ({of_events(of, writer)})"
        case m.RecordSource(table):
            return f'SELECT min("record day") FROM {quote.name(RECORDS[table])}'
        case _:
            assert_never(source)
