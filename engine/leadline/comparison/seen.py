"""Both sides evaluated in one store, and where their results are found."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.comparison.changes import Renames
from leadline.comparison.recent import Both
from leadline.engine.duckdb import Database
from leadline.sql import comparison as sql


@dataclass(frozen=True, slots=True)
class Seen:
    """Both sides evaluated.

    Args:
        both: what is compared.
        renames: what has another name at the head.
        changed: the relations that are other at the head; results of the base are kept.
    """

    both: Both
    renames: Renames
    changed: frozenset[str]

    @property
    def database(self) -> Database:
        """Where the results are."""
        return self.both.database

    @property
    def reported(self) -> sql.Sides:
        """The leads of both sides with their scores, grades, cells and stages."""
        return self.sides(sql.REPORTED, sql.REPORTED)

    def sides(self, base: str, head: str) -> sql.Sides:
        """Return where a result of both sides is found."""
        return sql.Sides(sql.kept(base) if base in self.changed else base, head)

    def is_same(self, base: str, head: str) -> bool:
        """Say whether a result is one and the same on both sides."""
        return base == head and head not in self.changed
