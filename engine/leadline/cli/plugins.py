"""``leadline plugins``: what is installed."""

from __future__ import annotations

from pathlib import Path

import click

from leadline.cli.options import output_option, project_here
from leadline.cli.output import FORMATS, chosen_format, show_listing
from leadline.plugin import Plugins
from leadline.report.listing import Listing


@click.group("plugins")
def command() -> None:
    """List plugins. None is imported by being listed."""


@command.command("list")
@click.option(
    "--format",
    "format_",
    type=click.Choice([name for name in FORMATS if name != "parquet"]),
    help="How to print. [default: by the ending of FILE, else table]",
)
@output_option
def list_plugins(format_: str | None, output: Path | None) -> int:
    """List the plugins that are installed, and which of them the project uses."""
    project = project_here()
    used = (
        set(project.plugins) | {source.plugin for source in project.sources} if project else set()
    )
    rows = [
        (
            plugin.name,
            plugin.distribution,
            plugin.version,
            "built in" if plugin.builtin else "installed",
            "yes" if plugin.name in used else "no",
        )
        for plugin in Plugins(project.plugin_folder if project else None).installed()
    ]
    listing = Listing(("plugin", "distribution", "version", "origin", "used here"), rows)
    show_listing(listing, chosen_format(format_, output), output)
    return 0
