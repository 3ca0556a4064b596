"""Messages as a file of a format: each batch a file of its own, whole or not there."""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from leadline.plugin import Message, Outcome, OutputContext
from leadline_plugins.message_words import TIMEZONE, Words, check_template

PATH: Mapping[str, object] = {
    "description": (
        "The file, from the folder of leadline.yaml, such as out/{automation}-{date}.{ending}. "
        "{date} is the date of the batch's latest entry in `timezone`."
    ),
    "type": "string",
    "minLength": 1,
}
_PLACEHOLDERS = ("date", "model", "automation")
#: A folder with so many files of one name is not looked through any longer.
_MOST_OF_A_NAME = 10_000

#: Writes messages to a file that does not exist yet.
Write = Callable[[Path, Sequence[Message]], None]


class TooLarge(Exception):
    """A batch does not fit a format; says which bound it breaks."""


def file_settings(ending: str, **more: Mapping[str, object]) -> Mapping[str, object]:
    """Return the JSON Schema of an output that writes files.

    Args:
        ending: of its files.
        more: its further settings.
    """
    path = {**PATH, "description": str(PATH["description"]).replace("{ending}", ending)}
    return {
        "type": "object",
        "required": ["path"],
        "additionalProperties": False,
        "properties": {"path": path, "timezone": TIMEZONE, **more},
    }


class BatchFiles:
    """Writes the messages that are handed over together into a file of their own.

    No file is ever written over: where one of that name has something else, the new one gets a
    number. One that has just this is the batch itself, handed over before.

    Args:
        settings: ``path`` and ``timezone``.
        context: what the output is given.
        write: writes the format.

    Raises:
        UsageError: the path has a placeholder that there is not.
    """

    #: A batch is known again only where it is handed over as it was.
    recognises_keys = False

    def __init__(self, settings: Mapping[str, Any], context: OutputContext, write: Write) -> None:
        self._path: str = settings["path"]
        check_template(self._path, "path", context.name, _PLACEHOLDERS)
        self._root = context.root
        self._words = Words(settings, context.name)
        self._write = write

    def deliver(self, messages: Sequence[Message]) -> Iterable[Outcome]:
        """Write a file, and say its name."""
        if not messages:
            return []
        named = self._named(messages)
        try:
            place = self._keep(self._root / named, messages)
        except OSError as error:
            said = f"{named} cannot be written: {error.strerror or type(error).__name__}"
            return [Outcome(message.key, "failed", said) for message in messages]
        except TooLarge as error:
            return [Outcome(message.key, "refused", str(error)) for message in messages]
        said = Path(named).with_name(place.name).as_posix()
        return [Outcome(message.key, "delivered", said) for message in messages]

    def _named(self, messages: Sequence[Message]) -> str:
        values = {
            "date": self._words.date(messages),
            "model": messages[0].model,
            "automation": messages[0].automation,
        }
        named = self._path
        for name, value in values.items():
            named = named.replace(f"{{{name}}}", re.sub(r"[^\w-]+", "-", value))
        return named

    def _keep(self, path: Path, messages: Sequence[Message]) -> Path:
        """Write the file beside its place and give it the first name that is free."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".leadline-", dir=path.parent) as folder:
            written = Path(folder) / f"batch{path.suffix}"
            self._write(written, messages)
            _to_disk(written)
            for number in range(1, _MOST_OF_A_NAME):
                ending = "" if number == 1 else f"-{number}"
                place = path.with_name(f"{path.stem}{ending}{path.suffix}")
                if _taken(place):
                    if _same(written, place):
                        return place
                elif _named_so(written, place):
                    _to_disk(place.parent)
                    return place
        raise FileExistsError(0, f"there are {_MOST_OF_A_NAME:,} files of that name")


def _taken(place: Path) -> bool:
    return place.exists() or place.is_symlink()


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and filecmp.cmp(one, other, shallow=False)


def _named_so(written: Path, place: Path) -> bool:
    """Give a file a name that no other has; say whether it has it now."""
    try:
        os.link(written, place)
    except FileExistsError:
        return False  # another process was faster
    except (OSError, NotImplementedError):
        # Some disks have no second names. What stands there now was not there a moment ago.
        if _taken(place):
            return False
        shutil.move(written, place)
    return True


def _to_disk(path: Path) -> None:
    """Have the disk keep a file, or the names in a folder."""
    if path.is_dir() and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
