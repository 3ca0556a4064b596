"""Score leads by a ruleset, one lead at a time: a second reading of the reference."""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.oracle.accounts import account_ids, combined
from tests.oracle.counting import after_reset
from tests.oracle.exact import billionths, held, reported
from tests.oracle.expression import evaluate
from tests.oracle.leads import Event, Lead, scored_leads
from tests.oracle.ledger import earnings_of, total_of
from tests.oracle.model import Model, Score, read_model
from tests.oracle.records import Tables, moment_of, read_records

Key = tuple[str, str, str]


@dataclass(slots=True)
class Result:
    """What the ruleset says on the date.

    Attributes:
        scores: (lead_id, score, value of `per` or "") to points with four decimals.
        grades: The same key, for scores with grades, to the grade; None below every bound.
        accounts: (account_id, name) to the score and, with `committee`, whether there is one.
        matrix: lead_id to its cell, None where a side has none.
        stage: lead_id to its stage, for stages by score; what it was in before is not known.
    """

    scores: dict[Key, float] = field(default_factory=dict)
    grades: dict[Key, str | None] = field(default_factory=dict)
    accounts: dict[tuple[str, str], tuple[float, bool | None]] = field(default_factory=dict)
    matrix: dict[str, str | None] = field(default_factory=dict)
    stage: dict[str, str] = field(default_factory=dict)


def score(ruleset: str, data: Tables, as_of: date | datetime) -> Result:
    """Return every score, grade, account, matrix cell and stage on the date.

    Args:
        ruleset: The YAML text of a valid ruleset.
        data: Rows by table name; None or an absent column is missing, naive instants are UTC.
        as_of: A date (its end, in the model's timezone) or an instant.
    """
    model = read_model(ruleset)
    records = read_records(data)
    leads = scored_leads(model, records, moment_of(as_of, model.zone))
    result = Result()
    for lead in leads:
        own = scores_of(model, lead)
        for (name, per), value in own.items():
            result.scores[lead.lead_id, name, per] = value
            if model.scores[name].grades:
                result.grades[lead.lead_id, name, per] = grade_of(model.scores[name], value)
        if model.matrix:
            result.matrix[lead.lead_id] = cell_of(model, own)
        if model.stages is not None and model.stages.kind == "score":
            value = own[model.stages.name, ""]
            result.stage[lead.lead_id] = model.stages.reached(value, frozenset())[0]
    for account in model.accounts:
        values = {lead.lead_id: result.scores[lead.lead_id, account.score, ""] for lead in leads}
        for account_id in account_ids(records):
            outcome = combined(account, account_id, leads, values)
            result.accounts[account_id, account.name] = outcome
    return result


def scores_of(model: Model, lead: Lead) -> dict[tuple[str, str], float]:
    """Return the lead's scores by (score, value of `per`), formulas after what they use."""
    own: dict[tuple[str, str], float] = {}
    for name, one in model.scores.items():
        if one.formula is None:
            for per, total in _totals(one, lead).items():
                own[name, per] = reported(total)
    formulas = [one for one in model.scores.values() if one.formula is not None]
    # As many rounds as formulas are enough for the longest chain of them.
    for _ in formulas:
        for one in formulas:
            own[one.name, ""] = reported(_formula(one, lead, own))
    return own


def _totals(one: Score, lead: Lead) -> dict[str, int]:
    events = after_reset(one.reset, lead.events)
    if one.per is None:
        return {"": total_of(one, lead, events, earnings_of(one, events))}
    by_value: dict[str, list[Event]] = {}
    for event in events:
        value = evaluate(one.per, event.scope)
        if value is not None:
            by_value.setdefault(str(value), []).append(event)
    totals = {}
    for value, of_value in by_value.items():
        earnings = earnings_of(one, of_value)
        if any(earned.counted for earned in earnings):
            totals[value] = total_of(one, lead, of_value, earnings)
    return totals


def _formula(one: Score, lead: Lead, own: Mapping[tuple[str, str], float]) -> int:
    if one.formula is None:
        raise ValueError(f"score {one.name!r} has no formula")
    row = {name: value for (name, per), value in own.items() if per == ""}
    tables = {**lead.scope.tables, "score": row}
    value = evaluate(one.formula, dataclasses.replace(lead.scope, tables=tables))
    usable = isinstance(value, float) and math.isfinite(value)
    total = billionths(value) if usable and isinstance(value, float) else 0
    return held(total, one.range.least, one.range.most)


def grade_of(one: Score, value: float) -> str | None:
    """Return the grade that a reported score reaches, None below every bound."""
    return next((grade for grade, bound in one.grades if value >= bound), None)


def cell_of(model: Model, own: Mapping[tuple[str, str], float]) -> str | None:
    """Return the lead's cell of the matrix, None where a side has none."""
    cell = ""
    for name, labels in model.matrix:
        value = own[name, ""]
        grade = grade_of(model.scores[name], value)
        reached = (
            label
            for label, bound in labels
            if (label == grade if bound is None else value >= bound)
        )
        label = next(reached, None)
        if label is None:
            return None
        cell += label
    return cell
