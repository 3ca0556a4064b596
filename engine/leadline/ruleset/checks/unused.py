"""Defines and groups that nothing uses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leadline.diagnostic import Diagnostic, nearest
from leadline.document.values import Entry, Mapping, Scalar, Sequence, Value
from leadline.expression import nodes as n
from leadline.ruleset.checks.codes import UNUSED_DEFINE, UNUSED_GROUP
from leadline.ruleset.checks.conditions import conditions
from leadline.ruleset.checks.subject import Subject

#: Keys under which no expression stands, though their texts may hold words that are names too.
_PROSE = frozenset(("note", "owner", "model", "timezone", "event", "do", "name", "program", "kind"))
_WORD = re.compile(r'"(?:\\["\\]|[^"\\]|\\(?!["\\]))*"|`[^`\n]*`|(?<![\w.])[^\W\d]\w*(?!\w)')


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Find defines that no expression needs, and groups without rules."""
    yield from _defines(subject)
    yield from _groups(subject)


def _defines(subject: Subject) -> Iterator[Diagnostic]:
    section = subject.entry("define")
    if section is None or not isinstance(section.value, Mapping):
        return
    entries = section.value.entries
    names = {entry.key.text for entry in entries}
    uses = {entry.key.text: _words(entry.value) & names for entry in entries}
    used = set(names) & {
        word
        for file in (subject.document, subject.beside)
        if file is not None
        for entry in file.root.entries
        if entry is not section
        for word in (_of_segments(entry) if entry.key.text == "segments" else _words(entry.value))
    }
    waiting = list(used)
    while waiting:
        more = uses[waiting.pop()] - used
        used |= more
        waiting += more
    for entry in entries:
        name = entry.key.text
        if name in used:
            continue
        by = sorted(other for other in names if other != name and name in uses[other])
        only = f" but `{by[0]}`, which nothing uses either" if by else ""
        message = f"nothing uses `{name}`{only}"
        hint = _misspelt(subject, name) or "remove it, or use it in a condition"
        yield Diagnostic(UNUSED_DEFINE, message, entry.key.place, hint)


def _misspelt(subject: Subject, name: str) -> str:
    """Return where a define may be meant by a word that is taken for a column of the events.

    With the columns of data such a word is an error.
    """
    if subject.catalog is not None:
        return ""
    for condition in conditions(subject):
        for field in n.fields(condition.node):
            if field.scope == "event" and nearest(field.column, [name]):
                where = f"in line {field.place.line}"
                return f"write `{name}` for `{field.column}` {where} if it is meant, or remove it"
    return ""


def _words(value: Value) -> set[str]:
    """Return the words that may be names in the expressions of a value."""
    match value:
        case Scalar(text):
            return set(_WORD.findall(text))
        case Mapping(entries):
            return {word for entry in entries if _may_name(entry) for word in _words(entry.value)}
        case Sequence(items):
            return {word for item in items for word in _words(item)}


def _of_segments(segments: Entry) -> set[str]:
    """Return the words of the segments, which may be called anything too."""
    entries = segments.value.entries if isinstance(segments.value, Mapping) else ()
    return {word for entry in entries for word in _words(entry.value)}


def _may_name(entry: Entry) -> bool:
    """Say whether a define may be named in the value of a key; a rule may be called anything."""
    return isinstance(entry.value, Mapping) or entry.key.text not in _PROSE


def _groups(subject: Subject) -> Iterator[Diagnostic]:
    for score in subject.scores:
        used = {rule.head.group for rule in score.rules}
        for group in score.groups:
            entry = subject.entry("scores", score.name, "groups", group.name)
            if group.name not in used and entry is not None:
                message = f"no rule of `{score.name}` is in the group `{group.name}`"
                hint = f"write `group: {group.name}` at its rules, or remove it"
                yield Diagnostic(UNUSED_GROUP, message, entry.key.place, hint)
