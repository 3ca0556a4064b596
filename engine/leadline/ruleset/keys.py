"""How a key is described in a JSON Schema: what it holds, what it means, an example."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

#: Written so that Python and the editors' JavaScript read it alike: letters of all languages, by
#: ranges. Names stand in comments of the SQL too, so not even a line feed at the end will do.
WORD = r"^[A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\ud7ff]" + (
    r"[0-9A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\ud7ff]*$(?!\n)"
)
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)"
COUNT = r"^[1-9][0-9]*$(?!\n)"
#: The ``format`` of a key that holds an expression; editors pass over formats they do not know.
EXPRESSION = "leadline-expression"
#: The ``format`` of a key that holds the metric of an audit.
METRIC = "leadline-metric"


def text(description: str, *examples: object, numbers: bool = False) -> Schema:
    """Return the schema of a text that is not empty."""
    return {
        "type": ["string", "number"] if numbers else "string",
        "minLength": 1,
        "description": description,
        "examples": list(examples),
    }


def remark(description: str, example: str) -> Schema:
    """Return the schema of a text for people, which may be empty."""
    return {"type": "string", "description": description, "examples": [example]}


def number(description: str, *examples: float) -> Schema:
    """Return the schema of a number."""
    return {"type": "number", "description": description, "examples": list(examples)}


def day(description: str, example: str) -> Schema:
    """Return the schema of a date."""
    return {
        "type": "string",
        "pattern": DATE,
        "format": "date",
        "description": description,
        "examples": [example],
    }


def truth(description: str, default: bool) -> Schema:
    """Return the schema of a truth value."""
    return {
        "type": "boolean",
        "description": description,
        "default": default,
        "examples": [not default],
    }


def expression(description: str, *examples: object) -> Schema:
    """Return the schema of an expression."""
    return text(description, *examples) | {
        "type": ["string", "number", "boolean"],
        "format": EXPRESSION,
    }


def metric(description: str, *examples: object) -> Schema:
    """Return the schema of a metric."""
    return text(description, *examples) | {"format": METRIC}


def texts(description: str, *examples: object) -> Schema:
    """Return the schema of a text or a list of them."""
    return {
        "type": ["string", "number", "array"],
        "minLength": 1,
        "items": {"type": ["string", "number"], "minLength": 1},
        "minItems": 1,
        "description": description,
        "examples": list(examples),
    }


def mapping(
    description: str, values: Schema, *examples: object, names: str | None = WORD
) -> Schema:
    """Return the schema of a mapping under names of the author's.

    Args:
        description: what it is.
        values: what stands at a name.
        examples: mappings.
        names: the pattern of a name; None: any text.
    """
    schema: Schema = {"type": "object", "description": description, "additionalProperties": values}
    schema |= {"propertyNames": {"pattern": names}} if names else {}
    return schema | ({"examples": list(examples)} if examples else {})


def keys(description: str, properties: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    """Return the schema of a mapping with these keys and no others.

    The order of the keys is that in which ``leadline fmt`` writes them.
    """
    schema: Schema = {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "properties": properties,
    }
    return schema | ({"required": list(required)} if required else {})
