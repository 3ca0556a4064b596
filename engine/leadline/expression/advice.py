"""What to do about a word that cannot stand where it does: habits of other languages, mostly."""

from __future__ import annotations

import re

from leadline.diagnostic import nearest
from leadline.expression.nodes import UNITS
from leadline.expression.unparse import KEYWORDS

#: What each kind of text looks like.
EXAMPLES = {
    "expression": 'conditions look like `url starts with "/pricing"`, points like `2 * amount`',
    "limit": "write a limit, such as `1`, `3 per day` or `1 per asset_id`",
    "reach": "write what is to be reached, such as `5 distinct url per visit`",
    "every": "write a step, such as `10% every 30 days` or `5 points every 30 days`",
    "floor": "write a floor, such as `20` or `50% of sales_ready`",
    "range": "write a range, such as `0 to 150`",
    "combine": "write `sum`, `max`, `average` or `top 3`",
    "committee": "write a committee, such as `2 leads at 30`",
    "stage_source": "write `score NAME`, `content` or `tag NAME`",
    "equal_steps": "write `equal [aware, engaged, sales_ready]`, lowest first",
    "metric": "write a figure, such as `count(webinar_attend)` or `rate(email_click, email_send)`",
    "days": "write whole days, such as `30 days`",
    "seconds": "write a time such as `30 minutes`",
}
UNITS_HINT = "the units are seconds, minutes, hours, days, weeks, months and years"

_TESTS = ("contains", "starts", "ends", "matches", "has", "between")
_QUOTES = (
    "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb"  # as word processors write them
)
_SIGNS = {
    "'": 'write texts in double quotes: `"text"`',
    "&": "write `and`",
    "|": "write `or`",
    "!": "write `not`",
    ";": "write `and` or `or` between two conditions",
    "{": "a list is written in square brackets: `[DE, AT]`",
    "%": "a percentage is written `5%`; there is no remainder of a division",
    "≥": "write `>=`",
    "≤": "write `<=`",
    "≠": "write `!=`, or `is not`",
    "\u2013": "write `-`",
    "\u2014": "write `-`",
    "\u2212": "write `-`",
    "\u00d7": "write `*`",
    "\u00f7": "write `/`",
    **dict.fromkeys(_QUOTES, 'write straight double quotes: `"text"`'),
    **dict.fromkeys("$€£", "write the number alone, or the text in double quotes"),
}
_WORDS = {
    **dict.fromkeys(("equals", "equal", "eq"), "write `is`"),
    **dict.fromkeys(("like", "ilike"), "write `contains`, `starts with` or `matches`"),
    **dict.fromkeys(("includes", "include", "contain"), "write `contains`"),
    **dict.fromkeys(("startswith", "starts_with", "begins"), "write `starts with`"),
    **dict.fromkeys(("endswith", "ends_with"), "write `ends with`"),
    **dict.fromkeys(("than", "greater", "less", "more", "at", "above", "below", "over", "under"),
                    "write `>`, `>=`, `<` or `<=`"),
    **dict.fromkeys(("does", "doesn", "do"), "write `not` before the whole comparison"),
    **dict.fromkeys(("points", "pts", "point"), "write the number alone"),
    **dict.fromkeys(("x", "times"), "write `*`"),
    **dict.fromkeys(("percent", "pct"), "write `%`"),
}  # fmt: skip
_SHORT_UNITS = ("s", "sec", "min", "mins", "h", "hr", "hrs", "d", "w", "wk", "mo", "y", "yr", "yrs")


def advice(text: str, at: int, word: str, kind: str, expected: frozenset[str], start: str) -> str:
    """Return what to do about a word that cannot stand where it does.

    Args:
        text: the whole text.
        at: where the word stands in it.
        word: the word, ``""`` at the end of the text.
        kind: the terminal it was read as, ``""`` where it is none.
        expected: the terminals that could have stood there.
        start: what the text was read as, a key of :data:`EXAMPLES`.
    """
    if start not in ("expression", "metric"):
        return EXAMPLES[start]
    before = text[:at].rstrip()
    if start == "metric":
        if hint := _of_records(before, word, kind, expected):
            return hint
        if not re.search(r"\bwhere\s", before):
            return _sign(before, text[at:], word) or EXAMPLES[start]
    return (
        _turned(before, text[at:])
        or _sign(before, text[at:], word)
        or _keyword(before, word)
        or _number(before, text[at:], word, expected)
        or _bracket(before, word, expected)
        or _next_word(before, word, kind, expected)
        or _unfinished(before, word, kind, expected)
        or EXAMPLES[start]
    )


def _of_records(before: str, word: str, kind: str, expected: frozenset[str]) -> str:
    """Advise on a word of a metric that is none of a condition."""
    last = re.search(r"[^\W\d]\w*\Z", before)
    if last and last[0] in ("where", "and", "or", "not") and word in (")", ","):
        return f"write a condition behind `{last[0]}`"
    if re.search(r",\s*where\Z", before):
        return "write no comma before `where`"
    if word == "" and "RPAR" in expected:
        return "close the bracket"
    if "WHERE" not in expected and word != "/":
        return ""
    return _behind_records(last[0] if last else "", word, kind)


