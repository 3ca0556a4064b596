"""``leadline new``: begin something from a template."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.output import note
from leadline.scaffold import KINDS, begin_plugin


@click.group("new")
def command() -> None:
    """Begin something from a template."""


@command.command("plugin")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name")
@click.option(
    "--in",
    "parent",
    metavar="DIR",
    default=Path(),
    type=click.Path(path_type=Path, file_okay=False),
    help="Where its folder leadline-NAME is made. [default: here]",
)
def new_plugin(kind: str, name: str, parent: Path) -> int:
    """Begin a plugin: a distribution leadline-NAME that installs, and whose tests pass."""
    made = begin_plugin(kind, name, parent)
    for path in made.files:
        click.echo(made.folder / path)
    note("")
    note("It reads, writes or computes something already. Next:")
    note(f"  python -m pip install -e '{made.folder}[dev]'")
    note("  leadline plugins list")
    note(f"  python -m pytest {made.folder}")
    return 0
