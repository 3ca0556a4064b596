"""``leadline fmt``: rulesets and their tests in one layout, their meaning proved unchanged."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from leadline.checking.fixing import Fixed
from leadline.cli.mending import diff_of, write_mended
from leadline.cli.options import project_here
from leadline.cli.output import note
from leadline.diagnostic import Diagnostic, Severity
from leadline.document import Document, load
from leadline.errors import EngineError, RulesetError, UsageError
from leadline.expression.catalog import Catalog
from leadline.layout import format_text
from leadline.pipeline import RulesetText
from leadline.plan.build import build_plan
from leadline.plan.clock import parse_as_of
from leadline.plan.steps import Plan
from leadline.project import FILE_NAME
from leadline.report.diagnostics import WIDTH, text
from leadline.report.terminal import coloured, terminal_width
from leadline.ruleset.build import build
from leadline.ruleset.model import Ruleset
from leadline.ruleset.schema import RULESET_SCHEMA
from leadline.run import ruleset_files, rulesets_of
from leadline.testing.schemas import files_of, schema_of

_STDIN = "-"
_WOULD_CHANGE = 1
#: Plans are compared for one date; their form depends on none.
_DATE = "2026-01-01"


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is and as it is to be; ``after`` is None where it cannot be formatted."""

    text: RulesetText
    after: str | None
    fault: EngineError | None = None

    @property
    def changes(self) -> bool:
        return self.after is not None and self.after != self.text.text

    @property
    def fixed(self) -> Fixed:
        return Fixed(self.after or "", (), ())


@click.command("fmt")
@click.argument("paths", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; list what would change, exit 1.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change, exit 1.")
@click.option(
    "--stdin-name",
    metavar="FILE",
    default="ruleset.yaml",
    help="With `-`: the name of the file, which tells a ruleset from a test.",
)
def command(paths: tuple[str, ...], *, check: bool, diff: bool, stdin_name: str) -> int:
    """Write rulesets and their tests in one layout; comments stay, the meaning is the same.

    PATHS are files, folders of a ruleset, or a folder of such folders; without any, the rulesets
    of the project, each with its tests, audits and reviews. `-` reads a file from standard input
    and prints it. A file is written only where values, expressions and comments stay the same, and
    the plan of what compiles.
    """
    if _STDIN in paths:
        if len(paths) > 1:
            raise UsageError("`-` goes with no other file")
        return _stdin(stdin_name, check=check, diff=diff)
    files = [_formatted(str(path), path.read_bytes()) for path in _files(paths)]
    changed = [file for file in files if file.changes]
    for file in changed:
        if diff:
            _show(file)
        elif check:
            click.echo(file.text.file)
        else:
            write_mended(file.text, file.fixed)
    _say_unreadable(files)
    note(_summary(files, written=not (check or diff)))
    return _code(files, written=not (check or diff))


def _files(paths: Sequence[str]) -> tuple[Path, ...]:
    """Return the files to format, each once."""
    found: list[Path] = []
    if not paths:
        project = project_here()
        for ruleset in rulesets_of(project) if project is not None else ():
            found += files_of(ruleset)
    for path in map(Path, paths):
        if path.is_dir():
            for ruleset in ruleset_files(path):
                found += files_of(ruleset)
        elif path.name == FILE_NAME:
            raise UsageError(f"{path} is no ruleset and no test", "its layout is yours")
        elif path.is_file():
            found.append(path)
        else:
            raise UsageError(f"there is no file {path}", hint="name a YAML file or its folder")
    if not found:
        raise UsageError("there is nothing to format", hint="name a ruleset file or folder")
    return tuple(dict.fromkeys(found))


def _stdin(name: str, *, check: bool, diff: bool) -> int:
    file = _formatted(name, sys.stdin.buffer.read())
    if diff:
        _show(file)
    elif not check and file.after is not None:
        click.echo(file.after, nl=False)
    _say_unreadable([file])
    return _code([file], written=not (check or diff))


def _formatted(name: str, content: bytes) -> _File:
    loaded = load(content, name)
    before = RulesetText(name, loaded.text, loaded.document, loaded.diagnostics)
    if loaded.document is None or _wrong(loaded.diagnostics):
        return _File(before, None)
    schema = schema_of(Path(name))
    try:
        after = format_text(loaded.text, name, schema)
        if schema is RULESET_SCHEMA and after != loaded.text:
            _prove(loaded.document, after)
    except EngineError as fault:
        return _File(before, None, fault)
    return _File(before, after)


def _wrong(diagnostics: Sequence[Diagnostic]) -> bool:
    return any(found.severity is Severity.ERROR for found in diagnostics)


def _prove(before: Document, text: str) -> None:
    """Compare what the text before and after becomes.

    A ruleset that does not build has no plan; its values and expressions have been compared.

    Raises:
        EngineError: it would not be the same.
    """
    ruleset = build(before).ruleset
    if ruleset is None:
        return
    document = load(text.encode(), before.file).document
    after = build(document).ruleset if document is not None else None
    if after is None or after != ruleset or _plan(after) != _plan(ruleset):
        raise EngineError(
            f"the layout would change what {before.file} means; the file is left as it is"
        )


def _plan(ruleset: Ruleset) -> Plan | None:
    try:
        return build_plan(ruleset, Catalog(), parse_as_of(_DATE, ruleset.timezone))
    except RulesetError:
        return None


def _show(file: _File) -> None:
    if file.changes:
        click.echo(diff_of(file.text, file.fixed, colour=coloured(sys.stdout)), nl=False)


def _say_unreadable(files: Sequence[_File]) -> None:
    """Print what is wrong with the files that cannot be read."""
    found = [each for file in files if _unreadable(file) for each in file.text.diagnostics]
    if not found:
        return
    texts = {file.text.file: file.text.text for file in files}
    width = min(terminal_width() or WIDTH, WIDTH)
    click.echo(text(found, texts, colour=coloured(sys.stderr), width=width), err=True, nl=False)


def _unreadable(file: _File) -> bool:
    return file.after is None and file.fault is None


def _code(files: Sequence[_File], *, written: bool) -> int:
    """Return the exit code.

    Raises:
        EngineError: a layout would have changed what a file says; that file was left alone.
    """
    for file in files:
        if file.fault is not None:
            raise file.fault
    if any(map(_unreadable, files)):
        return RulesetError.exit_code
    return 0 if written or not any(file.changes for file in files) else _WOULD_CHANGE


def _summary(files: Sequence[_File], *, written: bool) -> str:
    changed = sum(file.changes for file in files)
    left = sum(file.after is None for file in files)
    fine = len(files) - changed - left
    done = "formatted" if written else "would be formatted"
    parts = [f"{_count(changed)} {done}"] if changed else []
    parts += [f"{_count(fine) if not parts else fine} unchanged"] if fine else []
    parts += [f"{_count(left) if not parts else left} not formatted"] if left else []
    return ", ".join(parts)


def _count(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"
