"""The names of a ruleset in the test file beside it."""

from __future__ import annotations

from collections.abc import Iterator

from leadline.document import Document, Mapping, Scalar, Sequence, Value
from leadline.language_server.names import Kind, Mention, Name

_KEYED: dict[str, Kind] = {"scores": "score", "grade": "score"}
_LISTED: dict[str, Kind] = {
    "segments": "segment",
    "not_segments": "segment",
    "stages": "stage",
}
_OF_ACCOUNTS = ("scores", "committee", "stage")


def case_mentions(document: Document) -> tuple[Mention, ...]:
    """Return every mention of a name of the ruleset in a test file, in the order of the file."""
    found: list[Mention] = []
    for case in _values(_at(document.root, "cases")):
        expect = _at(case, "expect")
        for lead in _values(_at(expect, "leads")):
            found += _of_lead(lead)
        for account in _values(_at(expect, "accounts")):
            for key in _OF_ACCOUNTS:
                found += _keys(_at(account, key), "account")
    return tuple(sorted(found, key=lambda mention: mention.place))


def _of_lead(lead: Value) -> Iterator[Mention]:
    for key, kind in _KEYED.items():
        yield from _keys(_at(lead, key), kind)
    for key, kind in _LISTED.items():
        for item in _items(_at(lead, key)):
            yield from _text(_at(item, "stage") or item, kind)
    yield from _text(_at(lead, "stage"), "stage")
    for key in ("fired", "not_fired"):
        for item in _items(_at(lead, key)):
            yield from _rule(item)


def _rule(item: Value) -> Iterator[Mention]:
    if not isinstance(item, Scalar):
        return
    score, dot, rule = item.text.partition(".")
    if dot:
        yield Mention(Name("score", score), item.span(0, len(score)))
        place = item.span(len(score) + 1, len(item.text))
        yield Mention(Name("rule", rule, score), place)


def _keys(value: Value | None, kind: Kind) -> Iterator[Mention]:
    for entry in value.entries if isinstance(value, Mapping) else ():
        key = entry.key
        yield Mention(Name(kind, key.text), key.span(0, len(key.text)))


def _text(value: Value | None, kind: Kind) -> Iterator[Mention]:
    if isinstance(value, Scalar) and value.text:
        yield Mention(Name(kind, value.text), value.span(0, len(value.text)))


def _items(value: Value | None) -> tuple[Value, ...]:
    return value.items if isinstance(value, Sequence) else ()


def _values(value: Value | None) -> tuple[Value, ...]:
    return tuple(entry.value for entry in value.entries) if isinstance(value, Mapping) else ()


def _at(value: Value | None, key: str) -> Value | None:
    entry = value.get(key) if isinstance(value, Mapping) else None
    return entry.value if entry is not None else None
