"""``leadline segments``: how many leads are on each list, who they are, and each day's numbers."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.leads import below, list_placed, rows_of
from leadline.cli.options import (
    Work,
    as_of_option,
    data_option,
    output_options,
    ruleset_argument,
    work_on,
)
from leadline.cli.output import note, show
from leadline.cli.past import (
    begun,
    lately,
    refuse_unknown,
    said_of_lately,
    said_of_past,
    show_daily,
    span_of,
    span_options,
)
from leadline.cli.summary import said_of
from leadline.errors import UsageError
from leadline.past import look_back
from leadline.pipeline import columns_of, compile_ruleset
from leadline.report.terminal import working
from leadline.ruleset.model import Ruleset
from leadline.sql.past_listing import segment_summary


@click.command("segments")
@ruleset_argument
@data_option
@as_of_option
@click.option("--members", metavar="NAME", help="List the leads on this segment.")
@click.option("--daily", is_flag=True, help="The leads on each segment at the end of each day.")
@span_options
@output_options
def command(
    ruleset: Path | None,
    data: Path | None,
    as_of: str | None,
    members: str | None,
    daily: bool,
    since: str | None,
    until: str | None,
    format_: str | None,
    output: Path | None,
) -> int:
    """Count the leads on each segment, and those who joined and left in the last 30 days.

    --members lists the leads on one, with their scores, tags and reasons. --daily has the numbers
    of each day, from --from to --to.
    """
    since, until = span_of(as_of, since, until, spanned=daily)
    if daily and members is not None:
        raise UsageError("--daily and --members exclude each other", hint="choose one of them")
    with work_on(ruleset, data) as work:
        model = compile_ruleset(work.text, columns_of(work.store), work.store)
        refuse_unknown(model, members)
        chosen = work.chosen_format(format_, output)
        if members is not None:
            _members(work, members, until, chosen, output)
        else:
            _counts(work, model, since, until, chosen, output, daily=daily)
    return 0


def _counts(
    work: Work,
    model: Ruleset,
    since: str | None,
    until: str | None,
    format_: str,
    output: Path | None,
    *,
    daily: bool,
) -> None:
    parts = ("daily",) if daily else ("segments",)
    with working("looking back"):
        past = look_back(work.store, work.text, since=since, until=until, parts=parts)
    begun(past, since)
    names = tuple(segment.name for segment in model.segments)
    database = work.store.database
    if daily:
        show_daily(database, past, "segment", names, format_, output)
    else:
        show(database, segment_summary(names, lately(past)), format_, output)
        note(said_of_lately(past, "joined, left"))
    for line in said_of_past(past, work):
        note(line)


def _members(
    work: Work, segment: str, until: str | None, format_: str, output: Path | None
) -> None:
    with working("looking back"):
        listed = list_placed(work, until, segment=segment)
    show(
        work.store.database,
        rows_of(work, listed, format_),
        format_,
        output,
        below=below(listed.evaluation),
        empty=f"no leads on {segment} on {listed.evaluation.as_of.day}",
    )
    for line in said_of(listed.evaluation, work):
        note(line)
