"""JUnit XML, which CI systems show as a list of tests: checks and tests print into it alike."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from leadline.diagnostic import Diagnostic, Severity, in_order

#: Characters that XML 1.0 has no way to write.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Case:
    """One test or one finding.

    Args:
        name: what was tested.
        file: the file that it stands in, with forward slashes.
        line: its line there, from 1; None where it has none.
        seconds: how long it took.
        failure: what is wrong, of which the first line is shown in lists; empty: it passed.
        skipped: why it was not run; empty: it was.
        output: what else is to be said about it.
    """

    name: str
    file: str = ""
    line: int | None = None
    seconds: float = 0.0
    failure: str = ""
    skipped: str = ""
    output: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """The cases of one file, under its name."""

    name: str
    cases: tuple[Case, ...]

    @property
    def seconds(self) -> float:
        """How long all cases took together."""
        return sum(case.seconds for case in self.cases)


def junit(suites: Sequence[Suite]) -> str:
    """Print suites as one JUnit XML document."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f"<testsuites {_counts('leadline', [c for s in suites for c in s.cases])}>")
    for suite in suites:
        lines.append(f"  <testsuite {_counts(suite.name, suite.cases)}>")
        lines += (line for case in suite.cases for line in _case(suite, case))
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def suites_of(diagnostics: Iterable[Diagnostic], files: Sequence[str]) -> tuple[Suite, ...]:
    """Return findings as suites: one a file, one case a finding, a passed case for a good file.

    Args:
        diagnostics: in any order. Warnings and errors are failures, notes are passed cases.
        files: every file that was looked at.
    """
    found = in_order(diagnostics)
    places = {d.place.file if d.place else "" for d in found}
    names = dict.fromkeys((*files, *sorted(places - set(files))))
    return tuple(
        Suite(
            name or "leadline",
            tuple(_finding(d) for d in found if (d.place.file if d.place else "") == name)
            or (Case("no findings", name),),
        )
        for name in names
    )


def _finding(diagnostic: Diagnostic) -> Case:
    place = diagnostic.place
    said = [diagnostic.message]
    said += [f"at {place}"] if place else []
    said += [f"help: {diagnostic.hint}"] if diagnostic.hint else []
    said += [f"note: {note}" for note in diagnostic.notes]
    told = "\n".join(said)
    where = f" at line {place.line}, column {place.column}" if place else ""
    bad = diagnostic.severity > Severity.NOTE
    return Case(
        name=f"{diagnostic.code} {diagnostic.name}{where}",
        file=place.file if place else "",
        line=place.line if place else None,
        failure=told if bad else "",
        output="" if bad else told,
    )


def _counts(name: str, cases: Sequence[Case]) -> str:
    """Return the attributes that a suite and the whole have alike."""
    failures = sum(1 for case in cases if case.failure)
    skipped = sum(1 for case in cases if case.skipped)
    seconds = sum(case.seconds for case in cases)
    return (
        f'name="{_escaped(name)}" tests="{len(cases)}" failures="{failures}" errors="0" '
        f'skipped="{skipped}" time="{seconds:.3f}"'
    )


def _case(suite: Suite, case: Case) -> Iterator[str]:
    attributes = [f'name="{_escaped(case.name)}"', f'classname="{_escaped(suite.name)}"']
    attributes += [f'file="{_escaped(case.file)}"'] if case.file else []
    attributes += [f'line="{case.line}"'] if case.line is not None else []
    attributes.append(f'time="{case.seconds:.3f}"')
    head = f"    <testcase {' '.join(attributes)}"
    if not (case.failure or case.skipped or case.output):
        yield f"{head}/>"
        return
    yield f"{head}>"
    if case.failure:
        first = case.failure.split("\n", 1)[0]
        yield f'      <failure message="{_escaped(first)}">{_escaped(case.failure)}</failure>'
    if case.skipped:
        yield f'      <skipped message="{_escaped(case.skipped)}"/>'
    if case.output:
        yield f"      <system-out>{_escaped(case.output)}</system-out>"
    yield "    </testcase>"


def _escaped(text: str) -> str:
    return html.escape(_UNWRITABLE.sub("\ufffd", text))
