"""The output ``json_lines``: a file that grows by one JSON object a message.

A key that the file has already is not written again, so nothing is doubled after a crash.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from leadline.plugin import Message, Outcome, OutputContext, OutputKind, PluginError, hookimpl

SETTINGS: Mapping[str, object] = {
    "type": "object",
    "required": ["path"],
    "additionalProperties": False,
    "properties": {
        "path": {
            "description": "The file, from the folder of leadline.yaml; made where it is missing.",
            "type": "string",
            "minLength": 1,
        },
    },
}


class JsonLines:
    """Append messages to a file, whole lines that are on the disk before they are delivered."""

    recognises_keys = True

    def __init__(self, settings: Mapping[str, Any], context: OutputContext) -> None:
        self._path = context.root / settings["path"]
        self._named: str = settings["path"]
        self._keys: set[str] | None = None

    def deliver(self, messages: Sequence[Message]) -> Iterable[Outcome]:
        """Append what the file does not have yet, all or nothing.

        Raises:
            PluginError: it is no file, or one with a line that is not of this output.
        """
        try:
            if self._keys is None:
                self._keys = self._written()
            keys = self._keys
            fresh = [message for message in messages if message.key not in keys]
            self._append("".join(_line(message) for message in fresh).encode())
        except OSError as error:
            said = f"{self._named} cannot be written: {error.strerror}"
            return [Outcome(message.key, "failed", said) for message in messages]
        self._keys |= {message.key for message in fresh}
        return [Outcome(message.key, "delivered") for message in messages]

    def _written(self) -> set[str]:
        """Return the keys in the file; the beginning of a line that was never ended is cut off."""
        if not self._path.exists():
            return set()
        if not self._path.is_file():
            raise PluginError(f"{self._named} is no file", hint="name another one")
        keys, whole = set(), 0
        with self._path.open("r+b") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    break
                keys.add(self._key(line, number))
                whole += len(line)
            file.truncate(whole)
        return keys

    def _key(self, line: bytes, number: int) -> str:
        try:
            return str(json.loads(line)["key"])
        except (ValueError, KeyError, TypeError, RecursionError):
            raise PluginError(
                f"{self._named}:{number} is no line of the output `json_lines`",
                hint="name another file, or move this one away",
            ) from None

    def _append(self, lines: bytes) -> None:
        if not lines:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        size = self._path.stat().st_size if self._path.exists() else 0
        try:
            with self._path.open("ab") as file:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            # A full disk leaves a part of the lines behind.
            os.truncate(self._path, size)
            raise
        _keep_name(self._path.parent)


def _line(message: Message) -> str:
    return json.dumps(message.record(), allow_nan=False, ensure_ascii=False) + "\n"


def _keep_name(folder: Path) -> None:
    """Have the disk keep the name of a file, too."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@hookimpl
def leadline_outputs() -> tuple[OutputKind, ...]:
    """Return the output ``json_lines``."""
    return (OutputKind("json_lines", "A growing file of JSON lines.", SETTINGS, JsonLines),)
