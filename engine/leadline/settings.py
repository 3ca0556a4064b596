"""The settings of plugins: texts from the project, secrets from the environment.

They stay texts until the schema of the plugin says their types.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import quote

from leadline.diagnostic import Code, Diagnostic, Place
from leadline.document import Mapping as Entries
from leadline.document import Scalar, Sequence, Value
from leadline.errors import PluginError, UsageError

OPEN_SECRET = Code("LL208", "secret-in-the-open")
BAD_VARIABLE = Code("LL209", "bad-variable")

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_PASSWORD_IN_URL = re.compile(r"://[^/\s:@]*:[^/\s@$]+@")
#: What is shorter is no secret, and may be a part of any word.
_SHORTEST = 4
#: The last word of a key that opens something.
_SECRET = ("token", "password", "passwd", "passphrase", "secret", "key", "dsn", "credentials")
#: The first word of keys that only say which.
_OPEN = ("primary", "foreign", "partition", "sort", "public", "row", "cursor")


class Secret:
    """A text from the environment. It prints as ``****``, whatever prints it.

    Args:
        value: the text; None where the environment does not have it.
        name: the variable that it comes from.
        place: where the project names it.
    """

    __slots__ = ("_value", "name", "place")

    def __init__(self, value: str | None, name: str, place: Place) -> None:
        self._value = value
        self.name = name
        self.place = place

    def __repr__(self) -> str:
        return "****"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((type(self), self.name))

    @property
    def known(self) -> bool:
        """Whether the environment has it."""
        return self._value is not None

    def reveal(self) -> str:
        """Return the text, to be handed to the plugin that needs it and to nobody else.

        Raises:
            UsageError: the environment does not have the variable.
        """
        if self._value is None:
            raise UsageError(
                f"the environment has no variable `{self.name}`, which {self.place} names",
                hint=f"set it: export {self.name}=...",
            )
        return self._value


Setting: TypeAlias = "str | Secret | tuple[Setting, ...] | Mapping[str, Setting]"
NO_SETTINGS: Mapping[str, Setting] = MappingProxyType({})


class SettingsReader:
    """Reads the settings of one plugin from the document of a project.

    Args:
        environment: where ``${NAME}`` is looked up.
        found: the diagnostics, to which mistakes are added.
    """

    def __init__(self, environment: Mapping[str, str], found: list[Diagnostic]) -> None:
        self._environment = environment
        self._found = found

    def read(self, entries: Entries) -> Mapping[str, Setting]:
        """Return the settings; a mistake is a diagnostic."""
        return self._entries(entries, secret=False)

    def _entries(self, entries: Entries, secret: bool) -> Mapping[str, Setting]:
        read = {
            entry.key.text: self._value(entry.value, secret or _is_secret(entry.key.text))
            for entry in entries.entries
        }
        return MappingProxyType(read)

    def _value(self, value: Value, secret: bool) -> Setting:
        match value:
            case Entries():
                return self._entries(value, secret)
            case Sequence():
                return tuple(self._value(item, secret) for item in value.items)
            case Scalar():
                return self._text(value, secret)

    def _text(self, value: Scalar, secret: bool) -> str | Secret:
        names = _VARIABLE.findall(value.text)
        secret = secret or _PASSWORD_IN_URL.search(value.text) is not None
        if secret and value.text and not _VARIABLE.fullmatch(value.text):
            # The text is never quoted: it may be the secret itself.
            hint = "put it into the environment and write `${NAME}` here; then change the secret"
            self._say(OPEN_SECRET, "a secret stands in the open, expected `${NAME}`", value, hint)
            return ""
        if "${" in _VARIABLE.sub("", value.text):
            hint = "letters, digits and `_`, as in `${CRM_TOKEN}`"
            self._say(BAD_VARIABLE, "`${` is not followed by a name and `}`", value, hint)
            return ""
        if not names:
            return value.text
        missing = next((name for name in names if name not in self._environment), None)
        if missing is not None:
            return Secret(None, missing, value.place)
        text = _VARIABLE.sub(lambda found: self._environment[found[1]], value.text)
        return Secret(text, names[0], value.place)

    def _say(self, kind: Code, message: str, at: Value, hint: str) -> None:
        self._found.append(Diagnostic(kind, message, at.place, hint))


def _is_secret(key: str) -> bool:
    """Say whether a setting of that name opens something."""
    words = [word for word in re.split(r"[^a-z0-9]+", _spaced(key)) if word]
    if not words or words[-1] not in _SECRET:
        return False
    return words[-1] != "key" or words[0] not in _OPEN


def _spaced(key: str) -> str:
    """Return a name such as ``apiKey`` as words in lower case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", key).lower()


