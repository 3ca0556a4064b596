"""The names that a ruleset gives, where each is given, and where each is used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from leadline.diagnostic import Place
from leadline.document import Document, Entry, Mapping, Scalar, Sequence
from leadline.expression import metrics as m
from leadline.expression import nodes as n
from leadline.expression.functions import OVER_TIME
from leadline.expression.metrics_parse import parse_metric
from leadline.expression.parse import ExpressionError, parse_expression
from leadline.language_server.elements import covers
from leadline.language_server.roles import Role, Written, is_rule, scalars
from leadline.language_server.spot import Path

#: What a name is of; a stage and a segment can both be entered.
Kind = Literal["define", "score", "group", "stage", "segment", "account", "rule", "automation"]

_STEP = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\W\d]\w*)')


@dataclass(frozen=True, slots=True)
class Name:
    """A name and what it is of; ``score`` is that of a group or rule."""

    kind: Kind
    text: str
    score: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a name stands: where it is given (``gives``), or where it is used."""

    name: Name
    place: Place
    gives: bool = False


def mentions(document: Document) -> tuple[Mention, ...]:
    """Return every mention of a name in a ruleset, in the order of the file."""
    given = names_given(document)
    known = frozenset(mention.name for mention in given)
    used = (found for written in scalars(document) for found in _used(written, known))
    keys = _keys_that_use(document.root)
    return tuple(sorted((*given, *used, *keys), key=lambda mention: mention.place))


def mentions_beside(document: Document, given: Iterable[Name]) -> tuple[Mention, ...]:
    """Return every mention of a ruleset's names in the file of its audits.

    Args:
        document: the file of audits.
        given: the names that the ruleset gives.
    """
    known = frozenset(given)
    return tuple(found for written in scalars(document) for found in _used(written, known))


def names_given(document: Document) -> tuple[Mention, ...]:
    """Return where a ruleset gives names, section by section."""
    return tuple(_given(document.root))


def unread(document: Document) -> Place | None:
    """Return the first expression that does not parse: which names it uses nobody knows."""
    for written in scalars(document):
        if written.role is not None and written.role.kind in ("expression", "metric"):
            try:
                if written.role.kind == "metric":
                    parse_metric(written.scalar)
                else:
                    parse_expression(written.scalar)
            except ExpressionError as error:
                return error.diagnostic.place
    return None


def mention_in(document: Document, point: Place) -> Mention | None:
    """Return the mention that a point of a ruleset lies in; only what is there is parsed."""
    given = names_given(document)
    known = frozenset(mention.name for mention in given)
    around = (one for one in scalars(document) if covers(one.scalar.place, point))
    used = (found for written in around for found in _used(written, known))
    return mention_at((*given, *_keys_that_use(document.root), *used), point)


def mention_at(found: Iterable[Mention], point: Place) -> Mention | None:
    """Return the mention that a point lies in or touches."""
    return next((mention for mention in found if covers(mention.place, point)), None)


# Where names are given


def _given(root: Mapping) -> Iterator[Mention]:
    for key, kind in _SECTIONS.items():
        for entry in _entries(root, key):
            yield Mention(Name(kind, entry.key.text), _bare(entry.key), True)
    for score in _entries(root, "scores"):
        yield from _given_by_score(score)
    yield from given_steps(root.get("stages"))


_SECTIONS: dict[str, Kind] = {
    "define": "define",
    "scores": "score",
    "accounts": "account",
    "segments": "segment",
    "automations": "automation",
}


def _given_by_score(score: Entry) -> Iterator[Mention]:
    if not isinstance(score.value, Mapping):
        return
    for section in ("actions", "behaviours", "facts"):
        for entry in _entries(score.value, section):
            yield Mention(Name("rule", entry.key.text, score.key.text), _bare(entry.key), True)
    for entry in _entries(score.value, "groups"):
        yield Mention(Name("group", entry.key.text, score.key.text), _bare(entry.key), True)


def given_steps(stages: Entry | None) -> Iterator[Mention]:
    """Yield the names that ``stages`` gives, in either way of writing them."""
    steps = stages.value.get("steps") if stages and isinstance(stages.value, Mapping) else None
    if steps is None:
        return
    if isinstance(steps.value, Scalar):
        bracket = steps.value.text.find("[") + 1
        for found in _STEP.finditer(steps.value.text, bracket):
            which = 1 if found[1] is not None else 2
            yield Mention(Name("stage", found[which]), steps.value.span(*found.span(which)), True)
    elif isinstance(steps.value, Sequence):
        for item in steps.value.items:
            name = item.get("name") if isinstance(item, Mapping) else None
            if name is not None and isinstance(name.value, Scalar):
                yield Mention(Name("stage", name.value.text), _bare(name.value), True)


# Where names are used


