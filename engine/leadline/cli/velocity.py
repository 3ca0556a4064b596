"""``leadline velocity``: the moves into and out of each stage, period by period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import click

from leadline.cli.options import (
    Work,
    as_of_option,
    data_option,
    output_options,
    ruleset_argument,
    work_on,
)
from leadline.cli.output import note, show, show_listings
from leadline.cli.past import date_of, in_order, said_of_past
from leadline.errors import UsageError
from leadline.flow import FEW, Flow, follow
from leadline.report.terminal import working
from leadline.report.velocity import Figures, Tables, cohort_tables, velocity_tables, way_tables
from leadline.velocity import UNITS, Measured, measure_cohorts, measure_velocity, measure_ways

#: Formats for people; the others have every figure of every period.
_FOR_PEOPLE = ("table", "md")
View = Literal["velocity", "moves", "cohorts"]

#: How many cohorts people get unless they say since when.
_LAST_COHORTS = 12
#: How many days a cohort is followed unless another number is given.
_WITHIN = 30
_DAYS = re.compile(r"([1-9][0-9]{0,3})( days?)?\Z")
_BOUND = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?\Z")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be shown; ``days`` is how long a cohort is followed."""

    view: View
    unit: str
    since: str | None
    stage: str | None
    days: int


def _days(context: click.Context, option: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    found = _DAYS.match(value.strip())
    if found is None:
        raise click.BadParameter(f"`{value}` is no number of days; write `30 days`")
    return int(found[1])


def _bounds(
    context: click.Context, option: click.Parameter, value: str | None
) -> tuple[float, ...]:
    if value is None:
        return ()
    parts = [part.strip() for part in value.split(",")]
    if not all(_BOUND.match(part) for part in parts):
        raise click.BadParameter(f"`{value}` are no bounds; write `50,200`")
    bounds = tuple(map(float, parts))
    if list(bounds) != sorted(set(bounds)):
        raise click.BadParameter(f"`{value}` does not rise; write `50,200`")
    return bounds


@click.command("velocity")
@ruleset_argument
@data_option
@as_of_option
@click.option(
    "--by",
    "unit",
    type=click.Choice(UNITS),
    default="month",
    show_default=True,
    help="How long a period is, in the model's timezone; weeks begin on Monday.",
)
@click.option(
    "--since",
    metavar="DATE",
    callback=date_of,
    help="Every period from the one with this date on. [default: the last that is over and the "
    "one before it; csv, json and parquet: all]",
)
@click.option("--stage", metavar="NAME", help="This stage alone.")
@click.option("--split", metavar="FIELD", help="Tell leads apart by a field: lead.owner.")
@click.option(
    "--bands",
    metavar="BOUNDS",
    callback=_bounds,
    help="With --split of a number: where groups begin, as 50,200.",
)
@click.option("--account", metavar="NAME", help="The stages of this account score.")
@click.option("--moves", is_flag=True, help="By the stage that each move leads to.")
@click.option("--cohorts", is_flag=True, help="Who went on, of those who entered in a period.")
@click.option(
    "--within",
    metavar="DAYS",
    callback=_days,
    help="How long a cohort is followed.  [default: 30 days]",
)
@output_options
def command(
    ruleset: Path | None,
    data: Path | None,
    as_of: str | None,
    unit: str,
    since: str | None,
    stage: str | None,
    split: str | None,
    bands: tuple[float, ...],
    account: str | None,
    moves: bool,
    cohorts: bool,
    within: int | None,
    format_: str | None,
    output: Path | None,
) -> int:
    """Measure how leads move through the stages: how many, where to, how fast.

    Of each period: who came in, who left forward, back or to no stage, who is inside at its end;
    where those who left went, and how long they had been inside; the Kaplan-Meier median, which
    counts those still inside as not yet left. A stage with a service level (`sla:`) also has who
    was over it (due), and of them who still is (past due). --moves tells by the stage that a move
    leads to how many made it and after how long; --cohorts tells, of those who entered in a
    period, how many went on within --within days.

    csv, json and parquet have every figure and the number of leads behind it, one row a stage and
    period. docs/velocity.md defines each.
    """
    if within is not None and not cohorts:
        raise UsageError("--within goes with --cohorts")
    if bands and split is None:
        raise UsageError("--bands goes with --split", hint="such as `--split account.employees`")
    if moves and cohorts:
        raise UsageError("--moves and --cohorts exclude each other", hint="choose one of them")
    in_order(since, as_of)
    view: View = "cohorts" if cohorts else "moves" if moves else "velocity"
    asked = _Asked(view, unit, since, stage, within or _WITHIN)
    with work_on(ruleset, data) as work:
        format_ = work.chosen_format(format_, output)
        people = format_ in _FOR_PEOPLE
        with working("looking back"):
            flow = follow(work.store, work.text, as_of, account=account, by=split, bands=bands)
            measured = _measured(flow, asked, people=people)
        notes: tuple[str, ...] = ()
        if people:
            tables = _tables(measured, asked)
            show_listings(tables.listings, format_, output)
            notes = tables.notes
        else:
            show(work.store.database, measured.figures(), format_, output)
        _say(measured, notes, work)
    return 0


def _measured(flow: Flow, asked: _Asked, *, people: bool) -> Measured:
    unit, since, stage = asked.unit, asked.since, asked.stage
    latest = people and since is None
    match asked.view:
        case "velocity":
            return measure_velocity(flow, unit, since=since, stage=stage, latest=latest)
        case "moves":
            return measure_ways(flow, unit, since=since, stage=stage, latest=latest)
        case "cohorts":
            most = _LAST_COHORTS if people else None
            return measure_cohorts(flow, unit, asked.days, since=since, stage=stage, most=most)


def _tables(measured: Measured, asked: _Asked) -> Tables:
    figures, unit, split = _figures(measured), asked.unit, measured.flow.by
    beside = asked.since is None
    match asked.view:
        case "velocity":
            return velocity_tables(figures, unit, beside=beside, split=split, few=FEW)
        case "moves":
            return way_tables(figures, unit, beside=beside, split=split, few=FEW)
        case "cohorts":
            return cohort_tables(figures, unit, split=split, few=FEW, within=asked.days)


def _figures(measured: Measured) -> list[Figures]:
    columns, rows = measured.flow.past.store.database.table(measured.figures())
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _say(measured: Measured, notes: Sequence[str], work: Work) -> None:
    past = measured.flow.past
    for line in said_of_past(past, work):
        note(line)
    for line in notes:
        note(line)
    truncated = f"SELECT bool_or(truncated) FROM ({measured.figures()})"  # noqa: S608 - own text
    if measured.log_begins is not None and past.store.database.value(truncated):
        zone = ZoneInfo(past.ruleset.timezone)
        day = measured.log_begins.replace(tzinfo=UTC).astimezone(zone).date()
        note(f"the log begins on {day}: how leads moved before is not known")
