"""The database file of a store: how it comes to be, and whether it is one."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from leadline.engine.duckdb import Database
from leadline.errors import UsageError
from leadline.sql import quote
from leadline.store.outbox import COLUMNS as OUTBOX_COLUMNS
from leadline.store.outbox import RUN_COLUMNS as AUTOMATION_COLUMNS
from leadline.store.published import COLUMNS as PUBLISHED_COLUMNS
from leadline.store.published import DAY_COLUMNS as PUBLISHED_DAY_COLUMNS
from leadline.store.rejects import COLUMNS as REJECT_COLUMNS
from leadline.store.runs import COLUMNS as RUN_COLUMNS

#: The layout of the tables below. A store of an older version gets what it lacks, one of a newer
#: version is refused.
SCHEMA_VERSION = 3

#: The oldest DuckDB that leadline runs on can read a store that a newer one made.
_STORAGE_VERSION = "v1.4.0"

_TABLES: dict[str, tuple[tuple[str, str], ...]] = {
    "store_version": (("version", "INTEGER"),),
    "runs": RUN_COLUMNS,
    "cursors": (("source", "VARCHAR"), ("value", "VARCHAR"), ("run_id", "BIGINT")),
    "rejects": REJECT_COLUMNS,
    "column_remarks": (
        ("table_name", "VARCHAR"),
        ("column_name", "VARCHAR"),
        ("declared", "BOOLEAN"),
        ("widened_from", "VARCHAR"),
    ),
    "outbox": OUTBOX_COLUMNS,
    "automation_runs": AUTOMATION_COLUMNS,
    "published": PUBLISHED_COLUMNS,
    "published_days": PUBLISHED_DAY_COLUMNS,
}
#: The tables that each version of the layout added.
_ADDED = {2: ("outbox", "automation_runs"), 3: ("published", "published_days")}


def lay_foundation(database: Database, schema: str = "main") -> None:
    """Make the tables that the store keeps its own records in.

    Args:
        database: where to.
        schema: the schema, with its catalog where it is not the current one.
    """
    with database.transaction():
        for table in _TABLES:
            database.execute(_create(table, f"{schema}.{table}"))
        database.execute(f"INSERT INTO {schema}.store_version VALUES ({SCHEMA_VERSION})")


def _create(table: str, named: str, word: str = "TABLE") -> str:
    columns = ", ".join(f"{quote.name(name)} {type}" for name, type in _TABLES[table])
    return f"CREATE {word} {named} ({columns})"


def create_store(path: Path) -> None:
    """Make the file of a new store: whole under its name, or not there at all.

    Raises:
        UsageError: the file cannot be made.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        with Database() as database:
            options = f"(STORAGE_VERSION {quote.text(_STORAGE_VERSION)})"
            database.execute(f"ATTACH {quote.text(str(unfinished))} AS fresh {options}")
            lay_foundation(database, "fresh.main")
            database.execute("DETACH fresh")
        _give_name(unfinished, path)
    except OSError as error:
        raise UsageError(
            f"the store {path} cannot be made: {error.strerror}",
            hint="name a place that can be written under `store` in leadline.yaml",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _give_name(unfinished: Path, path: Path) -> None:
    """Rename, but never over a store that another run has made in the meantime."""
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return
    except OSError:
        # A file system without hard links.
        if not path.exists():
            unfinished.rename(path)


def check_store(database: Database, path: Path) -> None:
    """Make sure that an open file is a store, and one that does what it says.

    Raises:
        UsageError: it is no store, one of another version, or it has views or macros. Those
            would run inside of leadline's own queries, in the place of built-in functions.
    """
    # Names in full: a macro in the file could stand in for a shorter one.
    views = database.rows(
        "SELECT view_name FROM system.main.duckdb_views() "
        "WHERE NOT internal AND database_name = current_database()"
    )
    macros = database.rows(
        "SELECT function_name FROM system.main.duckdb_functions() "
        "WHERE NOT internal AND database_name = current_database()"
    )
    if views or macros:
        names = sorted({str(name) for (name,) in (*views, *macros)})
        raise UsageError(
            f"the store {path} has views or macros, which leadline never makes: "
            f"{', '.join(names)[:200]}",
            hint="somebody changed the file: remove them, or load the data into a new store",
        )
    is_store = database.value(
        "SELECT table_name FROM system.main.duckdb_tables() "
        "WHERE table_name = 'store_version' AND database_name = current_database()"
    )
    if not is_store:
        raise UsageError(
            f"{path} is a DuckDB file, but no store of leadline",
            hint="name another file under `store` in leadline.yaml",
        )
    version = database.value("SELECT version FROM store_version")
    if version not in range(1, SCHEMA_VERSION + 1):
        raise UsageError(
            f"the store {path} has version {version}, expected {SCHEMA_VERSION}",
            hint="it was made by another version of leadline: use that one, or a new store",
        )


def bring_up_to_date(database: Database, *, read_only: bool) -> None:
    """Give a store of an older layout the tables it lacks.

    Args:
        database: that of a store that was checked.
        read_only: whether it cannot be written to; it then gets empty tables for the time it is
            open.
    """
    version = database.value("SELECT version FROM store_version")
    lacking = [table for added, some in _ADDED.items() if added > version for table in some]
    if not lacking:
        return
    with database.transaction():
        for table in lacking:
            database.execute(_create(table, table, "TEMP TABLE" if read_only else "TABLE"))
        if not read_only:
            database.execute(f"UPDATE store_version SET version = {SCHEMA_VERSION}")
