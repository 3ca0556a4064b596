"""The JSON Schema of a ruleset: every key, what it holds and what it means.

The one place where keys are listed: it checks rulesets, is written to
``schemas/ruleset.schema.json`` for editors, and tells the builder nothing else exists.
Where a key's type includes ``string`` a scalar is taken as the raw text of the file.
"""

from __future__ import annotations

import json
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


def schema_text() -> str:
    """Return the schema as the text of ``schemas/ruleset.schema.json``."""
    return json.dumps(RULESET_SCHEMA, indent=2, ensure_ascii=False) + "\n"


def _text(description: str, *examples: object, numbers: bool = False) -> Schema:
    schema: Schema = {
        "type": ["string", "number"] if numbers else "string",
        "minLength": 1,
        "description": description,
    }
    return schema | ({"examples": list(examples)} if examples else {})


def _remark(description: str) -> Schema:
    return {"type": "string", "description": description}


def _day(description: str) -> Schema:
    return {"type": "string", "pattern": DATE, "description": description}


def _truth(description: str, default: bool) -> Schema:
    return {"type": "boolean", "description": description, "default": default}


def _expression(description: str, *examples: object) -> Schema:
    return _text(description, *examples) | {
        "type": ["string", "number", "boolean"],
        "format": EXPRESSION,
    }


def _events() -> Schema:
    return {
        "type": ["string", "number", "array"],
        "minLength": 1,
        "items": {"type": ["string", "number"], "minLength": 1},
        "minItems": 1,
        "description": "The event type, or a list of types.",
        "examples": ["page_view", ["page_view", "download"]],
    }


def _mapping(description: str, values: Schema, names: str | None = WORD) -> Schema:
    schema: Schema = {
        "type": "object",
        "description": description,
        "additionalProperties": values,
    }
    return schema | ({"propertyNames": {"pattern": names}} if names else {})


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


_NUMBER = {"type": "number"}

_DECAY_KEYS: dict[str, Schema] = {
    "half_life": _text("Points halve in this time, smoothly.", "45 days"),
    "linear": _text("Points fall in a straight line to nothing in this time.", "90 days"),
    "steps": _text("Points fall by a share at each step.", "25% every 30 days"),
    "compound": _truth("Each step takes its share of what is left, not of the beginning.", False),
    "expire": _text("Points count in full until this age, then no more.", "90 days"),
}

_DECAY: Schema = {
    "description": "How points lose worth with the age of their event; `none` for not at all.",
    "type": ["string", "object"],
    "additionalProperties": False,
    "properties": _DECAY_KEYS,
    "examples": ["none", {"half_life": "45 days"}],
}

_SCORE_DECAY: Schema = {
    "description": "How the score falls: with the age of each event, or by inactivity.",
    "type": ["string", "object"],
    "additionalProperties": False,
    "properties": {
        **_DECAY_KEYS,
        "inactivity": _text(
            "What the whole score loses while the lead does nothing.",
            "10% every 30 days",
            "5 points every 30 days",
        ),
        "after": _text("Days without activity before the first step.", "60 days"),
        "activity": _expression(
            "What counts as activity: `any` event, or an expression over events.", "any"
        ),
        "floor": _text(
            "Decay never takes the score below this.", "50% of sales_ready", 20, numbers=True
        ),
    },
}

_COMMON_RULE_KEYS: dict[str, Schema] = {
    "points": _expression("The points: a number or an expression.", 8, "20 * share(a, b)"),
    "max": _NUMBER | {"description": "The rule's total is held to at most this."},
    "min": _NUMBER | {"description": "The rule's total is held to at least this."},
    "group": _text("The group whose cap the rule shares.", "events"),
    "since": _day("The first day on which the rule counts."),
    "until": _day("The last day on which the rule counts."),
    "enabled": _truth("`false` switches the rule off.", True),
    "note": _remark("Why the rule is what it is."),
    "owner": _remark("Who answers for the rule."),
}

_RULE = _keys(
    "A rule: an event rule has `event`, an idle behaviour has `idle`.",
    {
        "event": _events(),
        "where": _expression("Which events of the type match.", 'url starts with "/pricing"'),
        "limit": {
            "type": ["string", "number", "array"],
            "minLength": 1,
            "items": {"type": ["string", "number"], "minLength": 1},
            "minItems": 1,
            "description": "The first N matching events count, ever or of each window.",
            "examples": [1, "3 per day", ["1 per asset_id", "3 per week"]],
        },
        "reach": _text(
            "Only the event that is the Nth of its window counts.",
            "5 distinct url per visit",
            numbers=True,
        ),
        "bands": {
            "type": "object",
            "description": "Points by the number of counted events, instead of `points`.",
            "additionalProperties": _NUMBER,
            "propertyNames": {"pattern": COUNT},
            "minProperties": 1,
            "examples": [{"1": 5, "3": 10}],
        },
        "within": _text("Only events younger than this count towards `bands`.", "90 days"),
        "idle": _text("Holds while the lead's last event is this long ago.", "30 days"),
        "decay": _DECAY,
        **_COMMON_RULE_KEYS,
    },
)

