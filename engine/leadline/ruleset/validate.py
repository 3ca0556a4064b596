"""A document against the JSON Schema: the one module of this layer that imports jsonschema.

jsonschema decides what is wrong; ``shapes`` says it in words. A scalar is resolved by the type
that its key declares.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any, cast

import referencing
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from leadline.diagnostic import Diagnostic
from leadline.document.values import Document, Entry, Mapping, Scalar, Sequence, Value
from leadline.expression.faults import is_open
from leadline.ruleset.schema import DATE, EXPRESSION, METRIC, RULESET_SCHEMA, Schema
from leadline.ruleset.shapes import Mismatch, described

_WHOLE = re.compile(r"[-+]?[0-9]{1,15}\Z")
_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]+)?\Z")


def validate(
    document: Document, schema: Schema = RULESET_SCHEMA, whole: str = "the ruleset"
) -> tuple[Diagnostic, ...]:
    """Check a document against a schema.

    Args:
        document: the file as loaded.
        schema: a JSON Schema; ``$ref`` only within itself.
        whole: what the file is called.

    Returns:
        One diagnostic for each mistake; none hides another. What is wrong with the type of several
        items of a list is said of the first.
    """
    instance = resolved(document.root, schema, schema)
    formats = FormatChecker(())
    formats.checks("date", raises=ValueError)(_is_day)
    validator = Draft202012Validator(
        schema, registry=referencing.Registry(), format_checker=formats
    )
    found: list[Diagnostic] = []
    lists: set[tuple[str | int, ...]] = set()
    for error in validator.iter_errors(instance):
        mismatch = replace(_mismatch(error, document.root), whole=whole)
        if mismatch.keyword == "type" and mismatch.path and isinstance(mismatch.path[-1], int):
            if mismatch.path[:-1] in lists:
                continue
            lists.add(mismatch.path[:-1])
        found.extend(described(mismatch, schema))
    return tuple(found)


def _is_day(value: object) -> bool:
    """Say whether a date is one of the calendar; what looks like no date at all is told besides.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, str) and re.match(DATE, value):
        date.fromisoformat(value)
    return True


def resolved(value: Value, schema: Schema, root: Schema) -> object:
    """Return a value as plain data, each scalar resolved by the type that its key declares.

    Args:
        value: what stands in the document.
        schema: its JSON Schema.
        root: the schema that ``$ref`` points into.
    """
    schema = _target(schema, root)
    match value:
        case Mapping():
            rest = _cut_off(value, schema, root)
            return {
                entry.key.text: resolved(entry.value, _under(schema, entry), root)
                for entry in value.entries
                if entry.key.text not in rest
            }
        case Sequence():
            return [resolved(item, schema.get("items", {}), root) for item in value.items]
        case Scalar():
            return _scalar(value, schema)


def _under(schema: Schema, entry: Entry) -> Schema:
    """Return the schema of what stands at a key."""
    other = schema.get("additionalProperties")
    known: dict[str, Schema] = schema.get("properties", {})
    return known.get(entry.key.text, other if isinstance(other, dict) else {})


def _target(schema: Schema, root: Schema) -> Schema:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    target: Schema = root["$defs"][reference.removeprefix("#/$defs/")]
    return target


def _scalar(scalar: Scalar, schema: Schema) -> object:
    types = schema.get("type", "string")
    types = [types] if isinstance(types, str) else types
    if "string" not in types and not scalar.text and scalar.style == "plain":
        return None
    if "string" in types:
        return scalar.text
    if "boolean" in types and scalar.text in ("true", "false"):
        return scalar.text == "true"
    if "integer" in types and _WHOLE.match(scalar.text):
        return int(scalar.text)
    if "number" in types and _NUMBER.match(scalar.text):
        return float(scalar.text)
    return scalar.text


def _cut_off(mapping: Mapping, schema: Schema, root: Schema) -> set[str]:
    """Return the keys that are no keys but the rest of an expression.

    Inside braces YAML cuts ``min(a, b) > 3`` at the comma and reads a key ``b) > 3`` without a
    value. What is left of the expression does not parse and is reported.
    """
    found: set[str] = set()
    begun = ""
    for entry in mapping.entries:
        value = entry.value
        if not isinstance(value, Scalar):
            begun = ""
        elif begun and not value.text and is_open(begun):
            begun += f",{entry.key.text}"
            found.add(entry.key.text)
        else:
            holds = _target(_under(schema, entry), root)
            is_cut = value.cut is not None and value.cut.kind == "flow"
            begun = value.text if is_cut and holds.get("format") in (EXPRESSION, METRIC) else ""
    return found


def _mismatch(error: ValidationError, root: Value) -> Mismatch:
    path = tuple(step for step in error.absolute_path if isinstance(step, str | int))
    schema = cast("dict[str, Any]", error.schema)
    keyword = "propertyNames" if "propertyNames" in error.relative_schema_path else error.validator
    return Mismatch(
        where=_at(root, path),
        path=path,
        keyword=str(keyword),
        schema=schema,
        instance=error.instance,
        message=error.message,
    )


def _at(value: Value, path: tuple[str | int, ...]) -> Value:
    for step in path:
        if isinstance(value, Mapping):
            entry = value.get(str(step))
            if entry is None:
                break
            value = entry.value
        elif isinstance(value, Sequence) and isinstance(step, int):
            value = value.items[step]
    return value
