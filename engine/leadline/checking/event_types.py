"""Event types that a ruleset names and no event has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from leadline.checking.codes import DEAD_EVENT_TYPE
from leadline.checking.rewriting import rewritten
from leadline.diagnostic import Diagnostic, Edit, Fix, Place, nearest
from leadline.document import Document, Entry, Scalar, Sequence, Value
from leadline.document import Mapping as Entries
from leadline.document.source import source_of
from leadline.expression import metrics as m
from leadline.expression import nodes as n
from leadline.plan import needs
from leadline.ruleset.model import Ruleset

_MOST_SHOWN = 5


def dead_event_types(
    ruleset: Ruleset, document: Document, types: Mapping[str, int]
) -> Iterator[Diagnostic]:
    """Yield a finding for each place that names a type which no event has.

    Args:
        ruleset: the ruleset.
        document: where it is written.
        types: the types that events have, the most frequent first, each with its events; none:
            there is nothing to compare with.
    """
    if not types:
        return
    for name, place, beside in _named(ruleset, document):
        if name not in types:
            yield _dead(name, place, beside, document, types)


def _named(ruleset: Ruleset, document: Document) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    """Yield every event type that something which counts names, where, and those beside it."""
    on = {
        (score.name, rule.head.name)
        for score in needs.rule_scores(ruleset)
        for rule in needs.enabled(score.rules)
    }
    for score in _inside(document.root.get("scores")):
        yield from _texts(_entry(_entry(score, "reset"), "event"))
        for section in ("actions", "behaviours"):
            for rule in _inside(_entry(score, section)):
                if (score.key.text, rule.key.text) in on:
                    yield from _texts(_entry(rule, "event"))
    source = source_of(document.file, document.text)
    for node in expressions(ruleset):
        for part in n.walk(node):
            if isinstance(part, n.EventCount):
                start, end = source.span(part.place)
                written = re.compile(rf"(?<!\w){re.escape(part.event)}(?!\w)")
                found = written.search(document.text, start, end)
                yield part.event, source.place(*found.span()) if found else part.place, ()
    for kept in _counted(ruleset):
        start, end = source.span(kept.place)
        for name in kept.types:
            found = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)").search(document.text, start, end)
            place = source.place(*found.span()) if found else kept.place
            yield name, place, tuple(other for other in kept.types if other != name)


def _counted(ruleset: Ruleset) -> Iterator[m.EventSource]:
    """Yield the events that audits count."""
    for figure in figures(ruleset):
        for source in m.sources(figure):
            if isinstance(source, m.EventSource):
                yield source


def figures(ruleset: Ruleset) -> Iterator[m.Figure]:
    """Yield the figures that audits follow, those of their benchmarks among them."""
    for audit in ruleset.audits:
        yield audit.metric.figure
        if audit.benchmark is not None and audit.benchmark.metric is not None:
            yield audit.benchmark.metric.figure


def expressions(ruleset: Ruleset) -> Iterator[n.Node]:
    """Yield every expression that something which counts evaluates."""
    yield from needs.event_nodes(ruleset)
    yield from needs.lead_nodes(ruleset)
    yield from (segment.when for segment in ruleset.segments)
    stages = [ruleset.stages, *(account.stages for account in ruleset.accounts)]
    for one in stages:
        if one is not None and one.condition is not None:
            yield one.condition
    yield from (audit.group for audit in ruleset.audits if audit.group is not None)
    yield from (node for figure in figures(ruleset) for node in m.nodes(figure))


def _entry(parent: Entry | None, key: str) -> Entry | None:
    return parent.value.get(key) if parent and isinstance(parent.value, Entries) else None


def _inside(parent: Entry | None) -> tuple[Entry, ...]:
    return parent.value.entries if parent and isinstance(parent.value, Entries) else ()


def _texts(entry: Entry | None) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    values: tuple[Value, ...] = () if entry is None else (entry.value,)
    if values and isinstance(values[0], Sequence):
        values = values[0].items
    scalars = [value for value in values if isinstance(value, Scalar)]
    for value in scalars:
        yield value.text, value.place, tuple(other.text for other in scalars if other is not value)


def _dead(
    name: str,
    place: Place,
    beside: tuple[str, ...],
    document: Document,
    types: Mapping[str, int],
) -> Diagnostic:
    close = nearest(name, types)
    if close:
        named = " or ".join(f"`{near}` ({_times(types[near])})" for near in close)
        hint = f"did you mean {named}?"
    else:
        shown = ", ".join(f"`{one}` ({types[one]:,})" for one in list(types)[:_MOST_SHOWN])
        more = f" and {len(types) - _MOST_SHOWN} more" if len(types) > _MOST_SHOWN else ""
        hint = f"the types of the events: {shown}{more}"
    fix = None
    text = rewritten(document, place, name, close[0]) if len(close) == 1 else None
    if text is not None and close[0] not in beside:
        fix = Fix(f"write `{close[0]}`", (Edit(place, text),), safe=False)
    return Diagnostic(DEAD_EVENT_TYPE, f"no event is of type `{name}`", place, hint, fix=fix)


def _times(number: int) -> str:
    return f"{number:,} event{'s' * (number != 1)}"
