"""A condition is true or false, whatever is missing; `not` is its exact inverse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from tests.expression.reading import resolved

from leadline.engine.duckdb import Database
from leadline.sql.expression import Writer

#: Every column has a missing value and two others; the rows are all their combinations.
_ROWS = """
CREATE TABLE rows AS
SELECT * FROM
  (SELECT unnest([NULL, 'a', 'ab']) AS text),
  (SELECT unnest([NULL, 'a', 'b']) AS "other text"),
  (SELECT unnest([NULL, 1.0::DOUBLE, 0.25]) AS number),
  (SELECT unnest([NULL, 1.0::DOUBLE, 0.5]) AS other),
  (SELECT unnest([NULL, true, false]) AS truth),
  (SELECT unnest([NULL, TIMESTAMP '2026-01-30 23:30:00']) AS instant),
  (SELECT unnest([NULL, DATE '2026-01-31']) AS born),
  (SELECT unnest([NULL, ['a'], []]) AS topics)
"""
COMPARISONS = (
    "text is a",
    "text is not a",
    "text = `other text`",
    "text != `other text`",
    "text < `other text`",
    "number < other",
    "number <= other",
    "number > other",
    "number >= 1",
    "text in [a, b]",
    "text not in [a, b]",
    "text in [a, `other text`]",
    "number between 0 and other",
    "number between other and 5",
    'text contains "b"',
    "text contains `other text`",
    "text starts with `other text`",
    "text ends with `other text`",
    'text matches "^a$"',
    "text has `other text`",
    "topics has `other text`",
    'topics has "a"',
    "truth",
    "truth is true",
    "truth is false",
    "truth is not true",
    "instant >= born",
    "instant - born < 1 day",
    "share(number, other) > 0.4",
    "other / number > 1",
    "coalesce(text, `other text`) is a",
    "days_since(born) < 5",
)
JOINED = (
    "truth and text is a",
    "truth or text is a",
    "not (truth and text is a)",
    "not truth or not text is a",
    "not (number > 0 or not (text is a and truth))",
    "truth and (text is a or number > 0)",
)
OF_PRESENCE = ("text is missing", "text is present", "share(number, other) is missing")


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with Database() as database:
        database.execute(_ROWS)
        yield database


def sql(text: str, form: str) -> str:
    writer = Writer(date(2026, 1, 31), "Europe/Berlin")
    node = resolved(text)
    return writer.condition(node) if form == "condition" else writer.value(node)


@pytest.mark.parametrize("text", COMPARISONS + JOINED + OF_PRESENCE)
@pytest.mark.parametrize("form", ["condition", "value"])
def test_not_is_the_exact_inverse(database: Database, text: str, form: str) -> None:
    positive, negative = sql(text, form), sql(f"not ({text})", form)
    assert (
        database.value(
            f"SELECT count(*) FROM rows WHERE (({positive}) IS TRUE) = (({negative}) IS TRUE)"
        )
        == 0
    )
    kept = "SELECT count(*) FROM rows WHERE "
    everything = database.value("SELECT count(*) FROM rows")
    counts = [database.value(f"{kept}{condition}") for condition in (positive, negative)]
    assert sum(counts) == everything
    assert all(counts), "the rows show only one side"


# A column of truth values may itself be missing; as a condition it is false then.
@pytest.mark.parametrize(
    "text", [text for text in COMPARISONS + JOINED + OF_PRESENCE if text != "truth"]
)
def test_a_value_is_never_missing(database: Database, text: str) -> None:
    assert database.value(f"SELECT count(*) FROM rows WHERE ({sql(text, 'value')}) IS NULL") == 0


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("text is a", ["text"]),
        ("number < other", ["number", "other"]),
        ("text in [a, b]", ["text"]),
        ("number between 0 and other", ["number", "other"]),
        ('text contains "b"', ["text"]),
        ('text matches "^a$"', ["text"]),
        ("text has `other text`", ["text", "other text"]),
        ("topics has `other text`", ["topics", "other text"]),
        ("truth is false", ["truth"]),
        ("instant >= born", ["instant", "born"]),
    ],
)
def test_a_comparison_with_a_missing_value_is_false(
    database: Database, text: str, columns: list[str]
) -> None:
    for column in columns:
        held = f'SELECT count(*) FROM rows WHERE "{column}" IS NULL AND ({sql(text, "condition")})'
        assert database.value(held) == 0
