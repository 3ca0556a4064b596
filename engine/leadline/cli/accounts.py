"""``leadline accounts``: accounts with their scores and committees."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.options import (
    as_of_option,
    data_option,
    output_options,
    ruleset_argument,
    work_on,
)
from leadline.cli.output import note, show
from leadline.cli.summary import said_of
from leadline.diagnostic import did_you_mean
from leadline.errors import UsageError
from leadline.pipeline import evaluate
from leadline.report.terminal import working
from leadline.ruleset.model import AccountScore, Ruleset
from leadline.sql.listing import account_list


@click.command("accounts")
@ruleset_argument
@data_option
@as_of_option
@click.option("--score", metavar="NAME", help="The account score. [default: the first]")
@click.option("--committee", is_flag=True, help="Only accounts with a committee.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many accounts.")
@output_options
def command(
    ruleset: Path | None,
    data: Path | None,
    as_of: str | None,
    score: str | None,
    committee: bool,
    limit: int | None,
    format_: str | None,
    output: Path | None,
) -> int:
    """List accounts, the highest first, with the leads that make up their score."""
    with work_on(ruleset, data) as work:
        with working("scoring"):
            evaluation = evaluate(work.store, work.text, as_of)
        chosen = _account_score(evaluation.ruleset, score)
        table = evaluation.catalog.table("accounts")
        named = table is not None and not table.empty and table.column("name") is not None
        sql = account_list(chosen.name, with_name=named, committee_only=committee)
        show(
            work.store.database,
            sql + (f" LIMIT {limit}" if limit else ""),
            work.chosen_format(format_, output),
            output,
            below=(("leads:", ("largest leads",)),),
            empty=_empty(chosen, committee),
        )
        for line in said_of(evaluation, work):
            note(line)
    return 0


def _account_score(ruleset: Ruleset, name: str | None) -> AccountScore:
    scores = {account.name: account for account in ruleset.accounts}
    if not scores:
        raise UsageError("the model scores no accounts", hint="add `accounts:` to the ruleset")
    if name is None:
        return ruleset.accounts[0]
    if name not in scores:
        raise UsageError(
            f"no account score is called `{name}`", hint=did_you_mean(name, list(scores))
        )
    return scores[name]


def _empty(account: AccountScore, committee: bool) -> str:
    if not committee:
        return "no accounts in the data"
    if account.committee is None:
        return f"`{account.name}` has no `committee` in the ruleset, so no account has one"
    needed = f"{account.committee.leads} leads at {account.committee.at:g}"
    return f"no account has a committee ({needed} of {account.of})"
