"""How thorough the cases of a suite are: coverage and mutants in one go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from leadline.diagnostic import Diagnostic
from leadline.report.thoroughness import Gap, Thoroughness
from leadline.testing.codes import NOT_NOTICED, NOT_REACHED
from leadline.testing.coverage import Coverage, measure_coverage
from leadline.testing.mutants import Tick, run_mutants
from leadline.testing.suite import Suite

#: The kinds of what can be reached, as they are counted.
_PLURALS = {
    "rule": "rules",
    "clause": "clauses",
    "limit": "limits",
    "cap": "caps",
    "band": "bands",
    "grade": "grades",
    "stage": "stages",
    "segment": "segments",
    "committee": "committees",
}


def measure(suite: Suite, tick: Tick, *, mutants: bool) -> Thoroughness:
    """Measure how thorough the cases of a suite are.

    Args:
        suite: cases that all pass. Their stores hold other relations afterwards.
        tick: told how far the work is.
        mutants: whether to try mutants too.
    """
    coverage = measure_coverage(suite.ruleset, suite.batches)
    missed = tuple(Gap(item.place, item.what) for item in coverage.missed)
    survivors: tuple[Gap, ...] = ()
    tried: int | None = None
    if mutants and suite.text.document is not None:
        mutation = run_mutants(suite.ruleset, suite.text.document, suite.batches, tick)
        tried = len(mutation.mutants)
        survivors = tuple(Gap(m.place, f"{m.subject}: {m.change}") for m in mutation.survivors)
    return Thoroughness(suite.text.file, tuple(_kinds(coverage)), missed, tried, survivors)


def _kinds(coverage: Coverage) -> Iterator[tuple[str, int, int]]:
    totals = Counter(item.kind for item in coverage.items)
    reached = Counter(coverage.items[number].kind for number in coverage.reached)
    for kind, plural in _PLURALS.items():
        if totals[kind]:
            yield plural, reached[kind], totals[kind]


def gap_findings(found: Sequence[Thoroughness]) -> tuple[Diagnostic, ...]:
    """Return what no case reaches or notices as notes at their places."""
    hint = "add a case that shows it"
    return tuple(
        Diagnostic(code, f"{said}: {gap.what}", gap.place, hint)
        for one in found
        for code, said, gaps in (
            (NOT_REACHED, "no case reaches this", one.missed),
            (NOT_NOTICED, "no case notices a change here", one.survivors),
        )
        for gap in gaps
    )
