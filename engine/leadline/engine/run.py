"""A Query on DuckDB: each step a temporary table or view, then results by name."""

from __future__ import annotations

from leadline.engine.duckdb import Database
from leadline.sql import quote
from leadline.sql.query import Query


def run_query(database: Database, query: Query) -> None:
    """Run a query's steps; their relations can then be read by name.

    Relations of an earlier query of the same names are replaced.
    """
    _drop_others(database, query)
    columns = ["unnest(range(?)) AS age"]
    # As one text each: DuckDB 1.5 takes 0.1 ms for every element of a list that is bound.
    columns += [
        f"unnest(CAST(string_split(?, ',') AS DOUBLE[])) AS {quote.name(name)}"
        for name, _ in query.factors.columns
    ]
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE {quote.name(query.factors.name)} "
        f"AS SELECT {', '.join(columns)}",
        [query.factors.ages, *(",".join(map(repr, v)) for _, v in query.factors.columns)],
    )
    for step in query.steps:
        if step.name != query.factors.name:
            kind = "TABLE" if step.stored else "VIEW"
            database.execute(f"CREATE OR REPLACE TEMP {kind} {quote.name(step.name)} AS {step.sql}")


def _drop_others(database: Database, query: Query) -> None:
    """Drop what an earlier query left where this one makes a view of a table or the reverse."""
    kinds = {step.name: "TABLE" if step.stored else "VIEW" for step in query.steps}
    left = database.rows(
        "SELECT table_name, table_type FROM information_schema.tables WHERE table_catalog = 'temp'"
    )
    for name, kind in left:
        word = "VIEW" if kind == "VIEW" else "TABLE"
        if kinds.get(name, word) != word:
            database.execute(f"DROP {word} temp.{quote.name(name)}")
