"""The SQL of a backtest: who would have been on the list each week, and what became of them.

Shares and areas have their variances from sums over leads, since a lead has a row in many weeks.
The sums are of whole numbers, so they are exact and do not depend on any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from leadline.sql import quote
from leadline.sql.outcomes import OUTCOME
from leadline.sql.relations import listed

#: What is counted of a lead's rows: all of known outcome, with one to come, on the list, both.
COUNTS = ("seen", "came", "picked", "hits")
#: What is summed of a lead for the area under the curve: its rows with an outcome to come and
#: without, and twice the number of rows of the other kind that each of them is ahead of.
PLACED = ("came", "stayed", "above", "below")


@dataclass(frozen=True, slots=True)
class Horizon:
    """A week's date, with the instants (UTC) at which it ends and its horizon ends."""

    snapshot: date
    begins: datetime
    ends: datetime


def picks(panel: str, capacity: int) -> str:
    """Return the SELECT of a panel with who is on each week's list.

    The list has the highest scores above 0; where several are the same, the first ids.

    Args:
        panel: snapshot, lead_id, value, happened.
        capacity: how many leads are on a list at most.

    Returns:
        The panel's columns, with listed, and tied: listed with the very score of somebody who
        is not.
    """
    return f"""
SELECT snapshot, lead_id, value, happened, listed,
  listed AND value = max(CASE WHEN NOT listed AND value > 0 THEN value END)
    OVER (PARTITION BY snapshot) IS TRUE AS tied
FROM (
  SELECT snapshot, lead_id, value, happened,
    value > 0 AND row_number() OVER (PARTITION BY snapshot ORDER BY value DESC, lead_id)
      <= {capacity} AS listed
  FROM {quote.name(panel)}
)"""


def counts_by_lead(pick: str) -> str:
    """Return the SELECT of each lead's rows: lead_id, then ``COUNTS``.

    Rows of which the outcome is not known yet count for nothing.
    """
    known = "happened IS NOT NULL"
    return f"""
SELECT lead_id, count(*) FILTER ({known}) AS seen, count(*) FILTER (happened) AS came,
  count(*) FILTER (listed AND {known}) AS picked, count(*) FILTER (listed AND happened) AS hits
FROM {quote.name(pick)}
GROUP BY lead_id"""


def totals(pick: str) -> str:
    """Return the SELECT of what a list comes to over all weeks.

    Returns:
        rows and leads of the panel, of unknown outcome, leads with an outcome to come, places on
        the lists, leads that were on one, weeks without any, tied.
    """
    return f"""
SELECT count(*), count(DISTINCT lead_id), count(*) FILTER (happened IS NULL),
  count(DISTINCT lead_id) FILTER (happened), count(*) FILTER (listed),
  count(DISTINCT lead_id) FILTER (listed),
  count(DISTINCT snapshot) - count(DISTINCT snapshot) FILTER (listed), count(*) FILTER (tied)
FROM {quote.name(pick)}"""


def weekly(pick: str) -> str:
    """Return the SELECT of each week: its Monday, rows, with an outcome to come, listed, hits.

    ``hits`` and ``known`` are of the list, ``known`` those whose outcome is.
    """
    return f"""
SELECT snapshot + 1, count(*), count(*) FILTER (happened), count(*) FILTER (listed),
  count(*) FILTER (listed AND happened IS NOT NULL), count(*) FILTER (listed AND happened)
FROM {quote.name(pick)}
GROUP BY snapshot ORDER BY snapshot"""


def moments(rows: str, columns: Sequence[str]) -> str:
    """Return the SELECT of sums over leads.

    They are: how many leads; the sum of each column; how many leads have any of it; then the sum of
    the products of each pair of columns, a column with itself included, in the order of the upper
    half of their table.

    Args:
        rows: a SELECT, one row a lead.
        columns: whole numbers.
    """
    wide = [f"CAST({quote.name(column)} AS HUGEINT)" for column in columns]
    products = [f"{one} * {other}" for place, one in enumerate(wide) for other in wide[place:]]
    sums = [f"coalesce(sum({term}), 0)" for term in wide]
    present = [f"count(*) FILTER ({quote.name(column)} > 0)" for column in columns]
    squares = [f"coalesce(sum({term}), 0)" for term in products]
    return f"SELECT {listed(['count(*)', *sums, *present, *squares])}\nFROM ({rows})"


