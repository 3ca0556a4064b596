"""A forecast as people and programs read it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from leadline.report.listing import Listing
from leadline.report.listing import as_markdown as listed
from leadline.report.markdown import plain

#: What stands before a figure that too few leads or weeks made.
_FEW = "~"
#: An 80% interval that held a smaller share than this is said to be too narrow.
_NARROW = 0.7
#: How wide sentences are.
_WIDTH = 80


@dataclass(frozen=True, slots=True)
class Measured:
    """How a forecast did in weeks that are over.

    Args:
        tests: how many forecasts were held against what came.
        error: by how many leads they were wrong on average.
        covered: in what share of them the 80% interval held what came.
        last_week: the error of repeating the last week.
        mean_of_four: the error of the mean of the last four weeks.
        few: whether too few weeks were tested to say much.
    """

    tests: int
    error: float
    covered: float
    last_week: float
    mean_of_four: float
    few: bool


@dataclass(frozen=True, slots=True)
class WeekAhead:
    """What is expected in one week.

    Args:
        ahead: how many weeks after the last full one, from 1 on.
        monday: its first day.
        expected: entries.
        eighty: where the 80% interval begins and ends.
        ninety_five: the same of the 95% interval.
        measured: forecasts as far ahead as this; None without any.
    """

    ahead: int
    monday: date
    expected: float
    eighty: tuple[int, int]
    ninety_five: tuple[int, int]
    measured: Measured | None


@dataclass(frozen=True, slots=True)
class StageForecast:
    """The weeks to come of one stage.

    Args:
        stage: its name.
        inside: how many are in it.
        entered: how many entered it in the weeks that the forecast is made from.
        few: whether these are too few to say much.
        left: how many left it in these weeks.
        weeks: the weeks to come.
        measured: all forecasts that were tested; None without any.
    """

    stage: str
    inside: int
    entered: int
    few: bool
    left: int
    weeks: tuple[WeekAhead, ...]
    measured: Measured | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast of a log's stages.

    Args:
        who: what moves: ``leads`` or ``accounts``.
        begun: the day on which the log begins; None where nobody ever entered a stage.
        known: the last day of the last full week.
        full_weeks: how many full weeks there are.
        needed: how many there must be.
        least: from fewer leads or weeks than this a figure is marked.
        history: how many of them the hazards come from.
        arriving: how many are expected to come in a week from no stage.
        without_beginning: how many have always been there.
        running: whether a week had begun that was not over.
        stages: those that were asked for, lowest first; none where there are too few weeks.
    """

    who: str
    begun: date | None
    known: date
    full_weeks: int
    needed: int
    least: int
    history: int
    arriving: float
    without_beginning: int
    running: bool
    stages: tuple[StageForecast, ...]


#: The columns that programs get, with their types in SQL.
COLUMNS = (
    ("stage", "VARCHAR"),
    ("ahead", "INTEGER"),
    ("week", "DATE"),
    ("expected", "DOUBLE"),
    ("low_80", "INTEGER"),
    ("high_80", "INTEGER"),
    ("low_95", "INTEGER"),
    ("high_95", "INTEGER"),
    ("entered", "INTEGER"),
    ("tests", "INTEGER"),
    ("error", "DOUBLE"),
    ("covered_80", "DOUBLE"),
    ("error_last_week", "DOUBLE"),
    ("error_mean_of_4", "DOUBLE"),
    ("beats_last_week", "BOOLEAN"),
    ("beats_mean_of_4", "BOOLEAN"),
)

Cell = str | int | float | date | bool | None


def rows(forecast: Forecast) -> tuple[tuple[Cell, ...], ...]:
    """Return a row for each stage and week, in the order of ``COLUMNS``.

    ``covered_80`` is a share. Whether naive forecasts are beaten is told of all weeks together.
    """
    return tuple(
        (
            stage.stage,
            week.ahead,
            week.monday,
            week.expected,
            *week.eighty,
            *week.ninety_five,
            stage.entered,
            *_figures(week.measured),
            *(_beaten(stage.measured) if stage.measured is not None else (None, None)),
        )
        for stage in forecast.stages
        for week in stage.weeks
    )


def _figures(measured: Measured | None) -> tuple[Cell, ...]:
    if measured is None:
        return (0, None, None, None, None)
    return (
        measured.tests,
        measured.error,
        measured.covered,
        measured.last_week,
        measured.mean_of_four,
    )


def _beaten(measured: Measured) -> tuple[bool, bool]:
    return (measured.error < measured.last_week, measured.error < measured.mean_of_four)


