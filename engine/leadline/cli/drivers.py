"""``leadline drivers``: what makes leads move into and out of each stage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from leadline.cli.options import Work, data_option, output_options, ruleset_argument, work_on
from leadline.cli.output import note, show, show_listings
from leadline.cli.past import date_of, in_order, said_of_past
from leadline.diagnostic import did_you_mean
from leadline.drivers import (
    CREDIT_WINDOW,
    LIFT_WINDOW,
    WAYS,
    Choice,
    Moves,
    credit_rows,
    driver_rows,
    find_moves,
)
from leadline.errors import UsageError
from leadline.flow import FEW, follow
from leadline.report.drivers import credit_tables, driver_tables, is_doubtful
from leadline.report.listing import Listing, decimal
from leadline.report.terminal import working
from leadline.sql.credit import MODELS, Model
from leadline.sql.drivers import Way

#: The longest window: more days than any log has.
_MOST_DAYS = 36_500


def _days(context: click.Context, option: click.Parameter, value: str | None) -> timedelta | None:
    """Read a number of days, with or without the word."""
    if value is None:
        return None
    number, _, word = value.strip().partition(" ")
    if not number.isdigit() or word not in ("", "day", "days"):
        raise UsageError(f"`{value}` is no number of days (--window)", hint="write `30 days`")
    if not 1 <= int(number) <= _MOST_DAYS:
        raise UsageError(f"--window {value} is out of reach", hint=f"from 1 to {_MOST_DAYS} days")
    return timedelta(days=int(number))


def _models(context: click.Context, option: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Read the names of credit models; ``all`` is every one."""
    if value is None:
        return ()
    names = tuple(dict.fromkeys(name.strip() for name in value.split(",")))
    if names == ("all",):
        return MODELS
    for name in names:
        if name not in MODELS:
            raise UsageError(f"no credit is called `{name}`", hint=did_you_mean(name, MODELS))
    return names


@click.command("drivers")
@ruleset_argument
@data_option
@click.option("--stage", metavar="NAME", help="This stage alone.")
@click.option("--into", "ways", flag_value="into", help="Only moves into a stage.")
@click.option("--out-of", "ways", flag_value="out of", help="Only moves forward, out of a stage.")
@click.option(
    "--by",
    metavar="FIELD",
    default="event",
    show_default=True,
    help="Name what made a move by event, rule, asset, campaign, or a field such as "
    "acquisition_channel or asset.kind.",
)
@click.option("--since", metavar="DATE", callback=date_of, help="Only moves from this date on.")
@click.option(
    "--as-of",
    "--until",
    "as_of",
    metavar="DATE",
    callback=date_of,
    help="The last date, or an instant. [default: today]",
)
@click.option(
    "--top", type=click.IntRange(min=0), default=10, show_default=True, help="Rows of each; 0: all."
)
@click.option(
    "--credit",
    metavar="MODEL,...",
    callback=_models,
    help=f"Give the moves up to the events before them: {', '.join(MODELS)}, or all.",
)
@click.option(
    "--window",
    metavar="DAYS",
    callback=_days,
    help="How long after entering a stage (lift; 30 days) or before a move (credit; 90 days) "
    "events count.",
)
@click.option("--account", metavar="NAME", help="The stages of this account score.")
@output_options
def command(
    ruleset: Path | None,
    data: Path | None,
    stage: str | None,
    ways: Way | None,
    by: str,
    since: str | None,
    as_of: str | None,
    top: int,
    credit: tuple[Model, ...],
    window: timedelta | None,
    account: str | None,
    format_: str | None,
    output: Path | None,
) -> int:
    """Say what makes leads move into and out of each stage.

    For every move the event that made it; several of one instant share it. Lift compares the
    stays that moved on with those that did not: the odds of having done it.

    --credit gives each move up to the events before it instead, by one model or several.
    """
    in_order(since, as_of)
    with work_on(ruleset, data) as work:
        with working("looking back"):
            flow = follow(work.store, work.text, as_of, account=account)
            found = find_moves(flow, by, since)
        _begun(found, since)
        choice = Choice(_stages(stage, flow.names), (ways,) if ways else WAYS, top)
        chosen = work.chosen_format(format_, output)
        if credit:
            span = window or CREDIT_WINDOW
            sql = credit_rows(found, choice, credit, span)
        else:
            span = window or LIFT_WINDOW
            sql = driver_rows(found, choice, span)
        if chosen not in ("table", "md"):
            show(work.store.database, sql, chosen, output)
        else:
            _show(work, sql, by, credit, span, top, chosen, output)
        for line in (*_said(found), *said_of_past(flow.past, work)):
            note(line)
    return 0


def _stages(stage: str | None, names: Sequence[str]) -> tuple[str, ...] | None:
    if stage is None:
        return None
    if stage not in names:
        raise UsageError(f"no stage is called `{stage}`", hint=did_you_mean(stage, names))
    return (stage,)


def _begun(found: Moves, since: str | None) -> None:
    """Refuse a span that begins after its end, which may be today in the model's timezone."""
    if found.since is not None and found.since >= found.until:
        day = found.flow.past.until.day
        raise UsageError(f"the span ends ({day}) before it begins ({since})")


def _show(
    work: Work,
    sql: str,
    by: str,
    credit: tuple[Model, ...],
    span: timedelta,
    top: int,
    format_: str,
    output: Path | None,
) -> None:
    columns, rows = work.store.database.table(sql)
    days = span / timedelta(days=1)
    tables: tuple[Listing, ...]
    if credit:
        tables = credit_tables(columns, rows, by, credit)
    else:
        tables = driver_tables(columns, rows, by, days)
    show_listings(tables or (Listing((), (), empty="nobody moved"),), format_, output)
    if credit:
        note(f"credit: moves up, to the events of the {decimal(days)} days before each")
    elif any("lift" in (name.strip() for name in table.columns) for table in tables):
        note(
            "lift: the odds of having done it, of who moved on against who did not, with their 95%"
        )
        note("interval; moved, stayed: how many of each had done it")
    if top and any(len(table.rows) == top for table in tables):
        note(f"the first {top} of each; --top 0 has all")
    if is_doubtful(columns, rows):
        note(f"? is from fewer than {FEW}")


def _said(found: Moves) -> tuple[str, ...]:
    """Say what is not known: what was before the log, and when some stays began."""
    past = found.flow.past
    known = [i for i in (past.catalog.first_event, past.catalog.first_known) if i is not None]
    lines = []
    if found.since is not None and known and found.since < min(known):
        zone = ZoneInfo(past.ruleset.timezone)
        day = min(known).replace(tzinfo=UTC).astimezone(zone).date()
        lines.append(f"the log begins on {day}: who was inside before is not known")
    if found.unknown:
        stays = "1 stay" if found.unknown == 1 else f"{found.unknown} stays"
        whose = "its move in is" if found.unknown == 1 else "their moves in are"
        lines.append(f"nothing says when {stays} began: {whose} not counted")
    return tuple(lines)
