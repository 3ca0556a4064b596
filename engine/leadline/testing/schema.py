"""The JSON Schema of a test file: every key, what it holds and what it means.

It checks test files and is written to ``schemas/test.schema.json`` for editors. Scalars are the
raw text of the file, as in rulesets.
"""

from __future__ import annotations

from typing import Any

from leadline.expression.catalog import Type
from leadline.ruleset.published import published
from leadline.store.tables import TABLES, ColumnSpec, TableSpec

Schema = dict[str, Any]

_SCALAR = ["string", "number", "boolean"]

_TABLE_SAYS = {
    "events": "What leads did; without `event_id` events of one instant count in this order.",
    "leads": "What is known of leads.",
    "accounts": "What is known of accounts.",
    "assets": "The marketing assets that events name by `asset_id`.",
    "lead_history": "Earlier values of leads' fields.",
    "lead_tags": "Tags of leads.",
    "opportunities": "Deals of leads or accounts.",
    "handoffs": "Leads offered to sales.",
    "feedback": "What salespeople say.",
    "metrics": "Figures that no event carries.",
    "aliases": "Merged leads: all of the old id counts for the new one.",
}
_TYPE_SAYS = {
    Type.TEXT: "a text",
    Type.NUMBER: "a number",
    Type.TRUTH: "`true` or `false`",
    Type.DATE: "a date",
    Type.INSTANT: "an instant, in UTC unless it has an offset",
    Type.LIST: "a list, or a text such as `a;b`",
}
_TYPE_EXAMPLES = {
    Type.TEXT: "ada",
    Type.NUMBER: 42,
    Type.TRUTH: True,
    Type.DATE: "2026-06-30",
    Type.INSTANT: "2026-06-30 09:00:00",
    Type.LIST: ["sales-ready", "video"],
}


def schema_text() -> str:
    """Return the schema as the text of ``schemas/test.schema.json``."""
    return published(TEST_SCHEMA)


def _keys(
    description: str, properties: dict[str, Schema], required: tuple[str, ...] = ()
) -> Schema:
    schema: Schema = {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "properties": properties,
    }
    return schema | ({"required": list(required)} if required else {})


def _named(description: str, values: Schema, example: object) -> Schema:
    return {
        "type": "object",
        "description": description,
        "minProperties": 1,
        "additionalProperties": values,
        "examples": [example],
    }


def _names(description: str, *examples: str) -> Schema:
    return {
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "description": description,
        "examples": [list(examples)],
    }


def _column(spec: ColumnSpec) -> Schema:
    cell: Schema = {
        "type": _SCALAR,
        "description": f"{_TYPE_SAYS[spec.type].capitalize()}.",
        "examples": list(spec.allowed) or [_TYPE_EXAMPLES[spec.type]],
    }
    if spec.type is Type.LIST:
        cell |= {"type": [*_SCALAR, "array"], "items": {"type": _SCALAR}}
    return cell | ({"minLength": 1} if spec.required else {})


def _table(spec: TableSpec) -> Schema:
    row = {
        "type": "object",
        "description": "A row; columns that it does not give are missing.",
        "properties": {column.name: _column(column) for column in spec.columns},
        "additionalProperties": {
            "type": [*_SCALAR, "array"],
            "items": {"type": _SCALAR},
            "description": "A field that the ruleset reads.",
        },
        "required": list(spec.required),
    }
    return {"type": "array", "items": row, "description": _TABLE_SAYS[spec.name]}


#: Who and what there is stands before what happened.
_FIRST = ("accounts", "leads", "assets")
_ORDER = sorted(TABLES, key=lambda spec: (*_FIRST, spec.name).index(spec.name))

_GIVEN = _keys("Rows of data, by table.", {spec.name: _table(spec) for spec in _ORDER}) | {
    "examples": [{"events": [{"lead_id": "ada", "type": "demo", "occurred_at": "2026-06-01"}]}]
}

