"""``leadline published``: what outputs hold of leads and accounts."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.options import output_options, project_required
from leadline.cli.output import chosen_format, show
from leadline.run import open_store
from leadline.store.published import STATES, published_list


@click.command("published")
@click.option("--to", "to", metavar="OUTPUT", help="Only what this output holds.")
@click.option(
    "--state",
    type=click.Choice(STATES),
    metavar="STATE",
    help=f"Only results in this state: {', '.join(STATES)}.",
)
@click.option("--id", "key", metavar="ID", help="Only this lead or account.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many rows.")
@output_options
def command(
    to: str | None,
    state: str | None,
    key: str | None,
    limit: int | None,
    format_: str | None,
    output: Path | None,
) -> int:
    """List the results that outputs hold, a lead or account a row, and what they said no to."""
    project = project_required()
    chosen = chosen_format(format_, output, project.defaults.format)
    with open_store(project, read_only=True) as store:
        show(
            store.database,
            published_list(output=to, state=state, key=key, limit=limit, people=chosen == "table"),
            chosen,
            output,
            below=(("values:", ("values",)), ("answer:", ("answer",))),
            empty="no output holds such results",
        )
    return 0
