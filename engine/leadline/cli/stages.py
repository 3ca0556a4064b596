"""``leadline stages``: how many leads are in each stage, who moved when, and each day's numbers."""

from __future__ import annotations

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
from leadline.cli.output import note, show
from leadline.cli.past import (
    absent,
    begun,
    instants_for,
    lately,
    said_of_lately,
    said_of_past,
    show_daily,
    span_of,
    span_options,
    zone_of,
)
from leadline.diagnostic import did_you_mean
from leadline.errors import UsageError
from leadline.past import Past, look_back
from leadline.pipeline import columns_of, compile_ruleset
from leadline.report.terminal import working
from leadline.ruleset.model import Ruleset, Stages
from leadline.sql.past_listing import STAGES, Spells, account_stages, spell_list, stage_summary

#: Formats for people, in which leads are counted; the others have every spell.
_COUNTED = ("table", "md")


@click.command("stages")
@ruleset_argument
@data_option
@as_of_option
@click.option("--lead", metavar="LEAD", help="The spells of this lead alone.")
@click.option("--account", metavar="NAME", help="The stages of this account score.")
@click.option("--daily", is_flag=True, help="The leads in each stage at the end of each day.")
@span_options
@output_options
def command(
    ruleset: Path | None,
    data: Path | None,
    as_of: str | None,
    lead: str | None,
    account: str | None,
    daily: bool,
    since: str | None,
    until: str | None,
    format_: str | None,
    output: Path | None,
) -> int:
    """Count the leads in each stage, and the moves of the last 30 days.

    The moves are: in, out to a later stage, out to an earlier one, out to none.

    csv, json and parquet have every spell instead: who was in which stage from when to when, and
    what made the move. --daily has the numbers of each day, from --from to --to.
    """
    since, until = span_of(as_of, since, until, spanned=daily)
    if daily and (lead or account):
        raise UsageError("--daily counts all leads", hint="leave out --lead and --account")
    if lead and account:
        raise UsageError("--lead and --account exclude each other", hint="choose one of them")
    with work_on(ruleset, data) as work:
        stages = _stages(_compiled(work), account)
        parts = ("daily" if daily else "accounts" if account else "stages",)
        with working("looking back"):
            past = look_back(
                work.store, work.text, since=since, until=until, lead=lead, parts=parts
            )
        begun(past, since)
        if lead is not None and not work.store.database.value("SELECT count(*) FROM known_lead"):
            raise absent(work.store, lead, "--lead")
        chosen = work.chosen_format(format_, output)
        if daily:
            names = tuple(step.name for step in stages.steps)
            show_daily(work.store.database, past, "stage", names, chosen, output)
        else:
            spells = account_stages(account) if account else STAGES
            _show(work, past, stages, spells, lead, chosen, output)
        for line in said_of_past(past, work):
            note(line)
    return 0


def _compiled(work: Work) -> Ruleset:
    return compile_ruleset(work.text, columns_of(work.store), work.store)


def _stages(ruleset: Ruleset, account: str | None) -> Stages:
    """Return the stages that are asked for.

    Raises:
        UsageError: there are none.
    """
    if account is None:
        if ruleset.stages is None:
            raise UsageError("the model has no stages", hint="add `stages:` to the ruleset")
        return ruleset.stages
    staged = {one.name: one.stages for one in ruleset.accounts if one.stages is not None}
    if account not in staged:
        hint = did_you_mean(account, list(staged)) if staged else None
        raise UsageError(
            f"no account score with stages is called `{account}`",
            hint=hint or "add `stages:` to it",
        )
    return staged[account]


def _show(
    work: Work,
    past: Past,
    stages: Stages,
    spells: Spells,
    lead: str | None,
    format_: str,
    output: Path | None,
) -> None:
    database = work.store.database
    if format_ in _COUNTED and lead is None:
        names = tuple(step.name for step in stages.steps)
        show(database, stage_summary(spells, names, lately(past)), format_, output)
        note(said_of_lately(past, "entered, forward, backward, gone"))
        return
    zone = zone_of(database, past, spells.relation, "entered_at", "left_at")
    sql = spell_list(spells, zone, instants_for(format_), lead)
    who = lead or "nobody"
    empty = f"{who} was in no stage until {past.until.day}" if lead else "nobody was in a stage"
    show(database, sql, format_, output, below=(("", ("cause",)),), empty=empty)
