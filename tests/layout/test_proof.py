"""What is the same, and what is not."""

from __future__ import annotations

import pytest

from leadline.document import Document, load
from leadline.layout.proof import same_comments, same_values
from leadline.layout.shape import shape_of
from leadline.ruleset.schema import RULESET_SCHEMA


def document(text: str) -> Document:
    found = load(text.encode(), "f").document
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("model: a\nleadline: 1", "{leadline: '1', model: a}", True),
        ("leads: a  is 1", "leads: a is 1", True),
        ("leads: a is 1", "leads: a is 2", False),
        ("leads: a +", "leads: a  +", False),
        ("note: a  b", "note: a b", False),
        ("define: {a: x, b: y}", "define: {b: y, a: x}", False),
        ("define: {a: x}", "define: {a: x, b: y}", False),
        ("define: {a: x}", "define: {b: x}", False),
        ("define: {a: x}", "define: x", False),
        ("matrix: {a: [x, y]}", "matrix: {a: [x]}", False),
        ("matrix: {a: [x, y]}", "matrix: {a: [y, x]}", False),
        ("matrix: {a: [x]}", "matrix: {a: {x: 1}}", False),
        ("note:", "note: ''", False),
        ("x: 1\ny: 2", "y: 2\nx: 1", False),
    ],
)
def test_values(first: str, second: str, same: bool) -> None:
    shape = shape_of(RULESET_SCHEMA)
    assert same_values(document(first), document(second), shape) is same
    assert same_values(document(second), document(first), shape) is same


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("a: 1 # x\nb: 2 # y", "# y\na: 1\nb: 2 # x", True),
        ("a: 1 # x\n# x", "a: 1 # x", False),
        ("a: 1 # x", "a: 1 #x", False),
        ("a: '# x'", "a: y # x", False),
        ("a: | # x\n  # y\n", "a: | # x\n  # z\n", True),
    ],
)
def test_comments(first: str, second: str, same: bool) -> None:
    assert same_comments(document(first), document(second)) is same
