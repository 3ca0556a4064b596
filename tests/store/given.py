"""Items as sources yield them, from short texts."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from leadline.engine.duckdb import Database
from leadline.plugin import DataFile, Records
from leadline.store import LoadSummary, SourceLoad, Store
from leadline.store.tables import TableSpec, table_spec


def csv_file(folder: Path, table: str, text: str, name: str | None = None) -> DataFile:
    """Write a CSV file as the source `csv` hands it on: each row with its line number."""
    rows = list(csv.reader(io.StringIO(text.strip() + "\n")))
    header = ("__line", *rows[0])
    origin = name or f"{table}.csv"
    path = folder / f"{origin}.{len(list(folder.iterdir()))}.ready"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([str(line), *row] for line, row in enumerate(rows[1:], start=2))
    return DataFile(table, path, "csv", origin, header, "__line")


def parquet_file(folder: Path, table: str, query: str) -> DataFile:
    """Write the rows of a query as a Parquet file."""
    path = folder / f"{table}-{len(list(folder.iterdir()))}.parquet"
    with Database() as database:
        database.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return DataFile(table, path, "parquet", path.name, ())


def records(table: str, columns: str, *rows: Sequence[object], line: int | None = 1) -> Records:
    """Return a batch of rows with the columns that a text names."""
    return Records(table, f"{table} page", tuple(columns.split()), tuple(map(tuple, rows)), line)


def load(store: Store, *items: DataFile | Records, **settings: object) -> LoadSummary:
    """Load items as those of a source `test`, and see that no row is lost."""
    summary = store.load(SourceLoad("test", **settings), items)  # type: ignore[arg-type]
    for table in summary.tables:
        assert table.rows == table.new + table.known + table.changed + table.rejected
    return summary


def content(store: Store, table: str) -> list[tuple[object, ...]]:
    """Return all rows of a table, sorted, with its columns by name."""
    known = store.catalog().table(table)
    assert known is not None
    names = sorted(column.name for column in known.columns)
    listed = ", ".join(f'"{name}"' for name in names)
    rows = store.database.rows(f'SELECT {listed} FROM "{table}"')
    return sorted(rows, key=repr)


def values(store: Store, table: str, column: str, by: str | None = None) -> list[object]:
    """Return the values of a column in the order of the table's key."""
    spec = table_spec(table)
    assert isinstance(spec, TableSpec)
    order = by or spec.key[0]
    rows = store.database.rows(f'SELECT "{column}" FROM "{table}" ORDER BY "{order}"')
    return [value for (value,) in rows]


def type_words(store: Store, table: str) -> dict[str, str]:
    """Return the type of each column of a table."""
    known = store.catalog().table(table)
    assert known is not None
    return {column.name: str(column.type) for column in known.columns}
