"""The SQL of suggested points: the sums that a logistic regression is fitted from.

Each iteration reads the rows once and returns a few sums; nothing per lead leaves the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from leadline.sql import quote
from leadline.sql.relations import listed, total

ROWS = "suggestion row"
GROUPS = "suggestion group"

#: How many parts the leads are dealt into for cross-validation.
FOLDS = 5
#: One lead in so many is held out where the past is too short to be split by time.
HELD_OUT = 5
#: Beyond this, exp() leaves the range of a DOUBLE; a probability of exp(-60) is 0 in any case.
_STEEPEST = 60


def x(number: int) -> str:
    """Return the column of a feature."""
    return f"x{number}"


def kept_rows(
    panel: str, columns: Sequence[tuple[str, float]], accounts: str | None, taken: str = "TRUE"
) -> str:
    """Return the statement that keeps the rows to fit: those whose outcome is known.

    Args:
        panel: the relation of the panel.
        columns: of each feature the column of the panel and what it is divided by.
        accounts: a relation of leads with their accounts (lead_id, account_id) where an outcome is
            of all leads of an account, which then stand or fall together; else None.
        taken: the condition of the rows that are wanted, over snapshot and unit.

    Returns:
        Rows of snapshot, lead_id, unit (what stands for itself: the lead, or its account), fold,
        value, y (1 where it happened), x0, x1, ...
    """
    unit = "p.lead_id" if accounts is None else "coalesce(a.account_id, p.lead_id)"
    join = "" if accounts is None else f"\nLEFT JOIN {quote.name(accounts)} a USING (lead_id)"
    features = [
        f"p.{quote.name(column)} / {quote.number(unit_)} AS {x(number)}"
        for number, (column, unit_) in enumerate(columns)
    ]
    known = ["p.snapshot", "p.lead_id", f"{unit} AS unit", "p.value"]
    rows = f"""
  SELECT {listed([*known, "CAST(p.happened AS INTEGER) AS y", *features], 4)}
  FROM {quote.name(panel)} p{join}
  WHERE p.happened IS NOT NULL"""
    return f"""
CREATE OR REPLACE TEMP TABLE {quote.name(ROWS)} AS
SELECT *, CAST(md5_number(unit) % {FOLDS} AS INTEGER) AS fold
FROM ({rows}
)
WHERE {taken}"""


def are_deals_of_accounts(until: datetime) -> str:
    """Return the SELECT of whether most opportunities until an instant (UTC) name no lead."""
    return f"""
SELECT coalesce(avg(CAST(lead_id IS NULL AS INTEGER)) > 0.5, FALSE)
FROM opportunities WHERE created_at < {quote.instant(until)}"""


def held_out_unit() -> str:
    """Return the condition of one lead (or account) in so many, by a hash of its own."""
    return f"md5_number(concat('held out ', unit)) % {HELD_OUT} = 0"


def fitted_unit() -> str:
    """Return the condition of the other leads (or accounts)."""
    return f"NOT ({held_out_unit()})"


def in_fold(fold: int) -> str:
    """Return the condition of a fold."""
    return f"fold = {fold}"


def in_other_folds(fold: int) -> str:
    """Return the condition of all folds but one."""
    return f"fold <> {fold}"


def until_date(last: date) -> str:
    """Return the condition of the rows up to a date."""
    return f"snapshot <= {quote.day(last)}"


def from_date(first: date) -> str:
    """Return the condition of the rows from a date on."""
    return f"snapshot >= {quote.day(first)}"


def kept_scores(name: str) -> str:
    """Return the statement that keeps rows as a panel: with today's score and the outcome.

    Where leads of an account stand or fall together, the first of them is taken.
    """
    return f"""
CREATE OR REPLACE TEMP TABLE {quote.name(name)} AS
SELECT snapshot, lead_id, value, y, y = 1 AS happened FROM {quote.name(ROWS)}
QUALIFY row_number() OVER (PARTITION BY snapshot, unit ORDER BY lead_id) = 1"""


def kept_groups(features: int) -> str:
    """Return the statement that keeps equal rows once: fold, x0, ..., n rows, y of them happened.

    Args:
        features: how many there are.
    """
    columns = ["fold", *map(x, range(features))]
    return f"""
CREATE OR REPLACE TEMP TABLE {quote.name(GROUPS)} AS
SELECT {", ".join(columns)}, CAST(count(*) AS DOUBLE) AS n, CAST(sum(y) AS DOUBLE) AS y
FROM {quote.name(ROWS)}
GROUP BY ALL
ORDER BY ALL"""


def sums(columns: Sequence[str], weights: Sequence[float], where: str) -> str:
    """Return the SELECT of what Newton's method needs of the rows.

    Args:
        columns: the features, as SQL over the groups.
        weights: the intercept and the weight of each feature.
        where: which groups.

    Returns:
        One row: the log-likelihood, its gradient, and the upper triangle of the information
        (minus its second derivatives) row by row; the intercept stands first in both.
    """
    terms = ["1.0", *(f"c{number}" for number in range(len(columns)))]
    slopes = [f"sum({term} * rest)" for term in terms]
    curves = [
        f"sum({terms[i]} * {terms[j]} * spread)"
        for i in range(len(terms))
        for j in range(i, len(terms))
    ]
    return f"""
