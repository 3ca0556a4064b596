"""What a source yielded, as a relation that SQL can read, and the columns that it has."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from leadline.diagnostic import did_you_mean
from leadline.engine.duckdb import Database
from leadline.errors import EngineError, SourceError
from leadline.plugin.items import DataFile, Records
from leadline.sql import quote
from leadline.store.binding import bind_records
from leadline.store.convert import finite, in_range
from leadline.store.forms import Form
from leadline.store.tables import TABLE_NAMES, TableSpec, table_spec

#: The temporary table that rows without a file of their own stand in.
ROWS_TABLE = "leadline_incoming"


@dataclass(frozen=True, slots=True)
class Cell:
    """A column as it arrives.

    Args:
        header: its name in the source.
        form: the form that ``sql`` has.
        sql: an expression over the relation.
        local: it is a time without an offset.
        typed: the source says its type; else its values have to tell.
    """

    header: str
    form: Form
    sql: str
    local: bool = False
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """Rows on their way into a table.

    ``relation`` stands after FROM and gives ``row`` (unique, in the order of the origin),
    ``line`` (the line in the origin or NULL) and the columns that the cells are made of.
    ``partial`` rows are some of those of their origin; others may have come before.
    """

    spec: TableSpec
    origin: str
    relation: str
    cells: tuple[Cell, ...]
    partial: bool = False

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns as the source spells them."""
        return tuple(cell.header for cell in self.cells)


def receive(database: Database, item: DataFile | Records) -> Incoming:
    """Make an item readable by SQL.

    Raises:
        SourceError: there is no such table, or the file cannot be read.
    """
    spec = table_spec(item.table)
    if spec is None:
        raise SourceError(
            f"{item.origin} is for a table `{item.table}`, which leadline does not have",
            hint=did_you_mean(item.table, TABLE_NAMES),
        )
    if isinstance(item, Records):
        return _from_records(database, item, spec)
    if item.format == "parquet":
        return _from_parquet(database, item, spec)
    return _from_csv(database, item, spec)


def _from_records(database: Database, item: Records, spec: TableSpec) -> Incoming:
    forms = bind_records(database, item, ROWS_TABLE)
    cells = tuple(
        Cell(header, form, f"c{index}", typed=form is Form.LIST or header in item.texts)
        for index, (header, form) in enumerate(zip(item.columns, forms, strict=True))
    )
    line = "NULL" if item.first_line is None else f"row + {item.first_line - 1}"
    relation = f"(SELECT *, CAST({line} AS BIGINT) AS line FROM {ROWS_TABLE})"
    return Incoming(spec, item.origin, relation, cells, partial=True)


def _from_csv(database: Database, item: DataFile, spec: TableSpec) -> Incoming:
    _check_header(item)
    names = tuple(name for name in item.columns if name != item.line_column)
    cells = tuple(
        Cell(name, Form.TEXT, f"c{index}", typed=name in item.texts)
        for index, name in enumerate(names)
    )
    columns = {cell.sql: "VARCHAR" for cell in cells}
    if item.line_column is not None:
        columns = {"row": "BIGINT", **columns}
    file = (
        f"read_csv({_path(item.path)}, columns = {columns}, auto_detect = false, header = true, "
        "delim = ',', quote = '\"', escape = '\"', nullstr = '', compression = 'none')"
    )
    if item.line_column is None:
        # Only rows in the order of the file can be numbered.
        database.execute("SET preserve_insertion_order = true")
        try:
            database.execute(
                f"CREATE OR REPLACE TEMP TABLE {ROWS_TABLE} AS "
                f"SELECT row_number() OVER () + 1 AS row, * FROM {file}"
            )
        except EngineError as error:
            raise _unreadable(item, error) from error
        finally:
            database.execute("SET preserve_insertion_order = false")
        file = ROWS_TABLE
    return Incoming(spec, item.origin, f"(SELECT *, row AS line FROM {file})", cells)


