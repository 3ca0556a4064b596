"""``leadline diff``: what a change of the rules means, and what it does to the leads."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.compared import comparison_options, options_of, show_comparison
from leadline.cli.options import as_of_option, data_option, project_here
from leadline.comparison.sides import find_sides
from leadline.pipeline import extensions_of
from leadline.ruleset.extensions import NO_EXTENSIONS


@click.command("diff")
@click.argument("arguments", metavar="BASE [HEAD] [RULESET]", nargs=-1, required=True)
@data_option
@as_of_option
@comparison_options
def command(
    arguments: tuple[str, ...], data: Path | None, as_of: str | None, **given: object
) -> int:
    """Compare the rules of two git revisions, or of two files, and what they do.

    BASE and HEAD are revisions (`main`, `HEAD~1`, `A..B`, `A...B` from where B parted from A),
    files or folders. Without HEAD, the files as they stand are compared with BASE. RULESET is one
    ruleset; without it all of the project are compared.

    The effect is that on --data, else on the project's store; without either only the changes are
    told. --fail-if ends with exit code 1, such as: --fail-if "stage changes > 5%".
    """
    if len(arguments) > 3:
        raise click.UsageError("at most BASE, HEAD and RULESET")
    project = project_here()
    extensions = extensions_of(project) if project is not None else NO_EXTENSIONS
    sides = find_sides(arguments, project, extensions)
    return show_comparison(sides, project, data, options_of(as_of, given))
