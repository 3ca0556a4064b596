"""Texts that a ruleset compares with and no row has, and columns that it reads in vain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from leadline.checking.codes import EMPTY_COLUMN, UNKNOWN_VALUE
from leadline.checking.event_types import expressions
from leadline.checking.rewriting import rewritten
from leadline.diagnostic import Diagnostic, Edit, Fix
from leadline.document import Document
from leadline.engine.duckdb import Database
from leadline.expression import nodes as n
from leadline.expression.catalog import Catalog, Type
from leadline.expression.unparse import unparse
from leadline.plan.needs import fields_of
from leadline.ruleset.model import Ruleset, SetTags
from leadline.sql import occurrence
from leadline.sql.expression import Writer, column

#: Without a near value, a text is told of only where the column has few values and many rows: else
#: it may well be one that the data just do not have yet.
_FEW_VALUES, _MANY_ROWS = 50, 100
_ROWS = {
    "event": ("event", "events"),
    "asset": ("asset", "assets"),
    "lead": ("lead", "leads"),
    "account": ("account", "accounts"),
    "tag": ("lead", "lead_tags"),
}

Test = Literal["is", "has", "starts with", "ends with"]
#: What of a value is compared by each test.
_PARTS: dict[Test, str] = {
    "is": "{value}",
    "has": "{value}",
    "starts with": "left({value}, {length})",
    "ends with": "right({value}, {length})",
}


@dataclass(frozen=True, slots=True)
class _Compared:
    """A text and what it is compared with.

    ``negated`` says that rows without it are meant; ``beside`` are the other texts of its list.
    """

    text: n.Text
    operand: n.Node
    test: Test
    scope: str
    negated: bool
    beside: tuple[n.Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of the data: the store's, what it has, and what writes expressions over it."""

    database: Database
    catalog: Catalog
    writer: Writer


def unknown_values(ruleset: Ruleset, document: Document, columns: Columns) -> Iterator[Diagnostic]:
    """Yield a note for each column without a value, a warning for each text that no row has.

    Each column is folded to its different values once, and those are looked through.
    """
    nodes = tuple(expressions(ruleset))
    set_tags = _set_tags(ruleset)
    compared = tuple(
        dict.fromkeys(
            one
            for node in nodes
            for one in _compared(node, negated=False)
            if (_tag(one), one.text.value) not in set_tags
        )
    )
    for scope in _ROWS:
        fields = fields_of(nodes, (scope,))
        of_scope = [one for one in compared if one.scope == scope]
        if fields:
            yield from _of_scope(scope, fields, of_scope, document, columns, set_tags)


def _of_scope(
    scope: str,
    fields: Sequence[n.Field],
    compared: Sequence[_Compared],
    document: Document,
    columns: Columns,
    set_tags: frozenset[tuple[str, str]],
) -> Iterator[Diagnostic]:
    rows = occurrence.stored_values(scope, fields, columns.catalog.history_fields)
    [counts] = columns.database.rows(occurrence.filled(rows, [column(one) for one in fields]))
    empty = {field for field, times in zip(fields, counts, strict=True) if not times}
    for field in fields:
        if field in empty and field.column.casefold() not in {tag for tag, _ in set_tags}:
            yield _empty_column(field, columns.catalog)
    by_operand: dict[tuple[str, Test], list[_Compared]] = defaultdict(list)
    for one in compared:
        if not empty.intersection(n.fields(one.operand)):
            by_operand[unparse(one.operand), one.test].append(one)
    for alike in by_operand.values():
        yield from _missing(alike, rows, document, columns)


def _compared(node: n.Node, *, negated: bool) -> Iterator[_Compared]:
    """Yield every text that an expression compares stored values with."""
    match node:
        case n.Not(operand):
            yield from _compared(operand, negated=not negated)
        case n.Compare("=" | "!=" as operator, left, right):
            turned = negated != (operator == "!=")
            yield from _pair(left, right, "is", negated=turned)
            yield from _pair(right, left, "is", negated=turned)
        case n.In(operand, items):
            for item in items:
                for one in _pair(operand, item, "is", negated=negated):
                    yield replace(one, beside=tuple(other for other in items if other is not item))
        case n.Has(operand, member):
            yield from _pair(operand, member, "has", negated=negated)
        case n.Tested("starts with" | "ends with" as test, operand, text):
            yield from _pair(operand, text, test, negated=negated)
        case _:
            for child in n.children(node):
                yield from _compared(child, negated=negated)


