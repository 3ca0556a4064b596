"""Where a name is given and used, and how it is given another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from leadline.diagnostic import Place
from leadline.errors import UsageError
from leadline.expression.unparse import KEYWORDS
from leadline.language_server.names import Mention, Name

_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Renamed:
    """The places that get the new name, over all files."""

    places: tuple[Place, ...]
    text: str


def definitions(found: Iterable[Mention], name: Name) -> tuple[Place, ...]:
    """Return where a name is given; several places only where a ruleset gives it twice."""
    return tuple(mention.place for mention in found if mention.gives and mention.name == name)


def references(found: Iterable[Mention], name: Name) -> tuple[Place, ...]:
    """Return where a name stands, where it is given included."""
    return tuple(mention.place for mention in found if mention.name == name)


def renamed(found: tuple[Mention, ...], name: Name, new: str) -> Renamed:
    """Return what becomes of a name that is given another.

    Args:
        found: the mentions of all files that are looked at.
        name: the name.
        new: what it is called from now on.

    Raises:
        UsageError: nothing can be called so.
    """
    if not _WORD.fullmatch(new) or new in KEYWORDS:
        raise UsageError(f"`{new}` is no name: a word of letters, digits and `_` is needed")
    taken = Name(name.kind, new, name.score)
    if any(mention.gives and _alike(mention.name, taken) for mention in found) and new != name.text:
        raise UsageError(f"there is a {name.kind} called `{new}` already")
    if not definitions(found, name):
        raise UsageError(f"no {name.kind} called `{name.text}` is given in the ruleset")
    return Renamed(references(found, name), new)


def _alike(one: Name, other: Name) -> bool:
    """Say whether two names are one to SQL, which does not regard case."""
    same = one.text.casefold() == other.text.casefold()
    return same and (one.kind, one.score) == (other.kind, other.score)
