"""Every name resolved, and every type checked against the columns the data really has."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.diagnostic import Diagnostic
from leadline.expression import nodes as n
from leadline.expression.catalog import Type
from leadline.expression.codes import PERCENT_POINTS
from leadline.expression.functions import function_table
from leadline.expression.resolver import Resolver
from leadline.expression.scope import Scope
from leadline.expression.wording import shown

__all__ = ["Resolved", "Scope", "function_table", "resolve", "resolve_any"]


@dataclass(frozen=True, slots=True)
class Resolved:
    """An expression with every name resolved, its type, and what is wrong with it."""

    node: n.Node
    type: Type
    diagnostics: tuple[Diagnostic, ...]


def resolve(node: n.Node, scope: Scope, expected: Type) -> Resolved:
    """Resolve the names of an expression and check its types.

    Args:
        node: the tree as parsed.
        scope: what it can see.
        expected: the type it must have (NUMBER for points, TRUTH for a condition).

    Returns:
        The resolved tree; where diagnostics are not empty it must not be compiled.
    """
    resolver = Resolver(scope)
    bound = resolver.fitting(node, expected)
    if expected is Type.NUMBER and _is_percentage(bound):
        message = f"points are a number, not a percentage: {shown(bound)}"
        hint = f"write {shown(bound).replace('%', '')}"
        resolver.names.say(PERCENT_POINTS, message, node.place, hint)
    return Resolved(bound, expected, tuple(resolver.names.diagnostics))


def resolve_any(node: n.Node, scope: Scope) -> Resolved:
    """Resolve an expression of whatever type: what a limit, a reach or ``per`` groups by."""
    resolver = Resolver(scope)
    bound, type_ = resolver.typed(node)
    return Resolved(bound, type_, tuple(resolver.names.diagnostics))


def _is_percentage(node: n.Node) -> bool:
    return isinstance(node.operand if isinstance(node, n.Minus) else node, n.Percent)
