"""``leadline test``: the cases beside rulesets, run."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from leadline.cli.findings import findings_options, output_files
from leadline.cli.options import as_of_option, data_option, loaded, project_here
from leadline.cli.output import note, write_text
from leadline.cli.recording import Recording, record
from leadline.diagnostic import Diagnostic, Severity, did_you_mean, in_order
from leadline.errors import RulesetError, UsageError
from leadline.expression.catalog import Catalog
from leadline.pipeline import columns_of, read_ruleset
from leadline.project import Project
from leadline.report import diagnostics as said
from leadline.report.github import github
from leadline.report.junit import junit, suites_of
from leadline.report.repository import in_repository, placed_in, repository_root
from leadline.report.sarif import sarif
from leadline.report.terminal import Tick, coloured, progress, terminal_width
from leadline.report.testing import FileReport, report_data, report_suites, report_text
from leadline.report.thoroughness import (
    MOST_GAPS,
    Thoroughness,
    percent,
    thoroughness_data,
    thoroughness_text,
)
from leadline.run import rulesets_of
from leadline.testing.cases import Case, CaseFile
from leadline.testing.finding import Target, find_tests, without_tests
from leadline.testing.outcome import run_suite, unmet_findings
from leadline.testing.suite import Suite, open_suite, project_columns
from leadline.testing.thoroughness import gap_findings, measure

_TESTS_FAILED, _NO_RULESET = 1, RulesetError.exit_code


class _Tested:
    """What has become of the tests so far."""

    def __init__(self) -> None:
        self.reports: list[FileReport] = []
        self.wrong: list[Diagnostic] = []
        self.texts: dict[str, str] = {}
        self.code = 0
        self.passed_over = 0
        self.thorough: list[Thoroughness] = []

    def add(self, other: _Tested) -> None:
        """Add what has become of another ruleset's tests."""
        self.reports += other.reports
        self.wrong += other.wrong
        self.texts |= other.texts
        self.code = max(self.code, other.code)
        self.passed_over += other.passed_over
        self.thorough += other.thorough

    def say(self, found: Sequence[Diagnostic], texts: dict[str, str], code: int) -> None:
        """Note what is wrong with a file, and the exit code that it makes."""
        self.wrong += found
        self.texts |= texts
        if any(diagnostic.severity is Severity.ERROR for diagnostic in found):
            self.code = max(self.code, code)


