"""What is wrong with the shape of a ruleset, in words: a key, a type, a value, a name."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from typing import Any

from leadline.diagnostic import Diagnostic, did_you_mean, nearest
from leadline.document.values import Entry, Mapping, Scalar, Sequence, Value
from leadline.ruleset import codes
from leadline.ruleset.schema import COUNT, DATE, WORD, Schema

_WORDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "object": "keys with values",
    "array": "a list",
}
_OWNERS = {
    "rule": "a rule",
    "fact": "a fact",
    "score": "a score",
    "stages": "`stages`",
    "account": "an account score",
}
_A_WORD = "a word of letters, digits and `_`"
_TRUTH_WORDS = ("true", "false", "yes", "no", "on", "off", "y", "n", "1", "0")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A value that the schema refuses.

    Attributes:
        where: the value in the document.
        path: the keys and indexes that lead to it.
        keyword: the keyword of the schema that refuses it.
        schema: the part of the schema that holds the keyword.
        instance: the value as plain data; of ``propertyNames`` the name.
        message: jsonschema's own words.
        whole: what the whole file is called.
    """

    where: Value
    path: tuple[str | int, ...]
    keyword: str
    schema: Dict[str, Any]
    instance: object
    message: str
    whole: str = "the ruleset"

    @property
    def name(self) -> str:
        """The value as a message names it."""
        words = [str(step) for step in self.path if not isinstance(step, int)]
        item = "an item of " if self.path and isinstance(self.path[-1], int) else ""
        return f"{item}`{'.'.join(words)}`" if words else self.whole

    @property
    def found(self) -> str:
        """What stands there, as a message names it."""
        match self.where:
            case Scalar(text):
                return f"`{text}`" if text else "nothing"
            case Mapping():
                return "keys with values"
            case Sequence():
                return "a list"


def described(mismatch: Mismatch, schema: Schema) -> Iterator[Diagnostic]:
    """Say what is wrong with a value.

    Args:
        mismatch: the value and what refuses it.
        schema: the whole schema, to say where an unknown key belongs.
    """
    match mismatch.keyword:
        case "additionalProperties":
            yield from _unknown_keys(mismatch, schema)
        case "required":
            yield from _missing_key(mismatch)
        case "propertyNames":
            yield _bad_name(mismatch)
        case "type" | "minLength":
            yield _wrong_shape(mismatch, schema)
        case "format":
            yield _no_such_day(mismatch)
        case _:
            yield _wrong_value(mismatch)


def _unknown_keys(mismatch: Mismatch, schema: Schema) -> Iterator[Diagnostic]:
    if not isinstance(mismatch.where, Mapping) or not isinstance(mismatch.instance, dict):
        return
    known: Dict[str, Schema] = mismatch.schema.get("properties", {})
    before: Entry | None = None
    for entry in mismatch.where.entries:
        key = entry.key.text
        if key in mismatch.instance and key not in known:
            hint = _after_comma(entry, before) or _belongs(key, known, schema)
            message = f"unknown key `{key}` in {mismatch.name}"
            yield Diagnostic(codes.UNKNOWN_KEY, message, entry.key.place, hint)
        before = entry


def _after_comma(entry: Entry, before: Entry | None) -> str:
    """Return what to do where a comma inside braces made a key of the rest of a value."""
    value = before.value if before else None
    if before is None or not isinstance(entry.value, Scalar) or entry.value.text:
        return ""
    if not isinstance(value, Scalar) or value.cut is None or value.cut.character != ",":
        return ""
    key, rest = before.key.text, entry.key.text
    ends = "inside braces a comma ends the value"
    if rest.isdigit() and value.text.isdigit():
        return f"{ends}: write `{key}: {value.text}{rest}`"
    if key in ("event", "limit"):
        return f"{ends}: write a list, `{key}: [{value.text}, {rest}]`"
    return f"{ends}: write the whole value of `{key}` in single quotes"


def _belongs(key: str, known: Dict[str, Schema], schema: Schema) -> str:
    hint = did_you_mean(key, known)
    parts: Dict[str, Schema] = schema.get("$defs", {})
    below = [f"`{name}`" for name, part in known.items() if key in part.get("properties", {})]
    owners = below or [
        _OWNERS[name]
        for name, part in parts.items()
        if name in _OWNERS and key in part.get("properties", {})
    ]
    if not below and key in schema.get("properties", {}):
        owners.append("the top level")
    if owners and not hint.startswith("did you mean"):
        return f"`{key}` belongs in {' or '.join(owners)}"
    return hint


def _missing_key(mismatch: Mismatch) -> Iterator[Diagnostic]:
    required: list[str] = mismatch.schema["required"]
    known: Dict[str, Schema] = mismatch.schema["properties"]
    key = next(key for key in required if mismatch.message.startswith(repr(key)))
    where = mismatch.where
    if not isinstance(where, Mapping) or misspelt(where, key, known):
        return
    says: str = known[key].get("description", "")
    place = where.entries[0].key.place if where.entries else where.place
    message = f"{mismatch.name} has no `{key}`"
    hint = f"add `{key}:`, {says[:1].lower()}{says[1:].rstrip('.')}"
    yield Diagnostic(codes.MISSING_KEY, message, place, hint)


