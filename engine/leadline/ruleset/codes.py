"""The codes of what can be wrong with a ruleset: its shape (LL050 to LL059) and its meaning."""

from __future__ import annotations

from leadline.diagnostic import Code

UNKNOWN_KEY = Code("LL050", "unknown-key")
MISSING_KEY = Code("LL051", "missing-key")
WRONG_SHAPE = Code("LL052", "wrong-shape")
WRONG_VALUE = Code("LL053", "wrong-value")
BAD_NAME = Code("LL054", "bad-name")

RULE_SHAPE = Code("LL060", "rule-shape")
POINTS_OR_BANDS = Code("LL061", "points-or-bands")
WITHIN_WITHOUT_BANDS = Code("LL062", "within-without-bands")
UNKNOWN_GROUP = Code("LL063", "unknown-group")
MIXED_DECAY = Code("LL064", "mixed-decay")
MIXED_GROUP = Code("LL065", "mixed-group")
UNKNOWN_SCORE = Code("LL066", "unknown-score")
SCORE_CYCLE = Code("LL067", "score-cycle")
SAME_NAME = Code("LL068", "same-name")
STEPS_NOT_RISING = Code("LL069", "steps-not-rising")
NO_SALES_READY = Code("LL070", "no-sales-ready")
SCORE_SHAPE = Code("LL071", "score-shape")
UNKNOWN_TIMEZONE = Code("LL072", "unknown-timezone")
EMPTY_SPAN = Code("LL073", "empty-span")
STATE_DECAY = Code("LL074", "state-decay")
POINTS_TOO_LARGE = Code("LL075", "points-too-large")
DECAY_SHAPE = Code("LL076", "decay-shape")
STAGE_SHAPE = Code("LL077", "stage-shape")
UNKNOWN_ENTRY = Code("LL078", "unknown-entry")
UNKNOWN_ACTION = Code("LL079", "unknown-action")
MATRIX_SHAPE = Code("LL080", "matrix-shape")
GRADE_BOUNDS = Code("LL081", "grade-bounds")
NO_SUCH_DAY = Code("LL082", "no-such-day")
ACTION_SHAPE = Code("LL083", "action-shape")
NO_METRIC = Code("LL084", "no-metric")
SPAN_SHAPE = Code("LL085", "span-shape")
BENCHMARK_SHAPE = Code("LL086", "benchmark-shape")
AUDIT_SHAPE = Code("LL087", "audit-shape")
REVIEW_SHAPE = Code("LL088", "review-shape")
NO_RULESET = Code("LL089", "no-ruleset")

CODES = (
    UNKNOWN_KEY,
    MISSING_KEY,
    WRONG_SHAPE,
    WRONG_VALUE,
    BAD_NAME,
    RULE_SHAPE,
    POINTS_OR_BANDS,
    WITHIN_WITHOUT_BANDS,
    UNKNOWN_GROUP,
    MIXED_DECAY,
    MIXED_GROUP,
    UNKNOWN_SCORE,
    SCORE_CYCLE,
    SAME_NAME,
    STEPS_NOT_RISING,
    NO_SALES_READY,
    SCORE_SHAPE,
    UNKNOWN_TIMEZONE,
    EMPTY_SPAN,
    STATE_DECAY,
    POINTS_TOO_LARGE,
    DECAY_SHAPE,
    STAGE_SHAPE,
    UNKNOWN_ENTRY,
    UNKNOWN_ACTION,
    MATRIX_SHAPE,
    GRADE_BOUNDS,
    NO_SUCH_DAY,
    ACTION_SHAPE,
    NO_METRIC,
    SPAN_SHAPE,
    BENCHMARK_SHAPE,
    AUDIT_SHAPE,
    REVIEW_SHAPE,
    NO_RULESET,
)
