"""Steps of results: scores side by side, accounts, lists, what was unusable."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.expression.nodes import Node
from leadline.ruleset.model import AccountScore, Axis, FormulaScore, Group, Stages


@dataclass(frozen=True, slots=True)
class Reported:
    """The scores with one value, side by side by lead, and then those of formulas."""

    name: str
    leads: str
    scores: tuple[tuple[str, str], ...]
    formulas: tuple[FormulaScore, ...]
    grades: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]
    matrix: tuple[Axis, Axis] | None
    stages: Stages | None


@dataclass(frozen=True, slots=True)
class AllScores:
    """Every score of every lead, one below the other: lead_id, score, per, value, grade."""

    name: str
    reported: str
    single: tuple[str, ...]
    keyed: tuple[tuple[str, str, tuple[tuple[str, float], ...]], ...]
    graded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountContributions:
    """What each lead contributes to its account's score."""

    name: str
    reported: str
    leads: str
    account: AccountScore


@dataclass(frozen=True, slots=True)
class AccountRows:
    """The score of each account, its committee flag and how many leads it has."""

    name: str
    contributions: str
    leads: str
    account: AccountScore


@dataclass(frozen=True, slots=True)
class Reasons:
    """The rules that moved each lead's score most, as texts: reason_1 to reason_3.

    ``parts`` are (what to say, column) of ``source``; ``scale`` is how many units a point is. The
    members of a group share what its cap leaves of their sum, each in proportion.
    """

    name: str
    source: str
    parts: tuple[tuple[str, str], ...]
    scale: int
    groups: tuple[tuple[Group, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class TagCards:
    """The tags of each lead on the date, as one text."""

    name: str
    tags: str


@dataclass(frozen=True, slots=True)
class LeadList:
    """The leads that satisfy a condition, with what a person wants to see of them.

    ``columns`` are (heading, column of the relation ``reported``).
    """

    name: str
    reported: str
    reasons: str
    cards: str | None
    columns: tuple[tuple[str, str], ...]
    condition: Node | None
    order: str | None


@dataclass(frozen=True, slots=True)
class Unusable:
    """How many points came out missing or not finite, by rule."""

    name: str
    matches: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str, Node, Node], ...]
    leads: str
    formulas: tuple[FormulaScore, ...]
    reported: str
