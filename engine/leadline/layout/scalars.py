"""How a text is written in YAML: plain, in quotes, or over several lines.

Quotes go where every reader of YAML, of version 1.1 or 1.2, reads the same text without them. A
quoted ``"NO"`` or ``"1.10"`` keeps its quotes and a plain one gets none, so that no other reader
sees another type than before.
"""

from __future__ import annotations

import re

from leadline.document import Scalar
from leadline.layout.shape import Shape
from leadline.layout.spacing import spaced

#: What YAML 1.1 or 1.2 reads as something else than a text.
_NO_TEXT = re.compile(
    r"[-+.0-9][-+.0-9a-fA-FxXoO_:,]*|[-+]?\.(?:inf|nan)|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?"
    r"|~|null|true|false|yes|no|on|off|y|n|=|<<",
    re.IGNORECASE,
)
_NEVER_FIRST = "?:,[]{}#&*!|>'\"%@`"
_NEVER_INSIDE = re.compile(r": |:\Z| #")
_FLOW = re.compile(r"[,\[\]{}]")
_OTHER_ESCAPE = re.compile(r"\\[^\"\\]")


def one_line(scalar: Scalar, shape: Shape, *, flow: bool) -> str | None:
    """Return how a text is written on one line; None where it stands on several.

    Args:
        scalar: the text as it is written now.
        shape: what its key says of it.
        flow: whether it stands inside braces or brackets.
    """
    raw = _raw(scalar)
    if scalar.style in ("literal", "folded") or "\n" in raw:
        return None
    text = spaced(scalar, shape.read) if shape.read is not None else scalar.text
    if scalar.style == "plain":
        cut = flow and (_FLOW.search(text) or (text[:1] in "?:-" and not _NO_TEXT.fullmatch(text)))
        return quoted(text) if cut else text
    if plain_alike(text, flow=flow):
        return text
    verbatim = not text.isprintable() or (
        scalar.style == "double" and _OTHER_ESCAPE.search(raw.replace("\\\\", ""))
    )
    return raw if verbatim else quoted(text)


def key_of(text: str) -> str:
    """Return how a key is written that no file holds yet, inside braces or not."""
    return fresh(text, flow=True)


def key_text(key: Scalar, *, flow: bool) -> str:
    """Return how a key is written."""
    raw = _raw(key)
    plain = key.style == "plain" and key.text and "\n" not in raw
    if (plain and not (flow and _FLOW.search(key.text))) or plain_alike(key.text, flow=flow):
        return key.text
    return quoted(key.text)


def plain_alike(text: str, *, flow: bool) -> bool:
    """Tell whether every reader of YAML reads this text where it stands without quotes."""
    return not (
        not text
        or text != text.strip()
        or not text.isprintable()
        or text[0] in _NEVER_FIRST
        or text[:2] == "- "
        or text[:3] in ("---", "...")
        or _NEVER_INSIDE.search(text)
        or (flow and _FLOW.search(text))
        or _NO_TEXT.fullmatch(text)
    )


def fresh(text: str, *, flow: bool) -> str:
    """Return how a text is written that no file holds yet: plain where leadline reads it so."""
    cut = flow and _FLOW.search(text)
    plain = plain_alike(text, flow=flow) or (_NO_TEXT.fullmatch(text) and not cut)
    return text if plain else quoted(text)


def quoted(text: str) -> str:
    """Return a text in quotes: single ones where it holds double ones or backslashes."""
    if text.isprintable() and ('"' in text or "\\" in text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, text)) + '"'


def several_lines(scalar: Scalar, column: int) -> list[str]:
    """Return the lines of a text that stands on several, as the author broke them.

    Args:
        scalar: the text.
        column: the column, from 0, of the lines behind the first.
    """
    match scalar.style:
        case "literal":
            lines = scalar.text.removesuffix("\n").split("\n")
            return [_header("|", scalar.text), *_indented(lines, column)]
        case "folded":
            return [_header(">", scalar.text), *_indented(_folded(scalar), column)]
        case _:
            first, *rest = _raw(scalar).split("\n")
            lines = [line.strip("\r").lstrip(" \t") for line in rest]
            return [_ended(first, scalar), *_indented([_ended(i, scalar) for i in lines], column)]


def _header(indicator: str, text: str) -> str:
    indent = "2" if text.lstrip("\n").startswith(" ") else ""
    if not text.endswith("\n"):
        return f"{indicator}{indent}-"
    keeps = text.endswith("\n\n") or not text.strip("\n")
    return f"{indicator}{indent}{'+' if keeps else ''}"


def _folded(scalar: Scalar) -> list[str]:
    """Return the lines of a folded scalar without their indentation."""
    source, raw = scalar.raw.source, scalar.raw
    found = raw.characters(scalar.style, scalar.text)
    first = next(each for each in found if each.char != "\n")
    indent = source.place(first.start, first.end).column - 1
    lines = source.text[raw.start : raw.end].split("\n")[1:]
    # An end in the middle of a line is the indentation of what follows.
    bare = [line.removesuffix("\r")[indent:] for line in lines[:-1]]
    last = lines[-1][indent:] if lines and lines[-1].strip(" \r") else None
    bare = bare if last is None else [*bare, last]
    if not scalar.text.endswith("\n\n"):
        while bare and not bare[-1]:
            bare.pop()
    return bare


def _ended(line: str, scalar: Scalar) -> str:
    """Return a line of a plain or quoted scalar without the blanks at its end."""
    bare = line.rstrip(" \t\r")
    escaped = len(bare) - len(bare.rstrip("\\"))
    return line.rstrip("\r") if scalar.style == "double" and escaped % 2 and bare != line else bare


def _indented(lines: list[str], column: int) -> list[str]:
    return [" " * column + line if line else "" for line in lines]


def _raw(scalar: Scalar) -> str:
    return scalar.raw.source.text[scalar.raw.start : scalar.raw.end]


def _escaped(char: str) -> str:
    named = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    if char in named or char.isprintable():
        return named.get(char, char)
    code = ord(char)
    return (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )
