"""The benchmark of a program: written down, measured over its days, or imported."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from leadline.audit.figures import Days
from leadline.audit.log import Log, sources_of
from leadline.audit.measure import known_days, log_begins, measure, of_audit
from leadline.audit.reading import NOT_ENOUGH, Reading, Unit
from leadline.expression import metrics as m
from leadline.ruleset.audits import Audit, Benchmark
from leadline.sql.audited import Of


def own_days(benchmark: Benchmark | None) -> tuple[date, date] | None:
    """Return the days of a benchmark that the audit's own figure is measured over."""
    if benchmark is None or benchmark.value is not None or benchmark.metric is not None:
        return None
    return benchmark.measured


def before_program(log: Log, audit: Audit, found: Reading) -> Reading:
    """Return a benchmark; of everything where there was nothing of the program yet.

    What was there before a program does not bear its name. Imported figures do.
    """
    begin, end = found.begin, found.end
    empty = not found.n and not found.reason.startswith(NOT_ENOUGH)
    if not empty or audit.program is None or begin is None or end is None:
        return found
    if any(isinstance(source, m.MetricSource) for source in sources_of(audit.metric.figure)):
        return found
    of, days = Of(None, audit.group), Days(begin, end, found.cut)
    [whole] = measure(log, audit.metric.figure, of, [days])
    return replace(whole, note=f"of everything: nothing of `{audit.program}` was there yet")


def other_benchmark(log: Log, audit: Audit, unit: Unit) -> Reading | None:
    """Return a benchmark that was written down, or that another figure gives."""
    benchmark = audit.benchmark
    if benchmark is None:
        return None
    begin, end = benchmark.measured or (None, None)
    if benchmark.value is not None:
        return Reading(begin, end, unit, benchmark.value, given=True)
    if benchmark.metric is None or begin is None or end is None:
        return None
    figure = benchmark.metric.figure
    days = known_days(begin, end, log_begins(log, figure), None)
    if isinstance(days, str):
        return Reading(begin, end, unit, None, reason=days)
    return measure(log, figure, of_audit(audit), [days])[0]
