"""Fixes of errors: where a name is wrong and exactly one known name is near it.

The name that stands there is what somebody wrote, and the near one what they may have meant, so
none of these is safe.
"""

from __future__ import annotations

import re
from dataclasses import replace

from leadline.diagnostic import Diagnostic, Edit, Fix, offered
from leadline.document.source import source_of

_QUOTED = re.compile(r"`([^`]+)`")
#: A name in quotes or without, or the one of a function with what it is called with.
_WRITTEN = re.compile(r"[\"'`]?([^\s\"'`()]+)(?:[\"'`]|\(.*\))?", re.DOTALL)
#: What stands alone in YAML and in an expression alike, the name of a timezone included.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[./-][A-Za-z0-9_+-]+)*")


def with_repair(error: Diagnostic, text: str) -> Diagnostic:
    """Return an error with a fix where there is one.

    Args:
        error: what is wrong.
        text: the text of its file.
    """
    near = offered(error.hint)
    if error.fix is not None or error.place is None or len(near) != 1:
        return error
    source = source_of(error.place.file, text)
    start, end = source.span(error.place)
    found = _WRITTEN.fullmatch(text, start, end)
    if found is None or not _NAME.fullmatch(near[0]):
        return error
    word = found[1]
    # A place may be about more than a name: then nobody can say what is to be replaced.
    about = {part for quoted in _QUOTED.findall(error.message) for part in (quoted, _last(quoted))}
    if not {word, _last(word)} & about:
        return error
    whole = near[0] if "." in near[0] or "." not in word else f"{_before(word)}{near[0]}"
    edit = Edit(source.place(*found.span(1)), whole)
    return replace(error, fix=Fix(f"write `{whole}`", (edit,), safe=False))


def _last(name: str) -> str:
    return name.rsplit(".", 1)[-1]


def _before(name: str) -> str:
    return name[: len(name) - len(_last(name))]
