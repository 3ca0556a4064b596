"""``leadline import``: a ruleset from a model that was kept elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from leadline.cli.output import note, write_text
from leadline.document import load
from leadline.errors import RulesetError, UsageError
from leadline.foreign.hubspot import read_hubspot
from leadline.foreign.mautic import read_mautic
from leadline.foreign.reading import Json, read_json
from leadline.foreign.result import Imported, counted_lost, lost_text
from leadline.pipeline import RULESET_FILE
from leadline.ruleset.build import build

F = TypeVar("F", bound=Callable[..., Any])


def _options(command: F) -> F:
    command = click.option(
        "--strict", is_flag=True, help="Exit 1 where something could not be expressed."
    )(command)
    return click.option(
        "-o",
        "--output",
        metavar="PATH",
        type=click.Path(path_type=Path),
        help=f"Write to this file, or to {RULESET_FILE} in this folder; else it is printed.",
    )(command)


@click.group("import")
def command() -> None:
    """Make a ruleset from the lead scoring of another system.

    The ruleset compiles and says where each rule came from. What leadline cannot express is
    listed, with its place in the file, at the head of the ruleset and on standard error: nothing
    is left out in silence.
    """


@command.command("hubspot-score")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--event",
    "events",
    multiple=True,
    metavar="ID=TYPE",
    help="What events of this type of HubSpot's are called in your data; may be repeated.",
)
@_options
def hubspot(file: Path, events: tuple[str, ...], output: Path | None, strict: bool) -> int:
    """Read lead scores of HubSpot.

    FILE is JSON as HubSpot's lead scoring API gives a score, or several of them in a list.
    """
    named = dict(_named(event) for event in events)
    imported = read_hubspot(_read(file), named)
    return _written(imported, file.name, "leadline import hubspot-score", output, strict)


@command.command("mautic")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@_options
def mautic(files: tuple[Path, ...], output: Path | None, strict: bool) -> int:
    """Read point actions and triggers of Mautic.

    FILES are JSON as Mautic's REST API gives its points and its point triggers.
    """
    imported = read_mautic([_read(file) for file in files])
    origin = ", ".join(file.name for file in files)
    return _written(imported, origin, "leadline import mautic", output, strict)


def _named(event: str) -> tuple[str, str]:
    id_, equals, type_ = event.partition("=")
    if not id_ or not equals or not type_:
        raise UsageError(f"`{event}` names no event type", hint="write --event 6-1234=trial_start")
    return id_, type_


def _read(file: Path) -> Json:
    try:
        return read_json(file.read_text(encoding="utf-8-sig"), str(file))
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is no JSON: it is not UTF-8") from error


def _written(
    imported: Imported, origin: str, made_by: str, output: Path | None, strict: bool
) -> int:
    text = imported.text(origin, made_by)
    place = output / RULESET_FILE if output is not None and _is_folder(output) else output
    _check(text, str(place) if place is not None else origin)
    if place is not None:
        place.parent.mkdir(parents=True, exist_ok=True)
    write_text(text, place)
    note(f"{lost_text(imported.lost)}{counted_lost(imported.lost)}")
    return 1 if strict and imported.lost else 0


def _is_folder(output: Path) -> bool:
    """Say whether a path is a folder: one that is there, or one without an ending."""
    return output.is_dir() or (not output.exists() and not output.suffix)


def _check(text: str, file: str) -> None:
    """Make sure that what was made compiles.

    Raises:
        RulesetError: it does not, since a value of the other system is none of leadline's.
    """
    loaded = load(text.encode(), file)
    found = loaded.diagnostics
    built = build(loaded.document) if loaded.document is not None else None
    found += built.diagnostics if built is not None else ()
    if built is None or built.ruleset is None:
        raise RulesetError(f"what was made of {file} does not compile", found, {file: text})
