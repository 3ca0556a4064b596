"""``leadline history``: every change of a score, with its cause."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from leadline.cli.options import (
    Work,
    as_of_option,
    data_option,
    output_options,
    ruleset_argument,
    work_on,
)
from leadline.cli.output import note, show, write_text
from leadline.cli.past import (
    absent,
    begun,
    instants_for,
    lead_and_ruleset,
    said_of_past,
    span_of,
    span_options,
    zone_of,
)
from leadline.past import Past, look_back
from leadline.pipeline import choose_any_score
from leadline.report.history import history_of_lead
from leadline.report.terminal import coloured, terminal_width, working
from leadline.sql.past_listing import folded_history, history_list


@click.command("history")
@click.argument("lead", required=False)
@ruleset_argument
@data_option
@as_of_option
@span_options
@click.option("--score", metavar="NAME", help="Only this score.")
@output_options
def command(
    lead: str | None,
    ruleset: Path | None,
    data: Path | None,
    as_of: str | None,
    since: str | None,
    until: str | None,
    score: str | None,
    format_: str | None,
    output: Path | None,
) -> int:
    """Print every change of the scores of LEAD, or of all leads, and what made it.

    An argument alone is taken for the RULESET where it is a file or a folder, else for the LEAD.

    A table has the days of decay that follow each other in one line; csv, json, md and parquet have
    every change. For many leads choose csv or parquet: they take no memory.
    """
    since, until = span_of(as_of, since, until)
    lead, ruleset = lead_and_ruleset(lead, ruleset)
    with work_on(ruleset, data) as work:
        with working("looking back"):
            past = look_back(work.store, work.text, since=since, until=until, lead=lead)
        begun(past, since)
        if score is not None:
            choose_any_score(past.ruleset, score)
        if lead is not None and not work.store.database.value("SELECT count(*) FROM known_lead"):
            raise absent(work.store, lead, "history")
        _show(work, past, lead, score, work.chosen_format(format_, output), output)
        for line in said_of_past(past, work):
            note(line)
    return 0


def _show(
    work: Work, past: Past, lead: str | None, score: str | None, format_: str, output: Path | None
) -> None:
    database = work.store.database
    zone = zone_of(database, past, "history", "at")
    if format_ != "table":
        show(database, history_list(score, zone, instants_for(format_)), format_, output)
        return
    sql = folded_history(score, zone)
    empty = f"no score of {lead or 'any lead'} until {past.until.day}"
    if lead is not None and past.ruleset.leads is not None:
        empty += "; `leads:` of the ruleset may leave it out"
    if lead is None:
        show(database, sql, format_, output, below=(("", ("cause",)),), empty=empty)
        return
    printed = output is None
    text = history_of_lead(
        database.rows(sql),
        width=terminal_width() if printed else None,
        colour=printed and coloured(sys.stdout),
        empty=empty,
    )
    write_text(text, output)
