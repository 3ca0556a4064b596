"""The URL of a database server: a secret of which no message holds a part."""

from __future__ import annotations

import re
from collections.abc import Mapping

from leadline.errors import SourceError, UsageError

#: The JSON Schema of the setting.
URL: Mapping[str, object] = {"type": "string", "minLength": 1, "pattern": "^[a-z]+://"}

_SHOWN = 300
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
#: What stands for a part of the URL in a message. A part of one letter is no secret, and would
#: stand everywhere.
_SHORTEST = 2


def needed(library: str, extra: str) -> UsageError:
    """Return the error of a library that is not installed."""
    return UsageError(
        f"the source `{extra}` needs {library}, which is not installed",
        hint=f'pip install "leadline[{extra}]"',
    )


def is_here(host: str) -> bool:
    """Say whether a host is this machine: nobody listens in between."""
    return host.startswith("/") or host in ("", "localhost", "127.0.0.1", "::1")


def no_connection(server: str, said: str, parts: Mapping[str, str]) -> SourceError:
    """Return the error of a connection that never came about; as :func:`refused`."""
    return SourceError(
        f"there is no connection to {server}: {_shown(said, parts)}",
        hint="check what `url` holds, and whether this machine may connect",
    )


def refused(server: str, said: str, parts: Mapping[str, str], *, lost: bool) -> SourceError:
    """Return the error of a server that said no, or nothing any more.

    Args:
        server: what kind of server it is.
        said: what it or its driver said.
        parts: the parts of its URL by name, none of which may be shown.
        lost: the connection broke.
    """
    shown = _shown(said, parts)
    if lost:
        return SourceError(
            f"the connection to {server} broke: {shown}",
            hint="load again: a table with `since` goes on from its last part",
        )
    return SourceError(f"{server} refused: {shown}")


def _shown(said: str, parts: Mapping[str, str]) -> str:
    """Return what a server said in one line, without any part of its URL."""
    shown = _CONTROLS.sub(" ", said)
    for name, part in sorted(parts.items(), key=lambda item: -len(item[1])):
        if len(part) >= _SHORTEST:
            shown = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", f"<{name}>", shown)
    return " ".join(shown.split())[:_SHOWN]
