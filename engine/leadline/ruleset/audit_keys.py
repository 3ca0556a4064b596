"""The keys of audits, in a ruleset or in a file of their own."""

from __future__ import annotations

from typing import get_args

from leadline.ruleset.audits import Kind
from leadline.ruleset.keys import (
    WORD,
    Schema,
    day,
    expression,
    keys,
    mapping,
    metric,
    remark,
    text,
)
from leadline.ruleset.published import published

_METRIC = metric(
    "The figure that is followed; scoring and assignment follow `acceptance()` without one.",
    "rate(email_click, email_send)",
    'count(page_view where url starts with "/pricing")',
    "sum(amount of opportunity where won)",
    "cost_per(demo_request)",
    "median_days(created_at, closed_at of opportunity)",
)

_BENCHMARK = keys(
    "The figure from before the program, as a number or by what it is measured.",
    {
        "value": text("The figure; a share is a percentage.", "2.1%", 120, numbers=True),
        "measured": text("The days it is of, first and last.", "2025-12-01 to 2026-01-14"),
        "metric": metric("Another figure that gives it.", "sum(metric.clicks)"),
    },
) | {
    "type": ["string", "number", "object"],
    "minLength": 1,
    "minProperties": 1,
    "examples": [{"value": "2.1%", "measured": "2025-12-01 to 2026-01-14"}, "2.1%", 120],
}

AUDIT = keys(
    "A program that is reviewed on a cadence.",
    {
        "kind": {
            "enum": list(get_args(Kind)),
            "description": "What is reviewed; sets the cadence.",
        },
        "program": text("The program's name in the data.", "q1-nurture"),
        "score": text("The score that is reviewed, of an audit of scoring.", "readiness"),
        "group": expression("The assets rolled up into one number.", 'asset.kind is "webinar"'),
        "started": day("Its first day.", "2026-01-15"),
        "metric": _METRIC,
        "benchmark": _BENCHMARK,
        "cadence": text("Days between reviews, instead of the kind's.", "90 days"),
        "owner": remark("Who reviews it.", "marketing"),
        "review_by": day("The day by which someone looks at it again.", "2026-12-31"),
        "note": remark("What to look at.", "Compare with the same quarter of last year."),
    },
    ("kind",),
)

AUDITS = mapping(
    "Programs reviewed on a cadence.",
    AUDIT,
    {"readiness_model": {"kind": "scoring", "score": "readiness"}},
)

AUDITS_SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "leadline audits",
    **keys(
        "Audits in a file of their own, beside the ruleset.",
        {
            "leadline": {"enum": ["1", 1], "description": "The language version."},
            "audits": AUDITS,
        },
        ("leadline", "audits"),
    ),
}

_AMOUNT: Schema = {"type": "number"}

REVIEW = keys(
    "What a person said about an audit, with its figure of that day.",
    {
        "audit": text("The name of the audit.", "q1_nurture") | {"pattern": WORD},
        "on": day("The day of the review.", "2026-06-30"),
        "by": remark("Who reviewed it.", "Anna Weber"),
        "note": remark("What was found or decided.", "The new subject lines work: keep them."),
        "metric": metric("The figure that was looked at.", "rate(email_click, email_send)"),
        "from": day("The first day that the figure is of.", "2026-04-01"),
        "to": day("The last day that the figure is of.", "2026-06-30"),
        "figure": text("The figure; a share is a percentage.", "2.41%", 120, numbers=True),
        "top": _AMOUNT | {"description": "What a rate has above its line.", "examples": [96]},
        "bottom": _AMOUNT | {"description": "What a rate has below its line.", "examples": [3984]},
        "low": text("Where the figure's 95% interval begins.", "1.9%", 104, numbers=True),
        "high": text("Where the figure's 95% interval ends.", "3.0%", 138, numbers=True),
    },
    ("audit", "on"),
)

REVIEWS_SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "leadline reviews",
    **keys(
        "Reviews of audits as `leadline audit record` writes them, beside the ruleset.",
        {
            "leadline": {"enum": ["1", 1], "description": "The language version."},
            "reviews": {
                "type": "array",
                "items": REVIEW,
                "description": "The reviews, oldest first.",
                "examples": [
                    [{"audit": "q1_nurture", "on": "2026-06-30", "figure": "2.41%", "bottom": 3984}]
                ],
            },
        },
        ("leadline", "reviews"),
    ),
}


def audits_schema_text() -> str:
    """Return the schema as the text of ``schemas/audits.schema.json``."""
    return published(AUDITS_SCHEMA)


def reviews_schema_text() -> str:
    """Return the schema as the text of ``schemas/reviews.schema.json``."""
    return published(REVIEWS_SCHEMA)
