"""Points as whole billionths, so that a sum never depends on the order of its terms."""

import math

BILLION = 1_000_000_000


def nearest(value: float) -> int:
    """Round a finite double to the nearest whole number, half away from zero.

    The difference to the floor is exact for every double, so that 0.49999999999999994 gives 0.
    """
    size = abs(value)
    whole = math.floor(size)
    if size - whole >= 0.5:
        whole += 1
    return -whole if value < 0 else whole


def billionths(points: float, factor: float = 1.0) -> int:
    """Return points times factor in whole billionths, half away from zero.

    The product is taken in IEEE doubles, from left to right: `(points * factor) * 1e9`. An engine
    that multiplies in another order, or in decimals, differs in the last billionth.
    """
    return nearest(points * factor * 1e9)


def divided(whole: int, parts: int) -> int:
    """Return whole / parts rounded to a whole number, half away from zero, without a double."""
    quotient, rest = divmod(abs(whole), parts)
    if rest * 2 >= parts:
        quotient += 1
    return -quotient if whole < 0 else quotient


def reported(total: int) -> float:
    """Return a total in billionths as points with four decimals, half away from zero."""
    return divided(total, 100_000) / 10_000


def held(total: int, least: int | None, most: int | None) -> int:
    """Return the total held to its bounds; a missing bound holds nothing."""
    if least is not None:
        total = max(total, least)
    if most is not None:
        total = min(total, most)
    return total