def _pair(operand: n.Node, text: n.Node, test: Test, *, negated: bool) -> Iterator[_Compared]:
    scopes = {field.scope for field in n.fields(operand)}
    plain = all(isinstance(part, n.Field | n.Call | n.Text) for part in n.walk(operand))
    if isinstance(text, n.Text) and plain and len(scopes) == 1 and scopes <= set(_ROWS):
        yield _Compared(text, operand, test, scopes.pop(), negated)


def _set_tags(ruleset: Ruleset) -> frozenset[tuple[str, str]]:
    """Return the tags that automations set, with their values: data that are still to come."""
    return frozenset(
        (tag.casefold(), value)
        for automation in ruleset.automations
        for action in automation.actions
        if isinstance(action, SetTags)
        for tag, value in action.tags
    )


def _tag(one: _Compared) -> str:
    [field, *_] = n.fields(one.operand)
    return field.column.casefold() if one.scope == "tag" else ""


def _empty_column(field: n.Field, catalog: Catalog) -> Diagnostic:
    row, table = _ROWS[field.scope]
    has_rows = catalog.has_rows(table)
    message = f"no {row} has a value of `{unparse(field)}`"
    hint = "what is compared with it is false, until a source gives it: see its `mapping:`"
    if not has_rows:
        hint = f"the data have no rows of {table}: no source gives any"
    return Diagnostic(EMPTY_COLUMN, message, field.place, hint)


def _missing(
    alike: Sequence[_Compared], rows: str, document: Document, columns: Columns
) -> Iterator[Diagnostic]:
    """Say which texts an operand never is, with the values nearest to each."""
    first, database = alike[0], columns.database
    value = columns.writer.value(first.operand)
    if first.test == "has":
        is_list = isinstance(first.operand, n.Field) and first.operand.type is Type.LIST
        value = occurrence.members_of(value, is_list=is_list)
    database.execute(occurrence.keep_occurring(rows, value))
    part = _PARTS[first.test]
    texts = list(dict.fromkeys(one.text.value for one in alike))
    lacking = [text for (text,) in database.rows(occurrence.lacking(part, texts))]
    if not lacking:
        return
    frequent = database.rows(occurrence.most_frequent())
    near: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for text, found, times in database.rows(occurrence.nearest_occurring(part, lacking)):
        near[text].append((found, times))
    telling = first.test in ("is", "has") and bool(frequent)
    telling = telling and frequent[0][2] <= _FEW_VALUES and frequent[0][3] >= _MANY_ROWS
    for one in alike:
        if one.text.value not in lacking:
            continue
        close = near[one.text.value]
        others = [text.value for text in one.beside if isinstance(text, n.Text)]
        alone = set(others) <= set(lacking)  # of a list, nothing is there
        if close or (telling and alone and not one.negated):
            yield _unknown(one, close, frequent, document)


def _unknown(
    one: _Compared,
    close: Sequence[tuple[str, int]],
    frequent: Sequence[tuple[str, int, int, int]],
    document: Document,
) -> Diagnostic:
    row, _ = _ROWS[one.scope]
    text = one.text.value
    field = unparse(one.operand)
    verb = {"is": "has", "has": "has", "starts with": "begins with", "ends with": "ends with"}
    message = f"no {row} {verb[one.test]} the text `{text}` in `{field}`"
    if one.test in ("starts with", "ends with"):
        message = f"no {row} has a `{field}` that {verb[one.test]} `{text}`"
    fix = None
    if close:
        named = " or ".join(f"`{found}` ({_times(times, row)})" for found, times in close)
        hint = f"did you mean {named}?"
        source = rewritten(document, one.text.place, text, close[0][0])
        beside = any(isinstance(o, n.Text) and o.value == close[0][0] for o in one.beside)
        if len(close) == 1 and source is not None and not beside:
            fix = Fix(f"write `{close[0][0]}`", (Edit(one.text.place, source),), safe=False)
    else:
        shown = ", ".join(f"`{found}` ({times:,})" for found, times, *_ in frequent)
        more = frequent[0][2] - len(frequent)
        hint = f"what it has: {shown}" + (f" and {more} more" if more else "")
    return Diagnostic(UNKNOWN_VALUE, message, one.text.place, hint, fix=fix)


def _times(number: int, row: str) -> str:
    return f"{number:,} {row}{'s' * (number != 1)}"
