"""A document as canonical text."""

from __future__ import annotations

from dataclasses import replace

from leadline.document import Document, Scalar
from leadline.layout.comments import Comments, Note, attached
from leadline.layout.flat import Child, filled, flat, lies_flat
from leadline.layout.parts import Path
from leadline.layout.scalars import key_text, one_line, several_lines
from leadline.layout.shape import Shape

#: The most columns of a line that holds a collection.
WIDTH = 100
_INDENT = 2


def printed(document: Document, shape: Shape) -> str:
    """Return the canonical text of a file, its lines ended by line feeds.

    Args:
        document: the file.
        shape: what its schema says of it.
    """
    root = Child((), None, document.root, shape.of(document.root))
    comments = attached(document)
    inside = root.children()
    if not inside:
        notes = (*comments.before.get((), ()), *comments.below.get((), ()))
        return "".join(f"{note.text}\n" for note in notes) + "{}\n"
    comments = _about_the_file(comments, inside[0].path)
    _, lines = _Printer(comments).block(root, 0, hoist=False)
    return "\n".join(lines) + "\n"


def written(document: Document, child: Child, column: int, room: int) -> list[str]:
    """Return a value of a document in canonical text: the end of its key's line, and more lines.

    Args:
        document: the file.
        child: the entry.
        column: the column, from 0, of its key.
        room: the columns left on the key's line.
    """
    printer = _Printer(attached(document))
    first, rest = printer.value(child, column, room)
    return [first, *rest]


def _about_the_file(comments: Comments, first: Path) -> Comments:
    """Have what stands before the file's first entry stay at the top, whichever comes first now."""
    before, begins = dict(comments.before), (0,)
    about = (*before.pop((), ()), *before.pop(begins, ()))
    blank = comments.blank
    if about and first != begins:
        blank = (blank - {begins, first}) | ({first} if begins in blank else set())
    before[first] = (*about, *before.get(first, ()))
    return replace(comments, before=before, blank=blank)


class _Printer:
    """Writes parts of a file as lines, with the comments of each."""

    def __init__(self, comments: Comments) -> None:
        self._comments = comments

    def block(
        self, child: Child, column: int, *, hoist: bool
    ) -> tuple[tuple[Note, ...], list[str]]:
        """Return a collection in lines.

        Args:
            child: what holds the collection.
            column: the column, from 0, of its keys or dashes.
            hoist: whether the comments before the first of them shall stand before the dash that
                it follows.

        Returns:
            The comments that are hoisted, and the lines.
        """
        hoisted: tuple[Note, ...] = ()
        lines: list[str] = []
        for index, each in enumerate(child.children()):
            notes, body = self._part(each, column)
            if index == 0 and hoist:
                hoisted, notes = notes, ()
            _add(lines, notes, column)
            if each.path in self._comments.blank:
                _blank(lines)
            lines += body
        _add(lines, self._comments.below.get(child.path, ()), column)
        return hoisted, lines

    def value(self, child: Child, column: int, room: int) -> tuple[str, list[str]]:
        """Return what stands behind a key or dash on its line, and the lines below."""
        if isinstance(child.value, Scalar):
            text = one_line(child.value, child.shape, flow=False)
            if text is not None:
                return text, []
            first, *rest = several_lines(child.value, column + _INDENT)
            return first, rest
        first, *rest = self._in_braces(child, column, room) or ("",)
        return first, rest if first else self.block(child, column + _INDENT, hoist=False)[1]

    def _in_braces(self, child: Child, column: int, room: int) -> list[str]:
        """Return a collection in braces or brackets; nothing where it stands in lines.

        A row of a list stays in braces however long it is: a table in lines is hard to read.
        """
        if not lies_flat(child):
            return []
        within = self._comments.within
        text = flat(child, within)
        if text is not None and len(text) <= room:
            return [text]
        if child.key is None and text is not None:
            first, *rest = filled(child, within, room) or ("",)
            return [first, *(" " * (column + _INDENT) + line for line in rest)] if first else []
        return []

    def _part(self, child: Child, column: int) -> tuple[tuple[Note, ...], list[str]]:
        """Return an entry or item: the comments before it, and its lines."""
        notes = self._comments.before.get(child.path, ())
        behind = self._comments.behind.get(child.path, "")
        head = " " * column + (f"{key_text(child.key, flow=False)}:" if child.key else "-")
        room = WIDTH - len(head) - 1
        scalar = isinstance(child.value, Scalar)
        if child.key is None and not scalar and not self._in_braces(child, column, room):
            hoisted, lines = self.block(child, column + _INDENT, hoist=True)
            lines[0] = head + lines[0][len(head) :]
            if behind:
                notes = (*notes, Note(behind, blank=False))
            return (*notes, *hoisted), lines
        first, rest = self.value(child, column, room)
        lines = [f"{head} {first}" if first else head, *rest]
        if behind:
            lines[_end_of(child)] += f"  {behind}"
        if scalar:
            _add(lines, self._comments.below.get(child.path, ()), column + _INDENT)
        return notes, lines


def _end_of(child: Child) -> int:
    """Return the index of the line that the comment behind a part stands on."""
    if isinstance(child.value, Scalar):
        return -1 if child.value.style in ("plain", "single", "double") else 0
    return 0 if child.key is not None else -1


def _add(lines: list[str], notes: tuple[Note, ...], column: int) -> None:
    for note in notes:
        if note.blank:
            _blank(lines)
        lines.append(" " * column + note.text)


def _blank(lines: list[str]) -> None:
    if lines and lines[-1]:
        lines.append("")