def masked(text: str, places: Iterable[Place]) -> str:
    """Return the text of a file with what stands at some places hidden."""
    lines = text.splitlines(keepends=True)
    for place in places:
        for number in range(place.line, min(place.end_line, len(lines)) + 1):
            line = lines[number - 1]
            start = place.column - 1 if number == place.line else 0
            end = place.end_column - 1 if number == place.end_line else len(line.rstrip("\r\n"))
            lines[number - 1] = line[:start] + "*" * (end - start) + line[end:]
    return "".join(lines)


def written(settings: Setting) -> str:
    """Return settings as one text, the same for the same settings; of variables only the names."""
    match settings:
        case Secret():
            return f"${{{settings.name}}}"
        case str():
            return json.dumps(settings)
        case tuple():
            return f"[{', '.join(map(written, settings))}]"
        case _:
            named = sorted((key, written(value)) for key, value in settings.items())
            return f"{{{', '.join(f'{json.dumps(key)}: {value}' for key, value in named)}}}"


def hidden(text: str, settings: Setting) -> str:
    """Return a text with stars for what settings have from the environment, also as in a URL."""
    values = sorted({secret.reveal() for secret in _secrets(settings)}, key=len, reverse=True)
    for value in values:
        if len(value) >= _SHORTEST:
            text = text.replace(value, "****").replace(quote(value, safe=""), "****")
    return text


@contextlib.contextmanager
def telling(what: str, settings: Setting) -> Iterator[None]:
    """Have what a plugin raises begin with what it is about, and hide its secrets in it.

    Args:
        what: such as ``source `crm` ``; empty where that is said elsewhere.
        settings: the plugin's.
    """
    try:
        yield
    except PluginError as error:
        said, hint = hidden(error.message, settings), hidden(error.hint, settings)
        if (said, hint) != (error.message, error.hint):
            # What it was raised from says the secret, too.
            error.__cause__, error.__suppress_context__ = None, True
        error.message, error.hint = f"{what}: {said}" if what else said, hint
        error.args = (error.message,)
        raise


def _secrets(settings: Setting) -> Iterator[Secret]:
    if isinstance(settings, Secret):
        if settings.known:
            yield settings
    elif isinstance(settings, Mapping):
        for value in settings.values():
            yield from _secrets(value)
    elif isinstance(settings, tuple):
        for value in settings:
            yield from _secrets(value)


def plain_settings(
    settings: Mapping[str, Setting], schema: Mapping[str, object]
) -> dict[str, object]:
    """Return settings with the types that a JSON Schema says, secrets revealed.

    What does not look like its type stays a text, for the check of the schema to refuse.

    Raises:
        UsageError: the environment lacks a variable.
    """
    plain = _plain(settings, schema, schema)
    return dict(plain) if isinstance(plain, dict) else {}


def _plain(value: Setting, schema: object, root: Mapping[str, object]) -> object:
    described = _described(schema, root)
    if isinstance(value, str | Secret):
        return _typed(value if isinstance(value, str) else value.reveal(), described)
    if isinstance(value, tuple):
        return [_plain(item, described.get("items"), root) for item in value]
    known = described.get("properties")
    known = known if isinstance(known, Mapping) else {}
    other = described.get("additionalProperties")
    return {key: _plain(item, known.get(key, other), root) for key, item in value.items()}


def _described(schema: object, root: Mapping[str, object]) -> Mapping[str, object]:
    """Return a schema, or what it refers to among the definitions of the same schema."""
    if not isinstance(schema, Mapping):
        return {}
    reference = schema.get("$ref")
    definitions = root.get("$defs")
    if isinstance(reference, str) and isinstance(definitions, Mapping):
        return _described(definitions.get(reference.removeprefix("#/$defs/")), {})
    return schema


def _typed(text: str, schema: Mapping[str, object]) -> object:
    """Return a text as the type that a schema says."""
    options = schema.get("enum", [schema["const"]] if "const" in schema else [])
    for option in options if isinstance(options, list | tuple) else ():
        if text == (str(option).lower() if isinstance(option, bool) else str(option)):
            return option
    types = schema.get("type", "string")
    types = [types] if isinstance(types, str) else types
    if not isinstance(types, list | tuple) or "string" in types:
        return text
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if {"integer", "number"} & set(types) and re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    if "number" in types and re.fullmatch(r"-?[0-9]+\.[0-9]+", text):
        return float(text)
    return None if "null" in types and text in ("", "null") else text
