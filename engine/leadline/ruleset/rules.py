"""Rules: actions, behaviours and facts, from the document to the model."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from leadline.diagnostic import did_you_mean
from leadline.document.values import Mapping, Scalar
from leadline.expression import nodes as n
from leadline.expression.catalog import Type
from leadline.expression.parse import parse_days, parse_limit, parse_reach
from leadline.expression.scope import Scope
from leadline.expression.types import resolve_any
from leadline.ruleset import codes
from leadline.ruleset.decays import age_decay
from leadline.ruleset.model import (
    EventRule,
    Fact,
    Idle,
    Limit,
    Reach,
    Rule,
    RuleHead,
    Window,
    WindowKind,
)
from leadline.ruleset.reader import Reader
from leadline.ruleset.schema import RULE_KEYS
from leadline.ruleset.shapes import misspelt

#: Points beyond this, either way, do not count (and as a constant are a mistake).
MOST_POINTS = 1_000_000.0

Section = Literal["actions", "behaviours", "facts"]
_SECTIONS: tuple[Section, ...] = ("actions", "behaviours", "facts")
_OF_EVENTS = ("where", "limit", "reach", "bands", "within", "decay")
_WINDOWS: dict[tuple[str, ...], WindowKind] = {
    ("day",): "day",
    ("week",): "week",
    ("month",): "month",
    ("visit",): "visit",
}


def read_rules(reader: Reader, score: Mapping, groups: tuple[str, ...]) -> tuple[Rule, ...]:
    """Read every rule of a score, in the order of the file within each section."""
    rules: list[Rule] = []
    sections = [(section, reader.mapping(score, section)) for section in _SECTIONS]
    entries = [entry for _, mapping in sections for entry in (mapping.entries if mapping else ())]
    reader.apart(entries, "rules of this score")
    for section, mapping in sections:
        for entry in mapping.entries if mapping else ():
            if isinstance(entry.value, Mapping):
                rule = _rule(reader, section, entry.key, entry.value, groups)
                rules += [rule] if rule else []
    return tuple(rules)


def _rule(
    reader: Reader, section: Section, key: Scalar, rule: Mapping, groups: tuple[str, ...]
) -> Rule | None:
    head = _head(reader, section, key, rule, groups)
    if section == "facts":
        return _fact(reader, head, rule)
    if rule.get("idle"):
        return _idle(reader, head, rule)
    return _event_rule(reader, head, rule)


def _head(
    reader: Reader, section: Section, key: Scalar, rule: Mapping, groups: tuple[str, ...]
) -> RuleHead:
    minimum, maximum = reader.number(rule, "min"), reader.number(rule, "max")
    since = reader.day(rule, "since")
    until = reader.day(rule, "until")
    review_by = reader.day(rule, "review_by")
    if minimum is not None and maximum is not None and minimum > maximum:
        reader.say(
            codes.EMPTY_SPAN,
            f"`min` {minimum:g} is above `max` {maximum:g}",
            reader.place(rule, "min"),
            "exchange the two",
        )
    if since and until and since > until:
        reader.say(
            codes.EMPTY_SPAN,
            f"`since` {since} is after `until` {until}: the rule never counts",
            reader.place(rule, "since"),
            "exchange the two",
        )
    group = reader.scalar(rule, "group")
    if group is not None and group.text not in groups:
        hint = did_you_mean(group.text, groups) or "the score has no `groups:`"
        reader.say(codes.UNKNOWN_GROUP, f"no group is called `{group.text}`", group.place, hint)
    return RuleHead(
        name=key.text,
        section=section,
        minimum=minimum,
        maximum=maximum,
        group=group.text if group else None,
        since=since,
        until=until,
        review_by=review_by,
        enabled=reader.truth(rule, "enabled", True),
        note=reader.text(rule, "note"),
        owner=reader.text(rule, "owner"),
        place=key.place,
    )


def _fact(reader: Reader, head: RuleHead, rule: Mapping) -> Fact | None:
    scope = reader.of_leads(f"the fact `{head.name}`")
    when = reader.expression(rule, "when", scope, Type.TRUTH)
    points = _points(reader, rule, scope)
    return Fact(head, when, points) if when is not None and points is not None else None


def _idle(reader: Reader, head: RuleHead, rule: Mapping) -> Idle | None:
    for key in ("event", *_OF_EVENTS):
        entry = rule.get(key)
        if entry:
            reader.say(
                codes.RULE_SHAPE,
                f"an idle behaviour has no `{key}`",
                entry.key.place,
                "`idle` looks at all events of the lead",
            )
    days = reader.phrase(rule, "idle", parse_days)
    points = _points(reader, rule, reader.of_leads(f"the behaviour `{head.name}`"))
    if not rule.get("points") and not misspelt(rule, "points", RULE_KEYS):
        reader.say(
            codes.POINTS_OR_BANDS, f"`{head.name}` gives no points", head.place, "add `points:`"
        )
    return Idle(head, days, points) if days is not None and points is not None else None


def _event_rule(reader: Reader, head: RuleHead, rule: Mapping) -> EventRule | None:
    scope = reader.of_events(f"the rule `{head.name}`")
    events = reader.texts(rule, "event")
    if not rule.get("event") and not misspelt(rule, "event", RULE_KEYS):
        reader.say(
            codes.RULE_SHAPE,
            f"`{head.name}` has neither `event` nor `idle`",
            head.place,
            "add `event:` with the type of the events it counts",
        )
    where = reader.expression(rule, "where", scope, Type.TRUTH)
    points = _points(reader, rule, scope)
    bands = _bands(reader, rule)
    within = reader.phrase(rule, "within", parse_days)
    _check_points_or_bands(reader, head, rule)
    decay = rule.get("decay")
    if decay and rule.get("bands"):
        reader.say(
            codes.STATE_DECAY,
            "`bands` have no age: they cannot decay",
            decay.key.place,
            "use `within: 90 days` to count only young events",
        )
    lost = [
        key
        for key, value in (("where", where), ("within", within))
        if rule.get(key) and value is None
    ]
    if lost or not events or (points is None and not bands):
        _windows(reader, rule, scope)
        return None
    limits, reach = _windows(reader, rule, scope)
    return EventRule(
        head=head,
        events=events,
        where=where,
        limits=limits,
        reach=reach,
        points=points,
        bands=bands,
        within=within,
        decay=age_decay(reader, decay.value) if decay else None,
    )


def _check_points_or_bands(reader: Reader, head: RuleHead, rule: Mapping) -> None:
    within = rule.get("within")
    if within and not rule.get("bands"):
        reader.say(
            codes.WITHIN_WITHOUT_BANDS,
            "`within` without `bands` means nothing",
            within.key.place,
            "use `decay: {expire: ..}` to let points end with age",
        )
    if rule.get("points") and rule.get("bands"):
        message = f"`{head.name}` has both `points` and `bands`"
        reader.say(codes.POINTS_OR_BANDS, message, head.place, "remove one of them")
    if not any(rule.get(key) or misspelt(rule, key, RULE_KEYS) for key in ("points", "bands")):
        message = f"`{head.name}` has neither `points` nor `bands`"
        hint = "add `points:` for each event, or `bands:` by their number"
        reader.say(codes.POINTS_OR_BANDS, message, head.place, hint)


def _points(reader: Reader, rule: Mapping, scope: Scope) -> n.Node | None:
    points = reader.expression(rule, "points", scope, Type.NUMBER)
    if isinstance(points, n.Number) and abs(points.value) > MOST_POINTS:
        reader.say(
            codes.POINTS_TOO_LARGE,
            f"{points.value:,.0f} points are beyond a million",
            points.place,
            "points are held to a million either way",
        )
        return None
    return points


def _bands(reader: Reader, rule: Mapping) -> tuple[tuple[int, float], ...]:
    mapping = reader.mapping(rule, "bands")
    if mapping is None:
        return ()
    bands: list[tuple[int, float]] = []
    for entry in mapping.entries:
        points = reader.number(mapping, entry.key.text)
        if points is None or not entry.key.text.isdigit():
            continue  # the schema has said why
        if abs(points) > MOST_POINTS:
            reader.say(
                codes.POINTS_TOO_LARGE,
                f"{points:,.0f} points are beyond a million",
                entry.value.place,
                "points are held to a million either way",
            )
        bands.append((int(entry.key.text), points))
    return tuple(sorted(bands))


def _windows(reader: Reader, rule: Mapping, scope: Scope) -> tuple[tuple[Limit, ...], Reach | None]:
    limits: list[Limit] = []
    for scalar in reader.scalars(rule, "limit"):
        phrase = reader.parsed(scalar, parse_limit)
        if phrase is not None:
            window = _window(reader, phrase.per, scope)
            limits += [Limit(phrase.count, window)] if window else []
    reach = reader.phrase(rule, "reach", parse_reach)
    if reach is None:
        return tuple(limits), None
    window = _window(reader, reach.per, scope)
    distinct = None
    if reach.distinct is not None:
        distinct = reader.checked(resolve_any(reach.distinct, scope))
    if window is None:
        return tuple(limits), None
    return tuple(limits), Reach(reach.count, distinct, window)


def _window(reader: Reader, per: n.Name | None, scope: Scope) -> Window | None:
    if per is None:
        return Window("ever")
    if per.path in _WINDOWS and not per.quoted:
        return Window(_WINDOWS[per.path])
    words = tuple(word for (word,) in _WINDOWS)
    key = reader.checked(resolve_any(per, replace(scope, words=words)))
    return Window("field", key) if key is not None else None
