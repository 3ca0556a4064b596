"""Every function does what its own example says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from tests.expression.reading import resolved

from leadline.engine.duckdb import Database
from leadline.expression.catalog import Type
from leadline.expression.functions import BUILT_IN, Function
from leadline.sql.expression import Writer

WRITER = Writer(date(2026, 1, 31), "UTC")
_MISSING = {
    Type.NUMBER: "CAST(NULL AS DOUBLE)",
    Type.TEXT: "CAST(NULL AS VARCHAR)",
    Type.DATE: "CAST(NULL AS DATE)",
    Type.EMPTY: "CAST(NULL AS VARCHAR)",
}
_PRESENT = {
    Type.NUMBER: "2.0::DOUBLE",
    Type.TEXT: "'a'",
    Type.DATE: "DATE '2026-01-01'",
    Type.EMPTY: "'a'",
}


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with Database() as database:
        yield database


def value(database: Database, text: str) -> object:
    return database.value(f"SELECT {WRITER.value(resolved(text))}")


@pytest.mark.parametrize("function", BUILT_IN, ids=lambda function: function.name)
def test_example(database: Database, function: Function) -> None:
    text, expected = function.example
    assert text.startswith(f"{function.name}(")
    assert value(database, text) == expected


@pytest.mark.parametrize(
    "function",
    [function for function in BUILT_IN if function.name != "coalesce"],
    ids=lambda function: function.name,
)
def test_a_missing_argument_makes_the_result_missing(
    database: Database, function: Function
) -> None:
    types = function.parameters * (2 if function.variadic else 1)
    for missing in range(len(types)):
        arguments = [
            (_MISSING if index == missing else _PRESENT)[type_] for index, type_ in enumerate(types)
        ]
        sql = function.sql.format(
            *arguments,
            all=", ".join(arguments),
            present=" AND ".join(f"{argument} IS NOT NULL" for argument in arguments),
            as_of="DATE '2026-01-31'",
        )
        assert database.value(f"SELECT {sql}") is None, sql


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("share(90, 60)", 1.0),
        ("share(-5, 60)", 0.0),
        ("share(5, 0)", None),
        ("share(5, -1)", None),
        ("1 / 0", None),
        ("0 / 0", None),
        ("round(-2.5)", -3.0),
        ("ceil(-2.1)", -2.0),
        ("floor(-2.1)", -3.0),
        ("min(3, 1, 2)", 1.0),
        ('length("日本")', 2.0),
        ("days_since(2026-02-02)", -2.0),
        ("7 - 2 * 3", 1.0),
        ("-(2 + 3)", -5.0),
        ("10 * 12.5%", 1.25),
        ("2026-01-31 - 1 month", date(2026, 1, 1)),
    ],
)
def test_value(database: Database, text: str, expected: object) -> None:
    assert value(database, text) == expected
