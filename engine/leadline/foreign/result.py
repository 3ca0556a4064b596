"""What an import gives: a ruleset's text, and the list of what it does not say."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadline.foreign.reading import Lost
from leadline.layout.edit import Data, dump

#: How wide a comment at the head of the file may be.
_COMMENT = 96


@dataclass(frozen=True, slots=True)
class Imported:
    """A ruleset in the making, and what could not be expressed in it.

    Args:
        keys: the whole ruleset as plain data.
        lost: what could not be expressed, in the order of the file.
    """

    keys: Mapping[str, Data]
    lost: tuple[Lost, ...]

    def text(self, origin: str, command: str) -> str:
        """Return the ruleset in canonical layout.

        Args:
            origin: the file's name, for people.
            command: what made it, for people.
        """
        return dump(dict(self.keys), "\n".join(_heading(self.lost, origin, command)))


def lost_text(lost: Sequence[Lost], width: int = 80) -> str:
    """Return the list of what could not be expressed, each below its place; ``""`` for none."""
    if not lost:
        return ""
    lines = [line for one in lost for line in _folded(one, width - 2)]
    return "\n".join(["could not be expressed:", *(f"  {line}" for line in lines)]) + "\n"


def _folded(lost: Lost, width: int) -> list[str]:
    reason = textwrap.wrap(lost.reason, width - 2, break_long_words=False, break_on_hyphens=False)
    return [_line(lost.path), *(f"  {line}" for line in reason)]


def counted_lost(lost: Sequence[Lost]) -> str:
    """Return how much could not be expressed, as a sentence."""
    many = f"{len(lost)} things" if len(lost) != 1 else "1 thing"
    return f"{many} could not be expressed" if lost else "everything could be expressed"


def _heading(lost: Sequence[Lost], origin: str, command: str) -> list[str]:
    made = f"Made by `{command}` from {_line(origin)}."
    if not lost:
        return [made]
    lines = [line for one in lost for line in _folded(one, _COMMENT)]
    return [made, "", "Could not be expressed:", *(f"  {line}" for line in lines)]


def _line(text: str) -> str:
    return " ".join(text.split())
