"""What tests of a ruleset can reach, each as a condition on a relation of its evaluation.

The relations are those of a plan made with ``event_grain``, so that every rule's events can be
told one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from leadline.diagnostic import Place
from leadline.expression import nodes as n
from leadline.expression.unparse import unparse
from leadline.plan import needs
from leadline.plan.caps import members_of
from leadline.plan.steps import Events, Leads, Matches, Plan
from leadline.ruleset.checks.reach import Reach, of_group, of_total, uncapped
from leadline.ruleset.model import (
    EventRule,
    Fact,
    Idle,
    RuleScore,
    Ruleset,
    Score,
    Segment,
)
from leadline.sql import quote
from leadline.sql.events import events
from leadline.sql.expression import Writer
from leadline.sql.leads import leads
from leadline.sql.relations import total, types
from leadline.sql.standing import MEMBER_NOW
from leadline.sql.testing import STAGES_PASSED, in_time


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that a test can reach.

    Attributes:
        kind: ``rule``, ``clause``, ``limit``, ``cap``, ``band``, ``grade``, ``stage``,
            ``segment`` or ``committee``.
        place: where in the ruleset's file it stands.
        what: what no test has shown, where none has: ``rule readiness.webinar fired``.
        relation: what to look at, as SQL.
        condition: true of a row that reaches it.
        past: whether that takes the past: ``stage_passed`` or ``member_now``.
    """

    kind: str
    place: Place
    what: str
    relation: str
    condition: str
    past: Literal["", "stages", "segments"] = ""


def probes(ruleset: Ruleset, plan: Plan, writer: Writer) -> tuple[Probe, ...]:
    """Return what tests can reach of a ruleset, in the same order for every date."""
    return (
        *_of_model(ruleset, plan, writer),
        *(probe for score in ruleset.scores for probe in _of_score(score, plan, writer)),
        *_of_lists(ruleset),
    )


def reached(asked: Iterable[Probe]) -> Iterator[tuple[tuple[Probe, ...], str]]:
    """Yield, for each relation, its probes and a SELECT of a truth for each of them."""
    by_relation: dict[str, list[Probe]] = {}
    for probe in asked:
        by_relation.setdefault(probe.relation, []).append(probe)
    for relation, found in by_relation.items():
        columns = [f"coalesce(bool_or(({probe.condition}) IS TRUE), FALSE)" for probe in found]
        yield tuple(found), f"SELECT {', '.join(columns)} FROM {relation}"


def _of_model(ruleset: Ruleset, plan: Plan, writer: Writer) -> Iterator[Probe]:
    step = next(step for step in plan.steps if isinstance(step, Leads))
    if ruleset.leads is not None:
        everyone = f"({leads(replace(step, condition=None), writer)}\n)"
        yield from _clauses(ruleset.leads, "leads", everyone, "TRUE", writer)
    if ruleset.ignore is not None:
        step_of_events = next(step for step in plan.steps if isinstance(step, Events))
        rows = events(replace(step_of_events, ignore=None), writer, plan.as_of, plan.offsets)
        yield from _clauses(ruleset.ignore, "ignore", f"({rows}\n)", "TRUE", writer)


def _clauses(
    node: n.Node, subject: str, relation: str, among: str, writer: Writer
) -> Iterator[Probe]:
    """Yield each clause of a condition, seen true and seen false."""
    for leaf in _leaves(node):
        condition = f"({writer.condition(leaf)})"
        for truth, holds in (("true", "IS TRUE"), ("false", "IS NOT TRUE")):
            what = f"{subject}: `{unparse(leaf)}` is {truth}"
            yield Probe("clause", leaf.place, what, relation, f"{among} AND {condition} {holds}")


def _leaves(node: n.Node) -> Iterator[n.Node]:
    match node:
        case n.All(operands) | n.Any(operands):
            for operand in operands:
                yield from _leaves(operand)
        case n.Not(operand) if not isinstance(operand, n.Missing):
            yield from _leaves(operand)
        case _:
            yield node


def _of_score(score: Score, plan: Plan, writer: Writer) -> Iterator[Probe]:
    if isinstance(score, RuleScore):
        for rule in needs.enabled(score.rules):
            yield from _of_rule(score, rule, plan, writer)
        yield from _caps(score)
    for letter, _ in score.grades:
        condition = f"score = {quote.text(score.name)} AND grade = {quote.text(letter)}"
        what = f"{score.name}: grade {letter}"
        yield Probe("grade", score.place, what, "scores", condition)


def _of_rule(
    score: RuleScore, rule: EventRule | Fact | Idle, plan: Plan, writer: Writer
) -> Iterator[Probe]:
    name = f"{score.name}.{rule.head.name}"
    match rule:
        case EventRule():
            yield from _of_event_rule(score, rule, name, plan, writer)
        case Fact():
            fired = f"({writer.condition(rule.when)})" if in_time(rule.head, plan) else "FALSE"
            yield Probe("rule", rule.head.place, f"rule {name} holds", "lead", fired)
            yield from _clauses(rule.when, name, "lead", "TRUE", writer)
        case Idle():
            held, relation = quote.name(name), quote.name(f"score.{score.name}")
            for truth, sign in (("holds", "<>"), ("does not hold", "=")):
                what = f"rule {name} {truth}"
                yield Probe("rule", rule.head.place, what, relation, f"{held} {sign} 0")


