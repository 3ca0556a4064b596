"""Errors on the command line: what is printed and the exit code."""

from __future__ import annotations

import os
import sys
import traceback

import click

from leadline.errors import ConfigurationError, EngineError, LeadlineError, RulesetError, UsageError
from leadline.report.diagnostics import WIDTH, text, visible
from leadline.report.terminal import coloured, terminal_width

_REPORT = "please report it; LEADLINE_TRACEBACK=1 shows where it happened"


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
        _say(error.message, error.hint)
        return error.exit_code
    if os.environ.get("LEADLINE_TRACEBACK"):
        click.echo("".join(traceback.format_exception(error)), err=True)
    what = error.message if isinstance(error, EngineError) else f"{type(error).__name__}: {error}"
    _say(f"a fault of leadline's own: {what}", _REPORT)
    return EngineError.exit_code


def _say(message: str, hint: str) -> None:
    click.echo(f"error: {visible(message)}", err=True)
    if hint:
        click.echo(f"  = help: {visible(hint)}", err=True)
