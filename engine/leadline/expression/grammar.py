"""The grammar, and the nodes and phrases that it makes: the one module that imports lark."""

from __future__ import annotations

import contextlib
import functools
import importlib.resources
import re
from datetime import date
from typing import Literal, cast

from lark import Lark, Token, Transformer_NonRecursive, v_args
from lark.exceptions import UnexpectedInput, UnexpectedToken, VisitError
from lark.tree import Meta

from leadline.diagnostic import Place
from leadline.document.values import Scalar
from leadline.expression import nodes as n
from leadline.expression import phrases as p
from leadline.expression.advice import EXAMPLES
from leadline.expression.faults import Impossible, Unexpected

#: What a text can be read as; each is a rule of the grammar.
STARTS = tuple(EXAMPLES)

_WORD = re.compile(r"[\w.]+")
_AMOUNT = re.compile(r"[0-9][0-9.]*")
_LARGEST = 1e15
_SMALLER = "numbers end at 10^15"
_SHARES = "write a percentage above 0% and up to 100%"
_LEADS = "write a whole number of 1 or more, or a percentage"
_NO_LIMIT_OF_ZERO = "write 1 or more; a rule that is not to count has `enabled: false`"
_LONGEST = 1_000 * n.UNITS["year"]


def read(scalar: Scalar, start: str) -> object:
    """Read the text of a scalar.

    Args:
        scalar: the text and where it stands.
        start: which of :data:`STARTS` it must be.

    Returns:
        The node or phrase.

    Raises:
        Unexpected: the text does not follow the grammar.
        Impossible: a word of it is well formed and yet means nothing.
    """
    try:
        tree = _grammar().parse(scalar.text, start=start)
    except UnexpectedInput as error:
        raise _unexpected(scalar.text, start, error) from None
    try:
        return _Builder(scalar).transform(tree)
    except VisitError as error:
        if isinstance(error.orig_exc, Impossible):
            raise error.orig_exc from None
        raise


@functools.cache
def _grammar() -> Lark:
    text = importlib.resources.files(__package__).joinpath("grammar.lark").read_text("utf-8")
    return Lark(
        text,
        parser="lalr",
        lexer="contextual",
        start=list(STARTS),
        propagate_positions=True,
        maybe_placeholders=True,
    )


def _unexpected(text: str, start: str, error: UnexpectedInput) -> Unexpected:
    expected = frozenset(name.removeprefix("_") for name in _accepted(text, start))
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return Unexpected(len(text), "", "$END", expected)
    at = error.pos_in_stream or 0
    if isinstance(error, UnexpectedToken):
        return Unexpected(at, str(error.token), error.token.type.removeprefix("_"), expected)
    word = _WORD.match(text, at)
    return Unexpected(at, word[0] if word else text[at : at + 1], "", expected)


def _accepted(text: str, start: str) -> set[str]:
    """Return what could have stood where a text leaves the grammar; read once more for it."""
    reading = _grammar().parse_interactive(text, start=start)
    with contextlib.suppress(UnexpectedInput):
        reading.exhaust_lexer()
    accepted: set[str] = reading.accepts()  # type: ignore[no-untyped-call]
    return accepted


