"""Printing findings in any of the formats, to the terminal and to files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from leadline.cli.output import write_text
from leadline.diagnostic import Diagnostic, did_you_mean, nearest
from leadline.errors import UsageError
from leadline.report.diagnostics import WIDTH, as_json, concise, text
from leadline.report.github import github
from leadline.report.junit import junit, suites_of
from leadline.report.pages import all_codes, as_terminal, page
from leadline.report.repository import in_repository, placed_in, repository_root
from leadline.report.sarif import sarif
from leadline.report.terminal import coloured, terminal_width

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("text", "concise", "json", "junit", "github", "sarif")


def findings_options(command: F) -> F:
    """Add ``--format`` and ``--output FORMAT=FILE``."""
    command = click.option(
        "-o",
        "--output",
        "outputs",
        multiple=True,
        metavar="FORMAT=FILE",
        help="Write the same to a file, too; as often as there are files.",
    )(command)
    return click.option(
        "--format",
        "format_",
        type=click.Choice(FORMATS),
        default="text",
        show_default=True,
        help="How to print.",
    )(command)


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be printed.

    Args:
        found: the findings.
        texts: the text of every file that was looked at.
        command: the command that prints them all, such as ``leadline check``.
    """

    found: Sequence[Diagnostic]
    texts: Mapping[str, str]
    command: str


def output_files(said: Sequence[str]) -> tuple[tuple[str, Path], ...]:
    """Return what ``--output FORMAT=FILE`` asks for.

    Raises:
        UsageError: one of them is not written so, or two are of one file.
    """
    files: dict[Path, str] = {}
    for one in said:
        format_, equals, file = one.partition("=")
        if not equals or not file:
            raise UsageError(
                f"--output {one}: no format is named",
                hint=f"write FORMAT=FILE, such as `--output sarif=leadline.sarif`; {_formats()}",
            )
        if format_ not in FORMATS:
            hint = did_you_mean(format_, FORMATS) if nearest(format_, FORMATS) else _formats()
            raise UsageError(f"--output {one}: no format is called `{format_}`", hint)
        if Path(file) in files:
            raise UsageError(f"--output {one}: {file} is named twice")
        files[Path(file)] = format_
    return tuple((format_, file) for file, format_ in files.items())


def _formats() -> str:
    return f"formats are {', '.join(FORMATS)}"


def print_findings(told: Told, format_: str, outputs: Sequence[tuple[str, Path]]) -> None:
    """Print findings, and write them to files in other formats; each file whole or not at all.

    Raises:
        UsageError: a file cannot be written.
    """
    others = [str(file) for form, file in outputs if form != "github"]
    full = f"in {others[0]}" if others else f"printed by `{told.command}`"
    for form, file in outputs:
        write_text(_printed(told, form, full, colour=False, width=WIDTH), file)
    width = min(terminal_width() or WIDTH, WIDTH)
    click.echo(
        _printed(told, format_, full, colour=coloured(sys.stdout), width=width),
        nl=False,
    )


def _printed(told: Told, format_: str, full: str, *, colour: bool, width: int) -> str:
    if format_ == "text":
        return text(told.found, told.texts, colour=colour, width=width)
    if format_ == "concise":
        return concise(told.found)
    if format_ == "json":
        return as_json(told.found) + "\n"
    root = repository_root(Path.cwd())
    placed = placed_in(told.found, root)
    texts = {in_repository(file, root): said for file, said in told.texts.items()}
    if format_ == "junit":
        return junit(suites_of(placed, tuple(texts)))
    if format_ == "github":
        return github(placed, full)
    return sarif(placed, texts)


def explain(code: str) -> None:
    """Print the page of a code or name.

    Raises:
        UsageError: there is none.
    """
    shown = page(code)
    if shown is None:
        names = [known.name for known in all_codes()]
        close = did_you_mean(code, names) if nearest(code, names) else ""
        hint = close or "codes look like `LL150`, names like `no-match-in-data`"
        raise UsageError(f"no page is about `{code}`", hint)
    width = min(terminal_width() or WIDTH, WIDTH)
    click.echo(as_terminal(shown, colour=coloured(sys.stdout), width=width), nl=False)
