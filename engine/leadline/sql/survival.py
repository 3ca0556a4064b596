"""The SQL of Kaplan-Meier curves: how long it takes to leave, with those still inside.

Of n who stay at least a time t, d leave at t. The share still inside after t is the product of
(1 - d/n) over all times up to t (Kaplan and Meier 1958). Its 95% band is Greenwood's on the scale
log(-log S), which keeps it between 0 and 1 (Kalbfleisch and Prentice 1980):
``exp(-exp(log(-log S) -+ z sqrt(V) / log S))`` with V the sum of ``d / (n (n - d))``.
"""

from __future__ import annotations

from collections.abc import Sequence

from leadline.sql import quote

#: The 97.5% quantile of the normal distribution.
_Z = 1.959963984540054
#: A half that is reached exactly is reached, whatever a product of fractions lost on the way.
_HALF = 0.5 + 1e-12


def survival_curve(times: str, keys: Sequence[str]) -> str:
    """Return the SELECT of a Kaplan-Meier curve for each value of the keys.

    Args:
        times: a relation with the keys, ``days`` (how long somebody was seen inside) and ``ended``
            (whether the time ended by leaving; else it is a censored one).
        keys: its columns that tell curves apart, at least one.

    Returns:
        The keys, days, at_risk (who was inside for at least these days), gone (who left then),
        survival (the share still inside after them), low, high (its 95% band). Where nobody has
        left yet all three are 1, where all have they are 0.
    """
    apart = ", ".join(map(quote.name, keys))
    upwards = f"OVER (PARTITION BY {apart} ORDER BY days ROWS UNBOUNDED PRECEDING)"
    downwards = f"OVER (PARTITION BY {apart} ORDER BY days DESC ROWS UNBOUNDED PRECEDING)"
    return f"""
SELECT {apart}, days, at_risk, gone, survival,
  {_bound("-")} AS low,
  {_bound("+")} AS high
FROM (
  SELECT {apart}, days, at_risk, gone, sum(gone) {upwards} AS gone_so_far,
    product(CASE WHEN gone = at_risk THEN 0 ELSE 1 - gone::DOUBLE / at_risk END) {upwards}
      AS survival,
    sum(CASE WHEN gone = at_risk THEN 0
      ELSE gone / (at_risk::DOUBLE * (at_risk - gone)) END) {upwards} AS variance
  FROM (
    SELECT {apart}, days, gone, CAST(sum(inside) {downwards} AS BIGINT) AS at_risk
    FROM (
      SELECT {apart}, days, count(*) AS inside, count(CASE WHEN ended THEN 1 END) AS gone
      FROM {times} GROUP BY {apart}, days
    )
  )
)"""


def _bound(sign: str) -> str:
    bound = f"exp(-exp(ln(-ln(survival)) {sign} {_Z!r} * sqrt(variance) / ln(survival)))"
    return f"CASE WHEN gone_so_far = 0 THEN 1 WHEN survival = 0 THEN 0 ELSE {bound} END"


def survival_medians(curve: str, keys: Sequence[str]) -> str:
    """Return the SELECT of the median of each curve with its 95% band.

    Args:
        curve: the relation or SELECT in brackets that ``survival_curve`` returns.
        keys: the columns that tell curves apart.

    Returns:
        The keys, median (the first time after which at most half are inside), low, high (the same
        of the lower and the upper bound of the curve; each NULL where it does not come down that
        far), stays (how many the curve is made of) and gone (how many of them left).
    """
    apart = ", ".join(map(quote.name, keys))

    def reached(column: str) -> str:
        return f"min(CASE WHEN {column} <= {_HALF!r} THEN days END)"

    return f"""
SELECT {apart}, {reached("survival")} AS median, {reached("low")} AS low,
  {reached("high")} AS high, max(at_risk) AS stays, CAST(sum(gone) AS BIGINT) AS gone
FROM {curve}
GROUP BY {apart}"""
