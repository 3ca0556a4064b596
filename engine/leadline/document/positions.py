"""Where each character of a scalar's value stands in the file.

A value differs from its source: quotes, escapes, folded lines and indentation go away. Each
function here reads the source of one style again, the way YAML does, and keeps with every
character of the value the offsets at which its source begins and ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Literal, NamedTuple, assert_never

from leadline.document.source import FORBIDDEN, STAND_IN

Style = Literal["plain", "single", "double", "literal", "folded"]

_BLANK = re.compile(r"[ \t\r\n]+")
_BREAK = re.compile(r"\r?\n")
_ESCAPE = re.compile(r"\\(?:x.{2}|u.{4}|U.{8}|\r\n|.)", re.DOTALL)
_HEADER = re.compile(r"[|>]([-+0-9]*)[^\n]*\n?")
_LINE = re.compile(r"([^\r\n]*)(\r?\n|$)")
_NAMED = dict(
    zip('0abt\tnvfre "\\/N_LP', '\0\a\b\t\t\n\v\f\r\x1b "\\/\x85\xa0\u2028\u2029', strict=True)
)


class Character(NamedTuple):
    """A character of a value, and the offsets of its source in the file."""

    char: str
    start: int
    end: int


def characters(text: str, start: int, end: int, style: Style, value: str) -> list[Character]:
    """Return each character of a scalar's value with its source.

    Args:
        text: the whole text of the file.
        start: the offset at which the scalar begins: its quote, its ``|`` or first character.
        end: the offset behind its last.
        style: how it is written.
        value: what YAML read; it tells the indentation of a block scalar.
    """
    match style:
        case "plain":
            return list(_flow(text, start, end, ""))
        case "single":
            return list(_flow(text, start + 1, end - 1, "'"))
        case "double":
            return list(_flow(text, start + 1, end - 1, '"'))
        case "literal" | "folded":
            return list(_block(text, start, end, style == "folded", value))
        case _:
            assert_never(style)


def escapes(text: str, start: int, end: int) -> Iterator[tuple[re.Match[str], str]]:
    """Yield each escape between the quotes of a double-quoted scalar, and what it makes."""
    for found in _ESCAPE.finditer(text, start, end):
        if found[0][1] not in "\r\n":
            yield found, _escaped(found[0])


def _flow(text: str, start: int, end: int, quote: str) -> Iterator[Character]:
    """Read a plain or quoted scalar without its quotes."""
    at = start
    while at < end:
        if blank := _BLANK.match(text, at, end):
            yield from _folded(text, at, blank.end())
            at = blank.end()
        elif quote == '"' and (escape := _ESCAPE.match(text, at, end)):
            if escape[0][1] in "\r\n":
                blank = _BLANK.match(text, escape.end(), end)
                at = blank.end() if blank else escape.end()
                yield from _breaks(text, escape.end(), at)
            else:
                at = escape.end()
                char = FORBIDDEN.sub(STAND_IN, _escaped(escape[0]))
                yield Character(char, escape.start(), at)
        else:
            width = 2 if quote == "'" and text.startswith("''", at) else 1
            yield Character(text[at], at, at + width)
            at += width


def _folded(text: str, start: int, end: int) -> Iterator[Character]:
    """Read blanks: kept within a line; one line break is a blank, more are one fewer."""
    first = _BREAK.search(text, start, end)
    if first is None:
        yield from (Character(text[at], at, at + 1) for at in range(start, end))
    elif _BREAK.search(text, first.end(), end) is None:
        yield Character(" ", start, end)
    else:
        yield from _breaks(text, first.end(), end)


def _breaks(text: str, start: int, end: int) -> Iterator[Character]:
    for found in _BREAK.finditer(text, start, end):
        yield Character("\n", found.start(), found.end())


def _escaped(escape: str) -> str:
    return chr(int(escape[2:], 16)) if escape[1] in "xuU" else _NAMED[escape[1]]


class _Line(NamedTuple):
    """A line of a block scalar: where its content begins and ends, and its line break ends."""

    start: int
    end: int
    next: int


def _block(text: str, start: int, end: int, folded: bool, value: str) -> Iterator[Character]:
    """Read a literal or folded scalar, header included."""
    header = _HEADER.match(text, start, end)
    if header is None:
        return
    lines = [
        _Line(found.start(), found.end(1), found.end())
        for found in _LINE.finditer(text, header.end(), end)
        if found.end() > found.start()
    ]
    indent = _indent(text, lines, value)
    last: _Line | None = None
    blank: list[_Line] = []
    for whole in lines:
        if whole.end - whole.start <= indent and not text[whole.start : whole.end].strip(" "):
            blank.append(whole)
            continue
        line = whole._replace(start=whole.start + indent)
        if last is not None:
            yield from _joint(text, last, line, folded, bool(blank))
        yield from (Character("\n", each.end, each.next) for each in blank)
        yield from (Character(text[at], at, at + 1) for at in range(line.start, line.end))
        last, blank = line, []
    if last is not None and "-" not in header[1] and last.next > last.end:
        yield Character("\n", last.end, last.next)
    if "+" in header[1]:
        yield from (Character("\n", each.end, each.next) for each in blank)


def _joint(text: str, last: _Line, line: _Line, folded: bool, blank: bool) -> Iterator[Character]:
    """Read the line break between two lines of content, with blank lines between them or not."""
    if not folded or text[last.start] in " \t" or text[line.start] in " \t":
        yield Character("\n", last.end, last.next)
    elif not blank:
        yield Character(" ", last.end, line.start)


def _indent(text: str, lines: list[_Line], value: str) -> int:
    """Return the indentation that YAML took from a block scalar's lines.

    The first line with more than blanks tells it: what it has in front in the file, less what
    it has in front in the value. Where all lines are blank, the longest tells it.
    """
    raw = [text[line.start : line.end] for line in lines]
    kept = value.split("\n")
    first = next((line for line in raw if line.strip(" ")), None)
    if first is None:
        return max(map(len, raw), default=0) - max(map(len, kept))
    left = next((line for line in kept if line.strip(" ")), "")
    return _in_front(first) - _in_front(left)


def _in_front(line: str) -> int:
    return sum(1 for _ in takewhile(" ".__eq__, line))
