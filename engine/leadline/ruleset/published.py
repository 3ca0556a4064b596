"""A schema as editors need it, which read YAML before they look at a key.

leadline takes the text of the file and reads it as the key says. An editor has guessed by then:
the text ``1.10`` is a number to it, ``"40"`` in quotes is no number. So the published schema lets
pass what leadline reads.
"""

from __future__ import annotations

import json

from leadline.ruleset.keys import Schema

_NUMBER = r"^[-+]?[0-9]{1,15}(\.[0-9]+)?$"
_TRUTH = r"^(true|false)$"


def published(schema: Schema) -> str:
    """Return a schema as the text of a file in ``schemas/``."""
    return json.dumps(_of_editors(schema), indent=2, ensure_ascii=False) + "\n"


def _of_editors(schema: Schema) -> Schema:
    wide = dict(schema)
    for word in ("properties", "$defs"):
        if word in schema:
            wide[word] = {name: _of_editors(part) for name, part in schema[word].items()}
    for word in ("additionalProperties", "items"):
        if isinstance(schema.get(word), dict):
            wide[word] = _of_editors(schema[word])
    for word in ("anyOf", "oneOf"):
        if word in schema:
            wide[word] = [_of_editors(part) for part in schema[word]]
    return _wider(wide)


def _wider(schema: Schema) -> Schema:
    """Return a schema that takes what a scalar may look like to an editor."""
    if "pattern" in schema:
        return schema
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if "string" in types:
        more = ["number", "boolean"] if schema.get("minLength") else ["number", "boolean", "null"]
        return schema | {"type": list(dict.fromkeys((*types, *more)))}
    if "number" in types or "integer" in types:
        return schema | {"type": [*types, "string"], "pattern": _NUMBER}
    if "boolean" in types:
        return schema | {"type": [*types, "string"], "pattern": _TRUTH}
    return schema
