"""What can be done about a finding: its fix, the nearest name, a comment that ignores it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from leadline.diagnostic import Diagnostic, Edit, Place, Severity, offered
from leadline.document import Document, Mapping, Scalar, Sequence, Value
from leadline.language_server.text import Span, Text

_QUOTED = re.compile(r"`([^`]+)`")
_COMMENT = re.compile(r"#\s*leadline:\s*ignore\s+(\S.*)$")


@dataclass(frozen=True, slots=True)
class Change:
    """A piece of the text that becomes another."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done about a finding; ``preferred`` is what most would do."""

    title: str
    changes: tuple[Change, ...]
    diagnostic: Diagnostic
    preferred: bool = False


def actions(
    found: Diagnostic, text: Text, document: Document | None, ignorable: Collection[str]
) -> tuple[Action, ...]:
    """Return what can be done about a finding.

    Args:
        found: the finding, of this text.
        text: the text.
        document: the text as read, where it could be.
        ignorable: the codes that a comment can ignore.
    """
    once: dict[str, Action] = {}
    for action in (*_fix(found, text), *_names(found, text)):
        once.setdefault(_applied(action.changes, text), action)
    return (*once.values(), *_ignore(found, text, document, ignorable))


def _applied(changes: tuple[Change, ...], text: Text) -> str:
    """Return what becomes of a text."""
    whole = text.text
    for change in sorted(changes, key=lambda change: change.span.start, reverse=True):
        whole = whole[: change.span.start] + change.text + whole[change.span.end :]
    return whole


def _fix(found: Diagnostic, text: Text) -> Iterator[Action]:
    if found.fix is not None:
        title = found.fix.title[:1].upper() + found.fix.title[1:]
        changes = tuple(_change(edit, text) for edit in found.fix.edits)
        yield Action(title, changes, found, preferred=found.fix.safe)


def _change(edit: Edit, text: Text) -> Change:
    return Change(text.span(edit.place), _line_ends(edit.text, text))


def _names(found: Diagnostic, text: Text) -> Iterator[Action]:
    """Yield the names that somebody may have meant, each in the place of the wrong one."""
    names = offered(found.hint)
    for name in names:
        span = _wrong(found, name, text)
        if span is not None:
            alone = len(names) == 1 and found.fix is None
            yield Action(f"Write `{name}`", (Change(span, name),), found, preferred=alone)


def _wrong(found: Diagnostic, name: str, text: Text) -> Span | None:
    """Return where the wrong name stands: a word of the message, with as many dots as the other."""
    if found.place is None:
        return None
    whole = text.span(found.place)
    written = text.text[whole.start : whole.end]
    words = [word for word in _QUOTED.findall(found.message) if word in written]
    alike = [word for word in words if word.count(".") == name.count(".")]
    for word in (*alike, *words):
        at = re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", written)
        at = at or re.search(rf"(?<!\w){re.escape(word)}(?!\w)", written)
        if at is not None:
            return Span(whole.start + at.start(), whole.start + at.end())
    return None


def _ignore(
    found: Diagnostic, text: Text, document: Document | None, ignorable: Collection[str]
) -> Iterator[Action]:
    if found.place is None or found.severity is Severity.ERROR or found.code not in ignorable:
        return
    change = _comment(found.code, found.place, text, document)
    yield Action(f"Ignore {found.code} here ({found.name})", (change,), found)


def _comment(code: str, place: Place, text: Text, document: Document | None) -> Change:
    """Return the change that puts a comment at a line's end, or a code into the one there.

    Inside of a value of several lines a comment would be part of it: there it stands above.
    """
    key = _key_of_lines(document.root, place.line) if document is not None else None
    start = text.span(place if key is None else key.place).start
    line = text.line_of(start)
    written = text.text[line.start : line.end]
    there = _COMMENT.search(written)
    if there is not None and key is None:
        codes = re.match(r"[\w-]+(\s*,\s*[\w-]+)*", there[1])
        end = line.start + there.start(1) + (codes.end() if codes else 0)
        return Change(Span(end, end), f", {code}")
    comment = f"# leadline: ignore {code}"
    if key is not None:
        indent = written[: len(written) - len(written.lstrip())]
        above = _line_ends(f"{indent}{comment}\n", text)
        return Change(Span(line.start, line.start), above)
    blanks = "" if written.endswith("  ") else "  "
    return Change(Span(line.end, line.end), f"{blanks}{comment}")


def _key_of_lines(value: Value, line: int) -> Scalar | None:
    """Return the key of the value of several lines that a line lies in, or None."""
    waiting: list[Value] = [value]
    while waiting:
        match waiting.pop():
            case Mapping(entries):
                for entry in entries:
                    if isinstance(entry.value, Scalar) and _goes_on(entry.value, line):
                        return entry.key
                waiting += [entry.value for entry in entries]
            case Sequence(items):
                waiting += items
    return None


def _goes_on(scalar: Scalar, line: int) -> bool:
    """Say whether a scalar has text on a line and on another."""
    place = scalar.place
    return place.line < place.end_line and place.line <= line <= place.end_line


def _line_ends(new: str, text: Text) -> str:
    """Return a text with the line ends of the file."""
    return new.replace("\n", "\r\n") if "\r\n" in text.text else new
