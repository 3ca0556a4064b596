"""``leadline run``: the main job."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from leadline.cli.options import as_of_option, project_required
from leadline.cli.output import note, show_listing
from leadline.cli.summary import rejects_in_words, unusable_in_words
from leadline.delivery.publications import Left
from leadline.delivery.publishing import Publishing
from leadline.errors import PluginError
from leadline.report.diagnostics import visible
from leadline.report.listing import Listing
from leadline.report.terminal import progress
from leadline.run import Ran, Scored, near, run
from leadline.store.tally import Tally

#: How many answers of outputs a run shows; `leadline outbox` has all of them.
_MOST_TROUBLES = 3


@click.command("run")
@as_of_option
@click.option(
    "--dry-run",
    is_flag=True,
    help="Load, keep and send nothing; score what the store has, show what would be sent.",
)
@click.option(
    "--fire-backdated",
    is_flag=True,
    help="Send entries that are held back because they lie before the day of an earlier run.",
)
@click.option(
    "--republish",
    multiple=True,
    metavar="OUTPUT",
    help="Tell this output all results again, also those that it holds.",
)
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
    as_of: str | None,
    dry_run: bool,
    fire_backdated: bool,
    republish: tuple[str, ...],
    only: tuple[str, ...],
    engine: str,
    max_rejects: int | None,
) -> int:
    """Load the project's sources, score, keep the results, do what automations say, publish.

    What an output does not take is kept and tried again by the next run; the exit code is then 4.
    """
    project = project_required()
    with progress() as tick:
        ran = run(
            project,
            as_of=as_of,
            dry_run=dry_run,
            only=only,
            tick=tick,
            fire_backdated=fire_backdated,
            republish=republish,
        )
    store = near(project.store)
    for number, listing in enumerate(_listings(ran, dry_run=dry_run)):
        if number:
            click.echo()
        show_listing(listing, "table", None)
    for line in _notes(ran, store):
        note(line)
    if dry_run:
        note("dry run: nothing was loaded, kept, sent or published")
    elif ran.scored:
        note(f"results are in {store}: the tables result_scores and result_accounts")
    if ran.undelivered or (ran.unpublished and not dry_run):
        return PluginError.exit_code
    return 1 if max_rejects is not None and ran.rejected > max_rejects else 0


def _notes(ran: Ran, store: Path) -> Iterator[str]:
    for load in ran.loads:
        yield from (f"note: {line}" for line in load.notes)
    for scored in ran.scored:
        yield from unusable_in_words(scored.unusable)
    yield from rejects_in_words(ran.rejected, ran.rejects, f"the table rejects of {store}")
    yield from _held_in_words(ran)
    yield from _troubles_in_words(ran)
    yield from _unpublished_in_words(ran)


def _held_in_words(ran: Ran) -> Iterator[str]:
    """Yield what automations hold back, why, and how it goes out after all."""
    again = sum(one.again for one in ran.tallies)
    if again:
        were = "1 message was" if again == 1 else f"{again:,} messages were"
        yield f"note: {were} in doubt and went out again with the same key"
    in_doubt = sum(one.in_doubt for one in ran.tallies)
    if in_doubt:
        are = "1 message is" if in_doubt == 1 else f"{in_doubt:,} messages are"
        yield f"warning: {are} in doubt: an output may have had them or not"
        yield "  see `leadline outbox --state in-doubt`; its --resend KEY or --drop KEY decides"
    new = [one for one in ran.tallies if one.newly_backdated]
    for one in new:
        more = "more " if one.backdated > one.newly_backdated else ""
        entries = "entry" if one.newly_backdated == 1 else "entries"
        held = f"{one.newly_backdated:,} {more}{entries}"
        yield f"note: {one.model}.{one.automation} holds back {held} of days gone by"
    if new:
        yield "  `leadline outbox --state backdated` lists them, --fire-backdated sends them"


def _troubles_in_words(ran: Ran) -> Iterator[str]:
    """Yield what outputs answered, the first few in full."""
    if not ran.troubles:
        return
    count = ran.undelivered
    yield f"error: {count:,} {'message was' if count == 1 else 'messages were'} not delivered"
    for trouble in ran.troubles[:_MOST_TROUBLES]:
        next_ = {"failed": "; the next run tries again", "refused": "; it is not tried again"}
        after = next_.get(trouble.state, "; held back, in doubt")
        times = f" ({trouble.times:,} times)" if trouble.times > 1 else ""
        yield visible(f"  {trouble.output}: {trouble.answer}{times}{after}")
    if len(ran.troubles) > _MOST_TROUBLES:
        yield f"  and {len(ran.troubles) - _MOST_TROUBLES} other answers; see `leadline outbox`"


def _left_in_words(what: str, left: Left) -> Iterator[str]:
    """Yield what is left out of what an output holds, and why."""
    if left.anew:
        yield f"note: {what}: the output's settings or its ids changed: all is published anew"
    if left.stale:
        were = f"{left.stale:,} without a result now keep what stands there"
        yield f"warning: {what}: {were}, under the old ids"
    if left.shared:
        shared = f"{left.shared:,} are left out, because the output knows several of them"
        yield f"warning: {what}: {shared} by the same id"
    if left.held is not None:
        yield f"note: {what}: it holds results of {left.held}, a later day, and keeps them"


def _unpublished_in_words(ran: Ran) -> Iterator[str]:
    """Yield what outputs do not hold, why, and what becomes of it."""
    for one in ran.publishings:
        what = f"{one.shelf.output}: {one.shelf.of}"
        yield from _left_in_words(what, one.left)
        if one.left.held is not None:
            yield f"  `leadline run --republish {one.shelf.output}` publishes those of this run"
        if one.error:
            yield visible(f"error: {what} could not be published: {one.error}")
            if one.waiting:
                yield f"  {one.waiting:,} wait for the next run"
        elif one.removals:
            yield f"note: {what}: {one.removals:,} keep their old values until new ones are taken"
    count = sum(one.failed + one.refused for one in ran.publishings)
    if count:
        yield f"error: {count:,} {'result was' if count == 1 else 'results were'} not published"
        for refusal in ran.refusals[:_MOST_TROUBLES]:
            times = f" ({refusal.times:,} times)" if refusal.times > 1 else ""
            yield visible(f"  {refusal.output}: {refusal.answer}{times}; the next run tries again")
        yield "  `leadline published --state refused` (or `failed`) lists them"


def _listings(ran: Ran, *, dry_run: bool) -> Iterator[Listing]:
    if ran.loads:
        yield _loaded(ran)
    if ran.scored:
        yield _scored(ran)
    yield from (_stages(scored) for scored in ran.scored if scored.stages)
    if ran.tallies:
        yield _automations(ran.tallies)
    if ran.publishings:
        yield _to_publish(ran.publishings) if dry_run else _publishings(ran.publishings)
    if ran.due:
        columns = ("automation", "lead_id", "at (UTC)", "action", "cause", "state")
        below = (("because", ("cause",)),)
        yield Listing(columns, ran.due, "would be done", below=below)


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
    # Of the leads in stages: some are in none, and some only their tags know.
    staged = sum(leads for _, leads in scored.stages)
    rows = [
        (stage, leads, round(100 * leads / staged, 1) if staged else 0)
        for stage, leads in scored.stages
    ]
    return Listing(("stage", "leads", "%"), rows, f"stages of {scored.model}")


def _automations(tallies: tuple[Tally, ...]) -> Listing:
    """Tell what became of each automation; of troubles only where there are some."""
    counts = (
        ("failed", [one.failed for one in tallies]),
        ("refused", [one.refused for one in tallies]),
        ("waiting", [one.waiting for one in tallies]),
        ("in doubt", [one.in_doubt for one in tallies]),
        ("backdated", [one.backdated for one in tallies]),
    )
    told = [(name, numbers) for name, numbers in counts if any(numbers)]
    columns = ("automation", "entered", "delivered", *(name for name, _ in told))
    rows = [
        (f"{one.model}.{one.automation}", one.entered, one.delivered, *others)
        for one, *others in zip(tallies, *(numbers for _, numbers in told), strict=True)
    ]
    return Listing(columns, rows, "automations")


def _publishings(publishings: tuple[Publishing, ...]) -> Listing:
    """Tell what became of the results that outputs hold; of troubles only where there are some."""
    counts = (
        ("taken away", [one.removed for one in publishings]),
        ("failed", [one.failed for one in publishings]),
        ("refused", [one.refused for one in publishings]),
        ("waiting", [one.waiting for one in publishings]),
    )
    told = [(name, numbers) for name, numbers in counts if any(numbers)]
    rows = [
        (one.shelf.output, one.shelf.of, one.results, one.published, *others)
        for one, *others in zip(publishings, *(numbers for _, numbers in told), strict=True)
    ]
    columns = ("output", "of", "results", "published", *(name for name, _ in told))
    return Listing(columns, rows, "results published")


def _to_publish(publishings: tuple[Publishing, ...]) -> Listing:
    """Tell what would be published."""
    columns = ("output", "of", "results", "to publish", "to take away")
    rows = [
        (one.shelf.output, one.shelf.of, one.results, one.waiting - one.removals, one.removals)
        for one in publishings
    ]
    return Listing(columns, rows, "would be published")
