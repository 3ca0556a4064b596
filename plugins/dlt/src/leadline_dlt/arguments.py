"""What a source is called with: texts of leadline.yaml, read by the types that it declares."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from leadline.diagnostic import did_you_mean
from leadline.plugin import UsageError

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_TYPE_WORDS = {bool: "true or false", int: "a whole number", float: "a number"}
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}")


def typed_arguments(
    function: Callable[..., Any], arguments: Mapping[str, Any], source: str
) -> dict[str, Any]:
    """Return arguments with the types that the parameters of a function declare.

    A text stays one where a text is declared, and is a number or a truth value where one of these
    is. Where nothing is declared, what looks like a number, ``true``, ``false`` or ``null`` is one.

    Args:
        function: what is called.
        arguments: texts, lists and mappings by the name of the parameter.
        source: what messages call it.

    Raises:
        UsageError: the function has no parameter of a name, or one of another type.
    """
    parameters = inspect.signature(function).parameters
    open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    for name in arguments:
        if name not in parameters and not open_ended:
            raise UsageError(
                f"`arguments` has `{name}`, which {source} does not take",
                hint=did_you_mean(name, parameters),
            )
    hints = _hints(inspect.unwrap(function))
    return {
        name: _typed(value, _declared(hints.get(name), parameters.get(name)), f"arguments.{name}")
        for name, value in arguments.items()
    }


def _declared(hint: object, parameter: inspect.Parameter | None) -> tuple[object, ...]:
    """Return the types that a parameter may have; none where that is not said."""
    if hint is not None:
        return _members(hint)
    default = None if parameter is None else parameter.default
    return (type(default),) if isinstance(default, str | bool | int | float) else ()


def _hints(thing: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(thing)
    except (NameError, TypeError, AttributeError):
        return {}  # names that only a type checker has


def _members(hint: object) -> tuple[object, ...]:
    """Return the types that a hint joins."""
    if isinstance(hint, typing.NewType):
        return _members(hint.__supertype__)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return tuple(one for part in typing.get_args(hint) for one in _members(part))
    if typing.get_origin(hint) is typing.Literal:
        return tuple(type(value) for value in typing.get_args(hint))
    return () if hint is Any else (hint,)


def _typed(value: Any, declared: tuple[object, ...], place: str) -> Any:
    """Return a value as one of the types that are declared."""
    if isinstance(value, Mapping):
        return {
            key: _typed(inner, _under(declared, str(key)), f"{place}.{key}")
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_typed(inner, _items(declared), place) for inner in value]
    if not isinstance(value, str) or str in declared:
        return value
    return _read(value, declared, place)


def _read(text: str, declared: tuple[object, ...], place: str) -> Any:
    plain = [one for one in (bool, int, float) if one in declared]
    if declared and not plain:
        return text
    allowed = plain or [bool, int, float]
    if text == "null":
        return None
    if bool in allowed and text in ("true", "false"):
        return text == "true"
    if int in allowed and _WHOLE.fullmatch(text):
        return int(text)
    if float in allowed and (_WHOLE.fullmatch(text) or _NUMBER.fullmatch(text)):
        return float(text)
    if plain:
        words = " or ".join(_TYPE_WORDS[one] for one in plain)
        raise UsageError(f"`{place}` is a text, expected {words}")
    return text


def _under(declared: Iterable[object], key: str) -> tuple[object, ...]:
    """Return what is declared of a key of a mapping."""
    found: list[object] = []
    for hint in declared:
        if hasattr(hint, "__required_keys__"):  # a TypedDict, of whichever module
            found += _members(_hints(hint).get(key, Any))
        elif (arguments := typing.get_args(hint)) and len(arguments) == 2:
            found += _members(arguments[1])
    return tuple(found)


def _items(declared: Iterable[object]) -> tuple[object, ...]:
    """Return what is declared of the items of a list."""
    return tuple(
        one
        for hint in declared
        if (arguments := typing.get_args(hint)) and len(arguments) == 1
        for one in _members(arguments[0])
    )
