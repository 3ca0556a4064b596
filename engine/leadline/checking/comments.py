"""The comments of a YAML file, and what ``# leadline: ignore CODE`` among them covers."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from leadline.diagnostic import Place
from leadline.document import Document, Mapping, Scalar, Sequence, Value
from leadline.document.source import Source, source_of

_HASH = re.compile(r"(?:^|(?<=[ \t\r\n]))#[^\n]*")
#: The word may be misspelt; the codes end where a reason begins.
_DIRECTIVE = re.compile(r"#\s*leadline:\s*([A-Za-z-]+)\s*(.*?)\s*(?:(?:--|#).*)?\r?$")
_CODE = re.compile(r"[^\s,]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a comment and where it stands."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Directive:
    """A comment that begins with ``# leadline:``.

    Args:
        word: what stands behind the colon, such as ``ignore``.
        codes: the codes and names behind it.
        place: the comment.
        whole: what goes away with the comment: with the blanks before it, or with its line.
        covers: the first and the last line that it is about; None: the whole file.
    """

    word: Word
    codes: tuple[Word, ...]
    place: Place
    whole: Place
    covers: tuple[int, int] | None


def directives(document: Document) -> tuple[Directive, ...]:
    """Return the comments to leadline in a file, in their order."""
    source = source_of(document.file, document.text)
    return tuple(
        _directive(document, source, start, end, found)
        for start, end in _comments(document)
        if (found := _DIRECTIVE.match(document.text[start:end])) is not None
    )


def _comments(document: Document) -> Iterator[tuple[int, int]]:
    """Yield where each comment begins and ends: a ``#`` inside of a value begins none."""
    values = sorted(_spans(document))
    at = 0
    for found in _HASH.finditer(document.text):
        while at < len(values) and values[at][1] <= found.start():
            at += 1
        if at == len(values) or not values[at][0] <= found.start():
            yield found.span()


def _spans(document: Document) -> Iterator[tuple[int, int]]:
    """Yield where each scalar stands; of a block scalar, the lines below its header."""
    waiting: list[Value] = [document.root]
    while waiting:
        match waiting.pop():
            case Mapping(entries):
                waiting += (value for entry in entries for value in (entry.key, entry.value))
            case Sequence(items):
                waiting += items
            case Scalar(_, _, style, _, raw):
                start = raw.start
                if style in ("literal", "folded"):
                    line_end = document.text.find("\n", start)
                    start = raw.end if line_end < 0 else line_end
                yield start, raw.end


def _directive(
    document: Document, source: Source, start: int, end: int, found: re.Match[str]
) -> Directive:
    text = document.text
    line = source.line(start)
    begins = source.starts[line - 1]
    alone = not text[begins:start].strip()
    if alone:
        whole = source.place(begins, min(end + 1, len(text)))
    else:
        blanks = len(text[:start]) - len(text[:start].rstrip(" \t"))
        whole = source.place(start - blanks, source.line_end(start))
    codes = tuple(
        Word(code[0], source.place(start + code.start(), start + code.end()))
        for code in _CODE.finditer(found.string, *found.span(2))
    )
    word = Word(found[1], source.place(start + found.start(1), start + found.end(1)))
    covers = None if word.text == "ignore-file" else (line, line)
    if covers is not None and alone:
        covers = _below(document, source, line)
    place = source.place(start, source.line_end(start))
    return Directive(word, codes, place, whole, covers)


def _below(document: Document, source: Source, line: int) -> tuple[int, int]:
    """Return the lines of what stands below a comment: a line, or the block of a key or item."""
    lines = document.text.split("\n")
    following = line + 1
    while following <= len(lines) and lines[following - 1].strip()[:1] in ("", "#"):
        following += 1
    last = following
    for begins, value in _blocks(document.root):
        if begins == following:
            last = _last_line(value)
            break
    return following, max(following, last)


def _blocks(value: Value) -> Iterator[tuple[int, Value]]:
    """Yield the line where each key, or item of a list, begins, and its value; outer ones first."""
    waiting: deque[Value] = deque([value])
    while waiting:
        match waiting.popleft():
            case Mapping(entries):
                yield from ((entry.key.place.line, entry.value) for entry in entries)
                waiting += (entry.value for entry in entries)
            case Sequence(items):
                yield from ((item.place.line, item) for item in items)
                waiting += items


def _last_line(value: Value) -> int:
    """Return the last line of a value; the place of a mapping may end at what follows it."""
    match value:
        case Mapping(entries) if entries:
            return max(value.place.line, *(_last_line(entry.value) for entry in entries))
        case Sequence(items) if items:
            return max(value.place.line, *(_last_line(item) for item in items))
        case _:
            place = value.place
            return place.end_line - 1 if place.end_column == 1 else place.end_line