_POINTS: Schema = {
    "type": ["string", "number", "object"],
    "minLength": 1,
    "additionalProperties": {"type": ["string", "number"], "minLength": 1},
    "description": "The points, up to 4 decimals; of a score with `per` a number for each value, "
    "or `none` where it has none.",
    "examples": [40, {"analytics": 10}],
}
_LETTER: Schema = {
    "type": ["string", "object"],
    "minLength": 1,
    "additionalProperties": {"type": "string", "minLength": 1},
    "description": "The letter; `none` below every bound.",
    "examples": ["A"],
}
_STAGES: Schema = {
    "type": "array",
    "description": "Every stage the lead came through, in order; `entered_at` where it matters.",
    "items": {
        "type": ["string", "object"],
        "minLength": 1,
        "additionalProperties": False,
        "properties": {
            "stage": {
                "type": "string",
                "minLength": 1,
                "description": "The stage.",
                "examples": ["engaged"],
            },
            "entered_at": {
                "type": "string",
                "minLength": 1,
                "description": "The instant, in UTC unless it has an offset.",
                "examples": ["2026-06-01 09:00:00"],
            },
        },
        "required": ["stage"],
    },
    "examples": [["aware", {"stage": "engaged", "entered_at": "2026-06-01 09:00:00"}]],
}

_LEAD: Schema = {
    "type": ["string", "object"],
    "minLength": 1,
    "minProperties": 1,
    "additionalProperties": False,
    "description": "What is expected of the lead: all that is named, and nothing of what is not. "
    "`absent` where the lead is not scored.",
    "properties": {
        "scores": _named("Points by score.", _POINTS, {"readiness": 40}),
        "grade": _named("Letters by score.", _LETTER, {"fit": "A"}),
        "stage": {
            "type": "string",
            "minLength": 1,
            "description": "The stage on the date; `none` for none.",
            "examples": ["engaged"],
        },
        "stages": _STAGES,
        "matrix": {
            "type": "string",
            "minLength": 1,
            "description": "The cell; `none` for none.",
            "examples": ["A1"],
        },
        "segments": _names("Segments the lead is in; `[]` for none at all.", "hot"),
        "not_segments": _names("Segments the lead is not in.", "cold"),
        "fired": _names("Rules that counted, as SCORE.RULE; `[]` for none.", "readiness.demo"),
        "not_fired": _names("Rules that counted nothing.", "readiness.job_seeker"),
    },
    "examples": ["absent", {"scores": {"readiness": 40}, "stage": "engaged"}],
}
_ACCOUNT: Schema = {
    "type": ["string", "object"],
    "minLength": 1,
    "minProperties": 1,
    "additionalProperties": False,
    "description": "What is expected of the account; `absent` where it has no row.",
    "properties": {
        "scores": _named(
            "Points by account score.",
            {"type": ["string", "number"], "minLength": 1, "description": "The points."},
            {"buying": 100},
        ),
        "committee": _named(
            "Whether enough leads are ready, by account score.",
            {"type": "boolean", "description": "Whether it is so."},
            {"buying": True},
        ),
        "stage": _named(
            "The stage by account score.",
            {"type": "string", "minLength": 1, "description": "The stage; `none` for none."},
            {"buying": "engaged"},
        ),
    },
}

_CASE = _keys(
    "A case: what is given, on which date, and what is expected then.",
    {
        "note": {
            "type": "string",
            "description": "Why it has to be so.",
            "examples": ["Forms are sent twice by accident."],
        },
        "use": _names("Fixtures whose rows are given too, before those of the case.", "staff"),
        "given": {"$ref": "#/$defs/given"},
        "on": {
            "type": "string",
            "minLength": 1,
            "description": "The date of the scores (its end), or an instant with an offset.",
            "examples": ["2026-06-30", "2026-06-30T14:00:00Z"],
        },
        "expect": _keys(
            "What has to be so.",
            {
                "leads": _named("By lead_id.", _LEAD, {"ada": {"scores": {"readiness": 40}}}),
                "accounts": _named("By account_id.", _ACCOUNT, {"acme": {"scores": {"buying": 9}}}),
            },
        ),
    },
    ("on", "expect"),
)

TEST_SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "leadline test",
    **_keys(
        "Cases for the ruleset beside this file.",
        {
            "note": {
                "type": "string",
                "description": "What the cases are about.",
                "examples": ["The edges of every stage."],
            },
            "fixtures": {
                "type": "object",
                "description": "Named rows that several cases `use`.",
                "examples": [{"staff": {"leads": [{"lead_id": "ada"}]}}],
                "additionalProperties": {"$ref": "#/$defs/given"},
            },
            "cases": {
                "type": "object",
                "description": "The cases by name: a sentence that is true while the case passes.",
                "additionalProperties": {"$ref": "#/$defs/case"},
                "examples": [
                    {
                        "nobody is ready at once": {
                            "given": {"leads": [{"lead_id": "ada"}]},
                            "on": "2026-06-30",
                            "expect": {"leads": {"ada": {"stage": "aware"}}},
                        }
                    }
                ],
            },
        },
    ),
    "$defs": {"given": _GIVEN, "case": _CASE},
}
