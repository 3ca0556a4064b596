"""``leadline audit record``: what a person found, beside the figure of that day."""

from __future__ import annotations

import difflib
import os
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from leadline.audit import words
from leadline.audit.reading import Reading
from leadline.audit.record import Remark, refuse_remark, refuse_second, with_review
from leadline.audit.reviewing import Reviewed, review_on
from leadline.cli.audited import Audited, audited, data_if_any, rulesets_named
from leadline.cli.options import Work, data_option
from leadline.cli.output import note, write_whole
from leadline.cli.past import date_of
from leadline.cli.summary import said_of_data
from leadline.diagnostic import did_you_mean
from leadline.errors import UsageError
from leadline.pipeline import RulesetText
from leadline.report.terminal import working
from leadline.ruleset.audits import Audit
from leadline.ruleset.beside import reviews_file


@click.command("record")
@click.argument("program")
@click.option("--note", "said", metavar="TEXT", required=True, help="What was found or decided.")
@click.option(
    "--on", metavar="DATE", callback=date_of, help="The day of the review. [default: today]"
)
@click.option("--by", default="", metavar="NAME", help="Who reviewed it.")
@click.option(
    "--ruleset",
    "rulesets",
    metavar="RULESET",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Where the program stands. [default: the rulesets of the project]",
)
@data_option
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
def record(
    program: str,
    said: str,
    on: str | None,
    by: str,
    rulesets: tuple[Path, ...],
    data: Path | None,
    dry_run: bool,
) -> int:
    """Record a review of PROGRAM: what you found, with the figure of that day.

    Both go to NAME.reviews.yaml beside the ruleset NAME.yaml, below what is there already; keep
    it in git. A recorded figure stays as it was when the data change, and the next review is
    planned from its date.
    """
    texts = rulesets_named(rulesets)
    with data_if_any(texts[0], data) as work:
        if work is None:
            raise UsageError(
                "there are no data to take the figure from",
                hint="pass `--data DIR`, or `leadline run` first",
            )
        with working("measuring"):
            found, audit = _found(program, texts, work)
            remark = Remark(_day(on, found), said.replace("\r\n", "\n"), by)
            refuse_remark(remark)
            refuse_second(audit, remark.on, found.reviews)
            reviewed = review_on(work.store, found.text, audit, found.reviews, remark)
        _write(found, reviewed.item, dry_run=dry_run)
        _say(audit, reviewed, work)
    return 0


def _found(program: str, texts: Sequence[RulesetText], work: Work) -> tuple[Audited, Audit]:
    """Return the program of a name, and its ruleset.

    Raises:
        UsageError: there is none, or there are several.
    """
    every = [audited(text, work.store) for text in texts]
    named = [(one, audit) for one in every for audit in one.audits if audit.name == program]
    if len(named) > 1:
        files = ", ".join(one.text.file for one, _ in named)
        raise UsageError(
            f"several rulesets have a program `{program}`: {files}", hint="add `--ruleset FILE`"
        )
    if not named:
        known = [audit.name for one in every for audit in one.audits]
        raise UsageError(
            f"no program is called `{program}`",
            hint=did_you_mean(program, known) or "write it under `audits:` of the ruleset",
        )
    return named[0]


def _day(on: str | None, found: Audited) -> date:
    """Return the day of the review.

    Raises:
        UsageError: it has not come yet.
    """
    today, day = found.as_of(None).day, found.as_of(on).day
    if day > today:
        raise UsageError(f"{day} has not come yet", hint=f"today is {today}")
    return day


def _write(found: Audited, item: dict[str, str], *, dry_run: bool) -> None:
    """Add a review to the file, whole or not at all, and print the lines that it gets."""
    path = reviews_file(Path(found.text.file))
    before = path.read_bytes() if path.exists() else None
    after = with_review(before, str(path), Path(found.text.file).name, item)
    click.echo(_added(before, after), nl=False)
    if dry_run:
        note(f"dry run: {path} is left as it is")
        return

    def write(unfinished: Path) -> None:
        with unfinished.open("wb") as opened:
            opened.write(after)
            opened.flush()
            os.fsync(opened.fileno())
        if before is not None:
            shutil.copymode(path, unfinished)

    write_whole(path, write)
    note(f"{'added to' if before is not None else 'wrote'} {path}: keep it in git")


def _added(before: bytes | None, after: bytes) -> str:
    """Return the lines that a file would get."""
    there = (before or b"").decode().splitlines(keepends=True)
    lines = after.decode().splitlines(keepends=True)
    return "".join(line[2:] for line in difflib.ndiff(there, lines) if line.startswith("+ "))


def _say(audit: Audit, reviewed: Reviewed, work: Work) -> None:
    cell = reviewed.cell
    note(f"`{audit.name}` on {cell.on}: {_figure(cell.reading)}")
    if cell.change is not None:
        note(f"change: {words.change(cell.change)}")
    note(f"next review: {reviewed.next}")
    for line in (*(f"note: {line}" for line in reviewed.notes), *said_of_data(work)):
        note(line)


def _figure(reading: Reading | None) -> str:
    if reading is None or reading.value is None:
        why = f", {reading.reason}" if reading is not None else ""
        return f"recorded without a figure{why}"
    said = f"{words.of_how_many(reading)}, from {reading.begin} to {reading.end}"
    return f"{said} (the log begins within the period)" if reading.cut else said
