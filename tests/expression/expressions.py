"""Draw trees such as the parser makes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from hypothesis import strategies as st

from leadline.diagnostic import Place
from leadline.expression import nodes as n
from leadline.expression.unparse import KEYWORDS

HERE = Place("f", 1, 1, 1, 1)
Strategy = st.SearchStrategy[n.Node]

WORDS = st.from_regex(r"[^\W\d]\w{0,8}", fullmatch=True).filter(lambda word: word not in KEYWORDS)
ANYTHING = st.text(
    st.characters(exclude_characters="`\n\r\0", exclude_categories=["Cs"]), min_size=1, max_size=8
)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


def _made(make: Callable[..., n.Node], *parts: st.SearchStrategy[object]) -> Strategy:
    return st.builds(lambda *drawn: make(*drawn, HERE), *parts)


NUMBERS = _made(n.Number, st.floats(-1e15, 1e15))
QUOTED = _made(lambda name, place: n.Name((name,), True, place), ANYTHING)
DOTTED = _made(
    lambda first, last, quoted, place: n.Name((first, last), quoted, place),
    WORDS | ANYTHING,
    WORDS,
    st.booleans(),
)
BARE = _made(lambda name, place: n.Name((name,), False, place), WORDS)
#: What may stand right of `is` and in a list, where a bare word is a text.
VALUES = st.one_of(
    NUMBERS,
    _made(n.Percent, st.floats(0, 1e6)),
    _made(n.Text, TEXTS),
    _made(n.Date, st.dates(min_value=date(1, 1, 1))),
    _made(n.Duration, st.integers(0, 10**9).map(float) | st.floats(0, 1e6)),
    QUOTED,
    DOTTED,
)
RANKS = _made(
    lambda direction, amount, score, place: n.Rank(direction, amount, False, score, place),
    st.sampled_from(["top", "bottom"]),
    st.integers(1, 10**6).map(float),
    WORDS,
) | _made(
    lambda direction, amount, score, place: n.Rank(direction, amount, True, score, place),
    st.sampled_from(["top", "bottom"]),
    st.floats(0, 100, exclude_min=True),
    WORDS,
)
LEAVES = VALUES | BARE | RANKS


def _above(below: Strategy) -> Strategy:
    several = st.lists(below, min_size=2, max_size=3).map(tuple)
    right = below.filter(lambda node: not isinstance(node, n.Name) or len(node.path) > 1) | VALUES
    return st.one_of(
        _made(n.Minus, below.filter(lambda node: not isinstance(node, n.Number))),
        _made(n.Arithmetic, st.sampled_from("+-*/"), below, below),
        _made(n.Compare, st.sampled_from(["=", "!="]), below, right),
        _made(n.Compare, st.sampled_from(["<", "<=", ">", ">="]), below, below),
        _made(n.In, below, st.lists(right, max_size=3).map(tuple)),
        _made(n.Between, below, below, below),
        _made(
            n.Tested,
            st.sampled_from(["contains", "starts with", "ends with", "matches"]),
            below,
            below,
        ),
        _made(n.Has, below, below),
        _made(n.Missing, below),
        _made(n.Not, below),
        _made(n.All, several),
        _made(n.Any, several),
        _made(n.Call, WORDS, st.lists(below, max_size=3).map(tuple)),
    )


#: Any expression.
EXPRESSIONS = st.recursive(LEAVES, _above, max_leaves=12)

#: The words of the language, to make texts of that nearly parse.
TOKENS = st.lists(
    st.sampled_from(
        [
            *KEYWORDS, "with", "missing", "present", "null", "true", "AND", "NOT", "==", "<>", "'",
            '"', '"a"', '"\\"', "`", "`a b`", "a", "b.c", "lead.country", "score.fit", "x-y", "5",
            "0.5", ".5", "1e3", "50%", "30 days", "3 d", "2026-01-31", "2026-02-31", "31.1.2026",
            "(", ")", "[", "]", ",", ".", "+", "-", "*", "/", "=", "!=", "<", "<=", "min(",
            "count(a", "quiet(fit, 30 days)", "top 5 by fit", "top 0 by fit", "per", "every",
            "points", "of", "sales_ready", "to", "leads", "at", "equal", "distinct", "\n", "日",
        ]
    ),
    max_size=25,
).map(" ".join)  # fmt: skip
