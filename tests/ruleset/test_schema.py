"""The JSON Schema for editors is the one that rulesets are checked by."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from leadline.document import Mapping, Scalar, Sequence, Value, load
from leadline.ruleset.schema import DATE, RULESET_SCHEMA, WORD, schema_text

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "schemas" / "ruleset.schema.json"
RULESETS = sorted(ROOT.glob("rulesets/*/ruleset.yaml"))

#: How YAML 1.2 reads plain scalars that are no texts (its core schema).
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


def data(value: Value) -> object:
    """Return what an editor with YAML 1.2 sees of a document."""
    if isinstance(value, Mapping):
        return {entry.key.text: data(entry.value) for entry in value.entries}
    if isinstance(value, Sequence):
        return [data(item) for item in value.items]
    return scalar(value)


def scalar(value: Scalar) -> object:
    if value.style == "plain" and value.text.lower() in _WORDS:
        return _WORDS[value.text.lower()]
    if value.style == "plain" and _NUMBER.match(value.text):
        return float(value.text) if "." in value.text else int(value.text)
    return value.text


def keys(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every key that a schema lists, with its own schema."""
    for name, part in schema.get("properties", {}).items():
        yield f"{path}.{name}", part
    for name in ("properties", "$defs"):
        for inner, part in schema.get(name, {}).items():
            yield from keys(part, f"{path}.{inner}")
    for name in ("additionalProperties", "items"):
        if isinstance(schema.get(name), dict):
            yield from keys(schema[name], f"{path}.*")


def test_the_committed_file_is_the_schema(update: bool) -> None:
    if update:
        COMMITTED.write_text(schema_text(), encoding="utf-8")
    assert COMMITTED.read_text(encoding="utf-8") == schema_text()


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("path", RULESETS, ids=lambda path: path.parent.name)
def test_the_shipped_rulesets_follow_it(path: Path) -> None:
    document = load(path.read_bytes(), path.name).document
    assert document is not None
    validator = Draft202012Validator(json.loads(schema_text()))
    assert [error.message for error in validator.iter_errors(data(document.root))] == []


def test_three_rulesets_are_shipped() -> None:
    assert len(RULESETS) == 3


def test_every_key_is_described() -> None:
    listed = dict(keys(RULESET_SCHEMA))
    assert len(listed) > 100
    bare = [
        path for path, part in listed.items() if not part.get("description") and "$ref" not in part
    ]
    assert bare == []
    assert all(part.get("description") for part in RULESET_SCHEMA["$defs"].values())


@pytest.mark.parametrize("name", ["a", "_", "Größe_1", "naïve", "日本", "x" * 200])
def test_a_name(name: str) -> None:
    assert re.search(WORD, name)


@pytest.mark.parametrize(
    "name", ["", "1a", "a b", "a-b", "a.b", "a\n", "\na", "a“", "€", 'a"', "a\u00d7b"]
)
def test_no_name(name: str) -> None:
    assert not re.search(WORD, name)


def test_a_date_is_written_in_full() -> None:
    assert re.search(DATE, "2026-11-22")
    assert not any(re.search(DATE, text) for text in ("2026-1-2", "2026-11-22\n", "2026-11-22T"))
