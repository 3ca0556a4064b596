"""The comments of a file, and the entry or item that each belongs to.

A comment behind something on its line belongs to that. One on a line of its own belongs to what
stands below it, unless it is indented like what stands above: then it ends that block.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass

from leadline.document import Document, Scalar
from leadline.document.source import Source
from leadline.layout.parts import Part, Path, children, is_flow, is_nothing, parts, source

_COMMENT = re.compile(r"#[^\n]*")
_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+(#[^\n]*)")
#: What stands before a comment that belongs to the item or key below it.
_BEGINS = re.compile(r"[ \t]*(?:[-?][ \t]+)*")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: its text from the ``#`` on, and where that stands."""

    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Note:
    """A comment on a line of its own, and whether a blank line stands before it."""

    text: str
    blank: bool


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments and blank lines of a file, by the path of what they belong to.

    Attributes:
        before: on lines of their own before an entry or item; of ``()`` before the whole.
        behind: on the line of an entry or item.
        below: at the end of a collection, behind the last of what it holds.
        blank: the entries and items with a blank line before them.
        within: the collections that hold comments.
    """

    before: Dict[Path, tuple[Note, ...]]
    behind: Dict[Path, str]
    below: Dict[Path, tuple[Note, ...]]
    blank: frozenset[Path]
    within: frozenset[Path]


def comments(document: Document) -> tuple[Comment, ...]:
    """Return the comments of a document in the order of the file."""
    text = document.text
    found: list[Comment] = []
    at = 0
    for scalar in sorted(_scalars(document), key=lambda each: each.raw.start):
        found += _between(text, at, scalar.raw.start)
        header = _HEADER.match(text, scalar.raw.start, scalar.raw.end)
        if header is not None and scalar.style in ("literal", "folded"):
            found.append(Comment(header[1].rstrip(), header.start(1)))
        at = scalar.raw.end
    return (*found, *_between(text, at, len(text)))


def attached(document: Document) -> Comments:
    """Return the comments of a document with what each belongs to."""
    every = parts(document)
    text = source(document)
    attacher = _Attacher(text, every)
    for comment in comments(document):
        attacher.attach(comment)
    return attacher.all()


def _scalars(document: Document) -> Iterator[Scalar]:
    for part in parts(document):
        if part.key is not None:
            yield part.key
        if isinstance(part.value, Scalar):
            yield part.value


def _between(text: str, start: int, end: int) -> Iterator[Comment]:
    for found in _COMMENT.finditer(text, start, end):
        yield Comment(found[0].rstrip(), found.start())


class _Attacher:
    """Finds for each comment what it belongs to."""

    def __init__(self, text: Source, every: tuple[Part, ...]) -> None:
        self._source = text
        self._text = text.text
        self._parts = {part.path: part for part in every}
        # An item begins where the first key in it does: of such the outermost stands first, which
        # a comment is before, and the innermost last, which it is behind.
        self._order = sorted(every[1:], key=lambda part: part.start)
        self._starts = [part.start for part in self._order]
        self._anchors = sorted(self._anchored(every))
        self._flow = [part for part in every if is_flow(part, self._text)]
        self._end: tuple[Part, Path | None] | None = None
        self._before: dict[Path, list[Note]] = defaultdict(list)
        self._behind: dict[Path, list[str]] = defaultdict(list)
        self._below: dict[Path, list[Note]] = defaultdict(list)

    def attach(self, comment: Comment) -> None:
        start = self._line_start(comment.at)
        begins = _BEGINS.match(self._text, start, comment.at)
        if begins is not None and begins.end() == comment.at:
            self._own_line(comment, begins=begins[0].strip() != "")
            return
        at = bisect_right(self._anchors, (comment.at, (1 << 30,)))
        path = self._anchors[at - 1][1] if at else ()
        if path:
            self._behind[path].append(comment.text)
        elif self._starts and comment.at < self._starts[0]:
            self._before[()].append(self._note(comment))
        else:
            self._below[()].append(self._note(comment))

    def all(self) -> Comments:
        for path, texts in self._behind.items():
            # One comment fits behind a line.
            self._before[path] += [Note(text, False) for text in texts[:-1]]
        within = {path[:end] for path in self._before for end in range(len(path))}
        within |= {path[:end] for path in self._behind for end in range(len(path))}
        within |= {path[:end] for path in self._below for end in range(len(path) + 1)}
        return Comments(
            {path: tuple(notes) for path, notes in self._before.items()},
            {path: texts[-1] for path, texts in self._behind.items()},
            {path: tuple(notes) for path, notes in self._below.items()},
            frozenset(part.path for part in self._order if self._after_blank(part)),
            frozenset(within),
        )

    def _anchored(self, every: tuple[Part, ...]) -> Iterator[tuple[int, Path]]:
        """Yield the ends of what a comment can stand behind, with the path that it is of."""
        for part in every:
            if part.key is not None:
                yield part.key.raw.end, part.path
            if isinstance(part.value, Scalar):
                folds = part.value.style in ("literal", "folded")
                yield part.first if folds else part.end, part.path
            elif is_flow(part, self._text):
                yield part.first + 1, part.path
                yield part.end, part.path

    def _own_line(self, comment: Comment, *, begins: bool) -> None:
        """Attach a comment with nothing before it, or the dash that ``begins`` an item."""
        note = self._note(comment)
        at = bisect_right(self._starts, comment.at)
        below = self._order[at] if at < len(self._order) else None
        above = self._order[at - 1] if at else None
        if above is None:
            self._before[()].append(note)
            return
        around = [part for part in self._flow if part.first < comment.at < part.end]
        if around and around[-1].path:
            self._in_braces(note, around[-1], below)
        elif above.first > comment.at and not self._holds_block(above):
            self._before[above.path].append(note)
        else:
            column = comment.at - self._line_start(comment.at)
            path = None if begins and below else self._block(above, below, column)
            self._end = (above, path)
            if path is None and below is not None:
                self._before[below.path].append(note)
            else:
                self._below[path or ()].append(note)

    def _in_braces(self, note: Note, around: Part, below: Part | None) -> None:
        if below is not None and below.start < around.end:
            self._before[below.path].append(note)
        elif children(around.value):
            self._below[around.path].append(note)
        else:
            self._before[around.path].append(note)

    def _holds_block(self, part: Part) -> bool:
        return bool(children(part.value)) and not is_flow(part, self._text)

    def _block(self, above: Part, below: Part | None, column: int) -> Path | None:
        """Return the block that ends with a comment in ``column``; None: it begins the next."""
        deepest = len(above.path)
        if self._end is not None and self._end[0] is above:
            # What a comment before this one has ended has ended.
            if self._end[1] is None:
                return None
            deepest = len(self._end[1])
        next_column = below.column if below is not None else -1
        shared = below.path[:-1] if below is not None else None
        empty = is_nothing(above.value) and deepest == len(above.path)
        if empty and column > above.column >= next_column:
            return above.path
        found, begins = None, -1
        for length in range(min(deepest, len(above.path) - 1), -1, -1):
            path = above.path[:length]
            if path == shared:
                break
            inner = self._parts[(*path, above.path[length])].column
            # A list may stand in the column of its key: then the comment is not of the list.
            if next_column < inner <= column and (found is None or inner == begins):
                found, begins = path, inner
        return found

    def _note(self, comment: Comment) -> Note:
        return Note(comment.text, self._blank(comment.at))

    def _after_blank(self, part: Part) -> bool:
        start = self._line_start(part.start)
        begins = _BEGINS.match(self._text, start, part.start)
        return begins is not None and begins.end() == part.start and self._blank(part.start)

    def _blank(self, at: int) -> bool:
        """Tell whether the line before that of ``at`` is blank."""
        start = self._line_start(at)
        before = self._text[:start].removesuffix("\n").rpartition("\n")[2] if start else "#"
        return not before.strip()

    def _line_start(self, at: int) -> int:
        return self._source.starts[self._source.line(at) - 1]