def misspelt(mapping: Mapping, key: str, known: Iterable[str]) -> bool:
    """Say whether a key is there in another spelling, which is said of that key."""
    return any(nearest(other, [key]) for other in mapping.keys if other not in known)


def _wrong_shape(mismatch: Mismatch, schema: Schema) -> Diagnostic:
    types = mismatch.schema["type"]
    types = [types] if isinstance(types, str) else types
    # Where a text will do, the number and the truth value beside it are for editors.
    told = [t for t in types if "string" not in types or t not in ("number", "boolean")]
    needed = " or ".join(_WORDS[word] for word in told)
    if mismatch.found == "nothing":
        message = f"nothing is written at {mismatch.name}, which needs {needed}"
        hint = f"write a value{_example(mismatch)}, or remove the key"
    else:
        message = f"{mismatch.name} must be {needed}, and is {mismatch.found}"
        hint = (
            _bare_step(mismatch)
            or _too_far_in(mismatch, schema)
            or _truth_hint(mismatch)
            or _hint(mismatch)
        )
    return Diagnostic(codes.WRONG_SHAPE, message, mismatch.where.place, hint)


def _bare_step(mismatch: Mismatch) -> str:
    match mismatch.path, mismatch.where:
        case (*_, "steps", int()), Scalar(text):
            return f"write `equal [..]` for steps of one size, or `{{name: {text}, at: 33}}`"
    return ""


def _too_far_in(mismatch: Mismatch, schema: Schema) -> str:
    """Return where a key of a score belongs that stands among the names of its rules."""
    score: Dict[str, Schema] = schema.get("$defs", {}).get("score", {}).get("properties", {})
    match mismatch.path:
        case ("scores", _, str(section), str(key)) if section in score and key in score:
            return f"`{key}` is a key of the score: write it beside `{section}`, not below"
    return ""


def _truth_hint(mismatch: Mismatch) -> str:
    word = mismatch.where.text.lower() if isinstance(mismatch.where, Scalar) else ""
    if mismatch.schema["type"] != "boolean" or word not in _TRUTH_WORDS:
        return ""
    return f"write `{'true' if _TRUTH_WORDS.index(word) % 2 == 0 else 'false'}`"


def _example(mismatch: Mismatch) -> str:
    examples = mismatch.schema.get("examples", [])
    return f", such as `{_as_yaml(examples[0])}`" if examples else ""


def _as_yaml(value: object) -> str:
    match value:
        case dict():
            return f"{{{', '.join(f'{key}: {_as_yaml(item)}' for key, item in value.items())}}}"
        case list():
            return f"[{', '.join(map(_as_yaml, value))}]"
        case _:
            return str(value)


def _wrong_value(mismatch: Mismatch) -> Diagnostic:
    name, found, hint = mismatch.name, mismatch.found, ""
    argument = mismatch.schema.get(mismatch.keyword)
    match mismatch.keyword:
        case "enum" if isinstance(argument, list):
            *first, last = (f"`{value}`" for value in argument if isinstance(value, str))
            values = f"{', '.join(first)} or {last}" if first else last
            message = f"{name} must be {values}, and is {found}"
        case "pattern" if argument == DATE:
            message = f"{name} must be a date, and is {found}"
            hint = "write it year first: `2026-11-22`"
        case "pattern":
            message = f"{name} must be {_A_WORD}, and is {found}"
        case "minItems" | "minProperties":
            message = f"{name} needs at least {argument} {_entries(mismatch, argument)}"
        case _:
            message = f"{name} takes at most {argument} {_entries(mismatch, argument)}"
    return Diagnostic(codes.WRONG_VALUE, message, mismatch.where.place, hint or _hint(mismatch))


def _entries(mismatch: Mismatch, number: object) -> str:
    word = "item" if mismatch.keyword.endswith("Items") else "key"
    return word if number == 1 else f"{word}s"


def _hint(mismatch: Mismatch) -> str:
    return _example(mismatch).removeprefix(", ")


def _no_such_day(mismatch: Mismatch) -> Diagnostic:
    hint = calendar_hint(str(mismatch.instance))
    message = f"{mismatch.found} is no day of the calendar"
    return Diagnostic(codes.NO_SUCH_DAY, message, mismatch.where.place, hint)


def calendar_hint(text: str) -> str:
    """Return what to do about a date, written year first, that is no day of the calendar."""
    year, month, _ = map(int, text.split("-"))
    if year and 1 <= month <= 12:
        return f"{year:04}-{month:02} has {monthrange(year, month)[1]} days"
    return "write year, month and day: the month is a number from 1 to 12"


def _bad_name(mismatch: Mismatch) -> Diagnostic:
    name, place = str(mismatch.instance), mismatch.where.place
    if isinstance(mismatch.where, Mapping):
        entry = mismatch.where.get(name)
        place = entry.key.place if entry else place
    if mismatch.schema.get("pattern") == COUNT:
        message = f"`{name}` must be a number of events, a whole number of 1 or more"
        hint = "such as `bands: {1: 5, 3: 10}`"
    else:
        message = f"`{name}` cannot be a name here; it must be {_A_WORD}"
        word = re.sub(r"\W+", "_", name).strip("_")
        hint = f"write `{word}`: " if re.match(WORD, word) else ""
        hint += "names stand bare in expressions and in SQL"
    return Diagnostic(codes.BAD_NAME, message, place, hint)
