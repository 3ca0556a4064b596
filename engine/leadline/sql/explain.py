"""The SELECTs behind ``explain``: one lead, its events, and what was missing."""

from __future__ import annotations

from collections.abc import Sequence

from leadline.expression.nodes import All, Field, Node, fields
from leadline.plan.clock import AsOf
from leadline.plan.steps import Events, Matches
from leadline.sql import quote
from leadline.sql.expression import Writer, column
from leadline.sql.relations import keys, types, window


def clauses(node: Node | None) -> tuple[Node, ...]:
    """Return the parts of a condition that must all hold."""
    if node is None:
        return ()
    return node.operands if isinstance(node, All) else (node,)


def matches_of(rule: str) -> str:
    """List a rule's matching events in their order."""
    return f"SELECT * FROM {quote.name(f'{rule} matches')} ORDER BY occurred_at, event_id"


def score_row(score: str) -> str:
    """Return a score's row of one value of ``per``, which is a parameter."""
    return f'SELECT * FROM {quote.name(f"score.{score}")} WHERE "per" = ?'


def reported_values(read: Sequence[Field]) -> str:
    """Return the values of fields and scores that a formula reads."""
    return f"SELECT {', '.join(quote.name(column(f)) for f in read) or '1'} FROM reported"


def decay_steps(score: str, keyed: bool) -> str:
    """List the states of an inactivity decay: the day of a step, the points before and after it.

    With ``keyed`` the value of ``per`` is a parameter.
    """
    where = ' WHERE "per" = ?' if keyed else ""
    return (
        "SELECT step_day, lag(points) OVER (ORDER BY position), decayed "
        f"FROM {quote.name(f'{score} states')}{where} ORDER BY position"
    )


def clause_counts(step: Matches, parts: Sequence[Node], writer: Writer) -> str:
    """Count the events of a rule's types, then those that pass its clauses one after the other."""
    kept = _dates(step)
    columns = ["count(*)", f"count(*) FILTER ({' AND '.join(kept) or 'TRUE'})"]
    for part in parts:
        kept.append(f"({writer.condition(part)})")
        columns.append(f"count(*) FILTER ({' AND '.join(kept)})")
    return (
        f"SELECT {', '.join(columns)} FROM {quote.name(step.source)} "
        f"WHERE {types(step.match.events)}"
    )


def count_types(relation: str, events: Sequence[str]) -> str:
    """Count the events of some types in a relation."""
    return f"SELECT count(*) FROM {quote.name(relation)} WHERE {types(events)}"


def count_known(step: Events, events: Sequence[str], as_of: AsOf) -> str:
    """Count the lead's events of some types up to the date, ignored ones too."""
    lead = "TRUE" if step.lead is None else f"lead_id = {quote.text(step.lead)}"
    return (
        f"{count_types(step.source, events)} AND {lead} "
        f"AND occurred_at < {quote.instant(as_of.before)}"
    )


def _dates(step: Matches) -> list[str]:
    dates = []
    if step.match.since:
        dates.append(f"day >= {quote.day(step.match.since)}")
    if step.match.until:
        dates.append(f"day <= {quote.day(step.match.until)}")
    return dates


def values_seen(step: Matches, passed: Sequence[Node], field: Field, writer: Writer) -> str:
    """List the values of a field among the events that pass some clauses, the commonest first."""
    name = quote.name(column(field))
    kept = [types(step.match.events), *_dates(step)]
    kept += [f"({writer.condition(part)})" for part in passed]
    return (
        f"SELECT CAST({name} AS VARCHAR) AS value, count(*) AS times "
        f"FROM {quote.name(step.source)} WHERE {' AND '.join(kept)} "
        "GROUP BY 1 ORDER BY times DESC, value LIMIT 3"
    )


def most_in_window(step: Matches, writer: Writer) -> str:
    """Return how far the fullest window of a ``reach`` came."""
    reach = step.reach
    if reach is None:
        raise ValueError(f"{step.name} has no reach")
    counted = "count(*)"
    if reach.distinct is not None:
        counted = f"count(DISTINCT {writer.value(reach.distinct)})"
    kept = [types(step.match.events), *_dates(step)]
    kept += [f"({writer.condition(part)})" for part in clauses(step.match.where)]
    source = quote.name(step.source)
    if step.per is not None:
        source = f'(SELECT *, CAST({writer.value(step.per)} AS VARCHAR) AS "per" FROM {source})'
    grouped = ", ".join([*keys(step.per is not None), *window(reach.window, writer)])
    return (
        f"SELECT max(n) FROM (SELECT {counted} AS n FROM {source} "
        f"WHERE {' AND '.join(kept)} GROUP BY {grouped})"
    )


def clause_truths(parts: Sequence[Node], writer: Writer) -> str:
    """Say of each clause whether it holds for the lead, then give the fields they read."""
    columns = [f"coalesce({writer.condition(part)}, FALSE)" for part in parts]
    columns += [f"CAST({quote.name(column(f))} AS VARCHAR)" for f in read_by(parts)]
    return f"SELECT {', '.join(columns)} FROM lead"


def read_by(parts: Sequence[Node]) -> tuple[Field, ...]:
    """Return the fields that clauses read, each once."""
    return tuple(dict.fromkeys(field for part in parts for field in fields(part)))
