"""What ``stage``, ``matrix`` and each ``grade.x`` can be: names that a ruleset itself gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from leadline.expression.unparse import quoted_name
from leadline.ruleset.model import Axis, Score, Stages


def named_values(
    scores: Iterable[Score], stages: Stages | None, matrix: tuple[Axis, Axis] | None
) -> Mapping[str, tuple[str, ...]]:
    """Return the values of each name, as an expression writes it: ``stage``, ``grade.fit``."""
    found = {
        grade_of(score.name): tuple(letter for letter, _ in score.grades)
        for score in scores
        if score.grades
    }
    if stages is not None:
        found["stage"] = tuple(step.name for step in stages.steps)
    if matrix is not None:
        found["matrix"] = cells(matrix)
    return found


def grade_of(score: str) -> str:
    """Return how an expression writes the grade of a score."""
    return f"grade.{quoted_name(score)}"


def cells(matrix: tuple[Axis, Axis]) -> tuple[str, ...]:
    """Return the names of a matrix's cells, row by row."""
    rows, columns = matrix
    return tuple(f"{row}{column}" for row, _ in rows.cells for column, _ in columns.cells)
