"""Linear equations of a few dozen unknowns."""

from __future__ import annotations

import math
from collections.abc import Sequence

Vector = tuple[float, ...]
Matrix = tuple[Vector, ...]


def solve(matrix: Matrix, right: Sequence[float]) -> Vector:
    """Return the x of ``matrix x = right``; the matrix is symmetric and positive definite."""
    return _substituted(_cholesky(matrix), right)


def inverse(matrix: Matrix) -> Matrix:
    """Return the inverse of a symmetric, positive definite matrix."""
    factor, size = _cholesky(matrix), len(matrix)
    return tuple(
        _substituted(factor, [1.0 if i == j else 0.0 for i in range(size)]) for j in range(size)
    )


def product(one: Matrix, other: Matrix) -> Matrix:
    """Return the product of two matrices."""
    columns = tuple(zip(*other, strict=True))
    return tuple(tuple(dot(row, column) for column in columns) for row in one)


def dot(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the inner product of two vectors, in which no digit is lost to the order."""
    return math.fsum(a * b for a, b in zip(one, other, strict=True))


def packed(values: Sequence[float], size: int) -> Matrix:
    """Return a symmetric matrix, given its upper triangle row by row."""
    rows = [[0.0] * size for _ in range(size)]
    triangle = iter(values)
    for i in range(size):
        for j in range(i, size):
            rows[i][j] = rows[j][i] = next(triangle)
    return tuple(map(tuple, rows))


def _cholesky(matrix: Matrix) -> list[list[float]]:
    """Return the lower triangular L with L L' = matrix.

    A pivot that rounding has made 0 or less becomes tiny against its diagonal: what two equal
    features share is then given to the first of them.
    """
    size = len(matrix)
    lower = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = matrix[i][j] - dot(lower[i][:j], lower[j][:j])
            if i == j:
                lower[i][i] = math.sqrt(max(rest, 1e-14 * abs(matrix[i][i]), 1e-300))
            else:
                lower[i][j] = rest / lower[j][j]
    return lower


def _substituted(lower: list[list[float]], right: Sequence[float]) -> Vector:
    size = len(right)
    half = [0.0] * size
    for i in range(size):
        half[i] = (right[i] - dot(lower[i][:i], half[:i])) / lower[i][i]
    found = [0.0] * size
    for i in reversed(range(size)):
        below = math.fsum(lower[k][i] * found[k] for k in range(i + 1, size))
        found[i] = (half[i] - below) / lower[i][i]
    return tuple(found)
