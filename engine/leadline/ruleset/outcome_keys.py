"""The keys of what comes of scores: stages, accounts and automations."""

from __future__ import annotations

from leadline.ruleset.keys import (
    Schema,
    expression,
    keys,
    mapping,
    number,
    remark,
    text,
    truth,
)

_STEP = keys(
    "One step.",
    {
        "name": text("The stage's name.", "engaged"),
        "at": number("The score at which the stage begins.", 33),
        "leave_below": number("The score below which the stage is left.", 25),
    },
    ("name",),
)

STAGES = keys(
    "The steps on the way to a sale.",
    {
        "by": text("What sets the stage.", "score readiness", "content", "tag stage"),
        "steps": {
            "type": ["string", "array"],
            "minItems": 1,
            "items": _STEP,
            "description": "The stages, lowest first; `equal [..]` divides sales_ready.",
            "examples": [
                "equal [aware, engaged, sales_ready]",
                [{"name": "browsing", "at": 0}, {"name": "ready", "at": 40, "leave_below": 35}],
            ],
        },
        "and": expression("What must be true besides, to move on by content.", "url is present"),
        "backward": truth("`false` keeps the highest stage reached.", True),
        "sla": mapping(
            "Service levels: how long a lead may be in a stage before it is due.",
            text("Whole days; stages without one have no limit.", "14 days", "2 weeks"),
            {"engaged": "14 days"},
            names=None,
        )
        | {"minProperties": 1},
    },
    ("by", "steps"),
)

_WEIGHT = keys(
    "What a lead's score is multiplied by, by a field of the lead.",
    {
        "field": text("The field.", "lead.role"),
        "values": mapping(
            "The weight for each value.",
            number("The weight.", 1.5),
            {"decision_maker": 1.5, "student": 0},
            names=None,
        ),
        "other": number("The weight for any other value.", 0.5) | {"default": 1},
    },
    ("field", "values"),
)

ACCOUNT = keys(
    "A score of an account, from its leads.",
    {
        "of": text("The score of the leads.", "readiness"),
        "combine": text("How the leads become one number.", "sum", "top 3"),
        "include_zero": truth("`average` counts leads with a score of 0 too.", False),
        "only": expression("Which leads count.", "lead.role is present"),
        "weight": _WEIGHT,
        "committee": text("How many leads at which score make a committee.", "2 leads at 30"),
        "stages": {"$ref": "#/$defs/stages"},
        "note": remark("What the score is for.", "Several people at once are the best sign."),
    },
    ("of", "combine"),
)

_OUTPUT = "An output of leadline.yaml"

_ASSIGN = keys(
    "Whom the lead is given to: `round_robin`, or `by` a field with its `owners`.",
    {
        "round_robin": {
            "type": "array",
            "minItems": 1,
            "items": text("An owner.", "anna"),
            "description": "Owners who take turns.",
            "examples": [["anna", "ben"]],
        },
        "by": text("The field that says whose the lead is.", "lead.country"),
        "owners": mapping(
            "The owner for each value.",
            text("An owner.", "anna"),
            {"DE": "anna", "US": "ben"},
            names=None,
        )
        | {"minProperties": 1},
        "other": text("The owner for any other value.", "cleo"),
    },
) | {"minProperties": 1, "examples": [{"round_robin": ["anna", "ben"]}]}

_ACTION: Schema = {
    "type": "object",
    "minProperties": 1,
    "description": "One action, or several that are done one after the other.",
    "properties": {
        "tag": mapping(
            "Tags to set on the lead.",
            text("The value; `today` is the date of the entry.", "today", "nurture"),
            {"mql": "today"},
            names=None,
        )
        | {"minProperties": 1},
        "assign": _ASSIGN,
        "offer": keys("The lead is offered to sales: a row of `handoffs`.", {}),
        "send": text(f"{_OUTPUT} that gets a message for each entry.", "sales_digest"),
        "export": text(f"{_OUTPUT} that gets all entries of a run at once.", "campaign_list"),
        "webhook": text(f"{_OUTPUT} that is called for each entry.", "crm_hook"),
    },
    "examples": [{"tag": {"mql": "today"}}, {"send": "sales_digest"}],
}

#: What an automation can do.
ACTIONS = tuple(_ACTION["properties"])

AUTOMATION = keys(
    "What is done when a lead enters or leaves a segment or stage.",
    {
        "when": text("The entry.", "enters hot", "leaves engaged"),
        "do": {
            "type": "array",
            "minItems": 1,
            "items": _ACTION,
            "description": "The actions, in order.",
            "examples": [[{"tag": {"mql": "today"}}, {"send": "sales_digest"}]],
        },
        "enabled": truth("`false` switches it off.", True),
        "owner": remark("Who answers for it.", "sales operations"),
        "note": remark("Why it is done.", "Silence after much interest is a reason to call."),
    },
    ("when", "do"),
)
