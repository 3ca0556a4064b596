"""What a project may set for the source ``dlt``, and what that says of each table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from leadline_dlt.secrets import without_secrets

_ONE: Mapping[str, object] = {
    "required": ["resource"],
    "additionalProperties": False,
    "properties": {
        "resource": {
            "description": "The name of the resource in the source.",
            "type": "string",
            "minLength": 1,
        },
        "incremental": {
            "description": "The path of a value that grows in a row, such as `updated_at`: later "
            "loads take the rows from its last value on.",
            "type": "string",
            "minLength": 1,
        },
        "columns": {
            "description": "Each column of leadline with its path in a row, such as "
            "`city: address.city`; without it every key of a row is a column.",
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": "string", "minLength": 1},
        },
    },
}

SETTINGS: Mapping[str, object] = {
    "type": "object",
    "required": ["source", "tables"],
    "additionalProperties": False,
    "properties": {
        "source": {
            "description": "The module and the name in it: `acme_source:contacts`. The module is a "
            "file or package beside leadline.yaml, or an installed one.",
            "type": "string",
            "pattern": r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$",
        },
        "arguments": {
            "description": "What the source is called with; a secret as `${NAME}`.",
            "type": "object",
            "default": {},
        },
        "tables": {
            "description": "For each table of leadline the name of a resource, or a mapping with "
            "`resource` and more, or a list of them.",
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {
                **_ONE,
                "type": ["string", "object", "array"],
                "minLength": 1,
                "minItems": 1,
                "items": {**_ONE, "type": ["string", "object"], "minLength": 1},
            },
        },
    },
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What fills a table.

    Args:
        table: the table of leadline.
        resource: the name of the resource.
        incremental: the path of a value that grows; None: the resource knows what is new, if any.
        columns: leadline's names and paths in a row; empty: every key is a column.
        key: what its state is kept under. Other settings have another key, and start anew.
    """

    table: str
    resource: str
    incremental: str | None
    columns: tuple[tuple[str, str], ...]
    key: str


def table_entries(settings: Mapping[str, Any]) -> tuple[Entry, ...]:
    """Return what checked settings say of the tables, in their order."""
    return tuple(_entries(settings))


def _entries(settings: Mapping[str, Any]) -> Iterator[Entry]:
    called = [settings["source"], without_secrets(settings["arguments"])]
    for table, given in settings["tables"].items():
        for one in given if isinstance(given, list) else [given]:
            entry: Mapping[str, Any] = {"resource": one} if isinstance(one, str) else one
            written = json.dumps([called, table, entry], sort_keys=True)
            yield Entry(
                table,
                entry["resource"],
                entry.get("incremental"),
                tuple(entry.get("columns", {}).items()),
                hashlib.sha256(written.encode()).hexdigest()[:16],
            )
