"""The outline of a ruleset, and the line above each rule that says how often it matched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from leadline.diagnostic import Place
from leadline.document import Document, Entry, Mapping, Scalar, Sequence, Value
from leadline.language_server.figures import RuleFigures
from leadline.language_server.hover import matched_in_words
from leadline.language_server.names import given_steps, rule_paths

Kind = Literal["section", "score", "rule", "group", "name", "stage", "list", "automation", "case"]

_KINDS: dict[str, Kind] = {
    "define": "name",
    "accounts": "score",
    "segments": "list",
    "automations": "automation",
    "audits": "automation",
    "cases": "case",
    "fixtures": "name",
    "sources": "name",
    "outputs": "name",
    "actions": "rule",
    "behaviours": "rule",
    "facts": "rule",
    "groups": "group",
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """An entry of the outline: ``name`` is the place of its key, ``whole`` of all that is in it."""

    text: str
    kind: Kind
    name: Place
    whole: Place
    detail: str = ""
    below: tuple[Symbol, ...] = ()


@dataclass(frozen=True, slots=True)
class Lens:
    """What is said above a line."""

    place: Place
    says: str


def outline(document: Document) -> tuple[Symbol, ...]:
    """Return the outline of a ruleset, or of a file of tests or a project."""
    return tuple(_section(entry) for entry in document.root.entries if _has_names(entry))


def lenses(document: Document, rules: RuleFigures) -> tuple[Lens, ...]:
    """Return how often each rule matched; nothing of a rule that nobody counted."""
    found: list[Lens] = []
    for path, entry in rule_paths(document):
        matched = rules.get((str(path[1]), str(path[3])))
        if matched is not None:
            found.append(Lens(entry.key.place, matched_in_words(matched)))
    return tuple(found)


def _has_names(entry: Entry) -> bool:
    return entry.key.text in (*_KINDS, "scores", "stages")


def _section(entry: Entry) -> Symbol:
    key = entry.key.text
    if key == "scores":
        below = tuple(_score(one) for one in _entries(entry.value))
    elif key == "stages":
        below = _stages(entry)
    else:
        below = tuple(_symbol(one, _KINDS[key]) for one in _entries(entry.value))
    return replace(_symbol(entry, "section"), below=below, detail="")


def _score(entry: Entry) -> Symbol:
    below = tuple(
        replace(_symbol(part, "section"), below=_named(part))
        for part in _entries(entry.value)
        if part.key.text in _KINDS
    )
    return replace(_symbol(entry, "score"), below=below)


def _named(part: Entry) -> tuple[Symbol, ...]:
    return tuple(_symbol(entry, _KINDS[part.key.text]) for entry in _entries(part.value))


def _stages(entry: Entry) -> tuple[Symbol, ...]:
    steps = given_steps(entry)
    return tuple(Symbol(step.name.text, "stage", step.place, step.place) for step in steps)


def _symbol(entry: Entry, kind: Kind) -> Symbol:
    name, value = entry.key.place, entry.value
    end = max((value.place.end_line, value.place.end_column), (name.end_line, name.end_column))
    whole = Place(name.file, name.line, name.column, *end)
    return Symbol(entry.key.text, kind, name, whole, _detail(value))


def _detail(value: Value) -> str:
    """Return a few words about an entry: what an expression says, which events a rule takes."""
    if isinstance(value, Scalar):
        return value.text[:80]
    shown = [_short(value, key) for key in ("event", "when", "idle", "formula", "of")]
    return next((text for text in shown if text), "")


def _short(value: Value, key: str) -> str:
    entry = value.get(key) if isinstance(value, Mapping) else None
    match entry.value if entry is not None else None:
        case Scalar(text):
            return text[:80]
        case Sequence(items):
            return ", ".join(_texts(items))[:80]
    return ""


def _texts(items: Iterable[Value]) -> list[str]:
    return [item.text for item in items if isinstance(item, Scalar)]


def _entries(value: Value) -> tuple[Entry, ...]:
    return value.entries if isinstance(value, Mapping) else ()
