"""Two queries over one store: what is the same in both is run once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from leadline.engine.duckdb import Database
from leadline.engine.run import run_query
from leadline.sql import comparison as sql
from leadline.sql.query import Query, other_steps


def run_both(
    database: Database, base: Query, head: Query, results: Collection[str]
) -> frozenset[str]:
    """Run two queries so that the results of both can be read.

    Args:
        database: where.
        base: the query of the base; run whole.
        head: the query of the head; a step is run only where it, or what it reads, is another one.
        results: the stored relations that are compared.

    Returns:
        The relations that are other at the head, or on one side only. Of these, results of the base
        are found under the name that ``sql.comparison.kept`` gives them; all other relations of
        both sides are one.
    """
    changed = other_steps(base, head)
    run_query(database, base)
    for step in base.steps:
        if step.name in changed and step.stored:
            database.execute(sql.drop(sql.kept(step.name)))
            done = sql.keep(step.name) if step.name in results else sql.drop(step.name)
            database.execute(done)
    filled = {head.factors.name} if head.factors != base.factors else set()
    anew = tuple(step for step in head.steps if step.name in changed | filled)
    run_query(database, replace(head, steps=anew))
    return changed