#: The keys of a rule over events.
RULE_KEYS = tuple(_RULE["properties"])

_FACT = _keys(
    "True or not of the lead; its points hold while it is true.",
    {
        "when": _expression("What must be true of the lead.", "account.employees >= 200"),
        **_COMMON_RULE_KEYS,
    },
    ("when", "points"),
)

_GROUP = _keys(
    "A cap on the sum of the rules that name the group.",
    {
        "max": _NUMBER | {"description": "The group's sum is held to at most this."},
        "min": _NUMBER | {"description": "The group's sum is held to at least this."},
        "note": _remark("Why the cap is what it is."),
    },
)

_SCORE = _keys(
    "A score: rules that give points, or a formula over other scores.",
    {
        "sales_ready": _NUMBER
        | {"description": "The score at which a lead usually is ready to talk to sales."},
        "range": _text("The score is held to this range.", "0 to 150"),
        "per": _text("One score for each value of this field.", "asset.product"),
        "actions": _mapping("Engagements with marketing assets.", {"$ref": "#/$defs/rule"}),
        "behaviours": _mapping(
            "What a person shows without engaging an asset.", {"$ref": "#/$defs/rule"}
        ),
        "facts": _mapping("What is true of the lead.", {"$ref": "#/$defs/fact"}),
        "groups": _mapping("Caps shared by several rules.", _GROUP),
        "decay": _SCORE_DECAY,
        "reset": _keys(
            "Only events after the lead's last such event count.",
            {
                "event": _events(),
                "where": _expression("Which events of the type reset."),
            },
            ("event",),
        ),
        "grades": _mapping("Letters by the score each begins at.", _NUMBER, None)
        | {"minProperties": 1, "examples": [{"A": 60, "B": 40, "C": 20, "D": 0}]},
        "formula": _expression(
            "The score from other scores.", "0.6 * score.readiness + 0.4 * score.fit"
        ),
        "note": _remark("What the score measures."),
        "owner": _remark("Who answers for the score."),
    },
)

_STAGES = _keys(
    "The steps on the way to a sale.",
    {
        "by": _text("What sets the stage.", "score readiness", "content", "tag stage"),
        "steps": {
            "type": ["string", "array"],
            "minItems": 1,
            "items": _keys(
                "One step.",
                {
                    "name": _text("The stage's name."),
                    "at": _NUMBER | {"description": "The score at which the stage begins."},
                    "leave_below": _NUMBER
                    | {"description": "The score below which the stage is left."},
                },
                ("name",),
            ),
            "description": "The stages, lowest first; `equal [..]` divides sales_ready.",
            "examples": ["equal [aware, engaged, sales_ready]"],
        },
        "and": _expression("What must be true besides, to move on by content."),
        "backward": _truth("`false` keeps the highest stage reached.", True),
    },
    ("by", "steps"),
)

_ACCOUNT = _keys(
    "A score of an account, from its leads.",
    {
        "of": _text("The score of the leads.", "readiness"),
        "combine": _text("How the leads become one number.", "sum", "top 3"),
        "include_zero": _truth("`average` counts leads with a score of 0 too.", False),
        "weight": _keys(
            "What a lead's score is multiplied by, by a field of the lead.",
            {
                "field": _text("The field.", "lead.role"),
                "values": _mapping("The weight for each value.", _NUMBER, None),
                "other": _NUMBER | {"description": "The weight for any other value.", "default": 1},
            },
            ("field", "values"),
        ),
        "only": _expression("Which leads count.", "lead.role is present"),
        "committee": _text("How many leads at which score make a committee.", "2 leads at 30"),
        "stages": {"$ref": "#/$defs/stages"},
        "note": _remark("What the score is for."),
    },
    ("of", "combine"),
)

_OUTPUT = "An output of leadline.yaml"

