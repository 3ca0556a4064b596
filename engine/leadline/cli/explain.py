"""``leadline explain``: why a lead has its scores."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from leadline.cli.options import (
    Work,
    as_of_option,
    data_option,
    output_option,
    ruleset_argument,
    work_on,
)
from leadline.cli.output import note, write_text
from leadline.cli.past import absent, date_of, in_order
from leadline.cli.summary import said_of_data
from leadline.errors import UsageError
from leadline.past import look_back
from leadline.pipeline import choose_any_score, columns_of, compile_ruleset, evaluate
from leadline.plan.clock import parse_as_of
from leadline.report.explain import explanation_json, explanation_text
from leadline.report.explanation import Standing, Stay, explain
from leadline.report.moved import Movement, moved_scores
from leadline.report.movement import movement_json, movement_text
from leadline.report.terminal import terminal_width, working
from leadline.sql.standing import segments_of, stage_of, tags_of
from leadline.standing import ranked, stand

#: Wider than this, lines of text are hard to read.
_WIDEST = 120
_EVENTS = 3


@click.command("explain")
@click.argument("lead")
@ruleset_argument
@data_option
@as_of_option
@click.option(
    "--since",
    metavar="DATE",
    callback=date_of,
    help="Say instead what moved each score from the end of this date, or instant, to --as-of.",
)
@click.option("--score", metavar="NAME", help="Only this score.")
@click.option(
    "--ranks",
    is_flag=True,
    help="Tell also of segments such as `top 10% by ..`, which take the past of all leads.",
)
@click.option("--all", "all_", is_flag=True, help="Show every event, not only the latest three.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How to print.",
)
@output_option
def command(
    lead: str,
    ruleset: Path | None,
    data: Path | None,
    as_of: str | None,
    since: str | None,
    score: str | None,
    ranks: bool,
    all_: bool,
    format_: str,
    output: Path | None,
) -> int:
    """Say why LEAD has its scores: each rule with its events, each cap, what is missing.

    With --since, say what moved them between two dates: the changes by cause, which add up to the
    difference.
    """
    if since is not None:
        in_order(since, as_of)
    with work_on(ruleset, data) as work:
        if since is not None:
            text = _moved(work, lead, since, as_of, score, format_)
        else:
            standing = _standing(work, lead, as_of, ranks=ranks)
            text = _why(work, lead, as_of, score, standing, format_, None if all_ else _EVENTS)
        write_text(text, output)
        for line in said_of_data(work):
            note(line)
    return 0


def _why(
    work: Work,
    lead: str,
    as_of: str | None,
    score: str | None,
    standing: Standing,
    format_: str,
    events: int | None,
) -> str:
    """Return why a lead has its scores on a date."""
    with working("scoring"):
        evaluation = evaluate(work.store, work.text, as_of, lead=lead, event_grain=True)
    if score is not None:
        choose_any_score(evaluation.ruleset, score)
    database = work.store.database
    if not database.value("SELECT count(*) FROM lead"):
        raise absent(work.store, lead, "explain")
    if evaluation.catalog.tags:
        cards = tags_of(evaluation.plan)
        standing = replace(standing, tags=database.value(cards, [lead]))
    why = explain(
        database,
        evaluation.ruleset,
        evaluation.plan,
        lead,
        evaluation.text.extensions.functions,
        score,
        standing,
    )
    if format_ == "json":
        return explanation_json(why)
    return explanation_text(why, events=events, width=_width())


def _standing(work: Work, lead: str, as_of: str | None, *, ranks: bool) -> Standing:
    """Return the stage and the segments of a lead, as its past tells them.

    A segment that ranks leads takes the past of all of them, so it is told only where asked for.
    """
    model = compile_ruleset(work.text, columns_of(work.store), work.store)
    stages, segments = model.stages is not None, bool(model.segments)
    if not stages and not segments:
        return Standing()
    untold = () if ranks else ranked(model)
    alone = None if ranks and ranked(model) else lead
    with working("looking back"):
        stand(work.store, work.text, as_of, lead=alone, stages=stages, segments=segments)
    database = work.store.database
    stage = database.rows(stage_of(), [lead]) if stages else []
    stays = database.rows(segments_of(), [lead]) if segments else []
    return Standing(
        stage=Stay(*stage[0]) if stage else None,
        segments=tuple(Stay(name, since) for name, since in stays if name not in untold),
        untold=untold,
    )


def _moved(
    work: Work, lead: str, since: str, as_of: str | None, score: str | None, format_: str
) -> str:
    """Return what moved the scores of a lead between two dates."""
    with working("looking back"):
        past = look_back(work.store, work.text, until=as_of, lead=lead)
    if score is not None:
        choose_any_score(past.ruleset, score)
    if not work.store.database.value("SELECT count(*) FROM known_lead"):
        raise absent(work.store, lead, "explain")
    ruleset = past.ruleset
    begin = parse_as_of(since, ruleset.timezone)
    if begin.before > past.until.before:
        raise UsageError(f"--since {since} is later than {past.until.day}")
    scores = moved_scores(work.store.database, ruleset, begin.before, score)
    movement = Movement(lead, ruleset.model, begin.day, past.until.day, ruleset.timezone, scores)
    return movement_json(movement) if format_ == "json" else movement_text(movement, width=_width())


def _width() -> int:
    return min(terminal_width() or 80, _WIDEST)
