"""From a ruleset to its new entries in the outbox, and an evaluation that tells their leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadline.delivery.publications import (
    Left,
    Published,
    compile_publications,
    texts_of,
    want_published,
)
from leadline.diagnostic import Place
from leadline.errors import ConfigurationError
from leadline.expression.catalog import Catalog, Type
from leadline.expression.nodes import Field
from leadline.expression.unparse import unparse
from leadline.past import look_back
from leadline.pipeline import Evaluation, RulesetText, columns_of, evaluate, list_leads
from leadline.plan.clock import parse_as_of
from leadline.project import OutputConfig
from leadline.ruleset.model import AssignBy, Ruleset
from leadline.standing import needs_past
from leadline.store import Store
from leadline.store.entries import enabled_automations, enter, spells_needed
from leadline.store.messages import compose, speechless
from leadline.store.outbox import fire_backdated
from leadline.store.published import Shelf

#: The columns that say who a lead is, as sources call them, matched without regard to case and
#: blanks. No more than that: what a message tells goes to mailboxes and channels.
_WHO = (
    ("lead", ("name", "full_name", "fullname", "first_name", "firstname", "last_name", "lastname")),
    ("lead", ("email", "job_title", "jobtitle", "company")),
    ("account", ("name",)),
    ("lead", ("owner",)),
)


@dataclass(frozen=True, slots=True)
class Entered:
    """An evaluation whose entries are in the outbox.

    Args:
        evaluation: the evaluation.
        published: what outputs hold of it.
        left: what is left out of each.
    """

    evaluation: Evaluation
    published: tuple[Published, ...]
    left: Mapping[Shelf, Left]


def enter_and_evaluate(
    store: Store,
    text: RulesetText,
    ruleset: Ruleset,
    as_of: str,
    run_id: int,
    *,
    fire: bool,
    outputs: Sequence[OutputConfig] = (),
) -> Entered:
    """Evaluate a ruleset, with the entries that its automations have not seen yet.

    The entries are looked for first, so that the leads are listed with their reasons only where
    a message or a publication has to tell of them. Nothing is done, sent or published yet.

    Args:
        store: the data, with the automations at work noted.
        text: the ruleset.
        ruleset: the same, compiled.
        as_of: a date or instant, as a person writes it.
        run_id: the run.
        fire: whether backdated rows are to be sent, too.
        outputs: those that hold results of the model.

    Raises:
        ConfigurationError: what an output is to hold does not compile.
    """
    database = store.database
    published, found = compile_publications(outputs, text, ruleset, columns_of(store), store)
    if found:
        said = "an output cannot hold what `publish` says"
        raise ConfigurationError(said, found, texts_of(found))
    parts = spells_needed(ruleset) if enabled_automations(ruleset) else ()
    if needs_past(ruleset) and "stages" not in parts:
        parts = (*parts, "stages")
    if parts:
        look_back(store, text, until=as_of, parts=parts)
    enter(database, ruleset, parse_as_of(as_of, ruleset.timezone), run_id)
    if fire:
        fire_backdated(database)
    speaks = speechless(database, ruleset.model)
    if not speaks and not published:
        return Entered(evaluate(store, text, as_of), (), {})
    told = (*_who(columns_of(store)), *_looked_at(ruleset)) if speaks else ()
    evaluation = list_leads(
        store,
        text,
        as_of,
        columns=tuple(dict.fromkeys(map(unparse, told))),
        staged=needs_past(ruleset),
        also=tuple(one.asked for one in published if one.asked is not None),
    )
    if speaks:
        compose(database, ruleset.model)
    return Entered(evaluation, published, want_published(database, published, evaluation.as_of.day))


def _who(catalog: Catalog) -> tuple[Field, ...]:
    """Return the fields that say who a lead is, as far as the data has texts in them."""
    return tuple(
        Field(scope, column.name, column.type, Place("", 0, 0, 0, 0))
        for scope, names in _WHO
        if (table := catalog.table(f"{scope}s")) is not None
        for name in names
        for column in table.columns
        if column.type is Type.TEXT and column.name.casefold().replace(" ", "_") == name
    )


def _looked_at(ruleset: Ruleset) -> tuple[Field, ...]:
    """Return the fields that say whom a lead is assigned to, each once."""
    fields = (
        action.by
        for automation in enabled_automations(ruleset)
        for action in automation.actions
        if isinstance(action, AssignBy)
    )
    return tuple(dict.fromkeys(fields))
