"""Suggested points as a unified patch of the ruleset's file; nothing else in it changes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from leadline.git import find_repository
from leadline.layout.edit import set_value
from leadline.report.listing import decimal
from leadline.suggestion.features import Feature
from leadline.suggestion.points import Judged, rounded, step_of

_CONTEXT = 3
#: What git writes in quotes.
_ODD = re.compile(r'[\x00-\x1f\x7f"\\]')
_ESCAPES = {"\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_NO_LINE_END = "\\ No newline at end of file\n"


def edited(text: str, judged: Iterable[Judged]) -> str:
    """Return a ruleset's text with the suggested points."""
    for one in judged:
        for path, value in _values(one.feature, one.after):
            text = set_value(text, path, value)
    return text


def patch(file: Path, before: str, after: str) -> str:
    """Return a patch that ``git apply`` and ``patch -p1`` take; "" where nothing changes.

    Args:
        file: the ruleset's file; the patch names it from the root of its repository, or without
            one from the current folder.
        before: its text.
        after: the text to be.
    """
    if before == after:
        return ""
    name = _path(file)
    lines = difflib.unified_diff(
        _lines(before), _lines(after), _quoted(f"a/{name}"), _quoted(f"b/{name}"), n=_CONTEXT
    )
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_LINE_END}" for line in lines)


def root_of(file: Path) -> Path:
    """Return the folder that a patch of a file is applied in."""
    repository = find_repository(file.parent)
    if repository is not None:
        return repository.root
    here = Path.cwd()
    return here if file.resolve().is_relative_to(here) else file.resolve().parent


def _path(file: Path) -> str:
    return (file.parent.resolve() / file.name).relative_to(root_of(file)).as_posix()


def _values(feature: Feature, after: float) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each path whose value changes, with what is to stand there."""
    match feature.kind:
        case "points":
            yield feature.path, decimal(after)
        case "product":
            yield feature.path, f"{decimal(after)} * {feature.text}"
        case "factor":
            yield feature.path, f"{decimal(after)} * ({feature.text})"
        case "bands":
            step = step_of(value for _, value in feature.bands)
            for count, value in feature.bands:
                yield (*feature.path, str(count)), decimal(rounded(after * value, step))


def _lines(text: str) -> list[str]:
    """Return the lines as git sees them: a line feed ends one, and nothing else does."""
    return [f"{line}\n" for line in text.split("\n")[:-1]] + [text.split("\n")[-1]] * (
        not text.endswith("\n")
    )


def _quoted(name: str) -> str:
    """Return a path as git writes it in a patch."""
    if _ODD.search(name):
        return '"' + _ODD.sub(lambda m: _ESCAPES.get(m[0], f"\\{ord(m[0]):03o}"), name) + '"'
    # Behind a blank in a name, a tab says where the name ends.
    return f"{name}\t" if " " in name else name
