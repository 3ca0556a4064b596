"""What a command says beside its result: the date, what was rejected, what could not be used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from leadline.cli.options import Work
from leadline.pipeline import Evaluation
from leadline.report.diagnostics import visible
from leadline.run import MOST_REJECTS
from leadline.store import RejectedRow


def said_of(evaluation: Evaluation, work: Work) -> Iterator[str]:
    """Yield the lines that go to standard error after a result."""
    ruleset, database = evaluation.ruleset, work.store.database
    leads = database.value("SELECT count(*) FROM lead")
    many = "1 lead" if leads == 1 else f"{leads:,} leads"
    yield f"{ruleset.model} as of {evaluation.as_of.day} ({ruleset.timezone}): {many}"
    unknown = database.value(
        "SELECT count(*) FROM known_lead k ANTI JOIN leads l ON l.lead_id = k.lead_id"
    )
    if unknown:
        leads_are = "1 lead is" if unknown == 1 else f"{unknown:,} leads are"
        yield f"note: {leads_are} known from events only"
    yield from unusable_in_words(database.rows("SELECT rule, times FROM unusable ORDER BY rule"))
    yield from said_of_data(work)


def said_of_data(work: Work) -> Iterator[str]:
    """Yield what was left out and rejected while data were loaded, the first rows in full."""
    for line in (*work.notes, *(line for load in work.loads for line in load.notes)):
        yield f"note: {line}"
    count = sum(load.rejected for load in work.loads)
    rows = work.store.rejects(most=MOST_REJECTS) if count else ()
    yield from rejects_in_words(count, rows, "a project keeps them all in its store")


def unusable_in_words(counts: Iterable[tuple[str, int]]) -> Iterator[str]:
    """Yield a line for each rule with points that could not be used."""
    for rule, times in counts:
        yield f"note: {rule}: points missing or not finite {times:,} times; they do not count"


def rejects_in_words(count: int, first: Sequence[RejectedRow], all_: str) -> Iterator[str]:
    """Yield how many rows were rejected, the first of them, and where all of them are.

    Args:
        count: how many.
        first: some of them.
        all_: where to find all.
    """
    if not count:
        return
    yield f"warning: {count:,} {'row was' if count == 1 else 'rows were'} rejected"
    for row in first:
        where = f"{row.origin}:{row.line}" if row.line is not None else row.origin
        column = f" {row.column}:" if row.column else ""
        yield visible(f"  {where}:{column} {row.reason}")
    if count > len(first):
        yield f"  and {count - len(first):,} more; {all_}"
