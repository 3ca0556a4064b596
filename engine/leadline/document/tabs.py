"""Tabs where YAML expects blanks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from leadline.document.events import Event

_TAB_OR_COMMENT = re.compile(r"(?<!\S)#[^\n]*|(?P<tab>\t+)")
_LEADING_TABS = re.compile(r"^( *)(\t+)", re.MULTILINE)
_FIRST_TEXT = re.compile(r"^( *)[^ \r\n]", re.MULTILINE)


def tabs_outside(
    text: str, events: Iterable[Event], end: int, replaced: bool
) -> Iterator[tuple[int, int]]:
    """Yield the spans of the runs of tabs in ``text[:end]`` that are no part of a value.

    Tabs may stand in quotes, in the text of a block scalar, and in comments. The events are
    those of ``text``, or, with ``replaced``, of the text with a blank for each tab.
    """
    at = 0
    for event in events:
        if event.kind == "scalar" and event.style != "plain":
            start = _text_start(text, event)
            yield from _tabs(text, at, start)
            if replaced and event.style in ("literal", "folded"):
                yield from _indenting(text, event, start)
            at = event.end
    yield from _tabs(text, at, end)


def tab_near(text: str, at: int) -> tuple[int, int]:
    """Return the span of the last tab up to ``at``, or else of the first, in a text with tabs."""
    start = text.rfind("\t", 0, at + 1)
    start = text.index("\t") if start < 0 else start
    return start, start + 1


def indents(text: str, at: int) -> bool:
    """Tell whether only blanks and tabs stand before ``at`` in its line."""
    return not text[text.rfind("\n", 0, at) + 1 : at].strip(" \t")


def _text_start(text: str, event: Event) -> int:
    """Return where a quoted scalar begins, or the text of a block scalar below its header."""
    if event.style in ("single", "double"):
        return event.start
    return text.find("\n", event.start, event.end) + 1 or event.end


def _tabs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in _TAB_OR_COMMENT.finditer(text, start, end):
        if found["tab"]:
            yield found.span()


def _indenting(text: str, event: Event, start: int) -> Iterator[tuple[int, int]]:
    """Yield the tabs that stand in front of a block scalar's indentation of blanks.

    Its first line tells that indentation; if it has none of its own, every tab in front is one.
    """
    header = _FIRST_TEXT.match(text, text.rfind("\n", 0, event.start) + 1)
    first = _FIRST_TEXT.search(text, start, event.end)
    indent = event.end
    if first and header and len(first[1]) > len(header[1]):
        indent = len(first[1])
    for found in _LEADING_TABS.finditer(text, start, event.end):
        if len(found[1]) < indent:
            yield found.span(2)
