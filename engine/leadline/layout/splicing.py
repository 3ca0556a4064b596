"""Changes of a text in one place: everything before and behind stays byte for byte."""

from __future__ import annotations

import re
from dataclasses import dataclass

from leadline.document import Document, Mapping, Scalar
from leadline.layout.comments import comments
from leadline.layout.flat import Child
from leadline.layout.parts import Part, children, is_flow, is_nothing, parts, source, span
from leadline.layout.printing import WIDTH, written
from leadline.layout.scalars import key_of, key_text
from leadline.layout.shape import Shape

_COLON = re.compile(r"[ \t\r\n]*:")
_BLANK_LINE = re.compile(r"(?:[ \t]*\r?\n)+")
_COMMENT_LINE = re.compile(r"( *)#[^\n]*")


@dataclass(frozen=True, slots=True)
class Splice:
    """A change: ``text[start:end]`` becomes ``new``."""

    start: int
    end: int
    new: str

    def of(self, text: str) -> str:
        """Return the text after the change, whose line breaks are those of the text."""
        new = self.new.replace("\n", "\r\n") if "\r\n" in text else self.new
        return text[: self.start] + new + text[self.end :]


def replaced(document: Document, part: Part, new: str) -> Splice:
    """Have ``new`` stand at a key, with the comment that stands behind the key."""
    text = document.text
    end = _end(text, part)
    if part.key is None:
        return Splice(part.first, end, f" {new}" if is_nothing(part.value) else new)
    start = _behind_colon(text, part.key)
    line_end = _line_end(text, start)
    aside = [each.text for each in comments(document) if start <= each.at < min(line_end, end)]
    return Splice(start, end, "  ".join([f" {new}", *aside]))


def laid(document: Document, part: Part, key: Scalar, shape: Shape) -> Splice:
    """Have what stands at a part's key stand there in canonical layout."""
    start = _behind_colon(document.text, key)
    room = WIDTH - part.column - len(key_text(key, flow=False)) - 2
    child = Child(part.path, key, part.value, shape)
    first, *rest = written(document, child, part.column, room)
    lines = [f" {first}" if first else "", *rest]
    return Splice(start, _end(document.text, part), "\n".join(lines))


def added(document: Document, mapping: Mapping, shape: Shape, name: str, new: str) -> Splice:
    """Add a key to a mapping, in its canonical place.

    Args:
        document: the file.
        mapping: the mapping, which has entries.
        shape: what the schema says of it.
        name: the key.
        new: what stands at it, on one line.
    """
    text, entry = document.text, f"{key_of(name)}: {new}"
    before = shape.before(mapping, name)
    first = mapping.entries[0].key.raw.start
    column = source(document).place(first, first).column - 1
    flow = text[span(source(document), mapping)[0]] == "{"
    if before is not None:
        _, end = span(source(document), before.value)
        end = max(_trimmed(text, end), _behind_colon(text, before.key))
        if flow:
            return Splice(end, end, f", {entry}")
        at = _behind_comments(text, _line_end(text, end), column)
        return Splice(at, at, f"\n{' ' * column}{entry}")
    if flow:
        return Splice(first, first, f"{entry}, ")
    at = _before_comments(text, first)
    return Splice(at, at, f"{entry}\n{' ' * column}")


def without(document: Document, part: Part, around: Part) -> Splice:
    """Take a part out of what it stands in, with the comments directly above and behind it."""
    text = document.text
    if len(children(around.value)) == 1:
        empty = "{}" if isinstance(around.value, Mapping) else "[]"
        return replaced(document, around, empty) if around.path else Splice(0, len(text), "{}\n")
    by_path = {each.path: each for each in parts(document)}
    *_, index = part.path
    following = by_path.get((*around.path, index + 1))
    line = text.rfind("\n", 0, part.start) + 1
    follows_dash = part.key is not None and text[line : part.start].strip() != ""
    if following is not None and (is_flow(around, text) or follows_dash):
        return Splice(part.start, following.start, "")
    if is_flow(around, text):
        return Splice(_end(text, by_path[(*around.path, index - 1)]), _end(text, part), "")
    return _without_lines(document, part)


def _without_lines(document: Document, part: Part) -> Splice:
    """Take out the lines of a part, and one of two blank lines that would come together."""
    text = document.text
    # What stands before the first entry of a file is about the file.
    start = part.start if part.path == (0,) else _before_comments(text, part.start)
    start = text.rfind("\n", 0, start) + 1
    last = _behind_comments(text, _line_end(text, _end(text, part)), part.column)
    end = text.find("\n", last) + 1 or len(text)
    blank = _BLANK_LINE.match(text, end)
    if _keeps_blanks(document, start):
        end = blank.end() if blank else end
    elif text[:start].endswith(("\n\n", "\r\n\r\n")) and (blank or end == len(text)):
        start = text.rfind("\n", 0, start - 1) + 1
    return Splice(start, end, "")


def _keeps_blanks(document: Document, at: int) -> bool:
    """Tell whether a text that keeps the blank lines at its end reaches up to an offset."""
    return any(
        isinstance(part.value, Scalar)
        and part.value.style in ("literal", "folded")
        and "+" in document.text[part.first : part.first + 3]
        and part.first < at <= part.end
        for part in parts(document)
    )


def _behind_colon(text: str, key: Scalar) -> int:
    found = _COLON.match(text, key.raw.end)
    return found.end() if found else key.raw.end


def _end(text: str, part: Part) -> int:
    """Return the offset behind the last character that shows of a part."""
    if is_nothing(part.value) and part.key is not None:
        return _behind_colon(text, part.key)
    return max(_trimmed(text, part.end), part.first)


def _trimmed(text: str, end: int) -> int:
    return len(text[:end].rstrip(" \r\n"))


def _line_end(text: str, at: int) -> int:
    """Return the offset of the line break that ends the line of ``at``, or of the text's end."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if text[at:end].endswith("\r") else end


def _behind_comments(text: str, at: int, column: int) -> int:
    """Return where the lines end that belong to a block which ends at ``at``.

    These are comments that are indented more than ``column``.
    """
    end, line = at, at
    while line < len(text):
        begin = text.find("\n", line) + 1
        if not begin:
            break
        line = _line_end(text, begin)
        found = _COMMENT_LINE.match(text, begin)
        if found is not None and len(found[1]) > column:
            end = line
        elif text[begin:line].strip() or begin >= len(text):
            break
    return end


def _before_comments(text: str, at: int) -> int:
    """Return where the comments begin, each on its line, that stand directly above ``at``."""
    line = text.rfind("\n", 0, at) + 1
    if text[line:at].strip(" -"):
        return at
    begin = at
    while line:
        above = text.rfind("\n", 0, line - 1) + 1
        found = _COMMENT_LINE.match(text, above)
        if found is None:
            break
        begin, line = found.end(1), above
    return begin
