"""``leadline check``: what is wrong with rulesets, all of it at once, and what mends it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import click

from leadline.checking.beside import check_beside
from leadline.checking.check import check_files, reread
from leadline.checking.codes import is_error
from leadline.checking.fixing import Fixed
from leadline.checking.plugins import check_codes, open_checks
from leadline.checking.selection import CheckRules, rules_of
from leadline.cli.findings import Told, explain, findings_options, output_files, print_findings
from leadline.cli.mending import diff_of, mended, write_mended
from leadline.cli.options import data_option, loaded, project_here
from leadline.cli.output import note
from leadline.configuration import CheckSection
from leadline.delivery.publications import texts_of
from leadline.delivery.using import outputs_checked
from leadline.diagnostic import Diagnostic, Severity, in_order
from leadline.errors import RulesetError, UsageError
from leadline.pipeline import RulesetText, read_ruleset
from leadline.plan.clock import parse_as_of
from leadline.plugin import OpenCheck
from leadline.project import FILE_NAME, Project
from leadline.report.terminal import coloured
from leadline.ruleset.beside import belonging_to
from leadline.run import open_store, ruleset_files, rulesets_of
from leadline.store import Store

_SEVERITIES = {severity.word: severity for severity in Severity}


@dataclass(frozen=True, slots=True)
class _Checker:
    """Everything that a ruleset is checked against."""

    store: Store | None
    rules: CheckRules
    today: date
    checks: tuple[OpenCheck, ...]

    def check(self, *files: RulesetText) -> tuple[Diagnostic, ...]:
        return check_files(files, self.store, self.rules, self.today, self.checks)

    def beside(self, *files: RulesetText) -> tuple[tuple[Diagnostic, ...], dict[str, str]]:
        found, texts = check_beside(files, self.store, self.rules, self.today)
        # --fix mends rulesets alone.
        return tuple(replace(one, fix=None) for one in found), texts

    def mended(self, file: RulesetText, found: Sequence[Diagnostic], *, unsafe: bool) -> Fixed:
        def again(text: str) -> tuple[Diagnostic, ...]:
            return self.check(reread(file, text))

        of_file = [one for one in found if one.place and one.place.file == file.file]
        return mended(file, of_file, again, unsafe=unsafe)


@click.command("check")
@click.argument("rulesets", nargs=-1, type=click.Path(path_type=Path))
@data_option
@click.option(
    "--select",
    multiple=True,
    metavar="CODES",
    help="Only these findings: codes, names, or the beginning of codes such as LL1. Errors are "
    "always said.",
)
@click.option("--ignore", multiple=True, metavar="CODES", help="Not these findings.")
@click.option("--fix", is_flag=True, help="Apply the fixes that change no score.")
@click.option("--unsafe", is_flag=True, help="With --fix or --diff: the other fixes, too.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@findings_options
@click.option(
    "--fail-on",
    type=click.Choice(tuple(_SEVERITIES)),
    default="warning",
    show_default=True,
    help="The least that makes the command fail.",
)
@click.option(
    "--as-of",
    metavar="DATE",
    help="The day that counts as today for what ends or is to be reviewed. [default: today]",
)
@click.option("--explain", "code", metavar="CODE", help="Print what a code or name is about.")
def command(
    rulesets: tuple[Path, ...],
    data: Path | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fix: bool,
    unsafe: bool,
    diff: bool,
    format_: str,
    outputs: tuple[str, ...],
    fail_on: str,
    as_of: str | None,
    code: str | None,
) -> int:
    """Say what is wrong with rulesets: every mistake of every file, each at its place.

    RULESETS are files, their folders, or a folder of such folders; without any, those of the
    project. The audits and reviews beside a ruleset are checked with it. Names and types are
    checked against the columns of --data, or of the project's store, and so is what a rule can
    never find there. Without RULESETS, the outputs of the project are checked too: those that
    rulesets send to, and what they are to hold. A comment `# leadline: ignore CODE` at the end of a
    line, or above a key, leaves a finding out.
    """
    if code is not None:
        explain(code)
        return 0
    if unsafe and not (fix or diff):
        raise UsageError("--unsafe alone changes nothing", hint="add `--fix`, or `--diff` to see")
    files_out = output_files(outputs)
    today = parse_as_of(as_of, "UTC").day if as_of is not None else datetime.now(UTC).date()
    project = project_here()
    checks = open_checks(project) if project is not None else ()
    rules = _rules(project, select, ignore, checks)
    files = _files(rulesets, project)
    with ExitStack() as stack:
        store = _data(data, project)
        if store is not None:
            stack.enter_context(store)
        checker = _Checker(store, rules, today, checks)
        found = checker.check(*files)
        beside, texts = checker.beside(*files)
        unfit: tuple[Diagnostic, ...] = ()
        if project is not None and not rulesets:
            _, unfit = outputs_checked(project, files, store, whole=True)
        fixed = [checker.mended(f, found, unsafe=unsafe) for f in files] if fix or diff else []
    changed = [one for one in zip(files, fixed, strict=False) if one[1].text != one[0].text]
    if diff:
        for file, one in changed:
            click.echo(diff_of(file, one, colour=coloured(sys.stdout)), nl=False)
        _say_fixed(fixed, len(changed), "would be fixed")
        ended = _exit_code((*found, *beside), _SEVERITIES[fail_on])
        return max(ended, UsageError.exit_code if unfit else 1 if changed else 0)
    if fix:
        written = {file.file: write_mended(file, one) for file, one in changed}
        files = [written.get(file.file, file) for file in files]
        found = tuple(left for one in fixed for left in one.left)
        _say_fixed(fixed, len(changed), "fixed")
    found = in_order((*found, *beside))
    texts |= texts_of(unfit) | {file.file: file.text for file in files}
    told = Told(in_order((*found, *unfit)), texts, "leadline check")
    print_findings(told, format_, files_out)
    if not told.found:
        _say_good(len(files), against=store is not None)
    ended = _exit_code(found, _SEVERITIES[fail_on])
    return max(ended, UsageError.exit_code) if unfit else ended


def _rules(
    project: Project | None,
    select: Sequence[str],
    ignore: Sequence[str],
    checks: Sequence[OpenCheck],
) -> CheckRules:
    section, text = CheckSection(), ""
    if project is not None:
        section = project.check
        text = (project.root / FILE_NAME).read_text(encoding="utf-8")
    return rules_of(section, text, select, ignore, check_codes(checks))


def _files(rulesets: Sequence[Path], project: Project | None) -> list[RulesetText]:
    paths = [file for path in rulesets for file in ruleset_files(belonging_to(path))]
    if not rulesets and project is not None:
        paths += rulesets_of(project)
    if not paths:
        raise UsageError("there is nothing to check", hint="name a ruleset file or folder")
    return [read_ruleset(path, project) for path in dict.fromkeys(paths)]


def _data(data: Path | None, project: Project | None) -> Store | None:
    """Open the data: a folder of them, or the project's store where it is filled."""
    if data is not None:
        store, _, notes = loaded(data)
        for line in notes:
            note(f"note: {line}")
        return store
    if project is None or not project.store.exists():
        return None
    return open_store(project, read_only=True)


def _say_fixed(fixed: Sequence[Fixed], files: int, word: str) -> None:
    times = sum(len(one.applied) for one in fixed)
    if times:
        note(f"{times} {word} in {files} file{'s' * (files != 1)}")
    else:
        more = any(found.fix is not None for one in fixed for found in one.left)
        note(f"nothing can be fixed{' without --unsafe' if more else ''}")


def _say_good(files: int, *, against: bool) -> None:
    many = "1 ruleset is" if files == 1 else f"{files} rulesets are"
    note(
        f"nothing found: {many} good against the data"
        if against
        else f"nothing found: {many} good in itself; pass --data DIR to check it against data, or "
        "`leadline run` first"
    )


def _exit_code(found: Sequence[Diagnostic], fail_on: Severity) -> int:
    if any(is_error(one.code) for one in found):
        return RulesetError.exit_code
    return 1 if any(one.severity >= fail_on for one in found) else 0
