"""Where the cursor is in a YAML file, finished or not: which key, and what is written so far.

The file need not parse: keys are found by their indentation and by brackets, line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

#: What leads to a value: keys by name, items of a list by number.
Path = tuple[str | int, ...]

_ENTRY = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s'"#\[\]{},&*!|>%@`-][^#"\[\]{}]*?)[ \t]*:(?=\s|$)"""
)
_FLOW_COLON = re.compile(r"[ \t]*:(?=[ \t\r\n,\[\]{}]|$)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"?' + r"|'(?:[^']|'')*'?")
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#.*")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the cursor is.

    Attributes:
        path: what leads to the value, or to the mapping where a key may stand.
        part: whether a ``key`` is being written, a ``value``, or nothing (in a ``comment``).
        written: what is written of it up to the cursor, without the quotes it begins with.
        quote: the quote that the value begins with, ``|`` of a block, or ``""``.
        start: the offset at which what is written begins.
        flow: whether this is inside of brackets.
    """

    path: Path
    part: Literal["key", "value", "comment"]
    written: str
    quote: str
    start: int
    flow: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """A key or an item of a list that lines below may belong to."""

    indent: int
    step: str | int


@dataclass(frozen=True, slots=True)
class _Value:
    """A value that is being read: where its text begins, and what came before on its lines."""

    indent: int
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a file: for the path of each mapping its keys, in the order of the file."""

    of: dict[Path, tuple[str, ...]] = field(repr=False)

    def at(self, path: Path) -> tuple[str, ...]:
        """Return the keys of the mapping at a path."""
        return self.of.get(path, ())


def spot_at(text: str, offset: int) -> Spot:
    """Return where an offset of a text is."""
    scan = _Scan(text[:offset])
    return scan.spot()


def keys_in(text: str) -> Keys:
    """Return the keys of a text."""
    scan = _Scan(text)
    scan.spot()
    return Keys({path: tuple(keys) for path, keys in scan.keys.items()})


class _Scan:
    """One pass over a text, line by line."""

    def __init__(self, text: str) -> None:
        self.keys: dict[Path, list[str]] = {}
        self._text = text
        self._frames: list[_Frame] = []
        self._value: _Value | None = None
        self._flow: _Flow | None = None
        self._block: int | None = None  # the indentation of the key of a block scalar

    def spot(self) -> Spot:
        lines = list(_lines(self._text))
        for start, line in lines[:-1]:
            self._line(start, line)
        return self._last(*lines[-1])

    def _path(self) -> Path:
        return tuple(frame.step for frame in self._frames)

    def _line(self, start: int, line: str) -> None:
        indent = len(line) - len(line.lstrip(" "))
        if not line.strip() or (line.lstrip().startswith("#") and self._block is None):
            return
        if self._continues(start, line, indent):
            return
        self._begin(start, line, indent)

    def _continues(self, start: int, line: str, indent: int) -> bool:
        """Say whether a line goes on with what an earlier one began."""
        if self._block is not None:
            if indent > self._block:
                self._add(line)
                return True
            self._block = None
        if self._flow is not None:
            if not self._flow_given_up(line, indent):
                self._flow.read(line, start, self.keys)
                if self._flow.closed:
                    self._flow = None
                return True
            self._flow = None
        value = self._value
        if value is None or not value.text or indent <= value.indent or _begins_key(line.strip()):
            return False
        self._add(line)
        return True

    def _flow_given_up(self, line: str, indent: int) -> bool:
        """Say whether an open bracket was only forgotten: a key stands where its key stood."""
        return indent <= self._frames[-1].indent and _begins_key(line.strip())

    def _add(self, line: str) -> None:
        if self._value is not None:
            value = self._value
            self._value = _Value(value.indent, value.start, f"{value.text} {line.strip()}")

    def _begin(self, start: int, line: str, indent: int) -> None:
        """Read the dashes, the key and the value of a line."""
        self._value = None
        at = self._dashes(line, indent)
        found = _ENTRY.match(line, at)
        if found is None:
            self._plain(start, line, at)
            return
        self._drop(at)
        self._note(_bare(found[1]))
        self._frames.append(_Frame(at, _bare(found[1])))
        begin = found.end()
        begin += len(line[begin:]) - len(line[begin:].lstrip(" "))
        self._begin_value(start + begin, line[begin:], at)

    def _dashes(self, line: str, indent: int) -> int:
        """Take the dashes of list items; return the column of what stands behind them."""
        at = indent
        self._drop(at, keep_key=line[at:].startswith(("- ", "-")) and line[at:].strip() != "---")
        while re.match(r"-(?= |$)", line[at:]):
            number = self._number(at)
            self._frames.append(_Frame(at, number))
            at += 1
            at += len(line[at:]) - len(line[at:].lstrip(" "))
        return at

    def _number(self, at: int) -> int:
        """Return the number of the list item that begins at a column."""
        last = self._frames[-1] if self._frames else None
        if last is not None and isinstance(last.step, int) and last.indent == at:
            self._frames.pop()
            return last.step + 1
        return 0

    def _drop(self, at: int, *, keep_key: bool = False) -> None:
        """Leave the frames that a line beginning at a column does not belong to."""
        while self._frames and self._frames[-1].indent >= at:
            last = self._frames[-1]
            if keep_key and last.indent == at:
                return  # the dash of an item may stand below its key, and below another dash
            self._frames.pop()

    def _note(self, key: str) -> None:
        self.keys.setdefault(self._path(), []).append(key)

    def _plain(self, start: int, line: str, at: int) -> None:
        """Read an item of a list, or a word that is not yet a key."""
        if self._frames and isinstance(self._frames[-1].step, int):
            self._begin_value(start + at, line[at:], at)

    def _begin_value(self, start: int, written: str, indent: int) -> None:
        if written[:1] in ("{", "["):
            self._flow = _Flow(self._path())
            self._flow.read(written, start, self.keys)
            if self._flow.closed:
                self._flow = None
        elif written[:1] in ("|", ">") and re.fullmatch(r"[|>][-+0-9]*\s*(#.*)?", written):
            self._block = indent
            self._value = _Value(indent, start, "")
        else:
            self._value = _Value(indent, start, written.rstrip())

    # The last line, up to the cursor

    def _last(self, start: int, line: str) -> Spot:
        indent = len(line) - len(line.lstrip(" "))
        if line.lstrip().startswith("#") and self._block is None:
            return Spot((), "comment", "", "", start)
        fresh = self._value is None or not self._value.text
        if line.strip() and self._continues(start, line, indent):
            return self._going_on(start + len(line))
        if not line.strip():
            return self._blank(start, indent, fresh)
        self._begin(start, line, indent)
        return self._begun(start, line)

    def _blank(self, start: int, indent: int, fresh: bool) -> Spot:
        if self._block is not None and indent > self._block:
            return self._going_on(start + indent)
        if self._flow is not None:
            return self._flow.spot(start + indent)
        self._drop(indent)
        if not fresh and self._value is not None and indent > self._value.indent:
            return self._going_on(start + indent)
        return Spot(self._path(), "key", "", "", start + indent)

    def _begun(self, start: int, line: str) -> Spot:
        end = start + len(line)
        if self._flow is not None:
            return self._flow.spot(end)
        if self._block is not None:
            return Spot(self._path(), "comment", "", "", end)
        if self._value is None:
            if line.rstrip().endswith(("]", "}")):
                return Spot(self._path(), "comment", "", "", end)
            word = re.search(r"[^\s-].*$", line)
            begin = start + word.start() if word else end
            return Spot(self._path(), "key", word[0] if word else "", "", begin)
        return self._in_value(line, end)

    def _in_value(self, line: str, end: int) -> Spot:
        value = self._value
        assert value is not None  # noqa: S101 - the caller has looked
        written = self._text[value.start : end]
        frame = self._frames[-1]
        if isinstance(frame.step, int) and _WORD_OR_NOTHING.fullmatch(written):
            # An item of a list may become a mapping: a key or a value may be meant.
            return Spot(self._path(), "key", written, "", value.start)
        if not written and self._text[value.start - 1 : value.start] == ":":
            return Spot(self._path(), "comment", "", "", end)  # a blank belongs behind the colon
        return _value_spot(self._path(), written, value.start, flow=False)

    def _going_on(self, end: int) -> Spot:
        """Return the spot inside of a value that an earlier line began."""
        if self._flow is not None:
            return self._flow.spot(end)
        value = self._value
        if value is None:
            return Spot(self._path(), "comment", "", "", end)
        if self._block is not None:
            written = " ".join(self._text[value.start : end].split("\n")[1:])
            return Spot(self._path(), "value", written, "|", value.start)
        return _value_spot(self._path(), self._text[value.start : end], value.start, flow=False)


_WORD_OR_NOTHING = re.compile(r"[^\W\d]\w*|")


class _Flow:
    """Brackets that are being read: ``{`` with its key at hand, ``[`` with its item's number."""

    def __init__(self, path: Path) -> None:
        self.closed = False
        self._path = path
        self._open: list[tuple[str, str | int | None]] = []
        self._written = ""
        self._start = 0

    def read(self, line: str, start: int, keys: dict[Path, list[str]]) -> None:
        """Read a line of it."""
        at = 0
        if self._written.strip():
            self._written += " "
        while at < len(line) and not self.closed:
            at = self._next(line, at, start, keys)

    def _next(self, line: str, at: int, start: int, keys: dict[Path, list[str]]) -> int:
        char = line[at]
        fresh = not self._written.strip()
        if fresh and (char in "{[" or char in " \t"):
            if char in "{[":
                self._open.append((char, 0 if char == "[" else None))
            self._fresh(start + at + 1)
            return at + 1
        if char in ",]}":
            self._end(char)
            self._fresh(start + at + 1)
            return at + 1
        if char == "#" and (at == 0 or line[at - 1] in " \t"):
            return len(line)
        colon = _FLOW_COLON.match(line, at)
        if colon and self._open and self._open[-1] == ("{", None):
            key = _bare(self._written.strip())
            keys.setdefault(self.path, []).append(key)
            self._open[-1] = ("{", key)
            self._fresh(start + colon.end())
            return colon.end()
        quoted = _QUOTED.match(line, at) if fresh and char in "\"'" else None
        piece = quoted[0] if quoted else char
        if fresh:
            self._start = start + at
        self._written = (self._written if not fresh else "") + piece
        return at + len(piece)

    def _fresh(self, start: int) -> None:
        self._written, self._start = "", start

    def _end(self, char: str) -> None:
        if char != ",":
            if self._open:
                self._open.pop()
            self.closed = not self._open
        if self._open and char == ",":
            bracket, step = self._open[-1]
            following = step + 1 if isinstance(step, int) else None
            self._open[-1] = (bracket, following)

    @property
    def path(self) -> Path:
        """What leads to the value or the mapping at hand."""
        return (*self._path, *(step for _, step in self._open if step is not None))

    def spot(self, end: int) -> Spot:
        """Return the spot at an offset, up to which this was read."""
        written = self._written
        start = self._start if written.strip() else end
        if self._open and self._open[-1] == ("{", None):
            return Spot(self.path, "key", written.strip(), "", start, flow=True)
        return _value_spot(self.path, written, start, flow=True)


def _value_spot(path: Path, written: str, start: int, *, flow: bool) -> Spot:
    quote = written[:1] if written[:1] in ("'", '"') else ""
    if not quote and (comment := _COMMENT.search(written)):
        return Spot(path, "comment", "", "", start + comment.start(), flow)
    text = " ".join(line.strip() if i else line for i, line in enumerate(written.split("\n")))
    if quote and len(text) > 1 and _QUOTED.fullmatch(text) and text.endswith(quote):
        return Spot(path, "comment", "", "", start, flow)  # behind the closing quote
    return Spot(path, "value", _unescaped(text, quote), quote, start, flow)


def _unescaped(text: str, quote: str) -> str:
    if quote == "'":
        return text[1:].replace("''", "'")
    if quote == '"':
        return re.sub(r"\\(.)", r"\1", text[1:])
    return text


def _begins_key(stripped: str) -> bool:
    """Say whether a line begins an entry or an item."""
    return stripped.startswith("- ") or stripped == "-" or _ENTRY.match(stripped) is not None


def _bare(key: str) -> str:
    return key[1:-1] if len(key) > 1 and key[0] == key[-1] and key[0] in "\"'" else key


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the offset and the text of each line, the last one even where it is empty."""
    start = 0
    for line in text.split("\n"):
        yield start, line.removesuffix("\r")
        start += len(line) + 1