@click.command("test")
@click.argument("paths", nargs=-1)
@click.option("-k", "text", metavar="TEXT", help="Only cases with this text in their name.")
@data_option
@findings_options
@click.option(
    "--cov-fail-under",
    "least_covered",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Fail where cases reach less than this of a ruleset.",
)
@click.option(
    "--mutants-fail-under",
    "least_noticed",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Fail where cases notice fewer of its mutants.",
)
@click.option("--no-mutants", is_flag=True, help="Do not try mutants; only say what is reached.")
@click.option("--all-gaps", is_flag=True, help="List all that no case reaches or notices.")
@click.option("--record", "lead", metavar="LEAD", help="Write a case from real data instead.")
@as_of_option
@click.option("--name", metavar="NAME", help="With --record: what the case is called.")
@click.option("--score", metavar="NAME", help="With --record: expect this score alone.")
def command(
    paths: tuple[str, ...],
    text: str | None,
    data: Path | None,
    format_: str,
    outputs: tuple[str, ...],
    least_covered: float | None,
    least_noticed: float | None,
    no_mutants: bool,
    all_gaps: bool,
    lead: str | None,
    as_of: str | None,
    name: str | None,
    score: str | None,
) -> int:
    """Run the cases beside rulesets: what is given, on which date, and what is expected then.

    PATHS are rulesets, their folders, test files, or one case as TESTFILE::NAME; without any, the
    rulesets of the project. The tests of NAME.yaml are NAME.test.yaml and NAME.MORE.test.yaml
    beside it. No case at all is a failure.

    Where all cases pass, it says which rules, clauses, limits, caps, bands, grades and stages no
    case reaches, and which mutants none notices: the ruleset with a comparison, a number, a clause
    or a limit changed.

    With --record LEAD a case is added to the test file: what the lead did, as far as the ruleset
    looks at it, and what came of it, with stand-ins for what is personal. `-o -` prints it, `-o
    FILE` adds it to another file.
    """
    if lead is not None:
        return record(_recording(paths, data, outputs, lead, as_of, name, score))
    if (as_of or name or score) is not None:
        raise UsageError("--as-of, --name and --score go with --record")
    chosen = text is not None or any("::" in path for path in paths)
    if chosen and (least_covered, least_noticed) != (None, None):
        raise UsageError("some cases alone are not to be measured", hint="name none of them")
    if no_mutants and least_noticed is not None:
        raise UsageError("--mutants-fail-under needs the mutants that --no-mutants leaves out")
    files = output_files(outputs)
    project = project_here()
    named = paths or tuple(str(path) for path in (rulesets_of(project) if project else ()))
    if not named:
        raise UsageError("there is nothing to test", hint="name a ruleset file or folder")
    found = find_tests(named)
    tested = _Tested()
    tested.say(found.diagnostics, {}, _TESTS_FAILED)
    columns = _columns(data, project)

    def test(target: Target, tick: Tick) -> _Tested:
        own = _Tested()
        suite = _opened(target, project, columns, text, own)
        if suite is not None:
            with suite:
                _run(suite, own, tick, measured=not chosen, mutants=not no_mutants)
        return own

    with progress() as tick:
        for one in _side_by_side(found.targets, test, tick):
            tested.add(one)
    _print(tested, format_, files, most=None if all_gaps else MOST_GAPS)
    ran = sum(len(report.cases) for report in tested.reports)
    failed = any(report.failed for report in tested.reports) or not ran
    failed |= _is_below(tested.thorough, least_covered, least_noticed)
    return max(tested.code, _TESTS_FAILED if failed else 0)


def _side_by_side(
    targets: Sequence[Target], test: Callable[[Target, Tick], _Tested], tick: Tick
) -> Iterator[_Tested]:
    """Test rulesets, several at a time: each has stores of its own, and most work is theirs."""
    if len(targets) < 2:
        yield from (test(target, tick) for target in targets)
        return
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        # What each is at would only flicker; how many are done does not.
        done = pool.map(lambda target: test(target, lambda *_: None), targets)
        for number, tested in enumerate(done, start=1):
            tick("rulesets", number, len(targets))
            yield tested


def _recording(
    paths: Sequence[str],
    data: Path | None,
    outputs: Sequence[str],
    lead: str,
    as_of: str | None,
    name: str | None,
    score: str | None,
) -> Recording:
    if len(paths) > 1 or len(outputs) > 1:
        raise UsageError("--record takes one ruleset and one file to write to")
    ruleset = Path(paths[0]) if paths else None
    output = Path(outputs[0]) if outputs else None
    return Recording(lead, ruleset, data, as_of, name, score, output)


def _columns(data: Path | None, project: Project | None) -> Catalog | None:
    """Return the columns of a folder of data, or of the project's store where it is filled."""
    if data is None:
        return project_columns(project)
    store, _, notes = loaded(data)
    for line in notes:
        note(f"note: {line}")
    with store:
        return columns_of(store)


def _opened(
    target: Target,
    project: Project | None,
    columns: Catalog | None,
    text: str | None,
    tested: _Tested,
) -> Suite | None:
    """Lay out the chosen cases of one ruleset, or note what is wrong with it."""
    if not target.files:
        tested.say([without_tests(target.ruleset)], {}, _TESTS_FAILED)
        return None

    def chosen(file: CaseFile, case: Case) -> bool:
        return target.runs(file.file, case.name) and (text is None or text in case.name)

    ruleset = read_ruleset(target.ruleset, project)
    try:
        opened = open_suite(ruleset, target.files, data=columns, chosen=chosen)
    except RulesetError as error:
        tested.say(error.diagnostics, error.texts, _NO_RULESET)
        return None
    tested.texts |= {ruleset.file: ruleset.text}
    tested.say(opened.diagnostics, dict(opened.texts), _TESTS_FAILED)
    if opened.suite is not None:
        _known(target, opened.suite)
    return opened.suite


