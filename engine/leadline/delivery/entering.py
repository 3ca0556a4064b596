"""From a ruleset to its new entries in the outbox, and an evaluation that tells their leads."""

from __future__ import annotations

from leadline.engine.run import run_query
from leadline.expression.nodes import Field
from leadline.expression.unparse import unparse
from leadline.past import look_back
from leadline.pipeline import Evaluation, RulesetText, columns_of, evaluate, list_leads
from leadline.plan.build import build_plan
from leadline.plan.clock import parse_as_of
from leadline.plan.listing import single_scores
from leadline.ruleset.model import AssignBy, Ruleset
from leadline.sql.query import write_query
from leadline.standing import needs_past
from leadline.store import Store
from leadline.store.entries import enabled_automations, enter, spells_needed
from leadline.store.messages import LISTED_FIELDS, compose, list_fields, speechless
from leadline.store.outbox import fire_backdated


def enter_and_evaluate(
    store: Store,
    text: RulesetText,
    ruleset: Ruleset,
    as_of: str,
    run_id: int,
    *,
    fire: bool,
) -> Evaluation:
    """Evaluate a ruleset, with the entries that its automations have not seen yet.

    The entries are looked for first, so that the leads are listed with their reasons only where
    a message has to tell of them. Nothing is done or sent yet.

    Args:
        store: the data, with the automations at work noted.
        text: the ruleset.
        ruleset: the same, compiled.
        as_of: a date or instant, as a person writes it.
        run_id: the run.
        fire: whether backdated rows are to be sent, too.
    """
    database = store.database
    parts = spells_needed(ruleset) if enabled_automations(ruleset) else ()
    if needs_past(ruleset) and "stages" not in parts:
        parts = (*parts, "stages")
    if parts:
        look_back(store, text, until=as_of, parts=parts)
    enter(database, ruleset, parse_as_of(as_of, ruleset.timezone), run_id)
    if fire:
        fire_backdated(database)
    if not speechless(database, ruleset.model):
        return evaluate(store, text, as_of)
    looked_at = _looked_at(ruleset)
    if single_scores(ruleset):
        evaluation = list_leads(store, text, as_of, columns=tuple(map(unparse, looked_at)))
        compose(database, ruleset.model, "lead_list")
    else:
        evaluation = _evaluate_with(store, text, ruleset, as_of, looked_at)
        compose(database, ruleset.model, LISTED_FIELDS)
    return evaluation


def _looked_at(ruleset: Ruleset) -> tuple[Field, ...]:
    """Return the fields that say whom a lead is assigned to, each once."""
    fields = (
        action.by
        for automation in enabled_automations(ruleset)
        for action in automation.actions
        if isinstance(action, AssignBy)
    )
    return tuple(dict.fromkeys(fields))


def _evaluate_with(
    store: Store, text: RulesetText, ruleset: Ruleset, as_of: str, fields: tuple[Field, ...]
) -> Evaluation:
    """Evaluate a ruleset without a score to list leads by, and keep some fields of its leads."""
    catalog = columns_of(store)
    date = parse_as_of(as_of, ruleset.timezone)
    plan = build_plan(ruleset, catalog, date, listed=fields)
    query = write_query(plan, text.extensions)
    run_query(store.database, query)
    list_fields(store.database, tuple(f"{field.scope}.{field.column}" for field in fields))
    return Evaluation(store, text, ruleset, catalog, date, plan, query)
