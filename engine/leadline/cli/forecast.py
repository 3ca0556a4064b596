"""``leadline forecast``: who will enter each stage in the weeks to come, and how sure that is."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from leadline.cli.options import (
    as_of_option,
    data_option,
    output_options,
    ruleset_argument,
    work_on,
)
from leadline.cli.output import note, show, write_text
from leadline.cli.summary import said_of_data
from leadline.forecast import forecast
from leadline.report.forecast import (
    COLUMNS,
    Forecast,
    as_markdown,
    as_text,
    listing,
    remarks,
    rows,
    said_of_too_little,
)
from leadline.report.terminal import as_table, coloured, terminal_width, working
from leadline.sql.hazards import literal_rows


@click.command("forecast")
@ruleset_argument
@data_option
@as_of_option
@click.option(
    "--weeks",
    type=click.IntRange(1, 52),
    default=8,
    show_default=True,
    help="How many weeks to look ahead.",
)
@click.option("--stage", metavar="NAME", help="This stage alone.")
@click.option("--account", metavar="NAME", help="The stages of this account score.")
@click.option(
    "--history",
    metavar="WEEKS",
    type=click.IntRange(8, 520),
    default=52,
    show_default=True,
    help="How many past weeks to learn from how long leads stay.",
)
@click.option(
    "--backtest",
    metavar="WEEKS",
    type=click.IntRange(0, 104),
    default=12,
    show_default=True,
    help="How many past weeks to forecast again, from as far away, as a test.",
)
@output_options
def command(
    ruleset: Path | None,
    data: Path | None,
    as_of: str | None,
    weeks: int,
    stage: str | None,
    account: str | None,
    history: int,
    backtest: int,
    format_: str | None,
    output: Path | None,
) -> int:
    """Forecast how many leads enter each stage in each of the next weeks.

    Beside each figure stands how such forecasts did in past weeks, against repeating the last week
    and against the mean of the last four; below, whether they are any better.
    """
    with work_on(ruleset, data) as work:
        with working("forecasting"):
            found = forecast(
                work.store,
                work.text,
                as_of,
                account=account,
                stage=stage,
                weeks=weeks,
                history=history,
                tests=backtest,
            )
        chosen = work.chosen_format(format_, output)
        if chosen in ("table", "md"):
            write_text(_readable(found, chosen, output), output)
        else:
            show(work.store.database, literal_rows(COLUMNS, rows(found)), chosen, output)
            if not found.stages:
                note(said_of_too_little(found))
        for line in (*remarks(found), *said_of_data(work)):
            note(line)
    return 0


def _readable(found: Forecast, format_: str, output: Path | None) -> str:
    if format_ == "md":
        return as_markdown(found)
    table = listing(found)
    if output is not None:
        return as_text(as_table(table), found)
    drawn = as_table(table, width=terminal_width(), colour=coloured(sys.stdout))
    return as_text(drawn, found)
