"""Mutation: which changed rulesets the cases of a test file notice.

Each mutant is judged by the expectations themselves: it is noticed where a case fails with it.
Most mutants are columns of one query (see ``joining``); of the others only the steps that differ
are run again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from leadline.document.values import Document
from leadline.engine.run import run_changed, run_query
from leadline.plan.build import build_plan
from leadline.ruleset.model import Ruleset
from leadline.sql.copies import can_meet, copy, keep, restore
from leadline.sql.query import Query, write_query
from leadline.standing import ranked
from leadline.store.tables import TABLES
from leadline.testing.cases import MARK, Batch, Case, Results, Unmet
from leadline.testing.joining import joinable, joined, stand_ins
from leadline.testing.mutating import Mutant, mutants
from leadline.testing.relevance import changed_parts, looked_at
from leadline.testing.running import compare, evaluate_batch, kept_whole, needs_past

Tick = Callable[[str, int, int], None]

#: Copies of a batch at once: more make each query wider and its tables longer.
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Mutation:
    """The mutants of a ruleset and the first case that notices each; None where none does."""

    mutants: tuple[Mutant, ...]
    noticed: tuple[Case | None, ...]

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """The mutants that no case notices."""
        return tuple(m for m, case in zip(self.mutants, self.noticed, strict=True) if case is None)

    @property
    def share(self) -> float:
        """How many of the mutants are noticed, from 0 to 1; 1 where there are none."""
        if not self.mutants:
            return 1.0
        return 1 - len(self.survivors) / len(self.mutants)


def run_mutants(
    ruleset: Ruleset, document: Document, batches: Sequence[Batch], tick: Tick
) -> Mutation:
    """Find out which mutants of a ruleset its cases notice.

    Args:
        ruleset: the model, all of whose cases pass.
        document: its file.
        batches: the cases; their stores hold other relations afterwards.
        tick: told how far the work is.

    Returns:
        The mutants, in the order of the file. Segments that rank leads among all leads (``top``,
        ``bottom``) are looked at for mutants of the segments themselves and of what a date cannot
        be asked side by side; a mutant that only a rank would show counts as not noticed.
    """
    found = mutants(ruleset, document)
    noticed: dict[int, Case] = {}
    # What the scores of a date tell is cheap, so the past is asked for what is left.
    rounds = [(batch, False) for batch in batches]
    rounds += [(batch, True) for batch in batches if _asks_past(batch, ruleset)]
    for number, (batch, past) in enumerate(rounds):
        tick("mutants", number, len(rounds))
        alive = {i: mutant for i, mutant in enumerate(found) if i not in noticed}
        noticed.update(_noticed(ruleset, alive, batch, past=past))
    tick("mutants", len(rounds), len(rounds))
    return Mutation(found, tuple(noticed.get(i) for i in range(len(found))))


def _asks_past(batch: Batch, ruleset: Ruleset) -> bool:
    return any(needs_past(e, ruleset) for case in batch.cases for e in case.expectations)


def _noticed(
    base: Ruleset, alive: Mapping[int, Mutant], batch: Batch, *, past: bool
) -> dict[int, Case]:
    parts = _parts(batch, base, past=past)
    ranks = {f"segment {name}" for name in ranked(base)} if past else set()
    together: dict[int, Mutant] = {}
    alone: dict[int, Mutant] = {}
    copied = _copyable(batch)
    for number, mutant in alive.items():
        changed = changed_parts(base, mutant.ruleset)
        if changed & parts:
            # Copies would be ranked among each other.
            joins = copied and joinable(base, mutant) and not changed & ranks
            (together if joins else alone)[number] = mutant
    noticed = _one_by_one(base, alone, batch, past=past)
    numbers = list(together)
    for first in range(0, len(numbers), _AT_ONCE):
        chosen = {i: together[i] for i in numbers[first : first + _AT_ONCE]}
        noticed.update(_side_by_side(base, chosen, batch, past=past))
    return noticed


def _parts(batch: Batch, base: Ruleset, *, past: bool) -> frozenset[str]:
    """Return the parts of the ruleset that the expectations of a batch look at."""
    asked = (e for case in batch.cases for e in case.expectations)
    looked = (looked_at(e, base) for e in asked if past or not needs_past(e, base))
    return frozenset().union(*looked)


# One by one


def _one_by_one(
    base: Ruleset, alive: Mapping[int, Mutant], batch: Batch, *, past: bool
) -> dict[int, Case]:
    noticed: dict[int, Case] = {}
    if past:
        for number, mutant in alive.items():
            noticed.update(_first(number, compare(evaluate_batch(batch, mutant.ruleset))))
        return noticed
    database = batch.store.database
    ran: Query | None = None
    for number, mutant in alive.items():
        plan = build_plan(mutant.ruleset, batch.catalog, batch.as_of)
        query = kept_whole(write_query(plan, batch.extensions))
        if ran is None:
            run_query(database, query)
        else:
            run_changed(database, ran, query)
        ran = query
        unmet = compare(Results(batch, mutant.ruleset, plan, query, past=False))
        noticed.update(_first(number, unmet))
    return noticed


def _first(number: int, unmet: Sequence[Unmet]) -> dict[int, Case]:
    return {number: unmet[0].case} if unmet else {}


# Side by side


def _copyable(batch: Batch) -> bool:
    """Say whether copies of the cases would not meet each other."""
    if not {"lead_id", "account_id", "event_id"} <= batch.keys:
        return False
    return not batch.store.database.value(can_meet(sorted(batch.keys)))


def _side_by_side(
    base: Ruleset, chosen: Mapping[int, Mutant], batch: Batch, *, past: bool
) -> dict[int, Case]:
    """Judge mutants by copies of the cases, each of which sees one of them."""
    if not chosen:
        return {}
    places = {number: place for place, number in enumerate(chosen)}
    copies = _copied_cases(batch, len(places))
    seers = {number: _seers(batch, place) for number, place in places.items()}
    ruleset = joined(base, chosen, seers)
    database = batch.store.database
    tables = {spec.name: _ids(batch, spec.name) for spec in TABLES}
    for statement in keep(list(tables)):
        database.execute(statement)
    try:
        for table, ids in tables.items():
            numbers = range(len(places))
            database.execute(copy(table, ids, MARK, numbers, len(batch.cases)))
        many = replace(batch, cases=tuple(case for copy_ in copies for case in copy_))
        results = evaluate_batch(many, ruleset, past=past)
        unmet = compare(replace(results, stand_ins=stand_ins(chosen)))
        unmet = tuple(found for found in unmet if not _is_ranked(found, base))
    finally:
        for statement in restore(list(tables)):
            database.execute(statement)
    failed = {id(found.case) for found in reversed(unmet)}
    noticed: dict[int, Case] = {}
    for number, place in places.items():
        for case, copy_ in zip(batch.cases, copies[place], strict=True):
            if id(copy_) in failed:
                noticed.setdefault(number, case)
    return noticed


def _is_ranked(unmet: Unmet, base: Ruleset) -> bool:
    """Say whether an expectation is about a rank, which copies change for each other."""
    expected, ranks = unmet.expectation, ranked(base)
    return expected.kind == "segment" and bool(ranks) and expected.name in ("", *ranks)


def _copied_cases(batch: Batch, times: int) -> list[tuple[Case, ...]]:
    return [tuple(replace(case) for case in batch.cases) for _ in range(times)]


def _ids(batch: Batch, table: str) -> tuple[str, ...]:
    found = batch.catalog.table(table)
    columns = found.columns if found is not None else ()
    return tuple(c.name for c in columns if c.name.casefold() in batch.keys)


def _seers(batch: Batch, place: int) -> tuple[str, ...]:
    """Return the ids of the leads of one copy of a batch's cases."""
    first = place * len(batch.cases)
    leads = {
        batch.mark(first + number, "lead_id", cell.value)
        for number, case in enumerate(batch.cases)
        for row in case.rows
        for cell in row.cells
        if cell.column.casefold() == "lead_id" and isinstance(cell.value, str)
    }
    return tuple(sorted(leads))