def listing(forecast: Forecast) -> Listing:
    """Return the table that people read: a row a week, and one for the tests of all weeks."""
    columns = ("stage", "week", forecast.who, "80%", "95%", "error", "in 80%", "last", "mean 4")
    body: list[tuple[object, ...]] = []
    for stage in forecast.stages:
        for week in stage.weeks:
            expected = f"{_FEW if stage.few else ''}{week.expected:.1f}"
            spans = (_span(week.eighty), _span(week.ninety_five))
            body.append(
                (stage.stage, week.monday, expected, *spans, *_measured_cells(week.measured))
            )
        if stage.measured is not None and len(stage.weeks) > 1:
            body.append((stage.stage, "all", None, "", "", *_measured_cells(stage.measured)))
    return Listing(columns, tuple(body), empty=said_of_too_little(forecast))


def _span(ends: tuple[int, int]) -> str:
    return f"{ends[0]}-{ends[1]}"


def _measured_cells(measured: Measured | None) -> tuple[str, ...]:
    if measured is None:
        return ("", "", "", "")
    mark = _FEW if measured.few else ""
    errors = (measured.error, measured.last_week, measured.mean_of_four)
    own, last, four = (f"{mark}{error:.1f}" for error in errors)
    return (own, f"{mark}{100 * measured.covered:.0f}%", last, four)


def said_of_too_little(forecast: Forecast) -> str:
    """Say that a log is too short to forecast from."""
    if forecast.begun is None:
        return f"nobody entered a stage until {forecast.known}: there is nothing to forecast from"
    weeks = "1 full week" if forecast.full_weeks == 1 else f"{forecast.full_weeks} full weeks"
    return (
        f"no forecast: the log begins on {forecast.begun} and has {weeks} up to {forecast.known}; "
        f"it takes {forecast.needed}"
    )


def verdicts(forecast: Forecast) -> Iterator[str]:
    """Yield a sentence for each stage: whether its forecast is better than naive ones."""
    for stage in forecast.stages:
        yield f"{stage.stage}: {_verdict(stage.measured)}"


def _verdict(measured: Measured | None) -> str:
    if measured is None:
        return "not tested: no past week could be forecast again"
    if measured.error == measured.last_week == measured.mean_of_four == 0:
        return "nobody entered in the weeks tested, and nobody was expected"
    last, four = _beaten(measured)
    said = {
        (True, True): "better than repeating the last week and than the mean of the last four",
        (True, False): "better than repeating the last week, no better than the mean of the last "
        "four",
        (False, True): "no better than repeating the last week, better than the mean of the last "
        "four",
        (False, False): "no better than repeating the last week, nor than the mean of the last "
        "four",
    }[last, four]
    few = ", as far as few weeks tell" if measured.few else ""
    narrow = (
        f"; the 80% interval was too narrow, it held {100 * measured.covered:.0f}%"
        if measured.covered < _NARROW
        else ""
    )
    return f"{said}{few}{narrow}"


def remarks(forecast: Forecast) -> Iterator[str]:
    """Yield what else is to be known about a forecast."""
    if not forecast.stages:
        return
    if forecast.running:
        yield f"known until {forecast.known}: the week that was not over is the first ahead"
    if forecast.history == forecast.full_weeks:
        yield f"the log begins on {forecast.begun}: who was inside before is not known"
    if forecast.arriving:
        yield f"from outside come {forecast.arriving:.1f} {forecast.who} a week, as of late"
    else:
        yield f"no {forecast.who} come from outside; only those who are inside move"
    if forecast.without_beginning:
        many = f"{forecast.without_beginning:,} {forecast.who}"
        yield f"without a beginning, so that they arrive with their first move: {many}"
    for stage in forecast.stages:
        if stage.inside and not stage.left:
            yield f"nobody left {stage.stage} in {forecast.history} weeks: nobody is expected to"
    if any(_marked(stage) for stage in forecast.stages):
        yield f"{_FEW}: from fewer than {forecast.least} leads or weeks, it may well be chance"
    if any(stage.measured is not None for stage in forecast.stages):
        yield (
            f"by error such forecasts were wrong, in {forecast.who} a week; in 80%: how often the"
            " interval\nheld; last, mean 4: the error of repeating the last week, the mean of four"
        )


def _marked(stage: StageForecast) -> bool:
    return stage.few or (stage.measured is not None and stage.measured.few)


def as_text(table: str, forecast: Forecast) -> str:
    """Return a table that is drawn, with the verdicts under it."""
    said = (textwrap.fill(line, _WIDTH, subsequent_indent="  ") for line in verdicts(forecast))
    return "\n".join((table, *said, "")) if forecast.stages else table


def as_markdown(forecast: Forecast) -> str:
    """Return the table and the verdicts as Markdown."""
    table = listing(forecast)
    if not table.rows:
        return f"{table.empty}\n"
    said = (f"- {plain(line)}\n" for line in verdicts(forecast))
    return f"{listed(table)}\n{''.join(said)}"
