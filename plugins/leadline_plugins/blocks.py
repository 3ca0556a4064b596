"""Judge a block of lines at once, which is what most blocks of most files need.

What is harmless is deleted from the block; what is left of good lines is the same few bytes again
and again. Quoted cells take one pattern over the whole block. A block with anything unusual in it
is left to be judged record by record.
"""

from __future__ import annotations

import re

from leadline_plugins.cells import CONTROLS, MOST_CHARACTERS


class BlockJudge:
    """Judge blocks of whole lines that should all have the same number of cells.

    Args:
        count: how many cells a line has.
        delimiter: one character of ASCII.
        codec: the encoding, in which ASCII means itself.
    """

    def __init__(self, count: int, delimiter: str, codec: str) -> None:
        self._delimiter, self._codec = delimiter, codec
        telling = {*range(32), 127, *b'",'} - {ord("\t")} | {ord(delimiter)}
        self._harmless = bytes(sorted(set(range(256)) - telling))
        self._skeleton = (delimiter * (count - 1) + "\n").encode()
        mark = re.escape(delimiter)
        cell = rf'(?:"[^"\n]*+(?:""[^"\n]*+)*+"|[^"\r\n{mark}]*+)'
        self._quoted = re.compile(f"(?:{cell}(?:{mark}{cell}){{{count - 1}}}\n)++")

    def rows(self, lines: bytes, first_line: int) -> bytes | None:
        """Return the lines as numbered rows with commas, in UTF-8; None where one may be wrong.

        Args:
            lines: the block.
            first_line: the number of its first line.
        """
        plain = lines.replace(b"\r\n", b"\n")
        if not plain.endswith(b"\n") or plain.startswith(b"\n") or b"\n\n" in plain:
            return None
        count = plain.count(b"\n")
        left = plain.translate(None, self._harmless)
        has_quotes = b'"' in left
        if not has_quotes and left != self._skeleton * count:
            return None
        try:
            text = plain.decode(self._codec)
        except UnicodeDecodeError:
            return None
        if has_quotes:
            return _numbered(_without_empty(text), first_line) if self._fits(text) else None
        return _numbered(text.replace(self._delimiter, ","), first_line)

    def _fits(self, text: str) -> bool:
        """Say whether a block with quotes is good; with commas, so that it stays as it is."""
        return (
            self._delimiter == ","
            and CONTROLS.search(text) is None
            and self._quoted.fullmatch(text) is not None
        )


#: A quoted cell: with something in it (the group), or empty.
_QUOTED = re.compile(r'("(?!"(?!"))[^"]*+(?:""[^"]*+)*+")|""')


def _without_empty(text: str) -> str:
    """Take the quotes from empty cells, so that all that is missing is written alike."""
    return _QUOTED.sub(r"\1", text) if '""' in text else text


def _numbered(text: str, first_line: int) -> bytes | None:
    """Put its number before each line; None where a line may hold too long a cell."""
    rows = text.removesuffix("\n").split("\n")
    if max(map(len, rows)) > MOST_CHARACTERS:
        return None
    numbers = map(str, range(first_line, first_line + len(rows)))
    return ("\n".join(map(",".join, zip(numbers, rows, strict=True))) + "\n").encode()
