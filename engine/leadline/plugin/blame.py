"""Faults of plugins, told as such: which plugin, of which distribution, and what it did."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from leadline.errors import LeadlineError, PluginError
from leadline.plugin.installed import Installed

_LONGEST = 300


def fault_of(error: BaseException, where: str = "") -> str:
    """Return what went wrong in one line of at most 300 characters.

    Args:
        error: what a plugin raised.
        where: what it was doing, to stand before the rest.
    """
    if isinstance(error, LeadlineError):
        said = f"{error.message}; {error.hint}" if error.hint else error.message
    else:
        said = f"{type(error).__name__}: {error}".rstrip(": ")
    line = " ".join(said.split())
    return (f"{where}: {line}" if where else line)[:_LONGEST]


@contextlib.contextmanager
def blaming(plugin: Installed, doing: str) -> Iterator[None]:
    """Turn what a plugin raises in the block into a PluginError that names its distribution.

    Leadline's own errors pass as they are, and so does Ctrl-C; SystemExit does not.

    Raises:
        PluginError: the plugin raised anything else.
    """
    try:
        yield
    except (KeyboardInterrupt, GeneratorExit, LeadlineError):
        raise
    except BaseException as error:
        raise PluginError(
            f"{plugin} failed while {doing}: {fault_of(error)}",
            hint=f"this is a fault of the plugin; {plugin.makers}",
        ) from error
