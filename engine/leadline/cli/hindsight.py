"""What the commands share that look at what became of leads: options, and words beside a table."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import click

from leadline.outcomes import KINDS, Kind
from leadline.panel import EVERY_FIELD, Asked
from leadline.pipeline import columns_of
from leadline.store import Store

F = TypeVar("F", bound=Callable[..., Any])

#: How long after a date an outcome counts, in days, unless another number is given.
WITHIN = 30
#: How many weeks are looked at unless another number is given.
WEEKS = 26

_WIDTH = 80
#: How many days after the last event a log is taken to have ended.
_STALE = 7
_DAYS = re.compile(r"([1-9][0-9]{0,3})( days?)?\Z")


@dataclass(frozen=True, slots=True)
class Hindsight:
    """What counts as an outcome, and how leads are seen as they stood before it.

    Attributes:
        within: how many days after a date an outcome counts.
        outcome: one of ``KINDS``.
        whole_account: whether an opportunity is of every lead of its account.
        score: the score to judge; None takes the one that says who is sales-ready.
        trust: the fields without a history that are taken as they are today.
    """

    within: int
    outcome: Kind
    whole_account: bool
    score: str | None
    trust: tuple[str, ...]

    def asked(self, dates: tuple[date, ...], until: str | None, *, rules: bool = False) -> Asked:
        """Return what is asked of a panel.

        Args:
            dates: the dates on which the leads are looked at.
            until: the date up to which the past is known; None is today.
            rules: whether the points of each rule are kept.
        """
        return Asked(
            dates,
            self.within,
            until,
            self.outcome,
            self.whole_account,
            self.score,
            rules,
            self.trust,
        )


def hindsight_options(command: F) -> F:
    """Add ``--within``, ``--outcome``, ``--whole-account``, ``--score`` and ``--trust``.

    The command takes them as ``**given``; ``hindsight_of`` reads them.
    """
    for option in reversed(
        (
            click.option(
                "--within",
                metavar="DAYS",
                default=f"{WITHIN} days",
                show_default=True,
                callback=_days,
                help="How long after a date an outcome counts.",
            ),
            click.option(
                "--outcome",
                type=click.Choice(KINDS),
                default=KINDS[0],
                show_default=True,
                help="What counts as an outcome: an opportunity, one that is won, or a hand-over "
                "that sales accepts.",
            ),
            click.option(
                "--whole-account",
                is_flag=True,
                help="Count an opportunity for every lead of its account. [default: where it "
                "names no lead]",
            ),
            click.option(
                "--score",
                metavar="NAME",
                help="The score to judge. [default: the one that says who is sales-ready]",
            ),
            click.option(
                "--trust",
                metavar="FIELD",
                multiple=True,
                help="Take this field as it is today: it has no history, and does not change. "
                "May be repeated; `all` takes every one.",
            ),
        )
    ):
        command = option(command)
    return command


def weeks_option(command: F) -> F:
    """Add ``--weeks N``."""
    return click.option(
        "--weeks",
        type=click.IntRange(1, 520),
        default=WEEKS,
        show_default=True,
        metavar="N",
        help="Look at the last N weeks of which the outcomes are known.",
    )(command)


def hindsight_of(given: Mapping[str, Any]) -> Hindsight:
    """Return the options of ``hindsight_options`` as a command was given them."""
    return Hindsight(
        given["within"],
        given["outcome"],
        given["whole_account"],
        given["score"],
        given["trust"],
    )


def _days(context: click.Context, option: click.Parameter, value: str) -> int:
    found = _DAYS.match(value.strip())
    if found is None:
        raise click.BadParameter(f"`{value}` is no number of days; write `30 days`")
    return int(found[1])


def said_of_untrusted(fields: Sequence[str]) -> Iterator[str]:
    """Yield which fields were left out, since today's value may follow from the outcome.

    Args:
        fields: those of the panel, or of the panels that are compared.
    """
    if not fields:
        return
    has, it = ("has", "it is") if len(fields) == 1 else ("have", "they are")
    one = fields[0] if len(fields) == 1 else EVERY_FIELD
    said = (
        f"note: {_listed(fields)} {has} no history, so {it} left out: what is known today may only"
        f" be known because the lead bought; `--trust {one}` takes today's values"
    )
    yield from textwrap.wrap(said, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def said_of_log(store: Store, until: date) -> Iterator[str]:
    """Yield that the log ends long before a date, since nothing that came later is known."""
    last: datetime | None = columns_of(store).last_event
    if last is None or (until - last.date()).days <= _STALE:
        return
    said = (
        f"note: the log ends on {last.date()}, and what came later counts as nothing; `--as-of "
        f"{last.date()}` leaves out what it cannot know"
    )
    yield from textwrap.wrap(said, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
