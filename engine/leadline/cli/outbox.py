"""``leadline outbox``: what automations sent, will send and hold back."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.options import output_options, project_required
from leadline.cli.output import chosen_format, note, show
from leadline.errors import UsageError
from leadline.run import open_store
from leadline.store.outbox import STATES, decide
from leadline.store.tally import outbox_list

#: As words of the command line, where a blank needs quotes.
_STATES = tuple(state.replace(" ", "-") for state in STATES)


@click.command("outbox")
@click.option(
    "--state",
    type=click.Choice(_STATES),
    metavar="STATE",
    help=f"Only rows in this state: {', '.join(_STATES)}.",
)
@click.option("--automation", metavar="NAME", help="Only rows of this automation.")
@click.option("--lead", metavar="LEAD", help="Only rows of this lead.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many rows.")
@click.option(
    "--resend",
    multiple=True,
    metavar="KEY",
    help="Have the next run send this row.",
)
@click.option("--drop", multiple=True, metavar="KEY", help="Never send this row.")
@output_options
def command(
    state: str | None,
    automation: str | None,
    lead: str | None,
    limit: int | None,
    resend: tuple[str, ...],
    drop: tuple[str, ...],
    format_: str | None,
    output: Path | None,
) -> int:
    """List the entries that automations saw, an action a row, the latest first.

    With --resend or --drop, decide about rows that are held back instead.
    """
    project = project_required()
    if set(resend) & set(drop):
        raise UsageError("a key stands after --resend and after --drop", hint="choose one of them")
    if resend or drop:
        with open_store(project, read_only=False) as store:
            decide(store.database, resend, "pending")
            decide(store.database, drop, "dropped")
        note(f"{len(resend)} to be sent by the next run, {len(drop)} dropped")
        return 0
    chosen = chosen_format(format_, output, project.defaults.format)
    with open_store(project, read_only=True) as store:
        show(
            store.database,
            outbox_list(
                state=state.replace("-", " ") if state else None,
                automation=automation,
                lead=lead,
                limit=limit,
                people=chosen == "table",
            ),
            chosen,
            output,
            below=(
                ("because", ("cause",)),
                ("", ("tries",)),
                ("answer:", ("answer",)),
                ("key", ("key",)),
            ),
            empty="the outbox has no such rows",
        )
    return 0
