"""What a run came to, by automation, read off the outbox."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.engine.duckdb import Database
from leadline.sql import quote
from leadline.store.outbox import AT_WORK

_AT_WORK_ONLY = f"SEMI JOIN {AT_WORK} w ON w.model = o.model AND w.automation = o.automation"
_ENTRIES = 'count(DISTINCT (o.lead_id, o."at"))'
#: An action in words, of a row of the outbox that is aliased `o`.
ACTION = (
    "CASE WHEN o.kind = 'tag' THEN 'tag ' || regexp_replace(o.\"value\", '[{}\"]', '', 'g') "
    "WHEN o.kind IN ('assign', 'offer') THEN o.kind ELSE o.kind || ' ' || o.\"value\" END"
)
#: The instant of an entry for people, who read minutes; entries of several models have no zone.
_MINUTE = "strftime(o.\"at\", '%Y-%m-%d %H:%M')"
#: How often a delivery was tried and in doubt, where that is worth a word.
_TRIES = (
    "nullif(concat_ws(', ', CASE WHEN o.attempts > 1 THEN o.attempts || ' attempts' END, "
    "CASE WHEN o.doubts > 0 THEN 'in doubt ' || CASE o.doubts WHEN 1 THEN 'once' "
    "ELSE o.doubts || ' times' END END), '')"
)


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the entries and actions of one automation.

    Args:
        model: the model.
        automation: the automation.
        entered: entries that this run saw first and that fire.
        delivered: actions that this run did or delivered.
        again: how many of those had been in doubt.
        failed: actions that failed in this run; the next one tries again.
        refused: actions that were refused in this run for good.
        waiting: actions that are pending still.
        in_doubt: actions that nobody knows the outcome of, held back.
        backdated: entries that are held back because they lie in the past.
        newly_backdated: how many of those this run saw first.
    """

    model: str
    automation: str
    entered: int
    delivered: int
    again: int
    failed: int
    refused: int
    waiting: int
    in_doubt: int
    backdated: int
    newly_backdated: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an output answered to some messages of a run.

    Args:
        output: its name.
        state: what they are now.
        answer: what it answered.
        times: how many messages.
    """

    output: str
    state: str
    answer: str
    times: int


def tallies(database: Database, run_id: int) -> tuple[Tally, ...]:
    """Return what became of each automation that the run works on, by model and name."""
    rows = database.rows(
        "SELECT w.model, w.automation, "
        f"{_ENTRIES} FILTER (o.run_id = $1 AND o.state <> 'backdated'), "
        "count(*) FILTER (o.last_run = $1 AND o.state = 'delivered'), "
        "count(*) FILTER (o.last_run = $1 AND o.state = 'delivered' AND o.doubts > 0), "
        "count(*) FILTER (o.last_run = $1 AND o.state = 'failed'), "
        "count(*) FILTER (o.last_run = $1 AND o.state = 'refused'), "
        "count(*) FILTER (o.state = 'pending'), "
        "count(*) FILTER (o.state = 'in doubt'), "
        f"{_ENTRIES} FILTER (o.state = 'backdated'), "
        f"{_ENTRIES} FILTER (o.state = 'backdated' AND o.run_id = $1) "
        f"FROM {AT_WORK} w LEFT JOIN outbox o "
        "ON o.model = w.model AND o.automation = w.automation GROUP BY ALL ORDER BY 1, 2",
        [run_id],
    )
    return tuple(Tally(*row) for row in rows)


def troubles(database: Database, run_id: int) -> tuple[Trouble, ...]:
    """Return what outputs answered to what they did not take in a run, the most frequent first."""
    rows = database.rows(
        "SELECT o.\"value\", o.state, coalesce(o.answer, ''), count(*) AS times "
        f"FROM outbox o {_AT_WORK_ONLY} "
        "WHERE o.last_run = $1 AND o.state IN ('failed', 'refused', 'in doubt') "
        "GROUP BY ALL ORDER BY times DESC, 1, 2, 3",
        [run_id],
    )
    return tuple(Trouble(*row) for row in rows)


def due_rows(database: Database) -> tuple[tuple[object, ...], ...]:
    """Return what a run would do: automation, lead, instant, action, cause, state."""
    rows = database.rows(
        f"SELECT o.automation, o.lead_id, {_MINUTE}, {ACTION}, o.cause, o.state "
        f"FROM outbox o {_AT_WORK_ONLY} "
        "WHERE o.state IN ('pending', 'failed', 'in doubt') "
        'ORDER BY o."at", o.lead_id, o.automation, o.number'
    )
    return tuple(rows)


def outbox_list(
    *,
    state: str | None,
    automation: str | None,
    lead: str | None,
    limit: int | None,
    people: bool = False,
) -> str:
    """Return the SELECT that lists the outbox, the latest entries first.

    Args:
        state: only rows in this state.
        automation: only rows of this automation.
        lead: only rows of this lead.
        limit: at most so many rows.
        people: to the minute, and attempts in words where there were several.
    """
    at, tries = (
        (f'{_MINUTE} AS "at (UTC)"', f"{_TRIES} AS tries")
        if people
        else ('o."at"', "o.attempts, o.doubts")
    )
    wanted = (("state", state), ("automation", automation), ("lead_id", lead))
    terms = [f"o.{column} = {quote.text(text)}" for column, text in wanted if text is not None]
    where = f" WHERE {' AND '.join(terms)}" if terms else ""
    return (
        f"SELECT o.model, o.automation, o.lead_id, {at}, {ACTION} AS action, o.state, "
        f"{tries}, o.answer, o.cause, o.key FROM outbox o{where} "
        f'ORDER BY o."at" DESC, o.model, o.automation, o.lead_id, o.number'
        + (f" LIMIT {limit}" if limit else "")
    )
