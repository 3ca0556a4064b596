"""Text to tree and back, and texts that are no expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.expression.expressions import EXPRESSIONS, TOKENS
from tests.expression.reading import OF_EVENTS, OF_SEGMENTS, parsed, resolved, scalar

from leadline.diagnostic import Diagnostic
from leadline.document.values import Scalar
from leadline.expression import nodes as n
from leadline.expression import parse
from leadline.expression.catalog import Type
from leadline.expression.metrics_parse import parse_metric
from leadline.expression.parse import ExpressionError, parse_expression
from leadline.expression.types import resolve
from leadline.expression.unparse import unparse

PHRASES: list[Callable[[Scalar], object]] = [
    parse.parse_limit,
    parse.parse_reach,
    parse.parse_every,
    parse.parse_floor,
    parse.parse_range,
    parse.parse_combine,
    parse.parse_committee,
    parse.parse_stage_source,
    parse.parse_equal_steps,
    parse.parse_days,
    parse.parse_seconds,
    parse_metric,
]


@given(EXPRESSIONS)
@settings(max_examples=300, deadline=None)
def test_what_is_written_is_read_as_it_was(node: n.Node) -> None:
    assert parsed(unparse(node)) == node


def read_or_mistake(
    read: Callable[[Scalar], object], text: str
) -> tuple[object, Diagnostic | None]:
    try:
        return read(scalar(text)), None
    except ExpressionError as error:
        return None, error.diagnostic


@given(st.text(max_size=200) | TOKENS)
@settings(max_examples=300, deadline=2_000)
def test_any_text_is_an_expression_or_a_mistake_in_it(text: str) -> None:
    node, mistake = read_or_mistake(parse_expression, text)
    if mistake is not None:
        assert mistake.message
        assert mistake.place is not None
        return
    for scope in (OF_EVENTS, OF_SEGMENTS):
        for expected in (Type.TRUTH, Type.NUMBER):
            for found in resolve(cast(n.Node, node), scope, expected).diagnostics:
                assert found.message


@pytest.mark.parametrize("read", PHRASES)
@given(text=st.text(max_size=40) | TOKENS)
@settings(max_examples=40, deadline=2_000)
def test_any_text_is_a_phrase_or_a_mistake_in_it(
    read: Callable[[Scalar], object], text: str
) -> None:
    phrase, mistake = read_or_mistake(read, text)
    assert (phrase is None) == (mistake is not None)


MONSTERS = {
    "brackets": "(" * 2_000,
    "closed brackets": "(" * 2_000 + "truth" + ")" * 2_000,
    "not": "not " * 1_000 + "truth",
    "minus": "-" * 4_000 + "1",
    "sum": "1" + "+1" * 2_000,
    "calls": "min(" * 500 + "1" + ")" * 500,
    "or": " or ".join(["truth"] * 400),
    "list": "text in [" + ",".join(["a"] * 1_900) + "]",
    "quotes": '"' * 4_001,
    "backslashes": '"' + "\\" * 4_001,
    "digits": "9" * 4_001,
    "blanks": " " * 4_001,
    "dots": "a." * 2_000,
    "long": "truth or " * 10_000,
}


@pytest.mark.parametrize("name", MONSTERS)
def test_monsters_are_read_or_refused(name: str) -> None:
    node, mistake = read_or_mistake(parse_expression, MONSTERS[name])
    if mistake is None:
        assert unparse(resolve(cast(n.Node, node), OF_EVENTS, Type.TRUTH).node)


@pytest.mark.parametrize(
    "text",
    [
        'text is "a" and number >= 5 or not truth',
        "text is `other text` and truth is true",
        "text in [a, `other text`]",
        "`in` is present",
        'lead.`Job Title` matches "(?i)\\b(vp)\\b"',
        "born > 2026-01-31 - 30 days",
        "instant >= 2026-01-31",
        "instant between 2026-01-01 and born",
        "days_since(instant) < 30.5",
        "count(page_view, 30 days) + count(`a b`) > 1234567",
        "coalesce(number, other, 0) / 2 - -1 > 12.5%",
        'topics has "a" and empty is missing',
        "tag.consent is not given",
        "instant - born < 36 hours",
    ],
)
def test_a_resolved_expression_is_written_so_that_it_means_the_same(text: str) -> None:
    node = resolved(text)
    assert resolved(unparse(node)) == node


@pytest.mark.parametrize(
    "text",
    [
        "quiet(readiness, 60 days) and not top 1000000 by fit",
        "stage is ready and grade.fit in [A, B]",
        "change(readiness, 1 day) >= -5 and matrix is not A1",
        "bottom 12.5% by readiness or score.fit < 1e-7",
    ],
)
def test_a_segment_is_written_so_that_it_means_the_same(text: str) -> None:
    node = resolved(text, OF_SEGMENTS)
    assert resolved(unparse(node), OF_SEGMENTS) == node


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("text is missing", "text is missing"),
        ("text is not missing", "text is present"),
        ("text is not present", "text is missing"),
        ("text = DE", 'text is "DE"'),
        ("text not in [DE]", 'not text in ["DE"]'),
        ("a or b and not c", "a or b and not c"),
        ("(a or b) and c", "(a or b) and c"),
        ("1 - 2 - 3", "1 - 2 - 3"),
        ("1 - (2 - 3)", "1 - (2 - 3)"),
        ("2 * (3 + 4)", "2 * (3 + 4)"),
        ("and_more is orange", 'and_more is "orange"'),
        ("x is island", 'x is "island"'),
        ("minutes > 5 minutes", "minutes > 5 minutes"),
        ("d < 1 month and e < 2 years", "d < 30 days and e < 730 days"),
        ('t is "a\\b\\\\c\\"d"', 't is "a\\\\b\\\\c\\"d"'),
    ],
)
def test_reads(text: str, meaning: str) -> None:
    assert unparse(parsed(text)) == meaning


def test_a_place_is_the_part_of_the_text() -> None:
    text = "lead.country is DE and number > 5"
    node = parsed(text)
    assert isinstance(node, n.All)
    spans = [text[part.place.column - 1 : part.place.end_column - 1] for part in n.walk(node)]
    assert spans == [
        text,
        "lead.country is DE",
        "lead.country",
        "DE",
        "number > 5",
        "number",
        "5",
    ]
