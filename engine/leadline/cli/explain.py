"""``leadline explain``: why a lead has its scores."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.options import (
    as_of_option,
    data_option,
    output_option,
    ruleset_argument,
    work_on,
)
from leadline.cli.output import note, write_text
from leadline.cli.summary import said_of_data
from leadline.diagnostic import nearest
from leadline.errors import UsageError
from leadline.pipeline import choose_any_score, evaluate
from leadline.report.explain import explanation_json, explanation_text
from leadline.report.explanation import explain
from leadline.report.terminal import terminal_width, working
from leadline.store import Store

#: Wider than this, lines of text are hard to read.
_WIDEST = 120
_EVENTS = 3


@click.command("explain")
@click.argument("lead")
@ruleset_argument
@data_option
@as_of_option
@click.option("--score", metavar="NAME", help="Only this score.")
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
    score: str | None,
    all_: bool,
    format_: str,
    output: Path | None,
) -> int:
    """Say why LEAD has its scores: each rule with its events, each cap, what is missing."""
    with work_on(ruleset, data) as work:
        with working("scoring"):
            evaluation = evaluate(work.store, work.text, as_of, lead=lead, event_grain=True)
        if score is not None:
            choose_any_score(evaluation.ruleset, score)
        if not work.store.database.value("SELECT count(*) FROM lead"):
            raise _absent(work.store, lead)
        why = explain(
            work.store.database,
            evaluation.ruleset,
            evaluation.plan,
            lead,
            evaluation.text.extensions.functions,
            score,
        )
        if format_ == "json":
            text = explanation_json(why)
        else:
            width = min(terminal_width() or 80, _WIDEST)
            text = explanation_text(why, events=None if all_ else _EVENTS, width=width)
        write_text(text, output)
        for line in said_of_data(work):
            note(line)
    return 0


def _absent(store: Store, lead: str) -> UsageError:
    """Say why a lead has no score: left out, not there yet, merged, or unknown."""
    database = store.database
    if database.value("SELECT count(*) FROM known_lead"):
        return UsageError(f"the lead {lead} is left out by `leads:` of the ruleset")
    merged = database.value("SELECT lead_id FROM aliases WHERE old_lead_id = ?", [lead])
    if merged:
        return UsageError(f"the lead {lead} was merged into {merged}", hint=f"explain {merged}")
    every = "(SELECT lead_id FROM leads UNION SELECT lead_id FROM events)"
    if database.value(f"SELECT count(*) FROM {every} WHERE lead_id = ?", [lead]):  # noqa: S608
        return UsageError(f"the lead {lead} does not exist yet on this date")
    rows = database.rows(
        f"SELECT lead_id FROM {every} "  # noqa: S608 - fixed text
        "ORDER BY levenshtein(lead_id, ?), lead_id LIMIT 3",
        [lead],
    )
    near = " or ".join(f"`{name}`" for name in nearest(lead, [row[0] for row in rows]))
    hint = f"did you mean {near}?" if near else "`leadline leads` lists them"
    return UsageError(f"no lead is called {lead}", hint=hint)
