"""``leadline acceptance``: what sales decided about the leads that were offered to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from leadline.acceptance import BEFORE, BY, By, Ledger, list_offers, measure_acceptance
from leadline.cli.options import (
    Work,
    as_of_option,
    data_option,
    output_options,
    ruleset_argument,
    work_on,
)
from leadline.cli.output import note, show, show_listings
from leadline.cli.past import instants_for
from leadline.cli.summary import said_of_data
from leadline.errors import UsageError
from leadline.report.acceptance import (
    COLUMNS,
    REASON_COLUMNS,
    ledger_figures,
    ledger_notes,
    ledger_table,
    reason_figures,
    reason_table,
    reasons_of,
)
from leadline.report.listing import Listing
from leadline.report.terminal import working
from leadline.sql.hazards import literal_rows

#: Formats for people; the others have every figure of every month.
_FOR_PEOPLE = ("table", "md")
#: How many months people get unless they say since when.
_LAST_MONTHS = 12
_HOW_TO = (
    "an automation offers leads with `do: [offer: {}]`, and a source can fill the table",
    "  `handoffs` with what sales decided; docs/acceptance.md shows both",
)


def _date(context: click.Context, option: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"`{value}` is no date; write `2026-05-31`") from None


@click.command("acceptance")
@ruleset_argument
@data_option
@as_of_option
@click.option(
    "--from",
    "since",
    metavar="DATE",
    callback=_date,
    help="The first date of an offer. [default: the beginning]",
)
@click.option(
    "--to",
    "until",
    metavar="DATE",
    callback=_date,
    help="The last date of an offer. [default: that of --as-of]",
)
@click.option(
    "--by",
    type=click.Choice(BY),
    help="What the hand-overs are told apart by.  [default: month]",
)
@click.option("--leads", is_flag=True, help="List the hand-overs one by one.")
@output_options
def command(
    ruleset: Path | None,
    data: Path | None,
    as_of: str | None,
    since: date | None,
    until: date | None,
    by: By | None,
    leads: bool,
    format_: str | None,
    output: Path | None,
) -> int:
    """Count what sales decided about the leads offered to them: the acceptance ledger.

    Of the leads offered in each month: how many are open (not decided yet), were accepted, were
    refused and why, expired without a decision, were recycled (given back later); the share that
    was accepted of those decided, and how many days that took. What was not known yet on --as-of
    does not count: a decision of a later day is still open.

    --by rule and --by program count a hand-over for each rule and campaign that the lead met in the
    90 days before the offer, so their rows add up to more than there were.
    docs/acceptance.md defines every figure.
    """
    if leads and by is not None:
        raise UsageError("--leads and --by exclude each other", hint="choose one of them")
    if since is not None and until is not None and until < since:
        raise UsageError(f"the span ends ({until}) before it begins ({since})")
    asked: By = by or "month"
    with work_on(ruleset, data) as work:
        format_ = work.chosen_format(format_, output)
        with working("counting hand-overs"):
            ledger = measure_acceptance(
                work.store, work.text, as_of, since=since, until=until, by=None if leads else asked
            )
        if since is not None and since > ledger.until:
            raise UsageError(f"the span ends ({ledger.until}) before it begins ({since})")
        if leads:
            rows = list_offers(ledger, instants_for(format_))
            show(work.store.database, rows, format_, output, empty=_empty(ledger))
        elif format_ in _FOR_PEOPLE:
            show_listings(_tables(ledger, asked, everything=since is not None), format_, output)
        else:
            _show_figures(ledger, asked, work, format_, output)
        _say(ledger, asked, work, people=format_ in _FOR_PEOPLE, one_by_one=leads)
    return 0


def _tables(ledger: Ledger, by: By, *, everything: bool) -> list[Listing]:
    total, rows = ledger.total, ledger.rows
    span = f"{ledger.since or ledger.first} to {ledger.until}"
    if by == "reason":
        title = f"why sales refused {_times(total.refused)} offered {span}"
        return [reason_table(rows, total, title) if rows else _nothing(ledger)]
    if not rows:
        return [_nothing(ledger)]
    if by == "month" and not everything:
        rows = rows[-_LAST_MONTHS:]
    again = f" of {total.leads:,} leads" if total.leads < total.offered else ""
    title = f"{_times(total.offered)}{again} to sales by {by}, offered {span}"
    tables = [ledger_table(by, rows, total, title)]
    if by == "month" and total.reasons:
        tables.append(reasons_of(total, f"why sales refused {total.refused} of them"))
    return tables


def _times(count: int) -> str:
    return f"{count:,} hand-over{'' if count == 1 else 's'}"


def _nothing(ledger: Ledger) -> Listing:
    return Listing((), [], empty=_empty(ledger))


def _empty(ledger: Ledger) -> str:
    if ledger.total.offered:
        return "nothing was refused"
    if ledger.first is None:
        return f"no lead was offered to sales until {ledger.as_of.day}"
    since = f"from {ledger.since} to" if ledger.since is not None else "until"
    return f"no lead was offered {since} {ledger.until}; the first was on {ledger.first}"


def _show_figures(ledger: Ledger, by: By, work: Work, format_: str, output: Path | None) -> None:
    if by == "reason":
        rows = literal_rows(REASON_COLUMNS, reason_figures(ledger.rows, ledger.total))
    else:
        rows = literal_rows(((by, "VARCHAR"), *COLUMNS), ledger_figures(ledger.rows))
    show(work.store.database, rows, format_, output)


def _notes(ledger: Ledger, by: By) -> Iterator[str]:
    total, days = ledger.total, BEFORE.days
    if not total.offered:
        return
    yield from ledger_notes(by, total)
    match by:
        case "month" if ledger.since is None and len(ledger.rows) > _LAST_MONTHS:
            since = ledger.rows[0].key
            yield f"the last {_LAST_MONTHS} of {len(ledger.rows)} months; `all` has every one"
            yield f"  `--from {since}-01` shows them"
        case "rule":
            yield f"rule: one that counted an event of the lead in {days} days before the offer"
            yield "  a hand-over counts for each of its rules, so that rows add up to more than all"
            yield "  facts are left out: whether they held at the offer is not known"
        case "program":
            yield f"program: a campaign with an event of the lead in {days} days before the offer"
            yield "  a hand-over counts for each of them, so that rows add up to more than all"


def _say(ledger: Ledger, by: By, work: Work, *, people: bool, one_by_one: bool) -> None:
    model = ledger.ruleset
    note(f"{model.model}, as known on {ledger.as_of.day} ({model.timezone})")
    if people and not one_by_one:
        for line in _notes(ledger, by):
            note(line)
    if ledger.first is None:
        for line in (*((_empty(ledger),) if not people else ()), *_HOW_TO):
            note(line)
    for line in said_of_data(work):
        note(line)