_ACTION: Schema = {
    "type": "object",
    "minProperties": 1,
    "description": "One action, or several that are done one after the other.",
    "properties": {
        "tag": _mapping(
            "Tags to set on the lead.", _text("The value; `today` is the date of the entry."), None
        )
        | {"minProperties": 1, "examples": [{"mql": "today"}]},
        "assign": _keys(
            "Whom the lead is given to: `round_robin`, or `by` a field with its `owners`.",
            {
                "round_robin": {"type": "array", "minItems": 1, "items": _text("An owner.")}
                | {"description": "Owners who take turns.", "examples": [["anna", "ben"]]},
                "by": _text("The field that says whose the lead is.", "lead.country"),
                "owners": _mapping("The owner for each value.", _text("An owner."), None)
                | {"minProperties": 1, "examples": [{"DE": "anna", "US": "ben"}]},
                "other": _text("The owner for any other value."),
            },
        )
        | {"minProperties": 1, "examples": [{"round_robin": ["anna", "ben"]}]},
        "offer": _keys("The lead is offered to sales: a row of `handoffs`.", {}),
        "send": _text(f"{_OUTPUT} that gets a message for each entry.", "sales_digest"),
        "export": _text(f"{_OUTPUT} that gets all entries of a run at once.", "campaign_list"),
        "webhook": _text(f"{_OUTPUT} that is called for each entry.", "crm_hook"),
    },
}

#: What an automation can do.
ACTIONS = tuple(_ACTION["properties"])

_AUTOMATION = _keys(
    "What is done when a lead enters or leaves a segment or stage.",
    {
        "when": _text("The entry.", "enters hot", "leaves engaged"),
        "do": {
            "type": "array",
            "minItems": 1,
            "items": _ACTION,
            "description": "The actions, in order.",
        },
        "note": _remark("Why it is done."),
        "owner": _remark("Who answers for it."),
        "enabled": _truth("`false` switches it off.", True),
    },
    ("when", "do"),
)

_AUDIT = _keys(
    "A program that is reviewed on a cadence.",
    {
        "kind": {
            "enum": ["nurture", "automation", "scoring", "assignment", "content"],
            "description": "What is reviewed; sets the cadence.",
        },
        "program": _text("The program's name in the data."),
        "score": _text("The score that is reviewed."),
        "group": _expression("The assets rolled up into one number."),
        "started": _day("Its first day."),
        "metric": _text("The figure that is followed.", "rate(email_click, email_send)"),
        "benchmark": {
            "type": ["string", "object", "number"],
            "description": "The figure from before the program.",
        },
        "cadence": _text("Days between reviews, instead of the kind's.", "90 days"),
        "owner": _remark("Who reviews it."),
        "note": _remark("What to look at."),
    },
    ("kind",),
)

RULESET_SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "leadline ruleset",
    **_keys(
        "A lead-scoring model.",
        {
            "leadline": {"enum": ["1", 1], "description": "The language version."},
            "model": _text("The model's name.", "b2b_saas") | {"pattern": WORD},
            "note": _remark("What the model is for."),
            "timezone": _text("The timezone of days.", "Europe/Berlin") | {"default": "UTC"},
            "visit_gap": _text("A pause this long ends a visit.", "30 minutes"),
            "leads": _expression("Who is scored.", 'not lead.email ends with "@example.com"'),
            "ignore": _expression("Events that no rule sees.", "is_bot"),
            "define": _mapping(
                "Names for expressions.",
                _expression("An expression.", 'asset.tags has "sales-ready"'),
            ),
            "scores": _mapping("The scores.", {"$ref": "#/$defs/score"}),
            "matrix": {
                "type": "object",
                "description": "A cell such as A1 from two scores.",
                "minProperties": 2,
                "maxProperties": 2,
                "additionalProperties": {
                    "type": ["array", "object"],
                    "items": {"type": "string"},
                    "additionalProperties": _NUMBER,
                },
                "examples": [{"fit": ["A", "B"], "readiness": {"1": 67, "2": 0}}],
            },
            "accounts": _mapping("Scores of accounts.", {"$ref": "#/$defs/account"}),
            "stages": {"$ref": "#/$defs/stages"},
            "segments": _mapping(
                "Lists of leads, each an expression.",
                _expression("Who is on the list.", "stage is sales_ready"),
            ),
            "automations": _mapping("What is done about scores.", _AUTOMATION),
            "audits": _mapping("Programs reviewed on a cadence.", _AUDIT),
        },
        ("leadline", "model"),
    ),
    "$defs": {
        "rule": _RULE,
        "fact": _FACT,
        "score": _SCORE,
        "stages": _STAGES,
        "account": _ACCOUNT,
    },
}
