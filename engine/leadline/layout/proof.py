"""Whether two texts say the same: the same values, expressions and comments."""

from __future__ import annotations

from collections import Counter

from leadline.document import Document, Mapping, Scalar, Sequence, Value
from leadline.expression.parse import ExpressionError
from leadline.layout.comments import comments
from leadline.layout.parts import is_nothing
from leadline.layout.shape import Shape


def same_comments(first: Document, second: Document) -> bool:
    """Tell whether two documents have the same comments, in whatever order."""
    texts = [Counter(comment.text for comment in comments(each)) for each in (first, second)]
    return texts[0] == texts[1]


def same_values(first: Document, second: Document, shape: Shape) -> bool:
    """Tell whether two documents hold the same values.

    Expressions are the same where they are read as the same, and keys that the schema lists may
    stand in any order.
    """
    return _same(first.root, second.root, shape)


def _same(first: Value, second: Value, shape: Shape) -> bool:
    shape = shape.of(first)
    match first, second:
        case Mapping(), Mapping():
            return _same_entries(first, second, shape)
        case Sequence(), Sequence():
            pairs = zip(first.items, second.items, strict=False)
            many = len(first.items) == len(second.items)
            return many and all(_same(one, other, shape.item()) for one, other in pairs)
        case Scalar(), Scalar():
            alike = first.text == second.text or _same_read(first, second, shape)
            return alike and is_nothing(first) == is_nothing(second)
        case _:
            return False


def _same_entries(first: Mapping, second: Mapping, shape: Shape) -> bool:
    one, other = ([each.entries[at] for at in shape.ordered(each)] for each in (first, second))
    if [entry.key.text for entry in one] != [entry.key.text for entry in other]:
        return False
    return all(
        _same(entry.value, beside.value, shape.under(entry.key.text))
        for entry, beside in zip(one, other, strict=True)
    )


def _same_read(first: Scalar, second: Scalar, shape: Shape) -> bool:
    if shape.read is None:
        return False
    try:
        return shape.read(first) == shape.read(second)
    except ExpressionError:
        return False
