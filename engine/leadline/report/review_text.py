"""A review as a page: for a terminal, and as Markdown for a meeting or a pull request."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from leadline.report.diagnostics import visible
from leadline.report.listing import Listing
from leadline.report.listing import as_markdown as listed
from leadline.report.markdown import plain
from leadline.report.review import Review
from leadline.report.review_points import Point, points
from leadline.report.review_tables import BY_OUTCOMES, notes, tables
from leadline.report.review_words import counted, outcome_of, too_little
from leadline.report.terminal import as_table

_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
#: How a verdict is coloured: green, yellow, dim.
_COLOURS = {"good": "\x1b[32m", "look at this": "\x1b[33m", "cannot be told yet": _DIM}
#: What the columns of the rules' table mean.
_KEY = (
    "fresh: the share of leads with {outcome} within {within} days of the first date with the "
    "rule's points (of a fact: of every date); later: of later dates with them; without: of dates "
    "without any; times: fresh against without; likely: in 95 of 100 such reviews the true number "
    "lies between these. Rules go together, so this proves no cause; `leadline suggest` weighs all "
    "rules at once."
)
#: What it means that leads are looked at.
_LOOKED = (
    "Looked at: on each date{ready}. One outcome counts for every date in the {within} days "
    "before it."
)
_NEXT = "`leadline audit due` says when the next review is due."


def review_text(
    review: Review, sections: Sequence[str], *, top: int, width: int = 80, colour: bool = False
) -> str:
    """Write a review for a terminal.

    Args:
        review: the figures.
        sections: the points to show.
        top: the most rows of a table; 0 is all.
        width: the columns to fit in.
        colour: whether to use terminal colours.
    """
    shown = points(review, sections)
    blocks = ["\n".join([_styled(_title(review), _BOLD, colour), *_folded(_basis(review), width)])]
    if len(shown) > 1:
        blocks.append("\n".join(_overview(shown, colour)))
    blocks += ["\n".join(_point(one, review, top, width, colour)) for one in shown]
    return "\n\n".join([*blocks, _NEXT]) + "\n"


def _title(review: Review) -> str:
    score = f", score {visible(review.score)}" if review.score else ""
    return f"Review of {visible(review.model)}{score}, {review.as_of}"


def _basis(review: Review) -> str:
    """Say how leads are judged."""
    if review.first is None or review.last is None or not review.rows:
        return ""
    dates = (
        f"on {counted(review.dates, 'date')} a week apart, {review.first} to {review.last}"
        if review.dates > 1
        else f"on {review.first}"
    )
    return (
        f"{counted(review.leads, 'lead')}, each as it stood {dates}, by what came within "
        f"{review.within} days: {review.happened:,} had {outcome_of(review)} to come."
    )


def _overview(shown: Sequence[Point], colour: bool) -> Iterator[str]:
    widest = max(len(one.title) for one in shown)
    for one in shown:
        verdict = _styled(one.verdict, _COLOURS[one.verdict], colour)
        yield f"{one.number}  {one.title.ljust(widest)}  {verdict}"


def _point(point: Point, review: Review, top: int, width: int, colour: bool) -> Iterator[str]:
    verdict = _styled(point.verdict, _COLOURS[point.verdict], colour)
    yield f"{_styled(f'{point.number}. {point.title}', _BOLD, colour)} {verdict}"
    yield from _folded(point.said, width)
    for listing in tables(point.section, review, top):
        yield ""
        yield as_table(listing, width=width, colour=colour).rstrip("\n")
    below = _below(point, review, top)
    if below:
        yield ""
        yield from (line for text in below for line in _folded(text, width, then="  "))
    yield ""
    for todo in point.todo:
        yield from _folded(f"Do: {todo}", width, then="    ")


def _below(point: Point, review: Review, top: int) -> tuple[str, ...]:
    if point.section == "feedback":
        return notes(review.feedback, top)
    if point.section in BY_OUTCOMES and too_little(review):
        return ()
    if point.section == "bands" or (point.section == "ready" and review.ready.contrast):
        ready = "; a sales-ready lead once, when it became so" if point.section == "ready" else ""
        return (_LOOKED.format(ready=ready, within=review.within),)
    if point.section == "lift" and any(lift.fresh.word for lift in review.lifts):
        return (_KEY.format(outcome=outcome_of(review), within=review.within),)
    return ()


def _folded(text: str, width: int, then: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, subsequent_indent=then, break_long_words=False, break_on_hyphens=False
    )


def _styled(text: str, style: str, colour: bool) -> str:
    return f"{style}{text}{_PLAIN}" if colour and text else text


def review_markdown(review: Review, sections: Sequence[str], *, top: int) -> str:
    """Write a review as Markdown; see ``review_text``."""
    shown = points(review, sections)
    blocks = [f"## {plain(_title(review))}"]
    if _basis(review):
        blocks.append(plain(_basis(review)))
    if len(shown) > 1:
        rows = [f"| {one.number}. {plain(one.title)} | {_marked(one)} |" for one in shown]
        blocks.append("\n".join(("| question | answer |", "| --- | --- |", *rows)))
    for one in shown:
        blocks += _markdown_point(one, review, top)
    return "\n\n".join([*blocks, _NEXT]) + "\n"


def _marked(point: Point) -> str:
    return f"**{point.verdict}**" if point.verdict == "look at this" else point.verdict


def _markdown_point(point: Point, review: Review, top: int) -> Iterator[str]:
    yield f"### {point.number}. {plain(point.title)} {point.verdict}"
    yield _sentence(point.said)
    for listing in tables(point.section, review, top):
        if listing.title:
            yield f"**{plain(listing.title)}**"
        yield listed(_untitled(listing)).rstrip("\n")
    below = _below(point, review, top)
    if below:
        yield "\n".join(f"- {plain(text)}" for text in below)
    yield "\n".join(f"- **Do:** {_sentence(todo)}" for todo in point.todo)


def _untitled(listing: Listing) -> Listing:
    rows = [tuple(str(cell).strip() for cell in row) for row in listing.rows]
    return Listing(tuple(head.strip() for head in listing.columns), rows)


def _sentence(text: str) -> str:
    """Return a sentence as Markdown, what stands in backquotes as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return plain(text)
    return "".join(
        f"`{part}`" if number % 2 else _spaced(part) for number, part in enumerate(parts)
    )


def _spaced(part: str) -> str:
    """Return a part of a sentence as Markdown with the blanks at its ends."""
    begin, end = (" " if part[at : at + 1 or None].isspace() else "" for at in (0, -1))
    return f"{begin}{plain(part)}{end if part.strip() else ''}"
