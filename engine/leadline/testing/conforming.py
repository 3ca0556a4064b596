"""What the tests of the conformance kit look at: items, schemas, stores, messages, examples."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from leadline.engine.duckdb import Database
from leadline.errors import LeadlineError, PluginError, UsageError
from leadline.expression.functions import function_table
from leadline.expression.scope import Scope
from leadline.expression.typed import typed_condition
from leadline.pipeline import function_of
from leadline.plugin import (
    DataFile,
    FunctionKind,
    Item,
    Message,
    Note,
    Plugins,
    Records,
    Reject,
    checked_settings,
)
from leadline.plugin.settings import Described
from leadline.sql import quote
from leadline.sql.expression import Writer
from leadline.store import Store
from leadline.store.tables import TABLE_NAMES

#: A batch of rows in memory is bounded, so that a source of any size needs little.
MOST_RECORDS = 10_000

#: Each table with its columns, their types and its rows.
Dump = dict[str, tuple[tuple[tuple[str, str], ...], list[tuple[object, ...]]]]

_PLAIN = (str, int, float, bool, date, datetime, list, tuple, type(None))
#: Texts that have broken a receiver somewhere: quotes, formulas, line ends, other scripts.
NASTY = ("Zoë <b>'\"&\\", "=1+1", "two\nlines\r\nand\ttabs", "日本語 🎈", "")


class Conformance:
    """What the tests of all kinds need.

    Attributes:
        kind: the name of the kind, as leadline.yaml says it.
        plugins: the folder of a plugin that is a file of a project; None for an installed one.
    """

    kind: str
    plugins: Path | None = None

    def _loaded(self) -> Plugins:
        plugins = Plugins(self.plugins)
        broken = plugins.load([self.kind])
        hold(not broken, f"the plugin cannot be used: {broken[0].error if broken else ''}")
        return plugins


def hold(condition: bool, message: str) -> None:
    """Fail with a message where something does not hold.

    Raises:
        AssertionError: it does not.
    """
    if not condition:
        raise AssertionError(message)


@contextlib.contextmanager
def expected(kind: type[LeadlineError], word: str) -> Iterator[None]:
    """Expect an error that says a word.

    Raises:
        AssertionError: there is none, or it says something else.
    """
    try:
        yield
    except kind as error:
        hold(word in error.message, f"the error does not name `{word}`: {error.message}")
    else:
        raise AssertionError(f"nothing was said of `{word}`")


def described(kind: Described) -> None:
    """Hold the settings of a descriptor to what leadline tells of them.

    Raises:
        AssertionError: their schema is no JSON Schema, lets unknown settings pass, or describes
            one of them not.
    """
    try:
        checked_settings(kind, {})
    except UsageError:
        pass  # the schema works: it asks for settings
    except PluginError as error:
        raise AssertionError(error.message) from error
    hold(
        kind.settings.get("additionalProperties") is False,
        "`additionalProperties: false` is missing from the settings: a misspelt one would pass",
    )
    properties = kind.settings.get("properties", {})
    for setting, what in properties.items() if isinstance(properties, Mapping) else ():
        told = isinstance(what, Mapping) and bool(what.get("description"))
        hold(told, f"the setting `{setting}` has no description")


def well_formed(item: Item) -> None:
    """Hold an item of a source to its form.

    Raises:
        AssertionError: it is not well formed.
    """
    if isinstance(item, DataFile | Records | Reject):
        known = ", ".join(TABLE_NAMES)
        hold(item.table in TABLE_NAMES, f"`{item.table}` is no table of leadline's: {known}")
        hold(bool(item.origin), "an item does not say where its rows come from (`origin`)")
    match item:
        case DataFile():
            hold(item.path.is_file(), f"the file {item.path} that it yielded is not there")
        case Records():
            _records(item)
        case Reject():
            hold(bool(item.reason), "a reject does not say why")
        case Note():
            hold(bool(item.text), "a note says nothing")
        case _:
            hold(bool(item.value), "a cursor is empty")


def _records(item: Records) -> None:
    folded = [column.casefold() for column in item.columns]
    twice = sorted({column for column in folded if folded.count(column) > 1})
    hold(not twice, f"columns stand twice in {item.origin}: {', '.join(twice)}")
    hold(
        len(item.rows) <= MOST_RECORDS,
        f"{len(item.rows):,} rows at once; yield at most {MOST_RECORDS:,}, or a file",
    )
    for row in item.rows:
        hold(
            len(row) == len(item.columns),
            f"a row of {len(row)} cells under {len(item.columns)} columns in {item.origin}",
        )
        for column, cell in zip(item.columns, row, strict=True):
            hold(
                isinstance(cell, _PLAIN),
                f"`{column}` holds a {type(cell).__name__}, which no column can keep",
            )
            finite = not isinstance(cell, float) or math.isfinite(cell)
            hold(finite, f"`{column}` holds {cell}: yield None where there is no number")


def dump(store: Store) -> Dump:
    """Return all that a load has left in a store, in an order of its own.

    How far a source has come is part of it; when a row arrived is not.
    """
    found: Dump = {}
    for table in TABLE_NAMES:
        catalog = store.catalog().table(table)
        if catalog is not None:
            columns = [column.name for column in catalog.columns]
            listed = ", ".join(map(quote.name, columns))
            rows = store.database.rows(
                f"SELECT {listed} FROM {quote.name(table)} ORDER BY ALL"  # noqa: S608 - quoted
            )
            types = [(column.name, column.type.value) for column in catalog.columns]
            found[table] = (tuple(types), rows)
    rejects = [
        (row.table, row.origin, row.line, row.column, row.reason, row.raw)
        for row in store.rejects()
    ]
    found["rejects"] = ((), sorted(rejects, key=repr))
    return found


def difference(one: Dump, other: Dump) -> str:
    """Return where two stores differ first, in one line."""
    for table in sorted(one.keys() | other.keys()):
        columns, rows = one.get(table, ((), []))
        other_columns, other_rows = other.get(table, ((), []))
        if columns != other_columns:
            only = sorted(set(columns) ^ set(other_columns))
            return f"the columns of {table}: {', '.join(f'{name} ({kind})' for name, kind in only)}"
        if rows != other_rows:
            gone = [row for row in rows if row not in other_rows]
            new = [row for row in other_rows if row not in rows]
            return (
                f"{table} has {len(rows):,} and {len(other_rows):,} rows, such as "
                f"{(gone or new or rows)[0]!r:.200}"
            )
    return "nothing"


def messages() -> tuple[Message, ...]:
    """Return messages with texts that have broken receivers before."""
    start = datetime(2026, 1, 31, 12, tzinfo=UTC)
    return tuple(
        Message(
            key=f"key-{number}",
            model="tested",
            automation="qualify",
            edge="enters",
            subject="hot",
            lead_id=f"lead-{number}",
            at=start + timedelta(minutes=number),
            cause="demo_request",
            lead={"lead_id": f"lead-{number}", "name": text, "readiness": 67.5, "owner": None},
        )
        for number, text in enumerate(NASTY, start=1)
    )


def example_holds(kind: FunctionKind) -> None:
    """Hold a function to its example, and to being missing where an argument is.

    Raises:
        AssertionError: the example is not true, or a missing argument gives a value.
    """
    function = function_of(kind)
    functions = function_table([function])
    writer = Writer(date(2026, 1, 31), "UTC", functions)
    with Database() as database:
        scope = Scope("the example", functions=functions, pattern_error=database.pattern_error)
        hold(kind.name in kind.example, f"the example of `{kind.name}` does not call it")
        node = typed_condition(f"example of `{kind.name}`", kind.example, scope)
        true = database.value(f"SELECT {writer.condition(node)}")
        hold(bool(true), f"the example of `{kind.name}` is not true: {kind.example}")
        if kind.parameters:
            nothing = ["NULL"] * len(kind.parameters)
            sql = function.sql.format(*nothing, present="FALSE")
            value = database.value(f"SELECT {sql}")
            hold(value is None, f"`{kind.name}` has the value {value!r} without an argument")
