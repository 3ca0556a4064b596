"""``leadline backtest``: rulesets judged by what became of leads."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from leadline.backtest.measure import Question, backtest
from leadline.cli.hindsight import hindsight_of, hindsight_options, said_of_untrusted, weeks_option
from leadline.cli.options import (
    Work,
    as_of_option,
    data_option,
    loaded,
    only_ruleset,
    output_options,
    project_here,
    project_required,
)
from leadline.cli.output import note, show, show_listings
from leadline.cli.summary import said_of_data
from leadline.comparison.sides import Pair, find_sides
from leadline.errors import UsageError
from leadline.pipeline import RulesetText, extensions_of, read_ruleset
from leadline.project import Project
from leadline.report.backtest import Backtest
from leadline.report.backtest_rows import BY, COLUMNS, By, rows
from leadline.report.backtest_tables import tables
from leadline.report.backtest_words import remarks
from leadline.report.terminal import progress
from leadline.ruleset.extensions import NO_EXTENSIONS
from leadline.run import open_store
from leadline.sql.hazards import literal_rows

_FOR_PEOPLE = ("table", "md")
#: A name and its ruleset.
Side = tuple[str, RulesetText]


@click.command("backtest")
@click.argument("arguments", metavar="[A] [B] [RULESET]", nargs=-1)
@data_option
@as_of_option
@click.option(
    "--top",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many leads sales can take a week. [default: as many as were handed over in a median "
    "week; 20 without hand-overs]",
)
@weeks_option
@hindsight_options
@click.option(
    "--mql",
    "stage",
    metavar="STAGE",
    help="The stage that makes a lead sales-ready. [default: the last]",
)
@click.option(
    "--by",
    type=click.Choice(BY),
    default=BY[0],
    show_default=True,
    help="What a row is of.",
)
@output_options
def command(
    arguments: tuple[str, ...],
    data: Path | None,
    as_of: str | None,
    top: int | None,
    weeks: int,
    stage: str | None,
    by: By,
    format_: str | None,
    output: Path | None,
    **given: Any,
) -> int:
    """Judge one ruleset, or compare two, on what became of leads.

    Each Monday of the last weeks every lead is scored as it stood, by what was known then. The
    leads with the highest scores are the list that sales would have got. What they had within
    --within days says how good the list is, and how well the scores put leads in order.

    A and B are files, folders, or git revisions (`main`, `HEAD~1`, `A..B`), as in `leadline diff`;
    RULESET is the one to take of a revision. A alone is one ruleset.
    """
    if len(arguments) > 3:
        raise click.UsageError("at most A, B and RULESET")
    hindsight = hindsight_of(given)
    project = project_here()
    sides = _sides(arguments, project)
    question = Question(hindsight.asked((), as_of), weeks, top, stage)
    with _work(sides[-1][1], project, data) as work:
        with progress() as tick:
            found = backtest(work.store, sides, question, tick)
        chosen = work.chosen_format(format_, output)
        if chosen in _FOR_PEOPLE:
            show_listings(tables(found, by), chosen, output)
        else:
            sql = literal_rows(COLUMNS[by], rows(found, by))
            show(work.store.database, sql, chosen, output)
        _say(found, work)
    return 0


def _sides(arguments: tuple[str, ...], project: Project | None) -> tuple[Side, ...]:
    """Return one ruleset, or two.

    Raises:
        UsageError: the arguments mean none, or several.
    """
    if not arguments or (len(arguments) == 1 and Path(arguments[0]).exists()):
        named = Path(arguments[0]) if arguments else None
        text = read_ruleset(only_ruleset(named, project), project)
        return ((text.file, text),)
    extensions = extensions_of(project) if project is not None else NO_EXTENSIONS
    found = find_sides(arguments, project, extensions)
    pair = _only(found.pairs)
    alone = len(arguments) == 1 and ".." not in arguments[0]
    texts: tuple[RulesetText | None, ...] = (pair.base, pair.head)[: 1 if alone else 2]
    names = (found.base, found.head)
    sides: list[Side] = []
    for name, side in zip(names, texts, strict=False):
        if side is None:
            raise UsageError(f"there is no ruleset {pair.file} at {name}")
        sides.append((side.file, side))
    return tuple(sides)


def _only(pairs: tuple[Pair, ...]) -> Pair:
    """Return the only ruleset, or the only one that differs."""
    for some in (pairs, [pair for pair in pairs if not pair.is_same]):
        if len(some) == 1:
            return some[0]
    names = ", ".join(pair.file for pair in pairs)
    raise UsageError("several rulesets are meant", hint=f"name one: A B RULESET; there are {names}")


@contextlib.contextmanager
def _work(text: RulesetText, project: Project | None, data: Path | None) -> Iterator[Work]:
    """Open the data: a folder, or the project's store."""
    format_ = project.defaults.format if project is not None else "table"
    if data is not None:
        store, loads, notes = loaded(data)
        work = Work(text, store, loads, notes, format_)
    else:
        work = Work(text, open_store(project_required(), read_only=True), format=format_)
    with work.store:
        yield work


def _say(found: Backtest, work: Work) -> None:
    marks = ("A", "B")
    for mark, side in zip(marks, found.sides, strict=False):
        which = f"{mark}: " if found.changes is not None else ""
        many = "1 lead" if side.leads == 1 else f"{side.leads:,} leads"
        note(f"{which}{side.score} of {side.model} ({side.name}): {many}, {side.rows:,} rows")
    for line in remarks(found):
        note(line)
    for line in said_of_untrusted(sorted({f for side in found.sides for f in side.untrusted})):
        note(line)
    for line in said_of_data(work):
        note(line)
