"""How nodes and types are called in messages, and what to do about types that do not fit."""

from __future__ import annotations

from dataclasses import replace

from leadline.expression import nodes as n
from leadline.expression.catalog import Type
from leadline.expression.scope import RECORDS
from leadline.expression.unparse import unparse

_LONGEST = 40
_MOMENTS = (Type.DATE, Type.INSTANT)


def a(type_: Type) -> str:
    """Return a type with its article."""
    return str(type_) if type_ in (Type.TRUTH, Type.EMPTY) else f"a {type_}"


def shown(node: n.Node) -> str:
    """Return a node as its author would write it, in backquotes; a long one cut."""
    text = unparse(node)
    return f"`{text}`" if len(text) <= _LONGEST else f"`{text[: _LONGEST - 2]}..`"


def needed_hint(node: n.Node, found: Type, expected: Type) -> str:
    """Return what to do about a node of one type where another is needed."""
    hint = ""
    if expected is Type.TRUTH:
        return _condition_hint(node, found)
    if expected is Type.NUMBER:
        hint = _number_hint(node, found)
    elif expected is Type.TEXT and isinstance(node, n.Number | n.Date):
        hint = f'write it in double quotes: `"{unparse(node)}"`'
    elif expected in _MOMENTS and not isinstance(node, n.Field):
        hint = "write a date year first and without quotes: `2026-11-22`"
    if not hint and isinstance(node, n.Field):
        hint = "that is its type in the data: use another field, or load it as another type"
    return hint


def _condition_hint(node: n.Node, found: Type) -> str:
    if isinstance(node, n.Text):
        return f'compare a field with it, such as `NAME is "{node.value}"`'
    if found is Type.NUMBER and not isinstance(node, n.Number | n.Percent):
        return f"compare it, such as `{unparse(node)} > 0`"
    if isinstance(node, n.Field | n.Call):
        return f"compare it, such as `{unparse(node)} is present`"
    return "a condition compares something, such as `account.employees >= 200`"


def _number_hint(node: n.Node, found: Type) -> str:
    if isinstance(node, n.Text):
        return f"write `{node.value}` without quotes" if _is_number(node.value) else ""
    if found in _MOMENTS:
        return f"how many days ago it was is `days_since({unparse(node)})`"
    if isinstance(node, n.Duration):
        return f"days are numbers here: write `{node.days:g}`"
    if found is Type.DURATION:
        return "how many days ago a date was is `days_since(NAME)`"
    if found is Type.TRUTH:
        return "what must be true stands under `where` or `when`"
    return ""


def comparison_hint(left: n.Node, left_type: Type, right: n.Node, right_type: Type) -> str:
    """Return what to do about two sides that cannot be compared."""
    match left_type, right_type:
        case Type.TEXT, Type.NUMBER if isinstance(right, n.Number) and _is_column(left):
            return f'this column of the data holds text; as a text write `"{unparse(right)}"`'
        case Type.NUMBER, Type.TEXT if isinstance(right, n.Text) and _is_number(right.value):
            return f"write `{right.value}` without quotes"
        case (Type.TEXT, Type.NUMBER) | (Type.NUMBER, Type.TEXT):
            return "compare texts with texts and numbers with numbers"
        case Type.TRUTH, _:
            return f"write `{unparse(left)}` alone, or `{unparse(left)} is false`"
        case Type.LIST, _:
            return f"write `{unparse(left)} has {unparse(right)}`"
        case Type.NUMBER, Type.DURATION if isinstance(right, n.Duration):
            return f"days are numbers here: write `{right.days:g}`"
        case Type.DATE | Type.INSTANT, Type.DURATION:
            return f"how many days ago it was is `days_since({unparse(left)})`"
        case Type.DATE | Type.INSTANT, _:
            return "write a date year first and without quotes: `2026-11-22`"
    return ""


def whole_comparison(before: n.Node, alone: n.Node) -> str:
    """Return the comparison that ``alone``, behind ``before`` and an ``or``, was meant to be."""
    value = n.Text(alone.path[-1], alone.place) if isinstance(alone, n.Name) else alone
    match before:
        case n.Compare():
            return unparse(replace(before, right=value))
        case n.Tested():
            return unparse(replace(before, text=value))
        case n.Has():
            return unparse(replace(before, member=value))
    return ""


def hyphenated(node: n.Arithmetic) -> str:
    """Return ``spring-sale`` where a subtraction was written so, without blanks; else ``""``."""
    match node:
        case n.Arithmetic("-", n.Arithmetic() as left, n.Name((last,), quoted=False)):
            first = hyphenated(left)
        case n.Arithmetic("-", n.Name((first,), quoted=False), n.Name((last,), quoted=False)):
            pass
        case _:
            return ""
    word = f"{first}-{last}"
    place = node.place
    return word if first and place.end_column - place.column == len(word) else ""


def looks_like_text(word: str) -> bool:
    """Say whether a bare word is written the way values are: ``DE``, ``Germany``."""
    return word.isupper() or word.istitle()


def _is_column(node: n.Node) -> bool:
    return isinstance(node, n.Field) and node.scope in (*RECORDS, "asset", "lead", "account")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
