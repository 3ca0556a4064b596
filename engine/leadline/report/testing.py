"""What tests of rulesets came to, as text for a terminal and as data for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from leadline.diagnostic import Place
from leadline.report.diagnostics import columns, visible
from leadline.report.junit import Case, Suite

_GAP = "  "
_MARK, _NO_MARK = "  ! ", "    "
_RED, _GREEN, _BOLD, _DIM, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
#: More rows of one case are only counted: the first ones say what is wrong.
_MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Checked:
    """One expectation of a case: what was expected of whom and what came."""

    subject: str
    what: str
    expected: str
    actual: str
    met: bool
    place: Place


@dataclass(frozen=True, slots=True)
class CaseReport:
    """A case that was run.

    Attributes:
        name: its name.
        file: the test file.
        line: where the first expectation that is not met stands, or else the name.
        on: the date.
        note: why it has to be so, in the file's words.
        seconds: how long it took.
        checked: of a failed case the expectations of the leads and accounts in question.
        whys: of a failed case why its leads have the scores they have.
    """

    name: str
    file: str
    line: int
    on: str
    note: str
    seconds: float
    checked: tuple[Checked, ...] = ()
    whys: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether an expectation is not met."""
        return any(not one.met for one in self.checked)


@dataclass(frozen=True, slots=True)
class FileReport:
    """The cases of a test file that were run."""

    file: str
    ruleset: str
    cases: tuple[CaseReport, ...]

    @property
    def failed(self) -> tuple[CaseReport, ...]:
        """The cases that failed."""
        return tuple(case for case in self.cases if case.failed)


def report_text(files: Sequence[FileReport], *, colour: bool = False, width: int = 80) -> str:
    """Write what came of tests: each failed case, then a line for each file.

    Args:
        files: the test files.
        colour: write ANSI colours.
        width: the columns to fit in.
    """
    blocks = [case_text(case, colour=colour, width=width) for f in files for case in f.failed]
    return "\n".join([*blocks, _summary(files, colour)])


def case_text(case: CaseReport, *, colour: bool = False, width: int = 80) -> str:
    """Write a failed case: a grid of what was expected and what came, and why it came."""
    lines = [
        _painted("FAILED", _RED + _BOLD, colour) + " " + _painted(visible(case.name), _BOLD, colour)
    ]
    lines.append(f"  --> {visible(case.file)}:{case.line}")
    lines += textwrap.wrap(
        visible(case.note), width, initial_indent="  note: ", subsequent_indent="        "
    )
    lines += ["", *_grid(case, colour), ""]
    for why in case.whys:
        lines += [f"    {line}".rstrip() for line in why.splitlines()] + [""]
    return "\n".join(lines)


def _grid(case: CaseReport, colour: bool) -> Iterator[str]:
    """Yield the rows of a failed case, those that are not met marked."""
    unmet_first = sorted(case.checked, key=lambda one: one.met)
    kept = {id(one) for one in unmet_first[:_MOST_ROWS]}
    shown = [one for one in case.checked if id(one) in kept]
    rows = [tuple(map(visible, (one.subject, one.what, one.expected, one.actual))) for one in shown]
    widths = [max(columns(row[i]) for row in rows) for i in range(4)]
    # The date stands over the first two columns, which may have to be wider for it.
    date = f"on {case.on}"
    widths[1] = max(widths[1], columns(date) - widths[0] - len(_GAP))
    widths[2] = max(widths[2], len("expected"))
    date = _padded(date, widths[0] + len(_GAP) + widths[1])
    title = _NO_MARK + _GAP.join([date, _padded("expected", widths[2]), "came"])
    yield _painted(title, _DIM, colour)
    for one, row in zip(shown, rows, strict=True):
        cells = [_padded(cell, room) for cell, room in zip(row, widths, strict=True)]
        came = row[3] if one.met else _painted(row[3], _RED, colour)
        mark = _NO_MARK if one.met else _painted(_MARK, _RED, colour)
        yield mark + _GAP.join([*cells[:3], came])
    if len(shown) < len(case.checked):
        yield f"{_NO_MARK}and {len(case.checked) - len(shown)} more"


def _summary(files: Sequence[FileReport], colour: bool) -> str:
    """Return a line for each file, and one for all."""
    names = [visible(file.file) for file in files]
    room = max(map(columns, names), default=0)
    lines = []
    for name, file in zip(names, files, strict=True):
        count = _count(len(file.cases), "case")
        failed = len(file.failed)
        said = f"{failed} failed" if failed else "passed"
        said = _painted(said, _RED if failed else _GREEN, colour)
        lines.append(f"{_padded(name, room)}{_GAP}{count:>9}{_GAP}{said}")
    every = [case for file in files for case in file.cases]
    failed = sum(case.failed for case in every)
    seconds = sum(case.seconds for case in every)
    result = f"{failed} of {_count(len(every), 'case')} failed" if failed else ""
    result = result or (f"{_count(len(every), 'case')} passed")
    result = _painted(result, (_RED if failed else _GREEN) + _BOLD, colour)
    lines.append(f"{result} in {seconds:.1f} s")
    return "\n".join(lines) + "\n"


def report_data(files: Sequence[FileReport]) -> list[dict[str, object]]:
    """Return what came of tests as plain data, ready for JSON."""
    return [
        {
            "file": file.file,
            "ruleset": file.ruleset,
            "cases": [_case_data(case) for case in file.cases],
        }
        for file in files
    ]


def _case_data(case: CaseReport) -> dict[str, object]:
    return {
        "name": case.name,
        "outcome": "failed" if case.failed else "passed",
        "line": case.line,
        "on": case.on,
        "seconds": round(case.seconds, 6),
        "unmet": [
            {
                "subject": one.subject,
                "what": one.what,
                "expected": one.expected,
                "actual": one.actual,
                "line": one.place.line,
            }
            for one in case.checked
            if not one.met
        ],
        "why": list(case.whys),
    }


def report_suites(files: Sequence[FileReport], named: Callable[[str], str]) -> tuple[Suite, ...]:
    """Return what came of tests for JUnit: a suite a file.

    Args:
        files: the test files.
        named: a file's name as a repository has it.
    """
    return tuple(
        Suite(named(file.file), tuple(_junit_case(case, named(file.file)) for case in file.cases))
        for file in files
    )


def _junit_case(case: CaseReport, file: str) -> Case:
    unmet = [one for one in case.checked if not one.met]
    first = "; ".join(f"{o.subject}: {o.what} is {o.actual}, not {o.expected}" for o in unmet[:3])
    failure = f"{first}\n\n{case_text(case)}" if unmet else ""
    return Case(case.name, file, case.line, case.seconds, failure)


def _padded(text: str, room: int) -> str:
    return text + " " * (room - columns(text))


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _painted(text: str, style: str, colour: bool) -> str:
    return f"{style}{text}{_PLAIN}" if colour and text else text