def _behind_records(last: str, word: str, kind: str) -> str:
    if word == "/":
        return "one over another is `rate(email_click, email_send)`"
    if word in ("and", "or"):
        several = "several types of events stand in brackets: `count([email_open, email_click])`"
        return f"{several}; conditions stand behind `where`"
    if word.lower() == "where":
        return "write `where` in small letters"
    if word in ("if", "when", "with", "having"):
        return "a condition stands behind `where`"
    if word in ("from", "in", "for"):
        return "write `of`, such as `sum(amount of opportunity)`"
    if last and kind == "NAME":
        spaced = f"a name with a blank stands in backquotes: `` `{last} {word}` ``"
        return f"write a comma between two amounts; {spaced}"
    return ""


def _turned(before: str, rest: str) -> str:
    """Advise on a text or a list that stands before the field it is compared with."""
    listed = re.match(r"(\[[^\]]*\])\s+(?:in|has|contains|is|=)\s+([\w.]+)", rest)
    if listed:
        return f"write the field first: `{listed[2]} in {listed[1]}`"
    member = re.search(r'("[^"]*")\s+(?:not\s+)?in\Z', before)
    field = re.match(r"[^\W\d][\w.]*", rest)
    if member and field:
        return (
            f"write the field first: `{field[0]} has {member[1]}` of a list, "
            f"`{field[0]} contains {member[1]}` of a text"
        )
    return ""


def _sign(before: str, rest: str, word: str) -> str:
    if word == "=" and before.endswith("="):
        return "write one `=`, or `is`"
    if word in (">", "<") and before.endswith("="):
        return f"write `{word}=`"
    if word == ">" and before.endswith("<"):
        return "write `!=`, or `is not`"
    if word in (">", "<", ">=", "<=") and before.endswith(("and", "or")):
        return f"say again what is compared: `NAME {word} ..`"
    if word in (">", "<", ">=", "<="):
        return "three things are compared by `between`: `NAME between 5 and 10`"
    if word == "/":
        found = re.match(r"\S+", rest)
        return f'write texts in double quotes: `"{found[0] if found else word}"`'
    return _SIGNS.get(word[:1], "")


def _number(before: str, rest: str, word: str, expected: frozenset[str]) -> str:
    if re.match(r"[0-9]+[./][0-9]+[./][0-9]+", rest):
        return "write a date year first: `2026-11-22`"
    split = re.search(r"[0-9.]*[0-9]\Z", before)
    after = re.match(r",([0-9]+)", rest)
    if split and after:
        thousands = len(after[1]) == 3 and "." not in split[0]
        whole = f"{split[0].replace('.', '')}{'' if thousands else '.'}{after[1]}"
        return f"write numbers without separators: `{whole}`"
    if fraction := re.match(r"\.[0-9]+", rest):
        return f"write `0{fraction[0]}`"
    if re.match(r"[0-9]", word) or (re.search(r"[0-9]\Z", before) and "DOT" not in expected):
        return _after_number(re.sub(r"[0-9.]+", "", word))
    return ""


def _after_number(unit: str) -> str:
    units = [*UNITS, *(f"{name}s" for name in UNITS)]
    if close := nearest(unit, units):
        return f"did you mean `{close[0]}`? {UNITS_HINT}"
    return UNITS_HINT if unit.lower() in _SHORT_UNITS else ""


def _keyword(before: str, word: str) -> str:
    if word.lower() in KEYWORDS and word not in KEYWORDS:
        return f"write `{word.lower()}` in small letters"
    if before.endswith(" not") and word in _TESTS:
        return f"write `not` before the whole comparison: `not NAME {word} ..`"
    if re.search(r"\b(starts|ends)\Z", before):
        return f"write `{before.split()[-1]} with`"
    if before.endswith((" top", " bottom")) or before in ("top", "bottom"):
        return "a rank is written `top 10% by readiness` or `top 50 by readiness`"
    if word == "to" and " between " in before:
        return "write `between 5 and 10`"
    if word in ("and", "or"):
        return f"`{word}` stands between two conditions"
    return _WORDS.get(word.lower(), "")


def _bracket(before: str, word: str, expected: frozenset[str]) -> str:
    if "LSQB" in expected and "NUMBER" not in expected:
        return "write a list in square brackets: `[DE, AT]`"
    if word == "]" and before.endswith(","):
        return "write no comma behind the last one"
    if word == "(" and (name := re.search(r"\w+\Z", before)) and name[0] in _TESTS:
        return f'`{name[0]}` stands between two things, such as `url {name[0]} "text"`'
    if word == ")":
        return "no `(` is open here"
    if word == "" and expected & {"RPAR", "RSQB"}:
        return "close the bracket"
    return ""


def _next_word(before: str, word: str, kind: str, expected: frozenset[str]) -> str:
    """Advise on two words side by side."""
    if kind not in ("NAME", "CALLED", "STRING", "NUMBER") or "NUMBER" in expected:
        return ""
    if "COMMA" in expected and "RPAR" in expected:
        return "write a comma between two arguments"
    first = re.search(r"[^\W\d]\w*\Z", before)
    if kind == "NAME" and first and before[: first.start()].rstrip().endswith((" is", "=", "not")):
        several = f'a text of several words stands in double quotes: `"{first[0]} {word}"`'
        return f"{several}; two conditions are joined by `and` or `or`"
    return "write `and` or `or` between two conditions"


def _unfinished(before: str, word: str, kind: str, expected: frozenset[str]) -> str:
    if word and not kind:
        return "a text stands in double quotes, a name that is no word in backquotes"
    if word or not before or "NUMBER" not in expected:
        return ""
    last = before.split()[-1]
    return f"write a {'condition' if last in ('and', 'or', 'not') else 'value'} behind `{last}`"
