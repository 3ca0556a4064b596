"""The nodes of an expression: frozen, closed, each with its place in the file.

``parse`` makes them with :class:`Name` where a name stands; ``types`` returns the same
tree with every name resolved to a :class:`Field`. Places do not take part in equality.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from leadline.diagnostic import Place
from leadline.expression.catalog import Type

Comparison = Literal["=", "!=", "<", "<=", ">", ">="]
TextTest = Literal["contains", "starts with", "ends with", "matches"]
Operator = Literal["+", "-", "*", "/"]

#: Seconds of each unit of a duration; a month is 30 days and a year 365.
UNITS = {
    "second": 1,
    "minute": 60,
    "hour": 3_600,
    "day": 86_400,
    "week": 7 * 86_400,
    "month": 30 * 86_400,
    "year": 365 * 86_400,
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number: ``8``, ``0.6``."""

    value: float
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage: ``50%`` is 0.5."""

    value: float
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A text: ``"white paper"``, or a bare word right of ``is`` or ``in``."""

    value: str
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Truth:
    """``true`` or ``false`` right of ``is``."""

    value: bool
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Date:
    """A date: ``2026-11-22``."""

    value: date
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration in seconds: ``30 days``."""

    seconds: float
    place: Place = field(compare=False, repr=False)

    @property
    def days(self) -> float:
        """The duration in days."""
        return self.seconds / 86_400


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written, in its parts: ``asset.kind`` is ``("asset", "kind")``.

    ``quoted`` says that the last part stood in backquotes.
    """

    path: tuple[str, ...]
    quoted: bool
    place: Place = field(compare=False, repr=False)

    def __str__(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Field:
    """A resolved name: a column of one of the tables a scope can see.

    ``scope`` is ``event``, ``asset``, ``lead``, ``account``, ``tag``, ``score``, ``grade``,
    ``model`` for the bare ``stage`` and ``matrix``, or in metrics ``opportunity`` or ``handoff``
    for the columns of that table. ``stored`` is false for a lead field that only ``lead_history``
    knows. ``hollow`` is a column without any value, whose type is the one that its place asks for.
    """

    scope: str
    column: str
    type: Type
    place: Place = field(compare=False, repr=False)
    stored: bool = True
    hollow: bool = field(default=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    function: str
    arguments: tuple[Node, ...]
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class EventCount:
    """``count(event, window)``: events of a type of age below ``days`` (None: all of them)."""

    event: str
    days: float | None
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ScoreWindow:
    """``quiet(score, window)`` and ``change(score, window)``."""

    function: str
    score: str
    days: float
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Rank:
    """``top 10% by readiness``: the leads that rank first or last by a score."""

    direction: Literal["top", "bottom"]
    amount: float
    percent: bool
    score: str
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Minus:
    """A number with its sign turned."""

    operand: Node
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two operands and ``+ - * /``."""

    operator: Operator
    left: Node
    right: Node
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class LocalDate:
    """The date of an instant in the model's timezone (put in by the type checker)."""

    operand: Node
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison; false where a side is missing, ``!=`` being the inverse of ``=``."""

    operator: Comparison
    left: Node
    right: Node
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class In:
    """Membership in a written list."""

    operand: Node
    items: tuple[Node, ...]
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Between:
    """``x between low and high``, both included."""

    operand: Node
    low: Node
    high: Node
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Tested:
    """A test on text: contains, starts with, ends with, matches."""

    test: TextTest
    operand: Node
    text: Node
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Has:
    """Membership in a list column, or in a text split at ``;`` ``,`` or ``|``."""

    operand: Node
    member: Node
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Missing:
    """``x is missing``."""

    operand: Node
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The exact inverse of its operand."""

    operand: Node
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class All:
    """Operands joined by ``and``."""

    operands: tuple[Node, ...]
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Any:
    """Operands joined by ``or``."""

    operands: tuple[Node, ...]
    place: Place = field(compare=False, repr=False)


Node = (
    Number
    | Percent
    | Text
    | Truth
    | Date
    | Duration
    | Name
    | Field
    | Call
    | EventCount
    | ScoreWindow
    | Rank
    | Minus
    | Arithmetic
    | LocalDate
    | Compare
    | In
    | Between
    | Tested
    | Has
    | Missing
    | Not
    | All
    | Any
)


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes right below a node, left to right."""
    match node:
        case Call(arguments=nodes) | All(operands=nodes) | Any(operands=nodes):
            return nodes
        case Minus(operand) | LocalDate(operand) | Missing(operand) | Not(operand):
            return (operand,)
        case Arithmetic(_, left, right) | Compare(_, left, right):
            return (left, right)
        case In(operand, items):
            return (operand, *items)
        case Between(operand, low, high):
            return (operand, low, high)
        case Tested(_, operand, text):
            return (operand, text)
        case Has(operand, member):
            return (operand, member)
        case _:
            return ()


def with_children(node: Node, below: tuple[Node, ...]) -> Node:
    """Return a node with other nodes right below it, as many as ``children`` gives."""
    match node:
        case Call():
            return replace(node, arguments=below)
        case All() | Any():
            return replace(node, operands=below)
        case Minus() | LocalDate() | Missing() | Not():
            return replace(node, operand=below[0])
        case Arithmetic() | Compare():
            return replace(node, left=below[0], right=below[1])
        case In():
            return replace(node, operand=below[0], items=below[1:])
        case Between():
            return replace(node, operand=below[0], low=below[1], high=below[2])
        case Tested():
            return replace(node, operand=below[0], text=below[1])
        case Has():
            return replace(node, operand=below[0], member=below[1])
        case _:
            return node


def walk(node: Node) -> tuple[Node, ...]:
    """Return a node and all nodes below it, parents first."""
    found: list[Node] = []
    waiting = [node]
    while waiting:
        found.append(waiting.pop())
        waiting.extend(reversed(children(found[-1])))
    return tuple(found)


def depth(node: Node) -> int:
    """Return the number of levels of a tree; a leaf has one."""
    levels = 0
    level: tuple[Node, ...] = (node,)
    while level:
        levels += 1
        level = tuple(child for parent in level for child in children(parent))
    return levels


def fields(node: Node) -> tuple[Field, ...]:
    """Return every field a resolved expression reads, in reading order."""
    return tuple(found for found in walk(node) if isinstance(found, Field))
