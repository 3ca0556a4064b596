"""Rules of one score that give points for the same: every event twice, every fact twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, islice

from leadline.diagnostic import Diagnostic
from leadline.expression import nodes as n
from leadline.expression.catalog import Type
from leadline.expression.claims import claims
from leadline.expression.logic import Fixed, Logic, negated
from leadline.expression.proof import Premise, terms
from leadline.ruleset.checks.codes import COUNTS_TWICE, HOLDS_TWICE
from leadline.ruleset.checks.reach import Reach, of_points
from leadline.ruleset.checks.subject import Subject
from leadline.ruleset.model import EventRule, Fact, Idle, Rule, RuleScore

#: Pairs of rules that are compared in one score; of more, nothing is said.
_MOST_PAIRS = 50_000


@dataclass(frozen=True, slots=True)
class _Conditional:
    """A rule with a condition.

    Attributes:
        rule: the rule.
        points: what one event, or the fact, gives.
        logic: what the condition claims.
        terms: what it speaks of.
        premise: what follows where it is true.
    """

    rule: EventRule | Fact
    points: Reach
    logic: Logic
    terms: frozenset[str]
    premise: Premise

    @classmethod
    def of(cls, rule: EventRule | Fact, logic: Logic, *given: Logic) -> _Conditional:
        """Take together what is asked of a rule again and again."""
        return cls(rule, of_points(rule), logic, terms(logic), Premise.of(logic, *given))

    def implies(self, other: _Conditional) -> bool:
        """Say whether the other's condition is proven to be true wherever this one's is."""
        # Of what is not spoken of here, nothing can follow.
        return other.terms <= self.premise.terms and self.premise.implies(other.logic)


def check(subject: Subject) -> Iterator[Diagnostic]:
    """Find rules whose every event another rule counts too, and facts that are one fact."""
    for score in subject.scores:
        rules = [rule for rule in score.rules if rule.head.enabled]
        yield from _events(subject, score, rules)
        yield from _facts(score, rules)


def _events(subject: Subject, score: RuleScore, rules: list[Rule]) -> Iterator[Diagnostic]:
    given = _given(subject)
    # A reach and bands look at how many events there are; they stand beside others on purpose.
    counting = [
        _conditional(rule, given)
        for rule in rules
        if isinstance(rule, EventRule) and not rule.reach and not rule.bands
    ]
    told: set[str] = set()
    for one, other in islice(combinations(counting, 2), _MOST_PAIRS):
        for part, whole in ((other, one), (one, other)):
            name = part.rule.head.name
            events = _counted_too(score, part, whole) if name not in told else ""
            if events:
                told.add(name)
                yield _counts_twice(part.rule, whole.rule, events)
                break


def _conditional(rule: EventRule, given: tuple[Logic, ...]) -> _Conditional:
    logic = claims(rule.where) if rule.where is not None else Fixed(True)
    place = rule.head.place
    column = n.Field("event", "type", Type.TEXT, place)
    types = n.In(column, tuple(n.Text(event, place) for event in rule.events), place)
    return _Conditional.of(rule, logic, claims(types), *given)


def _counts_twice(part: Rule, whole: Rule, events: str) -> Diagnostic:
    message = (
        f"every {events} that matches `{part.head.name}` matches `{whole.head.name}` too: both "
        "give points for the same events"
    )
    hint = (
        "narrow one of them by `where`, or put both into a group with a `max` where that is meant"
    )
    note = f"`{whole.head.name}` is at {whole.head.place}"
    return Diagnostic(COUNTS_TWICE, message, part.head.place, hint, (note,))


def _given(subject: Subject) -> tuple[Logic, ...]:
    """Return what holds of every event that a rule sees."""
    leads, ignore = subject.ruleset.leads, subject.ruleset.ignore
    scored = (claims(leads),) if leads is not None else ()
    return (*scored, negated(claims(ignore))) if ignore is not None else scored


def _counted_too(score: RuleScore, part: _Conditional, whole: _Conditional) -> str:
    """Return in words which events of one rule match another as well; empty where none surely."""
    one, other = part.rule, whole.rule
    if not isinstance(one, EventRule) or not isinstance(other, EventRule):
        return ""
    shared = [event for event in one.events if event in other.events]
    if not shared or not _within(one, other) or not _alike(part.points, whole.points):
        return ""
    if part.premise.state is None or _share_a_cap(score, one, other) or not part.implies(whole):
        return ""
    if len(shared) == len(one.events):
        return "event"
    # Rules that share only some of their types match the same where they ask for the same.
    by_type = "type" in part.terms | whole.terms
    same = not by_type and whole.premise.state is not None and whole.implies(part)
    return " or ".join(f"`{event}`" for event in shared) if same else ""


def _within(part: Rule, whole: Rule) -> bool:
    """Say whether the days of one rule are days of another too."""
    since, until = part.head.since or date.min, part.head.until or date.max
    return (whole.head.since or date.min) <= since and until <= (whole.head.until or date.max)


def _alike(first: Reach, second: Reach) -> bool:
    """Say whether two rules are both known to give, or both to take, points."""
    given = first.low >= 0.0 < first.high and second.low >= 0.0 < second.high
    taken = first.high <= 0.0 > first.low and second.high <= 0.0 > second.low
    return given or taken


def _share_a_cap(score: RuleScore, one: Rule, other: Rule) -> bool:
    """Say whether both are in one group that holds down what they give, or take."""
    if one.head.group is None or one.head.group != other.head.group:
        return False
    group = next(group for group in score.groups if group.name == one.head.group)
    return (group.maximum if of_points(one).high > 0.0 else group.minimum) is not None


def _facts(score: RuleScore, rules: list[Rule]) -> Iterator[Diagnostic]:
    """Find facts that hold whenever another does; layers, where one holds more often, are fine."""
    logics = [(rule, claims(rule.when)) for rule in rules if isinstance(rule, Fact)]
    facts = [_Conditional.of(rule, logic) for rule, logic in logics]
    told: set[str] = set()
    for one, other in islice(combinations(facts, 2), _MOST_PAIRS):
        name = other.rule.head.name
        if name not in told and _same(one, other) and _both(score, one.rule, other.rule):
            told.add(name)
            yield _holds_twice(one.rule, other.rule)
    idles = [rule for rule in rules if isinstance(rule, Idle)]
    for first, second in combinations(idles, 2):
        alike = first.days == second.days and _alike(of_points(first), of_points(second))
        if alike and _both(score, first, second):
            yield _holds_twice(first, second)


def _same(one: _Conditional, other: _Conditional) -> bool:
    if one.premise.state is None or other.premise.state is None:
        return False
    return _alike(one.points, other.points) and one.implies(other) and other.implies(one)


def _both(score: RuleScore, one: Rule, other: Rule) -> bool:
    since = max(one.head.since or date.min, other.head.since or date.min)
    until = min(one.head.until or date.max, other.head.until or date.max)
    return since <= until and not _share_a_cap(score, one, other)


def _holds_twice(one: Rule, other: Rule) -> Diagnostic:
    message = f"`{other.head.name}` holds whenever `{one.head.name}` does: they are one fact"
    hint = "remove one of them, or correct its condition"
    note = f"`{one.head.name}` is at {one.head.place}"
    return Diagnostic(HOLDS_TWICE, message, other.head.place, hint, (note,))
