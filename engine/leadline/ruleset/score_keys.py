"""The keys of scores and of the rules in them, in the order in which they are written."""

from __future__ import annotations

from leadline.ruleset.keys import (
    COUNT,
    Schema,
    day,
    expression,
    keys,
    mapping,
    number,
    remark,
    text,
    texts,
    truth,
)

_DECAY_KEYS: dict[str, Schema] = {
    "half_life": text("Points halve in this time, smoothly.", "45 days"),
    "linear": text("Points fall in a straight line to nothing in this time.", "90 days"),
    "steps": text("Points fall by a share at each step.", "25% every 30 days"),
    "compound": truth("Each step takes its share of what is left, not of the beginning.", False),
    "expire": text("Points count in full until this age, then no more.", "90 days"),
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
        "inactivity": text(
            "What the whole score loses while the lead does nothing.",
            "10% every 30 days",
            "5 points every 30 days",
        ),
        "after": text("Days without activity before the first step.", "60 days"),
        "activity": expression(
            "What counts as activity: `any` event, or an expression over events.",
            "any",
            'type is not "email_open"',
        ),
        "floor": text(
            "Decay never takes the score below this.", "50% of sales_ready", 20, numbers=True
        ),
    },
    "examples": [
        {"inactivity": "10% every 30 days", "floor": "50% of sales_ready"},
        {"half_life": "45 days"},
    ],
}

_POINTS = expression(
    "The points: a number or an expression.", 8, "20 * share(seconds_watched, asset.duration)"
)

_BOUNDS: dict[str, Schema] = {
    "group": text("The group whose cap the rule shares.", "events"),
    "max": number("The rule's total is held to at most this.", 40),
    "min": number("The rule's total is held to at least this.", -45),
}

_ABOUT: dict[str, Schema] = {
    "since": day("The first day on which the rule counts.", "2026-01-01"),
    "until": day("The last day on which the rule counts.", "2026-12-31"),
    "enabled": truth("`false` switches the rule off.", True),
    "owner": remark("Who answers for the rule.", "marketing"),
    "review_by": day("The day by which someone looks at the rule again.", "2026-12-31"),
    "note": remark("Why the rule is what it is.", "Counted once: forms are sent twice."),
}

RULE = keys(
    "A rule: an event rule has `event`, an idle behaviour has `idle`.",
    {
        "event": texts("The event type, or a list of types.", "page_view", ["page_view", "visit"]),
        "where": expression("Which events of the type match.", 'url starts with "/pricing"'),
        "idle": text("Holds while the lead's last event is this long ago.", "30 days"),
        "reach": text(
            "Only the event that is the Nth of its window counts.",
            "5 distinct url per visit",
            numbers=True,
        ),
        "points": _POINTS,
        "bands": mapping(
            "Points by the number of counted events, instead of `points`.",
            number("The points from this number of events on.", 10),
            {"1": 5, "3": 10},
            names=COUNT,
        )
        | {"minProperties": 1},
        "within": text("Only events younger than this count towards `bands`.", "90 days"),
        "limit": texts(
            "The first N matching events count, ever or of each window.",
            1,
            "3 per day",
            ["1 per asset_id", "3 per week"],
        ),
        **_BOUNDS,
        "decay": _DECAY,
        **_ABOUT,
    },
)

#: The keys of a rule over events.
RULE_KEYS = tuple(RULE["properties"])

FACT = keys(
    "True or not of the lead; its points hold while it is true.",
    {
        "when": expression("What must be true of the lead.", "account.employees >= 200"),
        "points": _POINTS | {"examples": [30]},
        **_BOUNDS,
        **_ABOUT,
    },
    ("when", "points"),
)

_GROUP = keys(
    "A cap on the sum of the rules that name the group.",
    {
        "max": number("The group's sum is held to at most this.", 45),
        "min": number("The group's sum is held to at least this.", -30),
        "note": remark("Why the cap is what it is.", "The worth of three webinars."),
    },
)

_RESET = keys(
    "Only events after the lead's last such event count.",
    {
        "event": texts("The event type, or a list of types.", "deal_won", ["refused", "recycled"]),
        "where": expression("Which events of the type reset.", 'reason is "no budget"'),
    },
    ("event",),
)

SCORE = keys(
    "A score: rules that give points, or a formula over other scores.",
    {
        "note": remark("What the score measures.", "How close a lead is to talking to sales."),
        "owner": remark("Who answers for the score.", "marketing"),
        "sales_ready": number("The score at which a lead usually is ready to talk to sales.", 100),
        "range": text("The score is held to this range.", "0 to 150"),
        "per": text("One score for each value of this field.", "asset.product"),
        "formula": expression(
            "The score from other scores.", "0.6 * score.readiness + 0.4 * score.fit"
        ),
        "actions": mapping(
            "Engagements with marketing assets.",
            {"$ref": "#/$defs/rule"},
            {"demo_request": {"event": "demo_request", "points": 40, "limit": 1}},
        ),
        "behaviours": mapping(
            "What a person shows without engaging an asset.",
            {"$ref": "#/$defs/rule"},
            {"a_month": {"idle": "30 days", "points": -10}},
        ),
        "facts": mapping(
            "What is true of the lead.",
            {"$ref": "#/$defs/fact"},
            {"large_company": {"when": "account.employees >= 200", "points": 30}},
        ),
        "groups": mapping("Caps shared by several rules.", _GROUP, {"events": {"max": 45}}),
        "reset": _RESET,
        "decay": _SCORE_DECAY,
        "grades": mapping(
            "Letters by the score each begins at.",
            number("The score at which the grade begins.", 60),
            {"A": 60, "B": 40, "C": 20, "D": 0},
            names=None,
        )
        | {"minProperties": 1},
    },
)
