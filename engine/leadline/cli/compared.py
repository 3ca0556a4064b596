"""What ``diff`` and ``whatif`` share: their options, the data they compare on, their output."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from leadline.cli.options import loaded
from leadline.cli.output import note, write_text
from leadline.comparison.compare import compare
from leadline.comparison.effects import Asked
from leadline.comparison.figures import FIGURES, Threshold, parse_threshold, passed
from leadline.comparison.sides import TwoSides
from leadline.errors import UsageError
from leadline.project import Project
from leadline.report.comparison import Comparison
from leadline.report.comparison_json import comparison_json
from leadline.report.comparison_markdown import comparison_markdown
from leadline.report.comparison_text import comparison_text
from leadline.report.diagnostics import visible
from leadline.report.terminal import coloured, progress, terminal_width
from leadline.run import open_store
from leadline.store import Store

F = TypeVar("F", bound=Callable[..., Any])

_WIDTH = 80
_ENDINGS = {".md": "md", ".json": "json", ".txt": "text"}
_FORMATS = ("text", "md", "json")


@dataclass(frozen=True, slots=True)
class Given:
    """The options of a comparison.

    Args:
        asked: what is asked of the effect.
        thresholds: those of ``--fail-if``.
        format: how to print.
        outputs: the files to write, each with its format.
        silent: whether nothing is printed, as a file is asked for instead.
    """

    asked: Asked
    thresholds: tuple[Threshold, ...]
    format: str
    outputs: tuple[tuple[str, Path], ...]
    silent: bool


def comparison_options(command: F) -> F:
    """Add the options of a comparison."""
    for option in reversed(
        (
            click.option(
                "--mql",
                metavar="NAME",
                help="The stage or segment that makes a lead an MQL. [default: the last stage]",
            ),
            click.option(
                "--weeks",
                type=click.IntRange(1, 520),
                default=8,
                show_default=True,
                metavar="N",
                help="Count MQLs over the last N full weeks.",
            ),
            click.option(
                "--top",
                type=click.IntRange(min=0),
                default=10,
                show_default=True,
                metavar="N",
                help="Show the N largest changes.",
            ),
            click.option(
                "--no-backtest",
                is_flag=True,
                help="Do not judge the change by what became of leads, where that is known.",
            ),
            click.option(
                "--fail-if",
                "thresholds",
                multiple=True,
                metavar="EXPR",
                callback=_thresholds,
                help="Exit 1 where this holds; may be repeated. Figures: "
                + ", ".join(FIGURES)
                + ".",
            ),
            click.option(
                "--format",
                "format_",
                type=click.Choice(_FORMATS),
                help="How to print. [default: by the ending of FILE, else text]",
            ),
            click.option(
                "-o",
                "--output",
                "outputs",
                multiple=True,
                metavar="[FORMAT=]FILE",
                help="Write to this file instead of printing; FORMAT=FILE (text, md, json) also "
                "prints. May be repeated.",
            ),
        )
    ):
        command = option(command)
    return command


def _thresholds(
    context: click.Context, option: click.Parameter, values: tuple[str, ...]
) -> tuple[Threshold, ...]:
    return tuple(map(parse_threshold, values))


def options_of(as_of: str | None, given: dict[str, Any]) -> Given:
    """Return the options as a command was given them."""
    outputs = tuple(_output(value, given["format_"]) for value in given["outputs"])
    silent = any(not beside for _, _, beside in outputs)
    return Given(
        Asked(as_of, given["mql"], given["weeks"], given["top"], not given["no_backtest"]),
        given["thresholds"],
        given["format_"] or "text",
        tuple((format_, path) for format_, path, _ in outputs),
        silent,
    )


def _output(value: str, format_: str | None) -> tuple[str, Path, bool]:
    """Return the format and file of ``-o``, and whether it is besides what is printed."""
    named, equals, rest = value.partition("=")
    if equals and named in _FORMATS:
        return named, Path(rest), True
    path = Path(value)
    return format_ or _ENDINGS.get(path.suffix.lower(), "text"), path, False


def show_comparison(
    sides: TwoSides, project: Project | None, data: Path | None, given: Given
) -> int:
    """Compare, print, and return the exit code: 1 where a threshold is passed."""
    store = _store(project, data)
    try:
        with progress() as tick:
            comparison = compare(sides, store, given.asked, tick)
    finally:
        if store is not None:
            store.close()
    failed = passed(comparison, given.thresholds)
    comparison = replace(comparison, failed=failed, checked=len(given.thresholds))
    _show(comparison, given)
    if store is None and any(one.state == "both" for one in comparison.rulesets):
        note("without data: add --data DIR to see what this does to the leads")
    if given.silent:
        for one in failed:
            note(f"failed: {one.threshold}: it is {one.value} in {visible(one.model)}")
    return 1 if failed else 0


def _store(project: Project | None, data: Path | None) -> Store | None:
    if data is not None:
        store, loads, notes = loaded(data)
        for line in (*notes, *(line for load in loads for line in load.notes)):
            note(f"note: {line}")
        rejected = sum(load.rejected for load in loads)
        if rejected:
            note(f"warning: {rejected:,} {'row was' if rejected == 1 else 'rows were'} rejected")
        return store
    if project is None or not project.store.exists():
        return None
    return open_store(project, read_only=True)


def _show(comparison: Comparison, given: Given) -> None:
    for format_, path in given.outputs:
        write_text(_written(comparison, format_), path)
    if given.silent:
        return
    if given.format == "text":
        width = min(terminal_width() or _WIDTH, 100)
        text = comparison_text(comparison, width=width, colour=coloured(sys.stdout))
        write_text(text, None)
    else:
        write_text(_written(comparison, given.format), None)


def _written(comparison: Comparison, format_: str) -> str:
    writers = {"text": comparison_text, "md": comparison_markdown, "json": comparison_json}
    if format_ not in writers:
        raise UsageError(f"no format is called `{format_}`")
    return writers[format_](comparison)
