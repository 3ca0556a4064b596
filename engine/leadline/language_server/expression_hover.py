"""What is said about a piece of an expression: a field, a value, a function."""

from __future__ import annotations

from leadline.diagnostic import Place
from leadline.document import Scalar
from leadline.expression import nodes as n
from leadline.expression.functions import OVER_TIME
from leadline.expression.parse import ExpressionError, parse_expression
from leadline.expression.scope import TABLES
from leadline.language_server.elements import covers
from leadline.language_server.expression_offers import about, sentence
from leadline.language_server.offers import rows_of
from leadline.language_server.roles import View
from leadline.language_server.vocabulary import Vocabulary

_OVER_TIME_SAYS = {
    "count": "How many events of a type the lead has, in the last days where a duration is given.",
    "quiet": "Whether the score has not risen for this long.",
    "change": "How much the score has changed since this long ago.",
}


def expression_hover(
    scalar: Scalar, point: Place, view: View, words: Vocabulary
) -> tuple[str, Place] | None:
    """Return what is to be said about the innermost thing at a point, and its place.

    Args:
        scalar: the expression.
        point: where the cursor is.
        view: what the expression can see.
        words: what may be named.
    """
    around = _around(scalar, point)
    for node in reversed(around):
        if isinstance(node, n.Call) and point.column > node.place.column + len(node.function):
            continue  # it is about an argument, not about the function
        said = _node(node, around, view, words)
        if said:
            return said, node.place
    return None


def score_at(scalar: Scalar, point: Place) -> tuple[str, Place] | None:
    """Return the score behind ``score.`` or ``grade.`` at a point of an expression."""
    for node in _around(scalar, point):
        match node:
            case n.Name(("score" | "grade", name)):
                return name, node.place
    return None


def _around(scalar: Scalar, point: Place) -> list[n.Node]:
    """Return the nodes of an expression that a point lies in, outer ones first."""
    try:
        tree = parse_expression(scalar)
    except ExpressionError:
        return []
    return [node for node in n.walk(tree) if covers(node.place, point)]


def _node(node: n.Node, around: list[n.Node], view: View, words: Vocabulary) -> str:
    match node:
        case n.Name(path) if len(path) <= 2:
            return _field(path, view, words)
        case n.Text(value):
            return _text(value, node, around, view, words)
        case n.Call(function):
            return _function(function, words)
        case _:
            return ""


def _field(path: tuple[str, ...], view: View, words: Vocabulary) -> str:
    part, name = path if len(path) == 2 else (_bare_part(view), path[0])
    if part == "tag":
        figures = words.figures.of("tag", name) if words.figures is not None else None
        says = about(figures) if figures is not None else "No lead has it yet."
        return f"**{'.'.join(path)}** (tag)\n\n{says}"
    if part == "model" and name == "stage":
        return "**stage**\n\nThe stage of the lead: " + (", ".join(words.of("stage")) or "none.")
    if words.figures is None or (part not in TABLES and part != "event"):
        return ""
    table = words.figures.catalog.table(TABLES.get(part, "events"))
    column = table.column(name) if table is not None else None
    if table is None or column is None:
        return ""
    figures = words.figures.of(part, name)
    says = about(figures) if figures is not None else ""
    return f"**{'.'.join(path)}** ({column.type}; {table.name})\n\n{says}".rstrip()


def _bare_part(view: View) -> str:
    return "event" if view == "events" else "model"


def _text(value: str, node: n.Text, around: list[n.Node], view: View, words: Vocabulary) -> str:
    """Say how often a value stands in the field that it is compared with."""
    for parent in around:
        match parent:
            case n.Compare("=" | "!=", n.Name(path), right) if right is node:
                return _rows(value, path, view, words)
            case n.In(n.Name(path), items) if any(item is node for item in items):
                return _rows(value, path, view, words)
            case n.Has(n.Name(path), member) if member is node:
                return _rows(value, path, view, words)
    return ""


def _rows(value: str, path: tuple[str, ...], view: View, words: Vocabulary) -> str:
    part, name = path if len(path) == 2 else (_bare_part(view), path[0])
    figures = words.figures.of(part, name) if words.figures is not None else None
    if figures is None or not figures.commonest:
        return ""
    rows = next((v.rows for v in figures.commonest if v.text == value), None)
    field = f"`{'.'.join(path)}`"
    if rows is None and figures.distinct > len(figures.commonest):
        return f"**{value}**\n\nNot among the commonest values of {field}."
    many = rows_of(rows) if rows else "No rows"
    return f"**{value}**\n\n{many} of the data with this {field}."


def _function(name: str, words: Vocabulary) -> str:
    if name in OVER_TIME:
        return f"**{OVER_TIME[name]}**\n\n{_OVER_TIME_SAYS[name]}"
    function = words.functions.get(name)
    if function is None:
        return ""
    example, result = function.example
    says = sentence(function.sentence)
    shown = f"`{example}` is `{_literal(result)}`." if result is not True else f"`{example}`"
    return f"**{function.signature}**\n\n{says[0].upper()}{says[1:]}.\n\n{shown}"


def _literal(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return f'"{value}"' if isinstance(value, str) else str(value)
