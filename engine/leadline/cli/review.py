"""``leadline review``: a scoring model looked over, and what to do about it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, get_args

import click

from leadline.cli.hindsight import (
    hindsight_of,
    hindsight_options,
    said_of_log,
    said_of_untrusted,
)
from leadline.cli.options import (
    as_of_option,
    data_option,
    output_options,
    ruleset_argument,
    work_on,
)
from leadline.cli.output import note, show, write_text
from leadline.cli.summary import said_of_data
from leadline.report.review import Review
from leadline.report.review_rows import COLUMNS, review_json, rule_rows
from leadline.report.review_text import review_markdown, review_text
from leadline.report.terminal import coloured, progress, terminal_width
from leadline.review.checklist import SECTIONS, Section, review
from leadline.sql.hazards import literal_rows

#: How wide lines are where there is no terminal.
_WIDTH = 80


@click.command("review")
@ruleset_argument
@data_option
@as_of_option
@click.option(
    "--section",
    "sections",
    type=click.Choice(get_args(Section)),
    multiple=True,
    help="This point alone. May be repeated. [default: all]",
)
@click.option(
    "--weeks",
    type=click.IntRange(1, 520),
    default=52,
    show_default=True,
    metavar="N",
    help="Look at the leads in the last N weeks of which the outcomes are known.",
)
@hindsight_options
@click.option(
    "--top",
    type=click.IntRange(0),
    default=12,
    show_default=True,
    metavar="N",
    help="How many rows a table has at most; 0 is all.",
)
@output_options
def command(
    ruleset: Path | None,
    data: Path | None,
    as_of: str | None,
    sections: tuple[Section, ...],
    weeks: int,
    top: int,
    format_: str | None,
    output: Path | None,
    **given: Any,
) -> int:
    """Look a scoring model over: what its figures say, and what to do about it.

    Six questions, each with a verdict (good, look at this, cannot be told yet): whether it is
    the sales-ready leads that buy; whether higher scores mean more; whether sales accepts what it
    is offered; what salespeople say of the rules; whether each rule points the right way; whether
    each does something.

    A lead is judged by what was known before the outcome. csv and parquet have a row for each
    rule, json every figure; docs/review.md defines them.
    """
    asked = hindsight_of(given).asked((), as_of)
    chosen = tuple(one for one in SECTIONS if one in sections) or SECTIONS
    with work_on(ruleset, data) as work:
        format_ = work.chosen_format(format_, output)
        with progress() as tick:
            found = review(work.store, work.text, asked, tick, weeks=weeks, sections=chosen)
        if format_ in ("csv", "parquet"):
            sql = literal_rows(COLUMNS, rule_rows(found))
            show(work.store.database, sql, format_, output)
        else:
            write_text(_written(found, chosen, format_, output, top), output)
        for line in (
            *said_of_log(work.store, found.as_of),
            *said_of_untrusted(found.untrusted),
            *said_of_data(work),
        ):
            note(line)
    return 0


def _written(
    found: Review, sections: tuple[Section, ...], format_: str, output: Path | None, top: int
) -> str:
    match format_:
        case "json":
            return review_json(found, sections)
        case "md":
            return review_markdown(found, sections, top=top)
        case _:
            width = terminal_width() if output is None else None
            colour = output is None and coloured(sys.stdout)
            return review_text(found, sections, top=top, width=width or _WIDTH, colour=colour)
