"""``leadline compile``: every form between the text and the SQL."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.options import (
    as_of_option,
    data_option,
    loaded,
    only_ruleset,
    output_option,
    project_here,
    ruleset_argument,
)
from leadline.cli.output import note, write_text
from leadline.diagnostic import did_you_mean
from leadline.errors import UsageError
from leadline.expression.catalog import Catalog
from leadline.pipeline import RulesetText, columns_of, compile_ruleset, read_ruleset
from leadline.plan.build import build_plan
from leadline.plan.clock import parse_as_of
from leadline.report.forms import form_text
from leadline.sql.query import write_query
from leadline.store import Store

STAGES = ("document", "ruleset", "plan", "query", "sql")


@click.command("compile")
@ruleset_argument
@data_option
@as_of_option
@click.option(
    "--until",
    type=click.Choice(STAGES),
    default="sql",
    show_default=True,
    help="The form to print: of the text, of the model, of the steps, each step as SQL, or all "
    "of them as one statement.",
)
@click.option(
    "--relation",
    default="scores",
    metavar="NAME",
    show_default=True,
    help="The result that the statement is for, such as `reported` or `account.NAME`.",
)
@click.option("--by-event", is_flag=True, help="Count event by event: one CTE a rule.")
@output_option
def command(
    ruleset: Path | None,
    data: Path | None,
    as_of: str | None,
    until: str,
    relation: str,
    by_event: bool,
    output: Path | None,
) -> int:
    """Print the SQL that a ruleset becomes, readable, or any form on the way there.

    With --data the columns of the data are checked; without, they are taken as written.
    """
    project = project_here()
    text = read_ruleset(only_ruleset(ruleset, project), project)
    if data is None:
        write_text(_form(text, None, as_of, until, relation, by_event), output)
        return 0
    store, _, notes = loaded(data)
    with store:
        write_text(_form(text, store, as_of, until, relation, by_event), output)
    for line in notes:
        note(f"note: {line}")
    return 0


def _form(
    text: RulesetText,
    store: Store | None,
    as_of: str | None,
    until: str,
    relation: str,
    by_event: bool,
) -> str:
    if until == "document" and text.document is not None:
        return form_text(text.document.root)
    catalog = columns_of(store) if store is not None else None
    model = compile_ruleset(text, catalog, store)
    if until == "ruleset":
        return form_text(model)
    date = parse_as_of(as_of, model.timezone)
    plan = build_plan(model, catalog or Catalog(), date, event_grain=by_event)
    if until == "plan":
        return form_text(plan)
    query = write_query(plan, text.extensions)
    if until == "query":
        return "\n".join(f"-- {step.name}\n-- {step.what}{step.sql};\n" for step in query.steps)
    known = [step.name for step in query.steps]
    if relation not in known:
        raise UsageError(f"no relation is called `{relation}`", hint=did_you_mean(relation, known))
    head = f"-- {model.model} as of {date.day} ({model.timezone}), for DuckDB\n"
    return head + query.text(relation)
