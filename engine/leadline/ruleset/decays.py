"""Decays: by the age of each event, or of the whole score by inactivity."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from leadline.document.values import Mapping, Scalar, Value
from leadline.expression.catalog import Type
from leadline.expression.parse import parse_days, parse_every, parse_floor
from leadline.ruleset import codes
from leadline.ruleset.model import Decay, Inactivity
from leadline.ruleset.reader import Reader
from leadline.ruleset.validate import resolved

_KINDS = ("half_life", "linear", "steps", "expire")
NO_DECAY = Decay("none")


@dataclass(frozen=True, slots=True)
class ScoreDecay:
    """A score's decay and its floor in points."""

    decay: Decay | Inactivity
    floor: float | None


def age_decay(reader: Reader, value: Value) -> Decay | None:
    """Read a decay by age: ``none`` or a mapping with exactly one kind."""
    if isinstance(value, Scalar):
        if value.text != "none":
            reader.say(
                codes.DECAY_SHAPE,
                f"a decay cannot be `{value.text}`",
                value.place,
                _kind_hint(value.text),
            )
            return None
        return NO_DECAY
    if not isinstance(value, Mapping):
        return None
    added = reader.extensions.decays
    kinds = [entry for entry in value.entries if entry.key.text in (*_KINDS, *added)]
    if len(kinds) != 1:
        names = " and ".join(f"`{entry.key.text}`" for entry in kinds)
        reader.say(
            codes.DECAY_SHAPE,
            f"a decay has exactly one kind; here {f'are {names}' if kinds else 'is none'}",
            (kinds[1].key if len(kinds) > 1 else value).place,
            f"the kinds are {', '.join(f'`{kind}`' for kind in (*_KINDS, *added))}",
        )
        return None
    kind = kinds[0].key.text
    compound = value.get("compound")
    if compound and kind != "steps":
        reader.say(
            codes.DECAY_SHAPE,
            f"`compound` belongs to `steps`, not to `{kind}`",
            compound.key.place,
            "remove it",
        )
    if kind in added:
        settings = resolved(kinds[0].value, added[kind].schema, added[kind].schema)
        return Decay(kind, settings=json.dumps(settings, sort_keys=True))
    if kind != "steps":
        days = reader.phrase(value, kind, parse_days)
        return Decay(kind, days) if days is not None else None
    return _steps(reader, value)


def _kind_hint(text: str) -> str:
    """Return how a decay is written, with the author's own time where there is one."""
    if re.fullmatch(r"[0-9]+ \w+", text):
        return f"say how: `{{half_life: {text}}}`, `{{linear: {text}}}` or `{{expire: {text}}}`"
    if " every " in text:
        return f"write `{{steps: {text}}}` by age, or `{{inactivity: {text}}}`"
    return "write `none`, or a kind such as `{half_life: 45 days}`"


def _steps(reader: Reader, value: Mapping) -> Decay | None:
    every = reader.phrase(value, "steps", parse_every)
    if every is None:
        return None
    if every.share is None:
        reader.say(
            codes.DECAY_SHAPE,
            "steps by age are a percentage of the points",
            reader.place(value, "steps"),
            "such as `25% every 30 days`",
        )
        return None
    return Decay("steps", every.days, every.share, reader.truth(value, "compound", False))


def score_decay(reader: Reader, score: Mapping, sales_ready: float | None) -> ScoreDecay:
    """Read the decay of a score; a score without one does not decay."""
    entry = score.get("decay")
    if entry is None:
        return ScoreDecay(NO_DECAY, None)
    value = entry.value
    if isinstance(value, Mapping) and value.get("inactivity"):
        return ScoreDecay(_inactivity(reader, value), _floor(reader, value, sales_ready))
    if isinstance(value, Mapping):
        for key in ("after", "activity"):
            stray = value.get(key)
            if stray:
                message = f"`{key}` belongs to `inactivity`"
                hint = "remove it, or write `inactivity: 10% every 30 days`"
                reader.say(codes.DECAY_SHAPE, message, stray.key.place, hint)
    decay = age_decay(reader, value) or NO_DECAY
    floor = _floor(reader, value, sales_ready) if isinstance(value, Mapping) else None
    return ScoreDecay(decay, floor)


def _inactivity(reader: Reader, value: Mapping) -> Decay | Inactivity:
    for entry in value.entries:
        if entry.key.text in (*_KINDS, "compound"):
            reader.say(
                codes.MIXED_DECAY,
                f"`inactivity` and `{entry.key.text}` on one score: a score falls by "
                "inactivity or by the age of its events, not by both",
                entry.key.place,
                "keep one of them, or make two scores",
            )
    every = reader.phrase(value, "inactivity", parse_every)
    after = reader.phrase(value, "after", parse_days)
    if every is None:
        return NO_DECAY
    activity = None
    if reader.text(value, "activity") == "any":
        return Inactivity(every, after or every.days, "any")
    if value.get("activity"):
        scope = reader.of_events("`activity`")
        activity = reader.expression(value, "activity", scope, Type.TRUTH)
    return Inactivity(every, after or every.days, activity)


def _floor(reader: Reader, value: Mapping, sales_ready: float | None) -> float | None:
    floor = reader.phrase(value, "floor", parse_floor)
    if floor is None or floor.share is None:
        return floor.points if floor else None
    if sales_ready is None:
        reader.say(
            codes.NO_SALES_READY,
            "the floor is a share of `sales_ready`, which the score does not give",
            reader.place(value, "floor"),
            "add `sales_ready: 100` to the score, or write the floor in points",
        )
        return None
    return floor.share * sales_ready
