"""A review into the file of reviews: its figure and its note at the end, all else as it was."""

from __future__ import annotations

import codecs
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from leadline.audit.reading import Reading
from leadline.diagnostic import Severity
from leadline.document import load
from leadline.document.source import FORBIDDEN
from leadline.errors import EngineError, RulesetError, UsageError
from leadline.layout.appending import append_item
from leadline.ruleset.audits import Audit
from leadline.ruleset.reviews import Review, build_reviews

_NEW = """\
# What people found when they reviewed the audits of {ruleset}, with the figures of the day.
# `leadline audit record` adds to it; what stands here stays when the data change.
leadline: 1
"""
#: With how many digits a figure is written; what it is a part of stands beside it.
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person has to say about a program.

    Attributes:
        on: the day of the review.
        note: what was found or decided.
        by: who reviewed it; "" leaves that out.
    """

    on: date
    note: str
    by: str = ""


def refuse_remark(remark: Remark) -> None:
    """Refuse what no file can hold.

    Raises:
        UsageError: the note is empty, or a control character stands in it or in the name.
    """
    if not remark.note.strip():
        raise UsageError("the note is empty", hint="say what was found, or what is to be done")
    for option, text in (("--note", remark.note), ("--by", remark.by)):
        found = FORBIDDEN.search(text)
        if found is not None:
            raise UsageError(f"{option} holds the control character U+{ord(found[0]):04X}")


def refuse_second(audit: Audit, on: date, reviews: Sequence[Review]) -> None:
    """Refuse a second review of a program on a day.

    Raises:
        UsageError: there is one.
    """
    for review in reviews:
        if review.audit == audit.name and review.on == on:
            raise UsageError(
                f"`{audit.name}` has a review of {on} already, at {review.place}",
                hint="`--on` names another date; or edit the file: git knows what it said before",
            )


def item_of(audit: Audit, remark: Remark, reading: Reading) -> dict[str, str]:
    """Return a review as the texts that the file holds of it.

    Args:
        audit: the program.
        remark: what was said.
        reading: the figure of the day; one without a value is left out.
    """
    item = {"audit": audit.name, "on": str(remark.on)}
    if remark.by:
        item["by"] = remark.by
    item |= {"note": remark.note, "metric": audit.metric.text}
    if reading.begin is not None and reading.end is not None:
        item |= {"from": str(reading.begin), "to": str(reading.end)}
    if reading.value is None:
        return item
    item["figure"] = _written(reading.value, share=reading.share)
    bottom = reading.bottom if reading.bottom is not None else float(reading.n)
    for key, amount in (("top", reading.top), ("bottom", bottom)):
        if amount is not None:
            item[key] = _written(amount, share=False)
    ends = (reading.interval.low, reading.interval.high) if reading.interval is not None else ()
    for key, end in zip(("low", "high"), ends, strict=False):
        if math.isfinite(end):
            item[key] = _written(end, share=reading.share)
    return item


def review_of(item: dict[str, str]) -> Review:
    """Return the review that a file with nothing else would hold."""
    file = "a new review"
    [review] = _reviews(with_review(None, file, file, item), file)
    return review


def with_review(before: bytes | None, file: str, ruleset: str, item: dict[str, str]) -> bytes:
    """Return the file of reviews with one more; everything else stays byte for byte.

    Args:
        before: the file; None where there is none yet.
        file: its name, for messages.
        ruleset: the name of the ruleset's file, for people who open a new one.
        item: the review; see ``item_of``.

    Raises:
        RulesetError: the file is not as it must be.
        UsageError: it is written in a way that nothing can be added to.
        EngineError: it would say something else besides; a fault of leadline's own.
    """
    content = before if before is not None else _NEW.format(ruleset=ruleset).encode()
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    there = _reviews(content, file) if before is not None else ()
    text = content.removeprefix(mark).decode()
    after = mark + append_item(text, file, "reviews", item).encode()
    if _reviews(after, file)[:-1] != there:
        raise EngineError(f"the new text of {file} would change a review; it is left as it is")
    return after


def _reviews(content: bytes, file: str) -> tuple[Review, ...]:
    """Read a file of reviews.

    Raises:
        RulesetError: it is not as it must be.
    """
    loaded = load(content, file)
    found = loaded.diagnostics
    reviews: tuple[Review, ...] = ()
    if loaded.document is not None:
        built = build_reviews(loaded.document)
        found, reviews = (*found, *built.diagnostics), built.reviews
    if any(one.severity is Severity.ERROR for one in found):
        raise RulesetError(f"{file} cannot be read", found, {file: loaded.text})
    return reviews


def _written(value: float, *, share: bool) -> str:
    """Return a figure as the file holds it: ``2.413%``, ``120``, ``12.35``."""
    shown = 100 * value if share else value
    if shown == int(shown):
        return f"{int(shown)}{'%' if share else ''}"
    places = max(2, _DIGITS - 1 - math.floor(math.log10(abs(shown))))
    text = f"{shown:.{min(places, 12)}f}".rstrip("0").rstrip(".")
    return f"{text}{'%' if share else ''}"
