"""Stages, grades, cells and more that no score can get to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from leadline.diagnostic import Code, Diagnostic, Place
from leadline.document.values import Mapping as Keys
from leadline.ruleset.checks.codes import (
    BAND_OUT_OF_REACH,
    CELL_OUT_OF_REACH,
    COMMITTEE_OUT_OF_REACH,
    GRADE_OUT_OF_REACH,
    OUT_OF_RANGE,
    SALES_READY_OUT_OF_REACH,
    STAGE_OUT_OF_REACH,
)
from leadline.ruleset.checks.reach import Reach, most_counted, of_account, of_scores, reached
from leadline.ruleset.checks.subject import Subject, path_of
from leadline.ruleset.model import EventRule, Stages

_HINT = "lower it, or let the score get there"


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Find what a score would have to be higher, or lower, for than it can be."""
    ruleset, reaches = subject.ruleset, of_scores(subject.ruleset)
    yield from _scores(subject, reaches)
    yield from _cells(subject, reaches)
    yield from _bands(subject)
    stages = ruleset.stages
    by = stages.source.name if stages is not None and stages.source.kind == "score" else None
    if stages is not None and by is not None:
        yield from _stages(subject, stages, by, reaches[by])
    for account in ruleset.accounts:
        of, path = reaches[account.of], ("accounts", account.name)
        if account.committee is not None and account.committee.at > of.high:
            what = f"a committee at {account.committee.at:g}"
            place = subject.value(*path, "committee")
            yield _beyond(COMMITTEE_OUT_OF_REACH, what, account.of, of, place)
        if account.stages is not None:
            own = of_account(account, of)
            yield from _stages(subject, account.stages, account.name, own, *path)


def _beyond(kind: Code, what: str, score: str, reach: Reach, place: Place | None) -> Diagnostic:
    """Say that something is above all that a score can be."""
    because = f": {reach.why}" if reach.why else f", which is {reach.high:g} at most"
    message = f"{what} is out of reach of `{score}`{because}"
    return Diagnostic(kind, message, place, _HINT)


def _scores(subject: Subject, reaches: Mapping[str, Reach]) -> Iterator[Diagnostic]:
    for score in subject.ruleset.scores:
        reach, path = reaches[score.name], ("scores", score.name)
        if score.sales_ready is not None and score.sales_ready > reach.high:
            what = f"`sales_ready` {score.sales_ready:g}"
            place = subject.value(*path, "sales_ready")
            yield _beyond(SALES_READY_OUT_OF_REACH, what, score.name, reach, place)
        places = {name: subject.value(*path, "grades", name) for name, _ in score.grades}
        yield from _bounds(GRADE_OUT_OF_REACH, "the grade", score.name, reach, score.grades, places)


def _bounds(
    kind: Code,
    what: str,
    score: str,
    reach: Reach,
    bounds: tuple[tuple[str, float], ...],
    places: Mapping[str, Place | None],
) -> Iterator[Diagnostic]:
    """Find letters or cells, highest bound first, that a score is never in."""
    possible = reached(bounds, reach)
    for name, bound in bounds:
        if bound > reach.high:
            yield _beyond(kind, f"{what} `{name}` at {bound:g}", score, reach, places[name])
        elif name not in possible:
            message = f"{what} `{name}` is never given: `{score}` is never below {reach.low:g}"
            hint = "remove it, or let the score fall below"
            yield Diagnostic(kind, message, places[name], hint)


def _cells(subject: Subject, reaches: Mapping[str, Reach]) -> Iterator[Diagnostic]:
    for axis in subject.ruleset.matrix or ():
        entry = subject.entry("matrix", axis.score)
        if entry is None or not isinstance(entry.value, Keys):
            continue  # its cells are the grades of the score, which are looked at there
        found = {name: entry.value.get(name) for name, _ in axis.cells}
        places = {name: cell.value.place for name, cell in found.items() if cell is not None}
        reach = reaches[axis.score]
        yield from _bounds(CELL_OUT_OF_REACH, "the cell", axis.score, reach, axis.cells, places)


def _stages(
    subject: Subject, stages: Stages, score: str, reach: Reach, *path: str
) -> Iterator[Diagnostic]:
    always_on = [i for i, step in enumerate(stages.steps) if step.at is not None]
    lowest = max((i for i in always_on if (stages.steps[i].at or 0.0) <= reach.low), default=0)
    for index, step in enumerate(stages.steps):
        steps = (*path, "stages", "steps")
        place = subject.item(index, "at", *steps)
        if index < lowest:
            after = stages.steps[lowest].name
            message = (
                f"nobody is ever in the stage `{step.name}`: `{score}` is never below "
                f"{reach.low:g}, where `{after}` has begun"
            )
            yield Diagnostic(STAGE_OUT_OF_REACH, message, place, "remove it, or raise the others")
        elif index and step.at is not None and step.at > reach.high:
            # Below every bound a lead is in the first stage, wherever that begins.
            what = f"the stage `{step.name}` at {step.at:g}"
            yield _beyond(STAGE_OUT_OF_REACH, what, score, reach, place)
        elif index > lowest and step.leave_below is not None and step.leave_below <= reach.low:
            message = (
                f"`leave_below` {step.leave_below:g} is never met: `{score}` is never below "
                f"{reach.low:g}, so who reaches `{step.name}` stays"
            )
            hint = "raise it; where leads are to stay, write `backward: false`"
            place = subject.item(index, "leave_below", *steps)
            yield Diagnostic(OUT_OF_RANGE, message, place, hint)


def _bands(subject: Subject) -> Iterator[Diagnostic]:
    for score, rule in subject.rules():
        if not isinstance(rule, EventRule):
            continue
        most = most_counted(rule)
        for count, _ in rule.bands:
            if count > most:
                message = f"the band of {count} is out of reach: at most {most:g} events count"
                place = subject.value(*path_of(score, rule), "bands", str(count))
                hint = "remove it, or raise the limit"
                yield Diagnostic(BAND_OUT_OF_REACH, message, place, hint)
