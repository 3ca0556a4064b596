"""What can stand at the end of an unfinished expression."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from leadline.expression.catalog import Type
from leadline.expression.functions import OVER_TIME
from leadline.expression.scope import TABLES
from leadline.language_server.figures import FieldFigures, Value
from leadline.language_server.offers import Offer, counted_values, name_offer, rows_of
from leadline.language_server.roles import View
from leadline.language_server.vocabulary import Vocabulary

_PIECE = re.compile(
    r"""\s*(?:(?P<text>"(?:\\.|[^"\\])*"?)|(?P<quoted>`[^`]*`?)"""
    r"""|(?P<number>[0-9][\w.%-]*)|(?P<name>[^\W\d][\w]*)|(?P<sign><=|>=|!=|[^\s\w"`]))"""
)
_PARTS = {
    "asset": "the asset of the event",
    "lead": "the lead",
    "account": "the lead's account",
    "tag": "a tag of the lead",
}
_COMPARISONS: tuple[tuple[str, str, tuple[Type, ...]], ...] = (
    ("is", "the same", ()),
    ("is not", "another one, or missing", ()),
    ("in", "one of a list", (Type.TEXT, Type.NUMBER, Type.DATE, Type.INSTANT)),
    ("not in", "none of a list", (Type.TEXT, Type.NUMBER, Type.DATE, Type.INSTANT)),
    (">=", "at least", (Type.NUMBER, Type.DATE, Type.INSTANT, Type.DURATION)),
    (">", "above", (Type.NUMBER, Type.DATE, Type.INSTANT, Type.DURATION)),
    ("<=", "at most", (Type.NUMBER, Type.DATE, Type.INSTANT, Type.DURATION)),
    ("<", "below", (Type.NUMBER, Type.DATE, Type.INSTANT, Type.DURATION)),
    ("between", "from one to another, both included", (Type.NUMBER, Type.DATE, Type.INSTANT)),
    ("starts with", "begins with a text", (Type.TEXT,)),
    ("ends with", "ends with a text", (Type.TEXT,)),
    ("contains", "has a text in it", (Type.TEXT,)),
    ("matches", "a pattern fits", (Type.TEXT,)),
    ("has", "a member of the list", (Type.LIST, Type.TEXT)),
    ("is missing", "no value", ()),
    ("is present", "any value", ()),
)
_BARE_TESTS = (("is",), ("is", "not"), ("=",), ("!=",))
_QUOTED_TESTS = (("has",), ("contains",), ("matches",), ("starts", "with"), ("ends", "with"))


