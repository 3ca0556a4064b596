"""The SQL of results: scores side by side and below each other, accounts, what was unusable."""

from __future__ import annotations

from leadline.expression.nodes import Field
from leadline.plan.steps import (
    AccountContributions,
    AccountRows,
    AllScores,
    Reported,
    Unusable,
)
from leadline.ruleset.model import AccountScore, Axis, FormulaScore, Stages
from leadline.sql import quote
from leadline.sql.expression import Writer, column
from leadline.sql.relations import capped, in_points, listed, usable


def reported(step: Reported, writer: Writer) -> str:
    """Put the scores with one value side by side, then formulas, grades, matrix and stage."""
    columns = ["l.*"]
    joins = ""
    for number, (name, relation) in enumerate(step.scores):
        columns.append(f"s{number}.value AS {quote.name(f'score.{name}')}")
        joins += f"\nJOIN {quote.name(relation)} s{number} ON s{number}.lead_id = l.lead_id"
    rows = f"\nSELECT\n  {listed(columns)}\nFROM {quote.name(step.leads)} l{joins}"
    grades = dict(step.grades)
    for name, _ in step.scores:
        rows = graded(rows, name, grades)
    for formula in step.formulas:
        value = f"{formula_value(formula, writer)} AS {quote.name(f'score.{formula.name}')}"
        rows = f"\nSELECT *, {value}\nFROM ({rows}\n)"
        rows = graded(rows, formula.name, grades)
    extra: list[str] = []
    if step.matrix is not None:
        extra.append(f"{matrix_cell(step.matrix)} AS matrix")
    if step.stages is not None and step.stages.by_date:
        extra.append(f"{_stage(step.stages)} AS stage")
    return f"\nSELECT *, {', '.join(extra)}\nFROM ({rows}\n)" if extra else rows


def graded(rows: str, name: str, grades: dict[str, tuple[tuple[str, float], ...]]) -> str:
    """Add the grade of a score to rows that have the score."""
    if name not in grades:
        return rows
    letter = _letter(f"score.{name}", grades[name])
    return f"\nSELECT *, {letter} AS {quote.name(f'grade.{name}')}\nFROM ({rows}\n)"


def _letter(score: str, bounds: tuple[tuple[str, float], ...]) -> str:
    value = quote.name(score)
    cases = [
        f"WHEN {value} >= {quote.number(bound)} THEN {quote.text(letter)}"
        for letter, bound in bounds
    ]
    return f"CASE {' '.join(cases)} END"


def formula_value(formula: FormulaScore, writer: Writer) -> str:
    """Return a formula's value; one that is missing or not finite is 0 (see ``unusable``)."""
    points = f"coalesce({usable(writer.value(formula.formula))}, 0)"
    if formula.range is not None:
        points = capped(points, formula.range.low, formula.range.high)
    return in_points(points)


def matrix_cell(matrix: tuple[Axis, Axis]) -> str:
    """Return the cell of a matrix from the scores of both sides."""
    cells = [_letter(f"score.{axis.score}", axis.cells) for axis in matrix]
    return f"{cells[0]} || {cells[1]}"


def _stage(stages: Stages) -> str:
    """Return the highest step that the score reaches; below every bound the first."""
    value = quote.name(f"score.{stages.source.name}")
    cases = [
        f"WHEN {value} >= {quote.number(step.at)} THEN {quote.text(step.name)}"
        for step in reversed(stages.steps[1:])
        if step.at is not None
    ]
    first = quote.text(stages.steps[0].name)
    return f"CASE {' '.join(cases)} ELSE {first} END" if cases else first


def all_scores(step: AllScores) -> str:
    """Put every score of every lead below the other."""
    parts = []
    for name in step.single:
        grade = quote.name(f"grade.{name}") if name in step.graded else "NULL::VARCHAR"
        parts.append(
            f"\nSELECT lead_id, {quote.text(name)} AS score, '' AS \"per\", "
            f"{quote.name(f'score.{name}')} AS value, {grade} AS grade"
            f"\nFROM {quote.name(step.reported)}"
        )
    for name, relation, grades in step.keyed:
        grade = _letter("value", grades) if grades else "NULL::VARCHAR"
        parts.append(
            f'\nSELECT lead_id, {quote.text(name)} AS score, "per", value, {grade} AS grade'
            f"\nFROM {quote.name(relation)}"
        )
    if not parts:
        parts.append(
            "\nSELECT '' AS lead_id, '' AS score, '' AS \"per\", 0.0 AS value, "
            "'' AS grade WHERE FALSE"
        )
    return "\nUNION ALL".join(parts)


