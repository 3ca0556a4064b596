"""Printing a table in any of the formats, to the terminal or to a file."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from leadline.engine.duckdb import Database
from leadline.errors import UsageError
from leadline.plan.clock import Offset
from leadline.report.listing import Listing, as_csv, as_json, as_markdown
from leadline.report.terminal import as_table, coloured, error_width, terminal_width, wrapped
from leadline.sql import quote
from leadline.sql.zoned import iso

#: How many characters of a long text are printed at once.
_PART = 1 << 20

FORMATS = ("table", "csv", "json", "parquet", "md")
#: Endings of files that are no text.
_SPREADSHEETS = ("xlsx", "xls", "ods")


def chosen_format(asked: str | None, output: Path | None, default: str = "table") -> str:
    """Return the format to print in: as asked, else by the file's ending, else the default.

    Raises:
        UsageError: the ending is that of a spreadsheet, which a table as text would not open in.
    """
    if asked is None and output is not None:
        ending = output.suffix.lstrip(".").lower()
        if ending in _SPREADSHEETS:
            raise UsageError(
                f"this table is not written as {ending}",
                hint=f"`-o {output.with_suffix('.csv')}` opens in a spreadsheet, too",
            )
        return ending if ending in FORMATS else default
    return asked or default


def show(
    database: Database,
    sql: str,
    format_: str,
    output: Path | None,
    *,
    below: tuple[tuple[str, tuple[str, ...]], ...] = (),
    empty: str = "nothing to list",
) -> None:
    """Print the rows of a SELECT.

    Args:
        database: where to run it.
        sql: the SELECT, with its order.
        format_: one of ``FORMATS``.
        output: a file to write, whole or not at all; None prints.
        below: what may stand below each row; see ``Listing``.
        empty: what a person reads where there is no row.

    Raises:
        UsageError: Parquet without a file, or a file that cannot be written.
    """
    if format_ == "parquet":
        if output is None:
            raise UsageError("parquet is no text to print", hint="add `-o FILE.parquet`")
        write_whole(output, lambda path: database.copy_parquet(sql, path))
        return
    if format_ == "csv":
        _show_csv(database, _as_text(database, sql), output)
        return
    columns, rows = database.table(sql)
    show_listing(Listing(columns, rows, below=below, empty=empty), format_, output)


def show_listing(listing: Listing, format_: str, output: Path | None) -> None:
    """Print a table in one of the formats that are text.

    Raises:
        UsageError: Parquet is asked for, or a file that cannot be written.
    """
    show_listings((listing,), format_, output)


def show_listings(listings: Sequence[Listing], format_: str, output: Path | None) -> None:
    """Print tables below each other, with a line between them.

    Raises:
        UsageError: as for one.
    """
    if format_ == "parquet":
        raise UsageError("this table is not written as parquet", hint="add `--format csv`")
    if format_ == "table" and output is None:
        width, colour = terminal_width(), coloured(sys.stdout)
        texts = [as_table(listing, width=width, colour=colour) for listing in listings]
    else:
        writers = {"table": as_table, "csv": as_csv, "json": as_json, "md": as_markdown}
        texts = [writers[format_](listing) for listing in listings]
    write_text("\n".join(texts), output)


def _show_csv(database: Database, sql: str, output: Path | None) -> None:
    """Have the engine write the rows, however many they are; printed, they go by way of a file."""
    if output is not None:
        write_whole(output, lambda path: database.copy_csv(sql, path))
        return
    with tempfile.TemporaryDirectory(prefix="leadline-") as folder:
        written = Path(folder) / "rows.csv"
        database.copy_csv(sql, written)
        with written.open(encoding="utf-8", newline="") as file:
            while part := file.read(_PART):
                click.echo(part, nl=False)


def _as_text(database: Database, sql: str) -> str:
    """Have the engine write values as ``shown`` does: in Python it takes most of the time.

    An empty text is a missing one, which the engine would write as two quotes.
    """
    columns = []
    for name, kind, *_ in database.rows(f"DESCRIBE {sql}"):
        column = quote.name(name)
        text = _written(kind, column)
        columns.append(f"{text} AS {column}")
    return f"SELECT {', '.join(columns)} FROM ({sql})"  # noqa: S608 - names are quoted


def _written(kind: str, column: str) -> str:
    """Return the SQL of a value as text."""
    if kind == "DOUBLE":
        text = f"rtrim(rtrim(format('{{:.4f}}', {column}), '0'), '.')"
        return f"CASE WHEN round({column}, 4) = 0 THEN '0' ELSE {text} END"
    if kind.startswith("TIMESTAMP"):
        return iso(f"CAST({column} AS TIMESTAMP)", (Offset(None, 0),))
    return f"nullif(CAST({column} AS VARCHAR), '')"


def write_text(text: str, output: Path | None) -> None:
    """Print a text, or write it to a file, whole or not at all."""
    if output is None:
        click.echo(text, nl=False)
        return
    write_whole(output, lambda path: _write(path, text))


def write_whole(output: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place and rename it, so that it is whole or not there.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        if output.exists() and not output.is_file():
            write(output)  # a pipe or a device has no place to be renamed to
            return
        place = output.resolve()
        with tempfile.TemporaryDirectory(prefix=".leadline-", dir=place.parent) as folder:
            unfinished = Path(folder) / place.name
            write(unfinished)
            unfinished.replace(place)
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}") from error


def _write(path: Path, text: str) -> None:
    # A file's name need not be UTF-8, and is written as it is printed.
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        file.write(text)
        if path.is_file():
            file.flush()
            os.fsync(file.fileno())


def note(line: str) -> None:
    """Say something beside the result, on standard error: on a terminal as wide as that."""
    room = error_width()
    click.echo(line if room is None else wrapped(line, room), err=True)
