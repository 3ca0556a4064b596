"""The forms that conditions take to be reasoned about: claims about terms, joined.

A *term* is whatever is compared: a field, a function of one, a count. A comparison allows a set
of values; its opposite, by two-valued logic, all others and a missing one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from leadline.expression.bounds import Domain, Kind
from leadline.expression.ranges import Ranges


@dataclass(frozen=True, slots=True)
class TextTest:
    """A test that a text passes or not: ``contains``, ``ends with``, ``has``, ``matches``."""

    name: str
    text: str
    passes: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """What one comparison, or its opposite, says of a term.

    Attributes:
        term: the term, as an expression writes it.
        given: the values that it can take whatever is claimed.
        kind: of which sort the values are; ``any`` says something of every sort.
        missing: whether the claim is true of a missing value.
        values: of which others it is true.
        test: what these must pass besides.
        needs: the terms that are present where the claim is true.
        whole: whether the values are whole numbers.
    """

    term: str
    given: Domain
    kind: Kind
    missing: bool
    values: Ranges
    test: TextTest | None = None
    needs: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Atom:
    """A comparison: what it claims, and what its opposite does."""

    holds: Claim
    fails: Claim


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts of which every one holds, or at least one."""

    every: bool
    parts: tuple[Logic, ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """What is true or false whatever the data holds."""

    value: bool


Logic = Atom | Joined | Fixed


def negated(logic: Logic) -> Logic:
    """Return the exact opposite."""
    match logic:
        case Atom(holds, fails):
            return Atom(fails, holds)
        case Joined(every, parts):
            return Joined(not every, tuple(map(negated, parts)))
        case Fixed(value):
            return Fixed(not value)
        case _:
            assert_never(logic)