SELECT sum(likelihood), {", ".join([*slopes, *curves])}
FROM {_predicted(columns, weights, where)}"""


def likelihood(columns: Sequence[str], weights: Sequence[float], where: str) -> str:
    """Return the SELECT of the log-likelihood of some rows, and of their number."""
    return f"SELECT sum(likelihood), sum(n) FROM {_predicted(columns, weights, where)}"


def _predicted(columns: Sequence[str], weights: Sequence[float], where: str) -> str:
    """Return the rows with what a model says of each.

    ln(1 + exp(eta)) is written so that no exponent is above 0.
    """
    named = [f"{column} AS c{number}" for number, column in enumerate(columns)]
    eta = total(
        [quote.number(weights[0])]
        + [f"{quote.number(weight)} * c{number}" for number, weight in enumerate(weights[1:])]
    )
    return f"""(
  SELECT *, y * eta - n * (greatest(eta, 0.0) + ln(1.0 + exp(-abs(eta)))) AS likelihood,
    y - n * chance AS rest, n * chance * (1.0 - chance) AS spread
  FROM (
    SELECT *, 1.0 / (1.0 + exp(-eta)) AS chance
    FROM (
      SELECT *, greatest(-{_STEEPEST}.0, least({_STEEPEST}.0, {eta})) AS eta
      FROM (SELECT {", ".join(["fold", "n", "y", *named])} FROM {quote.name(GROUPS)} WHERE {where})
    )
  )
)"""


def scores_by_unit(columns: Sequence[str], weights: Sequence[float]) -> str:
    """Return the SELECT of the middle of the sandwich: the products of each unit's gradient.

    Args:
        columns: the features, as SQL over the rows.
        weights: the intercept and the weight of each feature.

    Returns:
        One row: the number of units, then the upper triangle row by row, the intercept first.
    """
    terms = ["1.0", *columns]
    eta = total(
        [f"{quote.number(weight)} * {term}" for weight, term in zip(weights, terms, strict=True)]
    )
    slopes = [f"sum({term} * rest) AS g{number}" for number, term in enumerate(terms)]
    products = [f"sum(g{i} * g{j})" for i in range(len(terms)) for j in range(i, len(terms))]
    return f"""
SELECT count(*), {", ".join(products)}
FROM (
  SELECT unit, {", ".join(slopes)}
  FROM (
    SELECT *, y - 1.0 / (1.0 + exp(-greatest(-{_STEEPEST}.0, least({_STEEPEST}.0, {eta})))) AS rest
    FROM {quote.name(ROWS)}
  )
  GROUP BY unit
)"""


def row_counts(relation: str = ROWS) -> str:
    """Return the SELECT of: rows, rows that happened, leads with an outcome, leads without."""
    return f"""
SELECT count(*), count(*) FILTER (y = 1), count(DISTINCT lead_id) FILTER (y = 1),
  count(DISTINCT lead_id) - count(DISTINCT lead_id) FILTER (y = 1)
FROM {quote.name(relation)}"""


def spreads(columns: Sequence[str]) -> str:
    """Return the SELECT of the variance of each feature over the rows."""
    parts = ", ".join(f"coalesce(var_pop({column}), 0)" for column in columns)
    return f"SELECT {parts} FROM {quote.name(ROWS)}"


def sizes(features: int) -> str:
    """Return the SELECT of, of each feature, whether it varies, and its usual size.

    The usual size is the root of the mean square where it is not 0.
    """
    parts = []
    for number in range(features):
        column = x(number)
        parts.append(f"coalesce(max({column}) > min({column}), FALSE)")
        parts.append(f"coalesce(sqrt(avg({column} * {column}) FILTER ({column} <> 0)), 0)")
    return f"SELECT {', '.join(parts)} FROM {quote.name(ROWS)}"


def scaled(column: str, size: float) -> str:
    """Return a feature in multiples of a size."""
    return f"({column} / {quote.number(size)})"


def lead_counts(features: int) -> str:
    """Return the SELECT of, of each feature, the leads that have it and those with an outcome.

    A lead has an outcome where one happened after a date on which it had the feature.
    """
    columns = []
    for number in range(features):
        has = f"{x(number)} <> 0"
        columns.append(f"count(DISTINCT CASE WHEN {has} THEN lead_id END)")
        columns.append(f"count(DISTINCT CASE WHEN {has} AND y = 1 THEN lead_id END)")
    return f"SELECT {', '.join(columns)} FROM {quote.name(ROWS)}"


def correlations(pairs: Sequence[tuple[int, int]]) -> str:
    """Return the SELECT of how each pair of features goes together, -1 to 1."""
    columns = ", ".join(f"corr({x(i)}, {x(j)})" for i, j in pairs)
    return f"SELECT {columns} FROM {quote.name(ROWS)}"


def reached(columns: Sequence[str], weights: Sequence[float], bound: float) -> str:
    """Return the SELECT of how many rows reach a total with some points."""
    total_ = weighted(columns, weights)
    # Sums of decimals that should be the bound may be a hair below it.
    least = quote.number(bound - 1e-6)
    return f"SELECT count(*) FROM {quote.name(ROWS)} WHERE {total_} >= {least}"


def given(columns: Sequence[str], weights: Sequence[float]) -> str:
    """Return the SELECT of all points that are given and taken, whatever their sign."""
    each = [
        f"abs({quote.number(weight)} * {column})"
        for column, weight in zip(columns, weights, strict=True)
    ]
    return f"SELECT sum({total(each)}) FROM {quote.name(ROWS)}"


def weighted(columns: Sequence[str], weights: Sequence[float]) -> str:
    """Return the sum of features, each times its weight."""
    return total(
        [
            f"{quote.number(weight)} * {column}"
            for column, weight in zip(columns, weights, strict=True)
        ]
    )


def ready_now(score: str, bound: float) -> str:
    """Return the SELECT of how many leads reach a score in the evaluation just made."""
    column = quote.name(f"score.{score}")
    return f"SELECT count(*) FROM reported WHERE {column} >= {quote.number(bound)}"
