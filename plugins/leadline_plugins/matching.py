"""The setting ``files``: which files are read for which table."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from leadline.errors import SourceError

#: The JSON Schema of the setting.
FILES: Mapping[str, object] = {
    "description": "For each table a pattern or a list of patterns; ** stands for any folders.",
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {
        "type": ["string", "array"],
        "minLength": 1,
        "minItems": 1,
        "items": {"type": "string", "minLength": 1},
    },
}


@dataclass(frozen=True, slots=True)
class Found:
    """A file for a table; ``origin`` is its path from the root where it lies inside, else whole."""

    table: str
    path: Path
    origin: str


def matched(files: Mapping[str, str | list[str]], root: Path) -> Iterator[Found]:
    """Yield the files of every table, each once, sorted by path.

    Args:
        files: a checked value of the setting.
        root: the folder that relative patterns start in.

    Raises:
        SourceError: a pattern matches no file.
    """
    for table, patterns in files.items():
        listed = [patterns] if isinstance(patterns, str) else patterns
        paths = {path for pattern in listed for path in _paths(pattern, root)}
        for path in sorted(paths, key=Path.as_posix):
            yield Found(table, path, _origin(path, root))


def _paths(pattern: str, root: Path) -> list[Path]:
    exact = root / pattern
    if exact.is_file():
        return [exact]  # a name with brackets in it is a name first
    names = glob.glob(pattern, root_dir=root, recursive=True)
    paths = [root / name for name in names if (root / name).is_file()]
    if not paths:
        raise SourceError(
            f"no file matches the pattern `{pattern}` in the folder {root}",
            hint="correct `files` of the source, or put the file there",
        )
    return paths


def _origin(path: Path, root: Path) -> str:
    inside = path.is_relative_to(root)
    return (path.relative_to(root) if inside else path).as_posix()
