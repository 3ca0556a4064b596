"""What HubSpot asks of a property, as an expression."""

from __future__ import annotations

import math
from collections.abc import Callable

from leadline.expression.nodes import Comparison, Node, TextTest
from leadline.foreign import expressions as e
from leadline.foreign.hubspot_times import DATED, dated_condition
from leadline.foreign.reading import Json, Losses

_COMPARED: dict[str, Comparison] = {
    "IS_EQUAL_TO": "=",
    "IS_NOT_EQUAL_TO": "!=",
    "IS": "=",
    "IS_NOT": "!=",
    "IS_GREATER_THAN": ">",
    "IS_GREATER_THAN_OR_EQUAL_TO": ">=",
    "IS_LESS_THAN": "<",
    "IS_LESS_THAN_OR_EQUAL_TO": "<=",
}
_EQUAL = ("IS_EQUAL_TO", "IS", "IS_ANY_OF")
_TESTS: dict[str, TextTest] = {
    "CONTAINS": "contains",
    "CONTAINS_EXACTLY": "contains",
    "STARTS_WITH": "starts with",
    "ENDS_WITH": "ends with",
}
#: Each operator that denies, with the one that it denies.
_DENIED = {
    "IS_NOT_EQUAL_TO": "IS_EQUAL_TO",
    "IS_NOT": "IS",
    "IS_NOT_BETWEEN": "IS_BETWEEN",
    "DOES_NOT_CONTAIN": "CONTAINS",
    "DOES_NOT_CONTAIN_EXACTLY": "CONTAINS_EXACTLY",
    "DOES_NOT_START_WITH": "STARTS_WITH",
    "DOES_NOT_END_WITH": "ENDS_WITH",
    "IS_NONE_OF": "IS_ANY_OF",
    "IS_NOT_EXACTLY": "IS_EXACTLY",
    "DOES_NOT_CONTAIN_ALL": "CONTAINS_ALL",
    "DOES_NOT_CONTAIN_ALL_OF": "CONTAINS_ALL_OF",
}
#: ``has`` takes a text apart at these.
_SEPARATORS = (";", ",", "|")
_KEYS = ("operationType", "operator", "includeObjectsWithNoValueSet", "value", "values")

Asked = Callable[[Json, Node, str], Node | None]


def condition(operation: Json, column: Node, losses: Losses) -> Node | None:
    """Return what an operation asks of a column as an expression.

    Args:
        operation: ``{operationType, operator, ...}``.
        column: the column.
        losses: where to note that there is no such expression.

    Returns:
        The condition; None where there is none.
    """
    kind, operator = operation.text("operationType"), operation.text("operator")
    if not e.can_be_named(column):
        losses.say(operation, "a property of such a name cannot stand in an expression")
        return None
    if kind in DATED:
        asked = dated_condition(operation, column, losses)
    else:
        losses.unknown_keys(operation, (*_KEYS, "lowerBound", "upperBound"))
        asked = _asked(operation, column, kind, operator)
        if asked is None:
            losses.say(operation, _why_not(kind, operator))
    if asked is None or kind == "ALL_PROPERTY":
        return asked
    return _with_missing(operation, column, asked, operator)


def _asked(operation: Json, column: Node, kind: str, operator: str) -> Node | None:
    ask = _ASKED.get(kind)
    if ask is None:
        return None
    if operator in _DENIED:
        asked = ask(operation, column, _DENIED[operator])
        return e.not_so(asked) if asked is not None else None
    return ask(operation, column, operator)


def _with_missing(operation: Json, column: Node, asked: Node, operator: str) -> Node:
    """Say what becomes of a lead without a value: leadline's ``not`` would take it in."""
    if operation.truth("includeObjectsWithNoValueSet", False):
        return asked if operator in _DENIED else e.any_of([e.is_missing(column), asked])
    return e.all_of([e.is_present(column), asked]) if operator in _DENIED else asked


def _why_not(kind: str, operator: str) -> str:
    if operator.startswith(("HAS_EVER", "HAS_NEVER")):
        return f"{operator} asks for earlier values; leadline looks at the value on the date"
    if kind == "ENUMERATION" and "EXACTLY" in operator:
        return f"{operator} with several values asks for a list of just these"
    return f"there is no expression for {operator or 'no operator'} of {kind or 'no type'}"


