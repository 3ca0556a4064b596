"""The JSON Schema of a ruleset: every key, what it holds and what it means.

The one place where keys are listed: it checks rulesets, is written to
``schemas/ruleset.schema.json`` for editors, orders the keys that ``leadline fmt`` writes, and
tells the builder nothing else exists. Where a key's type includes ``string`` a scalar is taken as
the raw text of the file. The keys of scores and of what comes of them have modules of their own.
"""

from __future__ import annotations

from leadline.ruleset.audit_keys import AUDITS
from leadline.ruleset.keys import (
    COUNT,
    DATE,
    EXPRESSION,
    METRIC,
    WORD,
    Schema,
    expression,
    keys,
    mapping,
    number,
    remark,
    text,
)
from leadline.ruleset.outcome_keys import ACCOUNT, ACTIONS, AUTOMATION, STAGES
from leadline.ruleset.published import published
from leadline.ruleset.score_keys import FACT, RULE, RULE_KEYS, SCORE

__all__ = [
    "ACTIONS",
    "COUNT",
    "DATE",
    "EXPRESSION",
    "METRIC",
    "RULESET_SCHEMA",
    "RULE_KEYS",
    "WORD",
    "Schema",
    "schema_text",
]

_MATRIX: Schema = {
    "type": "object",
    "description": "A cell such as A1 from two scores.",
    "minProperties": 2,
    "maxProperties": 2,
    "additionalProperties": {
        "type": ["array", "object"],
        "description": "The grades of a score from best to worst, or the bound of each bucket.",
        "items": {"type": "string"},
        "additionalProperties": number("The score at which the bucket begins.", 67),
        "examples": [["A", "B", "C", "D"], {"1": 67, "2": 33, "3": 0}],
    },
    "examples": [{"fit": ["A", "B"], "readiness": {"1": 67, "2": 0}}],
}

RULESET_SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "leadline ruleset",
    **keys(
        "A lead-scoring model.",
        {
            "leadline": {"enum": ["1", 1], "description": "The language version."},
            "model": text("The model's name.", "b2b_saas") | {"pattern": WORD},
            "note": remark("What the model is for.", "Who is ready for a call, and about what."),
            "timezone": text("The timezone of days.", "Europe/Berlin") | {"default": "UTC"},
            "visit_gap": text("A pause this long ends a visit.", "45 minutes")
            | {"default": "30 minutes"},
            "leads": expression("Who is scored.", 'not lead.email ends with "@example.com"'),
            "ignore": expression("Events that no rule sees.", "is_bot"),
            "define": mapping(
                "Names for expressions.",
                expression("An expression.", 'asset.tags has "sales-ready"'),
                {"sales_content": 'asset.tags has "sales-ready"'},
            ),
            "scores": mapping(
                "The scores.",
                {"$ref": "#/$defs/score"},
                {"fit": {"facts": {"home": {"when": "lead.country is DE", "points": 10}}}},
            ),
            "matrix": _MATRIX,
            "accounts": mapping(
                "Scores of accounts.",
                {"$ref": "#/$defs/account"},
                {"buying": {"of": "readiness", "combine": "top 3"}},
            ),
            "stages": {"$ref": "#/$defs/stages"},
            "segments": mapping(
                "Lists of leads, each an expression.",
                expression("Who is on the list.", "stage is sales_ready"),
                {"hot": "stage is sales_ready and grade.fit in [A, B]"},
            ),
            "automations": mapping(
                "What is done about scores.",
                AUTOMATION,
                {"qualify": {"when": "enters hot", "do": [{"tag": {"mql": "today"}}]}},
            ),
            "audits": AUDITS,
        },
        ("leadline", "model"),
    ),
    "$defs": {
        "rule": RULE,
        "fact": FACT,
        "score": SCORE,
        "stages": STAGES,
        "account": ACCOUNT,
    },
}


def schema_text() -> str:
    """Return the schema as the text of ``schemas/ruleset.schema.json``."""
    return published(RULESET_SCHEMA)
