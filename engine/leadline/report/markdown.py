"""Markdown that shows a text as it is, whatever stands in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: What Markdown would take as a sign; an underscore within a word is none.
_SIGNS = re.compile(r"[\\`*<\[\]|~]|(?<!\w)_|_(?!\w)")
_SLUG_DROPS = re.compile(r"[^\w\- ]")


def plain(text: str) -> str:
    """Return a text so that Markdown shows it as it is, on one line."""
    return _SIGNS.sub(lambda sign: f"\\{sign[0]}", " ".join(text.split()))


def code(name: str) -> str:
    """Return a name as code; it holds no backquote, or is shown as a plain text."""
    return plain(name) if "`" in name or "|" in name else f"`{name}`"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of cells that are Markdown; a column without any cell is left out."""
    kept = [i for i in range(len(columns)) if any(row[i] for row in rows)]
    lines = [[columns[i] for i in kept], ["---"] * len(kept)]
    lines += [[row[i] for i in kept] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def anchor(heading: str) -> str:
    """Return the link to a heading on the same page."""
    return f"#{_SLUG_DROPS.sub('', heading.lower()).replace(' ', '-')}"
