"""Every condition of a ruleset, and what follows where it never or always holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from leadline.expression import nodes as n
from leadline.expression.bounds import Known, nothing_known
from leadline.expression.claims import claims
from leadline.expression.logic import Logic, negated
from leadline.ruleset.checks.reach import known_of_leads, of_scores, types_known
from leadline.ruleset.checks.subject import Subject
from leadline.ruleset.model import EventRule, Fact, Inactivity, RuleScore

Given = tuple[tuple[str, Logic], ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the ruleset.

    Attributes:
        node: the condition.
        never: what follows where it is never true.
        always: what follows where it is always true.
        known: what is known of its fields.
        given: what holds of all it is asked about, by the key that has left out the rest.
    """

    node: n.Node
    never: str
    always: str
    known: Known = nothing_known
    given: Given = ()

    def writes(self, clause: n.Node) -> bool:
        """Say whether a clause stands in the condition itself, not in a define that it uses."""
        place, whole = clause.place, self.node.place
        begin = (whole.line, whole.column) <= (place.line, place.column)
        return begin and (place.end_line, place.end_column) <= (whole.end_line, whole.end_column)


def conditions(subject: Subject) -> tuple[Condition, ...]:
    """Return every condition of a ruleset, those of rules that are switched off left out."""
    ruleset = subject.ruleset
    found: list[Condition] = []
    of_leads: Given = ()
    of_events: Given = ()
    if ruleset.leads is not None:
        never, always = "nobody is scored", "`leads` leaves nobody out"
        found.append(Condition(ruleset.leads, never, always))
        of_leads = (("leads", claims(ruleset.leads)),)
    if ruleset.ignore is not None:
        never, always = "no event is ignored", "every event is ignored"
        found.append(Condition(ruleset.ignore, never, always))
        of_events = (("ignore", negated(claims(ruleset.ignore))),)
    for score, rule in subject.rules():
        name = f"`{rule.head.name}` of `{score.name}`"
        never = f"{name} never gives points"
        if isinstance(rule, EventRule) and rule.where is not None:
            always = f"{name} counts every event of its types"
            known, given = types_known(rule.events), (*of_leads, *of_events)
            found.append(Condition(rule.where, never, always, known, given))
        elif isinstance(rule, Fact):
            always = f"{name} gives its points to every lead"
            found.append(Condition(rule.when, never, always, given=of_leads))
    for score in subject.scores:
        found += _of_score(score, (*of_leads, *of_events))
    found += _of_leads(subject, of_leads)
    return tuple(found)


def _of_score(score: RuleScore, given: Given) -> Iterator[Condition]:
    if score.reset is not None and score.reset.where is not None:
        never, always = f"`{score.name}` is never reset", "every event of those types resets it"
        known = types_known(score.reset.events)
        yield Condition(score.reset.where, never, always, known, given)
    activity = score.decay.activity if isinstance(score.decay, Inactivity) else None
    if activity is not None and not isinstance(activity, str):
        never, always = "no event makes a lead active", "every event makes a lead active"
        yield Condition(activity, never, always, given=given)


def _of_leads(subject: Subject, given: Given) -> Iterator[Condition]:
    ruleset = subject.ruleset
    known = known_of_leads(ruleset, of_scores(ruleset))
    for account in ruleset.accounts:
        if account.only is not None:
            never = f"no lead counts for `{account.name}`"
            always = f"`only` of `{account.name}` leaves nobody out"
            yield Condition(account.only, never, always, given=given)
    for segment in ruleset.segments:
        never = f"`{segment.name}` is always empty"
        yield Condition(segment.when, never, f"everybody is in `{segment.name}`", known, given)
    if ruleset.stages is not None and ruleset.stages.condition is not None:
        never, always = "no lead ever moves to another stage", "it holds nobody back"
        yield Condition(ruleset.stages.condition, never, always)
