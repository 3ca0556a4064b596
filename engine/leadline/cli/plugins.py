"""``leadline plugins``: what is installed, what each gives, whether it can be used."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from leadline.cli.failure import report
from leadline.cli.options import output_option, project_here
from leadline.cli.output import FORMATS, chosen_format, note, show_listing, show_listings
from leadline.diagnostic import did_you_mean
from leadline.errors import UsageError
from leadline.health import FAULTY, UNUSABLE, Finding, examine_plugins
from leadline.misfits import Written
from leadline.plugin import FunctionKind, Kind, Plugins
from leadline.plugin.kinds import called
from leadline.project import Project
from leadline.report.listing import Listing


@click.group("plugins")
def command() -> None:
    """List plugins, show what one gives, and say whether they can be used."""


@command.command("list")
@click.option(
    "--format",
    "format_",
    type=click.Choice([name for name in FORMATS if name != "parquet"]),
    help="How to print. [default: by the ending of FILE, else table]",
)
@output_option
def list_plugins(format_: str | None, output: Path | None) -> int:
    """List the plugins that are installed, and which of them the project uses.

    None is imported by being listed.
    """
    project = project_here()
    used = project.named_plugins if project else ()
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


@command.command("show")
@click.argument("name")
def show_plugin(name: str) -> int:
    """Show what a plugin gives: its kinds, and the settings of each. It is imported for that."""
    plugins = _plugins(project_here())
    found = [plugin for plugin in plugins.installed() if plugin.name == name]
    if not found:
        known = [plugin.name for plugin in plugins.installed()]
        hint = did_you_mean(name, known) or "`leadline plugins list` names them"
        raise UsageError(f"no plugin is called `{name}`", hint=hint)
    broken = plugins.load([name])
    for plugin in found:
        note(f"{plugin}")
    for one in broken:
        note(f"error: {one}: {one.error}")
    listings = [listing for kind in plugins.kinds() for listing in _shown(kind)]
    show_listings(listings, "table", None)
    return 4 if broken else 0


def _shown(kind: Kind) -> Iterator[Listing]:
    if isinstance(kind, FunctionKind):
        signature = f"{kind.name}({', '.join(kind.parameters)}) -> {kind.result}"
        rows = [("does", kind.sentence), ("written", signature), ("example", kind.example)]
        yield Listing(("function", kind.name), rows)
        return
    properties: Any = kind.settings.get("properties", {})
    required: Any = kind.settings.get("required", ())
    rows_ = [
        (
            setting,
            _type(described),
            "yes" if setting in required else "",
            described.get("default"),
            described.get("description", ""),
        )
        for setting, described in properties.items()
    ]
    yield Listing(
        ("setting", "holds", "needed", "default", "meaning"),
        rows_,
        title=f"{called(kind)}: {kind.summary}",
        empty=f"{called(kind)} has no settings: {kind.summary}",
        below=(("meaning", ("meaning",)),),
    )


def _type(described: Mapping[str, Any]) -> str:
    if "enum" in described:
        return ", ".join(map(str, described["enum"])).replace("\t", "\\t")
    if "const" in described:
        return str(described["const"]).lower()
    types = described.get("type", "any")
    return types if isinstance(types, str) else " or ".join(types)


@command.command("doctor")
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="Import every plugin that is installed, not only what the project needs.",
)
def doctor(every: bool) -> int:
    """Say whether plugins can be used, and whether the project's settings fit them.

    Outside of a project it looks at every plugin that is installed, as --all does.

    What the project needs and cannot be used ends with exit code 4, settings that do not fit with
    2. Of --all, what cannot be used and is not needed is a warning; in CI (the variable CI is set)
    it ends with 1.
    """
    project = project_here()
    findings = examine_plugins(_plugins(project), project, every=every or project is None)
    rows = [(one.what, one.distribution, one.gives, one.state) for one in findings]
    empty = "the project names no plugin; --all looks at every one that is installed"
    show_listing(Listing(("plugin", "from", "gives", "state"), rows, empty=empty), "table", None)
    misfits = [misfit for one in findings for misfit in one.misfits]
    if project is not None and misfits:
        report(Written(project).error(misfits))
    for one in findings:
        if one.said:
            note(f"{'error' if one.needed else 'warning'}: {one.what}: {one.said}")
    return _code(findings)


def _code(findings: tuple[Finding, ...]) -> int:
    needed = {one.state for one in findings if one.needed}
    if UNUSABLE in needed:
        return 4
    if FAULTY in needed:
        return 2
    in_ci = os.environ.get("CI", "").casefold() not in ("", "0", "false")
    return 1 if in_ci and any(one.state == UNUSABLE for one in findings) else 0


def _plugins(project: Project | None) -> Plugins:
    return Plugins(project.plugin_folder if project is not None else None)
