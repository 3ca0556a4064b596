"""The JSON Schemas for editors are the ones that leadline reads by, and take what it reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode
from tests.expression.reading import scalar
from tests.oracle.rulesets import models, written
from tests.test_project import FULL

from leadline.configuration import PROJECT_SCHEMA, project_schema_text
from leadline.document import load
from leadline.expression.metrics_parse import parse_metric
from leadline.expression.parse import parse_expression
from leadline.layout import format_text
from leadline.ruleset.audit_keys import (
    AUDITS_SCHEMA,
    REVIEWS_SCHEMA,
    audits_schema_text,
    reviews_schema_text,
)
from leadline.ruleset.build import build
from leadline.ruleset.keys import EXPRESSION, METRIC, Schema
from leadline.ruleset.schema import RULESET_SCHEMA
from leadline.ruleset.schema import schema_text as ruleset_schema_text
from leadline.ruleset.validate import validate
from leadline.testing import schema as testing
from leadline.testing.schema import TEST_SCHEMA

ROOT = Path(__file__).parents[1]
SCHEMAS = {
    "leadline": (PROJECT_SCHEMA, project_schema_text),
    "ruleset": (RULESET_SCHEMA, ruleset_schema_text),
    "test": (TEST_SCHEMA, testing.schema_text),
    "audits": (AUDITS_SCHEMA, audits_schema_text),
    "reviews": (REVIEWS_SCHEMA, reviews_schema_text),
}
SHIPPED = [
    *(("ruleset", path) for path in sorted(ROOT.glob("rulesets/*/ruleset.yaml"))),
    *(("test", path) for path in sorted(ROOT.glob("rulesets/*/*.test.yaml"))),
    *(("leadline", path) for path in sorted(ROOT.glob("rulesets/*/leadline.yaml"))),
]


def published(name: str) -> Schema:
    schema: Schema = json.loads(SCHEMAS[name][1]())
    return schema


def mistakes(name: str, text: str) -> list[str]:
    """Return what an editor says of a text that it has read as YAML 1.2."""
    validator = Draft202012Validator(published(name))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(seen(text))]


def seen(text: str) -> object:
    return _seen(YAML(typ="safe", pure=True).compose(text))


def _seen(node: Node) -> object:
    """Return the data of a node; keys are texts to JSON, and dates as well."""
    if isinstance(node, MappingNode):
        return {key.value: _seen(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_seen(item) for item in node.value]
    match str(node.tag).rpartition(":")[2]:
        case "int":
            return int(node.value.replace("_", ""), 0 if "x" in node.value else 10)
        case "float":
            return float(node.value.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
        case "bool":
            return node.value.lower() == "true"
        case "null":
            return None
        case _:
            return node.value


def parts(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Yield every part of a schema with where it stands."""
    yield path, schema
    for word in ("properties", "$defs"):
        for name, part in schema.get(word, {}).items():
            yield from parts(part, f"{path}.{name}")
    for word in ("additionalProperties", "items"):
        if isinstance(schema.get(word), dict):
            yield from parts(schema[word], f"{path}.*")


def keys(schema: Schema) -> list[tuple[str, Schema]]:
    """Return every key that a schema lists; what a ``$ref`` means stands elsewhere."""
    return [
        (f"{path}.{name}", part)
        for path, inside in parts(schema)
        for name, part in inside.get("properties", {}).items()
        if "$ref" not in part
    ]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_file_is_made_from_the_code(name: str, update: bool) -> None:
    committed = ROOT / "schemas" / f"{name}.schema.json"
    text = SCHEMAS[name][1]()
    if update:
        committed.write_text(text, encoding="utf-8")
    assert committed.read_text(encoding="utf-8") == text


def test_no_other_file_is_committed() -> None:
    committed = {path.name for path in (ROOT / "schemas").iterdir()}
    assert committed == {f"{name}.schema.json" for name in SCHEMAS}


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(published(name))


@pytest.mark.parametrize(
    ("name", "least"),
    [("leadline", 20), ("ruleset", 100), ("test", 80), ("audits", 13), ("reviews", 13)],
)
def test_every_key_is_described(name: str, least: int) -> None:
    listed = keys(SCHEMAS[name][0])
    assert len(listed) > least
    assert [path for path, part in listed if not part.get("description")] == []
    assert all(part.get("description") for part in published(name).get("$defs", {}).values())


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_has_an_example_or_says_what_it_may_hold(name: str) -> None:
    listed = keys(SCHEMAS[name][0])
    says = ("examples", "enum", "properties", "items")
    assert [path for path, part in listed if not any(part.get(word) for word in says)] == [
        # Without keys: `offer: {}`.
        *([".automations.*.do.*.offer"] if name == "ruleset" else []),
    ]
    truths = [(path, part) for path, part in listed if part.get("type") == "boolean"]
    if name == "ruleset":
        assert [path for path, part in truths if "default" not in part] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_example_and_default_is_right(name: str) -> None:
    whole = published(name)
    looked_at = 0
    for path, part in parts(whole):
        validator = Draft202012Validator(part | {"$defs": whole.get("$defs", {})})
        for example in [
            *part.get("examples", []),
            *([part["default"]] if "default" in part else []),
        ]:
            looked_at += 1
            assert [error.message for error in validator.iter_errors(example)] == [], path
            if part.get("format") == EXPRESSION:
                parse_expression(scalar(str(example)))
            if part.get("format") == METRIC:
                parse_metric(scalar(str(example)))
    assert looked_at > 10


