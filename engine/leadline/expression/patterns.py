"""Regular expressions, as far as they can be judged without the engine that will run them."""

from __future__ import annotations

import re
import warnings

#: What RE2 does not have although Python does, by how it begins.
_ABSENT = {
    "(?=": "look-ahead",
    "(?!": "negative look-ahead",
    "(?<=": "look-behind",
    "(?<!": "negative look-behind",
    "(?P=": "back-reference",
    "(?>": "atomic group",
    "(?(": "conditional group",
}
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:<[=!]|P=|[=!>(])?", re.DOTALL)
_REPEATED = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_MOST_REPEATS = 1_000
#: Faults that no dialect forgives; of others Python is no judge, since RE2 writes more.
_SURE = (
    "missing )",
    "unbalanced parenthesis",
    "unterminated character set",
    "nothing to repeat",
    "min repeat greater than max repeat",
    "bad character range",
    "bad escape (end of pattern)",
)


def pattern_error(pattern: str) -> str | None:
    """Return what is surely wrong with a pattern of the RE2 syntax, or None.

    Used where no engine is at hand; an engine's own word is better.
    """
    for part in _PARTS.findall(pattern):
        if part in _ABSENT:
            return f"RE2 has no {_ABSENT[part]} (`{part}`)"
        if re.fullmatch(r"\\[1-9]", part):
            return f"RE2 has no back-reference (`{part}`)"
    for low, high in _REPEATED.findall(pattern):
        if max(int(low), int(high or 0)) > _MOST_REPEATS:
            return f"RE2 repeats at most {_MOST_REPEATS} times"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what future Pythons will read differently
        try:
            re.compile(pattern)
        except re.error as error:
            return error.msg if error.msg.startswith(_SURE) else None
        except (OverflowError, RecursionError):
            return "it is too large"
    return None