def _of_event_rule(
    score: RuleScore, rule: EventRule, name: str, plan: Plan, writer: Writer
) -> Iterator[Probe]:
    step = plan.step(f"{name} matches")
    assert isinstance(step, Matches)  # noqa: S101 - so is a rule of a plan by event
    place, matches = rule.head.place, quote.name(step.name)
    yield Probe("rule", place, f"rule {name} fires", matches, "counted")
    if rule.where is not None:
        among = types(rule.events)
        yield from _clauses(rule.where, name, quote.name(step.source), among, writer)
    for event in rule.events if len(rule.events) > 1 else ():
        what = f"rule {name} fires for `{event}`"
        condition = f"counted AND {types((event,))}"
        yield Probe("rule", place, what, matches, condition)
    if rule.limits or rule.reach:
        what = f"rule {name}: a match beyond the limit"
        if rule.reach:
            what = f"rule {name}: a match that is not the one reached"
        yield Probe("limit", place, what, matches, "NOT counted")
    relation = quote.name(f"score.{score.name}")
    for count, points in rule.bands:
        what = f"rule {name}: the band from {count}"
        condition = f"{quote.name(name)} = {quote.points(points)}"
        yield Probe("band", place, what, relation, condition)
    if not rule.bands:
        totals = quote.name(f"{score.name} totals")
        given = uncapped(rule, score)
        for key, sign, bound in (("max", ">", rule.head.maximum), ("min", "<", rule.head.minimum)):
            if bound is not None and _can_pass(given, sign, bound):
                condition = f"{quote.name(name)} {sign} {quote.points(bound)}"
                yield Probe("cap", place, f"rule {name} held to its {key}", totals, condition)


def _caps(score: RuleScore) -> Iterator[Probe]:
    relation = quote.name(f"score.{score.name}")
    rules = needs.enabled(score.rules)
    for group in score.groups:
        members = [f"{score.name}.{rule.head.name}" for rule in members_of(group, rules)]
        sum_ = total([quote.name(member) for member in members])
        given = of_group(score, group)
        for key, sign, bound in (("max", ">", group.maximum), ("min", "<", group.minimum)):
            if bound is not None and members and _can_pass(given, sign, bound):
                condition = f"{sum_} {sign} {quote.points(bound)}"
                what = f"{score.name}: group {group.name} held to its {key}"
                yield Probe("cap", score.place, what, relation, condition)
    if score.range is not None:
        ends = (("low", "<", score.range.low), ("high", ">", score.range.high))
        for key, sign, bound in ends:
            if not _can_pass(of_total(score), sign, bound):
                continue
            condition = f"total {sign} {quote.points(bound)}"
            what = f"{score.name}: held to the {key} end of its range"
            yield Probe("cap", score.place, what, relation, condition)


def _can_pass(given: Reach, sign: str, bound: float) -> bool:
    """Say whether a total can get beyond a cap at all; where it cannot, no test has to show it."""
    return given.high > bound if sign == ">" else given.low < bound


def _of_lists(ruleset: Ruleset) -> Iterator[Probe]:
    for account in ruleset.accounts:
        if account.committee is not None:
            for truth, condition in (("a", "committee"), ("no", "NOT committee")):
                what = f"account {account.name}: {truth} committee"
                relation = quote.name(f"account.{account.name}")
                yield Probe("committee", account.place, what, relation, condition)
    if ruleset.stages is not None:
        by_date = ruleset.stages.by_date
        for step in ruleset.stages.steps:
            condition = f"stage = {quote.text(step.name)}"
            relation = "reported" if by_date else STAGES_PASSED
            past: Literal["", "stages"] = "" if by_date else "stages"
            yield Probe("stage", step.place, f"stage {step.name}", relation, condition, past)
    for segment in ruleset.segments:
        yield from _of_segment(segment)


def _of_segment(segment: Segment) -> Iterator[Probe]:
    for word, inside in (("in", True), ("not in", False)):
        what = f"a lead {word} segment {segment.name}"
        condition = _member(segment.name, inside=inside)
        yield Probe("segment", segment.place, what, "lead", condition, "segments")
    for clause in _clauses_of(segment):
        for truth, inside in (("true", True), ("false", False)):
            what = f"segment {segment.name}: `{unparse(clause.when)}` is {truth}"
            condition = _member(clause.name, inside=inside)
            yield Probe("clause", clause.place, what, "lead", condition, "segments")


def _member(segment: str, *, inside: bool) -> str:
    members = f"SELECT lead_id FROM {MEMBER_NOW} WHERE segment = {quote.text(segment)}"
    return f"lead_id {'IN' if inside else 'NOT IN'} ({members})"


def with_clauses(ruleset: Ruleset) -> Ruleset:
    """Return a ruleset in which each clause of a segment is a segment too.

    What a clause asks may take the past, as in ``quiet``, so that it is told as a list is.
    """
    clauses = [clause for segment in ruleset.segments for clause in _clauses_of(segment)]
    return replace(ruleset, segments=(*ruleset.segments, *clauses))


def _clauses_of(segment: Segment) -> tuple[Segment, ...]:
    leaves = tuple(_leaves(segment.when))
    if len(leaves) == 1:
        return ()
    return tuple(
        Segment(f"{segment.name} clause {number}", leaf, leaf.place)
        for number, leaf in enumerate(leaves)
    )
