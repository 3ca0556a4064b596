"""The codes of what can be wrong with a test file (LL300 to LL329)."""

from __future__ import annotations

from leadline.diagnostic import Code, Severity

NO_CASES = Code("LL300", "no-cases")
EMPTY_CASE = Code("LL301", "empty-case")
NO_RULESET_BESIDE = Code("LL302", "no-ruleset-beside")
UNKNOWN_FIXTURE = Code("LL303", "unknown-fixture")
BAD_DATE = Code("LL304", "bad-test-date")
NO_SUCH_SCORE = Code("LL305", "no-such-score")
NO_SUCH_RULE = Code("LL306", "no-such-rule")
NO_SUCH_SEGMENT = Code("LL307", "no-such-segment")
NO_SUCH_STAGE = Code("LL308", "no-such-stage")
NO_SUCH_GRADE = Code("LL309", "no-such-grade")
LEAD_NOT_GIVEN = Code("LL310", "lead-not-given")
ACCOUNT_NOT_GIVEN = Code("LL311", "account-not-given")
PER_MISMATCH = Code("LL312", "per-mismatch")
BAD_POINTS = Code("LL313", "bad-expected-points")
BAD_ROW = Code("LL314", "bad-test-row")
UNREAD_FIELD = Code("LL315", "unread-test-field")
NO_SUCH_CELL = Code("LL316", "no-such-cell")
NOT_ABSENT = Code("LL317", "not-absent")
NO_TESTS = Code("LL318", "no-tests")
UNMET = Code("LL319", "unmet-expectation")
NOT_REACHED = Code("LL320", "not-reached", Severity.NOTE)
NOT_NOTICED = Code("LL321", "change-not-noticed", Severity.NOTE)

CODES = (
    NO_CASES,
    EMPTY_CASE,
    NO_RULESET_BESIDE,
    UNKNOWN_FIXTURE,
    BAD_DATE,
    NO_SUCH_SCORE,
    NO_SUCH_RULE,
    NO_SUCH_SEGMENT,
    NO_SUCH_STAGE,
    NO_SUCH_GRADE,
    LEAD_NOT_GIVEN,
    ACCOUNT_NOT_GIVEN,
    PER_MISMATCH,
    BAD_POINTS,
    BAD_ROW,
    UNREAD_FIELD,
    NO_SUCH_CELL,
    NOT_ABSENT,
    NO_TESTS,
    UNMET,
    NOT_REACHED,
    NOT_NOTICED,
)
