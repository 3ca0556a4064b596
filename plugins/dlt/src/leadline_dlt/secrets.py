"""Which texts open something, and messages without them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

#: The last word of a name that opens something.
_OPENING = (
    "token",
    "password",
    "passwd",
    "passphrase",
    "secret",
    "key",
    "dsn",
    "credentials",
    "authorization",
)
#: The first word of names of keys that only say which.
_HARMLESS = ("primary", "foreign", "partition", "sort", "public", "row", "cursor", "merge", "links")
#: A shorter text would stand everywhere.
_SHORTEST = 4
_LONGEST = 400
_QUERY = re.compile(r"(/[^\s?'\"]*)\?[^\s'\")]+")
_USER = re.compile(r"([a-z][a-z0-9+.-]*://)[^\s/@]+@")
_PASSWORD_IN_URL = re.compile(r"://[^/\s:@]*:[^/\s@]+@")


def without_secrets(value: Any) -> Any:
    """Return settings without what stands under a name that opens something."""
    if isinstance(value, Mapping):
        return {key: without_secrets(v) for key, v in value.items() if not _opens(str(key))}
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    return "" if isinstance(value, str) and _PASSWORD_IN_URL.search(value) else value


class Shield:
    """Takes secrets out of messages: those among the arguments, of the environment, and of URLs.

    Args:
        arguments: what the source is called with.
    """

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        # What `${NAME}` stood for is not said any more, so every text with a value of the
        # environment in it counts.
        values = {value for value in os.environ.values() if len(value) > _SHORTEST}
        named = {
            (name, text)
            for name, text, opens in _texts(arguments, "", opens=False)
            if opens or _PASSWORD_IN_URL.search(text) or any(value in text for value in values)
        }
        named |= {(name, value) for name, value in os.environ.items() if _opens(name)}
        self._named = sorted(
            ((name, text) for name, text in named if len(text) >= _SHORTEST),
            key=lambda pair: (-len(pair[1]), pair[0]),
        )

    def cleared(self, said: str, more: Iterable[str] = ()) -> str:
        """Return a message in one line of at most 400 characters, without a secret.

        Args:
            said: the message.
            more: further texts that it may not hold.
        """
        further = (("secret", text) for text in more if len(text) >= _SHORTEST)
        for name, text in (*self._named, *further):
            said = said.replace(text, f"<{name}>")
        said = _USER.sub(r"\1", _QUERY.sub(r"\1?..", said))
        line = " ".join(said.split())
        return line if len(line) <= _LONGEST else line[: _LONGEST - 2] + ".."


def _opens(name: str) -> bool:
    """Say whether a setting or variable of that name opens something."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()
    words = [word for word in re.split(r"[^a-z0-9]+", spaced) if word]
    return bool(words) and words[-1] in _OPENING and words[0] not in _HARMLESS


def _texts(value: object, name: str, *, opens: bool) -> Iterator[tuple[str, str, bool]]:
    """Yield each text with its name, and whether it stands under a name that opens something."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, str(key), opens=opens or _opens(str(key)))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, name, opens=opens)
    elif isinstance(value, str):
        yield name, value, opens
