"""``leadline whatif``: what a change of the rules would do, without editing them."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.compared import comparison_options, options_of, show_comparison
from leadline.cli.options import as_of_option, data_option, only_ruleset, project_here
from leadline.cli.output import note, write_whole
from leadline.comparison.sides import Pair, TwoSides, read_text
from leadline.errors import UsageError
from leadline.layout.edit import path_of, remove, set_value
from leadline.pipeline import extensions_of, find_ruleset
from leadline.ruleset.extensions import NO_EXTENSIONS


@click.command("whatif")
@click.argument("ruleset", required=False, type=click.Path(path_type=Path))
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PATH=VALUE",
    help="Another value, such as scores.readiness.actions.webinar.points=20; may be repeated.",
)
@click.option(
    "--remove",
    "removals",
    multiple=True,
    metavar="PATH",
    help="Leave out a rule, a key, a segment; may be repeated.",
)
@click.option("--write", is_flag=True, help="Also write the change to the file, comments kept.")
@data_option
@as_of_option
@comparison_options
def command(
    ruleset: Path | None,
    settings: tuple[str, ...],
    removals: tuple[str, ...],
    write: bool,
    data: Path | None,
    as_of: str | None,
    **given: object,
) -> int:
    """Say what a change of the rules would do to the leads, without editing them.

    The same as `leadline diff` of the file and of the file with the changes. --write applies them,
    unless --fail-if holds.
    """
    if not settings and not removals:
        raise UsageError("nothing is to change", hint="add --set PATH=VALUE or --remove PATH")
    project = project_here()
    extensions = extensions_of(project) if project is not None else NO_EXTENSIONS
    file = find_ruleset(only_ruleset(ruleset, project))
    content = file.read_bytes()
    base = read_text(content, str(file), extensions)
    after = _edited(base.text, settings, removals)
    head = read_text(after.encode("utf-8"), f"{file} with the change", extensions)
    sides = TwoSides("as it is", "with the change", (Pair(base, head, str(file)),))
    code = show_comparison(sides, project, data, options_of(as_of, given))
    if not write:
        return code
    if code:
        note(f"{file} is left as it is")
        return code
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    written = after.removeprefix("\ufeff").encode("utf-8")
    write_whole(file, lambda path: path.write_bytes(mark + written))
    note(f"{file} is changed")
    return 0


def _edited(text: str, settings: tuple[str, ...], removals: tuple[str, ...]) -> str:
    """Return a ruleset's text after all changes, in the order in which they are given.

    Raises:
        UsageError: a path leads nowhere.
        RulesetError: the text is no YAML that leadline reads.
    """
    for setting in settings:
        path, equals, value = setting.partition("=")
        if not equals:
            raise UsageError(
                f"`--set {setting}` has no value",
                hint="write PATH=VALUE, such as scores.readiness.actions.webinar.points=20",
            )
        text = set_value(text, path_of(path.strip()), value.strip())
    for path in removals:
        text = remove(text, path_of(path.strip()))
    return text
