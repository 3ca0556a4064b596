"""The settings of a plugin, checked against the JSON Schema that it describes them with.

Messages never quote a value: a setting may be a secret.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import jsonschema
import referencing

from leadline.diagnostic import did_you_mean
from leadline.errors import PluginError, UsageError

_TYPE_WORDS = {
    "string": "text",
    "array": "a list",
    "object": "a mapping",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "null": "empty",
}

_RULES = {
    "minimum": "must be at least",
    "exclusiveMinimum": "must be above",
    "maximum": "must be at most",
    "exclusiveMaximum": "must be below",
    "minItems": "needs this many items or more:",
    "maxItems": "may have this many items at most:",
    "minProperties": "needs this many keys or more:",
    "minLength": "needs this many characters or more:",
    "maxLength": "may have this many characters at most:",
    "pattern": "is not of the form",
}


class Described(Protocol):
    """A descriptor with settings."""

    @property
    def name(self) -> str:
        """The name that the settings are for."""
        ...

    @property
    def settings(self) -> Mapping[str, object]:
        """The JSON Schema of the settings."""
        ...


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something in settings that does not fit their schema.

    Args:
        fault: a key that there is not, one that is missing, or a value that is wrong.
        path: the keys and numbers that lead to it; of a missing key, to where it should be.
        message: what is wrong, without the value.
        hint: the nearest names, or what the missing key is for; may be empty.
    """

    fault: Literal["unknown", "missing", "wrong"]
    path: tuple[str | int, ...]
    message: str
    hint: str = ""

    @property
    def said(self) -> str:
        """What is wrong, with the nearest names."""
        near = self.hint if self.fault == "unknown" else ""
        return "; ".join(filter(None, (self.message, near)))


def checked_settings(kind: Described, settings: Mapping[str, object]) -> Mapping[str, object]:
    """Return a copy of the settings, with the defaults of the schema's first level filled in.

    Args:
        kind: the descriptor that they are for.
        settings: what the configuration says.

    Raises:
        UsageError: the settings do not fit the schema; every misfit is named.
        PluginError: the schema itself cannot be used.
    """
    found = misfits(kind, settings)
    if found:
        said = "; ".join(dict.fromkeys(one.said for one in found))
        raise UsageError(f"the settings of `{kind.name}` are wrong: {said}")
    return {**_defaults(kind.settings), **copy.deepcopy(dict(settings))}


def misfits(kind: Described, settings: Mapping[str, object]) -> tuple[Misfit, ...]:
    """Return everything in settings that does not fit the schema of a descriptor, each once.

    Raises:
        PluginError: the schema itself cannot be used.
    """
    try:
        jsonschema.Draft202012Validator.check_schema(kind.settings)
        # An empty registry: a reference to a web address is an error, never a download.
        validator = jsonschema.Draft202012Validator(kind.settings, registry=referencing.Registry())
        errors = sorted(validator.iter_errors(settings), key=_order)
    except (
        jsonschema.exceptions.SchemaError,
        referencing.exceptions.Unresolvable,
        RecursionError,
    ) as error:
        raise PluginError(
            f"the settings of `{kind.name}` are described by a schema that cannot be used: "
            f"{str(error).splitlines()[0][:200]}",
            hint="this is a fault of the plugin; report it to its makers",
        ) from error
    return tuple(dict.fromkeys(one for error in errors for one in _misfits(error)))


def _defaults(schema: Mapping[str, object]) -> dict[str, object]:
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        return {}
    return {
        str(key): copy.deepcopy(described["default"])
        for key, described in properties.items()
        if isinstance(described, Mapping) and "default" in described
    }


def _order(error: jsonschema.ValidationError) -> tuple[list[str], str]:
    return [str(part) for part in error.absolute_path], str(error.validator)


def _misfits(error: jsonschema.ValidationError) -> Iterator[Misfit]:
    """Yield what is wrong, one misfit for each key at fault."""
    path = tuple(error.absolute_path)
    schema: Any = error.schema
    found: Any = error.instance
    expected: Any = error.validator_value
    match error.validator:
        case "additionalProperties" if expected is False:
            known = schema.get("properties", {})
            for key in (key for key in found if key not in known):
                hint = did_you_mean(str(key), known)
                message = f"unknown setting `{_place([*path, key])}`"
                yield Misfit("unknown", (*path, key), message, hint)
        case "required":
            for key in (key for key in expected if key not in found):
                message = f"setting `{_place([*path, key])}` is missing"
                yield Misfit("missing", (*path, key), message, _meaning(schema, key))
        case _:
            yield Misfit("wrong", path, f"{_named(_place(path))} {_wrong(error)}")


def _meaning(schema: Mapping[str, Any], key: str) -> str:
    described = schema.get("properties", {}).get(key)
    return str(described.get("description", "")) if isinstance(described, Mapping) else ""


def _wrong(error: jsonschema.ValidationError) -> str:
    schema: Any = error.schema
    expected: Any = error.validator_value
    match error.validator:
        case "type":
            return f"is {_word_for(error.instance)}, expected {_types(schema)}"
        case "enum":
            return f"must be one of {_listed(expected)}"
        case "const":
            return f"must be {_shown(expected)}"
        case keyword:
            rule = _shown(expected) if _is_plain(expected) else ""
            words = _RULES.get(str(keyword), f"does not satisfy {keyword}")
            return f"{words} {rule}".rstrip()


def _named(place: str) -> str:
    return f"setting `{place}`" if place else "the whole"


def _place(path: Iterable[object]) -> str:
    """Return where a setting stands: ``files.events[1]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _types(schema: Mapping[str, Any]) -> str:
    names = schema["type"]
    listed = [names] if isinstance(names, str) else list(names)
    return " or ".join(_TYPE_WORDS[name] for name in listed)


def _word_for(value: object) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case _:
            return f"a {type(value).__name__}"


def _listed(values: Iterable[object]) -> str:
    return ", ".join(_shown(value) for value in values)


def _shown(value: object) -> str:
    """Return a value of the schema (never of the settings) as YAML would have it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"`{value}`".replace("\t", "\\t")


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float)
