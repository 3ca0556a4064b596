"""Names of files as a repository has them: what an annotation or a code-scanning alert needs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from leadline.diagnostic import Diagnostic


def repository_root(start: Path) -> Path:
    """Return the folder of the git repository that a folder is in; itself where it is in none."""
    start = start.resolve()
    found = (folder for folder in (start, *start.parents) if (folder / ".git").exists())
    return next(found, start)


def in_repository(file: str, root: Path) -> str:
    """Return a file's path from ``root`` with forward slashes; outside of it, as it is named.

    Args:
        file: relative to the current folder, or absolute.
        root: an absolute path.
    """
    # A link inside the repository has the name that git knows, so links are not followed, but
    # those that lead to the current folder are.
    path = Path(os.path.normpath(Path.cwd().resolve() / file))
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else Path(file).as_posix()


def placed_in(diagnostics: Iterable[Diagnostic], root: Path) -> tuple[Diagnostic, ...]:
    """Return the diagnostics with their files named from ``root``."""
    return tuple(
        replace(found, place=replace(found.place, file=in_repository(found.place.file, root)))
        if found.place is not None
        else found
        for found in diagnostics
    )
