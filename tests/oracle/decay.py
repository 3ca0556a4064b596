"""What time takes from points: factors of age, and loss by inactivity, day by day."""

import math
from collections.abc import Mapping, Set
from datetime import date, timedelta

from tests.oracle.exact import nearest
from tests.oracle.model import AgeDecay, Inactivity


def factor(decay: AgeDecay | None, age: int) -> float:
    """Return what is left of a point after so many days, as a double."""
    if decay is None:
        return 1.0
    if decay.kind == "half_life":
        return math.pow(2.0, -age / decay.days)
    if decay.kind == "linear":
        return max(0.0, 1.0 - age / decay.days)
    if decay.kind == "expire":
        return 1.0 if age < decay.days else 0.0
    steps = math.floor(age / decay.days)
    if decay.compound:
        return math.pow(1.0 - decay.share, steps)
    return max(0.0, 1.0 - decay.share * steps)


def after_inactivity(
    decay: Inactivity, start: int, added: Mapping[date, int], active: Set[date], last: date
) -> int:
    """Return the score at the end of the last day, in billionths.

    Args:
        decay: How the score is lost.
        start: The score before the first event.
        added: The points of each day, in billionths.
        active: The days on which the lead was active.
        last: The date of the score.
    """
    score = start
    days = set(added) | active
    if not days:
        return score
    day = min(days)
    last_active: date | None = None
    while day <= last:
        if last_active is not None:
            idle = (day - last_active).days
            if idle >= decay.after and (idle - decay.after) % decay.every == 0:
                score = _step(decay, score)
        score += added.get(day, 0)
        if day in active:
            last_active = day
        day += timedelta(days=1)
    return score


def _step(decay: Inactivity, score: int) -> int:
    loss = decay.points if decay.share is None else score * decay.share
    return min(score, max(decay.floor, nearest(score - loss)))
