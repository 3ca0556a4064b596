"""What can stand at the end of an unfinished metric of an audit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leadline.expression.metrics_parse import FIGURES
from leadline.language_server.expression_offers import Ending, event_offers, expression_offers
from leadline.language_server.offers import Offer
from leadline.language_server.vocabulary import Vocabulary

_TEXT = re.compile(r'"(?:\\.|[^"\\])*"?|`[^`]*`?')
_WHERE = re.compile(r"\bwhere\s+")
_LAST = re.compile(r"[\w.]*\Z")
_SAYS = {
    "count": "how many records",
    "leads": "how many different leads",
    "sum": "the sum of a field",
    "rate": "one amount over another",
    "cost_per": "the cost in `metrics` over an amount",
    "median_days": "the median days between two dates",
    "acceptance": "the accepted share of the hand-overs that sales decided",
}
_RECORDS = (
    ("opportunity", "opportunity", "opportunities by when they were created"),
    ("handoff", "handoff", "hand-overs by when they were offered"),
    ("metric.", "metric.", "figures that were imported"),
)


def metric_offers(written: str, words: Vocabulary) -> Ending:
    """Return what can stand at the end of a metric that is being written.

    Args:
        written: the metric up to the cursor.
        words: what may be named.
    """
    argument = _argument(written)
    where = _WHERE.search(_without_texts(written[argument:]))
    if where is not None:
        begin = argument + where.end()
        ending = expression_offers(written[begin:], "events", words)
        return Ending(begin + ending.start, ending.offers)
    last = _LAST.search(written)
    start = last.start() if last is not None else len(written)
    before = written[argument:start].strip()
    return Ending(start, tuple(_offers(written, before, words)))


def _offers(written: str, before: str, words: Vocabulary) -> Iterator[Offer]:
    if "(" not in written:
        for name, example in FIGURES.items():
            yield Offer(name, f"{name}(", "function", example, _SAYS[name])
    elif not before or before.endswith(("[", ",", "of")):
        yield from event_offers(words)
        if "[" not in before:
            for label, insert, says in _RECORDS:
                yield Offer(label, insert, "name", says)
    else:
        yield Offer("where", "where ", "word", "only those of which something is true")
        yield Offer("of", "of ", "word", "a field of such records")


def _argument(written: str) -> int:
    """Return where the innermost argument of a figure begins that is still open."""
    bare = _without_texts(written)
    open_: list[int | None] = [0]  # where the argument begins; None for other brackets
    for at, sign in enumerate(bare):
        if sign == "(" and _is_figure(bare[:at]):
            open_.append(at + 1)
        elif sign in "([":
            open_.append(None)
        elif sign in ")]" and len(open_) > 1:
            open_.pop()
        elif sign == "," and open_[-1] is not None:
            open_[-1] = at + 1
    return next(begin for begin in reversed(open_) if begin is not None)


def _is_figure(before: str) -> bool:
    called = _LAST.search(before.rstrip())
    return called is not None and called[0] in FIGURES


def _without_texts(written: str) -> str:
    """Return a text with blanks in the place of what is quoted."""
    return _TEXT.sub(lambda found: " " * len(found[0]), written)
