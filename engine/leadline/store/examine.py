"""A first look at rows: what form each column gets, and whether any row needs a second look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from leadline.engine.duckdb import Database
from leadline.errors import EngineError, SourceError, UsageError
from leadline.expression.catalog import Type
from leadline.store.convert import is_blank
from leadline.store.fit import Fit, prepared, row_fault
from leadline.store.forms import Form, form_of, widest
from leadline.store.incoming import Incoming
from leadline.store.infer import concluded, likely_forms, questions_of
from leadline.store.matching import Matched
from leadline.store.shape import Shape
from leadline.store.tables import TableSpec


@dataclass(frozen=True, slots=True)
class Examined:
    """What the rows are like.

    Args:
        fits: how each column is read.
        wanted: the form that each column needs in the store; None where no value tells it.
        rows: how many rows there are.
        faults: how many of them are rejected by a value of their own.
        unique: every row has a key, and no two the same.
        keyless: how many rows have no key.
    """

    fits: tuple[Fit, ...]
    wanted: dict[str, Form | None]
    rows: int
    faults: int
    unique: bool
    keyless: int


def examine(
    database: Database,
    incoming: Incoming,
    columns: Sequence[Matched],
    shape: Shape,
    declared: Mapping[str, Type],
) -> Examined:
    """Look at all rows once.

    Args:
        database: where the rows can be read.
        incoming: the rows.
        columns: their columns under the names of the store.
        shape: the table that they are for.
        declared: the types that configuration gives to columns.

    Raises:
        UsageError: a type is declared for a column that always has another.
        SourceError: the rows cannot be read.
    """
    fits = tuple(_first_fit(index, column, shape, declared) for index, column in enumerate(columns))
    open_fits = tuple(fit for fit in fits if not fit.fixed)
    untold = tuple(fit for fit in open_fits if not fit.cell.typed and _may_change(shape, fit.name))
    relation = prepared(incoming, fits, untold)
    try:
        likely = likely_forms(database, relation, untold)
        questions = {"rows": "count(*)", "faults": f"count({row_fault(shape.spec, fits)})"}
        questions |= _key_questions(shape.spec, fits)
        questions |= {f"{fit.index} any": f"count({fit.given})" for fit in open_fits}
        for fit in untold:
            questions |= questions_of(fit, likely[fit.index])
        [row] = database.rows(f"SELECT {', '.join(questions.values())} FROM {relation}")
    except EngineError as error:
        raise SourceError(f"{incoming.origin} cannot be read: {error.message}") from error
    answers: dict[str, int] = dict(zip(questions, row, strict=True))
    settled = []
    wanted: dict[str, Form | None] = {}
    for fit in fits:
        wanted[fit.name] = fit.form if fit.fixed else _form_needed(fit, shape, likely, answers)
        settled.append(replace(fit, form=wanted[fit.name] or Form.TEXT))
    rows = answers["rows"]
    return Examined(
        tuple(settled),
        wanted,
        rows,
        faults=answers["faults"],
        unique=answers.get("different keys") == rows,
        keyless=rows - answers.get("keys", 0),
    )


def _first_fit(index: int, column: Matched, shape: Shape, declared: Mapping[str, Type]) -> Fit:
    """Return how a column is read as far as its values have no say in it."""
    spec = shape.spec.column(column.name)
    stored = shape.column(column.name)
    known = shape.spec.known_type(column.name)
    said = declared.get(column.name.casefold())
    if known is not None and said not in (None, known):
        raise UsageError(
            f"`types` says that {shape.spec.name}.{column.name} is a {said}, "
            f"but it always is a {known}",
            hint="leave it out of `types`",
        )
    told = known or said
    if told is not None:
        form = form_of(told)
    elif stored is not None and stored.declared:
        form = stored.kept
    else:
        return Fit(index, column.name, column.cell, column.cell.form)
    required = spec is not None and spec.required
    allowed = spec.allowed if spec is not None else ()
    return Fit(index, column.name, column.cell, form, True, required, allowed)


def _may_change(shape: Shape, name: str) -> bool:
    """Say whether values can still tell the form of a column: nothing is wider than a text."""
    stored = shape.column(name)
    return stored is None or stored.form is not Form.TEXT


def _form_needed(
    fit: Fit, shape: Shape, likely: Mapping[int, Sequence[Form]], answers: Mapping[str, int]
) -> Form | None:
    """Return the form that holds both what arrives and what the store has."""
    stored = shape.column(fit.name)
    arriving: Form | None = fit.cell.form if answers[f"{fit.index} any"] else None
    if fit.index in likely and arriving is not None:
        arriving = concluded(fit, likely[fit.index], answers)
        if arriving is None:
            # Nothing but blanks: values of a text column, missing in any other.
            arriving = Form.TEXT if stored is None or stored.form is None else stored.form
    return widest(stored.form if stored else None, arriving)


def _key_questions(spec: TableSpec, fits: Sequence[Fit]) -> dict[str, str]:
    """Return the aggregates that count the keys, and the different ones among them.

    Hashes are counted: as many of them as rows means that no two keys are the same.
    """
    key = next((fit for fit in fits if fit.name in spec.key), None)
    if key is None:
        return {}
    blank = f" AND NOT {is_blank(key.given)}" if key.cell.form is Form.TEXT else ""
    hashed = f"CASE WHEN {key.given} IS NOT NULL{blank} THEN hash({key.given}) END"
    return {"keys": f"count({hashed})", "different keys": f"count(DISTINCT {hashed})"}
