"""``leadline leads``: leads with scores, stage, tags and reasons."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.options import (
    as_of_option,
    data_option,
    output_options,
    ruleset_argument,
    work_on,
)
from leadline.cli.output import note, show
from leadline.cli.summary import said_of
from leadline.pipeline import list_leads
from leadline.report.terminal import working
from leadline.sql.listing import MOST_REASONS

_REASONS = tuple(f"reason_{n}" for n in range(1, MOST_REASONS + 1))


@click.command("leads")
@ruleset_argument
@data_option
@as_of_option
@click.option("--where", metavar="EXPRESSION", help="Which leads, such as `stage is engaged`.")
@click.option("--score", metavar="NAME", help="Order by this score and give its reasons.")
@click.option(
    "--columns",
    metavar="FIELD,...",
    default="",
    help="Further fields, such as lead.email,tag.track.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many leads.")
@output_options
def command(
    ruleset: Path | None,
    data: Path | None,
    as_of: str | None,
    where: str | None,
    score: str | None,
    columns: str,
    limit: int | None,
    format_: str | None,
    output: Path | None,
) -> int:
    """List leads, the highest score first, each with the three rules that moved it most."""
    fields = tuple(column.strip() for column in columns.split(",") if column.strip())
    with work_on(ruleset, data) as work:
        with working("scoring"):
            evaluation = list_leads(
                work.store, work.text, as_of, score=score, where=where, columns=fields
            )
        tags = (("tags", ("tags",)),) if evaluation.catalog.tags else ()
        which = f"where {where} " if where else ""
        show(
            work.store.database,
            f"SELECT * FROM lead_list{f' LIMIT {limit}' if limit else ''}",  # noqa: S608 - a number
            work.chosen_format(format_, output),
            output,
            below=(("because", _REASONS), *tags),
            empty=f"no leads {which}on {evaluation.as_of.day}",
        )
        for line in said_of(evaluation, work):
            note(line)
    return 0
