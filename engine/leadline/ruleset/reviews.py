"""Reviews as values: what a person said about an audit, with its figure of that day.

The figure is written down beside the note, so that the past stays as it was seen when the data
changes later. The table of reviews is a file beside the ruleset.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from leadline.diagnostic import Diagnostic, Place, in_order
from leadline.document.values import Document, Mapping, Sequence
from leadline.expression.patterns import pattern_error
from leadline.ruleset import codes
from leadline.ruleset.audit_keys import REVIEWS_SCHEMA
from leadline.ruleset.extensions import NO_EXTENSIONS
from leadline.ruleset.reader import Reader
from leadline.ruleset.validate import validate
from leadline.ruleset.written import WrittenFigure, read_figure


@dataclass(frozen=True, slots=True)
class Review:
    """A review of an audit.

    Attributes:
        audit: the name of the audit.
        on: the day of the review.
        by: who reviewed it; ``""`` where that is not written.
        note: what was found or decided.
        metric: the figure that was looked at, as the audit wrote it then.
        begin, end: the first and the last day that the figure is of.
        figure: the figure; None where there was none.
        share: the figure is a share (written as a percentage).
        top, bottom: what a rate has above and below its line; of another figure ``bottom`` is the
            number of records it is of.
        low, high: the 95% interval of the figure.
    """

    audit: str
    on: date
    by: str
    note: str
    metric: str
    begin: date | None
    end: date | None
    figure: float | None
    share: bool
    top: float | None
    bottom: float | None
    low: float | None
    high: float | None
    place: Place = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class BuiltReviews:
    """The reviews of a file in its order, and what is to be said about it."""

    reviews: tuple[Review, ...]
    diagnostics: tuple[Diagnostic, ...]


def build_reviews(document: Document) -> BuiltReviews:
    """Build the reviews of a file.

    Args:
        document: the file as loaded.

    Returns:
        The reviews, or every mistake in the file.
    """
    reader = Reader(None, NO_EXTENSIONS, pattern_error)
    reader.diagnostics.extend(validate(document, REVIEWS_SCHEMA, "the file"))
    entry = document.root.get("reviews")
    items = entry.value.items if entry and isinstance(entry.value, Sequence) else ()
    read = [_review(reader, item) for item in items if isinstance(item, Mapping)]
    reviews = tuple(review for review in read if review is not None)
    _once(reader, reviews)
    return BuiltReviews(reviews, in_order(reader.diagnostics))


def _review(reader: Reader, body: Mapping) -> Review | None:
    audit, on = reader.text(body, "audit"), reader.day(body, "on")
    begin, end = reader.day(body, "from"), reader.day(body, "to")
    _days(reader, body, on, begin, end)
    figure, low, high = (_figure(reader, body, key) for key in ("figure", "low", "high"))
    _alike(reader, body, figure, low, high)
    if on is None or not audit:
        return None
    return Review(
        audit=audit,
        on=on,
        by=reader.text(body, "by"),
        note=reader.text(body, "note"),
        metric=reader.text(body, "metric"),
        begin=begin,
        end=end,
        figure=figure.value if figure else None,
        share=figure is not None and figure.share,
        top=reader.number(body, "top"),
        bottom=reader.number(body, "bottom"),
        low=low.value if low else None,
        high=high.value if high else None,
        place=reader.place(body, "audit"),
    )


def _days(
    reader: Reader, body: Mapping, on: date | None, begin: date | None, end: date | None
) -> None:
    if begin and end and end < begin:
        message = f"`from` {begin} is after `to` {end}"
        reader.say(codes.EMPTY_SPAN, message, reader.place(body, "from"), "exchange the two")
    elif on and end and end > on:
        message = f"the review was on {on}, and its figure goes on to {end}"
        hint = "`to` is the day of the review, or one before it"
        reader.say(codes.REVIEW_SHAPE, message, reader.place(body, "to"), hint)


def _figure(reader: Reader, body: Mapping, key: str) -> WrittenFigure | None:
    scalar = reader.scalar(body, key)
    if scalar is None or not scalar.text:
        return None
    figure = read_figure(scalar.text)
    if figure is None:
        hint = "write a number such as `120`, or a share such as `2.41%`"
        reader.say(codes.REVIEW_SHAPE, f"`{scalar.text}` is no figure", scalar.place, hint)
    return figure


def _alike(
    reader: Reader,
    body: Mapping,
    figure: WrittenFigure | None,
    low: WrittenFigure | None,
    high: WrittenFigure | None,
) -> None:
    """Note bounds that are no bounds of the figure."""
    for key, bound in (("low", low), ("high", high)):
        if bound is not None and figure is not None and bound.share != figure.share:
            message = f"`{key}` and `figure` are not written alike: one of them is a share"
            hint = "write both with `%`, or none"
            reader.say(codes.REVIEW_SHAPE, message, reader.place(body, key), hint)
            return
    if low and high and low.value > high.value:
        message = "`low` is above `high`"
        reader.say(codes.EMPTY_SPAN, message, reader.place(body, "low"), "exchange the two")


def _once(reader: Reader, reviews: Iterable[Review]) -> None:
    """Note a second review of one audit on one day."""
    seen: dict[tuple[str, date], Review] = {}
    for review in reviews:
        first = seen.setdefault((review.audit, review.on), review)
        if first is not review:
            message = f"a second review of `{review.audit}` on {review.on}"
            hint = f"keep one of them; the first is at {first.place}"
            reader.say(codes.REVIEW_SHAPE, message, review.place, hint)
