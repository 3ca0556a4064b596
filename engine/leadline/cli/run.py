"""``leadline run``: the main job."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from leadline.cli.options import as_of_option, project_required
from leadline.cli.output import note, show_listing
from leadline.cli.summary import UNKNOWN_STAGES, rejects_in_words, unusable_in_words
from leadline.report.listing import Listing
from leadline.report.terminal import progress
from leadline.run import Ran, Scored, near, run


@click.command("run")
@as_of_option
@click.option("--dry-run", is_flag=True, help="Load and keep nothing; score what the store has.")
@click.option("--only", multiple=True, metavar="NAME", help="Only this source or ruleset.")
@click.option(
    "--engine",
    type=click.Choice(("duckdb",)),
    default="duckdb",
    show_default=True,
    help="Where the SQL runs.",
)
@click.option(
    "--max-rejects",
    type=click.IntRange(min=0),
    metavar="N",
    help="Exit 1 when more rows than this are rejected.",
)
def command(
    as_of: str | None, dry_run: bool, only: tuple[str, ...], engine: str, max_rejects: int | None
) -> int:
    """Load the project's sources, score with its rulesets, keep the results in the store."""
    project = project_required()
    with progress() as tick:
        ran = run(project, as_of=as_of, dry_run=dry_run, only=only, tick=tick)
    store = near(project.store)
    for number, listing in enumerate(_listings(ran)):
        if number:
            click.echo()
        show_listing(listing, "table", None)
    for line in _notes(ran, store):
        note(line)
    if dry_run:
        note("dry run: nothing was loaded or kept")
    elif ran.scored:
        note(f"results are in {store}: the tables result_scores and result_accounts")
    return 1 if max_rejects is not None and ran.rejected > max_rejects else 0


def _notes(ran: Ran, store: Path) -> Iterator[str]:
    for load in ran.loads:
        yield from (f"note: {line}" for line in load.notes)
    if any(scored.stages_unknown for scored in ran.scored):
        yield UNKNOWN_STAGES
    for scored in ran.scored:
        yield from unusable_in_words(scored.unusable)
    yield from rejects_in_words(ran.rejected, ran.rejects, f"the table rejects of {store}")


def _listings(ran: Ran) -> Iterator[Listing]:
    if ran.loads:
        yield _loaded(ran)
    if ran.scored:
        yield _scored(ran)
    yield from (_stages(scored) for scored in ran.scored if scored.stages)


def _loaded(ran: Ran) -> Listing:
    columns = ("source", "table", "rows", "new", "known", "changed", "rejected")
    rows = [
        (load.source, t.table, t.rows, t.new, t.known, t.changed, t.rejected)
        for load in ran.loads
        for t in load.tables
    ]
    title = f"loaded in {ran.load_seconds:.1f} s"
    return Listing(columns, rows, title, empty=f"{title}: the sources gave no rows")


def _scored(ran: Ran) -> Listing:
    columns = ("ruleset", "as of", "timezone", "leads", "scores", "seconds")
    rows = [
        (one.model, one.as_of.day, one.timezone, one.leads, one.scores, round(one.seconds, 1))
        for one in ran.scored
    ]
    return Listing(columns, rows, "scored")


def _stages(scored: Scored) -> Listing:
    rows = [
        (stage, leads, round(100 * leads / scored.leads, 1) if scored.leads else 0)
        for stage, leads in scored.stages
    ]
    return Listing(("stage", "leads", "% of leads"), rows, f"stages of {scored.model}")
