"""Expressions that are typed on the command line: read, resolved, faulted at their place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from leadline.diagnostic import Diagnostic, Place
from leadline.document import Scalar, load
from leadline.errors import RulesetError, UsageError
from leadline.expression.catalog import Type
from leadline.expression.nodes import Field, Node
from leadline.expression.parse import ExpressionError, parse_expression
from leadline.expression.types import Scope, resolve, resolve_any


def typed_condition(option: str, text: str, scope: Scope) -> Node:
    """Return what an option asks for, such as ``stage is engaged``.

    Args:
        option: the option's name, as faults say it.
        text: the expression.
        scope: what it may name.

    Raises:
        RulesetError: it does not compile.
    """
    node, found = read_condition(_scalar(option, text), scope)
    if node is None:
        raise _faulty(option, text, found)
    return node


def typed_field(option: str, text: str, scope: Scope) -> Field:
    """Return the field that an option names, such as ``lead.email``.

    Raises:
        RulesetError: it does not compile.
        UsageError: it is no field.
    """
    node, found = read_value(_scalar(option, text), scope)
    if node is None:
        raise _faulty(option, text, found)
    if not isinstance(node, Field):
        raise UsageError(f"`{text}` is no field", hint="such as `lead.email` or `tag.track`")
    return node


def read_condition(text: Scalar, scope: Scope) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """Return the condition that a text is; None and what is wrong where it does not compile."""
    try:
        resolved = resolve(parse_expression(text), scope, Type.TRUTH)
    except ExpressionError as error:
        return None, (error.diagnostic,)
    found = tuple(resolved.diagnostics)
    return (None if found else resolved.node), found


def read_value(text: Scalar, scope: Scope) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """Return the value that a text is; None and what is wrong where it does not compile."""
    try:
        resolved = resolve_any(parse_expression(text), scope)
    except ExpressionError as error:
        return None, (error.diagnostic,)
    found = tuple(resolved.diagnostics)
    return (None if found else resolved.node), found


def _scalar(option: str, text: str) -> Scalar:
    """Return an expression as a scalar that knows its place.

    It is read as a block of YAML, a line down and two columns in.
    """
    lines = "\n".join(f"  {line}" for line in text.splitlines() or [""])
    loaded = load(f"expression: |-\n{lines}\n".encode(), option)
    entry = loaded.document.root.get("expression") if loaded.document else None
    if entry is None or not isinstance(entry.value, Scalar):
        raise UsageError(f"{option} cannot be read: `{text}`")
    return entry.value


def _faulty(option: str, text: str, found: Iterable[Diagnostic]) -> RulesetError:
    """Return the error that points into an expression as it was typed."""
    pointed = []
    for diagnostic in found:
        place = diagnostic.place
        if place is not None:
            place = Place(
                option,
                place.line - 1,
                max(place.column - 2, 1),
                place.end_line - 1,
                max(place.end_column - 2, 1),
            )
        pointed.append(replace(diagnostic, place=place))
    return RulesetError(f"{option} does not compile", pointed, {option: text})
