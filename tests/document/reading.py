"""Texts with marks, and what was read of them."""

from __future__ import annotations

from collections.abc import Iterator

from leadline.diagnostic import Diagnostic, Place
from leadline.document import Document, Loaded, Mapping, Scalar, Value, load


def marked(text: str) -> tuple[str, list[Place]]:
    """Return a text without its marks «..», and the places that they marked."""
    plain, places = "", []
    line = column = 1
    begun: tuple[int, int] = (0, 0)
    for char in text:
        if char == "«":
            begun = (line, column)
        elif char == "»":
            places.append(Place("f", *begun, line, column))
        else:
            plain += char
            line, column = (line + 1, 1) if char == "\n" else (line, column + 1)
    return plain, places


def loaded(text: str) -> Loaded:
    return load(text.encode(), "f")


def document(text: str) -> Document:
    """Return the document of a text about which nothing is said."""
    result = loaded(text)
    assert result.diagnostics == ()
    assert result.document is not None
    return result.document


def only(text: str) -> Diagnostic:
    """Return the one diagnostic of a text."""
    (found,) = loaded(text).diagnostics
    return found


def scalar(text: str, key: str = "k") -> Scalar:
    entry = document(text).root.get(key)
    assert entry is not None
    assert isinstance(entry.value, Scalar)
    return entry.value


def plain(value: Value) -> object:
    """Return a value as Python's lists, dictionaries and strings."""
    if isinstance(value, Scalar):
        return value.text
    if isinstance(value, Mapping):
        return {entry.key.text: plain(entry.value) for entry in value.entries}
    return [plain(item) for item in value.items]


def scalars(value: Value) -> Iterator[Scalar]:
    """Yield every scalar in a value, keys included."""
    if isinstance(value, Scalar):
        yield value
    elif isinstance(value, Mapping):
        for entry in value.entries:
            yield entry.key
            yield from scalars(entry.value)
    else:
        for item in value.items:
            yield from scalars(item)


def has_places(found: Scalar) -> bool:
    """Tell whether a scalar knows more of its characters than its own place."""
    characters = found.raw.characters(found.style, found.text)
    assert "".join(each.char for each in characters) in ("", found.text)
    verbatim = found.raw.verbatim(found.style, found.text)
    if verbatim is not None:
        assert [each.start - verbatim for each in characters] == [*range(len(found.text))]
    return len(characters) == len(found.text)


def source_at(text: str, place: Place) -> str:
    """Return what stands at a place of a text."""
    lines = text.split("\n")
    if place.line == place.end_line:
        return lines[place.line - 1][place.column - 1 : place.end_column - 1]
    first, *between = lines[place.line - 1 : place.end_line - 1]
    last = lines[place.end_line - 1][: place.end_column - 1]
    return "\n".join([first[place.column - 1 :], *between, last])


def assert_true_places(text: str, found: Scalar) -> None:
    """Check that each character of a scalar has the place of itself or of what stands for it."""
    end = (1, 1)
    for index, char in enumerate(found.text):
        place = found.span(index, index + 1)
        source = source_at(text, place)
        assert stands_for(source, char, found.style), (text, index, char, source)
        assert (place.line, place.column) >= end, (text, index, char)
        end = (place.end_line, place.end_column)


def stands_for(source: str, char: str, style: str) -> bool:
    if source == char or (char == "\n" and source == "\r\n"):
        return True
    if char == " " and "\n" in source:
        return style != "literal" and not source.strip(" \t\r\n")
    if style == "single":
        return (source, char) == ("''", "'")
    return style == "double" and source.startswith("\\") and _escaped(source) == char


def _escaped(source: str) -> str:
    if source[1] in "xuU":
        return chr(int(source[2:], 16))
    return {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "_": "\xa0", "/": "/", " ": " "}[source[1]]
