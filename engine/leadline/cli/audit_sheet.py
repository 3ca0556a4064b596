"""``leadline audit sheet``: programs, their benchmarks and what every review found."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.audit.plans import plan_of
from leadline.audit.sheet import AuditSheet, make_sheet
from leadline.audit.sheet_listing import latest_table, markdown, remarks
from leadline.audit.sheet_rows import COLUMNS, rows
from leadline.cli.audited import audited
from leadline.cli.options import (
    Work,
    as_of_option,
    data_option,
    output_option,
    ruleset_argument,
    work_on,
)
from leadline.cli.output import FORMATS, note, show, show_listing, write_text, write_whole
from leadline.cli.past import date_of
from leadline.cli.summary import said_of_data
from leadline.errors import UsageError
from leadline.plan.clock import parse_as_of
from leadline.report.terminal import working
from leadline.sql.hazards import literal_rows

_FORMATS = (*FORMATS, "xlsx")


@click.command("sheet")
@ruleset_argument
@data_option
@as_of_option
@click.option(
    "--since",
    metavar="DATE",
    callback=date_of,
    help="Reviews from this date on. [default: all of them]",
)
@click.option(
    "--ahead",
    type=click.IntRange(0, 20),
    default=2,
    show_default=True,
    metavar="N",
    help="How many planned reviews of each program to show.",
)
@click.option(
    "--program", "programs", metavar="NAME", multiple=True, help="This program; may be repeated."
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    help="How to print. [default: by the ending of FILE, else the project's, else table]",
)
@output_option
def sheet(
    ruleset: Path | None,
    data: Path | None,
    as_of: str | None,
    since: str | None,
    ahead: int,
    programs: tuple[str, ...],
    format_: str | None,
    output: Path | None,
) -> int:
    """Print the sheet of audits: each program with its benchmark and what its reviews found.

    A terminal has room for the last two reviews; `md` and `xlsx` have a column a review date,
    planned ones ahead, and csv, json and parquet a row a program and review with every figure.
    Figures that were recorded stay as they were; the others are what the data say today.
    docs/audit-figures.md defines each.
    """
    first = parse_as_of(since, "UTC").day if since is not None else None
    with work_on(ruleset, data) as work:
        chosen = _chosen(format_, output, work)
        found = audited(work.text, work.store)
        audits = found.named(programs)
        with working("measuring"):
            made = make_sheet(
                work.store, work.text, audits, found.reviews, as_of, ahead=ahead, since=first
            )
        _print(made, chosen, output, work)
        note(f"{made.model} as of {made.as_of.day} ({made.timezone})")
        if chosen == "table":
            for line in _said_of_table(made):
                note(line)
        for line in said_of_data(work):
            note(line)
    return 0


def _chosen(asked: str | None, output: Path | None, work: Work) -> str:
    if asked is None and output is not None and output.suffix.lower() == ".xlsx":
        asked = "xlsx"
    if asked == "xlsx" and output is None:
        raise UsageError("xlsx is no text to print", hint="add `-o FILE.xlsx`")
    return work.chosen_format(asked, output)


def _print(made: AuditSheet, format_: str, output: Path | None, work: Work) -> None:
    match format_:
        case "table":
            show_listing(latest_table(made), format_, output)
        case "md":
            write_text(markdown(made), output)
        case "xlsx" if output is not None:
            from leadline.audit.sheet_workbook import write_sheet  # noqa: PLC0415 - slow to load

            write_whole(output, lambda path: write_sheet(made, path))
        case _:
            show(work.store.database, literal_rows(COLUMNS, rows(made)), format_, output)


def _said_of_table(made: AuditSheet) -> list[str]:
    said, day = [*remarks(made)], made.as_of.day
    earlier = max((len(row.past) for row in made.rows), default=0) > 2
    planned = any(cell.ahead for row in made.rows for cell in row.cells)
    if earlier or planned:
        said.append("all dates: --format md, or -o FILE.xlsx")
    overdue = sum(min(plan_of(row).open, default=day) < day for row in made.rows)
    if overdue:
        many = "1 program is" if overdue == 1 else f"{overdue} programs are"
        said.append(f"{many} overdue for a review: `leadline audit due` says since when")
    return said
