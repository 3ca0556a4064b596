"""The blanks of expressions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.expression.expressions import EXPRESSIONS
from tests.expression.reading import parsed, scalar

from leadline.expression import nodes as n
from leadline.expression.unparse import unparse
from leadline.layout.spacing import spaced


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("20*share( a,b )", "20 * share(a, b)"),
        ("a  in[DE,AT]", "a in [DE, AT]"),
        ("not(a is b)", "not (a is b)"),
        ("(a or b)and c", "(a or b) and c"),
        ("min (a,b)", "min(a, b)"),
        ("count( x ,7  days)>0", "count(x, 7 days) > 0"),
        ("quiet(r,60days)", "quiet(r, 60 days)"),
        ("top  5 % by x", "top 5% by x"),
        ("a - -3", "a - -3"),
        ("- a", "-a"),
        ("a-3", "a - 3"),
        ("a* -b", "a * -b"),
        ("x between - 5 and -3", "x between -5 and -3"),
        ("a.b . c=1", "a.b.c = 1"),
        ('url starts   with   "/a  b"', 'url starts with "/a  b"'),
        ("2026-01-02 - x", "2026-01-02 - x"),
        ("`a  b`is 1", "`a  b` is 1"),
    ],
)
def test_canonical_blanks(text: str, written: str) -> None:
    assert spaced(scalar(text)) == written
    assert spaced(scalar(written)) == written


@pytest.mark.parametrize("text", ["", "  ", "a +", "$x   y", "a  (", "10%of", "[ 1 ]", '"a'])
def test_what_is_no_expression_stays(text: str) -> None:
    assert spaced(scalar(text)) == text


@given(EXPRESSIONS)
@settings(max_examples=80, deadline=None)
def test_what_is_written_has_them(node: n.Node) -> None:
    assert spaced(scalar(unparse(node))) == unparse(node)


@given(EXPRESSIONS)
@settings(max_examples=50, deadline=None)
def test_more_blanks_change_nothing(node: n.Node) -> None:
    texts = unparse(node).split('"')
    if any("`" in text for text in texts):
        return
    # Outside of texts only.
    wide = '"'.join(text if at % 2 else text.replace(" ", "   ") for at, text in enumerate(texts))
    if parsed(wide) == node:
        assert spaced(scalar(wide)) == unparse(node)
