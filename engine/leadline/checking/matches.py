"""Rules that nothing in the data matches, and rules whose points nothing can use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from leadline.checking.codes import NO_MATCH, NO_USABLE_POINTS
from leadline.checking.counting import Data, OfType, counted, counted_by_type
from leadline.diagnostic import Diagnostic, Place
from leadline.document import Document, Entry
from leadline.document import Mapping as Entries
from leadline.expression import nodes as n
from leadline.expression.unparse import unparse
from leadline.plan.needs import enabled, event_counts, rule_scores
from leadline.plan.steps import Match
from leadline.ruleset.model import EventRule, Fact, RuleScore, Ruleset
from leadline.sql.expression import Writer, column
from leadline.sql.occurrence import counts_of
from leadline.sql.relations import matched, usable

_HINT = "correct it, or switch the rule off with `enabled: false`"


@dataclass(frozen=True, slots=True)
class _Question:
    """A rule and the conditions that are counted for it.

    Attributes:
        rule: ``score.rule``.
        place: the rule's key.
        types: the types of its events; none of a fact.
        matches: true where it matches.
        unusable: true where it matches and gives no points; empty where that cannot be.
        parts: what ``matches`` is made of: the expression, and it alone as SQL.
        whole: the place of all parts together, None where there are none.
        dated: whether events count only between two dates.
        columns: the columns of the events that the conditions look at.
    """

    rule: str
    place: Place
    types: tuple[str, ...]
    matches: str
    unusable: str
    parts: tuple[tuple[n.Node, str], ...] = ()
    whole: Place | None = None
    dated: bool = False
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """How much there is to match, and from when to when."""

    rows: int = 0
    first: date | None = None
    last: date | None = None

    def note(self) -> tuple[str, ...]:
        """Return the span as a note."""
        return (f"the events are of {self.first} to {self.last}",) if self.first else ()


def unmatched(
    ruleset: Ruleset,
    document: Document,
    data: Data,
    types: frozenset[str],
    told: Sequence[Place] = (),
) -> Iterator[Diagnostic]:
    """Yield a finding for each enabled rule that matches nothing, or gives nothing it can use.

    Args:
        ruleset: the rules.
        document: where they are written.
        data: where they look.
        types: the types that events have; a rule of others alone is told of elsewhere.
        told: places of rules of which it is known that they never match.
    """
    places = {
        name: entry
        for name, entry in _rules(document).items()
        if not any(inside(place, _block(entry)) for place in told)
    }
    of_events, facts = _questions(ruleset, places, data.writer, types)
    yield from _of_events(of_events, data)
    yield from _of_leads(facts, data)


def _questions(
    ruleset: Ruleset,
    places: dict[tuple[str, str], Entry],
    writer: Writer,
    types: frozenset[str],
) -> tuple[list[_Question], list[_Question]]:
    of_events: list[_Question] = []
    facts: list[_Question] = []
    for score in rule_scores(ruleset):
        for rule in enabled(score.rules):
            entry = places.get((score.name, rule.head.name))
            if entry is None:
                continue
            if isinstance(rule, EventRule) and types.intersection(rule.events):
                of_events.append(_of_event_rule(score, rule, entry, writer))
            elif isinstance(rule, Fact):
                facts.append(_of_fact(score, rule, entry, writer))
    return of_events, facts


def _of_event_rule(score: RuleScore, rule: EventRule, entry: Entry, writer: Writer) -> _Question:
    name = f"{score.name}.{rule.head.name}"
    match = Match(name, rule.events, rule.where, rule.head.since, rule.head.until)
    condition = matched(match, writer)
    whole, parts = _parts(rule.where, entry, "where", writer)
    types = matched(Match(name, rule.events, None, None, None), writer)
    return _Question(
        rule=name,
        place=rule.head.place,
        types=rule.events,
        matches=condition,
        unusable=_unusable(rule.points, condition, writer),
        parts=tuple((node, f"{types} AND ({sql})") for node, sql in parts),
        whole=whole,
        dated=rule.head.since is not None or rule.head.until is not None,
        columns=_columns(rule),
    )


def _columns(rule: EventRule) -> tuple[str, ...]:
    nodes = [node for node in (rule.where, rule.points) if node is not None]
    read = {column(field) for node in nodes for field in n.fields(node)}
    read |= {counted.column for counted in event_counts(nodes)}
    dated = rule.head.since is not None or rule.head.until is not None
    return tuple(sorted({*read, "type", *(["day"] if dated else [])}))


def _of_fact(score: RuleScore, rule: Fact, entry: Entry, writer: Writer) -> _Question:
    condition = writer.condition(rule.when)
    whole, parts = _parts(rule.when, entry, "when", writer)
    unusable = _unusable(rule.points, f"({condition})", writer)
    name = f"{score.name}.{rule.head.name}"
    return _Question(name, rule.head.place, (), condition, unusable, parts, whole)


def _unusable(points: n.Node | None, condition: str, writer: Writer) -> str:
    if points is None or isinstance(points, n.Number):
        return ""
    return f"{condition} AND {usable(writer.value(points))} IS NULL"


def _parts(
    node: n.Node | None, entry: Entry, key: str, writer: Writer
) -> tuple[Place | None, tuple[tuple[n.Node, str], ...]]:
    """Return where an expression stands in its rule, and the conditions that it joins by and."""
    value = entry.value.get(key) if isinstance(entry.value, Entries) else None
    if node is None or value is None:
        return None, ()
    joined = node.operands if isinstance(node, n.All) else (node,)
    return value.value.place, tuple((part, writer.condition(part)) for part in joined)


def _rules(document: Document) -> dict[tuple[str, str], Entry]:
    """Return where each rule is written: by score and name."""
    found: dict[tuple[str, str], Entry] = {}
    for score in _entries(document.root, "scores"):
        for section in ("actions", "behaviours", "facts"):
            for rule in _entries(score.value, section):
                found[score.key.text, rule.key.text] = rule
    return found


def _block(rule: Entry) -> Place:
    begin, end = rule.key.place, rule.value.place
    return Place(begin.file, begin.line, begin.column, end.end_line, end.end_column)


def _entries(value: object, key: str) -> tuple[Entry, ...]:
    entry = value.get(key) if isinstance(value, Entries) else None
    return entry.value.entries if entry and isinstance(entry.value, Entries) else ()


def _of_events(questions: Sequence[_Question], data: Data) -> Iterator[Diagnostic]:
    if not questions:
        return
    asked = {sql: q.columns for q in questions for sql in (q.matches, q.unusable) if sql}
    types, times = counted_by_type(asked, data)
    silent = [one for one in questions if not times[one.matches]]
    alone = counted({sql: one.columns for one in silent for _, sql in one.parts}, data)
    for one in questions:
        seen = _seen([types[name] for name in one.types if name in types])
        if not times[one.matches]:
            yield _silent(one, alone, seen)
        elif one.unusable and times[one.unusable] == times[one.matches]:
            yield _useless(one, times[one.matches], "events")


def _seen(types: Sequence[OfType]) -> _Seen:
    return _Seen(
        sum(one.times for one in types),
        min((one.first for one in types), default=None),
        max((one.last for one in types), default=None),
    )


def _of_leads(questions: Sequence[_Question], data: Data) -> Iterator[Diagnostic]:
    if not questions:
        return
    parts = [sql for one in questions for _, sql in one.parts]
    asked = list(dict.fromkeys((*_asked(questions), *parts)))
    [(leads, *counts)] = data.database.rows(counts_of("lead", asked))
    times = dict(zip(asked, counts, strict=True))
    if not leads:
        return
    for one in questions:
        if not times[one.matches]:
            yield _silent(one, times, _Seen(leads))
        elif one.unusable and times[one.unusable] == times[one.matches]:
            yield _useless(one, times[one.matches], "leads")


def _asked(questions: Sequence[_Question]) -> list[str]:
    every = [sql for one in questions for sql in (one.matches, one.unusable) if sql]
    return list(dict.fromkeys(every))


def _silent(one: _Question, alone: dict[str, int], seen: _Seen) -> Diagnostic:
    """Say that a rule matches nothing, at the part of it that nothing makes true."""
    fact = not one.types
    what = "lead" if fact else f"{_quoted(one.types)} event"
    of = f"{seen.rows:,} {what}{'s' * (seen.rows != 1)}"
    message = f"`{one.rule}` {'holds for' if fact else 'matched'} none of {of}"
    place = one.whole or one.place
    if not seen.rows:
        message = f"`{one.rule}` matched nothing: no {_quoted(one.types)} event counts by today"
        return Diagnostic(NO_MATCH, message, one.place, "see `ignore:`, and the dates of the data")
    never = [node for node, sql in one.parts if not alone[sql]]
    if never:
        shown = [node for node in never if one.whole and inside(node.place, one.whole)]
        place = shown[0].place if shown else place
        if len(one.parts) > 1:
            message += f": `{unparse(never[0])}` is never true"
    elif one.dated:
        never_between = "its conditions are never all true" if one.parts else "none lies"
        message += f": {never_between} between its dates"
        place = one.place
    elif len(one.parts) > 1:
        message += ": its conditions are never all true at once"
    return Diagnostic(NO_MATCH, message, place, _HINT, seen.note())


def _useless(one: _Question, times: int, what: str) -> Diagnostic:
    message = (
        f"the points of `{one.rule}` come out missing for all {times:,} {what} that it matches"
    )
    hint = "a field that they are made of has no value there; `coalesce(FIELD, 0)` stands in for it"
    return Diagnostic(NO_USABLE_POINTS, message, one.place, hint)


def inside(place: Place, whole: Place) -> bool:
    """Say whether a place is a part of another of the same file."""
    return (whole.line, whole.column) <= (place.line, place.column) and (
        place.end_line,
        place.end_column,
    ) <= (whole.end_line, whole.end_column)


def _quoted(types: Sequence[str]) -> str:
    return " and ".join(
        [", ".join(f"`{t}`" for t in types[:-1]), f"`{types[-1]}`"][len(types) < 2 :]
    )