def _keys_that_use(root: Mapping) -> Iterator[Mention]:
    for entry in _entries(root, "matrix"):
        yield Mention(Name("score", entry.key.text), _bare(entry.key))
    stages = root.get("stages")
    if stages is not None and isinstance(stages.value, Mapping):
        for entry in _entries(stages.value, "sla"):
            yield Mention(Name("stage", entry.key.text), _bare(entry.key))


def _used(written: Written, known: frozenset[Name]) -> Iterator[Mention]:
    scalar, role = written.scalar, written.role
    match role:
        case Role("expression"):
            yield from _in_expression(scalar, role, known)
        case Role("metric"):
            for node in _of_metric(scalar):
                yield from _in_node(node, scalar, known)
        case Role("score"):
            yield Mention(Name("score", scalar.text), _bare(scalar))
        case Role("group"):
            yield Mention(Name("group", scalar.text, _score_of(written.path)), _bare(scalar))
        case Role("stage source"):
            yield from _second_word(scalar, r"\s*score\s+(\w+)", ("score", "account"), known)
        case Role("subject"):
            pattern = r"\s*(?:enters|leaves)\s+(\w+)"
            yield from _second_word(scalar, pattern, ("segment", "stage"), known)
        case _:
            return


def _score_of(path: Path) -> str:
    return str(path[1]) if len(path) > 1 else ""


def _second_word(
    scalar: Scalar, pattern: str, kinds: tuple[Kind, ...], known: frozenset[Name]
) -> Iterator[Mention]:
    """Yield the name that a pattern finds, of the first of the kinds that has one so called."""
    found = re.match(pattern, scalar.text)
    if found is not None:
        names = [Name(kind, found[1]) for kind in kinds]
        name = next((name for name in names if name in known), names[0])
        yield Mention(name, scalar.span(*found.span(1)))


def _in_expression(scalar: Scalar, role: Role, known: frozenset[Name]) -> Iterator[Mention]:
    try:
        tree = parse_expression(scalar)
    except ExpressionError:
        return
    for node in n.walk(tree):
        yield from _in_node(node, scalar, known)
        if role.view == "segment":
            yield from _stages_in(node)


def _of_metric(scalar: Scalar) -> Iterator[n.Node]:
    """Yield the nodes of the expressions in a metric; none where it does not parse."""
    try:
        figure = parse_metric(scalar)
    except ExpressionError:
        return
    for node in m.nodes(figure):
        yield from n.walk(node)


def _in_node(node: n.Node, scalar: Scalar, known: frozenset[Name]) -> Iterator[Mention]:
    match node:
        case n.Name((first, last)) if first in ("score", "grade"):
            yield Mention(Name("score", last), _tail(scalar, node.place, last))
        case n.Name((word,), quoted=False) if Name("define", word) in known:
            yield Mention(Name("define", word), node.place)
        case n.Rank(score=score):
            yield Mention(Name("score", score), _tail(scalar, node.place, score))
        case n.Call(function, (n.Name((score,)) as first, *_)) if (
            function in OVER_TIME and function != "count"
        ):
            yield Mention(Name("score", score), _tail(scalar, first.place, score))


def _stages_in(node: n.Node) -> Iterator[Mention]:
    match node:
        case n.Compare(_, n.Name(("stage",), quoted=False), n.Text() as right):
            yield Mention(Name("stage", right.value), _inside(right))
        case n.In(n.Name(("stage",), quoted=False), items):
            texts = [item for item in items if isinstance(item, n.Text)]
            yield from (Mention(Name("stage", text.value), _inside(text)) for text in texts)


def _inside(text: n.Text) -> Place:
    """Return the place of a text without its quotes."""
    place = text.place
    quotes = place.end_column - place.column - len(text.value)
    if place.line != place.end_line or quotes != 2:
        return place
    return Place(place.file, place.line, place.column + 1, place.end_line, place.end_column - 1)


def _tail(scalar: Scalar, place: Place, word: str) -> Place:
    """Return the place of the word that ends at the end of a place, without its backquotes."""
    source = scalar.raw.source
    end = source.span(place)[1]
    end -= source.text[end - 1 : end] == "`"
    return source.place(end - len(word), end)


def _bare(scalar: Scalar) -> Place:
    """Return the place of a text without the quotes around it."""
    return scalar.span(0, len(scalar.text)) if scalar.text else scalar.place


def _entries(mapping: Mapping, key: str) -> tuple[Entry, ...]:
    entry = mapping.get(key)
    return entry.value.entries if entry and isinstance(entry.value, Mapping) else ()


def rule_paths(document: Document) -> Iterator[tuple[Path, Entry]]:
    """Yield the path of each rule and its entry."""
    for score in _entries(document.root, "scores"):
        for section in ("actions", "behaviours", "facts"):
            body = score.value if isinstance(score.value, Mapping) else None
            for entry in _entries(body, section) if body is not None else ():
                path: Path = ("scores", score.key.text, section, entry.key.text)
                if is_rule(path):
                    yield path, entry
