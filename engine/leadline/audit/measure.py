"""Figures over many periods at once, measured from the data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date

from leadline.audit.figures import (
    Days,
    Parts,
    Sums,
    can_be_share,
    median_ranks,
    median_reading,
    parts_of,
    reading_of,
)
from leadline.audit.log import Log, sources_of
from leadline.audit.reading import NOT_ENOUGH, Reading, Unit
from leadline.expression import metrics as m
from leadline.plan.clock import at_instant, end_of_day
from leadline.ruleset.audits import Audit
from leadline.sql import audit as sql
from leadline.sql.audited import Of

#: The fewest days of data that anything is said about.
FEWEST_DAYS = 30
#: So many days without any event may be quiet ones; after more of them the log has ended.
QUIET_DAYS = 7


def of_audit(audit: Audit) -> Of:
    """Return what the figures of an audit are about."""
    return Of(audit.program, audit.group)


def log_begins(log: Log, figure: m.Figure) -> date | None:
    """Return the first day that the log can have of all that a figure is made of.

    Imported figures have none: each says itself what days it is of.
    """
    known: list[date] = []
    for source in sources_of(figure):
        match source:
            case m.EventSource():
                begins = log.begins["event"]
            case m.RecordSource(table):
                begins = log.begins[table]
            case _:
                continue
        if begins is None:
            return None
        known.append(begins)
    return max(known, default=date.min)


def first_day(log: Log, audit: Audit) -> date | None:
    """Return the first day of what an audit counts, as far as the data go back."""
    of, database = of_audit(audit), log.store.database
    sources = sources_of(audit.metric.figure)
    days = [database.value(sql.first_day(source, of, log.writer)) for source in sources]
    return min((day for day in days if day is not None), default=None)


def median_cycle(log: Log) -> int | None:
    """Return the median days from the creation of an opportunity to its end, rounded up."""
    days = log.store.database.value(sql.median_cycle(log.as_of.before))
    return None if days is None else -int(-days // 1)


def known_days(begin: date, end: date, log_begins: date | None, started: date | None) -> Days | str:
    """Return what is known of a period, or why that is not enough.

    Args:
        begin: its first day.
        end: its last.
        log_begins: the first day of the log; None where it is empty.
        started: the first day of the program, for its reviews; None for its benchmark.
    """
    if log_begins is None:
        return f"{NOT_ENOUGH}: the data have no such records"
    first = max(started, log_begins) if started is not None else max(begin, log_begins)
    days = (end - first).days + 1
    if days < FEWEST_DAYS:
        seen = f"{max(days, 0)} of {FEWEST_DAYS} days"
        late = f", the log begins on {log_begins}" if first == log_begins > begin else ""
        return f"{NOT_ENOUGH}: {seen}{late}"
    if begin >= log_begins:
        return Days(begin, end)
    known, whole = (end - log_begins).days + 1, (end - begin).days + 1
    if known < min(FEWEST_DAYS, whole / 2):
        return f"{NOT_ENOUGH}: {max(known, 0)} of {whole} days, the log begins on {log_begins}"
    return Days(log_begins, end, cut=True)


def log_ends(log: Log, figure: m.Figure) -> date | None:
    """Return the last day of the events, where a figure counts any; else None.

    Records and imported figures may be rare: the last of them does not say where the data end.
    """
    last = log.catalog.last_event
    if last is None or not any(isinstance(one, m.EventSource) for one in sources_of(figure)):
        return None
    return at_instant(last.replace(tzinfo=UTC), log.ruleset.timezone).day


def until_known(days: Days | str, log_ends: date | None) -> Days | str:
    """Return what is known of a period whose end may lie behind that of the log.

    Args:
        days: what is known of it as far as its beginning goes, or why that is not enough.
        log_ends: the last day of the log; None where nothing says so.
    """
    if isinstance(days, str) or log_ends is None or (days.end - log_ends).days <= QUIET_DAYS:
        return days
    known, whole = (log_ends - days.begin).days + 1, (days.end - days.begin).days + 1
    if known < min(FEWEST_DAYS, whole / 2):
        return f"{NOT_ENOUGH}: {max(known, 0)} of {whole} days, the events end on {log_ends}"
    return Days(days.begin, log_ends, cut=True)


def measure(log: Log, figure: m.Figure, of: Of, periods: Sequence[Days]) -> tuple[Reading, ...]:
    """Measure a figure over some periods, with what was known at the end of each.

    Args:
        log: the data.
        figure: what to measure.
        of: what it is about.
        periods: the days, which may overlap.

    Returns:
        A reading a period, all in the same unit.
    """
    if not periods:
        return ()
    for statement in sql.kept_spans([_span(log, n, days) for n, days in enumerate(periods)]):
        log.store.database.execute(statement)
    if isinstance(figure, m.MedianDays):
        return _medians(log, figure, of, periods)
    parts = parts_of(figure)
    found = _sums(log, parts, of)
    unit = _unit(parts, found.values())
    return tuple(
        reading_of(parts, unit, found.get(number, Sums()), days)
        for number, days in enumerate(periods)
    )


def unit_of(figure: m.Figure) -> Unit:
    """Return the unit of a figure of which nothing is measured."""
    return "days" if isinstance(figure, m.MedianDays) else _unit(parts_of(figure), ())


def _span(log: Log, number: int, days: Days) -> sql.Span:
    known = end_of_day(days.end, log.ruleset.timezone).before
    return sql.Span(number, days.begin, days.end, min(known, log.as_of.before))


def _sums(log: Log, parts: Parts, of: Of) -> dict[int, Sums]:
    rows = log.store.database.rows(sql.amounts(parts.top, parts.bottom, of, log.writer))
    return {
        number: Sums(
            top=top / sql.MILLIONTHS,
            bottom=bottom / sql.MILLIONTHS,
            top_squares=_steady(top_squares),
            bottom_squares=_steady(bottom_squares),
            products=_steady(products),
            top_records=top_records,
            bottom_records=bottom_records,
            top_whole=top_whole,
            bottom_whole=bottom_whole,
            leads=leads,
        )
        for (
            number,
            top,
            bottom,
            top_records,
            bottom_records,
            top_whole,
            bottom_whole,
            top_squares,
            bottom_squares,
            products,
            leads,
        ) in rows
    }


def _steady(value: float) -> float:
    """Return a sum of doubles without the last digits, in which the order of rows is."""
    return float(f"{value:.12g}")


def _unit(parts: Parts, found: Iterable[Sums]) -> Unit:
    """Return the unit of a figure over all its periods; a rate is a share where all can be one."""
    spans = list(found)
    if parts.unit == "ratio" and _of_counts(parts) and all(map(can_be_share, spans)):
        return "share"
    if parts.unit == "sum" and isinstance(parts.top, m.Count) and all(s.top_whole for s in spans):
        return "count"
    return parts.unit


def _of_counts(parts: Parts) -> bool:
    return not isinstance(parts.top, m.Sum) and not isinstance(parts.bottom, m.Sum)


def _medians(
    log: Log, figure: m.MedianDays, of: Of, periods: Sequence[Days]
) -> tuple[Reading, ...]:
    database = log.store.database
    database.execute(sql.kept_days(figure, of, log.writer))
    counts: dict[int, int] = dict(database.rows(sql.day_counts()))
    ranks = {number: median_ranks(count) for number, count in counts.items()}
    asked = [(number, *(found[:2] if found else (0, 0))) for number, found in ranks.items()]
    medians = {row[0]: row[1:] for row in database.rows(sql.day_medians(asked))} if asked else {}
    readings = []
    for number, days in enumerate(periods):
        if number not in medians:
            reason = "nothing to time: no such records, or none that is through yet"
            readings.append(
                Reading(days.begin, days.end, "days", None, reason=reason, cut=days.cut)
            )
            continue
        median, low, high = medians[number]
        ends = (low, high) if ranks[number] else None
        readings.append(median_reading(median, counts[number], ends, days))
    return tuple(readings)
