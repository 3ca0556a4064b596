"""Commits and changed files, read from what git prints for programs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leadline.git import Commit


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that differs between two trees; two paths are a rename.

    Attributes:
        was: its path before, None where it was not there.
        path: its path after, None where it is gone.
        before: the id of its content before.
        after: the id of its content after; None where it is gone, or is only on disk.
    """

    was: str | None
    path: str | None
    before: str | None
    after: str | None


def commits_in(log: bytes) -> tuple[Commit, ...]:
    """Read what ``Repository.log`` returns."""
    fields = log.decode(errors="replace").split("\0")
    return tuple(_commit(*fields[at : at + 5]) for at in range(0, len(fields) - 5, 5))


def _commit(begin: str, tree: str, author: str, at: str, message: str) -> Commit:
    line, _, short = begin.strip().partition("\n")
    _, commit, *parents = line.split()
    try:
        written = datetime.fromisoformat(at)
    except ValueError:
        written = None
    return Commit(commit, short, tuple(parents), tree, author, written, message.strip())


def changes_in(raw: bytes) -> tuple[tuple[FileChange, ...], ...]:
    """Read raw differences.

    Returns:
        The changes before any line with the ids of two trees, then those behind each such line.
    """
    groups: list[list[FileChange]] = [[]]
    parts = raw.split(b"\0")
    at = 0
    while at < len(parts):
        *trees, said = parts[at].split(b"\n")
        groups += [[] for _ in trees]
        if not said:
            break
        # Modes, contents and a letter; then one path, or the two of a rename.
        count = 2 if said.split(b" ")[-1].startswith((b"R", b"C")) else 1
        groups[-1].append(_change(said.decode(), parts[at + 1 : at + 1 + count]))
        at += 1 + count
    return tuple(map(tuple, groups))


def _change(said: str, paths: Sequence[bytes]) -> FileChange:
    _, _, before, after, letter = said.split(" ")
    was = None if letter == "A" else os.fsdecode(paths[0])
    path = None if letter == "D" else os.fsdecode(paths[-1])
    return FileChange(was, path, _content(before), _content(after))


def _content(id_: str) -> str | None:
    return id_ if id_.strip("0") else None