@pytest.mark.parametrize(("name", "path"), SHIPPED, ids=lambda value: getattr(value, "name", value))
def test_what_is_shipped_follows_it(name: str, path: Path) -> None:
    assert mistakes(name, path.read_text("utf-8")) == []


def test_a_full_project_follows_it() -> None:
    assert mistakes("leadline", FULL) == []
    assert mistakes("leadline", "sources:\noutputs:\nplugins:\ncheck:\ndefaults:\n") == []


@settings(
    max_examples=15,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(models("Europe/Berlin", date(2026, 3, 29)))
def test_a_drawn_ruleset_follows_it(model: dict[str, Any]) -> None:
    text = written(model)
    assert mistakes("ruleset", text) == []
    assert mistakes("ruleset", format_text(text, "f")) == []


AS_GUESSED = """\
leadline: "1"
model: guessed
note: 1.10
scores:
  s:
    note:
    owner: NO
    sales_ready: "100"
    range: 0 to 10
    actions:
      r: {event: 404, points: "8", limit: "1", max: 0010, enabled: "true", owner: true}
      t: {event: [on, 12:30, 0x1F, 1e3], points: 20, note: ~, since: 2026-01-01}
    facts:
      f: {when: lead.a is true, points: 1}
    grades: {true: 1, 2: 0}
stages:
  by: score s
  steps: [{name: 1, at: 0}, {name: yes, at: "5"}]
segments:
  all: score.s > 1
automations:
  a:
    when: enters all
    do:
      - tag: {number: 1.10, truth: true, date: 2026-01-01, big: 1e400}
      - assign: {by: lead.country, owners: {NO: 12, DE: false}, other: 0}
"""


def test_what_leadline_reads_is_taken_however_an_editor_guesses() -> None:
    document = load(AS_GUESSED.encode(), "f").document
    assert document is not None
    built = build(document)
    assert built.diagnostics == ()
    assert mistakes("ruleset", AS_GUESSED) == []


AUDITS_AS_GUESSED = """\
leadline: "1"
audits:
  a: {kind: nurture, program: 404, metric: count(click), benchmark: 2.1%, note: ~, owner: NO}
  b: {kind: content, group: true, metric: count(click), benchmark: 120, started: 2026-01-01}
  c: {kind: assignment, benchmark: {value: "0.4", measured: 2025-12-01 to 2025-12-31}}
"""
REVIEWS_AS_GUESSED = """\
leadline: 1
reviews:
  - {audit: a, on: 2026-01-31, by: NO, note: 1.10, figure: 12, bottom: "12", low: 8, high: 2e1}
  - {audit: "b", on: "2026-01-31", figure: 2.1%, top: 21, bottom: 1000, low: 1%, high: "3%"}
"""


@pytest.mark.parametrize(
    ("name", "text"), [("audits", AUDITS_AS_GUESSED), ("reviews", REVIEWS_AS_GUESSED)]
)
def test_what_stands_beside_a_ruleset_is_taken_too(name: str, text: str) -> None:
    document = load(text.encode(), "f").document
    assert document is not None
    assert validate(document, SCHEMAS[name][0]) == ()
    assert mistakes(name, text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("audits", "leadline: 1\naudits: {a: {kind: nurturing}}\n"),
        ("audits", "leadline: 1\naudits: {a: {kind: scoring, benchmark: {vaule: 1}}}\n"),
        ("audits", "leadline: 1\nmodel: x\naudits: {}\n"),
        ("reviews", "leadline: 1\nreviews: [{audit: a}]\n"),
        ("reviews", "leadline: 1\nreviews: [{audit: a, on: 2026-1-1}]\n"),
        ("reviews", "leadline: 1\nreviews: {a: 2026-01-01}\n"),
        ("ruleset", "leadline: 1\nmodel: x\nscroes: {}\n"),
        ("ruleset", "leadline: 1\nmodel: a b\n"),
        ("ruleset", "leadline: 1\nmodel: x\nscores: {s: {sales_ready: many}}\n"),
        ("ruleset", "leadline: 1\nmodel: x\nscores: {s: {facts: {f: {when: a}}}}\n"),
        ("ruleset", "leadline: 1\nmodel: x\nstages: {by: content, steps: a, backward: maybe}\n"),
        ("test", "cases: {a: {on: 2026-01-01, expect: {leads: {x: {stag: a}}}}}\n"),
        ("leadline", "sources: {Shop: {plugin: csv}}\n"),
        ("leadline", "sources: {shop: {plug: csv}}\n"),
        ("leadline", "defaults: {format: xml}\n"),
        ("leadline", "sources: {shop: {plugin: csv, mapping: {evnts: {a: b}}}}\n"),
    ],
)
def test_what_leadline_refuses_is_said(name: str, text: str) -> None:
    assert mistakes(name, text) != []
