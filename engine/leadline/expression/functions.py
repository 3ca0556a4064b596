"""The functions of the language: one row each.

``sql`` is DuckDB text with ``{0}``, ``{1}`` for the arguments, ``{all}`` for all of them and
``{present}`` for "none of them is missing". A function with a missing argument is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leadline.expression.catalog import Type


@dataclass(frozen=True, slots=True)
class Function:
    """A function: its parameters, result, SQL and how it reads.

    Attributes:
        parameters: the type of each argument; EMPTY takes any type (all such alike).
        optional: how many of the last parameters may be left out.
        variadic: the last parameter may be repeated.
        result: the result's type; EMPTY is the type of the arguments that take any.
        example: an expression and its value, run by the tests.
    """

    name: str
    parameters: tuple[Type, ...]
    result: Type
    sql: str
    sentence: str
    example: tuple[str, object]
    optional: int = 0
    variadic: bool = False

    @property
    def signature(self) -> str:
        """How it is written: ``share(number, number)``."""
        words = ["any" if type_ is Type.EMPTY else str(type_) for type_ in self.parameters]
        first_optional = len(words) - self.optional
        words = [f"[{word}]" if i >= first_optional else word for i, word in enumerate(words)]
        return f"{self.name}({', '.join(words)}{', ...' if self.variadic else ''})"


_ANY = Type.EMPTY
_N, _T = Type.NUMBER, Type.TEXT

BUILT_IN: tuple[Function, ...] = (
    Function(
        "share",
        (_N, _N),
        _N,
        "CASE WHEN {1} > 0 AND {0} IS NOT NULL THEN greatest(0.0, least(1.0, {0} / {1})) END",
        "the share of {0} in {1} (from 0 to 1); missing where {1} is not above 0",
        ("share(30, 60)", 0.5),
    ),
    Function(
        "min",
        (_N,),
        _N,
        "CASE WHEN {present} THEN least({all}) END",
        "the smallest of {all}",
        ("min(3, 2)", 2.0),
        variadic=True,
    ),
    Function(
        "max",
        (_N,),
        _N,
        "CASE WHEN {present} THEN greatest({all}) END",
        "the largest of {all}",
        ("max(3, 2)", 3.0),
        variadic=True,
    ),
    Function(
        "round",
        (_N,),
        _N,
        "round({0})",
        "{0} rounded to a whole number, half away from zero",
        ("round(2.5)", 3.0),
    ),
    Function("floor", (_N,), _N, "floor({0})", "{0} rounded down", ("floor(2.9)", 2.0)),
    Function("ceil", (_N,), _N, "ceil({0})", "{0} rounded up", ("ceil(2.1)", 3.0)),
    Function("abs", (_N,), _N, "abs({0})", "{0} without its sign", ("abs(-3)", 3.0)),
    Function("lower", (_T,), _T, "lower({0})", "{0} in small letters", ('lower("DE")', "de")),
    Function("upper", (_T,), _T, "upper({0})", "{0} in capitals", ('upper("de")', "DE")),
    Function(
        "length",
        (_T,),
        _N,
        "CAST(length({0}) AS DOUBLE)",
        "the number of characters of {0}",
        ('length("abc")', 3.0),
    ),
    Function(
        "coalesce",
        (_ANY,),
        _ANY,
        "coalesce({all})",
        "the first of {all} that is present",
        ('coalesce("a", "b")', "a"),
        variadic=True,
    ),
    Function(
        "days_since",
        (Type.DATE,),
        _N,
        "CAST(CAST({as_of} AS DATE) - {0} AS DOUBLE)",
        "the number of whole days from {0} to the date of the score",
        ("days_since(2026-01-01)", 30.0),
    ),
)

#: Functions of a lead's events and scores over time; the type checker makes nodes of their own.
OVER_TIME = {
    "count": "count(event type, [duration])",
    "quiet": "quiet(score, duration)",
    "change": "change(score, duration)",
}


def function_table(plugins: Iterable[Function] = ()) -> Mapping[str, Function]:
    """Return the functions by name: the language's own and those of plugins."""
    return {function.name: function for function in (*BUILT_IN, *plugins)}