def _check_header(item: DataFile) -> None:
    """Columns are bound by position, so the file must have the ones that the source says."""
    try:
        with item.path.open(encoding="utf-8-sig", newline="") as file:
            header = tuple(next(csv.reader(file), ()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{item.origin} cannot be read: {error}") from error
    if header != item.columns:
        raise SourceError(
            f"{item.origin} has the columns {_listed(header)}, "
            f"but its source announced {_listed(item.columns)}",
            hint="the source plugin is at fault: report it to its authors",
        )


def _from_parquet(database: Database, item: DataFile, spec: TableSpec) -> Incoming:
    file = f"read_parquet({_path(item.path)}, file_row_number = true)"
    try:
        described = database.rows(f"DESCRIBE SELECT * FROM {file}")
    except EngineError as error:
        raise _unreadable(item, error) from error
    # The number of the row comes last; a column of that name in the file was refused above.
    columns = [(str(row[0]), str(row[1])) for row in described if row[0] != "file_row_number"]
    aliases = [f"{quote.name(name)} AS c{index}" for index, (name, _) in enumerate(columns)]
    cells = tuple(
        _typed_cell(name, type, f"c{index}") for index, (name, type) in enumerate(columns)
    )
    number = "file_row_number + 1 AS row, file_row_number + 1 AS line"
    relation = f"(SELECT {', '.join([number, *aliases])} FROM {file})"
    return Incoming(spec, item.origin, relation, cells)


_WHOLE_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_NUMBER_TYPES = ("FLOAT", "DOUBLE", "UBIGINT", "HUGEINT", "UHUGEINT")
_LOCAL_TYPES = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_NESTED = re.compile(r"STRUCT\(|MAP\(|UNION\(|\[")


def _typed_cell(header: str, type: str, column: str) -> Cell:
    """Return how a column of a Parquet file is read."""

    def cell(form: Form, sql: str, local: bool = False) -> Cell:
        return Cell(header, form, sql, local, typed=True)

    decimal = _DECIMAL.fullmatch(type)
    if type in _WHOLE_TYPES or (decimal and int(decimal[1]) <= 18 and decimal[2] == "0"):
        return cell(Form.WHOLE, f"CAST({column} AS BIGINT)")
    if type in _NUMBER_TYPES or decimal:
        return cell(Form.NUMBER, finite(f"CAST({column} AS DOUBLE)"))
    if type == "BOOLEAN":
        return cell(Form.TRUTH, column)
    if type == "DATE":
        return cell(Form.DATE, in_range(column, "DATE"))
    if type in _LOCAL_TYPES:
        return cell(Form.INSTANT, in_range(f"CAST({column} AS TIMESTAMP)", "TIMESTAMP"), local=True)
    if type == "TIMESTAMP WITH TIME ZONE":
        # Not a cast: that one asks ICU for the session's zone, row by row.
        return cell(Form.INSTANT, in_range(f"make_timestamp(epoch_us({column}))", "TIMESTAMP"))
    if type.endswith("[]") and not _NESTED.search(type[:-2]):
        return cell(Form.LIST, f"CAST({column} AS VARCHAR[])")
    if _NESTED.search(type):
        return cell(Form.TEXT, f"CAST(to_json({column}) AS VARCHAR)")
    return cell(Form.TEXT, column if type == "VARCHAR" else f"CAST({column} AS VARCHAR)")


def _path(path: Path) -> str:
    """Return a path as SQL, with the characters of a pattern standing for themselves."""
    return quote.text(re.sub(r"([*?\[])", r"[\1]", str(path)))


def _listed(names: tuple[str, ...]) -> str:
    """Return names for a message, the first dozen of them and each cut short."""
    shown = ", ".join(f"`{name[:60]}`" for name in names[:12])
    return shown + (f" and {len(names) - 12} more" if len(names) > 12 else "") or "none"


def _unreadable(item: DataFile, error: EngineError) -> SourceError:
    return SourceError(f"{item.origin} cannot be read: {error.message}")
