"""A Query on DuckDB: each step a temporary table or view, then results by name."""

from __future__ import annotations

from leadline.engine.duckdb import Database
from leadline.sql import quote
from leadline.sql.query import FactorTable, Query, other_steps


def run_query(database: Database, query: Query) -> None:
    """Run a query's steps; their relations can then be read by name.

    Relations of an earlier query of the same names are replaced.
    """
    _run(database, query, frozenset(step.name for step in query.steps))


def run_changed(database: Database, ran: Query, query: Query) -> frozenset[str]:
    """Run the steps of a query that differ from one that has just been run.

    Args:
        database: where ``ran`` was the last query, over the same data.
        ran: that query.
        query: the query whose relations are to be read now.

    Returns:
        The relations that are other than before, or are there no more.
    """
    changed = other_steps(ran, query)
    filled = {query.factors.name} if query.factors != ran.factors else set()
    _run(database, query, changed | filled)
    return changed


def _run(database: Database, query: Query, names: frozenset[str]) -> None:
    _drop_others(database, query)
    if query.factors.name in names:
        _fill_factors(database, query.factors)
    for step in query.steps:
        if step.name in names and step.name != query.factors.name:
            kind = "TABLE" if step.stored else "VIEW"
            database.execute(f"CREATE OR REPLACE TEMP {kind} {quote.name(step.name)} AS {step.sql}")


def _fill_factors(database: Database, factors: FactorTable) -> None:
    columns = ["unnest(range(?)) AS age"]
    # As one text each: DuckDB 1.5 takes 0.1 ms for every element of a list that is bound.
    columns += [
        f"unnest(CAST(string_split(?, ',') AS DOUBLE[])) AS {quote.name(name)}"
        for name, _ in factors.columns
    ]
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE {quote.name(factors.name)} AS SELECT {', '.join(columns)}",
        [factors.ages, *(",".join(map(repr, v)) for _, v in factors.columns)],
    )


def _drop_others(database: Database, query: Query) -> None:
    """Drop what an earlier query left where this one makes a view of a table or the reverse."""
    kinds = {step.name: "TABLE" if step.stored else "VIEW" for step in query.steps}
    kinds[query.factors.name] = "TABLE"
    left = database.rows(
        "SELECT table_name, table_type FROM information_schema.tables WHERE table_catalog = 'temp'"
    )
    for name, kind in left:
        word = "VIEW" if kind == "VIEW" else "TABLE"
        if kinds.get(name, word) != word:
            database.execute(f"DROP {word} temp.{quote.name(name)}")
