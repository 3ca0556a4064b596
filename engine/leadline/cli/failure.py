"""Errors on the command line: what is printed and the exit code."""

from __future__ import annotations

import os
import sys
import traceback

import click

from leadline.errors import (
    ConfigurationError,
    EngineError,
    LeadlineError,
    PluginError,
    RulesetError,
    UsageError,
)
from leadline.report.diagnostics import WIDTH, text, visible
from leadline.report.terminal import coloured, terminal_width

_WHERE = "LEADLINE_TRACEBACK=1 shows where it happened"
_REPORT = f"please report it; {_WHERE}"


def report(error: Exception) -> int:
    """Print an error on standard error.

    Returns:
        The exit code: the error's own, 2 for a file that cannot be read or written, or 5 for a
        fault of leadline's own.
    """
    if isinstance(error, RulesetError | ConfigurationError):
        width = min(terminal_width() or WIDTH, WIDTH)
        colour = coloured(sys.stderr)
        said = text(error.diagnostics, error.texts, colour=colour, width=width)
        click.echo(said, err=True, nl=False)
        return error.exit_code
    if isinstance(error, OSError) and error.filename is not None:
        _say(f"{error.filename}: {error.strerror}", "")
        return UsageError.exit_code
    if isinstance(error, LeadlineError) and not isinstance(error, EngineError):
        hint = error.hint
        if type(error) is PluginError and error.__cause__ is not None:
            # What a plugin raised: who writes it has to see where.
            _trace(error.__cause__)
            hint = "; ".join(filter(None, (hint, _WHERE)))
        _say(error.message, hint)
        return error.exit_code
    _trace(error)
    what = error.message if isinstance(error, EngineError) else f"{type(error).__name__}: {error}"
    _say(f"a fault of leadline's own: {what}", _REPORT)
    return EngineError.exit_code


def _trace(error: BaseException) -> None:
    if os.environ.get("LEADLINE_TRACEBACK"):
        click.echo("".join(traceback.format_exception(error)), err=True)


def _say(message: str, hint: str) -> None:
    click.echo(f"error: {visible(message)}", err=True)
    if hint:
        click.echo(f"  = help: {visible(hint)}", err=True)
