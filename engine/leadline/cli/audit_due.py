"""``leadline audit due``: which programs are to be reviewed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import click

from leadline.audit.due import Decisions, Due, decisions_of, due_of
from leadline.audit.due_listing import Models, due_findings, due_list, due_table, summary
from leadline.audit.plans import Plan
from leadline.cli.audited import Audited, audited, data_if_any, plans_of, rulesets_named
from leadline.cli.options import as_of_option, data_option, output_option
from leadline.cli.output import FORMATS, chosen_format, note, show_listing
from leadline.cli.summary import said_of_data
from leadline.report.github import github
from leadline.report.repository import placed_in, repository_root
from leadline.report.terminal import working
from leadline.store import Store

#: How far ahead a review is due soon unless it is said.
_WITHIN = "14 days"
_DAYS = re.compile(r"([0-9]{1,4})(?: (days?|weeks?))?\Z")
_FORMATS = (*(name for name in FORMATS if name != "parquet"), "github")
_FOR_PEOPLE = ("table", "md")


def _within(context: click.Context, option: click.Parameter, value: str) -> int:
    found = _DAYS.match(value.strip())
    if found is None:
        raise click.BadParameter(f"`{value}` is no number of days; write `{_WITHIN}`")
    return int(found[1]) * (7 if (found[2] or "").startswith("week") else 1)


@click.command("due")
@click.argument("rulesets", nargs=-1, type=click.Path(path_type=Path))
@data_option
@as_of_option
@click.option(
    "--within",
    metavar="DAYS",
    default=_WITHIN,
    show_default=True,
    callback=_within,
    help="A review at most so far ahead is due soon.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    help="How to print. `github` prints annotations, and -o FILE then gets the table. [default: "
    "by the ending of FILE, else the project's, else table]",
)
@output_option
def due(
    rulesets: tuple[Path, ...],
    data: Path | None,
    as_of: str | None,
    within: int,
    format_: str | None,
    output: Path | None,
) -> int:
    """Say which programs are to be reviewed: overdue, due soon, or at once.

    RULESETS are files or folders; without any, those of the project. A scoring model is to be
    reviewed at once where sales refused more than half of the hand-overs that it decided in the
    last 90 days; that needs the data. Exit 1 when a review is overdue or to be done at once.
    """
    texts = rulesets_named(rulesets)
    with data_if_any(texts[0], data) as work, working("looking at the reviews"):
        store = work.store if work is not None else None
        found = [audited(text, store) for text in texts]
        models = [(one.model, _due(one, store, as_of, within)) for one in found]
        notes = tuple(said_of_data(work)) if work is not None else (_without_data(models),)
        default = work.format if work is not None else "table"
    _print(models, format_, output, default)
    dates = sorted({one.as_of(as_of).day for one in found})
    note(f"as of {' and '.join(map(str, dates))}: {summary(models)}")
    for line in filter(None, notes):
        note(line)
    return 1 if any(one.pressing for _, all_ in models for one in all_) else 0


def _due(found: Audited, store: Store | None, as_of: str | None, within: int) -> tuple[Due, ...]:
    date = found.as_of(as_of)

    def decisions(plan: Plan) -> Decisions | None:
        if store is None or plan.audit.kind != "scoring":
            return None
        return decisions_of(store, date, found.timezone, plan.last)

    plans = plans_of(found, store, as_of, ahead=1)
    return tuple(due_of(plan, date.day, within, decisions(plan)) for plan in plans)


def _print(models: Models, format_: str | None, output: Path | None, default: str) -> None:
    if format_ == "github":
        root = repository_root(Path.cwd())
        found = placed_in(due_findings(models), root)
        where = f"in {output}" if output is not None else "printed by `leadline audit due`"
        click.echo(github(found, where), nl=False)
        if output is None:
            return
    table = chosen_format(format_ if format_ != "github" else None, output, default)
    listed = due_table(models) if table in _FOR_PEOPLE else due_list(models)
    show_listing(listed, table, output)


def _without_data(models: Sequence[tuple[str, Sequence[Due]]]) -> str:
    if not any(one.audit.kind == "scoring" for _, all_ in models for one in all_):
        return ""
    return (
        "note: without data nobody knows how many hand-overs sales refused: pass --data DIR, or "
        "`leadline run` first"
    )
