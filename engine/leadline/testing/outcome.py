"""A suite run: what became of each case, and why a failed one came out as it did."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from leadline.diagnostic import Diagnostic
from leadline.engine.run import run_query
from leadline.plan.build import build_plan
from leadline.report.explain import explanation_text
from leadline.report.explanation import Explanation, Silent, explain
from leadline.report.testing import CaseReport, Checked, FileReport
from leadline.sql import testing as sql
from leadline.sql.query import write_query
from leadline.testing.cases import (
    MARK,
    Case,
    Expectation,
    Results,
    Unmet,
    expected_text,
    what_of,
)
from leadline.testing.codes import UNMET
from leadline.testing.running import ABSENT, compare, evaluate_batch
from leadline.testing.suite import Suite

Tick = Callable[[str, int, int], None]

#: So many scores of a failed case are explained; the rest most often has the same cause.
_MOST_WHYS = 3
#: The number of a case before an id, as a terminal shows it.
_SHOWN_MARK = re.compile(f"[0-9]+[{MARK}\u241e]")
_NOTHING_DONE = "no events "


def run_suite(
    suite: Suite, tick: Tick = lambda label, done, total: None, *, width: int = 80
) -> tuple[FileReport, ...]:
    """Run the cases of a suite.

    Args:
        suite: the cases.
        tick: told how far the work is.
        width: the columns that explanations fit in.

    Returns:
        A report for each test file of which cases were run. The stores of batches with a
        failed case hold relations of one lead afterwards.
    """
    done: dict[int, CaseReport] = {}
    for number, batch in enumerate(suite.batches):
        tick("tests", number, len(suite.batches))
        begun = time.perf_counter()
        results = evaluate_batch(batch, suite.ruleset)
        unmet: dict[int, list[Unmet]] = {}
        for one in compare(results):
            unmet.setdefault(id(one.case), []).append(one)
        each = (time.perf_counter() - begun) / max(len(batch.cases), 1)
        for place, case in enumerate(batch.cases):
            done[id(case)] = _report(results, place, unmet.get(id(case), []), each, width)
    tick("tests", len(suite.batches), len(suite.batches))
    reports = (
        FileReport(
            file.file,
            suite.text.file,
            tuple(done[id(case)] for case in file.cases if id(case) in done),
        )
        for file in suite.files
    )
    return tuple(report for report in reports if report.cases)


def unmet_findings(files: Sequence[FileReport]) -> tuple[Diagnostic, ...]:
    """Return each expectation that is not met as a finding at its place."""
    return tuple(
        Diagnostic(
            UNMET,
            f"{one.subject}: {one.what} is {one.actual}, expected {one.expected}",
            one.place,
            notes=(f"in the case `{case.name}` on {case.on}",),
        )
        for file in files
        for case in file.failed
        for one in case.checked
        if not one.met
    )


def _report(
    results: Results, number: int, unmet: list[Unmet], seconds: float, width: int
) -> CaseReport:
    case = results.batch.cases[number]
    return CaseReport(
        name=case.name,
        file=case.place.file,
        line=unmet[0].place.line if unmet else case.place.line,
        on=case.on,
        note=case.note,
        seconds=seconds,
        checked=tuple(_checked(case, unmet)),
        whys=tuple(_whys(results, number, unmet, width)) if unmet else (),
    )


def _checked(case: Case, unmet: list[Unmet]) -> Iterator[Checked]:
    """Yield the expectations of whom not all is as expected."""
    came = {id(one.expectation): one.actual for one in unmet}
    subjects = {(one.expectation.of, one.subject) for one in unmet}
    for expectation in case.expectations:
        if (expectation.of, expectation.id) in subjects:
            expected = expected_text(expectation)
            yield Checked(
                subject=expectation.id,
                what=what_of(expectation),
                expected=expected,
                actual=came.get(id(expectation), expected),
                met=id(expectation) not in came,
                place=expectation.place,
            )


def _whys(results: Results, number: int, unmet: list[Unmet], width: int) -> Iterator[str]:
    """Yield why the leads in question have their scores, each score once."""
    asked: dict[tuple[str, str, str], set[str]] = {}
    for one in unmet:
        for score, per in _scores_behind(one.expectation, results):
            asked.setdefault((one.subject, score, per), set()).add(one.expectation.name)
    absent = {one.subject for one in unmet if one.actual == ABSENT}
    told: set[str] = set()
    for (lead, score, per), names in list(asked.items())[:_MOST_WHYS]:
        if lead not in absent:
            yield _why(results, number, lead, score, per, names, width)
        elif lead not in told:
            told.add(lead)
            yield _why_absent(results, number, lead)


def _scores_behind(expectation: Expectation, results: Results) -> list[tuple[str, str]]:
    """Return the scores, with the value of ``per``, that say how something came out."""
    ruleset = results.ruleset
    if expectation.of == "account":
        return []
    match expectation.kind:
        case "score" | "grade":
            return [(expectation.name, expectation.per)]
        case "fired" if expectation.name:
            return [(expectation.name.partition(".")[0], "")]
        case "stage" | "stages" if ruleset.stages is not None:
            source = ruleset.stages.source
            return [(str(source.name), "")] if source.kind == "score" else []
        case "matrix":
            return [(axis.score, "") for axis in ruleset.matrix or ()]
        case _:
            return []


def _why(
    results: Results, number: int, lead: str, score: str, per: str, names: set[str], width: int
) -> str:
    batch = results.batch
    marked = batch.mark(number, "lead_id", lead)
    plan = build_plan(results.ruleset, batch.catalog, batch.as_of, lead=marked, event_grain=True)
    run_query(batch.store.database, write_query(plan, batch.extensions))
    functions = batch.extensions.functions
    why = explain(batch.store.database, results.ruleset, plan, lead, functions, score)
    text = explanation_text(_cut(why, per, names), width=width - 4)
    # The head says lead and date, which the grid says too.
    blocks = text.split("\n\n", 1)[1:] or [text]
    head, *lines = _SHOWN_MARK.sub("", blocks[0]).split("\n")
    return "\n".join([f"why {lead} has {head.replace('  ', ' ', 1).replace('  ', ', ')}", *lines])


def _cut(why: Explanation, per: str, names: set[str]) -> Explanation:
    """Leave out the values of ``per`` and the silent rules that nobody asked about."""
    scores = tuple(
        replace(score, silent=tuple(s for s in score.silent if _matters(s, score.score, names)))
        for score in why.scores
        if not per or score.per == per
    )
    return replace(why, scores=scores)


def _matters(silent: Silent, score: str, names: set[str]) -> bool:
    return not silent.because.startswith(_NOTHING_DONE) or f"{score}.{silent.rule}" in names


def _why_absent(results: Results, number: int, lead: str) -> str:
    batch = results.batch
    marked = batch.mark(number, "lead_id", lead)
    plan = build_plan(results.ruleset, batch.catalog, batch.as_of, lead=marked)
    run_query(batch.store.database, write_query(plan, batch.extensions))
    if batch.store.database.value(sql.known_leads()):
        return f"{lead} is left out by `leads:` of the ruleset\n"
    return f"{lead} does not exist on {batch.on}: there is no event of it yet, or it was merged\n"