def _known(operation: Json, column: Node, operator: str) -> Node | None:
    if operator == "IS_KNOWN":
        return e.is_present(column)
    return e.is_missing(column) if operator in ("IS_UNKNOWN", "IS_NOT_KNOWN") else None


def _truth(operation: Json, column: Node, operator: str) -> Node | None:
    value = operation.get("value")
    said = str(value.value).lower() if value is not None else ""
    if operator not in _EQUAL or said not in ("true", "false"):
        return None
    return e.compared("=", column, said == "true")


def _number(operation: Json, column: Node, operator: str) -> Node | None:
    value = operation.number("value")
    if operator not in _COMPARED or value is None:
        return None
    return e.compared(_COMPARED[operator], column, e.number(value))


def _between(operation: Json, column: Node, operator: str) -> Node | None:
    low, high = operation.number("lowerBound"), operation.number("upperBound")
    if operator != "IS_BETWEEN" or low is None or high is None:
        return None
    return e.between(column, low, high)


def _string(operation: Json, column: Node, operator: str) -> Node | None:
    """Say a test on text, whose letters HubSpot compares without regard to case."""
    values = [value.lower() for value in _values(operation)]
    if not values:
        return None
    if operator in _EQUAL:
        return e.is_any(e.folded(column), values)
    if operator not in _TESTS:
        return None
    return e.any_of(e.tested(_TESTS[operator], e.folded(column), value) for value in values)


def _choice(operation: Json, column: Node, operator: str) -> Node | None:
    """Say a choice among options; of a property with several, each is a member of the text."""
    values = _values(operation)
    if not values:
        return None
    if operator in _EQUAL:
        return e.any_of(_member(column, value) for value in values)
    if operator in ("CONTAINS_ALL", "CONTAINS_ALL_OF"):
        return e.all_of(_member(column, value) for value in values)
    exact = operator == "IS_EXACTLY" and len(values) == 1
    return e.compared("=", column, values[0]) if exact else None


def _values(operation: Json) -> tuple[str, ...]:
    return operation.texts("values") or tuple(filter(None, [operation.text("value")]))


def _member(column: Node, value: str) -> Node:
    if any(sign in value for sign in _SEPARATORS):
        return e.compared("=", column, value)
    return e.has(column, value)


_ASKED: dict[str, Asked] = {
    "ALL_PROPERTY": _known,
    "BOOL": _truth,
    "NUMBER": _number,
    "NUMBER_RANGED": _between,
    "STRING": _string,
    "MULTISTRING": _string,
    "ENUMERATION": _choice,
}


def disjoint(one: Json, other: Json) -> bool:
    """Say whether no value can answer to both operations, as far as that is plain to see."""
    if _asks_nothing(one) or _asks_nothing(other):
        return not (_takes_missing(one) and _takes_missing(other))
    if _takes_missing(one) and _takes_missing(other):
        return False
    span, other_span = _span(one), _span(other)
    if span is not None and other_span is not None:
        return span[1] < other_span[0] or other_span[1] < span[0]
    kinds = {each.text("operationType") for each in (one, other)}
    operators = {each.text("operator") for each in (one, other)}
    if kinds <= {"STRING", "MULTISTRING"} and operators <= set(_EQUAL):
        return not _folded(one) & _folded(other)
    return False


def _asks_nothing(operation: Json) -> bool:
    return operation.text("operator") in ("IS_UNKNOWN", "IS_NOT_KNOWN")


def _takes_missing(operation: Json) -> bool:
    return _asks_nothing(operation) or operation.truth("includeObjectsWithNoValueSet", False)


def _span(operation: Json) -> tuple[tuple[float, int], tuple[float, int]] | None:
    """Return the lowest and the highest number asked for; an open end is a step inside of it."""
    low, high = operation.number("lowerBound"), operation.number("upperBound")
    if operation.text("operator") == "IS_BETWEEN" and low is not None and high is not None:
        return (low, 0), (high, 0)
    value = operation.number("value")
    if operation.text("operationType") != "NUMBER" or value is None:
        return None
    lowest, highest = (-math.inf, 0), (math.inf, 0)
    return {
        "=": ((value, 0), (value, 0)),
        ">": ((value, 1), highest),
        ">=": ((value, 0), highest),
        "<": (lowest, (value, -1)),
        "<=": (lowest, (value, 0)),
    }.get(_COMPARED.get(operation.text("operator"), ""))


def _folded(operation: Json) -> set[str]:
    return {value.lower() for value in (*operation.texts("values"), operation.text("value"))} - {""}
