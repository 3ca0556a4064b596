"""Resolved expressions to SQL.

A condition is written so that a missing value makes it NULL or false; every place that uses a
condition treats the two alike, and ``not`` turns exactly "true" round. So it is two-valued.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never

from leadline.expression import nodes as n
from leadline.expression.catalog import Type
from leadline.expression.functions import Function
from leadline.expression.types import function_table
from leadline.plan.needs import count_column, rank_column, window_column
from leadline.sql import quote

_TYPES = {
    Type.TEXT: "VARCHAR",
    Type.NUMBER: "DOUBLE",
    Type.TRUTH: "BOOLEAN",
    Type.DATE: "DATE",
    Type.INSTANT: "TIMESTAMP",
    Type.DURATION: "BIGINT",
    Type.LIST: "VARCHAR[]",
    Type.EMPTY: "VARCHAR",
}


def sql_type(type_: Type) -> str:
    """Return the SQL type that holds a type of the language."""
    return _TYPES[type_]


#: The column with the date of a row, where each row has its own.
AS_OF = "as of"

#: Columns that the steps themselves add to events; a field of such a name is told apart.
_STEPS_OWN = frozenset(
    (
        "day",
        "per",
        "found visit",
        "points given",
        "reached",
        "first seen",
        "begins",
        "points",
        "decayed",
        "counted",
        "active",
        AS_OF,
        "own_row",
        "written_id",
    )
)


def column(field_: n.Field) -> str:
    """Return the column that holds a field: ``url``, ``asset.kind``, ``lead.country``."""
    is_own = field_.scope == "event" and field_.column.casefold() in _STEPS_OWN
    if field_.scope in ("event", "model") and not is_own:
        return field_.column
    return f"{field_.scope}.{field_.column}"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes expressions of one plan.

    Attributes:
        as_of: the date of the score; None where each row has its own, in the column ``as of``.
        timezone: the model's.
    """

    as_of: date | None
    timezone: str
    functions: Mapping[str, Function] = field(default_factory=function_table)

    @property
    def today(self) -> str:
        """The SQL of the date of the score."""
        return quote.day(self.as_of) if self.as_of is not None else quote.name(AS_OF)

    def value(self, node: n.Node) -> str:  # noqa: C901 - one case a node
        """Return the SQL of an expression of any type."""
        match node:
            case n.Number(number) | n.Percent(number):
                return quote.number(number)
            case n.Text(text):
                return quote.text(text)
            case n.Truth(truth):
                return "TRUE" if truth else "FALSE"
            case n.Date(day):
                return quote.day(day)
            case n.Duration(seconds):
                return str(round(seconds * 1_000_000))
            case n.Field():
                return self._field(node)
            case n.Call(function, arguments):
                return self._call(function, arguments)
            case n.EventCount():
                return f"CAST(coalesce({quote.name(count_column(node))}, 0) AS DOUBLE)"
            case n.Minus(operand):
                return f"-({self.value(operand)})"
            case n.Arithmetic():
                return self._arithmetic(node)
            case n.LocalDate(operand):
                return self._local_date(operand)
            case (
                n.Compare()
                | n.In()
                | n.Between()
                | n.Tested()
                | n.Has()
                | n.Missing()
                | n.Not()
                | n.All()
                | n.Any()
            ):
                return f"coalesce({self.condition(node)}, FALSE)"
            case n.Rank():
                return quote.name(rank_column(node))
            case n.ScoreWindow():
                return self._score_window(node)
            case n.Name():
                raise ValueError(f"{type(node).__name__} has no SQL of its own")
            case _:
                assert_never(node)

    def condition(self, node: n.Node) -> str:  # noqa: C901 - one case a node
        """Return the SQL of a condition: NULL stands for false."""
        match node:
            case n.Compare(operator, left, right):
                return self._compare(operator, left, right)
            case n.In(operand, items):
                return f"{self.value(operand)} IN ({', '.join(map(self.value, items))})"
            case n.Between(operand, low, high):
                between = f"BETWEEN {self.value(low)} AND {self.value(high)}"
                return f"{self.value(operand)} {between}"
            case n.Tested(test, operand, text):
                function = _TESTS[test]
                return f"{function}({self.value(operand)}, {self.value(text)})"
            case n.Has(operand, member):
                return self._has(operand, member)
            case n.Missing(operand):
                return f"{self.value(operand)} IS NULL"
            case n.Not(n.Missing(operand)):
                return f"{self.value(operand)} IS NOT NULL"
            case n.Not(operand):
                return f"({self.condition(operand)}) IS NOT TRUE"
            case n.All(operands):
                return " AND ".join(map(self._operand, operands))
            case n.Any(operands):
                return " OR ".join(map(self._operand, operands))
            case _:
                return self.value(node)

    def _operand(self, node: n.Node) -> str:
        text = self.condition(node)
        return f"({text})" if isinstance(node, n.All | n.Any | n.Between) else text

    def _field(self, node: n.Field) -> str:
        text = quote.name(column(node))
        if node.hollow:
            # Whatever type the column has, it has no value that could be lost.
            kind = sql_type(node.type)
            as_text = f"CAST({text} AS VARCHAR)"
            return as_text if kind == "VARCHAR" else f"TRY_CAST({as_text} AS {kind})"
        if node.type is Type.NUMBER and node.scope not in ("score",):
            return f"CAST({text} AS DOUBLE)"
        return text

    def _score_window(self, node: n.ScoreWindow) -> str:
        held = quote.name(window_column(node))
        if node.function == "quiet":
            return held
        # Both have four decimals, and so has what lies between them.
        return f"round({quote.name(f'score.{node.score}')} - coalesce({held}, 0), 4)"

    def _call(self, name: str, arguments: tuple[n.Node, ...]) -> str:
        parts = [self.value(argument) for argument in arguments]
        return self.functions[name].sql.format(
            *parts,
            all=", ".join(parts),
            present=" AND ".join(f"{part} IS NOT NULL" for part in parts),
            as_of=self.today,
        )

    def _arithmetic(self, node: n.Arithmetic) -> str:
        left, right = self.value(node.left), self.value(node.right)
        kinds = (_kind(node.left), _kind(node.right))
        if kinds == ("moment", "moment"):
            return f"(epoch_us({left}::TIMESTAMP) - epoch_us({right}::TIMESTAMP))"
        if kinds == ("moment", "duration"):
            moment = f"({left} {node.operator} to_microseconds({right}))"
            whole_days = isinstance(node.left, n.Date | n.LocalDate)
            return f"CAST({moment} AS DATE)" if whole_days else moment
        if node.operator == "/":
            # A number that is too large, or 0/0, is no number: missing.
            return f"({left} / nullif({right}, 0))"
        return f"({left} {node.operator} {right})"

    def _local_date(self, operand: n.Node) -> str:
        return self.local_date(self.value(operand))

    def local_date(self, value: str) -> str:
        """Return the date of a UTC instant in the model's timezone."""
        if self.timezone == "UTC":
            return f"CAST({value} AS DATE)"
        zone = quote.text(self.timezone)
        return f"CAST({value} AT TIME ZONE 'UTC' AT TIME ZONE {zone} AS DATE)"

    def _compare(self, operator: n.Comparison, left: n.Node, right: n.Node) -> str:
        if operator != "!=":
            return f"{self.value(left)} {operator} {self.value(right)}"
        if isinstance(right, n.Text | n.Number | n.Date | n.Truth):
            return f"{self.value(left)} IS DISTINCT FROM {self.value(right)}"
        return f"({self.value(left)} = {self.value(right)}) IS NOT TRUE"

    def _has(self, operand: n.Node, member: n.Node) -> str:
        wanted = f"trim({self.value(member)})"
        if self._is_list(operand):
            return f"list_contains({self.value(operand)}, {self.value(member)})"
        members = f"string_split_regex(trim({self.value(operand)}), '\\s*[;,|]\\s*')"
        return f"({wanted} <> '' AND list_contains({members}, {wanted}))"

    def _is_list(self, node: n.Node) -> bool:
        match node:
            case n.Field(type=type_):
                return type_ is Type.LIST
            case n.Call("coalesce", arguments):
                return any(map(self._is_list, arguments))
            case n.Call(name):
                return self.functions[name].result is Type.LIST
            case _:
                return False


_TESTS = {
    "contains": "contains",
    "starts with": "starts_with",
    "ends with": "ends_with",
    "matches": "regexp_matches",
}


def _kind(node: n.Node) -> str:
    """Return whether arithmetic treats a node as a moment, a duration or a number."""
    match node:
        case n.Date() | n.LocalDate():
            return "moment"
        case n.Field(_, _, type_):
            moments = {Type.DATE: "moment", Type.INSTANT: "moment", Type.DURATION: "duration"}
            return moments.get(type_, "number")
        case n.Duration():
            return "duration"
        case n.Arithmetic():
            kinds = (_kind(node.left), _kind(node.right))
            if kinds == ("moment", "moment"):
                return "duration"
            return kinds[0]
        case n.Call("coalesce", arguments) if arguments:
            return _kind(arguments[0])
        case _:
            return "number"
