"""What HubSpot asks of a point in time: fixed dates, and days before or after today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from leadline.expression.nodes import Node
from leadline.foreign import expressions as e
from leadline.foreign.reading import Json, Losses

DATED = (
    "DATE",
    "DATETIME",
    "RANGED_DATE",
    "ROLLING_DATE_RANGE",
    "TIME_POINT",
    "TIME_RANGED",
)
#: The time zone of a date is passed over: days are those of the model.
_KEYS = (
    "day",
    "endpointBehavior",
    "includeObjectsWithNoValueSet",
    "lowerBound",
    "lowerBoundEndpointBehavior",
    "lowerBoundTimePoint",
    "month",
    "numberOfDays",
    "operationType",
    "operator",
    "propertyParser",
    "requiresTimeZoneConversion",
    "timePoint",
    "timestamp",
    "type",
    "upperBound",
    "upperBoundEndpointBehavior",
    "upperBoundTimePoint",
    "year",
)
_MONTHS = (
    "JANUARY",
    "FEBRUARY",
    "MARCH",
    "APRIL",
    "MAY",
    "JUNE",
    "JULY",
    "AUGUST",
    "SEPTEMBER",
    "OCTOBER",
    "NOVEMBER",
    "DECEMBER",
)
#: A point this late on a day is its end: HubSpot writes 23:59:59.999.
_END_OF_DAY = timedelta(hours=23, minutes=59)


@dataclass(frozen=True, slots=True)
class Span:
    """A span of days, both ends included; None where it is open.

    Args:
        first, last: dates.
        youngest, oldest: days before today instead, for a span that moves with it.
    """

    first: date | None = None
    last: date | None = None
    youngest: int | None = None
    oldest: int | None = None

    @property
    def moves(self) -> bool:
        """Whether it moves with today."""
        return self.youngest is not None or self.oldest is not None


def dated_condition(operation: Json, column: Node, losses: Losses) -> Node | None:
    """Return what is asked of a column of dates as an expression; None where there is none."""
    denied = operation.text("operator") == "IS_NOT_BETWEEN"
    span = span_of(operation, losses)
    if span is None:
        return None
    asked = e.all_of(_bounds(span, column))
    return e.not_so(asked) if denied else asked


def _bounds(span: Span, column: Node) -> Iterator[Node]:
    if span.first is not None:
        yield e.compared(">=", column, e.on(span.first))
    if span.last is not None:
        yield e.compared("<=", column, e.on(span.last))
    if span.youngest is not None:
        yield e.compared(">=", e.days_since(column), e.number(span.youngest))
    if span.oldest is not None:
        yield e.compared("<=", e.days_since(column), e.number(span.oldest))


def span_of(operation: Json, losses: Losses) -> Span | None:
    """Return the days an operation means; None where they are no span that leadline knows."""
    losses.unknown_keys(operation, _KEYS)
    span = _span(operation)
    if span is None or span == Span():
        kind, operator = operation.text("operationType"), operation.text("operator")
        losses.say(operation, f"{kind} {operator} is no span of whole days that leadline knows")
        return None
    return span


def _span(operation: Json) -> Span | None:
    operator = operation.text("operator")
    match operation.text("operationType"):
        case "ROLLING_DATE_RANGE":
            return _rolling(operator, operation.number("numberOfDays"))
        case "RANGED_DATE" if operator in ("IS_BETWEEN", "IS_NOT_BETWEEN"):
            low = _instant(operation.number("lowerBound"))
            high = _instant(operation.number("upperBound"))
            return _joined(_after(low), _before(high))
        case "DATETIME":
            return _by_instant(operator, _instant(operation.number("timestamp")))
        case "DATE":
            return _by_day(operator, _day(operation), included=False)
        case "TIME_POINT":
            return _pointed(operator, operation, "timePoint", "endpointBehavior")
        case "TIME_RANGED" if operator in ("IS_BETWEEN", "IS_NOT_BETWEEN"):
            low_side = _pointed(
                "IS_AFTER", operation, "lowerBoundTimePoint", "lowerBoundEndpointBehavior"
            )
            high_side = _pointed(
                "IS_BEFORE", operation, "upperBoundTimePoint", "upperBoundEndpointBehavior"
            )
            return _joined(low_side, high_side)
    return None


def _rolling(operator: str, days: float | None) -> Span | None:
    """Return a span that moves with today. Less than N days ago is an age of 0 to N - 1."""
    if days is None or days != int(days) or days < 1:
        return None
    count = int(days)
    return {
        "IS_LESS_THAN_X_DAYS_AGO": Span(youngest=0, oldest=count - 1),
        "IS_MORE_THAN_X_DAYS_AGO": Span(youngest=count + 1),
        "IS_LESS_THAN_X_DAYS_FROM_NOW": Span(youngest=1 - count, oldest=0),
        "IS_MORE_THAN_X_DAYS_FROM_NOW": Span(oldest=-count - 1),
    }.get(operator)


def _pointed(operator: str, operation: Json, key: str, behaviour: str) -> Span | None:
    """Return the span on one side of a point; HubSpot says whether the point itself is in it."""
    point = operation.get(key)
    if point is None:
        return None
    included = operation.text(behaviour) == "INCLUSIVE"
    if point.text("timeType") == "INDEXED":
        return _from_today(operator, point, included=included)
    if point.text("timeType") != "DATE":
        return None
    day = _day(point)
    if point.get("hour") is None:
        return _by_day(operator, day, included=included)
    return _by_instant(operator, day)


def _from_today(operator: str, point: Json, *, included: bool) -> Span | None:
    reference = point.get("indexReference")
    kind = reference.text("referenceType") if reference is not None else ""
    ago = _days_ago(point.get("offset"))
    if kind not in ("NOW", "TODAY") or ago is None or ago < 0:
        return None
    whole = included and kind == "TODAY"
    if operator == "IS_AFTER":
        return Span(oldest=ago if whole else ago - 1)
    if operator == "IS_BEFORE":
        return Span(youngest=ago if whole or not ago else ago + 1)
    return None


def _days_ago(offset: Json | None) -> int | None:
    """Return an offset as days before today; None where it is not whole days."""
    total = 0.0
    for unit, value in offset.entries() if offset is not None else ():
        count = value.as_number()
        if count and unit not in ("days", "weeks"):
            return None
        total += (count or 0) * (7 if unit == "weeks" else 1)
    return int(-total) if total == int(total) else None


def _day(point: Json) -> datetime | None:
    """Return the instant of a day that is written as numbers, in the clock of its own zone."""
    year, day = point.number("year"), point.number("day")
    month = point.text("month").upper()
    number = _MONTHS.index(month) + 1 if month in _MONTHS else point.number("month")
    if year is None or day is None or number is None:
        return None
    hour, minute, second = (int(point.number(unit) or 0) for unit in ("hour", "minute", "second"))
    try:
        return datetime(int(year), int(number), int(day), hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _instant(milliseconds: float | None) -> datetime | None:
    if milliseconds is None:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _by_day(operator: str, at: datetime | None, *, included: bool) -> Span | None:
    """Return the days on one side of a day, or the day itself."""
    if at is None:
        return None
    away = timedelta(days=0 if included else 1)
    match operator:
        case "IS_AFTER":
            return Span(first=at.date() + away)
        case "IS_BEFORE":
            return Span(last=at.date() - away)
        case "IS_EQUAL_TO" | "IS_ON" | "IS":
            return Span(first=at.date(), last=at.date())
    return None


def _by_instant(operator: str, at: datetime | None) -> Span | None:
    match operator:
        case "IS_AFTER":
            return _after(at)
        case "IS_BEFORE":
            return _before(at)
    return None


def _after(at: datetime | None) -> Span | None:
    """Return the whole days after an instant that ends or begins one."""
    if at is None:
        return None
    time = _time_of(at)
    if time == timedelta():
        return Span(first=at.date())
    return Span(first=at.date() + timedelta(days=1)) if time >= _END_OF_DAY else None


def _before(at: datetime | None) -> Span | None:
    if at is None:
        return None
    time = _time_of(at)
    if time == timedelta():
        return Span(last=at.date() - timedelta(days=1))
    return Span(last=at.date()) if time >= _END_OF_DAY else None


def _time_of(at: datetime) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def _joined(low: Span | None, high: Span | None) -> Span | None:
    if low is None or high is None:
        return None
    return Span(low.first, high.last, high.youngest, low.oldest)
