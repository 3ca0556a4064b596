"""Events to values, and what YAML allows but a ruleset does not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import assert_never

from leadline.document import codes
from leadline.document.cuts import cut_at
from leadline.document.events import Event
from leadline.document.findings import Findings
from leadline.document.positions import escapes
from leadline.document.source import FORBIDDEN, STAND_IN, Source
from leadline.document.strict import refuse_comment, refuse_empty_block, refuse_lines
from leadline.document.values import Entry, Mapping, Raw, Scalar, Sequence, Value

_PROPERTY = re.compile(r"&[-\w]+|!<[^>\s]*>|![-;/?:@&=+$,.!~*'()\[\]%\w]*", re.ASCII)
_BETWEEN = re.compile(r"(?:[ \t\r\n]|(?<!\S)#[^\n]*)*")
_COLON = re.compile(r"[ \r\n]*:")


@dataclass(slots=True)
class _Open:
    """A collection that has begun and not ended."""

    event: Event
    end: int
    entries: list[Entry] = field(default_factory=list)
    items: list[Value] = field(default_factory=list)
    first: dict[str, Scalar] = field(default_factory=dict)
    key: Value | None = None
    key_end: int = 0


def build(source: Source, events: Iterable[Event], findings: Findings) -> Value | None:
    """Return the value of the first document, and say what it and the others must not hold.

    Returns None where there is no value, or where the events end within it.
    """
    builder = _Builder(source, findings)
    for event in events:
        builder.take(event)
    return builder.root


def shown(text: str, most: int = 40) -> str:
    """Return ``text`` on one line and in backquotes, cut after ``most`` characters."""
    line = " ".join(text.split())
    return f"`{line if len(line) <= most else line[: most - 1] + '…'}`"


class _Builder:
    """Puts values together with a stack of its own, so that depth costs no recursion."""

    def __init__(self, source: Source, findings: Findings) -> None:
        self.root: Value | None = None
        self._source = source
        self._findings = findings
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: Event) -> None:
        match event.kind:
            case "document":
                self._document(event)
            case "mapping" | "sequence":
                self._properties(event)
                self._open.append(_Open(event, event.end))
            case "end":
                self._close(event)
            case "scalar":
                self._scalar(event)
            case "alias":
                self._alias(event)
            case _:
                assert_never(event.kind)

    def _document(self, event: Event) -> None:
        self._documents += 1
        for found in re.finditer("^%[^\r\n]*", self._source.text[event.start : event.end], re.M):
            span = (event.start + found.start(), event.start + found.end())
            self._findings.say(
                codes.DIRECTIVE,
                span,
                f"the directive {shown(found[0])} has no meaning here",
                "remove the line; the key `leadline` names the version of the language",
            )
        if self._documents > 1:
            self._findings.say(
                codes.SEVERAL_DOCUMENTS,
                (event.start, event.end),
                "another document begins here, but a file holds one",
                "remove the `---`, or move what follows into a file of its own",
            )

    def _close(self, event: Event) -> None:
        done = self._open.pop()
        start, end = done.event.start, done.end
        if done.event.flow:
            end = event.end
            self._in_quotes_or_brackets(start, end, "]}")
        place = self._source.place(start, end)
        value: Mapping | Sequence
        if done.event.kind == "mapping":
            value = Mapping(tuple(done.entries), place)
        else:
            value = Sequence(tuple(done.items), place)
        self._add(value, start, end)

    def _scalar(self, event: Event) -> None:
        start = self._properties(event)
        end = event.end
        if not event.text and event.style == "plain":
            start = end = self._empty(event, start)
        self._written(event, start, end)
        place = self._source.place(start, self._last(start, end))
        in_flow = bool(self._open) and self._open[-1].event.flow
        cut = cut_at(self._source, end, in_flow) if event.style == "plain" else None
        raw = Raw(self._source, start, end)
        self._add(Scalar(event.text, place, event.style, cut, raw), start, end)

    def _written(self, event: Event, start: int, end: int) -> None:
        """Refuse what a scalar's style makes possible."""
        match event.style:
            case "plain":
                pass
            case "literal" | "folded":
                if not event.text.strip():
                    refuse_empty_block(self._findings, start, self._source.text[start])
            case "single":
                self._in_quotes_or_brackets(start, end, "")
            case "double":
                self._in_quotes_or_brackets(start, end, "")
                if STAND_IN in event.text:
                    self._escapes(start + 1, end - 1)
            case _:
                assert_never(event.style)

    def _in_quotes_or_brackets(self, start: int, end: int, closing: str) -> None:
        within = self._open[-1].event if self._open else None
        if within is None or not within.flow:
            column = -1 if within is None else self._source.place(within.start, end).column - 1
            refuse_lines(self._source, self._findings, (start, end), column, closing)
        refuse_comment(self._source, self._findings, end)

    def _alias(self, event: Event) -> None:
        self._findings.say(
            codes.ALIAS,
            (event.start, event.end),
            f"the alias `*{event.anchor}` is refused: every value stands where it is used",
            "write the value out; an expression that begins with `*` goes in quotes",
        )
        text = self._source.text[event.start : event.end]
        place = self._source.place(event.start, event.end)
        raw = Raw(self._source, event.start, event.end)
        self._add(Scalar(text, place, "plain", None, raw), event.start, event.end)

    def _add(self, value: Value, start: int, end: int) -> None:
        """Put a value where it belongs: the root, a list, a key, or the value of a key."""
        if not self._open:
            if self._documents == 1:
                self.root = value
            return
        into = self._open[-1]
        into.end = self._last(start, end)
        if into.event.kind == "sequence":
            into.items.append(value)
        elif into.key is None:
            into.key, into.key_end = value, end
            if not isinstance(value, Scalar):
                self._key_not_text(start, end)
        else:
            self._entry(into, into.key, value)
            into.key = None

    def _entry(self, into: _Open, key: Value, value: Value) -> None:
        """Add an entry, unless its key may not stand there."""
        if not isinstance(key, Scalar):
            return
        span = (key.raw.start, key.raw.end)
        if key.text == "<<" and key.style == "plain":
            self._findings.say(
                codes.MERGE_KEY,
                span,
                "the merge key `<<` is refused: every entry stands where it is used",
                "write the entries out",
            )
        elif first := into.first.get(key.text):
            self._findings.say(
                codes.DUPLICATE_KEY,
                span,
                f"the key {shown(key.text)} stands in line {first.place.line} already",
                "remove or rename one of the two",
            )
        else:
            into.first[key.text] = key
            into.entries.append(Entry(key, value))

    def _key_not_text(self, start: int, end: int) -> None:
        self._findings.say(
            codes.KEY_NOT_TEXT,
            (start, end),
            "a list or mapping stands as a key, where a text was expected",
            "write a name before the colon; a text with brackets goes in quotes",
        )

    def _properties(self, event: Event) -> int:
        """Refuse an event's anchor and tag; return the offset at which its content begins."""
        at = event.start
        for _ in filter(None, (event.anchor, event.tag)):
            found = _PROPERTY.match(self._source.text, at)
            if found is None:
                break
            self._property(found)
            between = _BETWEEN.match(self._source.text, found.end(), event.end)
            at = found.end() if between is None or between.end() >= event.end else between.end()
        return at

    def _property(self, found: re.Match[str]) -> None:
        if found[0].startswith("&"):
            self._findings.say(
                codes.ANCHOR,
                found.span(),
                f"the anchor {shown(found[0])} is refused: every value stands where it is used",
                "remove it; an expression that begins with `&` goes in quotes",
            )
        else:
            self._findings.say(
                codes.TAG,
                found.span(),
                f"the tag {shown(found[0])} is refused: a value's type follows from its key",
                "for a negation write `not`; else remove it, or quote a text that begins with `!`",
            )

    def _escapes(self, start: int, end: int) -> None:
        for found, char in escapes(self._source.text, start, end):
            if FORBIDDEN.match(char):
                self._findings.say(
                    codes.CONTROL_CHARACTER,
                    found.span(),
                    f"the escape `{found[0]}` makes the control character U+{ord(char):04X}",
                    "remove it; only tabs and line breaks may stand in a text",
                )

    def _empty(self, event: Event, start: int) -> int:
        """Return the offset of an empty value; libyaml gives that of what follows it."""
        if start == event.start and self._open and self._open[-1].key is not None:
            end = self._open[-1].key_end
            found = _COLON.match(self._source.text, end)
            return found.end() if found else end
        return start

    def _last(self, start: int, end: int) -> int:
        """Return the offset behind the last character that shows; a block scalar ends in breaks."""
        while end > start and self._source.text[end - 1] in " \r\n":
            end -= 1
        return end
