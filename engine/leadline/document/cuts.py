"""What ended a plain scalar in the middle of a line."""

from __future__ import annotations

import re
from typing import Literal

from leadline.document.source import Source
from leadline.document.values import Cut

_COMMENT = re.compile(r"[ \t]+(?=#)")
_INDICATOR = re.compile(r"[ \t\r\n]*(?=[,\[\]{}])")


def cut_at(source: Source, end: int, in_flow: bool) -> Cut | None:
    """Return what ended the plain scalar that ends at offset ``end``.

    Returns None where its line ends there too, or the colon of a key follows.
    """
    kind: Literal["comment", "flow"] = "comment"
    found = _COMMENT.match(source.text, end)
    if found is None and in_flow:
        kind, found = "flow", _INDICATOR.match(source.text, end)
    if found is None:
        return None
    at = found.end()
    return Cut(kind, source.text[at], source.place(at, at + 1), source)
