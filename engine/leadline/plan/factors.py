"""What a point is worth by the age of its event: one table, made once, the same everywhere."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from types import MappingProxyType

from leadline.errors import PluginError
from leadline.ruleset.extensions import DecayForm
from leadline.ruleset.model import Decay


def factor(decay: Decay, age: int, added: Mapping[str, DecayForm] = MappingProxyType({})) -> float:
    """Return what is left of a point.

    Args:
        decay: the kind and its time.
        age: whole days since the event's day; below 0 counts as 0.
        added: the kinds that plugins add.

    Returns:
        A factor; of the language's own kinds between 0 and 1.

    Raises:
        PluginError: a plugin's kind gave no finite number.
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
            return _added(decay, age, added[decay.kind])


def _added(decay: Decay, age: int, form: DecayForm) -> float:
    value = form.factor(json.loads(decay.settings), age)
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise PluginError(
            f"the decay `{decay.kind}` gave {value!r} for an age of {age} days",
            hint="a factor is a finite number",
        )
    return float(value)
