"""Benchmarks that are of the program's own time."""

from __future__ import annotations

from collections.abc import Iterator

from leadline.diagnostic import Diagnostic
from leadline.ruleset.checks.codes import BENCHMARK_TOO_LATE
from leadline.ruleset.checks.subject import Subject


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Find audits whose benchmark was measured while the program ran."""
    for audit in subject.ruleset.audits:
        measured = audit.benchmark.measured if audit.benchmark is not None else None
        if measured is None or audit.started is None or measured[1] < audit.started:
            continue
        message = (
            f"the benchmark of `{audit.name}` is measured until {measured[1]}, "
            f"and the program began on {audit.started}"
        )
        hint = "measure it before the program began: it says what there was without it"
        place = subject.value("audits", audit.name, "benchmark", "measured")
        yield Diagnostic(BENCHMARK_TOO_LATE, message, place, hint)
