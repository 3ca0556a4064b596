"""Handing results to the outputs that hold them, each answer noted before the next go out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from leadline.delivery.outputs import ReadyPublisher
from leadline.delivery.publications import Left, Published
from leadline.engine.duckdb import Database
from leadline.errors import LeadlineError
from leadline.plugin import Column, Outcome, Result, Value
from leadline.settings import hidden, telling
from leadline.store.published import (
    Answer,
    DueRow,
    Shelf,
    count_due,
    count_held,
    due,
    keep_answers,
    note_handed_over,
)

Tick = Callable[[str, int, int], None]

#: How many results are handed over at once.
PART = 500


@dataclass(frozen=True, slots=True)
class Publishing:
    """What became of the results of one output in a run.

    Args:
        shelf: of which output, and whether of leads or of accounts.
        left: what was left out, and why.
        results: how many leads or accounts it holds, or is to hold.
        published: how many it took in this run.
        removed: from how many the values were taken away in this run.
        failed: how many it did not take, nobody knows why for sure.
        refused: how many it said no to.
        waiting: how many it was not asked about, because it failed before.
        removals: how many of those that are not as they should be have values to be taken away.
        error: why it failed as a whole; empty where it did not.
    """

    shelf: Shelf
    left: Left
    results: int
    published: int = 0
    removed: int = 0
    failed: int = 0
    refused: int = 0
    waiting: int = 0
    removals: int = 0
    error: str = ""


def publish(
    database: Database,
    ready: ReadyPublisher,
    published: Published,
    left: Left,
    run_id: int,
    tick: Tick,
) -> Publishing:
    """Publish what is due of one output.

    New values go first. Where none of those that were never tried is taken, nothing is taken away
    either: what leads are known by may be said wrong, and nobody wants an empty CRM for it.

    Args:
        database: the store's, open for writing.
        ready: the output.
        published: what it holds.
        left: what was left out of it; where it holds results of a later day, nothing is published.
        run_id: the run.
        tick: told of progress.
    """
    shelf = published.shelf
    if left.held is not None:
        return Publishing(shelf, left, count_held(database, shelf))
    before, counts, error = count_due(database, shelf), Counter[str](), ""
    try:
        with telling("", ready.settings):
            if before.total:
                ready.publisher.prepare(shelf.of, published.columns)
            for gone in (False, True):
                if gone and before.fresh and not counts["published"]:
                    break
                after = 0
                while rows := due(database, shelf, after, PART, gone=gone):
                    tick(f"publishing to {shelf.output}", counts.total(), before.total)
                    after = rows[-1].serial
                    _hand_over(database, ready, published, rows, run_id, counts)
    except LeadlineError as failure:
        error = f"{failure.message}; {failure.hint}" if failure.hint else failure.message
    return Publishing(
        shelf=shelf,
        left=left,
        results=count_held(database, shelf),
        published=counts["published"],
        removed=counts["removed"],
        failed=counts["failed"],
        refused=counts["refused"],
        waiting=before.total - counts.total(),
        removals=count_due(database, shelf).gone,
        error=_line(error),
    )


def not_published(database: Database, shelf: Shelf, left: Left) -> Publishing:
    """Return what would be published of one output by a run."""
    held = count_held(database, shelf)
    if left.held is not None:
        return Publishing(shelf, left, held)
    waiting = count_due(database, shelf)
    return Publishing(shelf, left, held, waiting=waiting.total, removals=waiting.gone)


def _hand_over(
    database: Database,
    ready: ReadyPublisher,
    published: Published,
    rows: Sequence[DueRow],
    run_id: int,
    counts: Counter[str],
) -> None:
    """Hand some results over, note what became of each, and count it."""
    by_key = {row.key: row for row in rows}
    answers: dict[str, Answer] = {}
    note_handed_over(database, rows)
    try:
        results = [_result(row, published.columns) for row in rows]
        for outcome in ready.publisher.publish(published.shelf.of, results):
            said = hidden(outcome.answer, ready.settings)
            answers[outcome.key] = _answer(by_key[outcome.key], outcome, said)
        for key in by_key.keys() - answers.keys():
            said = "the output did not say what became of it"
            answers[key] = Answer(by_key[key].serial, "failed", said)
    finally:
        # Also after an error or Ctrl-C: what is known is kept.
        keep_answers(database, rows, list(answers.values()), run_id)
        counts.update(
            "removed" if by_key[key].gone and answer.state == "published" else answer.state
            for key, answer in answers.items()
        )


def _answer(row: DueRow, outcome: Outcome, said: str) -> Answer:
    states = {"delivered": "published", "refused": "refused"}
    return Answer(row.serial, states.get(outcome.state, "failed"), _line(said))


def _result(row: DueRow, columns: Sequence[Column]) -> Result:
    told: Mapping[str, object] = {} if row.gone else json.loads(row.told)
    return Result(row.key, {one.name: _value(told.get(one.name), one.type) for one in columns})


def _value(told: object, type_: str) -> Value:
    """Return a value of JSON as the type that its column has."""
    match told:
        case str() if type_ == "date":
            return date.fromisoformat(told)
        case str() if type_ == "instant":
            return datetime.fromisoformat(told).replace(tzinfo=UTC)
        case None | str() | bool() | int() | float():
            return told
        case _:
            raise TypeError(f"{type(told).__name__} is no value that is published")


def _line(said: str) -> str:
    return " ".join(said.encode(errors="replace").decode().split())[:300]