def account_contributions(step: AccountContributions, writer: Writer) -> str:
    """Return what each lead adds to its account: its score times its weight."""
    account = step.account
    score = quote.name(f"score.{account.of}")
    weight = lead_weight(account, writer)
    conditions = ["account_id IS NOT NULL"]
    if account.only is not None:
        conditions.append(f"({writer.condition(account.only)})")
    return f"""
SELECT lead_id, account_id, {score} AS value,
  CAST(round({score} * {weight} * 1e9) AS BIGINT) AS points
FROM {quote.name(step.reported)}
WHERE {" AND ".join(conditions)}"""


def lead_weight(account: AccountScore, writer: Writer) -> str:
    """Return what a lead's score is multiplied by in the account's."""
    if account.weight is None:
        return "1::DOUBLE"
    field = writer.value(account.weight.field)
    text = f"CAST({_raw(account.weight.field, field)} AS VARCHAR)"
    cases = [
        f"WHEN {quote.text(value)} THEN {quote.number(w)}" for value, w in account.weight.values
    ]
    other = quote.number(account.weight.other)
    return f"CASE {text} {' '.join(cases)} ELSE {other} END" if cases else other


def _raw(node: object, written: str) -> str:
    """Return a field as it stands in the data, so that a number 3 reads ``3``."""
    return quote.name(column(node)) if isinstance(node, Field) else written


def combination(account: AccountScore, source: str, grouped: str) -> tuple[str, str]:
    """Return how contributions become one number, and the rows to do it over.

    Args:
        account: the account score.
        source: rows with lead_id, value and points.
        grouped: the columns that tell one number from another.
    """
    every = f"SELECT * FROM {source}"
    match account.combine.how:
        case "sum":
            return "sum(points)", every
        case "max":
            return "max(points)", every
        case "average":
            counted = "" if account.include_zero else " WHERE value <> 0"
            return "CAST(round(sum(points)::DOUBLE / count(*)) AS BIGINT)", every + counted
        case _:
            return "sum(points)", (
                f"SELECT * FROM {source} QUALIFY row_number() OVER "
                f"(PARTITION BY {grouped} ORDER BY points DESC, lead_id) "
                f"<= {account.combine.count}"
            )


def account_rows(step: AccountRows) -> str:
    """Combine the contributions of each account's leads."""
    account = step.account
    source = quote.name(step.contributions)
    combined, rows = combination(account, source, "account_id")
    committee = "NULL::BOOLEAN"
    if account.committee is not None:
        at = quote.number(account.committee.at)
        committee = f"coalesce(m.reaching, 0) >= {account.committee.leads}"
        reaching = f"count(CASE WHEN value >= {at} THEN 1 END)"
    else:
        reaching = "0"
    return f"""
WITH every_account AS (
  SELECT account_id FROM accounts WHERE account_id IS NOT NULL
  UNION
  SELECT account_id FROM leads WHERE account_id IS NOT NULL
  UNION
  SELECT account_id FROM {quote.name(step.leads)} WHERE account_id IS NOT NULL
), members AS (
  SELECT account_id, count(*) AS leads, {reaching} AS reaching FROM {source} GROUP BY account_id
), combined AS (
  SELECT account_id, {combined} AS points FROM ({rows}) GROUP BY account_id
)
SELECT a.account_id, {in_points("coalesce(c.points, 0)")} AS value,
  {committee} AS committee, coalesce(m.leads, 0) AS leads
FROM every_account a
LEFT JOIN members m ON m.account_id = a.account_id
LEFT JOIN combined c ON c.account_id = a.account_id"""


def unusable(step: Unusable, writer: Writer) -> str:
    """Count the points that came out missing, NaN, infinite or beyond a million, by rule."""
    parts = [
        f"\nSELECT {quote.text(rule)} AS rule, count(*) AS times FROM {quote.name(relation)}"
        " WHERE points IS NULL"
        for rule, relation in step.matches
    ]
    for score, rule, when, points in step.facts:
        parts.append(
            f"\nSELECT {quote.text(f'{score}.{rule}')} AS rule, count(*) AS times"
            f"\nFROM {quote.name(step.leads)}"
            f"\nWHERE ({writer.condition(when)}) AND {usable(writer.value(points))} IS NULL"
        )
    for formula in step.formulas:
        parts.append(
            f"\nSELECT {quote.text(formula.name)} AS rule, count(*) AS times"
            f"\nFROM {quote.name(step.reported)}"
            f"\nWHERE {usable(writer.value(formula.formula))} IS NULL"
        )
    if not parts:
        return "\nSELECT '' AS rule, 0 AS times WHERE FALSE"
    return f"\nSELECT * FROM ({' UNION ALL'.join(parts)}\n) WHERE times > 0"