def _run(suite: Suite, tested: _Tested, tick: Tick, *, measured: bool, mutants: bool) -> None:
    """Run the cases of one ruleset, and where all pass measure how thorough they are."""
    tested.passed_over += sum(len(file.cases) for file in suite.files) - len(suite.cases)
    reports = run_suite(suite, tick, width=_width())
    tested.reports += reports
    if measured and reports and not any(report.failed for report in reports):
        tested.thorough.append(measure(suite, tick, mutants=mutants))


def _is_below(
    found: Sequence[Thoroughness], least_covered: float | None, least_noticed: float | None
) -> bool:
    """Say which thresholds are not reached, and whether there are any."""
    below = False
    for one in found:
        for what, share, least in (
            ("of it is reached", one.covered, least_covered),
            ("of its mutants are noticed", one.noticed, least_noticed),
        ):
            if least is not None and share is not None and share < least:
                below = True
                note(f"{one.ruleset}: {percent(share)} {what}, expected {percent(least)}")
    return below


def _known(target: Target, suite: Suite) -> None:
    """Refuse the name of a case that no file has.

    Raises:
        UsageError: there is one.
    """
    names = {file.file: [case.name for case in file.cases] for file in suite.files}
    for file, name in target.chosen:
        if name not in names[str(file)]:
            hint = did_you_mean(name, names[str(file)])
            raise UsageError(f"{file} has no case `{name}`", hint=hint)


def _width() -> int:
    return min(terminal_width() or 80, said.WIDTH)


# What is printed


def _print(
    tested: _Tested, format_: str, files: Sequence[tuple[str, Path]], *, most: int | None
) -> None:
    others = [str(file) for form, file in files if form != "github"]
    full_list = f"in {others[0]}" if others else "printed by `leadline test`"
    for form, file in files:
        text = _printed(tested, form, full_list, most, colour=False, width=said.WIDTH)
        write_text(text, file)
    colour = coloured(sys.stdout)
    text = _printed(tested, format_, full_list, most, colour=colour, width=_width())
    click.echo(text, nl=False)


def _printed(
    tested: _Tested, format_: str, full_list: str, most: int | None, *, colour: bool, width: int
) -> str:
    root = repository_root(Path.cwd())
    gaps = gap_findings(tested.thorough)
    findings = in_order((*tested.wrong, *unmet_findings(tested.reports), *gaps))
    match format_:
        case "text":
            return _text(tested, most, colour=colour, width=width)
        case "concise":
            return said.concise(findings)
        case "json":
            return _json(tested)
        case "junit":
            wrong = suites_of(placed_in(tested.wrong, root), ()) if tested.wrong else ()
            suites = report_suites(tested.reports, lambda file: in_repository(file, root))
            return junit((*wrong, *suites))
        case "github":
            return github(placed_in(findings, root), full_list)
        case _:
            texts = {in_repository(file, root): text for file, text in tested.texts.items()}
            return sarif(placed_in(findings, root), texts)


def _text(tested: _Tested, most: int | None, *, colour: bool, width: int) -> str:
    parts = []
    if tested.wrong:
        parts.append(said.text(tested.wrong, tested.texts, colour=colour, width=width))
    if tested.reports:
        parts.append(report_text(tested.reports, colour=colour, width=width))
    if tested.thorough:
        parts.append(thoroughness_text(tested.thorough, most=most, width=width))
    if not tested.reports and not tested.wrong:
        parts.append("no case was run\n")
    if tested.passed_over:
        parts[-1] += f"{tested.passed_over} not chosen\n"
    return "\n".join(parts)


def _json(tested: _Tested) -> str:
    data = {
        "files": report_data(tested.reports),
        "findings": json.loads(said.as_json(tested.wrong)),
        "thoroughness": thoroughness_data(tested.thorough),
        "not_chosen": tested.passed_over,
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
