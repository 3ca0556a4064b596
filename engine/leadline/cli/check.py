"""``leadline check``: what is wrong with rulesets, all of it at once."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from leadline.cli.options import data_option, loaded, project_here
from leadline.cli.output import note
from leadline.diagnostic import Diagnostic, Severity
from leadline.errors import UsageError
from leadline.pipeline import check_ruleset, columns_of, read_ruleset
from leadline.project import Project
from leadline.report.diagnostics import WIDTH, as_json, text
from leadline.report.terminal import coloured, terminal_width
from leadline.run import open_store, ruleset_files, rulesets_of
from leadline.store import Store


@click.command("check")
@click.argument("rulesets", nargs=-1, type=click.Path(path_type=Path))
@data_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.option(
    "--fail-on",
    type=click.Choice(("error", "warning")),
    default="warning",
    show_default=True,
    help="The least that makes the command fail.",
)
def command(rulesets: tuple[Path, ...], data: Path | None, format_: str, fail_on: str) -> int:
    """Say what is wrong with rulesets: every mistake of every file, each at its place.

    RULESETS are files, their folders, or a folder of such folders; without any, those of the
    project. Names and types are checked against the columns of
    --data, or of the project's store.
    """
    project = project_here()
    paths = [file for path in rulesets for file in ruleset_files(path)]
    if not rulesets and project is not None:
        paths += rulesets_of(project)
    if not paths:
        raise UsageError("there is nothing to check", hint="name a ruleset file or folder")
    files = [read_ruleset(path, project) for path in paths]
    store = _columns(data, project)
    found: list[Diagnostic] = []
    try:
        catalog = columns_of(store) if store is not None else None
        for file in files:
            found += check_ruleset(file, catalog, store)[1]
    finally:
        if store is not None:
            store.close()
    if format_ == "json":
        click.echo(as_json(found))
    elif found:
        texts = {file.file: file.text for file in files}
        width = min(terminal_width() or WIDTH, WIDTH)
        click.echo(text(found, texts, colour=coloured(sys.stdout), width=width), nl=False)
    else:
        many = "1 ruleset is" if len(files) == 1 else f"{len(files)} rulesets are"
        against = (
            "against" if store is not None else "in itself; pass --data DIR to check it against"
        )
        note(f"{many} good {against} the columns of the data")
    worst = max((diagnostic.severity for diagnostic in found), default=Severity.NOTE)
    if worst is Severity.ERROR:
        return 3
    return 1 if worst is Severity.WARNING and fail_on == "warning" else 0


def _columns(data: Path | None, project: Project | None) -> Store | None:
    """Open what knows the columns: a folder of data, or the project's store where it is filled."""
    if data is not None:
        store, _, notes = loaded(data)
        for line in notes:
            note(f"note: {line}")
        return store
    if project is None or not project.store.exists():
        return None
    return open_store(project, read_only=True)
