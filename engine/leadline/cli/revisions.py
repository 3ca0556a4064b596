"""``leadline revisions``: a ruleset's history in git as a sheet."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from leadline.cli.options import only_ruleset, output_option, project_here, ruleset_argument
from leadline.cli.output import FORMATS, chosen_format, note, show, write_text, write_whole
from leadline.engine.duckdb import Database
from leadline.errors import UsageError
from leadline.pipeline import extensions_of
from leadline.report.diagnostics import visible
from leadline.report.revisions import Revisions
from leadline.report.revisions_markdown import revisions_markdown
from leadline.report.revisions_rows import COLUMNS, long_rows
from leadline.report.revisions_text import revisions_text
from leadline.report.terminal import coloured, terminal_width, working
from leadline.revisions.gather import chosen, gather_revisions
from leadline.ruleset.extensions import NO_EXTENSIONS
from leadline.sql.hazards import literal_rows

_FORMATS = (*FORMATS, "xlsx")


@click.command("revisions")
@ruleset_argument
@click.option(
    "--since",
    metavar="REV|DATE",
    help="From this date, or after this git revision; the sheet begins with how it stood before.",
)
@click.option("--score", metavar="NAME", help="The rules and settings of this score alone.")
@click.option("--rule", metavar="NAME", help="The rules that are, or were, called so.")
@click.option("--changed", is_flag=True, help="Only what changed after the first revision shown.")
@click.option("--rules-only", is_flag=True, help="Rules, without settings, stages, lists, ...")
@click.option(
    "--every-commit",
    is_flag=True,
    help="A column for each commit, those of merged branches too, instead of one a merge.",
)
@click.option(
    "--all",
    "every_row",
    is_flag=True,
    help="In csv, json and parquet also the rows in which nothing changed.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    help="How to print. [default: by the ending of FILE, else the project's, else table]",
)
@output_option
def command(
    ruleset: Path | None,
    since: str | None,
    score: str | None,
    rule: str | None,
    changed: bool,
    rules_only: bool,
    every_commit: bool,
    every_row: bool,
    format_: str | None,
    output: Path | None,
) -> int:
    """Show how a ruleset came to be what it is: a row a rule, a column a revision.

    Read from git, oldest to newest, with the working tree where it differs. Cells are points, and
    the limits, conditions and notes that changed are told below. A merge is one revision; rules
    are followed when they, their score or their file get another name, and when they move to
    another file. A change of comments or layout alone is no revision.

    csv, json and parquet have one row for each rule and revision that changed it;
    docs/revisions.md lists the columns.
    """
    project = project_here()
    path = only_ruleset(ruleset, project, with_data=False)
    default = project.defaults.format if project is not None else "table"
    if format_ is None and output is not None and output.suffix.lower() == ".xlsx":
        format_ = "xlsx"
    format_ = chosen_format(format_, output, default)
    extensions = extensions_of(project) if project is not None else NO_EXTENSIONS
    with working("reading the history"):
        sheet = gather_revisions(path, extensions, since=since, every=every_commit)
    sheet = chosen(sheet, score=score, rule=rule, changed=changed, rules_only=rules_only)
    _show(sheet, format_, output, every_row=every_row)
    if format_ != "table":
        for line in (sheet.missing, *sheet.notes):
            if line:
                note(visible(line))
    elif sheet.missing:
        note(sheet.missing)
    return 0


def _show(sheet: Revisions, format_: str, output: Path | None, *, every_row: bool) -> None:
    match format_:
        case "table":
            width = terminal_width() if output is None else None
            shown = revisions_text(
                sheet, width=width, colour=output is None and coloured(sys.stdout)
            )
            write_text(shown.text, output)
            for line in shown.notes:
                note(line)
        case "md":
            write_text(revisions_markdown(sheet), output)
        case "xlsx":
            if output is None:
                raise UsageError("xlsx is no text to print", hint="add `-o FILE.xlsx`")
            from leadline.report.revisions_workbook import write_revisions  # noqa: PLC0415 - slow

            write_whole(output, lambda path: write_revisions(sheet, path))
        case _:
            rows = list(long_rows(sheet, every=every_row))
            with Database() as database:
                show(database, literal_rows(COLUMNS, rows), format_, output)
