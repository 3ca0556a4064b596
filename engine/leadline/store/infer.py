"""What form the values of an undeclared text column have: all of them have to fit it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leadline.engine.duckdb import Database
from leadline.store.convert import fits
from leadline.store.fit import Fit
from leadline.store.forms import Form

#: A value fits the forms of one family at most; in a family the narrowest comes first.
_FAMILIES = (
    (Form.WHOLE, Form.NUMBER),
    (Form.TRUTH,),
    (Form.DATE, Form.INSTANT),
)
_SAMPLE_ROWS = 2000


def likely_forms(
    database: Database, relation: str, columns: Sequence[Fit]
) -> dict[int, tuple[Form, ...]]:
    """Return the forms that each column may have, narrowest first, judged by a few rows.

    Which rows they are does not matter: a form is left out only where a value does not fit it,
    and what is left is judged by all rows later.
    """
    if not columns:
        return {}
    questions = [
        f"coalesce(bool_and({column.text} IS NULL OR {fits(form, column.text)}), true)"
        for column in columns
        for family in _FAMILIES
        for form in family[-1:]
    ]
    sample = f"(SELECT * FROM {relation} LIMIT {_SAMPLE_ROWS})"
    [answers] = database.rows(f"SELECT {', '.join(questions)} FROM {sample}")
    found: dict[int, tuple[Form, ...]] = {}
    position = 0
    for column in columns:
        judged = answers[position : position + len(_FAMILIES)]
        position += len(_FAMILIES)
        found[column.index] = tuple(
            form for family, good in zip(_FAMILIES, judged, strict=True) if good for form in family
        )
    return found


def questions_of(column: Fit, forms: Sequence[Form]) -> dict[str, str]:
    """Return the aggregates that judge a column: the rows with a value, and those that fit."""
    asked = {f"{column.index} present": f"count({column.text})"}
    for form in forms:
        asked[f"{column.index} {form.name}"] = f"count_if({fits(form, column.text)})"
    return asked


def concluded(column: Fit, forms: Sequence[Form], answers: Mapping[str, int]) -> Form | None:
    """Return the narrowest form that all values fit; None where there is no value."""
    present = answers[f"{column.index} present"]
    if present == 0:
        return None
    fitting = (form for form in forms if answers[f"{column.index} {form.name}"] == present)
    return next(fitting, Form.TEXT)
