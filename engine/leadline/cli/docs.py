"""``leadline docs``: the handbook page of a ruleset."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from leadline.audit.programs import audits_of
from leadline.cli.options import only_ruleset, output_option, project_here, ruleset_argument
from leadline.cli.output import note, write_text
from leadline.errors import RulesetError, UsageError
from leadline.pipeline import check_ruleset, read_ruleset
from leadline.report.handbook import handbook


@click.command("docs")
@ruleset_argument
@output_option
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing; exit 1 where the page in -o FILE is not what the ruleset says.",
)
def command(ruleset: Path | None, output: Path | None, check: bool) -> int:
    """Write the scoring handbook: a page in Markdown for people who never read YAML.

    What is scored and how, what happens with silence, grades, stages, lists, what is done by
    itself, and who answers for what. The same ruleset always gives the same page.
    """
    if check and output is None:
        raise UsageError("--check has no page to check", hint="name it: -o FILE")
    project = project_here()
    path = only_ruleset(ruleset, project, with_data=False)
    text = read_ruleset(path, project)
    model, found = check_ruleset(text, None)
    if model is None or text.document is None:
        raise RulesetError(f"{text.file} does not compile", found, {text.file: text.text})
    model = replace(model, audits=audits_of(text, None, None))
    page = handbook(model, text.document)
    if not check or output is None:
        write_text(page, output)
        return 0
    return _checked(output, page, path)


def _checked(output: Path, page: str, ruleset: Path) -> int:
    """Say whether the page on disk is the one that the ruleset gives."""
    if output.is_file() and output.read_text(encoding="utf-8", errors="replace") == page:
        note(f"{output} says what {ruleset} says")
        return 0
    found = "is out of date" if output.exists() else "is not there"
    note(f"{output} {found}: write it with `leadline docs {ruleset} -o {output}`")
    return 1
