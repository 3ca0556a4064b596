"""The settings of a plugin, checked against the JSON Schema that it describes them with.

Messages never quote a value: a setting may be a secret.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

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


def checked_settings(kind: Described, settings: Mapping[str, object]) -> Mapping[str, object]:
    """Return a copy of the settings, with the defaults of the schema's first level filled in.

    Args:
        kind: the descriptor that they are for.
        settings: what the configuration says.

    Raises:
        UsageError: the settings do not fit the schema; every misfit is named.
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
    if errors:
        said = tuple(dict.fromkeys(text for error in errors for text in _texts(error)))
        raise UsageError(f"the settings of `{kind.name}` are wrong: {'; '.join(said)}")
    return {**_defaults(kind.settings), **copy.deepcopy(dict(settings))}


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


def _texts(error: jsonschema.ValidationError) -> Iterable[str]:
    """Return what is wrong, one text for each key at fault."""
    place = _place(error.absolute_path)
    schema: Any = error.schema
    found: Any = error.instance
    expected: Any = error.validator_value
    match error.validator:
        case "additionalProperties" if expected is False:
            known = tuple(schema.get("properties", {}))
            for key in found:
                if key not in known:
                    yield f"unknown setting `{_place([*error.absolute_path, key])}`" + (
                        f"; {did_you_mean(str(key), known)}" if known else ""
                    )
        case "required":
            for key in expected:
                if key not in found:
                    yield f"setting `{_place([*error.absolute_path, key])}` is missing"
        case "type":
            yield f"{_named(place)} is {_word_for(found)}, expected {_types(schema)}"
        case "enum":
            yield f"{_named(place)} must be one of {_listed(expected)}"
        case "const":
            yield f"{_named(place)} must be {_shown(expected)}"
        case keyword:
            rule = _shown(expected) if _is_plain(expected) else ""
            yield f"{_named(place)} does not satisfy {keyword} {rule}".rstrip()


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
