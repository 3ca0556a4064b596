"""``leadline audit calendar``: planned reviews for a calendar program."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.audited import audited, data_if_any, plans_of, rulesets_named
from leadline.cli.options import as_of_option, data_option, output_option
from leadline.cli.output import note, write_text
from leadline.cli.summary import said_of_data
from leadline.report.terminal import working


@click.command("calendar")
@click.argument("rulesets", nargs=-1, type=click.Path(path_type=Path))
@data_option
@as_of_option
@click.option(
    "--ahead",
    type=click.IntRange(1, 20),
    default=2,
    show_default=True,
    metavar="N",
    help="How many planned reviews of each program to put in.",
)
@output_option
def calendar(
    rulesets: tuple[Path, ...],
    data: Path | None,
    as_of: str | None,
    ahead: int,
    output: Path | None,
) -> int:
    """Write the planned reviews as an iCalendar file (.ics), for any calendar program.

    RULESETS are files or folders; without any, those of the project. Each review is a whole day
    with a reminder a week before; one that is overdue stands on the day it was planned for.
    """
    from leadline.audit.appointments import appointments  # noqa: PLC0415 - slow to load
    from leadline.report.calendar import calendar as written  # noqa: PLC0415

    texts = rulesets_named(rulesets)
    with data_if_any(texts[0], data) as work, working("planning"):
        store = work.store if work is not None else None
        found = [audited(text, store) for text in texts]
        days = [one.as_of(as_of).day for one in found]
        planned = [(one.model, plans_of(one, store, as_of, ahead)) for one in found]
        notes = tuple(said_of_data(work)) if work is not None else ()
    every = appointments(planned, max(days))
    name = f"Audits of {', '.join(dict.fromkeys(one.model for one in found))}"
    write_text(written(name, every, max(days)), output)
    many = "1 review" if len(every) == 1 else f"{len(every)} reviews"
    programs = sum(not plan.reason for _, plans in planned for plan in plans)
    of = "1 program" if programs == 1 else f"{programs} programs"
    note(f"as of {max(days)}: {many} of {of}")
    for _, plans in planned:
        for plan in plans:
            if plan.reason:
                note(f"note: `{plan.audit.name}` is not in it: {plan.reason}")
    for line in notes:
        note(line)
    return 0
