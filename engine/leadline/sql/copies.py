"""The SQL of copying a store's rows, so that many mutants can be seen side by side.

The ids of a batch are ``NUMBER MARK ID``, the number being that of a case. Copy n of case c has
the number ``n * cases + c``.
"""

from __future__ import annotations

from collections.abc import Sequence

from leadline.sql import quote

#: Where the rows are kept while their copies stand in their place.
_KEPT = "given"
#: The number of a copy, under a name that no column of data has.
_COPY = quote.name("\x1ecopy")


def can_meet(ids: Sequence[str]) -> str:
    """Return the SELECT of whether copies of some rows would not keep to themselves.

    An account takes the leads of its domain, an alias takes another lead's events, and a history
    of an id names it as text.
    """
    fields = ", ".join(map(quote.text, ids))
    return (
        "SELECT EXISTS (SELECT 1 FROM accounts WHERE domain IS NOT NULL)"
        " OR EXISTS (SELECT 1 FROM aliases)"
        f" OR EXISTS (SELECT 1 FROM lead_history WHERE lower(field) IN ({fields}))"
    )


def keep(tables: Sequence[str]) -> tuple[str, ...]:
    """Return the statements that keep tables as they are."""
    kept = [f"CREATE TABLE {_kept(table)} AS FROM {quote.name(table)}" for table in tables]
    return (f"CREATE SCHEMA {_KEPT}", *kept)


def restore(tables: Sequence[str]) -> tuple[str, ...]:
    """Return the statements that put tables back."""
    back = [
        f"CREATE OR REPLACE TABLE {quote.name(table)} AS FROM {_kept(table)}" for table in tables
    ]
    return (*back, f"DROP SCHEMA {_KEPT} CASCADE")


def copy(table: str, ids: Sequence[str], mark: str, copies: Sequence[int], cases: int) -> str:
    """Return the statement that puts copies of a kept table's rows in its place.

    Args:
        table: its name.
        ids: its columns that hold marked ids.
        mark: what stands between number and id.
        copies: the numbers of the copies.
        cases: how many cases there are.
    """
    changed = [f"{_renumbered(quote.name(id), mark, cases)} AS {quote.name(id)}" for id in ids]
    replaced = f" REPLACE ({', '.join(changed)})" if changed else ""
    # What carries no id is the same for all of them.
    times = f", unnest({list(copies)}::BIGINT[]) {_COPY}({_COPY})" if changed else ""
    without = f" EXCLUDE ({_COPY})" if changed else ""
    return (
        f"CREATE OR REPLACE TABLE {quote.name(table)} AS"
        f" SELECT *{without}{replaced} FROM {_kept(table)}{times}"
    )


def _renumbered(column: str, mark: str, cases: int) -> str:
    sign = quote.text(mark)
    number = f"CAST(split_part({column}, {sign}, 1) AS BIGINT) + {_COPY} * {cases}"
    return f"({number}) || {sign} || split_part({column}, {sign}, 2)"


def _kept(table: str) -> str:
    return f"{_KEPT}.{quote.name(table)}"
