"""The codes of what is found about a ruleset that compiles (LL100 to LL149)."""

from __future__ import annotations

from leadline.diagnostic import Code, Severity

_WARNING, _NOTE = Severity.WARNING, Severity.NOTE

NEVER_MATCHES = Code("LL100", "never-matches", _WARNING)
ALWAYS_MATCHES = Code("LL101", "always-matches", _WARNING)
REDUNDANT_CLAUSE = Code("LL102", "redundant-clause", _NOTE)
COUNTS_TWICE = Code("LL103", "counts-twice", _WARNING)
HOLDS_TWICE = Code("LL104", "holds-twice", _WARNING)
ABOVE_GROUP_CAP = Code("LL105", "above-group-cap", _WARNING)
ABOVE_OWN_CAP = Code("LL106", "above-own-cap", _WARNING)
OUT_OF_RANGE = Code("LL107", "out-of-range", _NOTE)
STAGE_OUT_OF_REACH = Code("LL108", "stage-out-of-reach", _WARNING)
GRADE_OUT_OF_REACH = Code("LL109", "grade-out-of-reach", _WARNING)
CELL_OUT_OF_REACH = Code("LL110", "cell-out-of-reach", _WARNING)
SALES_READY_OUT_OF_REACH = Code("LL111", "sales-ready-out-of-reach", _WARNING)
COMMITTEE_OUT_OF_REACH = Code("LL112", "committee-out-of-reach", _WARNING)
BAND_OUT_OF_REACH = Code("LL113", "band-out-of-reach", _WARNING)
FLOOR_ABOVE_RANGE = Code("LL114", "floor-above-range", _WARNING)
DECAY_TO_ZERO = Code("LL115", "decay-to-zero", _WARNING)
VIDEO_BY_SECONDS = Code("LL116", "video-by-seconds", _WARNING)
UNUSED_DEFINE = Code("LL117", "unused-define", _WARNING)
UNUSED_GROUP = Code("LL118", "unused-group", _WARNING)
PAST_UNTIL = Code("LL119", "past-until", _WARNING)
REVIEW_OVERDUE = Code("LL120", "review-overdue", _WARNING)
BENCHMARK_TOO_LATE = Code("LL121", "benchmark-too-late", _WARNING)
REVIEW_OF_NOTHING = Code("LL122", "review-of-nothing", _NOTE)

CODES = (
    NEVER_MATCHES,
    ALWAYS_MATCHES,
    REDUNDANT_CLAUSE,
    COUNTS_TWICE,
    HOLDS_TWICE,
    ABOVE_GROUP_CAP,
    ABOVE_OWN_CAP,
    OUT_OF_RANGE,
    STAGE_OUT_OF_REACH,
    GRADE_OUT_OF_REACH,
    CELL_OUT_OF_REACH,
    SALES_READY_OUT_OF_REACH,
    COMMITTEE_OUT_OF_REACH,
    BAND_OUT_OF_REACH,
    FLOOR_ABOVE_RANGE,
    DECAY_TO_ZERO,
    VIDEO_BY_SECONDS,
    UNUSED_DEFINE,
    UNUSED_GROUP,
    PAST_UNTIL,
    REVIEW_OVERDUE,
    BENCHMARK_TOO_LATE,
    REVIEW_OF_NOTHING,
)