class Piece(NamedTuple):
    """A piece of an expression: what it is, its text, where it begins."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Field:
    """The field that a comparison is about: ``event`` is a part too."""

    part: str
    name: str


@dataclass(frozen=True, slots=True)
class Ending:
    """What can stand at the end of an expression, in place of its text from ``start`` on."""

    start: int
    offers: tuple[Offer, ...]


def expression_offers(written: str, view: View, words: Vocabulary) -> Ending:
    """Return what can stand at the end of an expression that is being written.

    Args:
        written: the expression up to the cursor.
        view: what it can see.
        words: what may be named.
    """
    pieces = _pieces(written)
    typed = ""
    start = len(written)
    if pieces and not written[-1:].isspace() and _is_unfinished(pieces[-1]):
        typed, start = pieces[-1].text, pieces[-1].start
        pieces = pieces[:-1]
    offers = _After(tuple(pieces), typed, view, words).offers()
    return Ending(start, tuple(offers))


def _pieces(written: str) -> list[Piece]:
    found: list[Piece] = []
    at = 0
    while (match := _PIECE.match(written, at)) is not None:
        kind = match.lastgroup or ""
        found.append(Piece(kind, match[kind], match.start(kind)))
        at = match.end()
    return found


def _is_unfinished(piece: Piece) -> bool:
    """Say whether the last piece may still grow."""
    if piece.kind == "text":
        return len(piece.text) == 1 or not re.fullmatch(r'"(?:\\.|[^"\\])*"', piece.text)
    return piece.kind == "name" or (piece.kind == "quoted" and not piece.text[1:].endswith("`"))


class _After:
    """What can follow some pieces."""

    def __init__(
        self, pieces: tuple[Piece, ...], typed: str, view: View, words: Vocabulary
    ) -> None:
        self._pieces = pieces
        self._texts = tuple(piece.text for piece in pieces)
        self._typed = typed
        self._view = view
        self._words = words

    def offers(self) -> Iterator[Offer]:
        if self._texts[-1:] == (".",):
            yield from self._behind_dot()
        elif self._texts[-2:-1] in (("top",), ("bottom",)) or self._texts[-1:] == ("by",):
            yield from self._scores()
        elif over_time := self._called():
            yield from self._first_argument(over_time)
        elif (field := self._listed_field()) is not None:
            yield from self._values(field, bare=True)
        elif (compared := self._compared()) is not None:
            field, bare = compared
            yield from self._values(field, bare=bare)
        elif self._is_operand():
            yield from self._operators()
        elif not self._typed.startswith('"'):
            yield from self._names()

    # What stands before

    def _called(self) -> str:
        if len(self._texts) > 1 and self._texts[-1] == "(" and self._texts[-2] in OVER_TIME:
            return self._texts[-2]
        return ""

    def _listed_field(self) -> Field | None:
        """Return the field of ``NAME in [A,`` where the list is still open."""
        for index in range(len(self._texts) - 1, 0, -1):
            if self._texts[index] == "]":
                return None
            if self._texts[index] == "[" and self._texts[index - 1] == "in":
                until = index - 2 if self._texts[index - 2] == "not" else index - 1
                return self._field_before(until) if until > 0 else None
        return None

    def _compared(self) -> tuple[Field, bool] | None:
        for tests, bare in ((_BARE_TESTS, True), (_QUOTED_TESTS, False)):
            for test in sorted(tests, key=len, reverse=True):
                if self._texts[-len(test) :] == test and len(self._texts) > len(test):
                    field = self._field_before(len(self._texts) - len(test))
                    if field is not None:
                        return field, bare
        return None

    def _field_before(self, end: int) -> Field | None:
        """Return the field whose name ends before the piece of that number."""
        last = self._pieces[end - 1]
        if last.kind not in ("name", "quoted"):
            return None
        name = last.text.strip("`")
        if end > 2 and self._texts[end - 2] == ".":
            return Field(self._texts[end - 3], name)
        return Field("event" if self._view == "events" else "model", name)

    def _is_operand(self) -> bool:
        """Say whether a comparison or a sign can follow."""
        if not self._pieces:
            return False
        last = self._pieces[-1]
        words = ("and", "or", "not", "in", "is", "with", "contains", "has", "matches", "between")
        if last.kind == "name":
            return last.text not in words
        return last.kind in ("text", "number", "quoted") or last.text in (")", "]")

    # What can follow

    def _behind_dot(self) -> Iterator[Offer]:
        part = self._texts[-2] if len(self._texts) > 1 else ""
        if part == "score":
            yield from self._scores()
        elif part == "grade":
            for name in self._words.grades:
                yield name_offer(name, "name", "grade", "The letter of the score.")
        elif part == "tag":
            yield from self._tags()
        elif part in TABLES:
            yield from self._columns(part)

    def _tags(self) -> Iterator[Offer]:
        figures = self._words.figures
        known = figures.catalog.tags if figures is not None else ()
        for tag in dict.fromkeys((*known, *self._words.tags)):
            yield name_offer(tag, "field", "tag", self._about("tag", tag))

    def _columns(self, part: str) -> Iterator[Offer]:
        figures = self._words.figures
        table = figures.catalog.table(TABLES.get(part, "events")) if figures is not None else None
        columns = table.columns if table is not None else ()
        for column in sorted(columns, key=lambda column: column.name.endswith("_id")):
            yield name_offer(column.name, "field", str(column.type), self._about(part, column.name))

    def _about(self, part: str, column: str) -> str:
        figures = self._words.figures.of(part, column) if self._words.figures else None
        return about(figures) if figures is not None else ""

    def _scores(self) -> Iterator[Offer]:
        for name in self._words.single_scores:
            yield name_offer(name, "name", "score")

    def _first_argument(self, function: str) -> Iterator[Offer]:
        if function != "count":
            yield from self._scores()
            return
        yield from event_offers(self._words)

    def _values(self, field: Field, *, bare: bool) -> Iterator[Offer]:
        values = tuple(self._known_values(field))
        written = {text.strip('"') for text in self._texts}
        listed = self._texts[-1:] != ("is",)
        shown = [v for v in values if not (listed and v.text in written)]
        yield from counted_values(shown, bare=bare, typed=self._typed)
        if self._texts[-1:] == ("is",) and not self._typed.startswith('"'):
            yield Offer("missing", "missing", "word", "no value")
            yield Offer("present", "present", "word", "any value")
            yield Offer("not", "not ", "word")

    def _known_values(self, field: Field) -> Iterable[Value]:
        names: tuple[str, ...] | None = None
        if field == Field("model", "stage"):
            names = self._words.of("stage")
        elif field.part == "grade":
            names = self._words.grades.get(field.name, ())
        if names is not None:
            return tuple(Value(name, 0) for name in names)
        figures = self._words.figures.of(field.part, field.name) if self._words.figures else None
        return figures.commonest if figures is not None else ()

    def _operators(self) -> Iterator[Offer]:
        type_ = self._type_before()
        for word, says, types in _COMPARISONS:
            if type_ in (None, Type.EMPTY) or not types or type_ in types:
                yield Offer(word, word, "word", says)
        yield Offer("and", "and", "word", "both conditions")
        yield Offer("or", "or", "word", "one of the conditions, or both")

    def _type_before(self) -> Type | None:
        field = self._field_before(len(self._pieces))
        figures = self._words.figures
        if field is None or figures is None:
            return None
        table = figures.catalog.table(TABLES.get(field.part, "events"))
        column = table.column(field.name) if table is not None else None
        return column.type if column is not None else None

    def _names(self) -> Iterator[Offer]:
        if self._view == "events":
            yield from self._columns("event")
        for name in self._words.of("define"):
            yield name_offer(name, "name", "define")
        for part, says in _PARTS.items():
            if part != "asset" or self._view == "events":
                yield Offer(f"{part}.", f"{part}.", "field", says)
        if self._view in ("scores", "segment"):
            yield Offer("score.", "score.", "field", "a score")
            yield Offer("grade.", "grade.", "field", "the letter of a score")
        if self._view == "segment":
            yield Offer("stage", "stage", "field", "the stage of the lead")
        yield from self._functions()

    def _functions(self) -> Iterator[Offer]:
        for function in self._words.functions.values():
            says = f"{function.signature}: {sentence(function.sentence)}"
            example = f"Such as `{function.example[0]}`."
            detail, insert = function.signature, f"{function.name}("
            yield Offer(function.name, insert, "function", detail, f"{says}. {example}")
        for name, signature in OVER_TIME.items():
            if name == "count" or self._view == "segment":
                yield Offer(name, f"{name}(", "function", signature, signature)


def sentence(template: str) -> str:
    """Return what a function is, its arguments called by their order."""
    names = {"{0}": "the first", "{1}": "the second", "{2}": "the third", "{all}": "its arguments"}
    for mark, name in names.items():
        template = template.replace(mark, name)
    return template


def about(figures: FieldFigures) -> str:
    """Say how many values a field has, and which are the commonest."""
    if not figures.distinct:
        return "No value in the data."
    many = f"{figures.distinct:,} value{'s' if figures.distinct != 1 else ''}"
    if not figures.commonest:
        return f"About {many}, nearly all of them different."
    shown = ", ".join(f"`{value.text}` ({value.rows:,})" for value in figures.commonest[:5])
    return f"{many}: {shown}." if figures.distinct <= 5 else f"{many}; commonest: {shown}."


def event_offers(words: Vocabulary) -> Iterator[Offer]:
    """Return the event types of the data, commonest first, then those that rules name."""
    known = words.figures.event_types if words.figures is not None else ()
    for value in known:
        yield name_offer(value.text, "event", rows_of(value.rows))
    for name in words.event_types:
        if all(name != value.text for value in known):
            yield name_offer(name, "event", "named in the ruleset")
