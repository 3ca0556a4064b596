"""Coverage: which rules, clauses, limits, caps, bands, grades, stages and segments cases reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadline.diagnostic import Place
from leadline.engine.run import run_query
from leadline.plan.build import build_plan
from leadline.plan.past import build_past
from leadline.ruleset.model import Ruleset
from leadline.sql.expression import Writer
from leadline.sql.probes import Probe, probes, reached, with_clauses
from leadline.sql.query import write_query
from leadline.sql.standing import members_now
from leadline.sql.testing import STAGES_PASSED, kept
from leadline.testing.cases import Batch
from leadline.testing.running import kept_whole, needs_past


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that cases can reach: its kind, where it stands, and what it is in words."""

    kind: str
    place: Place
    what: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What can be reached of a ruleset, and which of it cases reach."""

    items: tuple[Item, ...]
    reached: frozenset[int]

    @property
    def missed(self) -> tuple[Item, ...]:
        """What no case reaches, in the order of the file."""
        missed = (item for i, item in enumerate(self.items) if i not in self.reached)
        return tuple(sorted(missed, key=lambda item: item.place))

    @property
    def share(self) -> float:
        """How much is reached, from 0 to 1; 1 where there is nothing to reach."""
        return len(self.reached) / len(self.items) if self.items else 1.0


def measure_coverage(ruleset: Ruleset, batches: Sequence[Batch]) -> Coverage:
    """Measure what the cases of a ruleset reach.

    Args:
        ruleset: the model.
        batches: the cases; their stores hold other relations afterwards.
    """
    items: tuple[Item, ...] = ()
    found: set[int] = set()
    for batch in batches:
        plan = build_plan(ruleset, batch.catalog, batch.as_of, event_grain=True)
        writer = Writer(plan.as_of.day, plan.timezone, batch.extensions.functions)
        asked = probes(ruleset, plan, writer)
        items = tuple(Item(probe.kind, probe.place, probe.what) for probe in asked)
        left = {i: probe for i, probe in enumerate(asked) if i not in found}
        # The past costs most, and mostly the first batch that asks for it reaches all of it.
        parts = _past_parts(batch, ruleset) & {probe.past for probe in left.values()}
        if parts:
            _tell_past(batch, ruleset, parts)
        if left:
            run_query(batch.store.database, kept_whole(write_query(plan, batch.extensions)))
        told = {i: probe for i, probe in left.items() if not probe.past or probe.past in parts}
        found |= _reached(batch, told)
    return Coverage(items, frozenset(found))


def _past_parts(batch: Batch, ruleset: Ruleset) -> frozenset[str]:
    """Return which parts of the past the expectations of a batch ask for."""
    asked = {e.kind for case in batch.cases for e in case.expectations if needs_past(e, ruleset)}
    parts = {"segments"} if "segment" in asked else set()
    return frozenset(parts | ({"stages"} if asked & {"stage", "stages"} else set()))


def _tell_past(batch: Batch, ruleset: Ruleset, parts: frozenset[str]) -> None:
    database = batch.store.database
    told = build_past(
        with_clauses(ruleset),
        batch.catalog,
        batch.as_of,
        extensions=batch.extensions,
        parts=parts,
    )
    run_query(database, kept_whole(write_query(told, batch.extensions)))
    if "segments" in parts:
        database.execute(members_now())
    if "stages" in parts:
        database.execute(kept("stage_spell", STAGES_PASSED))


def _reached(batch: Batch, told: Mapping[int, Probe]) -> set[int]:
    numbers = {id(probe): number for number, probe in told.items()}
    found: set[int] = set()
    for asked, select in reached(told.values()):
        truths = batch.store.database.rows(select)[0]
        found |= {numbers[id(probe)] for probe, truth in zip(asked, truths, strict=True) if truth}
    return found
