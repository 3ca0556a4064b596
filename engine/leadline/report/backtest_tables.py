"""A backtest as tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from leadline.intervals import Interval
from leadline.report.backtest import Backtest, Band, Changes, Judged, LeadTime
from leadline.report.backtest_rows import By
from leadline.report.backtest_words import WORDS, answers, judgement
from leadline.report.diagnostics import visible
from leadline.report.listing import Listing, decimal

_FIGURES = (
    ("precision", "hits of the list (precision)"),
    ("lift", "times chance (lift)"),
    ("recall", "had one and listed (recall)"),
    ("capture", "foreseen by a list (capture)"),
    ("auc", "pairs in right order (AUC)"),
)
_SIDES = ("A", "B")
#: With fewer outcomes there are no quarters to speak of.
_QUARTERS = 4
#: What is said in a narrow column.
_SHORT = {"no clear difference": "unclear"}


def tables(found: Backtest, by: By) -> tuple[Listing, ...]:
    """Return the tables for people."""
    if by == "week":
        return (_weeks(found),)
    bands = [_bands(found, side, place) for place, side in enumerate(found.sides)]
    if by == "band":
        return tuple(bands)
    times = [
        _lead_time(found, side, place, side.lead_time)
        for place, side in enumerate(found.sides)
        if side.lead_time is not None
    ]
    return (_answers(found), _figures(found), *bands, *times)


def _answers(found: Backtest) -> Listing:
    asked = "which is better?" if found.changes is not None else "does it work?"
    return Listing(("", asked), list(answers(found)), title="In short")


def _figures(found: Backtest) -> Listing:
    many = f"{found.capacity:,} highest scores"
    if found.capacity == 1:
        many = "highest score"
    title = f"The {many} of each Monday, {found.first} to {found.last}"
    if found.changes is None:
        return _one(found.sides[0], title)
    return _two(found, found.changes, title)


def _one(side: Judged, title: str) -> Listing:
    lines = []
    for name, words in _FIGURES:
        figure = side.figures[name]
        value = _written(name, figure.value)
        lines.append((words, value, _between(name, figure.interval), _counted(name, side)))
    return _listing(("", "value", "95% interval", "counted"), lines, title, right=(1, 2))


def _counted(name: str, side: Judged) -> str:
    figure = side.figures[name]
    match name:
        case "precision":
            return f"{figure.part:,} of {figure.whole:,} places"
        case "recall":
            return f"{figure.part:,} of {figure.whole:,} rows"
        case "lift":
            rows_ = side.rows - side.unknown
            return f"chance: {_percent(side.came / rows_)}" if rows_ else ""
        case "capture":
            return f"{figure.part:,} of {figure.whole:,}"
        case _:
            return f"{figure.part:,} of {figure.whole:,} rows"


def _two(found: Backtest, changes: Changes, title: str, names: tuple[str, str] = _SIDES) -> Listing:
    lines = []
    for name, words in _FIGURES:
        values = [_written(name, side.figures[name].value) for side in found.sides]
        change = changes.figures.get(name)
        more, between, word = "", "", ""
        if change is not None and change.value is not None:
            more = _signed(name, change.value)
            between = _between(name, change.interval, signed=True)
            word = "" if found.few else _SHORT.get(judgement(change), judgement(change))
        lines.append((words, *values, more, between, word))
    headings = ("", *names, "change", "95% interval", "")
    return _listing(headings, lines, title, right=(1, 2, 3, 4))


def before_and_after(found: Backtest, title: str) -> Listing:
    """Return the figures of two rulesets of which the second is a change of the first."""
    changes = found.changes
    assert changes is not None  # noqa: S101 - two sides have it
    return _two(found, changes, title, ("before", "after"))


def _bands(found: Backtest, side: Judged, place: int) -> Listing:
    lines = [
        (
            _named(band),
            f"{band.rows:,}",
            f"{band.came:,}",
            _percent(band.share.value) if band.share is not None else "",
            _between("share", band.share.interval) if band.share is not None else "",
            f"{band.leads:,}",
        )
        for band in side.bands
    ]
    title = f"{_whose(found, place)}how many of each band had one within {found.within} days"
    headings = (visible(side.score), "rows", "had one", "share", "95% interval", "leads")
    return _listing(headings, lines, _capital(title), right=(1, 2, 3, 4, 5))


def _named(band: Band) -> str:
    bounds = _bounds(band)
    name = visible(band.name)
    # Bands of fifths are called by their bounds already.
    return name if not bounds or name[:1].isdigit() else f"{name}: {bounds}"


def _bounds(band: Band) -> str:
    if band.low is None:
        return f"below {decimal(band.high)}" if band.high is not None else ""
    if band.high is None:
        return f"{decimal(band.low)} and more"
    return f"{decimal(band.low)} to below {decimal(band.high)}"


def _lead_time(found: Backtest, side: Judged, place: int, waited: LeadTime) -> Listing:
    ready = f"became {visible(waited.stage)}"
    if not waited.stage:
        ready = f"reached {decimal(waited.at or 0.0)} points"
    lines = [
        ("before it began", *_part(waited.before, waited.outcomes), _days(waited)),
        ("only later", *_part(waited.after, waited.outcomes), ""),
        ("never", *_part(waited.never, waited.outcomes), ""),
    ]
    _, several = WORDS[found.outcome]
    title = f"{_whose(found, place)}when the lead {ready}"
    headings = ("", several, "share", "days before it began")
    return _listing(headings, lines, _capital(title), right=(1, 2))


def _part(part: int, whole: int) -> tuple[str, str]:
    return f"{part:,}", _percent(part / whole) if whole else ""


def _days(waited: LeadTime) -> str:
    if waited.days is None:
        return ""
    low, middle, high = (_rounded(days) for days in waited.days)
    half = f", half of them {low} to {high}" if waited.before >= _QUARTERS else ""
    return f"median {middle}{half}"


def _rounded(days: float) -> str:
    return f"{days:.0f}" if days >= 10 else f"{days:.1f}"


def _weeks(found: Backtest) -> Listing:
    lines = []
    for pair in zip_longest(*(side.weeks for side in found.sides)):
        first = pair[0]
        cells = [first.monday.isoformat(), f"{first.rows:,}", f"{first.came:,}"]
        for week in pair:
            precision = _percent(week.hits / week.known) if week.known else ""
            cells += [f"{week.listed:,}", f"{week.hits:,}", precision]
        lines.append(tuple(cells))
    marks = [f"{name}: " for name in _SIDES] if found.changes is not None else [""]
    headings = ["week of", "leads", "had one"]
    for mark in marks:
        headings += [f"{mark}list", "hits", "precision"]
    title = f"The list of each Monday: who had one within {found.within} days"
    return _listing(tuple(headings), lines, title, right=range(1, len(headings)))


def _whose(found: Backtest, place: int) -> str:
    return f"{_SIDES[place]}: " if found.changes is not None else ""


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]


def _listing(
    headings: Sequence[str], lines: Sequence[tuple[str, ...]], title: str, right: Sequence[int]
) -> Listing:
    """Return a table of texts; some columns stand to the right, as numbers do."""
    columns = list(zip(headings, *lines, strict=True))
    widths = [max(map(len, column)) for column in columns]
    heads = [
        text.rjust(width) if place in right else text
        for place, (text, width) in enumerate(zip(headings, widths, strict=True))
    ]
    cells = [
        tuple(
            text.rjust(width) if place in right else text
            for place, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    ]
    return Listing(tuple(heads), cells, title=title)


def _written(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    if name == "auc":
        return f"{value:.3f}"
    return f"{value:.1f}" if name == "lift" else _percent(value)


def _signed(name: str, value: float) -> str:
    return f"{value:+.3f}" if name == "auc" else f"{100 * value:+.1f}"


def _between(name: str, interval: Interval | None, *, signed: bool = False) -> str:
    if interval is None:
        return ""
    written = _signed if signed else _written
    return f"{written(name, interval.low)} to {written(name, interval.high)}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"