def counts_of_both(base: str, head: str) -> str:
    """Return the SELECT of each lead's rows on two sides: ``COUNTS`` with ``base_``, ``head_``."""
    sides = [
        f"coalesce({table}.{column}, 0) AS {name}_{column}"
        for table, name in (("b", "base"), ("h", "head"))
        for column in COUNTS
    ]
    return f"""
SELECT {listed(sides)}
FROM ({counts_by_lead(base)}) b FULL JOIN ({counts_by_lead(head)}) h ON h.lead_id = b.lead_id"""


def placed_by_lead(panel: str) -> str:
    """Return the SELECT of how a lead's rows stand among all rows: lead_id, then ``PLACED``.

    ``above`` is of its rows with an outcome to come: twice the rows without one that have a lower
    score, and once those with the same. ``below`` is of its rows without: the same of rows with
    one that have a higher score. Halves of these, divided by the number of rows of the other kind,
    are the placements of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988).
    """
    return _placed(f"SELECT lead_id, value, happened FROM {quote.name(panel)}")


def placed_of_both(base: str, head: str) -> str:
    """Return the SELECT of how a lead's rows stand on two sides, of the rows that both have.

    Returns:
        ``PLACED`` of the base, then above and below of the head as head_above, head_below.
    """
    both = f"""
  FROM {quote.name(base)} b
  JOIN {quote.name(head)} h ON h.snapshot = b.snapshot AND h.lead_id = b.lead_id
    AND h.happened = b.happened"""
    one, other = (
        _placed(f"SELECT b.lead_id, {table}.value, b.happened{both}") for table in ("b", "h")
    )
    return f"""
SELECT b.came, b.stayed, b.above, b.below, h.above AS head_above, h.below AS head_below
FROM ({one}) b JOIN ({other}) h ON h.lead_id = b.lead_id"""


def _placed(rows: str) -> str:
    return f"""
WITH judged AS ({rows}
), valued AS (
  SELECT value, count(*) FILTER (happened) AS came, count(*) FILTER (NOT happened) AS stayed
  FROM judged WHERE happened IS NOT NULL
  GROUP BY value
), placed AS (
  -- A row ahead of another counts 2, one beside another 1.
  SELECT value, 2 * sum(stayed) OVER upward - stayed AS above,
    2 * sum(came) OVER downward - came AS below
  FROM valued
  WINDOW upward AS (ORDER BY value), downward AS (ORDER BY value DESC)
)
SELECT lead_id, count(*) FILTER (happened) AS came, count(*) FILTER (NOT happened) AS stayed,
  coalesce(sum(above) FILTER (happened), 0) AS above,
  coalesce(sum(below) FILTER (NOT happened), 0) AS below
FROM judged JOIN placed USING (value)
WHERE happened IS NOT NULL
GROUP BY lead_id"""


def bands_by_lead(panel: str, bounds: Sequence[float]) -> str:
    """Return the SELECT of each lead's rows in each band: lead_id, band, seen, came.

    Args:
        panel: lead_id, value, happened.
        bounds: where each band but the lowest begins, rising; bands are numbered from 0.
    """
    cases = " ".join(
        f"WHEN value >= {quote.number(bound)} THEN {place}"
        for place, bound in reversed(list(enumerate(bounds, start=1)))
    )
    band = f"CASE {cases} ELSE 0 END" if cases else "0"
    return f"""
SELECT lead_id, {band} AS band, count(*) AS seen, count(*) FILTER (happened) AS came
FROM {quote.name(panel)}
WHERE happened IS NOT NULL
GROUP BY ALL"""


