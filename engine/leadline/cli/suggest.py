"""``leadline suggest``: points from what became of the leads, as a patch to take or leave."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from leadline.cli.hindsight import (
    hindsight_of,
    hindsight_options,
    said_of_log,
    said_of_untrusted,
)
from leadline.cli.options import Work, as_of_option, data_option, ruleset_argument, work_on
from leadline.cli.output import note, show_listing, write_text
from leadline.cli.summary import said_of_data
from leadline.errors import UsageError
from leadline.report.suggestion import (
    SuggestedPoints,
    SuggestedRule,
    Trial,
    conclusion,
    figures,
    notes,
    suggestion_table,
    too_few,
)
from leadline.report.terminal import progress
from leadline.suggestion.check import FEWEST_OUTCOMES, Check
from leadline.suggestion.patch import edited, patch, root_of
from leadline.suggestion.points import Choice, Judged
from leadline.suggestion.suggest import Suggestion, suggest

#: How many dates leads are looked at unless another number is given.
_MONTHS = 18
_FORMATS = ("table", "md", "csv", "json")
_FOR_PEOPLE = ("table", "md")
_PATCHES = (".patch", ".diff")


@dataclass(frozen=True, slots=True)
class _Shown:
    """How to print: the format, the files of the patch and of the table, patch in any case."""

    format: str
    patches: tuple[Path, ...]
    tables: tuple[Path, ...]
    anyway: bool


@click.command("suggest")
@ruleset_argument
@data_option
@as_of_option
@hindsight_options
@click.option(
    "--months",
    type=click.IntRange(1, 120),
    default=_MONTHS,
    show_default=True,
    metavar="N",
    help="Look at leads on N dates, each 30 days from the next.",
)
@click.option(
    "--rules",
    multiple=True,
    metavar="NAME",
    help="Change this rule alone; may be repeated. [default: all]",
)
@click.option(
    "--free-signs", is_flag=True, help="Let points above 0 fall below it, and the other way round."
)
@click.option(
    "--anyway", is_flag=True, help="Make a patch even if nothing says that it is any better."
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    help="How to print. [default: by the ending of FILE, else the project's, else table]",
)
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the patch (FILE.patch, FILE.diff) or the table (any other ending) to this file, "
    "whole or not at all; may be repeated.",
)
def command(
    ruleset: Path | None,
    data: Path | None,
    as_of: str | None,
    months: int,
    rules: tuple[str, ...],
    free_signs: bool,
    anyway: bool,
    format_: str | None,
    outputs: tuple[Path, ...],
    **given: Any,
) -> int:
    """Suggest points for the rules of a score from what became of the leads.

    Looks at the leads as they stood once a month, and at who had an outcome within --within days;
    fits points to that, in whole numbers and in the units of the ruleset; tries them on leads that
    they were not fitted to. Prints a table and a patch of the ruleset, comments kept. Nothing is
    changed by itself: `git apply FILE.patch` does that.

    Points stay near those of now where there is little evidence, and keep their sign unless
    --free-signs is given. Without at least 25 leads with an outcome and 25 without, nothing is
    suggested.
    """
    hindsight = hindsight_of(given)
    with work_on(ruleset, data) as work:
        shown = _shown(work, format_, outputs, anyway=anyway)
        asked = hindsight.asked((), as_of)
        with progress() as tick:
            found = suggest(work.store, work.text, asked, months, Choice(free_signs, rules), tick)
        _show(found, shown)
        for line in (
            *said_of_log(work.store, found.panel.until.day),
            *said_of_untrusted(found.panel.untrusted),
            *said_of_data(work),
        ):
            note(line)
    return 0


def _shown(work: Work, asked: str | None, outputs: tuple[Path, ...], *, anyway: bool) -> _Shown:
    patches = tuple(path for path in outputs if path.suffix.lower() in _PATCHES)
    tables = tuple(path for path in outputs if path not in patches)
    format_ = work.chosen_format(asked, tables[0] if tables else None)
    if format_ not in _FORMATS:
        raise UsageError(f"points are not written as {format_}", hint="add `--format csv`")
    return _Shown(format_, patches, tables, anyway)


def _show(found: Suggestion, shown: _Shown) -> None:
    told = _told(found)
    if not told.is_enough:
        write_text(too_few(told), None)
        return
    people = shown.format in _FOR_PEOPLE
    table = suggestion_table(told) if people else figures(told)
    for path in shown.tables or (None,):
        show_listing(table, shown.format, path)
    say = click.echo if people and not shown.tables else note
    say("")
    say(conclusion(told).rstrip("\n"))
    _hand_over(found, told, shown)
    for line in notes(told):
        note(line)


def _hand_over(found: Suggestion, told: SuggestedPoints, shown: _Shown) -> None:
    """Write or print the patch, and say how to apply it, or why there is none."""
    if found.after is None:
        for path in shown.patches:
            note(f"{path} is not written: there is nothing to change")
        return
    if not told.is_better and not shown.anyway:
        note("no patch is made; --anyway makes one")
        return
    file = Path(found.panel.text.file)
    before = file.read_bytes().decode("utf-8")
    text = patch(file, before, edited(before, found.proposal.changed if found.proposal else ()))
    for path in shown.patches:
        write_text(text, path)
        note(f"to apply it, in {root_of(file)}: git apply {path.resolve()}")
    if shown.patches:
        return
    if shown.format in _FOR_PEOPLE and not shown.tables:
        click.echo(f"\n```diff\n{text}```" if shown.format == "md" else f"\n{text}".rstrip("\n"))
    note("to take it: add -o points.patch, then run git apply points.patch")


def _told(found: Suggestion) -> SuggestedPoints:
    panel, counts = found.panel, found.counts
    ready = None
    if found.ready is not None and found.score.sales_ready is not None:
        ready = (found.score.sales_ready, *found.ready)
    return SuggestedPoints(
        score=found.score.name,
        outcome=panel.asked.outcome,
        within=panel.asked.within,
        dates=panel.asked.dates,
        leads_with=counts.leads_with,
        leads_without=counts.leads_without,
        needed=FEWEST_OUTCOMES,
        rules=tuple(map(_rule, found.proposal.judged)) if found.proposal is not None else (),
        trial=_trial(found.check) if found.check is not None else None,
        together=found.together,
        ready=ready,
        as_of=panel.until.day,
    )


def _rule(judged: Judged) -> SuggestedRule:
    feature, allowed = judged.feature, judged.range
    return SuggestedRule(
        rule=feature.rule,
        written=feature.kind,
        now=feature.value,
        suggested=judged.after,
        allowed=(allowed.low, allowed.high) if allowed is not None else None,
        leads=judged.leads,
        outcomes=judged.outcomes,
        verdict=judged.verdict,
        wrong_way=judged.wrong_way,
        hidden=feature.hidden if judged.verdict == "not judged" else (),
    )


def _trial(check: Check) -> Trial:
    interval = check.change.interval
    return Trial(
        by_time=check.split.kind == "time",
        first=check.split.dates[0],
        leads_with=check.counts.leads_with,
        leads_without=check.counts.leads_without,
        today=check.today.value,
        more=check.change.value,
        interval=(interval.low, interval.high) if interval is not None else None,
        better=check.is_better,
    )
