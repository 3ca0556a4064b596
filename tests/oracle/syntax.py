"""Read the text of an expression into a tree, by recursive descent."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

Value = None | bool | float | str | date | datetime | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the expression."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    """A field: `table` is the part before the dot, or empty for a bare name."""

    table: str
    field: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator and its operands, in the order of the text."""

    operator: str
    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    function: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Rank:
    """Being among the first `amount` leads, or percent of them, by a score."""

    direction: str
    amount: str
    percent: bool
    score: str


Node = Literal | Name | Operation | Call | Rank

UNIT_SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3_600,
    "day": 86_400,
    "week": 7 * 86_400,
    "month": 30 * 86_400,
    "year": 365 * 86_400,
}

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<date>\d{4}-\d{2}-\d{2})
    | (?P<percent>\d+(?:\.\d+)?)%
    | (?P<duration>\d+(?:\.\d+)?\s+(?:second|minute|hour|day|week|month|year)s?\b)
    | (?P<number>\d+(?:\.\d+)?)
    | "(?P<text>(?:\\["\\]|[^"\\]|\\(?!["\\]))*)"
    | `(?P<quoted>[^`]+)`
    | (?P<word>[^\W\d]\w*)
    | (?P<sign><=|>=|!=|[-+*/<>=()\[\],.])
    )""",
    re.VERBOSE,
)
_COMPARISONS = ("<", "<=", ">", ">=")
_PHRASES = {
    "contains": "contains",
    "starts": "starts with",
    "ends": "ends with",
    "matches": "matches",
    "has": "has",
}


def parse(text: str) -> Node:
    """Return the tree of an expression.

    Raises:
        ValueError: The text is no expression; the message quotes it and says where it stops.
    """
    reader = _Reader(text)
    node = reader.disjunction()
    if reader.kind != "end":
        raise reader.wrong("the end of the expression")
    return node


def tokens(text: str) -> list[tuple[str, str]]:
    """Return the (kind, text) pairs of an expression, ending in ("end", "")."""
    found = []
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise ValueError(f"{text!r}: nothing known at {text[position:]!r}")
        found.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return [*found, ("end", "")]


def seconds_of(duration: str) -> float:
    """Return a duration such as `30 minutes` in seconds."""
    amount, unit = duration.split()
    return float(amount) * UNIT_SECONDS[unit.removesuffix("s")]


def days_of(duration: str) -> float:
    """Return a duration such as `2 weeks` in days."""
    return seconds_of(duration) / UNIT_SECONDS["day"]


class _Reader:
    """One method a level of precedence, from `or` down to a single value."""

    def __init__(self, text: str) -> None:
        self.source = text
        self.tokens = tokens(text)
        self.position = 0

    @property
    def kind(self) -> str:
        return self.tokens[self.position][0]

    @property
    def text(self) -> str:
        return self.tokens[self.position][1]

    def wrong(self, expected: str) -> ValueError:
        rest = " ".join(text for _, text in self.tokens[self.position :])
        return ValueError(f"{self.source!r}: expected {expected} at {rest!r}")

    def next(self) -> str:
        text = self.text
        self.position += 1
        return text

    def at(self, *texts: str) -> bool:
        return self.kind in ("word", "sign") and self.text in texts

    def takes(self, text: str) -> bool:
        if not self.at(text):
            return False
        self.position += 1
        return True

    def needs(self, text: str) -> None:
        if not self.takes(text):
            raise self.wrong(repr(text))

    def disjunction(self) -> Node:
        node = self.conjunction()
        while self.takes("or"):
            node = Operation("or", (node, self.conjunction()))
        return node

    def conjunction(self) -> Node:
        node = self.negation()
        while self.takes("and"):
            node = Operation("and", (node, self.negation()))
        return node

    def negation(self) -> Node:
        if self.takes("not"):
            return Operation("not", (self.negation(),))
        return self.comparison()

    def comparison(self) -> Node:
        left = self.sum()
        if self.at(*_COMPARISONS):
            return Operation(self.next(), (left, self.sum()))
        if self.takes("="):
            return Operation("is", (left, self.word_or(self.sum)))
        if self.takes("!="):
            return _not(Operation("is", (left, self.word_or(self.sum))))
        if self.takes("is"):
            return self.identity(left)
        if self.takes("not"):
            self.needs("in")
            return _not(self.membership(left))
        if self.takes("in"):
            return self.membership(left)
        if self.takes("between"):
            low = self.sum()
            self.needs("and")
            return Operation("between", (left, low, self.sum()))
        return self.phrase(left)

    def phrase(self, left: Node) -> Node:
        if not self.at(*_PHRASES):
            return left
        word = self.next()
        if word in ("starts", "ends"):
            self.needs("with")
        return Operation(_PHRASES[word], (left, self.sum()))

    def identity(self, left: Node) -> Node:
        negated = self.takes("not")
        if self.takes("missing"):
            node: Node = Operation("missing", (left,))
        elif self.takes("present"):
            node = _not(Operation("missing", (left,)))
        else:
            node = Operation("is", (left, self.word_or(self.sum)))
        return _not(node) if negated else node

    def membership(self, left: Node) -> Node:
        self.needs("[")
        items = [self.word_or(self.sum)]
        while self.takes(","):
            items.append(self.word_or(self.sum))
        self.needs("]")
        return Operation("in", (left, *items))

    def word_or(self, otherwise: Callable[[], Node]) -> Node:
        """Read a bare word as text, and anything else by `otherwise`."""
        if self.kind != "word" or self.text in _TRUTHS:
            return otherwise()
        follower = self.tokens[self.position + 1]
        if follower in (("sign", "("), ("sign", ".")):
            return otherwise()
        return Literal(self.next())

    def sum(self) -> Node:
        node = self.product()
        while self.at("+", "-"):
            node = Operation(self.next(), (node, self.product()))
        return node

    def product(self) -> Node:
        node = self.signed()
        while self.at("*", "/"):
            node = Operation(self.next(), (node, self.signed()))
        return node

    def signed(self) -> Node:
        if self.takes("-"):
            return Operation("negative", (self.signed(),))
        return self.single()

    def single(self) -> Node:
        if self.takes("("):
            node = self.disjunction()
            self.needs(")")
            return node
        if self.kind in _LITERALS:
            kind = self.kind
            return Literal(_LITERALS[kind](self.next()))
        if self.kind in ("word", "quoted"):
            return self.named()
        raise self.wrong("a value")

    def named(self) -> Node:
        bare = self.kind == "word"
        name = self.next()
        if bare and name in ("top", "bottom") and self.kind in ("number", "percent"):
            return self.rank(name)
        if bare and name in _TRUTHS:
            return Literal(_TRUTHS[name])
        if bare and self.takes("("):
            return self.call(name)
        if self.takes("."):
            if self.kind not in ("word", "quoted"):
                raise self.wrong("a field name")
            return Name(name, self.next())
        return Name("", name)

    def rank(self, direction: str) -> Node:
        percent = self.kind == "percent"
        amount = self.next()
        self.needs("by")
        return Rank(direction, amount, percent, self.next())

    def call(self, function: str) -> Node:
        arguments = [self.disjunction()]
        while self.takes(","):
            arguments.append(self.disjunction())
        self.needs(")")
        return Call(function, tuple(arguments))


_TRUTHS = {"true": True, "false": False}
_LITERALS: dict[str, Callable[[str], Value]] = {
    "date": date.fromisoformat,
    "percent": lambda text: float(text) / 100,
    "duration": days_of,
    "number": float,
    "text": lambda text: re.sub(r'\\(["\\])', r"\1", text),
}


def _not(node: Node) -> Node:
    return Operation("not", (node,))
