"""``leadline score``: every score of every lead."""

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
from leadline.pipeline import evaluate
from leadline.report.terminal import working


@click.command("score")
@ruleset_argument
@data_option
@as_of_option
@output_options
@click.option(
    "--max-rejects",
    type=click.IntRange(min=0),
    metavar="N",
    help="Exit 1 when more rows of --data than this are rejected.",
)
def command(
    ruleset: Path | None,
    data: Path | None,
    as_of: str | None,
    format_: str | None,
    output: Path | None,
    max_rejects: int | None,
) -> int:
    """Print every score of every lead, on any date.

    RULESET is a file or its folder; a project with one ruleset needs none.
    """
    with work_on(ruleset, data) as work:
        with working("scoring"):
            evaluation = evaluate(work.store, work.text, as_of)
        show(
            work.store.database,
            'SELECT lead_id, score, "per", value FROM scores ORDER BY lead_id, score, "per"',
            work.chosen_format(format_, output),
            output,
            empty=f"no scores on {evaluation.as_of.day}",
        )
        for line in said_of(evaluation, work):
            note(line)
        rejected = sum(load.rejected for load in work.loads)
    return 1 if max_rejects is not None and rejected > max_rejects else 0
