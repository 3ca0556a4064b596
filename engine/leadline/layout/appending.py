"""One more item at the end of a list in a file: everything else stays byte for byte."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from typing import Any

from leadline.document import Document, Entry, Mapping, Scalar, Sequence, Value, load
from leadline.errors import UsageError
from leadline.layout.formatting import changed, readable
from leadline.layout.parts import is_nothing, source, span
from leadline.layout.scalars import fresh

#: Where a list stands that no file holds yet.
_COLUMN = 2
#: A line that holds nothing, or a comment that is no part of what is above it.
_APART = re.compile(r"(?:[ \t]*|#[^\n]*)\r?\n?\Z")
_OPENING = ("[", "{")
#: The line that ends a document, where one is written.
_CLOSING = re.compile(r"^\.\.\.(?=\s|\Z)", re.MULTILINE)


def append_item(text: str, file: str, key: str, item: Dict[str, str]) -> str:
    """Return the text of a file with one more mapping at the end of the list at a key.

    A key that is not there is added at the end of the file. The result is read again and compared.

    Args:
        text: the text of the file, without a mark of byte order.
        file: its name, for messages.
        key: a key of the file, with a list of mappings or nothing.
        item: the new mapping: keys to the texts that leadline shall read.

    Raises:
        RulesetError: the text is no YAML that leadline reads.
        UsageError: the list is written in brackets, no list stands at the key, or the file has no
            place for more.
        EngineError: the file would say something else besides; a fault of leadline's own.
    """
    document = readable(text, file)
    before = _plain(document.root)
    before.setdefault(key, None)
    edited = _edited(document, key, item)
    loaded = load(edited.encode("utf-8", "surrogatepass"), file)
    if loaded.document is None:
        why = loaded.diagnostics[0].message if loaded.diagnostics else "nothing could read it"
        raise UsageError(
            f"{file} cannot take one more item: {why}", hint="move old items to a file of their own"
        )
    expected = before | {key: [*(before[key] or ()), dict(item)]}
    if _plain(loaded.document.root) != expected:
        if not text.endswith("\n"):
            raise UsageError(
                f"{file} ends within a text of several lines", hint="end its last line first"
            )
        raise changed(file, "more")
    return edited


def _edited(document: Document, key: str, item: Dict[str, str]) -> str:
    text = document.text
    entry = document.root.get(key)
    if text.lstrip()[:1] in _OPENING:
        raise _in_brackets(document.file, "the file")
    if entry is None:
        return _inserted(text, _file_end(text), [f"{key}:", *_lines(item, _COLUMN)])
    value = entry.value
    if isinstance(value, Sequence) and not value.items:
        start, end = span(source(document), value)
        text = text[:start].rstrip(" \t") + text[end:]
        return _inserted(text, _line_end(text, start), _lines(item, _COLUMN))
    if is_nothing(value):
        return _inserted(text, _line_end(text, entry.key.raw.end), _lines(item, _COLUMN))
    if not isinstance(value, Sequence):
        raise UsageError(
            f"{document.file}: no list stands at `{key}`", hint="write the items below each other"
        )
    start, _ = span(source(document), value)
    if text[start : start + 1] in _OPENING:
        raise _in_brackets(document.file, f"the list `{key}`")
    column = source(document).place(start, start).column - 1
    return _inserted(text, _end(document, entry), _lines(item, column))


def _in_brackets(file: str, what: str) -> UsageError:
    return UsageError(
        f"{file}: {what} is written in brackets", hint="write it on lines of its own, `- ` first"
    )


def _end(document: Document, entry: Entry) -> int:
    """Return where the lines of an entry end: before the next one and what is said about that."""
    text, entries = document.text, document.root.entries
    following = entries[entries.index(entry) + 1 :]
    if not following:
        return _file_end(text)
    at = text.rfind("\n", 0, following[0].key.raw.start) + 1
    while at:
        line = text.rfind("\n", 0, at - 1) + 1
        if not _APART.match(text[line:at]):
            break
        at = line
    return at


def _file_end(text: str) -> int:
    """Return where the last entry of a file can stand: its end, or the line that closes it."""
    closing = _CLOSING.search(text)
    return closing.start() if closing else len(text)


def _line_end(text: str, at: int) -> int:
    """Return where the line with an offset ends, its line break included."""
    return text.find("\n", at) + 1 or len(text)


def _inserted(text: str, at: int, lines: list[str]) -> str:
    break_ = "\r\n" if "\r\n" in text else "\n"
    before = text[:at]
    if before and not before.endswith("\n"):
        before += break_
    return before + "".join(f"{line}{break_}" for line in lines) + text[at:]


def _lines(item: Dict[str, str], column: int) -> list[str]:
    """Return the lines of an item of a list whose dashes stand in a column, from 0."""
    lines = [line for key, text in item.items() for line in _written(key, text)]
    indents = [f"{' ' * column}- ", *[" " * (column + 2)] * (len(lines) - 1)]
    return [f"{indent}{line}".rstrip(" ") for indent, line in zip(indents, lines, strict=True)]


def _written(key: str, text: str) -> list[str]:
    """Return the lines of an entry: a text of several lines as it reads, where YAML lets it."""
    lines = text.split("\n")
    if len(lines) == 1 or not lines[0] or not lines[-1] or any(map(_needs_quotes, lines)):
        return [f"{key}: {fresh(text, flow=False)}"]
    return [f"{key}: |-", *(f"  {line}" for line in lines)]


def _needs_quotes(line: str) -> bool:
    return line != line.strip() or not line.isprintable()


def _plain(value: Value) -> Any:
    """Return a value as plain data; None where nothing is written."""
    match value:
        case Mapping():
            return {entry.key.text: _plain(entry.value) for entry in value.entries}
        case Sequence():
            return [_plain(item) for item in value.items]
        case Scalar():
            return None if is_nothing(value) else value.text