@v_args(meta=True)
class _Builder(Transformer_NonRecursive[Token, object]):
    """Makes nodes and phrases of the parse tree; one method a production of the grammar."""

    def __init__(self, scalar: Scalar) -> None:
        super().__init__(visit_tokens=False)
        self._scalar = scalar

    def _place(self, meta: Meta) -> Place:
        if meta.empty:
            return self._scalar.place
        return self._scalar.span(meta.start_pos, meta.end_pos)

    def expression(self, meta: Meta, items: list[n.Node]) -> n.Node:
        return items[0]

    def any_of(self, meta: Meta, items: list[n.Node]) -> n.Node:
        return items[0] if len(items) == 1 else n.Any(tuple(items), self._place(meta))

    def all_of(self, meta: Meta, items: list[n.Node]) -> n.Node:
        return items[0] if len(items) == 1 else n.All(tuple(items), self._place(meta))

    def negated(self, meta: Meta, items: list[n.Node]) -> n.Node:
        return n.Not(items[0], self._place(meta))

    def compared(self, meta: Meta, items: list[object]) -> n.Node:
        left, operator, right = cast("tuple[n.Node, str, n.Node]", tuple(items))
        sign = cast(n.Comparison, str(operator))
        if sign in ("=", "!="):  # these are `is` and `is not` in other signs
            right = self._bare_word(right)
        return n.Compare(sign, left, right, self._place(meta))

    def is_(self, meta: Meta, items: list[n.Node]) -> n.Node:
        left, right = items
        place = self._place(meta)
        if _is_word(right, "missing"):
            return n.Missing(left, place)
        if _is_word(right, "present"):
            return n.Not(n.Missing(left, place), place)
        return n.Compare("=", left, self._bare_word(right), place)

    def is_not(self, meta: Meta, items: list[n.Node]) -> n.Node:
        positive = self.is_(meta, items)
        if isinstance(positive, n.Compare):
            return n.Compare("!=", positive.left, positive.right, positive.place)
        return positive.operand if isinstance(positive, n.Not) else n.Not(positive, positive.place)

    def members(self, meta: Meta, items: list[n.Node | None]) -> tuple[n.Node, ...]:
        return tuple(self._bare_word(item) for item in items if item is not None)

    def in_(self, meta: Meta, items: list[object]) -> n.Node:
        operand, members = items
        return n.In(cast(n.Node, operand), cast("tuple[n.Node, ...]", members), self._place(meta))

    def not_in(self, meta: Meta, items: list[object]) -> n.Node:
        return n.Not(self.in_(meta, items), self._place(meta))

    def between(self, meta: Meta, items: list[n.Node]) -> n.Node:
        operand, low, high = items
        return n.Between(operand, low, high, self._place(meta))

    def contains(self, meta: Meta, items: list[n.Node]) -> n.Node:
        return n.Tested("contains", items[0], items[1], self._place(meta))

    def starts_with(self, meta: Meta, items: list[n.Node]) -> n.Node:
        return n.Tested("starts with", items[0], items[1], self._place(meta))

    def ends_with(self, meta: Meta, items: list[n.Node]) -> n.Node:
        return n.Tested("ends with", items[0], items[1], self._place(meta))

    def matches(self, meta: Meta, items: list[n.Node]) -> n.Node:
        return n.Tested("matches", items[0], items[1], self._place(meta))

    def has(self, meta: Meta, items: list[n.Node]) -> n.Node:
        return n.Has(items[0], items[1], self._place(meta))

    def arithmetic(self, meta: Meta, items: list[object]) -> n.Node:
        left, operator, right = items
        sign = cast(n.Operator, str(operator))
        return n.Arithmetic(sign, cast(n.Node, left), cast(n.Node, right), self._place(meta))

    def minus(self, meta: Meta, items: list[n.Node]) -> n.Node:
        operand = items[0]
        if isinstance(operand, n.Number):
            return n.Number(-operand.value, self._place(meta))
        return n.Minus(operand, self._place(meta))

    def plus(self, meta: Meta, items: list[n.Node]) -> n.Node:
        return items[0]

    def number(self, meta: Meta, items: list[Token]) -> n.Node:
        return n.Number(self._number(items[0]), self._place(meta))

    def percent(self, meta: Meta, items: list[Token]) -> n.Node:
        return n.Percent(self._share(items[0]), self._place(meta))

    def duration(self, meta: Meta, items: list[Token]) -> n.Duration:
        return n.Duration(self._seconds(items[0]), self._place(meta))

    def date(self, meta: Meta, items: list[Token]) -> n.Node:
        try:
            value = date.fromisoformat(str(items[0]))
        except ValueError:
            message = f"`{items[0]}` is no day of the calendar"
            raise self._impossible(items[0], message) from None
        return n.Date(value, self._place(meta))

    def text(self, meta: Meta, items: list[Token]) -> n.Node:
        return n.Text(_unescaped(items[0]), self._place(meta))

    def rank(self, meta: Meta, items: list[object]) -> n.Node:
        token, score = cast(Token, items[0]), cast(n.Name, items[1])
        direction: Literal["top", "bottom"] = "top" if token.startswith("top") else "bottom"
        amount, percent = float(_amount(token)), "%" in token
        if percent and not 0 < amount <= 100:
            raise self._impossible(token, f"`{amount:g}%` is not a share of the leads", _SHARES)
        if not percent and (amount < 1 or amount != int(amount) or amount > _LARGEST):
            raise self._impossible(token, f"`{amount:g}` is not a number of leads", _LEADS)
        return n.Rank(direction, amount, percent, str(score), self._place(meta))

    def name(self, meta: Meta, items: list[Token]) -> n.Name:
        path = tuple(item[1:-1] if item.type == "QUOTED" else str(item) for item in items)
        return n.Name(path, items[-1].type == "QUOTED", self._place(meta))

    def call(self, meta: Meta, items: list[object]) -> n.Node:
        arguments = tuple(cast(n.Node, item) for item in items[1:] if item is not None)
        return n.Call(str(items[0]), arguments, self._place(meta))

    def limit(self, meta: Meta, items: list[object]) -> p.Limit:
        most = self._count(cast(Token, items[0]), _NO_LIMIT_OF_ZERO)
        return p.Limit(most, cast("n.Name | None", items[1]))

    def reach(self, meta: Meta, items: list[object]) -> p.Reach:
        distinct, per = cast("tuple[n.Name | None, n.Name | None]", (items[1], items[2]))
        return p.Reach(self._count(cast(Token, items[0])), distinct, per)

    def percent_every(self, meta: Meta, items: list[Token]) -> p.Every:
        share = self._share(items[0])
        if not 0 < share <= 1:
            raise self._impossible(items[0], f"`{items[0]}` of the points cannot be lost", _SHARES)
        return p.Every(share, None, self._days(items[1]))

    def points_every(self, meta: Meta, items: list[Token]) -> p.Every:
        points = self._number(items[0])
        if points <= 0:
            message = f"`{items[0]} points` are nothing to lose"
            raise self._impossible(items[0], message, "write a number above 0")
        return p.Every(None, points, self._days(items[1]))

    def every(self, meta: Meta, items: list[object]) -> object:
        return items[0]

    def floor(self, meta: Meta, items: list[object]) -> object:
        return items[0]

    def floor_points(self, meta: Meta, items: list[float]) -> p.Floor:
        return p.Floor(items[0], None)

    def floor_percent(self, meta: Meta, items: list[Token]) -> p.Floor:
        return p.Floor(None, self._share(items[0]))

    def range(self, meta: Meta, items: list[float]) -> p.Range:
        return p.Range(items[0], items[1])

    def signed_number(self, meta: Meta, items: list[Token | None]) -> float:
        sign, number = items
        value = self._number(cast(Token, number))
        return -value if sign == "-" else value

    def combine(self, meta: Meta, items: list[Token | None]) -> p.Combine:
        how, count = items
        self._either(how, count, ("sum", "max", "average"), ("top",), "number", "combine")
        return p.Combine(str(how), self._count(count) if count is not None else None)

    def committee(self, meta: Meta, items: list[object]) -> p.Committee:
        return p.Committee(self._count(cast(Token, items[0])), cast(float, items[1]))

    def stage_source(self, meta: Meta, items: list[Token | None]) -> p.StageSource:
        kind, name = items
        self._either(kind, name, ("content",), ("score", "tag"), "name", "stage_source")
        return p.StageSource(str(kind), str(name) if name is not None else None)

    def equal_steps(self, meta: Meta, items: list[Token]) -> tuple[str, ...]:
        return tuple(_unescaped(t) if t.type == "STRING" else str(t) for t in items)

    def metric(self, meta: Meta, items: list[object]) -> object:
        return items[0]

    def figure(self, meta: Meta, items: list[object]) -> p.WrittenFigure:
        arguments = tuple(cast("p.Argument", item) for item in items[1:] if item is not None)
        return p.WrittenFigure(str(items[0]), arguments, self._place(meta))

    def source(self, meta: Meta, items: list[object]) -> p.WrittenSource:
        of, where = cast("tuple[n.Node | p.Types, n.Node | None]", tuple(items))
        return p.WrittenSource(of, where, self._place(meta))

    def of_source(self, meta: Meta, items: list[object]) -> p.FieldOf:
        value, source = cast("tuple[n.Node, p.WrittenSource]", tuple(items))
        return p.FieldOf(value, source, self._place(meta))

    def types(self, meta: Meta, items: list[n.Node | None]) -> p.Types:
        return p.Types(tuple(item for item in items if item is not None), self._place(meta))

    def days(self, meta: Meta, items: list[Token]) -> int:
        return self._days(items[0])

    def seconds(self, meta: Meta, items: list[Token]) -> int:
        seconds = self._seconds(items[0])
        if seconds < 1 or seconds != int(seconds):
            raise self._impossible(items[0], f"`{items[0]}` is not a number of whole seconds")
        return int(seconds)

    # Values of words

    def _either(
        self,
        word: Token | None,
        argument: Token | None,
        alone: tuple[str, ...],
        followed: tuple[str, ...],
        what: str,
        start: str,
    ) -> None:
        """Refuse a first word that is none of those, or goes without or with its argument."""
        if word not in (*alone, *followed):
            raise self._impossible(word, f"`{word}` means nothing here", EXAMPLES[start])
        if argument is not None and word in alone:
            raise self._impossible(argument, f"`{word}` takes no {what}", EXAMPLES[start])
        if argument is None and word in followed:
            raise self._impossible(word, f"`{word}` needs a {what}", EXAMPLES[start])

    def _impossible(self, token: Token | None, message: str, hint: str = "") -> Impossible:
        start, end = (token.start_pos or 0, token.end_pos or 0) if token is not None else (0, 0)
        return Impossible(self._scalar.span(start, end), message, hint)

    def _number(self, token: Token) -> float:
        value = float(token)
        if value > _LARGEST:
            raise self._impossible(token, f"`{token}` is too large a number", _SMALLER)
        return value

    def _count(self, token: Token, no_zero: str = "write 1 or more") -> int:
        value = self._number(token)
        if value < 1 or value != int(value):
            hint = "write it without a fraction" if value else no_zero
            raise self._impossible(token, f"`{token}` is not a whole number of 1 or more", hint)
        return int(value)

    def _share(self, token: Token) -> float:
        # 12.5 / 100 in decimal and then to binary once: 2.1% is exactly the number 0.021.
        value = float(f"{_amount(token)}e-2")
        if value > _LARGEST:
            raise self._impossible(token, f"`{token}` is too large a percentage", _SMALLER)
        return value

    def _seconds(self, token: Token) -> float:
        amount = _amount(token)
        unit = token[len(amount) :].strip().removesuffix("s")
        seconds = float(amount) * n.UNITS[unit]
        if seconds > _LONGEST:
            message = f"`{token}` is too long a time"
            raise self._impossible(token, message, "write at most 1000 years")
        return seconds

    def _days(self, token: Token) -> int:
        days = self._seconds(token) / n.UNITS["day"]
        if days < 1 or days != int(days):
            message = f"`{token}` is not a number of whole days"
            message = f"`{token}` is less than one day" if days < 1 else message
            hint = "scores move at midnight: write whole days, such as `30 days`"
            raise self._impossible(token, message, hint)
        return int(days)

    def _bare_word(self, node: n.Node) -> n.Node:
        """Read a bare word right of ``is``, ``=`` or ``in`` as text."""
        if not isinstance(node, n.Name) or len(node.path) > 1 or node.quoted:
            return node
        word = node.path[0]
        if word.lower() == "null":
            hint = f'write `is missing` or `is present`; the text is written `"{word}"`'
            raise Impossible(
                node.place, f"`{word}` is no value: a field has one or is missing", hint
            )
        return n.Text(word, node.place)


def _amount(token: Token) -> str:
    """Return the digits of a percentage, a duration or a rank."""
    found = _AMOUNT.search(token)
    return found[0] if found else ""


def _is_word(node: n.Node, word: str) -> bool:
    return isinstance(node, n.Name) and node.path == (word,) and not node.quoted


def _unescaped(token: Token) -> str:
    return re.sub(r'\\(["\\])', r"\1", token[1:-1])
