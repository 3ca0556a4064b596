"""One text in the place of another inside of a file, whatever quotes stand around it."""

from __future__ import annotations

import re

from leadline.diagnostic import Place
from leadline.document import Document
from leadline.document.source import source_of

#: A text that means itself in any quotes, and one that needs none.
_PLAIN = re.compile(r"[^\W_](?:[\w .+/-]*\w)?")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def rewritten(document: Document, place: Place, text: str, new: str) -> str | None:
    """Return what to write at a place so that it says ``new``.

    Args:
        document: the file.
        place: where ``text`` stands, its quotes included.
        text: what stands there now.
        new: what shall stand there.

    Returns:
        The new source in the quotes of the old; None where it cannot be told.
    """
    start, end = source_of(document.file, document.text).span(place)
    written = document.text[start:end]
    bare = written == text
    if written.count(text) != 1 or not (_WORD if bare else _PLAIN).fullmatch(new):
        return None
    return written.replace(text, new)
