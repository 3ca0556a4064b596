"""Options that several commands share, and where a command's data come from."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from leadline.cli.output import FORMATS, chosen_format
from leadline.errors import UsageError
from leadline.pipeline import RulesetText, open_directory, read_ruleset
from leadline.plan.clock import parse_as_of
from leadline.project import Project, find_project, read_project
from leadline.report.terminal import progress
from leadline.run import near, open_store, rulesets_of
from leadline.store import LoadSummary, Store, data_files

F = TypeVar("F", bound=Callable[..., Any])


def ruleset_argument(command: F) -> F:
    """Add the argument RULESET, which a project may leave out."""
    return click.argument("ruleset", required=False, type=click.Path(path_type=Path))(command)


def data_option(command: F) -> F:
    """Add ``--data DIR``."""
    return click.option(
        "--data",
        metavar="DIR",
        type=click.Path(path_type=Path),
        help="A folder with events, leads, accounts, ... as CSV or Parquet, instead of the "
        "project's store.",
    )(command)


def as_of_option(command: F) -> F:
    """Add ``--as-of DATE``."""
    return click.option(
        "--as-of",
        metavar="DATE",
        callback=_date,
        help="The date of the scores (its end, in the model's timezone), or an instant. "
        "[default: today]",
    )(command)


def _date(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Refuse what is no date before anything is loaded; the model's timezone comes later."""
    parse_as_of(value, "UTC")
    return value


def output_options(command: F) -> F:
    """Add ``--format`` and ``-o``."""
    command = click.option(
        "--format",
        "format_",
        type=click.Choice(FORMATS),
        help="How to print. [default: by the ending of FILE, else the project's, else table]",
    )(command)
    return output_option(command)


def output_option(command: F) -> F:
    """Add ``-o``."""
    return click.option(
        "-o",
        "--output",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write to this file, whole or not at all.",
    )(command)


@dataclass(frozen=True, slots=True)
class Work:
    """A ruleset and the store to evaluate it over.

    Args:
        text: the ruleset as loaded.
        store: the data.
        loads: what was loaded just now; none of a project's store.
        notes: what is to be said about the data.
        format: how tables are printed unless the command is told.
    """

    text: RulesetText
    store: Store
    loads: tuple[LoadSummary, ...] = ()
    notes: tuple[str, ...] = ()
    format: str = "table"

    def chosen_format(self, asked: str | None, output: Path | None) -> str:
        """Return the format to print in."""
        return chosen_format(asked, output, self.format)


@contextlib.contextmanager
def work_on(ruleset: Path | None, data: Path | None) -> Iterator[Work]:
    """Open what a command works on: a folder of data, or the project's store.

    Args:
        ruleset: a ruleset's file or folder; None takes the project's only one.
        data: a folder of data; None takes the project's store.

    Raises:
        UsageError: there is no ruleset or no data, or they cannot be read.
    """
    if data is None:
        project = project_required()
        text = read_ruleset(only_ruleset(ruleset, project), project)
        store = open_store(project, read_only=True)
        work = Work(text, store, format=project.defaults.format)
    else:
        around = project_here()
        text = read_ruleset(only_ruleset(ruleset, around), around)
        store, loads, notes = loaded(data)
        format_ = around.defaults.format if around is not None else "table"
        work = Work(text, store, loads, notes, format_)
    with store:
        yield work


def loaded(data: Path) -> tuple[Store, tuple[LoadSummary, ...], tuple[str, ...]]:
    """Load a folder of data: the store, which the caller closes, what was loaded, what was not."""
    with progress() as tick:
        store, loads = open_directory(data, tick)
    return store, loads, data_files(data).notes


def project_here() -> Project | None:
    """Return the project of the current folder, or None outside of any."""
    file = find_project(Path.cwd())
    return read_project(near(file)) if file is not None else None


def project_required() -> Project:
    """Return the project of the current folder.

    Raises:
        UsageError: there is none.
    """
    project = project_here()
    if project is None:
        raise UsageError(
            "there is no leadline.yaml here or above",
            hint="`leadline init` makes a project; `--data DIR` needs none",
        )
    return project


def only_ruleset(named: Path | None, project: Project | None, *, with_data: bool = True) -> Path:
    """Return the ruleset that is named, or the project's only one.

    Args:
        named: a ruleset's file or folder.
        project: the project of the current folder; None where there is none.
        with_data: whether the command takes a folder of data.

    Raises:
        UsageError: none is named, and the project has none, several, or is not there.
    """
    if named is not None:
        return named
    if project is None:
        data = " --data DIR" if with_data else ""
        raise UsageError("no ruleset is named", hint=f"name its file or folder: RULESET{data}")
    rulesets = rulesets_of(project)
    if len(rulesets) == 1:
        return rulesets[0]
    names = ", ".join(str(path) for path in rulesets) or "none"
    raise UsageError("no ruleset is named", hint=f"name one; the project has: {names}")
