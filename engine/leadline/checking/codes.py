"""The codes of what ``leadline check`` finds in data and comments, and all that it can find."""

from __future__ import annotations

from leadline.diagnostic import Code, Severity
from leadline.document import CODES as DOCUMENT_CODES
from leadline.expression.codes import CODES as EXPRESSION_CODES
from leadline.ruleset.checks.codes import CODES as STATIC_CODES
from leadline.ruleset.codes import CODES as RULESET_CODES

NO_MATCH = Code("LL150", "no-match-in-data", Severity.WARNING)
DEAD_EVENT_TYPE = Code("LL151", "dead-event-type", Severity.WARNING)
UNKNOWN_VALUE = Code("LL152", "unknown-value", Severity.WARNING)
EMPTY_COLUMN = Code("LL153", "empty-column", Severity.NOTE)
NO_USABLE_POINTS = Code("LL154", "no-usable-points", Severity.WARNING)
UNKNOWN_PROGRAM = Code("LL155", "unknown-program", Severity.WARNING)
UNKNOWN_METRIC = Code("LL156", "unknown-metric", Severity.WARNING)

UNUSED_IGNORE = Code("LL190", "unused-ignore", Severity.WARNING)
UNKNOWN_IGNORE = Code("LL191", "unknown-ignore", Severity.WARNING)
IGNORED_ERROR = Code("LL192", "ignored-error", Severity.WARNING)

#: What only data can show.
DATA_CODES = (
    NO_MATCH,
    DEAD_EVENT_TYPE,
    UNKNOWN_VALUE,
    EMPTY_COLUMN,
    NO_USABLE_POINTS,
    UNKNOWN_PROGRAM,
    UNKNOWN_METRIC,
)
IGNORE_CODES = (UNUSED_IGNORE, UNKNOWN_IGNORE, IGNORED_ERROR)
CODES = (*DATA_CODES, *IGNORE_CODES)

#: Why a ruleset does not compile.
ERROR_CODES = (*DOCUMENT_CODES, *EXPRESSION_CODES, *RULESET_CODES)

#: Everything that a check of a ruleset can say, those of plugins excepted.
KNOWN_CODES = (*ERROR_CODES, *STATIC_CODES, *CODES)


def is_error(code: str) -> bool:
    """Say whether a code is that of a ruleset which does not compile."""
    return any(known.code == code for known in ERROR_CODES)