def banded(by_lead: str) -> str:
    """Return the SELECT of each band that has rows.

    Returns:
        band, leads, leads with an outcome to come; then the sums over leads of seen and came, of
        the square of seen, of their product, and of the square of came.
    """
    seen, came = "CAST(seen AS HUGEINT)", "CAST(came AS HUGEINT)"
    return f"""
SELECT band, count(*), count(*) FILTER (came > 0), sum(seen), sum(came), sum({seen} * {seen}),
  sum({seen} * {came}), sum({came} * {came})
FROM ({by_lead})
GROUP BY band ORDER BY band"""


def fifths(panel: str) -> str:
    """Return the SELECT of where each fifth of the scores above 0 begins, from low to high."""
    return f"""
SELECT quantile_disc(value, [0, 0.2, 0.4, 0.6, 0.8])
FROM {quote.name(panel)} WHERE value > 0 AND happened IS NOT NULL"""


def last_known(before: datetime) -> str:
    """Return the SELECT of when the last event or outcome happened before an instant (UTC)."""
    end = quote.instant(before)
    return f"""
SELECT max("at") FROM (
  SELECT max(occurred_at) AS "at" FROM events WHERE occurred_at < {end}
  UNION ALL SELECT max(began_at) FROM {quote.name(OUTCOME)}
)"""


def begun(since: datetime, before: datetime) -> str:
    """Return the SELECT of the outcomes that began in a span: outcome_id, lead_id, began_at.

    One row an outcome and lead.
    """
    return f"""
SELECT outcome_id, lead_id, began_at FROM {quote.name(OUTCOME)}
WHERE happened AND began_at >= {quote.instant(since)} AND began_at < {quote.instant(before)}"""


def foreseen(began: str, pick: str, horizons: Sequence[Horizon]) -> str:
    """Return the SELECT of outcomes, each with whether its lead was listed before it.

    Args:
        began: the outcomes, as of ``begun``.
        pick: the lists, as of ``picks``.
        horizons: of each week.

    Returns:
        outcome_id, seen (whether any of its leads was in the panel within the horizon before it),
        listed (whether one was on a list then).
    """
    return f"""
WITH horizon(snapshot, begins, ends) AS (VALUES {horizons_in_values(horizons)})
SELECT o.outcome_id, count(p.lead_id) > 0 AS seen, coalesce(bool_or(p.listed), FALSE) AS listed
FROM {quote.name(began)} o
LEFT JOIN (SELECT * FROM {quote.name(pick)} JOIN horizon USING (snapshot)) p
  ON p.lead_id = o.lead_id AND o.began_at >= p.begins AND o.began_at < p.ends
GROUP BY o.outcome_id"""


def horizons_in_values(horizons: Sequence[Horizon]) -> str:
    """Return the rows of a VALUES: snapshot, begins, ends."""
    return ", ".join(
        f"({quote.day(one.snapshot)}, {quote.instant(one.begins)}, {quote.instant(one.ends)})"
        for one in horizons
    )


def captured(rows: str) -> str:
    """Return the SELECT of how many outcomes there are, were seen, were listed."""
    return f"SELECT count(*), count(*) FILTER (seen), count(*) FILTER (listed)\nFROM ({rows})"


def captured_of_both(base: str, head: str) -> str:
    """Return the SELECT of outcomes that were listed on one side alone: at the base, the head."""
    return f"""
SELECT count(*) FILTER (b.listed AND NOT h.listed), count(*) FILTER (h.listed AND NOT b.listed)
FROM ({base}) b JOIN ({head}) h USING (outcome_id)"""


def handoffs_a_week(weeks: Sequence[Horizon], last: datetime) -> str:
    """Return the SELECT of the median number of leads offered in a week, weeks of none included.

    Args:
        weeks: the weeks; each begins where its date ends.
        last: where the last of them ends (UTC).
    """
    ends = [*(one.begins for one in weeks[1:]), last]
    rows = ", ".join(
        f"({quote.instant(one.begins)}, {quote.instant(end)})"
        for one, end in zip(weeks, ends, strict=True)
    )
    return f"""
SELECT median(offered)
FROM (
  SELECT w.begins, count(h.lead_id) AS offered
  FROM (VALUES {rows}) w(begins, ends)
  LEFT JOIN handoffs h ON h.offered_at >= w.begins AND h.offered_at < w.ends
  GROUP BY w.begins
)"""
