"""Worlds of which the hazards are known: leads that arrive, stay for a while and move on."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from random import Random

from leadline.forecast.counts import Counts
from leadline.sql.hazards import UNKNOWN


@dataclass(frozen=True)
class Stay:
    """A stay in days from the world's beginning; ``left`` and ``to`` are None without one."""

    owner: int
    place: int
    entered: float
    left: float | None
    to: int | None
    came: str


@dataclass(frozen=True)
class World:
    """What makes a world.

    Stays last as Weibull says with a shape and a mean in days; ``to`` has the share of each next
    stage, by place, and last of none. ``arrivals`` has a week's arrivals of each stage at first,
    which grow by ``trend`` a week and swing by ``season`` in half a year, from ``phase`` on.
    """

    arrivals: tuple[float, ...]
    trend: float
    season: float
    phase: float
    shapes: tuple[float, ...]
    means: tuple[float, ...]
    to: tuple[tuple[float, ...], ...]

    @property
    def stages(self) -> int:
        return len(self.means)


def world_of(random: Random) -> World:
    """Draw a world: three to five stages, some of them with moves back, skips, trend, season."""
    stages = random.choice((3, 4, 5))
    first = random.uniform(3, 15)
    others = [random.choice((0.0, 0.0, 1.0)) for _ in range(stages - 1)]
    to = []
    for place in range(stages):
        shares = [0.0] * (stages + 1)
        shares[stages] = random.uniform(0.1, 0.5)
        if place + 1 < stages:
            shares[place + 1] = random.uniform(0.3, 0.8)
        if place + 2 < stages:
            shares[place + 2] = random.choice((0.0, 0.1))
        if place:
            shares[place - 1] = random.choice((0.0, 0.1, 0.3))
        to.append(tuple(share / sum(shares) for share in shares))
    return World(
        arrivals=(first, *others),
        trend=random.choice((0.0, 0.0, 0.01, -0.005)),
        season=random.choice((0.0, 0.0, 0.3)),
        phase=random.uniform(0, math.tau),
        shapes=tuple(random.uniform(0.6, 1.8) for _ in range(stages)),
        means=tuple(random.choice((3.0, 10.0, 20.0, 40.0)) for _ in range(stages)),
        to=tuple(to),
    )


def stays_of(world: World, random: Random, weeks: int) -> list[Stay]:
    """Let the leads of some weeks live, from an empty world on."""
    scales = [
        mean / math.gamma(1 + 1 / shape)
        for mean, shape in zip(world.means, world.shapes, strict=True)
    ]
    end, owner = 7.0 * weeks, 0
    found: list[Stay] = []
    targets = range(world.stages + 1)
    for week in range(weeks):
        swing = 1 + world.season * math.sin(world.phase + week * math.tau / 26)
        for place, rate in enumerate(world.arrivals):
            for _ in range(_poisson(rate * swing * math.exp(world.trend * week), random)):
                owner += 1
                at, now, came = 7 * (week + random.random()), place, "enter"
                while True:
                    left = at + random.weibullvariate(scales[now], world.shapes[now])
                    if left >= end:
                        found.append(Stay(owner, now, at, None, None, came))
                        break
                    [to] = random.choices(targets, world.to[now])
                    if to == world.stages:
                        found.append(Stay(owner, now, at, left, None, came))
                        break
                    found.append(Stay(owner, now, at, left, to, came))
                    came = "forward" if to > now else "backward"
                    at, now = left, to
    return found


def _poisson(mean: float, random: Random) -> int:
    count, product, least = 0, random.random(), math.exp(-mean)
    while product > least:
        count += 1
        product *= random.random()
    return count


def counts_of(stays: list[Stay], stages: int, begun: int, last: int, oldest: int = 52) -> Counts:
    """Count stays by week, one by one: what ``sql.hazards`` does for all at once."""
    inside: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    moves: dict[int, Counter[tuple[int, int, int | None]]] = defaultdict(Counter)
    arrivals: dict[int, list[int]] = defaultdict(lambda: [0] * stages)
    for stay in stays:
        entered = int(stay.entered // 7)
        left = last + 1 if stay.left is None else min(int(stay.left // 7), last + 1)
        if entered > last:
            continue
        if stay.came == "enter" and entered > begun:
            arrivals[entered][stay.place] += 1
        for week in range(max(entered, begun + 1), left + 1):
            age = UNKNOWN if entered <= begun else min(week - entered, oldest)
            inside[week][stay.place, age] += 1
            if week == left <= last:
                moves[week][stay.place, age, stay.to] += 1
    return Counts(
        stages=stages,
        first=begun + 1,
        last=last,
        inside={week: dict(ages) for week, ages in inside.items()},
        moves={week: dict(found) for week, found in moves.items()},
        arrivals={week: tuple(row) for week, row in arrivals.items()},
    )
