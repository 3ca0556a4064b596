"""Stages as a ruleset writes them: what they go by, and the switch that each step is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.oracle.exact import nearest
from tests.oracle.syntax import Node, parse


@dataclass(frozen=True, slots=True)
class Step:
    """A stage; by score it turns on from `at` and off below `leave_below`."""

    name: str
    at: float
    leave_below: float


@dataclass(frozen=True, slots=True)
class Stages:
    """The steps, lowest first; `kind` is score, content or tag, `name` which of them."""

    kind: str
    name: str
    steps: tuple[Step, ...]
    condition: Node | None
    backward: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the steps in their order."""
        return tuple(step.name for step in self.steps)

    @property
    def by_date(self) -> bool:
        """Whether the score of a date alone gives the stage."""
        steady = all(step.leave_below == step.at for step in self.steps)
        return self.kind == "score" and self.backward and steady

    def reached(self, value: float, on: frozenset[str]) -> tuple[str, frozenset[str]]:
        """Return the stage at a score and the steps that are on, given those that were."""
        still = {
            step.name
            for place, step in enumerate(self.steps)
            if place == 0 or value >= step.at or (step.name in on and value >= step.leave_below)
        }
        stage = [name for name in self.names if name in still][-1]
        return stage, frozenset(still)


def read_stages(entry: Mapping[str, Any], sales_ready: Mapping[str, float | None]) -> Stages:
    """Return the form of stages.

    Args:
        entry: Their mapping, every scalar a text.
        sales_ready: Of each score, for equal steps.

    Raises:
        ValueError: Equal steps have nothing to divide.
    """
    kind, _, name = entry["by"].partition(" ")
    steps = entry["steps"]
    if isinstance(steps, str):
        read = _equal(steps, name, sales_ready)
    else:
        read = tuple(_step(step) for step in steps)
    condition = parse(entry["and"]) if "and" in entry else None
    return Stages(kind, name, read, condition, entry.get("backward", "true") == "true")


def _step(entry: Mapping[str, str]) -> Step:
    at = float(entry.get("at", "0"))
    return Step(entry["name"], at, float(entry.get("leave_below", at)))


def _equal(text: str, name: str, sales_ready: Mapping[str, float | None]) -> tuple[Step, ...]:
    names = [word.strip() for word in text.removeprefix("equal").strip(" []").split(",")]
    ready = sales_ready[name]
    if ready is None:
        raise ValueError(f"equal steps of {name!r} need sales_ready")
    bounds = [float(nearest(place * ready / len(names))) for place in range(len(names))]
    return tuple(Step(one, at, at) for one, at in zip(names, bounds, strict=True))
