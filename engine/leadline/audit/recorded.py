"""Figures that people recorded, as readings."""

from __future__ import annotations

import math

from leadline.audit.reading import Reading, Unit
from leadline.intervals import Interval, Share, Z
from leadline.ruleset.reviews import Review


def recorded_reading(review: Review, measured: Reading, metric: str) -> Reading:
    """Return the reading that a person recorded; without a figure, what the data say.

    How much of it is chance follows from the interval that was recorded.

    Args:
        review: what was recorded.
        measured: what the data say today.
        metric: the figure that the audit follows today.
    """
    if review.figure is None:
        return measured
    unit: Unit = "share" if review.share else _unshared(measured.unit)
    rate = unit in ("share", "ratio", "cost")
    top, bottom = (review.top, review.bottom) if rate else (None, None)
    interval = None
    if review.low is not None and review.high is not None:
        interval = Interval(review.low, review.high)
    elif unit == "share" and top is not None and bottom and 0 <= top <= bottom:
        interval = Share(top, bottom).interval
    return Reading(
        begin=review.begin or measured.begin,
        end=review.end or review.on,
        unit=unit,
        value=review.figure,
        n=round(review.bottom or 0),
        top=top,
        bottom=bottom,
        interval=interval,
        variance=_variance(unit, review.figure, interval),
        volume=bottom,
        metric=review.metric if _plain(review.metric) not in ("", _plain(metric)) else "",
    )


def _plain(metric: str) -> str:
    return "".join(metric.split())


def _unshared(unit: Unit) -> Unit:
    return "ratio" if unit == "share" else unit


def _variance(unit: Unit, value: float, interval: Interval | None) -> float | None:
    """Return the variance that a figure with this interval has."""
    if interval is None:
        return None
    if unit in ("share", "days") or min(value, interval.low) <= 0:
        return ((interval.high - interval.low) / (2 * Z)) ** 2 if value > 0 else 0.0
    return (value * math.log(interval.high / interval.low) / (2 * Z)) ** 2
