"""Figures of audits in words that need no knowledge of statistics."""

from __future__ import annotations

import math

from leadline.audit.change import Change
from leadline.audit.reading import NOT_ENOUGH, Reading, Unit
from leadline.audit.trend import Trend

#: What stands where there is no figure.
NOTHING = "-"

#: From here on a figure is told without decimals.
_WHOLE = 1000


def figure(value: float, unit: Unit) -> str:
    """Return a figure as people write it: ``2.41%``, ``1,210``, ``12.5 days``."""
    match unit:
        case "share":
            return f"{_digits(100 * value)}%"
        case "days":
            return f"{_digits(value)} day{'s' * (value != 1)}"
        case _:
            return _digits(value)


def reading(found: Reading | None) -> str:
    """Return a figure, or that there are too few data for one."""
    if found is None:
        return NOTHING
    if found.value is not None:
        return figure(found.value, found.unit)
    return NOT_ENOUGH if found.reason.startswith(NOT_ENOUGH) else "no figure"


def of_how_many(found: Reading | None) -> str:
    """Return a figure with the number that it stands on: ``2.41% of 4,973``."""
    said = reading(found)
    if found is None or found.value is None or found.unit == "count" or not found.n:
        return said
    n = _digits(found.bottom if found.bottom is not None else found.n)
    match found.unit:
        case "share" | "days":
            return f"{said} of {n}"
        case "sum":
            return f"{said} from {n}"
        case _:
            return f"{said} for each of {n}"


def change(found: Change | None) -> str:
    """Return a change with the interval that it lies in, and what it must not be read without.

    Such as ``up by 0.9 points (0.3 to 1.5 points), but of 92% fewer than before``, or ``no clear
    change (1.4 points less to 1 point more)``.
    """
    if found is None:
        return ""
    said = _moved(found)
    if found.interval is not None and found.word:
        said += f" ({_span(found.interval.low, found.interval.high, found.relative)})"
    if found.caution:
        but = "but " if found.word in ("up", "down") else ""
        said += f", {but}{_than_before(found.caution)}"
    return f"{said}; {found.reason}" if found.reason else said


def _than_before(caution: str) -> str:
    return f"{caution} {'as' if caution.endswith('as many') else 'than'} before"


def _moved(found: Change) -> str:
    """Return which way a figure moved and how far, without how sure that is."""
    if found.amount is None:
        return found.word or "no change to tell"
    size = _amount(abs(found.amount), found.relative)
    match found.word:
        case "no clear change":
            return found.word
        case "":
            return f"{size} {'more' if found.amount > 0 else 'less'}"
        case _:
            return f"{found.word} by {size}"


def trend(found: Trend | None) -> str:
    """Return a trend with its slope a quarter: ``falling by 0.4 points a quarter (12 months)``."""
    if found is None:
        return ""
    if found.slope is None or not found.word:
        return found.reason
    months = f"{found.months} months"
    if found.word == "flat":
        return f"flat ({months})"
    by = found.slope if found.relative is None else found.relative
    size = _amount(abs(by), found.relative is not None)
    said = f"{found.word} by {size} a quarter ({months})"
    return f"{said}, but {found.caution}" if found.caution else said


def _span(low: float, high: float, relative: bool) -> str:
    """Return an interval: on one side of nothing without signs, else as less and more."""
    if low >= 0:
        return _between(low, high, relative)
    if high <= 0:
        return _between(-high, -low, relative)
    return f"{_bound(-low, relative)} less to {_bound(high, relative)} more"


def _between(low: float, high: float, relative: bool) -> str:
    if not math.isfinite(high):
        return f"at least {_amount(low, relative)}"
    first, second = _short(100 * low), _short(100 * high)
    return f"{first}% to {second}%" if relative else f"{first} to {second} points"


def _bound(size: float, relative: bool) -> str:
    return _amount(size, relative) if math.isfinite(size) else "any amount"


def _amount(size: float, relative: bool) -> str:
    if relative:
        return f"{_short(100 * size)}%"
    points = _short(100 * size)
    return f"{points} point{'s' * (points != '1')}"


def _short(value: float) -> str:
    """Return a number with as many digits as matter: two, or all before the point."""
    if value == 0:
        return "0"
    places = max(0, 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(places, 4)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _digits(value: float) -> str:
    """Return a number with three digits, or all before the point."""
    if value == 0 or value == int(value):
        return f"{int(value):,}"
    if abs(value) >= _WHOLE:
        return f"{value:,.0f}"
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(places, 4)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
