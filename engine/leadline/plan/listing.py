"""The list of leads: which, in what order, with which columns and reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace

from leadline.expression.nodes import Field, Node, fields
from leadline.plan import needs
from leadline.plan.caps import BILLION, members_of
from leadline.plan.steps import KnownLeads, LeadList, Plan, Reasons, Step, TagCards
from leadline.ruleset.model import FormulaScore, Ruleset, Score


@dataclass(frozen=True, slots=True)
class LeadsAsked:
    """A list of leads beside ``lead_list``: ``lead_id``, further columns, the three reasons.

    Args:
        name: the relation.
        columns: what each further column is called, and the field that it is.
        condition: which leads; None is all.
    """

    name: str
    columns: tuple[tuple[str, Field], ...]
    condition: Node | None

    @property
    def read(self) -> tuple[Field, ...]:
        """The fields that the list reads."""
        of_condition = fields(self.condition) if self.condition is not None else ()
        return (*(field for _, field in self.columns), *of_condition)


def single_scores(ruleset: Ruleset) -> tuple[Score, ...]:
    """Return the scores that a lead has one value of."""
    return tuple(
        score for score in ruleset.scores if isinstance(score, FormulaScore) or score.per is None
    )


def with_lead_list(
    plan: Plan,
    ruleset: Ruleset,
    score: Score | None,
    *,
    condition: Node | None,
    shown: tuple[Field, ...],
    tags: bool,
    staged: bool,
    also: tuple[LeadsAsked, ...] = (),
) -> Plan:
    """Add the relation ``lead_list`` to a plan.

    Args:
        plan: a plan of the ruleset, made with ``listed`` fields for all that is read here.
        ruleset: the model.
        score: the score that leads are ordered by and whose reasons are given; None where the
            model has no score.
        condition: which leads; None is all.
        shown: further fields to show.
        tags: whether the data has tags to show.
        staged: whether the stage of each lead is known.
        also: further lists.
    """
    columns = [("lead_id", "lead_id")]
    known = next(step for step in plan.steps if isinstance(step, KnownLeads))
    if known.with_account:
        columns.append(("account_id", "account_id"))
    columns += [(f"{f.scope}.{f.column}", f"{f.scope}.{f.column}") for f in shown]
    singles = single_scores(ruleset)
    columns += [(s.name, f"score.{s.name}") for s in singles]
    columns += [(f"grade {s.name}", f"grade.{s.name}") for s in singles if s.grades]
    columns += [("matrix", "matrix")] if ruleset.matrix else []
    columns += [("stage", "stage")] if staged else []
    cards: list[Step] = [TagCards("tag_card", known.tags)] if tags else []
    steps = (
        *plan.steps,
        _reasons(score),
        *cards,
        LeadList(
            name="lead_list",
            reported="reported",
            reasons="reason",
            cards="tag_card" if tags else None,
            columns=tuple(columns),
            condition=condition,
            order=f"score.{score.name}" if score is not None else None,
        ),
        *map(_further, also),
    )
    return replace(plan, steps=steps)


def _further(asked: LeadsAsked) -> LeadList:
    own = (
        (heading, field.column if field.scope == "model" else f"{field.scope}.{field.column}")
        for heading, field in asked.columns
    )
    return LeadList(
        name=asked.name,
        reported="reported",
        reasons="reason",
        cards=None,
        columns=(("lead_id", "lead_id"), *own),
        condition=asked.condition,
        order=None,
    )


def _reasons(score: Score | None) -> Reasons:
    if score is None:
        return Reasons("reason", "reported", (), 1, ())
    if isinstance(score, FormulaScore):
        used = needs.fields_of([score.formula], ("score",))
        parts = tuple((field.column, f"score.{field.column}") for field in used)
        return Reasons("reason", "reported", parts, 1, ())
    rules = needs.enabled(score.rules)
    return Reasons(
        name="reason",
        source=f"score.{score.name}",
        parts=tuple((rule.head.name, f"{score.name}.{rule.head.name}") for rule in rules),
        scale=BILLION,
        groups=tuple(
            (group, tuple(f"{score.name}.{rule.head.name}" for rule in members))
            for group in score.groups
            if (members := members_of(group, rules))
        ),
    )
