"""The codes of what can be wrong with an expression or a phrase."""

from __future__ import annotations

from leadline.diagnostic import Code

SYNTAX = Code("LL030", "syntax-error")
CUT = Code("LL031", "expression-cut")
TOO_LONG = Code("LL032", "expression-too-long")
BAD_VALUE = Code("LL033", "impossible-value")
NO_FIGURE = Code("LL034", "no-figure")

UNKNOWN_CELL = Code("LL039", "unknown-cell")
UNKNOWN_FIELD = Code("LL040", "unknown-field")
WRONG_TYPE = Code("LL041", "wrong-type")
UNKNOWN_FUNCTION = Code("LL042", "unknown-function")
WRONG_ARGUMENTS = Code("LL043", "wrong-arguments")
NOT_HERE = Code("LL044", "not-possible-here")
BAD_PATTERN = Code("LL045", "bad-pattern")
DEFINE_CYCLE = Code("LL046", "define-cycle")
PERCENT_POINTS = Code("LL047", "percentage-as-points")
UNKNOWN_STAGE = Code("LL048", "unknown-stage")
UNKNOWN_GRADE = Code("LL049", "unknown-grade")

CODES = (
    SYNTAX,
    CUT,
    TOO_LONG,
    BAD_VALUE,
    NO_FIGURE,
    UNKNOWN_CELL,
    UNKNOWN_FIELD,
    WRONG_TYPE,
    UNKNOWN_FUNCTION,
    WRONG_ARGUMENTS,
    NOT_HERE,
    BAD_PATTERN,
    DEFINE_CYCLE,
    PERCENT_POINTS,
    UNKNOWN_STAGE,
    UNKNOWN_GRADE,
)
