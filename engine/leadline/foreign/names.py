"""Names of a ruleset from the titles of another system."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_LONGEST = 40
#: Words that the language reads otherwise than as the name of a score, a rule or a segment.
_TAKEN = frozenset(
    ("account", "asset", "event", "grade", "lead", "matrix", "score", "stage", "tag")
)


class Names:
    """Gives each thing a name of its own, whatever the case of the letters.

    Args:
        taken: names that are given away already.
    """

    def __init__(self, *taken: str) -> None:
        self._given = {name.lower() for name in taken}

    def give(self, title: str, otherwise: str) -> str:
        """Return a name made of a title, numbered where another thing has it.

        Args:
            title: how the other system calls it.
            otherwise: what to call it where the title has no letter.
        """
        first = name_of(title) or otherwise
        name, number = first, 1
        while name.lower() in self._given:
            number += 1
            name = f"{first}_{number}"
        self._given.add(name.lower())
        return name


def name_of(title: str) -> str:
    """Return a title as a word: ``Page: Pricing!`` is ``page_pricing``; ``""`` for no letters."""
    folded = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", folded).strip("_")
    if len(words) > _LONGEST:
        words = words[:_LONGEST].rsplit("_", 1)[0]
    if words[:1].isdigit():
        words = f"n{words}"
    return f"{words}_" if words in _TAKEN else words


def number(value: float) -> str:
    """Return a number as a ruleset writes it, without exponent."""
    return str(int(value)) if value == int(value) else f"{Decimal(repr(value)):f}"
