"""Ids for events that have none: a hash of their content.

The same row has the same id on every machine, whatever the threads, the time zone of the
machine, the version of DuckDB or the order of the columns. A column without a value takes no
part, so that an empty column added to a file leaves the ids as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from leadline.engine.duckdb import Database
from leadline.sql import quote
from leadline.store.fit import Fit

#: How often each content has come so far in this load, for origins that come in parts.
COPIES_TABLE = "leadline_copies"


def content_sql(fits: Sequence[Fit]) -> str:
    """Return SQL for the hash of a row's content (32 hexadecimal digits).

    Each value stands with its name and its length, so that no two contents give one text.
    """
    parts = [
        f"coalesce({quote.text(fit.name.casefold() + '=')} || length({fit.content}) || ':' || "
        f"{fit.content} || ';', '')"
        for fit in sorted(fits, key=lambda fit: fit.name.casefold())
        if fit.name != "event_id"
    ]
    return f"md5(concat({', '.join(parts)}))"


def forget_copies(database: Database) -> None:
    """Start counting copies anew, as each load does."""
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE {COPIES_TABLE} "
        "(origin VARCHAR, content VARCHAR, copies BIGINT)"
    )


def count_copies(database: Database, origin: str, arrived: str) -> None:
    """Count the contents of rows that have come from an origin which may bring more.

    Args:
        database: the store's.
        origin: where they came from.
        arrived: a table with their ``content``.
    """
    database.execute(
        f"INSERT INTO {COPIES_TABLE} SELECT ?, content, count(*) FROM {arrived} "
        "WHERE content IS NOT NULL GROUP BY content",
        [origin],
    )
