"""How many leads of each band of a score had an outcome to come, and whether more do higher up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from leadline.backtest.sums import Sums, share_of
from leadline.engine.duckdb import Database
from leadline.intervals import share_change
from leadline.panel import Panel
from leadline.report.backtest import Band, Step
from leadline.report.listing import decimal
from leadline.ruleset.model import Ruleset, Score
from leadline.sql.backtest import banded, bands_by_lead, fifths


@dataclass(frozen=True, slots=True)
class Cut:
    """How scores are cut into bands.

    Attributes:
        names: of the bands, from low scores to high.
        bounds: where each but the lowest begins, rising.
    """

    names: tuple[str, ...]
    bounds: tuple[float, ...]


def measure_bands(panel: Panel) -> tuple[Band, ...]:
    """Count the leads of each band of a panel's score, and those with an outcome to come.

    The bands are the stages where the score sets them, else its grades, else 0 and less and five
    parts of the scores above it with about as many rows each.

    Args:
        panel: the leads; rows whose outcome is not known count for nothing.

    Returns:
        Every band, from low scores to high, those without rows included.
    """
    return bands_of(panel.store.database, panel.relation, cut_of(panel))


def cut_of(panel: Panel) -> Cut:
    """Return how the score of a panel is cut into bands."""
    for names, bounds in (_stages(panel.ruleset, panel.score), _grades(panel.score)):
        if len(bounds) > 1:
            return _rising(names, bounds)
    cuts = panel.store.database.value(fifths(panel.relation)) or []
    return _fifths(sorted(set(cuts)))


def _stages(ruleset: Ruleset, score: Score) -> tuple[Sequence[str], Sequence[float]]:
    stages = ruleset.stages
    if stages is None or (stages.source.kind, stages.source.name) != ("score", score.name):
        return (), ()
    first, *later = stages.steps
    bounds = [step.at for step in later if step.at is not None]
    return [step.name for step in (first, *later)], [float("-inf"), *bounds]


def _grades(score: Score) -> tuple[Sequence[str], Sequence[float]]:
    rising = sorted(score.grades, key=lambda grade: grade[1])
    below = ("none", float("-inf"))
    named = [below, *rising] if rising and rising[0][1] > 0 else rising
    return [name for name, _ in named], [bound for _, bound in named]


def _rising(names: Sequence[str], bounds: Sequence[float]) -> Cut:
    return Cut(tuple(names), tuple(bounds[1:]))


def _fifths(cuts: Sequence[float]) -> Cut:
    """Return bands named by their scores, the first of those that have none."""
    names = [f"{decimal(low)} to below {decimal(high)}" for low, high in pairwise(cuts)]
    names += [f"{decimal(low)} and more" for low in cuts[-1:]]
    return Cut(("0 or less", *names), tuple(cuts))


def bands_of(database: Database, panel: str, cut: Cut) -> tuple[Band, ...]:
    """Count the leads of each band; see ``measure_bands``.

    Args:
        database: where the panel is.
        panel: its relation.
        cut: the bands.
    """
    rows = {row[0]: row[1:] for row in database.rows(banded(bands_by_lead(panel, cut.bounds)))}
    lows = (None, *cut.bounds)
    highs = (*cut.bounds, None)
    return tuple(
        _band(name, low, high, rows.get(place, (0,) * 7))
        for place, (name, low, high) in enumerate(zip(cut.names, lows, highs, strict=True))
    )


def _band(name: str, low: float | None, high: float | None, counts: Sequence[int]) -> Band:
    leads, came_leads, seen, came, *squares = map(int, counts)
    names = ("seen", "came")
    products = {
        ("seen", "seen"): squares[0],
        ("seen", "came"): squares[1],
        ("came", "seen"): squares[1],
        ("came", "came"): squares[2],
    }
    present = {"seen": leads, "came": came_leads}
    sums = Sums(leads, names, {"seen": seen, "came": came}, present, products)
    share = share_of(sums, "came", "seen")
    return Band(name, low, high, seen, came, leads, came_leads, share)


def steps_of(bands: Sequence[Band]) -> tuple[Step, ...]:
    """Say of each band with rows whether the next one above has more outcomes to come.

    Args:
        bands: from low scores to high.
    """
    held = [(band, band.share) for band in bands if band.share is not None]
    return tuple(
        Step(lower.name, higher.name, share_change(one, other).direction())
        for (lower, one), (higher, other) in pairwise(held)
    )
