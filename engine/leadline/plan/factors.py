"""What a point is worth by the age of its event: one table, made once, the same everywhere."""

from __future__ import annotations

import math

from leadline.ruleset.model import Decay


def factor(decay: Decay, age: int) -> float:
    """Return what is left of a point.

    Args:
        decay: the kind and its time.
        age: whole days since the event's day; below 0 counts as 0.

    Returns:
        A factor between 0 and 1.
    """
    age = max(age, 0)
    match decay.kind:
        case "half_life":
            return math.pow(2.0, -age / decay.days)
        case "linear":
            return max(0.0, 1 - age / decay.days)
        case "steps" if decay.compound:
            return math.pow(1 - decay.share, age // decay.days)
        case "steps":
            return max(0.0, 1 - decay.share * (age // decay.days))
        case "expire":
            return 1.0 if age < decay.days else 0.0
        case "none":
            return 1.0
        case _:
            raise ValueError(f"no factor for the decay `{decay.kind}`")
