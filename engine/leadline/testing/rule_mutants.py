"""Rules with one thing changed: a number, a clause, a limit, a cap, a decay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from leadline.document.values import Document, Scalar
from leadline.document.values import Sequence as Items
from leadline.ruleset.model import Decay, EventRule, Fact, Idle, Rule
from leadline.testing.variants import more, next_day
from leadline.testing.written import (
    Change,
    Path,
    left_out,
    node_changes,
    number_changes,
    put,
    shorter_texts,
    written_at,
)


def rule_changes(rule: Rule, document: Document, path: Path) -> Iterator[Change]:
    """Yield a rule with one thing of it changed.

    Args:
        rule: the rule.
        document: its file.
        path: where in the file the rule stands.
    """
    yield from _head(rule, document, path)
    match rule:
        case EventRule():
            yield from _event_rule(rule, document, path)
        case Fact():
            yield from node_changes(rule.when, lambda node: replace(rule, when=node))
            yield from node_changes(rule.points, lambda node: replace(rule, points=node))
        case Idle():
            written = written_at(document, (*path, "idle"))
            if isinstance(written, Scalar):
                later = replace(rule, days=rule.days + 1)
                yield Change(written.place, written.text, f"{later.days} days", later)
            yield from node_changes(rule.points, lambda node: replace(rule, points=node))


def _head(rule: Rule, document: Document, path: Path) -> Iterator[Change]:
    head = rule.head
    for key, value in (("max", head.maximum), ("min", head.minimum)):
        for change in number_changes(document, (*path, key), value):
            own = (
                replace(head, maximum=change.part)
                if key == "max"
                else replace(head, minimum=change.part)
            )
            yield replace(change, part=replace(rule, head=own))
    for key, day in (("since", head.since), ("until", head.until)):
        written = written_at(document, (*path, key))
        later = next_day(day) if day is not None else None
        if later is not None and written is not None:
            own = replace(head, since=later) if key == "since" else replace(head, until=later)
            yield Change(written.place, f"{day}", f"{later}", replace(rule, head=own))


def _event_rule(rule: EventRule, document: Document, path: Path) -> Iterator[Change]:
    for place, text, rest in shorter_texts(document, (*path, "event"), rule.events):
        yield Change(place, text, "", replace(rule, events=rest))
    yield from node_changes(rule.where, lambda node: replace(rule, where=node))
    yield from left_out(document, (*path, "where"), replace(rule, where=None))
    yield from node_changes(rule.points, lambda node: replace(rule, points=node))
    yield from _limits(rule, document, (*path, "limit"))
    yield from _reach(rule, document, (*path, "reach"))
    yield from _bands(rule, document, (*path, "bands"))
    written = written_at(document, (*path, "within"))
    if rule.within is not None and isinstance(written, Scalar):
        longer = replace(rule, within=rule.within + 1)
        yield Change(written.place, written.text, f"{longer.within} days", longer)
    for change in decay_changes(rule.decay, document, (*path, "decay")):
        yield replace(change, part=replace(rule, decay=change.part))


def _limits(rule: EventRule, document: Document, path: Path) -> Iterator[Change]:
    written = written_at(document, path)
    if written is None:
        return
    places = written.items if isinstance(written, Items) else (written,)
    for number, (limit, place) in enumerate(zip(rule.limits, places, strict=True)):
        text = place.text if isinstance(place, Scalar) else str(limit.count)
        rest = (*rule.limits[:number], *rule.limits[number + 1 :])
        yield Change(place.place, f"limit: {text}", "", replace(rule, limits=rest))
        wider = put(rule.limits, number, replace(limit, count=limit.count + 1))
        after = text.replace(str(limit.count), str(limit.count + 1), 1)
        yield Change(place.place, text, after, replace(rule, limits=wider))


def _reach(rule: EventRule, document: Document, path: Path) -> Iterator[Change]:
    written = written_at(document, path)
    if rule.reach is None or not isinstance(written, Scalar):
        return
    further = replace(rule.reach, count=rule.reach.count + 1)
    after = written.text.replace(str(rule.reach.count), str(further.count), 1)
    yield Change(written.place, written.text, after, replace(rule, reach=further))
    yield Change(written.place, f"reach: {written.text}", "", replace(rule, reach=None))
    if rule.reach.distinct is not None:
        any_ = replace(rule, reach=replace(rule.reach, distinct=None))
        yield Change(written.place, written.text, "without `distinct`", any_)


def _bands(rule: EventRule, document: Document, path: Path) -> Iterator[Change]:
    for number, (count, points) in enumerate(rule.bands):
        written = written_at(document, (*path, str(count)))
        if written is None:
            continue
        for band in ((count + 1, points), (count, more(points))):
            bands = dict(put(rule.bands, number, band))
            changed = replace(rule, bands=tuple(sorted(bands.items())))
            after = f"{band[0]}: {band[1]:g}"
            yield Change(written.place, f"{count}: {points:g}", after, changed)


def decay_changes(decay: Decay | None, document: Document, path: Path) -> Iterator[Change]:
    """Yield a decay by age with a day more, or one in steps that is steeper."""
    if decay is None:
        return
    written = written_at(document, (*path, decay.kind))
    if not isinstance(written, Scalar) or not decay.days:
        return
    longer = replace(decay, days=decay.days + 1)
    yield Change(written.place, written.text, f"{longer.days} days", longer)
    if decay.share:
        steeper = replace(decay, share=round(decay.share + 0.01, 12))
        yield Change(written.place, written.text, f"{steeper.share * 100:g}%", steeper)
