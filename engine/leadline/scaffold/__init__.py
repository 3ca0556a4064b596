"""A new plugin from templates: a distribution that installs, and whose tests pass."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

from leadline import __version__
from leadline.errors import UsageError

#: What a plugin can be begun as.
KINDS = ("source", "output", "function", "decay")

_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class NewPlugin:
    """A plugin that was begun: its folder and the files in it, by their paths from there."""

    folder: Path
    files: tuple[str, ...]


def begin_plugin(kind: str, name: str, parent: Path) -> NewPlugin:
    """Write a new plugin.

    Args:
        kind: one of ``KINDS``.
        name: the plugin's name, as leadline.yaml will say it: ``acme``.
        parent: where its folder ``leadline-NAME`` is made.

    Raises:
        UsageError: the name is none, or the folder is there and not empty.
    """
    if not _NAME.fullmatch(name) or len(name) > 40:
        raise UsageError(
            f"`{name}` is no name for a plugin",
            hint="lower-case letters and digits, parts joined by `-` or `_`, at most 40: `acme`",
        )
    folder = parent / f"leadline-{name}"
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already", hint="remove it, or choose another name")
    written = _texts(kind, name)
    try:
        for path, text in written.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from error
    return NewPlugin(folder, tuple(written))


def _texts(kind: str, name: str) -> dict[str, str]:
    word = re.sub(r"[-_]", "_", name)
    filled = {
        "name": name,
        "word": word,
        "package": f"leadline_{word}",
        "type": "".join(part.capitalize() for part in re.split(r"[-_]", name)),
        "version": __version__,
        "next": f"{int(__version__.split('.')[0]) + 1}",
    }
    places = {
        "pyproject.toml": "pyproject.toml",
        "README.md": f"{kind}.md",
        f"src/{filled['package']}/__init__.py": f"{kind}.py",
        f"tests/test_{word}.py": f"{kind}_test.py",
    }
    templates = files(__name__).joinpath("templates")
    return {
        path: Template(templates.joinpath(f"{source}.txt").read_text("utf-8")).substitute(filled)
        for path, source in places.items()
    }
